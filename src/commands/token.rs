//! `whistle token`: lets a program use the API, and takes that back.

use super::{Done, SettingsArgs, about, say};
use crate::store::ApiClientUse;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub struct TokenArgs {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// 发一个令牌，只显示这一次 · a new token; it is shown this once
    Issue {
        /// 程序的名称，记入日志 · the program's name, for the log
        name: String,
        /// 可用范围 · what it may ask for
        #[arg(long, value_delimiter = ',', value_name = "SCOPE,…", required = true,
            value_parser = clap::builder::PossibleValuesParser::new(crate::app::SCOPES))]
        scope: Vec<String>,
    },
    /// 列出程序及最近使用时间 · the programs, and when each used its token last
    List,
    /// 收回令牌，立即生效 · take a token back, at once
    Revoke {
        /// 程序的名称 · the program's name
        name: String,
    },
}

pub async fn token(layers: &SettingsArgs, args: &TokenArgs) -> Done {
    let (_, app) = layers.app().await?;
    match &args.command {
        TokenCommand::Issue { name, scope } => {
            let scopes: Vec<&str> = scope.iter().map(String::as_str).collect();
            say(app.issue_api_token(name, &scopes).await?)
        }
        TokenCommand::List => app.store().api_clients().await?.iter().try_for_each(|one| say(line(one))),
        TokenCommand::Revoke { name } => {
            app.revoke_api_token(name).await.map_err(|error| about(name, error))?;
            say(format_args!("{name} 的令牌已收回 the token of {name} is taken back"))
        }
    }
}

fn line(client: &ApiClientUse) -> String {
    let time = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d %H:%MZ").to_string();
    let last = client.last_used_at.map_or_else(|| "从未使用 never used".to_owned(), time);
    let (scopes, issued) = (client.scopes.join(","), time(client.created_at));
    format!("{} {scopes} 发放 issued {issued} 最近 last used {last}", client.name)
}
