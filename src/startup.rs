//! Builds the running program from its settings, and stops it without losing anything.

use crate::{
    app::{self, App, Change, Clock, binding::fresh_token, media::Blobs, secrets::Vault},
    dialogue::ChannelKind,
    domain::PersonCode,
    jobs::{DeliveryRules, Jobs, Roles},
    messenger::{
        Messenger,
        telegram::{Listener, Pace, PaceLimits, Telegram, Webhook},
        web_chat::WebChat,
    },
    settings::{Settings, TelegramMode},
    store::{self, Store},
    telemetry::Metrics,
    web::{self, Site, Turnstile},
};
use actix_web::dev::ServerHandle;
use std::{net::SocketAddr, sync::Arc};
use tokio::{
    sync::{broadcast, watch},
    task::JoinHandle,
};

/// Which parts of the program this process runs (`serve --role`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Pages, API and webhooks.
    pub web: bool,
    /// Letters.
    pub deliver: bool,
    /// Deadlines and upkeep.
    pub escalate: bool,
    /// Telegram's updates by long polling.
    pub poll: bool,
}

impl Default for Parts {
    fn default() -> Self {
        Self { web: true, deliver: true, escalate: true, poll: true }
    }
}

/// How the program is started, beside its settings.
#[derive(Clone, Debug, Default)]
pub struct StartOptions {
    /// What runs here.
    pub parts: Parts,
    /// The data is generated.
    pub demo: bool,
    /// The password of the demo's logins; empty otherwise.
    pub demo_password: String,
    /// Who is offered first on the chat page.
    pub cast: Vec<PersonCode>,
}

