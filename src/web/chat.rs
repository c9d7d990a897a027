//! The built-in chat page: the same conversations as a messenger. Whoever opens it is whoever they
//! say, so it is for the demo and for drills, and off in production.

use super::{Problem, Site, frame::Frame, live, map::attributes, problem::Answer, turnstile::Writing};
use crate::{
    app::{Change, Error, Kept, Typed},
    atlas::{Datum, Point},
    dialogue::{Body, ChannelKind, ChatKind, Inbound, Keyboard, RemoteFile, Sender},
    domain::{MediaId, Person, PersonCode},
    messenger::web_chat::Shown,
    store::Chat,
};
use actix_multipart::form::{MultipartForm, MultipartFormConfig, tempfile::TempFile, text::Text};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// People listed at a time.
const LISTED: usize = 60;
/// Messages given at a time.
const MESSAGES: u64 = 200;
/// A photo and the form around it.
const UPLOAD: usize = 24 << 20;
/// The address of somebody who is in no roster.
const RESIDENT: &str = "resident";

pub(super) fn routes(config: &mut web::ServiceConfig) {
    let forms = MultipartFormConfig::default()
        .total_limit(UPLOAD)
        .memory_limit(UPLOAD)
        .error_handler(|error, _| Problem::bad(error.to_string()).into());
    config.service(
        web::scope("/chat")
            .app_data(forms)
            .route("", web::get().to(people))
            .route("/{person}", web::get().to(page))
            .route("/{person}/messages", web::get().to(messages))
            .route("/{person}/live", web::get().to(hints))
            .route("/{person}/send", web::post().to(send))
            .route("/{person}/press", web::post().to(press))
            .route("/{person}/media/{id}", web::get().to(media)),
    );
}

struct Listed {
    code: String,
    name: String,
    post: String,
}

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    frame: Frame,
    query: String,
    people: Vec<Listed>,
}

#[derive(Template)]
#[template(path = "chat.html")]
struct ChatPage {
    frame: Frame,
    code: String,
    name: String,
    post: String,
    beginning: (String, String),
    words: String,
}

#[derive(Deserialize)]
struct Search {
    q: Option<String>,
}

async fn people(site: web::Data<Site>, request: HttpRequest, search: web::Query<Search>) -> Answer {
    open(&site)?;
    let frame = Frame::of(&request, &site);
    let query = search.into_inner().q.unwrap_or_default().trim().to_owned();
    let people = found(&site, &frame, &query);
    frame.answer(&PeoplePage { people, query, frame: Frame::of(&request, &site) })
}

fn found(site: &Site, frame: &Frame, query: &str) -> Vec<Listed> {
    let city = site.app.city();
    let organisation = &city.city.organisation;
    if query.is_empty() {
        let cast = site.options.cast.iter().filter_map(|code| organisation.person(code));
        let mut people: Vec<_> = cast.map(|person| listed(site, frame, person)).collect();
        people.push(resident(frame));
        return people;
    }
    let mut people: Vec<_> = organisation
        .people()
        .map(|person| listed(site, frame, person))
        .filter(|person| [&person.code, &person.name, &person.post].iter().any(|text| text.contains(query)))
        .collect();
    people.sort_by(|a, b| a.code.cmp(&b.code));
    people.truncate(LISTED);
    people
}

fn listed(site: &Site, frame: &Frame, person: &Person) -> Listed {
    Listed { code: person.code.to_string(), name: person.name.clone(), post: post(site, frame, person) }
}

fn resident(frame: &Frame) -> Listed {
    Listed {
        code: RESIDENT.into(),
        name: frame.word("居民", "A resident").into(),
        post: frame.word("没有登记的居民", "not in the roster").into(),
    }
}

/// `网格员 · 古城社区第三网格`
fn post(site: &Site, frame: &Frame, person: &Person) -> String {
    let city = site.app.city();
    let posts: Vec<String> = person
        .posts
        .iter()
        .map(|post| {
            let unit = city.city.organisation.unit(&post.unit);
            let unit = unit.map_or(post.unit.as_str(), |unit| unit.name.as_str());
            format!("{} · {unit}", role(frame, post.role))
        })
        .collect();
    posts.join("；")
}

/// The word for a role.
pub(super) fn role(frame: &Frame, role: crate::domain::Role) -> &'static str {
    use crate::domain::Role;
    match role {
        Role::GridWorker => frame.word("网格员", "grid worker"),
        Role::BranchSecretary => frame.word("网格党支部书记", "branch secretary"),
        Role::GridLead => frame.word("网格长", "grid lead"),
        Role::BuildingLead => frame.word("楼长", "building lead"),
        Role::EntranceLead => frame.word("单元长", "entrance lead"),
        Role::MemberHousehold => frame.word("党员中心户", "member household"),
        Role::Dispatcher => frame.word("派遣员", "dispatcher"),
        Role::DepartmentOfficer => frame.word("部门工作人员", "department officer"),
        Role::Leader => frame.word("领导", "leader"),
        Role::Admin => frame.word("管理员", "administrator"),
    }
}

