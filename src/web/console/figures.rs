//! The figures of a period, each number a link to the list of the cases behind it.

use super::{
    super::{Problem, Site, frame::Frame, problem::Answer, session::Seat},
    form::{Choice, Group as Choices},
    list::{Row, row},
    page::Page,
    period::Period,
    words::Words,
};
use crate::{
    app::{Desk, FiguresAsked},
    domain::{
        CaseId, UnitCode, UnitLevel,
        figures::{Figures, Grouping, Measure, Value, Window},
    },
};
use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

/// Days shown when no period is asked for.
const USUAL_DAYS: u64 = 30;
/// Cases of one figure on a page.
const LISTED: usize = 200;
/// The columns of the table by group; the whole has every figure.
const COLUMNS: [&str; 11] = [
    "reported",
    "answer",
    "response",
    "settlement",
    "arrived_on_time",
    "handled",
    "handled_on_time",
    "solved",
    "reworked",
    "self_resolved",
    "department_whistles",
];

#[derive(Template)]
#[template(path = "console/figures.html")]
struct FiguresPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    asked: Kept,
    units: Vec<Choices>,
    groupings: Vec<Choice>,
    whole: Vec<Cell>,
    columns: Vec<String>,
    groups: Vec<Line>,
}

#[derive(Template)]
#[template(path = "console/figure_cases.html")]
struct CasesPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    title: String,
    rows: Vec<Row>,
    total: usize,
    back: String,
}

/// The figures of one group.
struct Line {
    name: String,
    cells: Vec<Cell>,
}

/// One figure: its links, each with what it says.
struct Cell {
    name: String,
    links: Vec<(String, String)>,
    /// What stands behind it and opens nothing.
    note: String,
}

/// What was asked for, as the form shows it.
struct Kept {
    from: String,
    until: String,
    by: String,
    unit: String,
}

/// What was asked for in the address.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    from: String,
    /// The last day of the period.
    #[serde(default)]
    until: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    unit: String,
    /// The group that a figure belongs to.
    #[serde(default)]
    key: String,
    #[serde(default)]
    measure: String,
    /// `hit`, `miss` or all of a share.
    #[serde(default)]
    part: String,
}

impl Asked {
    fn period(&self, words: &Words<'_>) -> Result<Period, Problem> {
        Period::read(&self.from, &self.until, USUAL_DAYS, words)
    }

    fn kept(&self, words: &Words<'_>) -> Result<Kept, Problem> {
        let Period { from, until } = self.period(words)?;
        let by = if self.by.is_empty() { "unit".to_owned() } else { self.by.clone() };
        Ok(Kept { from: from.to_string(), until: until.to_string(), by, unit: self.unit.clone() })
    }

    /// # Errors
    /// A period or a grouping that is none.
    fn read(&self, desk: &Desk, words: &Words<'_>) -> Result<FiguresAsked, Problem> {
        let kept = self.kept(words)?;
        let Window { from, to } = self.period(words)?.window(words)?;
        // A desk of one unit asks for that unit, so that its own lower units are compared.
        let own = if let [own] = desk.units.as_slice() { Some(own.clone()) } else { None };
        let unit = Some(UnitCode::from(kept.unit.as_str())).filter(|unit| !unit.0.is_empty()).or(own);
        FiguresAsked::read(from, to, &kept.by, unit, words.city)
            .map_err(|why| Problem::both(why.chinese, why.english))
    }
}

impl Kept {
    fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let own = [("from", &*self.from), ("until", &*self.until), ("by", &*self.by), ("unit", &*self.unit)];
        let mut address = url::form_urlencoded::Serializer::new(String::new());
        own.iter().chain(more).filter(|(_, value)| !value.is_empty()).for_each(|(name, value)| {
            address.append_pair(name, value);
        });
        format!("{path}?{}", address.finish())
    }
}

