//! Words and buttons as Telegram wants them: HTML with strict escaping, texts cut to its limits, buttons
//! that it accepts.

use crate::dialogue::{Button, ChatKind, Keyboard, Message};
use std::borrow::Cow;
use teloxide::types::{
    ButtonRequest, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, KeyboardMarkup,
    KeyboardRemove, ReplyMarkup,
};

/// A message, in UTF-16 units after the markup is taken off, as Telegram counts.
pub(super) const MOST_TEXT: usize = 4_096;
/// The words under a photo.
pub(super) const MOST_CAPTION: usize = 1_024;
/// The answer to a press.
pub(super) const MOST_ANSWER: usize = 200;
const MOST_DATA: usize = 64;
const ELLIPSIS: char = '…';

/// The text of a message, cut to what fits: the title emphasised, the lines below.
pub(super) fn html(message: &Message) -> String {
    let plain = plain(message);
    let Some(title) = message.title.as_deref().filter(|title| !title.trim().is_empty()) else {
        return escape(&plain).into_owned();
    };
    // The cut may have taken the end of a very long title; it has the last word either way.
    let emphasised = if plain.starts_with(title) { title.len() } else { plain.len() };
    let (title, rest) = plain.split_at(emphasised);
    format!("<b>{}</b>{}", escape(title), escape(rest))
}

/// The same without any markup. Never empty: Telegram refuses that.
pub(super) fn plain(message: &Message) -> String {
    let text = message.plain();
    if text.trim().is_empty() {
        return ELLIPSIS.to_string();
    }
    cut(&text, MOST_TEXT).into_owned()
}

/// A text of at most `most` UTF-16 units; what was cut off ends in "…".
pub(super) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most || text.encode_utf16().count() <= most {
        return text.into();
    }
    let room = most.saturating_sub(ELLIPSIS.len_utf16());
    let mut units = 0;
    let mut kept: String = text
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= room
        })
        .collect();
    kept.push(ELLIPSIS);
    kept.into()
}

/// The three characters that mean something in Telegram's HTML.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>']) {
        return text.into();
    }
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").into()
}

