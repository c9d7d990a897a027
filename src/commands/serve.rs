//! `whistle serve`: the whole program, or a part of it where several processes share the work.

use super::{Done, SettingsArgs, open_store, say};
use crate::{
    app::Clock,
    startup::{self, Parts, Running, StartOptions},
};
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// 只运行这些部分 · only these parts, for several processes on one database
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART,…")]
    role: Vec<Part>,
}

/// A part of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Pages, API, webhooks.
    Web,
    /// Sends letters.
    Deliver,
    /// Watches deadlines, fetches photos.
    Escalate,
    /// Asks Telegram for updates.
    Poll,
}

pub async fn serve(layers: &SettingsArgs, args: ServeArgs) -> Done {
    let settings = layers.settings()?;
    let store = open_store(&settings).await?;
    let app = startup::open_app(&settings, store, Clock::System).await?;
    let options = StartOptions { parts: parts(&args.role), ..StartOptions::default() };
    let running = startup::start(&settings, app, options).await?;
    announce(&running, &settings.http.public_url)?;
    running.until_signal().await;
    Ok(())
}

/// Says where it listens.
fn announce(running: &Running, public_url: &str) -> Done {
    if let Some(address) = running.address {
        say(format_args!("哨响已启动 Whistle is running: http://{address}/"))?;
        if !public_url.is_empty() {
            say(format_args!("对外地址 public address: {public_url}"))?;
        }
    }
    Ok(())
}

fn parts(roles: &[Part]) -> Parts {
    let has = |part| roles.is_empty() || roles.contains(&part);
    Parts {
        web: has(Part::Web),
        deliver: has(Part::Deliver),
        escalate: has(Part::Escalate),
        poll: has(Part::Poll),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_role_is_every_role() {
        assert_eq!(parts(&[]), Parts::default());
        let some = parts(&[Part::Deliver, Part::Poll]);
        assert_eq!((some.web, some.deliver, some.escalate, some.poll), (false, true, false, true));
    }
}
