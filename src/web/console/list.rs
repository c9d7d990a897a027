//! The first page: what waits for a decision, what is open and how long it has, and everything else by
//! search. Leaders begin with what is late or stuck.

use super::{
    super::{Problem, Site, frame::Frame, problem::Answer, session::Seat},
    facts,
    form::{Choice, Group},
    is_fragment,
    page::Page,
    words::{Words, clip},
};
use crate::{
    app::{Desk, Keyset, Listing, Search, View},
    domain::{Case, CaseId, CaseNumber, CategoryCode, State, UnitCode, UnitLevel},
};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use askama::Template;
use serde::Deserialize;

/// Cases on a page.
const LISTED: usize = 50;

#[derive(Template)]
#[template(path = "console/list.html")]
struct ListPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    list: List,
    states: Vec<Group>,
    communities: Vec<Group>,
    categories: Vec<Group>,
    asked: &'a Asked,
    /// A number that went to somebody else's desk.
    sent: Option<String>,
}

#[derive(Template)]
#[template(path = "console/list_live.html")]
struct ListLive<'a> {
    frame: &'a Frame,
    list: List,
}

/// The part that live updates replace.
struct List {
    /// The address of this very list.
    address: String,
    tabs: Vec<Tab>,
    counts: Vec<Counted>,
    rows: Vec<Row>,
    /// The address of what follows.
    more: Option<String>,
}

struct Tab {
    address: String,
    label: &'static str,
    here: bool,
}

struct Counted {
    address: String,
    state: &'static str,
    label: String,
    cases: u64,
}

/// A case as a line of a list.
pub(super) struct Row {
    pub number: String,
    pub state: &'static str,
    pub state_word: String,
    pub category: String,
    pub words: String,
    pub place: String,
    /// Time left or over; when it was reported where nothing is owed.
    pub time: String,
    pub late: bool,
    pub flags: Vec<String>,
}

/// What was asked for in the address.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    view: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    sent: String,
}

/// `GET /console/`
pub(super) async fn page(
    site: web::Data<Site>,
    request: HttpRequest,
    seat: Seat,
    asked: web::Query<Asked>,
) -> Answer {
    let asked = asked.into_inner();
    if let Some(found) = by_number(&site, &seat.desk, &asked.q).await {
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, found)).finish());
    }
    let frame = Frame::of(&request, &site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let search = search(&asked, &seat.desk)?;
    let listing = site.app.desk_list(&seat.desk, &search, LISTED).await?;
    let counts = site.app.desk_counts(&seat.desk).await?;
    let list = List {
        address: asked.address(search.view, &[]),
        tabs: tabs(search.view, &words),
        counts: counts.into_iter().map(|(state, count)| counted(state, count, &words)).collect(),
        rows: listing.cases.iter().map(|case| row(case, &words)).collect(),
        more: more(&listing).map(|after| asked.address(search.view, &[("after", &after)])),
    };
    if is_fragment(&request) {
        return frame.answer(&ListLive { frame: &frame, list });
    }
    let page = Page::of(&seat, &words, "/console/");
    frame.answer(&ListPage {
        page: &page,
        frame: &frame,
        list,
        states: states(&words),
        communities: communities(&seat.desk, &words),
        categories: super::choices::matters(&words, ""),
        sent: asked.sent.parse::<CaseNumber>().ok().map(|number| number.to_string()),
        asked: &asked,
    })
}

/// A whole number that is one of this desk's cases leads there at once.
async fn by_number(site: &Site, desk: &Desk, typed: &str) -> Option<String> {
    let number: CaseNumber = typed.trim().parse().ok()?;
    site.app.desk_case(desk, number).await.ok()?;
    Some(format!("/console/cases/{number}"))
}

