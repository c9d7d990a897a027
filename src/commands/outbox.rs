//! `whistle outbox`: letters that could not be delivered, and sending them again.

use super::{Done, Failure, SettingsArgs};
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
    #[command(group = ArgGroup::new("which").required(true).args(["ids", "all"]))]
    Resend {
        /// 死信编号 · ids of dead letters
        #[arg(value_name = "ID")]
        ids: Vec<i64>,
        /// 全部 · every one
        #[arg(long)]
        all: bool,
    },
}

pub async fn outbox(layers: &SettingsArgs, args: &OutboxArgs) -> Done {
    let (_, app) = layers.app().await?;
    let dead = app.store().dead_letters(MOST).await?;
    match &args.command {
        OutboxCommand::List => {
            for letter in &dead {
                println!("{}", super::examination::dead_line(letter));
            }
            println!("{} 封死信 dead letters", dead.len());
        }
        OutboxCommand::Resend { ids, all } => {
            let known: Vec<i64> = dead.iter().map(|letter| letter.id).collect();
            if let Some(unknown) = ids.iter().find(|id| !known.contains(id)) {
                return Err(Failure(format!("没有死信 there is no dead letter {unknown}")));
            }
            let chosen = if *all { known } else { ids.clone() };
            for id in &chosen {
                app.store().resend(*id, app.now()).await?;
            }
            println!("{} 封将再发 letters will be sent again", chosen.len());
        }
    }
    Ok(())
}
