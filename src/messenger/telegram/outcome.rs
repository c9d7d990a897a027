//! What became of a send, by what the Bot API said. teloxide knows many of its sentences; the others
//! arrive as `Unknown` and are told apart by their words.

use super::CallError;
use crate::messenger::{Never, Outcome};
use std::time::Duration;
use teloxide::{ApiError, RequestError, types::ChatId};

/// Of a new message.
pub(super) fn of_send(chat: ChatId, error: &CallError) -> Outcome {
    let words = error.to_string();
    match error {
        CallError::Unreached(_) => Outcome::Unreached { error: words },
        CallError::Unclear(_) => Outcome::Ambiguous { error: words },
        CallError::Refused { error: RequestError::RetryAfter(wait), .. } => {
            Outcome::Later { after: wait.duration() + jitter(chat), error: words }
        }
        CallError::Refused { error: RequestError::MigrateToChatId(to), .. } => {
            Outcome::Migrated { to: to.to_string() }
        }
        CallError::Refused { code, error } => Outcome::Never { reason: never(*code, error), error: words },
    }
}

/// Of a card redrawn in place.
pub(super) fn of_edit(card: &str, chat: ChatId, error: &CallError) -> Outcome {
    if let CallError::Refused { error: RequestError::Api(said), .. } = error {
        let said = said.to_string().to_lowercase();
        if said.contains("message is not modified") {
            return Outcome::Sent { message: Some(card.to_owned()) };
        }
        if GONE.iter().any(|words| said.contains(words)) {
            return Outcome::CardGone;
        }
    }
    of_send(chat, error)
}

/// The card was deleted, is too old to be changed, or is no text.
const GONE: [&str; 5] = [
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message to edit",
];

/// Nobody is reached by this chat any more, or the right to write in it is gone.
const BLOCKED: [&str; 17] = [
    "bot was blocked",
    "bot was kicked",
    "user is deactivated",
    "can't initiate conversation",
    "can't send messages to bots",
    "user_is_blocked",
    "bot is not a member",
    "have no rights to send",
    "not enough rights to send",
    "need administrator rights",
    "chat_admin_required",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "topic_closed",
    "topic_deleted",
    "privacy settings",
];

const NOT_FOUND: [&str; 6] = [
    "chat not found",
    "user not found",
    "group is deactivated",
    "group chat was deactivated",
    "peer_id_invalid",
    "chat_id_invalid",
];

fn never(code: u16, error: &RequestError) -> Never {
    let said = error.to_string().to_lowercase();
    let says = |list: &[&str]| list.iter().any(|words| said.contains(words));
    if says(&NOT_FOUND) {
        return Never::NotFound;
    }
    if says(&BLOCKED) {
        return Never::Blocked;
    }
    match (code, error) {
        (401 | 404, _) | (_, RequestError::Api(ApiError::InvalidToken)) => Never::Unauthorised,
        (403, _) => Never::Blocked,
        _ => Never::Refused,
    }
}