fn search(asked: &Asked, desk: &Desk) -> Result<Search, Problem> {
    let filters = !asked.state.is_empty() || !asked.q.trim().is_empty();
    let view = match asked.view.as_str() {
        "waiting" => View::Waiting,
        "open" => View::Open,
        "late" => View::Late,
        "all" => View::All,
        // A search goes through everything, unless a list was chosen.
        _ if filters => View::All,
        _ if desk.dispatches => View::Waiting,
        _ => View::Late,
    };
    let state = match asked.state.as_str() {
        "" => None,
        word => Some(
            State::parse(word).ok_or_else(|| Problem::both("没有这样的状态。", "There is no such state."))?,
        ),
    };
    let after = match asked.after.as_str() {
        "" => None,
        text => {
            let read = text.split_once('.').and_then(|(key, id)| Some((key.parse().ok()?, id.parse().ok()?)));
            let (key, id) = read.ok_or_else(|| {
                Problem::both(
                    "这一页已经找不到了，请从列表开头看起。",
                    "This part of the list cannot be found: begin at the top.",
                )
            })?;
            Some(Keyset { key, id: CaseId(id) })
        }
    };
    let kept = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Ok(Search {
        view,
        state,
        unit: kept(&asked.unit).map(UnitCode),
        category: kept(&asked.category).map(CategoryCode),
        words: kept(&asked.q),
        after,
    })
}

impl Asked {
    /// Was something searched for?
    fn filters(&self) -> bool {
        [&self.state, &self.unit, &self.category, &self.q].iter().any(|field| !field.is_empty())
    }

    /// The address of the same list, with some things changed.
    fn address(&self, view: View, changed: &[(&str, &str)]) -> String {
        let mut fields = vec![
            ("view", word(view)),
            ("state", self.state.as_str()),
            ("unit", self.unit.as_str()),
            ("category", self.category.as_str()),
            ("q", self.q.as_str()),
            ("after", self.after.as_str()),
        ];
        for (name, value) in changed {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        let mut address = url::form_urlencoded::Serializer::new(String::new());
        fields.into_iter().filter(|(_, value)| !value.is_empty()).for_each(|(name, value)| {
            address.append_pair(name, value);
        });
        format!("/console/?{}", address.finish())
    }
}

fn word(view: View) -> &'static str {
    match view {
        View::Waiting => "waiting",
        View::Open => "open",
        View::Late => "late",
        View::All => "all",
    }
}

fn tabs(view: View, words: &Words<'_>) -> Vec<Tab> {
    [
        (View::Waiting, words.word("待决定", "To decide")),
        (View::Open, words.word("进行中", "Open")),
        (View::Late, words.word("超时或卡住", "Late or stuck")),
        (View::All, words.word("全部", "All")),
    ]
    .into_iter()
    .map(|(one, label)| Tab { address: format!("/console/?view={}", word(one)), label, here: one == view })
    .collect()
}

fn counted(state: State, count: u64, words: &Words<'_>) -> Counted {
    let address = format!("/console/?view=all&state={}", state.as_str());
    Counted { address, state: state.as_str(), label: words.state(state), cases: count }
}

/// The line of a case.
pub(super) fn row(case: &Case, words: &Words<'_>) -> Row {
    let told = case.material.iter().find_map(|piece| piece.words.as_deref()).unwrap_or_default();
    let due = case.due();
    let time = match (due, case.times.reported) {
        (Some(due), _) => words.due(due),
        (None, Some(at)) => words.time(at),
        (None, None) => String::new(),
    };
    Row {
        number: CaseNumber::of(case.id).to_string(),
        state: case.state.as_str(),
        state_word: words.state(case.state),
        category: words.matter(&case.category),
        words: clip(told, 60),
        place: words.place(case),
        time,
        late: case.is_overdue(words.now),
        flags: facts::flags(case, words),
    }
}

fn more(listing: &Listing) -> Option<String> {
    listing.more.map(|end| format!("{}.{}", end.key, end.id))
}

fn states(words: &Words<'_>) -> Vec<Group> {
    vec![Group::new(
        "",
        State::ALL.into_iter().map(|state| Choice::new(state.as_str(), words.state(state))).collect(),
    )]
}

fn communities(desk: &Desk, words: &Words<'_>) -> Vec<Group> {
    let organisation = &words.city.organisation;
    let wanted = |code: &UnitCode| {
        organisation
            .unit(code)
            .is_some_and(|unit| matches!(unit.level, UnitLevel::Subdistrict | UnitLevel::Community))
    };
    let grounds = desk.grounds(words.city);
    let choices =
        grounds.iter().filter(|code| wanted(code)).map(|code| Choice::new(code.as_str(), words.unit(code)));
    vec![Group::new("", choices.collect())]
}