/// The buttons under a message. One that Telegram would refuse is left out: it would take the whole
/// message with it.
pub(super) fn buttons(rows: &[Vec<Button>]) -> Option<InlineKeyboardMarkup> {
    let fits = |button: &&Button| {
        let good = (1..=MOST_DATA).contains(&button.data.len()) && !button.label.trim().is_empty();
        if !good {
            tracing::error!(
                data.len = button.data.len(),
                "a button that Telegram does not take was left out"
            );
        }
        good
    };
    let rows: Vec<Vec<_>> = rows
        .iter()
        .map(|row| row.iter().filter(fits).map(inline_button).collect::<Vec<_>>())
        .filter(|row| !row.is_empty())
        .collect();
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

fn inline_button(button: &Button) -> InlineKeyboardButton {
    InlineKeyboardButton::callback(&button.label, &button.data)
}

/// What the phone shows in place of its keyboard. A position or a number can be asked for with a button
/// in private chats only.
pub(super) fn keyboard(keyboard: &Keyboard, kind: ChatKind) -> Option<ReplyMarkup> {
    let (label, request) = match keyboard {
        Keyboard::Remove => return Some(ReplyMarkup::KeyboardRemove(KeyboardRemove::new())),
        Keyboard::AskLocation(label) => (label, ButtonRequest::Location),
        Keyboard::AskContact(label) => (label, ButtonRequest::Contact),
    };
    if kind == ChatKind::Group {
        return None;
    }
    let button = KeyboardButton::new(label).request(request);
    Some(ReplyMarkup::Keyboard(KeyboardMarkup::new([[button]]).resize_keyboard().one_time_keyboard()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(title: &str, lines: &[&str]) -> Message {
        Message {
            title: (!title.is_empty()).then(|| title.to_owned()),
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            ..Message::default()
        }
    }

    #[test]
    fn markup_in_what_people_write_stays_words() {
        let text = html(&message("1 < 2 & <b>", &["<a href=\"tg://x\">R&D</a>", "井盖 > 3 cm &amp;"]));
        assert_eq!(
            text,
            "<b>1 &lt; 2 &amp; &lt;b&gt;</b>\n&lt;a href=\"tg://x\"&gt;R&amp;D&lt;/a&gt;\n井盖 &gt; 3 cm &amp;amp;"
        );
        assert_eq!(html(&message("", &["a", "b"])), "a\nb");
        assert_eq!(html(&message("a", &[])), "<b>a</b>");
        assert_eq!(html(&Message::default()), "…");
        assert_eq!(html(&message("", &[" ", "\n"])), "…");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("哨响人到", 4), "哨响人到");
        assert_eq!(cut("哨响人到事了", 4), "哨响人…");
        assert_eq!(cut("🚰🚰🚰", 6), "🚰🚰🚰");
        assert_eq!(cut("🚰🚰🚰", 5), "🚰🚰…");
        assert_eq!(cut("🚰🚰🚰", 4), "🚰…");
        assert_eq!(cut("abc", 0), "…");
        let long = html(&message("标题", &[&"<".repeat(5_000)]));
        assert!(long.starts_with("<b>标题</b>\n&lt;"), "{}", &long[..30]);
        assert_eq!(
            long.replace("&lt;", "<").replace("<b>", "").replace("</b>", "").chars().count(),
            MOST_TEXT
        );
        assert!(long.ends_with("&lt;…"));
        let title = html(&message(&"题".repeat(5_000), &["line"]));
        assert!(title.starts_with("<b>题") && title.ends_with("题…</b>"));
    }

    #[test]
    fn buttons_are_rows_of_callbacks() {
        let button = |label: &str, data: &str| Button { label: label.into(), data: data.into() };
        let rows = [
            vec![button("接哨", "a:1"), button("", "b"), button("no data", "")],
            vec![button("too long", &"x".repeat(65))],
            vec![button("just so", &"x".repeat(64))],
        ];
        assert_eq!(
            serde_json::to_value(buttons(&rows)).unwrap(),
            json!({"inline_keyboard": [
                [{"text": "接哨", "callback_data": "a:1"}],
                [{"text": "just so", "callback_data": "x".repeat(64)}],
            ]})
        );
        assert_eq!(buttons(&[vec![], vec![button("", "")]]), None);
    }

    #[test]
    fn a_position_is_asked_for_in_private_only() {
        let ask = Keyboard::AskLocation("发送位置".into());
        assert_eq!(
            serde_json::to_value(keyboard(&ask, ChatKind::Private)).unwrap(),
            json!({"keyboard": [[{"text": "发送位置", "request_location": true}]], "resize_keyboard": true, "one_time_keyboard": true})
        );
        assert_eq!(keyboard(&ask, ChatKind::Group), None);
        assert_eq!(keyboard(&Keyboard::AskContact("号码".into()), ChatKind::Group), None);
        assert_eq!(
            serde_json::to_value(keyboard(&Keyboard::Remove, ChatKind::Group)).unwrap(),
            json!({"remove_keyboard": true})
        );
    }

    proptest::proptest! {
        #[test]
        fn what_is_cut_fits_and_is_a_beginning(text in "\\PC{0,60}", most in 1_usize..40) {
            let kept = cut(&text, most);
            proptest::prop_assert!(kept.encode_utf16().count() <= most);
            let begins = kept.strip_suffix(ELLIPSIS).unwrap_or(&kept);
            proptest::prop_assert!(text == kept || text.starts_with(begins));
        }

        #[test]
        fn escaped_words_have_no_markup_and_read_the_same(text in "[&<>a-z;哨\\n]{0,80}") {
            let escaped = escape(&text);
            proptest::prop_assert!(!escaped.contains(['<', '>']));
            let read = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            proptest::prop_assert_eq!(read, text);
        }
    }
}