async fn page(site: web::Data<Site>, request: HttpRequest, code: web::Path<String>) -> Answer {
    let frame = Frame::of(&request, &site);
    let chat = chat(&site, &code).await?;
    if chat.person.is_none() {
        // Whoever is in no roster is spoken to as the page speaks.
        site.app.speak(&chat, frame.language).await?;
    }
    let city = site.app.city();
    let person = chat.person.as_ref().and_then(|code| city.city.organisation.person(code));
    let listed = person.map_or_else(|| resident(&frame), |person| listed(&site, &frame, person));
    let posts = person.into_iter().flat_map(|person| &person.posts);
    let beginning = city.edition.beginning(posts.map(|post| post.unit.as_str()));
    let words = json!({
        "photo": frame.word("照片", "photo"), "offline": frame.word("网络不通，稍后自动重试", "No connection; it will try again"),
        "failed": frame.word("没有发出去，请再试一次", "It was not sent; please try again"),
        "no_voice": frame.word("这个浏览器不能录音", "This browser cannot record"),
    });
    // `<` could end the script element that holds it.
    let words = words.to_string().replace('<', "\\u003c");
    let (code, name, post) = (code.into_inner(), listed.name, listed.post);
    frame.answer(&ChatPage {
        code,
        name,
        post,
        beginning: attributes(beginning),
        words,
        frame: Frame::of(&request, &site),
    })
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    since: i64,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    mine: bool,
    card: bool,
    title: Option<String>,
    lines: Vec<String>,
    buttons: Vec<Vec<crate::dialogue::Button>>,
    photo: Option<String>,
    voice: Option<String>,
    place: Option<(f64, f64)>,
    at: i64,
}

async fn messages(site: web::Data<Site>, code: web::Path<String>, since: web::Query<Since>) -> Answer {
    let chat = chat(&site, &code).await?;
    let rows = site.app.store().chat_messages(chat.id, since.since, MESSAGES).await?;
    let seen = rows.iter().map(|row| row.revision).max().unwrap_or(since.since);
    let mut keyboard = None;
    let mut shown: Vec<Row> = Vec::new();
    for row in rows {
        let body: Shown = serde_json::from_str(&row.body).unwrap_or_default();
        match &body.keyboard {
            Some(Keyboard::AskLocation(label) | Keyboard::AskContact(label)) => {
                keyboard = Some(Some(label.clone()));
            }
            Some(Keyboard::Remove) => keyboard = Some(None),
            None => {}
        }
        let media = |id: i64| format!("/chat/{}/media/{id}", *code);
        shown.push(Row {
            id: row.id,
            mine: row.mine,
            card: body.card,
            title: body.title,
            lines: body.lines,
            buttons: body.buttons,
            photo: body.photo.map(media),
            voice: body.voice.map(media),
            place: body.place,
            at: row.at.timestamp_millis(),
        });
    }
    shown.sort_by_key(|row| row.id);
    let mut news = json!({"seen": seen, "messages": shown});
    if let Some(keyboard) = keyboard {
        news["keyboard"] = json!(keyboard);
    }
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(news))
}

async fn hints(site: web::Data<Site>, code: web::Path<String>) -> Answer {
    let chat = chat(&site, &code).await?.id;
    Ok(live::hints(&site, move |change| change == Change::Chat(chat)))
}

#[derive(MultipartForm)]
struct Piece {
    uid: Text<String>,
    said_at: Text<i64>,
    text: Option<Text<String>>,
    caption: Option<Text<String>>,
    album: Option<Text<String>>,
    lat: Option<Text<f64>>,
    lon: Option<Text<f64>>,
    accuracy: Option<Text<f64>>,
    seconds: Option<Text<u32>>,
    photo: Option<TempFile>,
    voice: Option<TempFile>,
}