/// `GET /console/figures`
pub(super) async fn page(
    site: web::Data<Site>,
    request: HttpRequest,
    seat: Seat,
    asked: web::Query<Asked>,
) -> Answer {
    let frame = Frame::of(&request, &site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let wanted = asked.read(&seat.desk, &words)?;
    let kept = asked.kept(&words)?;
    let groups = site.app.figures(&wanted, Some(&seat.desk)).await?;
    let whole =
        site.app.figures(&FiguresAsked { by: Grouping::Whole, ..wanted.clone() }, Some(&seat.desk)).await?;
    let every = |figures: &Figures, key: &str, wanted: &dyn Fn(&Measure<'_>) -> bool| -> Vec<Cell> {
        let measures = figures.measures();
        measures.iter().filter(|one| wanted(one)).map(|one| cell(one, key, &kept, &words)).collect()
    };
    let main = |measure: &Measure<'_>| COLUMNS.contains(&measure.code);
    let names = |measure: &Measure<'_>| words.word(measure.name, measure.name_en).to_owned();
    let none = Figures::default();
    let page = Page::of(&seat, &words, "/console/figures");
    frame.answer(&FiguresPage {
        page: &page,
        frame: &frame,
        units: units(&seat, &words),
        groupings: groupings(&words),
        whole: whole.first().map(|group| every(&group.figures, "", &|_| true)).unwrap_or_default(),
        columns: none.measures().iter().filter(|one| main(one)).map(names).collect(),
        groups: groups
            .iter()
            .map(|group| Line {
                name: called(&group.key, &group.name, wanted.by, &words),
                cells: every(&group.figures, &group.key, &main),
            })
            .collect(),
        asked: asked.kept(&words)?,
    })
}

/// `GET /console/figures/cases`: the cases behind one figure.
pub(super) async fn cases(
    site: web::Data<Site>,
    request: HttpRequest,
    seat: Seat,
    asked: web::Query<Asked>,
) -> Answer {
    let frame = Frame::of(&request, &site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let mut wanted = asked.read(&seat.desk, &words)?;
    if asked.key.is_empty() {
        wanted.by = Grouping::Whole;
    }
    let groups = site.app.figures(&wanted, Some(&seat.desk)).await?;
    let group = groups.iter().find(|group| asked.key.is_empty() || group.key == asked.key);
    let measures = group.map(|group| group.figures.measures()).unwrap_or_default();
    let measure = measures.iter().find(|one| one.code == asked.measure);
    let ids = measure.map(|measure| behind(measure, &asked.part)).unwrap_or_default();
    let mut rows = Vec::new();
    for id in ids.iter().take(LISTED) {
        if let Some(case) =
            site.app.store().case(*id).await?.filter(|case| seat.desk.sees(&snapshot.city, case))
        {
            rows.push(row(&case, &words));
        }
    }
    let name = measure.map_or("", |measure| words.word(measure.name, measure.name_en));
    let of = group.filter(|_| !asked.key.is_empty());
    let of = of.map(|group| called(&group.key, &group.name, wanted.by, &words)).unwrap_or_default();
    let part = match asked.part.as_str() {
        "hit" => words.word("其中达到的", "those that did"),
        "miss" => words.word("其中未达到的", "those that did not"),
        _ => "",
    };
    let title = [name, &of, part].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let page = Page::of(&seat, &words, "/console/figures");
    let back = asked.kept(&words)?.address("/console/figures", &[]);
    frame.answer(&CasesPage { page: &page, frame: &frame, title, rows, total: ids.len(), back })
}

/// The cases behind a figure, each once.
fn behind(measure: &Measure<'_>, part: &str) -> Vec<CaseId> {
    let mut ids: Vec<CaseId> = match measure.value {
        Value::Count(cases) | Value::Per100(_, cases) => cases.to_vec(),
        Value::Minutes(spread) => spread.cases.clone(),
        Value::Share(rate) if part == "hit" => rate.hit.clone(),
        Value::Share(rate) if part == "miss" => {
            rate.of.iter().filter(|id| !rate.hit.contains(id)).copied().collect()
        }
        Value::Share(rate) => rate.of.clone(),
    };
    ids.sort_by_key(|id| std::cmp::Reverse(id.0));
    ids.dedup();
    ids
}

fn cell(measure: &Measure<'_>, key: &str, kept: &Kept, words: &Words<'_>) -> Cell {
    let link = |part: &str, text: String| {
        let more = [("key", key), ("measure", measure.code), ("part", part)];
        (kept.address("/console/figures/cases", &more), text)
    };
    let name = words.word(measure.name, measure.name_en).to_owned();
    let span = |minutes: f64| words.span(chrono::Duration::seconds((minutes * 60.0).round() as i64));
    let (links, note) = match measure.value {
        Value::Count(cases) => (vec![link("", cases.len().to_string())], String::new()),
        Value::Minutes(spread) => match (spread.median, spread.p90) {
            (Some(median), Some(high)) => (
                vec![link("", span(median))],
                format!("{} {}", words.word("九成在", "90% within"), span(high)),
            ),
            _ => (Vec::new(), "—".to_owned()),
        },
        Value::Share(rate) => match rate.value() {
            Some(share) => (
                vec![
                    link("hit", format!("{:.1}%", share * 100.0)),
                    link("", format!("{}/{}", rate.hit.len(), rate.of.len())),
                ],
                String::new(),
            ),
            None => (Vec::new(), "—".to_owned()),
        },
        Value::Per100(Some(value), _) => (vec![link("", format!("{value:.1}"))], String::new()),
        Value::Per100(None, _) => (Vec::new(), "—".to_owned()),
    };
    Cell { name, links, note }
}

/// What a group is called: units and matters in the reader's language.
fn called(key: &str, name: &str, by: Grouping, words: &Words<'_>) -> String {
    match by {
        Grouping::Category => words.category(&key.into()),
        Grouping::Day | Grouping::Week | Grouping::Month => name.to_owned(),
        _ if key == "-" => words.word("不在其中", "none of these").to_owned(),
        _ => words.unit(&key.into()),
    }
}

fn units(seat: &Seat, words: &Words<'_>) -> Vec<Choices> {
    let organisation = &words.city.organisation;
    let wanted =
        |code: &UnitCode| organisation.unit(code).is_some_and(|unit| unit.level <= UnitLevel::Community);
    let grounds = seat.desk.grounds(words.city);
    let choices =
        grounds.iter().filter(|code| wanted(code)).map(|code| Choice::new(code.as_str(), words.unit(code)));
    vec![Choices::new("", choices.collect())]
}

fn groupings(words: &Words<'_>) -> Vec<Choice> {
    [
        ("unit", words.word("按下级单位", "By the units below")),
        ("community", words.word("按社区", "By community")),
        ("grid", words.word("按网格", "By grid")),
        ("department", words.word("按部门", "By department")),
        ("category", words.word("按类别", "By category")),
        ("day", words.word("按日", "By day")),
        ("week", words.word("按周", "By week")),
        ("month", words.word("按月", "By month")),
    ]
    .into_iter()
    .map(|(value, label)| Choice::new(value, label))
    .collect()
}
