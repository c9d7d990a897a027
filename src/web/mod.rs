//! Everything over HTTP: console, residents' pages, the built-in chat, API, webhooks, live updates.
//! A handler takes what it may use as arguments, calls one use case and renders.

mod api;
mod assets;
mod chat;
mod console;
pub mod edge;
mod frame;
pub mod guard;
mod health;
mod home;
mod live;
mod map;
mod nothing;
mod posted;
mod problem;
mod session;
mod sign_in;
mod telegram;
mod turnstile;

use crate::{app::App, dialogue::ChannelKind, domain::PersonCode, telemetry::Metrics};
use actix_web::web;
use std::sync::Arc;

pub use problem::Problem;
pub use turnstile::{Rates, Turnstile};

/// What the pages need to know of the settings.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The built-in chat page is switched on (the demo).
    pub chat: bool,
    /// The data is generated and marked as such.
    pub demo: bool,
    /// The password of the demo's logins, shown to whoever signs in; empty otherwise.
    pub demo_password: String,
    /// The people offered first on the chat page.
    pub cast: Vec<PersonCode>,
    /// A tile address for maps, `{z}/{x}/{y}`; empty for none.
    pub tiles: String,
    /// Whom the tiles are to be credited to.
    pub attribution: String,
    /// The webhook's secret, where Telegram comes by webhook.
    pub telegram_secret: Option<String>,
    /// Cookies are sent over HTTPS only.
    pub secure_cookies: bool,
    /// How long a console session lasts without use.
    pub session: chrono::Duration,
    /// In links and QR codes.
    pub public_url: String,
    /// A letter that could have left so long ago means that delivery is stuck.
    pub stuck_after: chrono::Duration,
    /// The ways of reaching people that are served; letters of others wait and are not late.
    pub channels: Vec<ChannelKind>,
}

/// What every handler can reach.
#[derive(Clone)]
pub struct Site {
    /// The use cases.
    pub app: App,
    /// The settings of the pages.
    pub options: Arc<Options>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// How often somebody may come.
    pub turnstile: Arc<Turnstile>,
    /// Takes Telegram's updates, where it is switched on.
    pub telegram: Option<crate::messenger::telegram::Listener>,
}

/// The largest body of a request that is not an upload.
const BODY: usize = 1 << 20;

/// Every address. [`Site`] must be in the application's data.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PayloadConfig::new(BODY))
        .app_data(
            web::JsonConfig::default()
                .limit(BODY)
                .error_handler(|error, _| Problem::bad(error.to_string()).into()),
        )
        .app_data(
            web::FormConfig::default()
                .limit(BODY)
                .error_handler(|error, _| Problem::bad(error.to_string()).into()),
        )
        .app_data(
            web::QueryConfig::default().error_handler(|error, _| Problem::bad(error.to_string()).into()),
        )
        .configure(home::routes)
        .configure(health::routes)
        .configure(assets::routes)
        .configure(map::routes)
        .configure(sign_in::routes)
        .configure(console::routes)
        .configure(api::routes)
        .configure(chat::routes)
        .configure(telegram::routes)
        .configure(nothing::routes);
}
