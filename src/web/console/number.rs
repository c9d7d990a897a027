//! Somebody's telephone number, shown to who says what for: the reason is written into the access log before.

use super::{
    super::{Problem, Site, frame::Frame, posted::Filled, problem::Answer, session::Seat},
    page::Page,
    words::Words,
};
use crate::{app::Error, domain::PersonCode};
use actix_web::{HttpRequest, http::StatusCode, web};
use askama::Template;

#[derive(Template)]
#[template(path = "console/number.html")]
struct NumberPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    who: String,
    reason: &'a str,
    failure: Option<String>,
    number: Option<String>,
}

/// `GET /console/people/{code}/number`
pub(super) async fn ask(
    site: web::Data<Site>,
    request: HttpRequest,
    seat: Seat,
    code: web::Path<String>,
) -> Answer {
    show(&site, &request, &seat, &code, "", Ok(None))
}

/// `POST /console/people/{code}/number`
pub(super) async fn reveal(
    site: web::Data<Site>,
    request: HttpRequest,
    filled: Filled,
    code: web::Path<String>,
) -> Answer {
    let Filled { seat, posted } = filled;
    let (person, reason) = (PersonCode::from(code.as_str()), posted.get("reason"));
    let shown = match site.app.reveal_number(&seat.desk, &person, reason).await {
        Ok(number) => Ok(Some(number)),
        Err(Error::BadInput(_)) => {
            Err(("请写明查看的原因，2 到 200 个字。", "Say why, in 2 to 200 characters."))
        }
        Err(Error::NotFound("number")) => Err(("没有登记电话号码。", "There is no number in the roster.")),
        // It was made by an import after this process had begun.
        Err(Error::NotFound("key")) => Err((
            "这个进程启动时还没有号码的密钥，重启后就能看。",
            "This process began before there was a key of the numbers: restart it.",
        )),
        Err(error) => return Err(error.into()),
    };
    show(&site, &request, &seat, &code, reason, shown)
}

fn show(
    site: &Site,
    request: &HttpRequest,
    seat: &Seat,
    code: &str,
    reason: &str,
    shown: Result<Option<String>, (&str, &str)>,
) -> Answer {
    let snapshot = site.app.city();
    let person = PersonCode::from(code);
    snapshot.city.organisation.person(&person).ok_or_else(Problem::not_found)?;
    let frame = Frame::of(request, site);
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let page = Page::of(seat, &words, "");
    let (number, failure) = match shown {
        Ok(number) => (number, None),
        Err((chinese, english)) => (None, Some(frame.word(chinese, english).to_owned())),
    };
    let status = if failure.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (page, who) = (&page, words.person(&person));
    let mut answer = frame.answer(&NumberPage { page, frame: &frame, who, reason, failure, number })?;
    *answer.status_mut() = status;
    Ok(answer)
}
