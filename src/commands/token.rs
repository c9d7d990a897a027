//! `whistle token`: lets a program use the API.

use super::{Done, SettingsArgs, say};
use clap::Args;

#[derive(Debug, Args)]
pub struct TokenArgs {
    /// 程序的名称，记入日志 · the program's name, for the log
    name: String,
    /// 可用范围 · what it may ask for
    #[arg(long, value_delimiter = ',', value_name = "SCOPE,…", required = true,
        value_parser = clap::builder::PossibleValuesParser::new(crate::app::SCOPES))]
    scope: Vec<String>,
}

pub async fn token(layers: &SettingsArgs, args: &TokenArgs) -> Done {
    let (_, app) = layers.app().await?;
    let scopes: Vec<&str> = args.scope.iter().map(String::as_str).collect();
    say(app.issue_api_token(&args.name, &scopes).await?)
}
