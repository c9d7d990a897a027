//! The program as a process beside us: started with settings of its own, watched, stopped, killed.

use super::{Outcome, base::Base, bot_api::TOKEN, wire::Wire};
use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use whistle::settings::Layers;

/// The secret of the webhook.
pub const SECRET: &str = "storm-secret";
/// No pace of Telegram's holds a storm back.
const NO_LIMIT: &str = "1000000000";
/// Longer than any start or end takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// How a process is started.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program.
    pub program: PathBuf,
    /// Its parts (`--role`); empty for all.
    pub roles: &'static str,
    /// Updates are brought, not asked for.
    pub webhook: bool,
    /// Further settings.
    pub settings: Vec<(String, String)>,
}

/// A running process.
pub struct Office {
    child: Child,
    /// `HOST:PORT`; empty without the web part.
    pub address: String,
    /// From the start of the process until it was ready.
    pub ready_after: Duration,
}

impl Plan {
    /// The whole program, its updates brought.
    pub fn of(program: &Path) -> Self {
        Self { program: program.to_owned(), roles: "", webhook: true, settings: Vec::new() }
    }

    /// The same with these parts only.
    #[must_use]
    pub fn roles(mut self, roles: &'static str) -> Self {
        self.roles = roles;
        self
    }

    /// The same with one more setting.
    #[must_use]
    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.settings.push((key.into(), value.into()));
        self
    }

    /// Starts it in a folder, over a database and a Bot API, and waits until it is ready.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(&self, base: &Base, bot_api: &str, folder: &Path) -> Outcome<Office> {
        let begun = Instant::now();
        let log = File::options().create(true).append(true).open(folder.join("serve.log"))?;
        let mut command = Command::new(&self.program);
        command.arg("serve").current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let web = self.roles.is_empty() || self.roles.contains("web");
        if !self.roles.is_empty() {
            command.args(["--role", self.roles]);
        }
        for (key, value) in self.all_settings(base, bot_api, folder) {
            // Not as an argument: a database's address holds its password.
            command.env(format!("WHISTLE__{}", key.to_uppercase().replace('.', "__")), value);
        }
        let mut office = Office {
            child: command.spawn().map_err(|error| format!("{}: {error}", self.program.display()))?,
            address: String::new(),
            ready_after: Duration::ZERO,
        };
        if web {
            office.address = office.announced().await?;
            office.until_ready(begun).await?;
        }
        office.ready_after = begun.elapsed();
        Ok(office)
    }

    fn all_settings(&self, base: &Base, bot_api: &str, folder: &Path) -> Vec<(String, String)> {
        let mode = if self.webhook { "webhook" } else { "polling" };
        let mut all: Vec<(String, String)> = common(&base.url, folder);
        all.extend([
            ("http.bind".into(), "127.0.0.1:0".into()),
            ("telegram.token".into(), TOKEN.into()),
            ("telegram.api_url".into(), bot_api.into()),
            ("telegram.mode".into(), mode.into()),
            ("telegram.secret".into(), SECRET.into()),
            ("delivery.per_second".into(), NO_LIMIT.into()),
            ("delivery.per_chat_second".into(), NO_LIMIT.into()),
            ("delivery.per_group_minute".into(), NO_LIMIT.into()),
            ("log.level".into(), "warn".into()),
        ]);
        all.extend(self.settings.iter().cloned());
        all
    }
}

impl Office {
    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn stop(mut self) -> Outcome<()> {
        let ended = Command::new("kill").args(["-TERM", &self.id().to_string()]).status()?;
        if !ended.success() {
            return Err("the process is gone already".into());
        }
        let until = Instant::now() + PATIENCE;
        while self.child.try_wait()?.is_none() {
            if Instant::now() > until {
                return Err("the process does not end".into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// Ends it as a power cut does.
    ///
    /// # Errors
    /// When it cannot be ended.
    pub fn kill(&mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Has it ended by itself?
    ///
    /// # Errors
    /// When nobody can say.
    pub fn has_ended(&mut self) -> Outcome<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// The text of one of its pages.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn page(&self, path: &str) -> Outcome<(u16, String)> {
        let mut wire = Wire::to(&self.address).await?;
        let said = wire.ask(format!("GET {path} HTTP/1.1\r\nHost: storm\r\n\r\n").as_bytes()).await?;
        Ok((said.status(), String::from_utf8_lossy(&said.body).into_owned()))
    }

    /// A number of `/metrics`.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn metric(&self, name: &str) -> Outcome<f64> {
        let (_, text) = self.page("/metrics").await?;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        Ok(line.and_then(|number| number.parse().ok()).unwrap_or(f64::NAN))
    }

    /// The address in its first line.
    async fn announced(&mut self) -> Outcome<String> {
        let out = self.child.stdout.take().ok_or("its output is ours")?;
        let line = tokio::task::spawn_blocking(move || {
            let mut lines = BufReader::new(out).lines();
            lines.next().transpose()
        });
        let line = tokio::time::timeout(PATIENCE, line).await???.unwrap_or_default();
        let address = line.split("http://").nth(1).map(|rest| rest.trim_end_matches('/').to_owned());
        address.ok_or_else(|| format!("it did not start ({line:?}); see serve.log").into())
    }

    async fn until_ready(&self, begun: Instant) -> Outcome<()> {
        while self.page("/health/ready").await.map_or(0, |(status, _)| status) != 200 {
            if begun.elapsed() > PATIENCE {
                return Err("it is not ready".into());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// The folders that a process keeps its own things in.
///
/// # Errors
/// Where they cannot be made.
pub fn work_folder(folder: &Path) -> Outcome<()> {
    std::fs::create_dir_all(folder.join("blobs"))?;
    Ok(())
}

/// The settings that our own hands on the database share with the processes.
///
/// # Errors
/// Never for keys that exist.
pub fn layers(url: &str, folder: &Path) -> Outcome<Layers> {
    let mut layers = Layers::new()?;
    for (key, value) in common(url, folder) {
        layers.set(&key, &value);
    }
    Ok(layers)
}

fn common(url: &str, folder: &Path) -> Vec<(String, String)> {
    vec![
        ("database.url".into(), url.to_owned()),
        ("blobs.url".into(), format!("file://{}", folder.join("blobs").display())),
        ("security.key_file".into(), folder.join("whistle.key").display().to_string()),
    ]
}