async fn send(
    _turn: Writing,
    site: web::Data<Site>,
    request: HttpRequest,
    code: web::Path<String>,
    form: MultipartForm<Piece>,
) -> Answer {
    let chat = chat(&site, &code).await?;
    let piece = form.into_inner();
    let said = Said::of(&chat, &Frame::of(&request, &site), &piece.uid.0, piece.said_at.0);
    let (mut shown, mut file) = (Shown::default(), None);
    let caption = piece.caption.map(|caption| caption.0);
    let body = if let (Some(lat), Some(lon)) = (&piece.lat, &piece.lon) {
        let point = Point::checked(lon.0, lat.0).ok_or_else(|| Problem::bad("no such place on earth"))?;
        shown.place = Some((point.lon, point.lat));
        let accuracy_m = piece.accuracy.map(|accuracy| accuracy.0).filter(|accuracy| accuracy.is_finite());
        Body::Location {
            lon: point.lon,
            lat: point.lat,
            datum: Datum::Wgs84,
            accuracy_m,
            live: false,
            venue: None,
        }
    } else if let Some(photo) = piece.photo {
        let kept = upload(&site, photo).await?;
        let remote = said.file(&kept);
        file = Some((kept, "photo"));
        Body::Photo { file: remote, album: piece.album.map(|album| album.0), caption: caption.clone() }
    } else if let Some(voice) = piece.voice {
        let kept = upload(&site, voice).await?;
        let remote = said.file(&kept);
        file = Some((kept, "voice"));
        Body::Voice {
            file: remote,
            seconds: piece.seconds.map_or(0, |seconds| seconds.0),
            caption: caption.clone(),
        }
    } else {
        let text = piece.text.map(|text| text.0).filter(|text| !text.trim().is_empty());
        Body::Text { text: text.ok_or_else(|| Problem::bad("there is nothing in the message"))? }
    };
    if let Body::Text { text } = &body {
        shown.lines = text.lines().map(str::to_owned).collect();
    } else {
        shown.lines = caption.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
    }
    let kind = file.as_ref().map(|(_, kind)| *kind);
    let shown = move |media: Option<MediaId>| {
        let of = |wanted| media.filter(|_| kind == Some(wanted)).map(|media| media.0);
        let shown = Shown { photo: of("photo"), voice: of("voice"), ..shown.clone() };
        serde_json::to_string(&shown).unwrap_or_default()
    };
    take(&site, said, body, Some(Typed { file, shown: &shown })).await
}

#[derive(MultipartForm)]
struct Pressed {
    uid: Text<String>,
    said_at: Text<i64>,
    data: Text<String>,
}

async fn press(
    _turn: Writing,
    site: web::Data<Site>,
    request: HttpRequest,
    code: web::Path<String>,
    form: MultipartForm<Pressed>,
) -> Answer {
    let chat = chat(&site, &code).await?;
    let pressed = form.into_inner();
    let said = Said::of(&chat, &Frame::of(&request, &site), &pressed.uid.0, pressed.said_at.0);
    let body = Body::Press { data: pressed.data.0, press: pressed.uid.0 };
    take(&site, said, body, None).await
}

/// Who said something, when, and what the page calls it.
struct Said {
    uid: String,
    sender: Sender,
    at: Option<DateTime<Utc>>,
}

impl Said {
    fn of(chat: &Chat, frame: &Frame, uid: &str, at: i64) -> Self {
        let address = chat.address.clone();
        Self {
            uid: format!("{address}:{uid}"),
            sender: Sender { address, name: None, language: Some(frame.language.to_owned()) },
            at: DateTime::from_timestamp_millis(at),
        }
    }

    /// A file is known by the message that brings it.
    fn file(&self, kept: &Kept) -> RemoteFile {
        RemoteFile {
            id: self.uid.clone(),
            unique_id: None,
            size: Some(kept.size),
            mime: Some(kept.mime.clone()),
        }
    }
}

async fn take(site: &Site, said: Said, body: Body, typed: Option<Typed<'_>>) -> Answer {
    let inbound = Inbound {
        channel: ChannelKind::Web,
        message: typed.as_ref().map(|_| said.uid.clone()),
        uid: said.uid,
        chat: said.sender.address.clone(),
        kind: ChatKind::Private,
        sender: said.sender,
        said_at: said.at.unwrap_or_else(|| site.app.now()),
        reply_to: None,
        edited: false,
        forwarded: false,
        body,
    };
    let raw = serde_json::to_string(&inbound).unwrap_or_default();
    let heard = match typed {
        Some(typed) => site.app.converse_typed(&inbound, &raw, &typed).await?,
        None => site.app.converse(&inbound, &raw).await?,
    };
    site.metrics.heard(ChannelKind::Web, if heard.repeated { "repeated" } else { "taken" });
    Ok(HttpResponse::Ok().json(json!({"toast": heard.toast})))
}

/// Keeps the bytes of an upload, by their content.
async fn upload(site: &Site, file: TempFile) -> Result<Kept, Problem> {
    let bytes = std::fs::read(file.file.path()).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(site.app.keep_upload(bytes.into()).await?)
}

async fn media(site: web::Data<Site>, path: web::Path<(String, i64)>) -> Answer {
    open(&site)?;
    let media = site.app.media(MediaId(path.1)).await?;
    let (bytes, mime) = site.app.shown_bytes(&media).await.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type(mime)
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, max-age=86400"))
        .body(bytes))
}

/// Is the page switched on?
fn open(site: &Site) -> Result<(), Problem> {
    if site.options.chat { Ok(()) } else { Err(Problem::not_found()) }
}

/// The chat of a person of the roster, or of a resident; made at the first look.
async fn chat(site: &Site, code: &str) -> Result<Chat, Problem> {
    open(site)?;
    if code == RESIDENT {
        return Ok(site.app.web_chat(code, None).await?);
    }
    let person = PersonCode::from(code);
    site.app.city().city.organisation.person(&person).ok_or_else(Problem::not_found)?;
    Ok(site.app.web_chat(code, Some(person)).await?)
}
