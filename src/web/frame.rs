//! What every page has around it: the language, and the map's tiles.

use super::{Problem, Site};
use actix_web::{HttpRequest, HttpResponse, cookie::Cookie, http::header};
use askama::Template;

/// The frame of a page.
pub struct Frame {
    /// `zh-CN` or `en`.
    pub language: &'static str,
    /// The tile address; empty for none.
    pub tiles: String,
    /// Whom the tiles are credited to.
    pub attribution: String,
    chosen: bool,
}

impl Frame {
    /// The frame for a request: `?lang=`, else the cookie, else what the browser likes, else Chinese.
    pub fn of(request: &HttpRequest, site: &Site) -> Self {
        let asked = request.query_string().split('&').find_map(|pair| pair.strip_prefix("lang="));
        let cookie = request.cookie("lang");
        let header = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let wanted = asked.or(cookie.as_ref().map(Cookie::value)).or(header).unwrap_or_default();
        let language = if wanted.starts_with("en") { "en" } else { "zh-CN" };
        Self {
            language,
            tiles: site.options.tiles.clone(),
            attribution: site.options.attribution.clone(),
            chosen: asked.is_some(),
        }
    }

    /// The word in the page's language.
    pub fn word<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        if self.language == "en" { english } else { chinese }
    }

    /// The page as an answer; remembers a language that was just chosen.
    ///
    /// # Errors
    /// A [`Problem`] when the template fails.
    pub fn answer(&self, page: &impl Template) -> Result<HttpResponse, Problem> {
        let html = page.render().map_err(|error| crate::app::Error::Internal(error.to_string()))?;
        let mut answer = HttpResponse::Ok();
        answer.content_type("text/html; charset=utf-8");
        if self.chosen {
            let cookie = Cookie::build("lang", self.language).path("/").permanent().http_only(true).finish();
            answer.cookie(cookie);
        }
        Ok(answer.body(html))
    }
}
