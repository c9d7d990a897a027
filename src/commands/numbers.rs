//! `whistle numbers`: telephone numbers at rest, and the change of their key.

use super::{Done, SettingsArgs, say};
use crate::app::secrets::Vault;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub struct NumbersArgs {
    #[command(subcommand)]
    command: NumbersCommand,
}

#[derive(Debug, Subcommand)]
enum NumbersCommand {
    /// 用现在的密钥重新加密全部号码 · close every number anew under the present key
    Renew,
}

pub async fn numbers(layers: &SettingsArgs, args: &NumbersArgs) -> Done {
    let NumbersCommand::Renew = args.command;
    let (settings, app) = layers.app().await?;
    let vault = Vault::open(&settings.security, false)?;
    let (renewed, all) = app.renew_numbers(&vault).await?;
    say(format_args!(
        "{renewed} / {all} 个号码已用现在的密钥重新加密 numbers were closed anew under the present key"
    ))
}
