//! `whistle invite`: a one-time code by which a person binds a chat, or a branch its group.

use super::{Done, SettingsArgs, about, say};
use crate::{dialogue::ChannelKind, messenger::telegram::Telegram, settings::Settings};
use clap::{ArgGroup, Args};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whom").required(true).args(["person", "unit"]))]
pub struct InviteArgs {
    /// 人员编码 · the person's code
    #[arg(value_name = "PERSON_CODE")]
    person: Option<String>,
    /// 绑定群聊：支部或部门的编码 · bind a group chat: the code of a branch or department
    #[arg(long, value_name = "UNIT_CODE")]
    unit: Option<String>,
    /// telegram 或 or web
    #[arg(long, default_value = "telegram", value_parser = channel)]
    channel: ChannelKind,
}

pub async fn invite(layers: &SettingsArgs, args: &InviteArgs) -> Done {
    let (settings, app) = layers.app().await?;
    let code = match (&args.person, &args.unit) {
        (Some(person), _) => {
            app.invite(&person.as_str().into(), args.channel).await.map_err(|error| about(person, error))?
        }
        (None, unit) => {
            let unit = unit.as_deref().unwrap_or_default();
            app.invite_group(&unit.into(), args.channel).await.map_err(|error| about(unit, error))?
        }
    };
    say(&code)?;
    say(format_args!("在聊天里发送 send in the chat: /start {code}"))?;
    if args.channel == ChannelKind::Telegram {
        say(link(&settings, &code, args.unit.is_some()).await)?;
    }
    Ok(())
}

/// The deep link, or why there is none. The code is good either way.
async fn link(settings: &Settings, code: &str, group: bool) -> String {
    if settings.telegram.token.is_empty() {
        return "没有设置机器人，暂无链接 no link: telegram.token is not set".into();
    }
    let link = match Telegram::connect(settings.telegram.to_client()).await {
        Ok(telegram) => telegram.deep_link(code),
        Err(error) => return format!("暂无链接 no link: {error}"),
    };
    match link {
        // In a group Telegram asks which one, then sends the code there.
        Some(link) if group => link.replace("?start=", "?startgroup="),
        Some(link) => link,
        None => "暂无链接：连不上 Telegram no link: Telegram does not answer".into(),
    }
}

fn channel(word: &str) -> Result<ChannelKind, String> {
    ChannelKind::parse(word).ok_or_else(|| "known channels are telegram, web".into())
}