/// Chats that were told to wait together do not come back together. The same for a chat every time:
/// there is no need for chance here.
fn jitter(chat: ChatId) -> Duration {
    Duration::from_millis(chat.0.unsigned_abs().wrapping_mul(2_654_435_761) % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: ChatId = ChatId(1_001);

    fn refused(code: u16, said: &str) -> CallError {
        let read = serde_json::from_value(serde_json::Value::String(said.to_owned()));
        CallError::Refused { code, error: RequestError::Api(read.unwrap()) }
    }

    #[track_caller]
    fn reason(code: u16, said: &str) -> Never {
        match of_send(CHAT, &refused(code, said)) {
            Outcome::Never { reason, .. } => reason,
            other => panic!("{said}: {other:?}"),
        }
    }

    #[test]
    fn sentences_that_mean_nobody_is_reached() {
        for said in [
            "Forbidden: bot was blocked by the user",
            "Forbidden: bot was kicked from the supergroup chat",
            "Forbidden: bot was kicked from the group chat",
            "Forbidden: bot was kicked from the channel chat",
            "Forbidden: user is deactivated",
            "Forbidden: bot can't initiate conversation with a user",
            "Forbidden: bot can't send messages to bots",
            "Forbidden: bot is not a member of the supergroup chat",
            "Forbidden: the group chat was deleted",
            "Forbidden: USER_IS_BLOCKED",
        ] {
            assert_eq!(reason(403, said), Never::Blocked, "{said}");
        }
        for said in [
            "Unauthorized: bot was kicked from a chat",
            "Bad Request: have no rights to send a message",
            "Bad Request: not enough rights to send text messages to the chat",
            "Bad Request: need administrator rights in the channel chat",
            "Bad Request: CHAT_WRITE_FORBIDDEN",
            "Bad Request: CHAT_RESTRICTED",
            "Bad Request: TOPIC_CLOSED",
        ] {
            assert_eq!(reason(400, said), Never::Blocked, "{said}");
        }
    }

    #[test]
    fn sentences_that_mean_there_is_no_such_chat() {
        for said in [
            "Bad Request: chat not found",
            "Bad Request: user not found",
            "Bad Request: group is deactivated",
            "Bad Request: PEER_ID_INVALID",
        ] {
            assert_eq!(reason(400, said), Never::NotFound, "{said}");
        }
    }

    #[test]
    fn the_token_and_the_message_itself() {
        assert_eq!(reason(401, "Unauthorized"), Never::Unauthorised);
        assert_eq!(reason(404, "Not Found"), Never::Unauthorised);
        for said in [
            "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 3",
            "Bad Request: BUTTON_DATA_INVALID",
            "Bad Request: message is too long",
            "Bad Request: a sentence of next year",
            "",
        ] {
            assert_eq!(reason(400, said), Never::Refused, "{said}");
        }
        assert_eq!(reason(413, "Request Entity Too Large"), Never::Refused);
    }

    #[test]
    fn edits_that_need_nothing_or_a_new_card() {
        let edit = |said: &str| of_edit("7", CHAT, &refused(400, said));
        let same = Outcome::Sent { message: Some("7".into()) };
        assert_eq!(
            edit(
                "Bad Request: message is not modified: specified new message content and reply markup are exactly \
                 the same as a current content and reply markup of the message"
            ),
            same
        );
        assert_eq!(edit("Bad Request: message is not modified"), same);
        for said in [
            "Bad Request: message to edit not found",
            "Bad Request: message can't be edited",
            "Bad Request: MESSAGE_ID_INVALID",
            "Bad Request: there is no text in the message to edit",
        ] {
            assert_eq!(edit(said), Outcome::CardGone, "{said}");
        }
        assert!(matches!(
            edit("Bad Request: chat not found"),
            Outcome::Never { reason: Never::NotFound, .. }
        ));
    }

    #[test]
    fn what_is_told_apart_without_words() {
        let unclear = CallError::Unclear("500".into());
        assert!(matches!(of_send(CHAT, &unclear), Outcome::Ambiguous { .. }));
        assert!(matches!(of_edit("7", CHAT, &unclear), Outcome::Ambiguous { .. }));
        assert!(matches!(of_send(CHAT, &CallError::Unreached("dns".into())), Outcome::Unreached { .. }));
        let moved =
            CallError::Refused { code: 400, error: RequestError::MigrateToChatId(ChatId(-1_001_234)) };
        assert_eq!(of_send(CHAT, &moved), Outcome::Migrated { to: "-1001234".into() });
    }

    #[test]
    fn a_wait_is_as_long_as_told_and_a_little_longer() {
        let wait = RequestError::RetryAfter(teloxide::types::Seconds::from_seconds(17));
        let Outcome::Later { after, .. } = of_send(CHAT, &CallError::Refused { code: 429, error: wait })
        else {
            panic!("not later");
        };
        assert!((17_000..18_000).contains(&after.as_millis()), "{after:?}");
    }
}