/// The running program.
pub struct Running {
    /// The use cases, for whoever starts it.
    pub app: App,
    /// The address that the web listens on; none without the web part.
    pub address: Option<SocketAddr>,
    server: Option<(ServerHandle, JoinHandle<std::io::Result<()>>)>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Opens the database as the settings say; brings the schema up to date where they allow it.
///
/// # Errors
/// One line that says why.
pub async fn open_store(settings: &Settings) -> Result<Store, String> {
    let store = connect(settings).await?;
    let current_already = store.is_current_schema().await.map_err(|error| error.to_string())?;
    if settings.database.migrate_on_start && !current_already {
        store.migrate_up().await.map_err(|error| error.to_string())?;
    }
    current(store).await
}

/// The same for a command beside the running program: what is there already is not changed.
///
/// # Errors
/// One line that says why; also for an older schema, or none.
pub async fn open_store_as_it_is(settings: &Settings) -> Result<Store, String> {
    current(connect(settings).await?).await
}

/// The same for the first file of a city: an empty database gets its schema, another one stays as it is.
///
/// # Errors
/// One line that says why.
pub async fn open_store_or_build(settings: &Settings) -> Result<Store, String> {
    let store = connect(settings).await?;
    let steps = store.migrate_status().await.map_err(|error| error.to_string())?;
    if steps.iter().all(|step| !step.applied) {
        store.migrate_up().await.map_err(|error| error.to_string())?;
    }
    current(store).await
}

async fn connect(settings: &Settings) -> Result<Store, String> {
    let options = store::Options {
        connections: settings.database.connections,
        nudges: settings.database.nudges,
        ..store::Options::default()
    };
    Store::connect(settings.database.url.reveal(), &options).await.map_err(|error| error.to_string())
}

async fn current(store: Store) -> Result<Store, String> {
    match store.is_current_schema().await {
        Ok(true) => {
            let steps = store.migrate_status().await.map_err(|error| error.to_string())?;
            if let Some(newer) = steps.iter().find(|step| !step.known) {
                tracing::warn!(
                    step = newer.name,
                    "a newer program has added to the schema; working beside it"
                );
            }
            Ok(store)
        }
        Ok(false) => Err("the database has an older schema, or none: run `whistle migrate up`".into()),
        Err(error) => Err(error.to_string()),
    }
}

/// The use cases over an open store, with the city read.
///
/// # Errors
/// One line that says why.
pub async fn open_app(settings: &Settings, store: Store, clock: Clock) -> Result<App, String> {
    let app = new_app(settings, store, clock)?;
    app.refresh_city().await.map_err(|error| error.to_string())?;
    Ok(app)
}

/// The same over a city that is looked at only: an edition whose time has come does not take over.
///
/// # Errors
/// One line that says why.
pub async fn open_app_to_look(settings: &Settings, store: Store, clock: Clock) -> Result<App, String> {
    let app = new_app(settings, store, clock)?;
    app.reread_city().await.map_err(|error| error.to_string())?;
    Ok(app)
}

fn new_app(settings: &Settings, store: Store, clock: Clock) -> Result<App, String> {
    let options = app::Options {
        policy: settings.policy.to_domain(),
        calendar: settings.calendar.to_domain(),
        rules: settings.report.to_rules(),
        blobs: Some(Blobs::open(&settings.blobs.url, settings.blobs.max_bytes).map_err(|e| e.to_string())?),
        vault: Vault::kept(&settings.security).map_err(|error| error.to_string())?,
        spans: app::Spans {
            invitation: settings.security.invitation.to_chrono(),
            inbound: settings.retention.inbound.to_chrono(),
            letters: settings.retention.letters.to_chrono(),
        },
    };
    Ok(App::new(store, clock, options))
}

/// Starts what `options` asks for. It runs until [`Running::stop`].
///
/// # Errors
/// One line that says why it cannot start.
pub async fn start(settings: &Settings, app: App, options: StartOptions) -> Result<Running, String> {
    let metrics = Arc::new(Metrics::new());
    let holder = fresh_token().map_err(|error| error.to_string())?;
    let (stop, stopped) = watch::channel(false);
    let telegram = telegram(settings).await?;
    let mut messengers: Vec<Arc<dyn Messenger>> = vec![Arc::new(WebChat::new(app.clone()))];
    messengers.extend(telegram.clone().map(|telegram| telegram as Arc<dyn Messenger>));
    let jobs = Arc::new(Jobs::new(
        app.clone(),
        messengers,
        delivery_rules(settings),
        Pace::new(pace_limits(settings)),
        metrics.clone(),
        holder.clone(),
    ));
    let mut tasks = vec![tokio::spawn(observe(app.changes(), metrics.clone(), stopped.clone()))];
    let roles = Roles { deliver: options.parts.deliver, escalate: options.parts.escalate };
    tasks.push(tokio::spawn(jobs.run(roles, stopped.clone())));
    let listener = telegram
        .clone()
        .map(|telegram| Listener::new(app.clone(), telegram, metrics.clone(), holder.clone()));
    if let Some(listener) = listener.clone()
        && options.parts.poll
        && settings.telegram.mode == TelegramMode::Polling
    {
        tasks.push(tokio::spawn(listener.poll(settings.telegram.poll.to_std(), stopped.clone())));
    }
    let site = site(settings, &app, metrics, listener, &options);
    let (address, server) = if options.parts.web { serve(settings, site)? } else { (None, None) };
    if let Some(telegram) = telegram.filter(|_| options.parts.web) {
        tasks.push(tokio::spawn(telegram.announce(webhook(settings), stopped)));
    }
    Ok(Running { app, address, server, stop, tasks })
}

/// Counts the steps of cases that this process takes.
async fn observe(
    mut changes: broadcast::Receiver<Change>,
    metrics: Arc<Metrics>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        tokio::select! {
            change = changes.recv() => match change {
                Ok(Change::Step { stage, seconds }) => metrics.stage(stage, seconds as f64),
                // Hints that came too fast are lost to the histogram, to nothing else.
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            },
            _ = stop.changed() => return,
        }
    }
}

