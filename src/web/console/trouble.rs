//! What goes wrong on a console page is said on a page, in the reader's language; scripts get the
//! problem details as they are.

use super::{
    super::{Problem, Site, frame::Frame},
    is_fragment,
};
use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
    web,
};
use askama::Template;

#[derive(Template)]
#[template(path = "console/error.html")]
struct TroublePage<'a> {
    frame: &'a Frame,
    title: &'static str,
    detail: String,
}

/// Turns a [`Problem`] into a page. Nothing of the console is kept by caches.
pub(super) async fn page(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut answer = next.call(request).await?.map_into_boxed_body();
    let status = answer.status();
    if status.is_client_error() || status.is_server_error() {
        let words =
            answer.response().error().and_then(|error| error.as_error::<Problem>()).and_then(Problem::words);
        if let Some(told) = told(&answer, status, words) {
            answer = answer.into_response(told);
        }
    }
    if !answer.headers().contains_key(header::CACHE_CONTROL) {
        let no_store = header::HeaderValue::from_static("no-store");
        answer.headers_mut().insert(header::CACHE_CONTROL, no_store);
    }
    Ok(answer)
}

/// The page; none where the answer is a page already, or nobody reads one.
fn told(answer: &ServiceResponse, status: StatusCode, words: Option<(&str, &str)>) -> Option<HttpResponse> {
    let is_page = answer
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page || is_fragment(answer.request()) {
        return None;
    }
    let site = answer.request().app_data::<web::Data<Site>>()?;
    let frame = Frame::of(answer.request(), site);
    let (title, plain) = match status {
        StatusCode::NOT_FOUND => (
            frame.word("没有找到", "Not found"),
            frame.word("这里没有内容，或者不归您管。", "There is nothing here, or it is not yours to see."),
        ),
        StatusCode::FORBIDDEN => (
            frame.word("没有权限", "Not allowed"),
            frame.word(
                "这个页面不归您使用，或者页面已过期：请返回重试。",
                "This is not for you, or the page is too old: go back and try again.",
            ),
        ),
        status if status.is_server_error() => (
            frame.word("出错了", "Something went wrong"),
            frame.word("已记录，请稍后再试。", "It is logged; please try again later."),
        ),
        _ => {
            let unreadable = (
                "地址或表单里有读不懂的内容，请返回重试。",
                "Something in the address or in the form cannot be read: go back and try again.",
            );
            let (chinese, english) = words.unwrap_or(unreadable);
            (frame.word("请求有误", "Bad request"), frame.word(chinese, english))
        }
    };
    let mut told = frame.answer(&TroublePage { frame: &frame, title, detail: plain.to_owned() }).ok()?;
    *told.status_mut() = status;
    Some(told)
}
