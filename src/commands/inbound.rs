//! `whistle inbound`: messages that could not be taken and were put aside; taking one again, once what was
//! in its way is gone, or having done with it.

use super::{Done, Failure, SettingsArgs, examination::aside_line, say};
use crate::{
    app::{App, binding::fresh_token},
    messenger::telegram::{Listener, Telegram},
    settings::Settings,
    store::Aside,
    telemetry::Metrics,
};
use clap::{ArgGroup, Args, Subcommand};
use std::sync::Arc;

/// Messages shown or taken at a time.
const MOST: u64 = 10_000;

#[derive(Debug, Args)]
pub struct InboundArgs {
    #[command(subcommand)]
    command: InboundCommand,
}

#[derive(Debug, Subcommand)]
enum InboundCommand {
    /// 列出搁置的消息 · list messages put aside
    List,
    /// 重新接收 · take them again
    Retry(Which),
    /// 不再处理 · have done with them
    Dismiss(Which),
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).args(["ids", "all"]))]
struct Which {
    /// 消息编号，见 list · ids as `list` shows them
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// 全部 · every one
    #[arg(long)]
    all: bool,
}

pub async fn inbound(layers: &SettingsArgs, args: &InboundArgs) -> Done {
    let (settings, app) = layers.app().await?;
    let aside = app.store().aside(MOST).await?;
    match &args.command {
        InboundCommand::List => {
            for one in &aside {
                say(aside_line(one))?;
            }
            say(format_args!("{} 条搁置 messages put aside", aside.len()))
        }
        InboundCommand::Retry(which) => retry(&settings, &app, &which.of(aside)?).await,
        InboundCommand::Dismiss(which) => {
            let chosen = which.of(aside)?;
            for one in &chosen {
                app.store().dismiss_aside(one.channel, &one.uid).await?;
            }
            say(format_args!("{} 条不再处理 messages are done with", chosen.len()))
        }
    }
}

impl Which {
    fn of(&self, aside: Vec<Aside>) -> Result<Vec<Aside>, Failure> {
        if let Some(unknown) = self.ids.iter().find(|id| aside.iter().all(|one| one.uid != **id)) {
            return Err(Failure(format!("没有搁置的消息 there is no message put aside {unknown}")));
        }
        Ok(aside.into_iter().filter(|one| self.all || self.ids.contains(&one.uid)).collect())
    }
}

/// The oldest first, as they came.
async fn retry(settings: &Settings, app: &App, chosen: &[Aside]) -> Done {
    let telegram = Telegram::connect(settings.telegram.to_client()).await?;
    let holder = fresh_token()?;
    let listener = Listener::new(app.clone(), Arc::new(telegram), Arc::new(Metrics::new()), holder);
    for one in chosen.iter().rev() {
        listener.take_again(one).await?;
    }
    let left = app.store().aside(MOST).await?;
    let still: Vec<&Aside> = left.iter().filter(|one| chosen.iter().any(|was| was.uid == one.uid)).collect();
    for one in &still {
        say(aside_line(one))?;
    }
    say(format_args!("{} 条已接收 messages are taken", chosen.len() - still.len()))?;
    match still.len() {
        0 => Ok(()),
        left => Err(Failure(format!("{left} 条仍接收不了 messages cannot be taken yet"))),
    }
}
