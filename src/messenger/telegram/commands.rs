//! The menu of commands by language. A menu is a comfort: a server that does not take it is a warning.

use super::Telegram;
use teloxide::{payloads::SetMyCommands, types::BotCommand};

type Menu = [(&'static str, &'static str); 7];

const CHINESE: Menu = [
    ("tasks", "待办：最急的在前"),
    ("mine", "我上报的"),
    ("stats", "本单位数字"),
    ("language", "语言 / Language"),
    ("mydata", "我的个人信息"),
    ("cancel", "放弃未完成的上报"),
    ("help", "怎么用"),
];

const ENGLISH: Menu = [
    ("tasks", "Open tasks, most urgent first"),
    ("mine", "My reports"),
    ("stats", "The unit's figures"),
    ("language", "Language / 语言"),
    ("mydata", "My personal data"),
    ("cancel", "Drop an unfinished report"),
    ("help", "How to use it"),
];

impl Telegram {
    /// Publishes the menus: Chinese for everybody, English for those whose Telegram speaks it.
    pub async fn publish_commands(&self) {
        for (language, menu) in [(None, CHINESE), (Some("zh"), CHINESE), (Some("en"), ENGLISH)] {
            let mut set = SetMyCommands::new(menu.map(|(name, does)| BotCommand::new(name, does)));
            set.language_code = language.map(str::to_owned);
            if let Err(error) = self.client.call(&set).await {
                tracing::warn!(%error, "the menu of commands was not published");
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_menus_have_the_same_commands_in_telegrams_form() {
        for (chinese, english) in CHINESE.iter().zip(&ENGLISH) {
            assert_eq!(chinese.0, english.0);
            assert!(
                (1..=32).contains(&chinese.0.len())
                    && chinese.0.bytes().all(|byte| byte.is_ascii_lowercase())
            );
            for does in [chinese.1, english.1] {
                assert!((1..=256).contains(&does.chars().count()), "{does}");
            }
        }
    }
}
