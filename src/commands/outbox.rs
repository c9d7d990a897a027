//! `whistle outbox`: letters that could not be delivered; sending one again, or having done with it.

use super::{Done, Failure, SettingsArgs, say};
use crate::store::DeadLetter;
use clap::{ArgGroup, Args, Subcommand};

/// Dead letters shown or sent at a time.
const MOST: u64 = 10_000;

#[derive(Debug, Args)]
pub struct OutboxArgs {
    #[command(subcommand)]
    command: OutboxCommand,
}

#[derive(Debug, Subcommand)]
enum OutboxCommand {
    /// 列出死信 · list dead letters
    List,
    /// 再发一次 · send them again
    Resend(Which),
    /// 不再处理 · have done with them
    Dismiss(Which),
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).args(["ids", "all"]))]
struct Which {
    /// 死信编号 · ids of dead letters
    #[arg(value_name = "ID")]
    ids: Vec<i64>,
    /// 全部 · every one
    #[arg(long)]
    all: bool,
}

pub async fn outbox(layers: &SettingsArgs, args: &OutboxArgs) -> Done {
    let (_, app) = layers.app().await?;
    let dead = app.store().dead_letters(MOST).await?;
    match &args.command {
        OutboxCommand::List => {
            for letter in &dead {
                say(super::examination::dead_line(letter))?;
            }
            say(format_args!("{} 封死信 dead letters", dead.len()))?;
        }
        OutboxCommand::Resend(which) => {
            let chosen = which.of(&dead)?;
            for id in &chosen {
                app.store().resend(*id, app.now()).await?;
            }
            say(format_args!("{} 封将再发 letters will be sent again", chosen.len()))?;
        }
        OutboxCommand::Dismiss(which) => {
            let chosen = which.of(&dead)?;
            for id in &chosen {
                app.store().dismiss(*id).await?;
            }
            say(format_args!("{} 封不再处理 letters are done with", chosen.len()))?;
        }
    }
    Ok(())
}

impl Which {
    fn of(&self, dead: &[DeadLetter]) -> Result<Vec<i64>, Failure> {
        let known: Vec<i64> = dead.iter().map(|letter| letter.id).collect();
        match self.ids.iter().find(|id| !known.contains(id)) {
            Some(unknown) => Err(Failure(format!("没有死信 there is no dead letter {unknown}"))),
            None => Ok(if self.all { known } else { self.ids.clone() }),
        }
    }
}