impl Running {
    /// Stops: no new work is taken, what is held is finished.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        if let Some((handle, serving)) = self.server {
            handle.stop(true).await;
            let _ = serving.await;
        }
        for task in self.tasks {
            let _ = task.await;
        }
    }

    /// Runs until Ctrl-C or SIGTERM, then stops.
    pub async fn until_signal(self) {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
        let terminated = async {
            match &mut terminate {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated => {}
        }
        tracing::info!("stopping: what is held is finished first");
        self.stop().await;
    }
}

fn site(
    settings: &Settings,
    app: &App,
    metrics: Arc<Metrics>,
    listener: Option<Listener>,
    options: &StartOptions,
) -> Site {
    let secret = Some(settings.telegram.secret.reveal().to_owned()).filter(|secret| !secret.is_empty());
    let pages = web::Options {
        chat: settings.chat.enabled || options.demo,
        demo: options.demo,
        demo_password: options.demo_password.clone(),
        cast: options.cast.clone(),
        tiles: settings.tiles.url.clone(),
        attribution: settings.tiles.attribution.clone(),
        telegram_secret: secret,
        secure_cookies: settings.http.public_url.starts_with("https://"),
        session: settings.security.session.to_chrono(),
        public_url: settings.http.public_url.clone(),
        stuck_after: settings.delivery.stuck_after.to_chrono(),
        channels: channels(settings),
    };
    let turnstile = Arc::new(Turnstile::new(settings.limits.to_rates(&settings.http), app.clock()));
    Site { app: app.clone(), options: Arc::new(pages), metrics, turnstile, telegram: listener }
}

/// The ways of reaching people that this deployment serves, in whichever of its processes.
pub(crate) fn channels(settings: &Settings) -> Vec<ChannelKind> {
    let telegram = !settings.telegram.token.reveal().is_empty();
    [ChannelKind::Web].into_iter().chain(telegram.then_some(ChannelKind::Telegram)).collect()
}

type Serving = (Option<SocketAddr>, Option<(ServerHandle, JoinHandle<std::io::Result<()>>)>);

fn serve(settings: &Settings, site: Site) -> Result<Serving, String> {
    let bind = settings.http.bind;
    let (running, addresses) = web::edge::serve(bind, settings.http.to_limits(), site)
        .map_err(|error| format!("http.bind {bind}: {error}"))?;
    let address = addresses.first().copied();
    let handle = running.handle();
    Ok((address, Some((handle, tokio::spawn(running)))))
}

async fn telegram(settings: &Settings) -> Result<Option<Arc<Telegram>>, String> {
    if settings.telegram.token.reveal().is_empty() {
        return Ok(None);
    }
    let telegram =
        Telegram::connect(settings.telegram.to_client()).await.map_err(|error| error.to_string())?;
    Ok(Some(Arc::new(telegram)))
}

/// Where Telegram brings its updates; none when they are asked for, or somebody else has told it where.
fn webhook(settings: &Settings) -> Option<Webhook> {
    if settings.telegram.mode != TelegramMode::Webhook {
        return None;
    }
    if settings.http.public_url.is_empty() {
        tracing::warn!("http.public_url is not set: Telegram is not told where the webhook is");
        return None;
    }
    let url = format!("{}/telegram/webhook", settings.http.public_url.trim_end_matches('/'));
    Some(Webhook { url, secret: settings.telegram.secret.reveal().to_owned() })
}

fn delivery_rules(settings: &Settings) -> DeliveryRules {
    let delivery = &settings.delivery;
    DeliveryRules {
        lease: delivery.lease.to_chrono(),
        schedule: delivery.retry.iter().map(|span| span.to_chrono()).collect(),
        repeat_after: delivery.repeat_after.to_chrono(),
        lanes: delivery.lanes,
    }
}

fn pace_limits(settings: &Settings) -> PaceLimits {
    let delivery = &settings.delivery;
    PaceLimits {
        per_second: delivery.per_second,
        per_chat_second: delivery.per_chat_second,
        per_group_minute: delivery.per_group_minute,
    }
}
