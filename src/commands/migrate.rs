//! `whistle migrate`: the schema up, down, or how it stands.

use super::{Done, SettingsArgs, make_folder, say};
use crate::store::{Options, Store};
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// up 升到最新 (default) · down 退回 · status 现状
    #[arg(value_enum, default_value = "up")]
    direction: Direction,
    /// down: 退回几步；其中的数据随之删除 · so many steps back, with the data in them
    #[arg(long, default_value_t = 1, value_name = "N")]
    steps: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Direction {
    /// To the newest.
    Up,
    /// Back.
    Down,
    /// How it stands.
    Status,
}

pub async fn migrate(layers: &SettingsArgs, args: &MigrateArgs) -> Done {
    let settings = layers.settings()?;
    make_folder(&settings)?;
    let options = Options { connections: settings.database.connections, ..Options::default() };
    let store = Store::connect(settings.database.url.reveal(), &options).await?;
    match args.direction {
        Direction::Up => store.migrate_up().await?,
        Direction::Down => store.migrate_down(Some(args.steps)).await?,
        Direction::Status => {}
    }
    show(&store).await
}

async fn show(store: &Store) -> Done {
    for step in store.migrate_status().await? {
        let how = match (step.applied, step.known) {
            (true, true) => "已升 applied",
            (true, false) => "更新的程序所升 applied by a newer program",
            (false, _) => "未升 pending",
        };
        say(format_args!("{how} {}", step.name))?;
    }
    Ok(())
}
