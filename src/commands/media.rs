//! `whistle media`: photos and voice notes whose bytes were given up, and asking for them again.

use super::{Done, Failure, SettingsArgs, say};
use crate::domain::MediaId;
use clap::{ArgGroup, Args, Subcommand};

/// Files shown or asked for at a time.
const MOST: u64 = 10_000;

#[derive(Debug, Args)]
pub struct MediaArgs {
    #[command(subcommand)]
    command: MediaCommand,
}

#[derive(Debug, Subcommand)]
enum MediaCommand {
    /// 列出没有取到的照片和语音 · list photos and voice notes that were given up
    List,
    /// 再取一次 · ask for them again
    #[command(group = ArgGroup::new("which").required(true).args(["ids", "all"]))]
    Fetch {
        /// 文件编号 · ids of files
        #[arg(value_name = "ID")]
        ids: Vec<i64>,
        /// 全部 · every one
        #[arg(long)]
        all: bool,
    },
}

pub async fn media(layers: &SettingsArgs, args: &MediaArgs) -> Done {
    let (_, app) = layers.app().await?;
    let lost = app.store().lost_media(MOST).await?;
    match &args.command {
        MediaCommand::List => {
            for file in &lost {
                say(super::examination::lost_line(file))?;
            }
            say(format_args!("{} 个文件 files", lost.len()))?;
        }
        MediaCommand::Fetch { ids, all } => {
            let known: Vec<i64> = lost.iter().map(|file| file.id.0).collect();
            if let Some(unknown) = ids.iter().find(|id| !known.contains(id)) {
                return Err(Failure(format!("没有这个文件 no file {unknown} was given up")));
            }
            let chosen = if *all { known } else { ids.clone() };
            for id in &chosen {
                app.store().refetch(MediaId(*id), app.now()).await?;
            }
            say(format_args!("{} 个将再取 files will be asked for again", chosen.len()))?;
        }
    }
    Ok(())
}
