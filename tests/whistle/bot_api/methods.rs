//! The methods, as strict as Telegram where that can bite.

use super::{
    chat::{Chat, Kind, Shown, Standing},
    form::Params,
    state::{State, Webhook, bot},
};
use serde_json::{Value, json};

/// A "no" of the Bot API.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: u16,
    pub(super) description: String,
    pub(super) parameters: Value,
}

type Performed = Result<Value, Refusal>;

fn no<T>(code: u16, description: &str) -> Result<T, Refusal> {
    Err(Refusal { code, description: description.to_owned(), parameters: Value::Null })
}

pub(super) fn perform(state: &mut State, method: &str, params: &Params) -> Performed {
    match method.to_ascii_lowercase().as_str() {
        "getme" => Ok(me()),
        "setwebhook" => Ok(set_webhook(state, params)),
        "deletewebhook" => {
            state.webhook = None;
            Ok(true.into())
        }
        "sendmessage" => send_message(state, params),
        "sendlocation" => send_location(state, params),
        "sendphoto" => send_photo(state, params),
        "editmessagetext" => edit(state, params, true),
        "editmessagereplymarkup" => edit(state, params, false),
        "deletemessage" => delete_message(state, params),
        "answercallbackquery" => answer_press(state, params),
        "setmycommands" => set_commands(state, params),
        "getfile" => get_file(state, params),
        _ => no(404, "Not Found"),
    }
}

fn me() -> Value {
    let mut me = bot();
    for (name, value) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", false),
        ("supports_inline_queries", false),
        ("has_main_web_app", false),
    ] {
        me[name] = value.into();
    }
    me
}

pub(super) fn get_updates(state: &mut State, params: &Params) -> Result<String, Refusal> {
    if state.webhook.is_some() {
        return no(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        );
    }
    let offset = params.int("offset").unwrap_or(0);
    state.updates.retain(|(id, _)| *id >= offset);
    let limit = params.int("limit").unwrap_or(100).clamp(1, 100) as usize;
    let texts: Vec<&str> = state.updates.iter().take(limit).map(|(_, text)| text.as_str()).collect();
    Ok(format!("[{}]", texts.join(",")))
}

fn set_webhook(state: &mut State, params: &Params) -> Value {
    let text = |name| params.text(name).unwrap_or_default().to_owned();
    let (url, secret) = (text("url"), text("secret_token"));
    state.webhook = (!url.is_empty()).then_some(Webhook { url, secret });
    true.into()
}

fn send_message(state: &mut State, params: &Params) -> Performed {
    let chat = open_chat(state, params)?;
    let (text, bold) = read_markup(params, "text")?;
    if text.trim().is_empty() {
        return no(400, "Bad Request: message text is empty");
    }
    if text.encode_utf16().count() > 4_096 {
        return no(400, "Bad Request: message is too long");
    }
    let buttons = buttons(params)?;
    let keyboard = keyboard(chat, params)?;
    Ok(show(state, params, |shown| Shown { text, bold, buttons, keyboard, ..shown }))
}

fn send_location(state: &mut State, params: &Params) -> Performed {
    open_chat(state, params)?;
    let (Some(lat), Some(lon)) = (params.float("latitude"), params.float("longitude")) else {
        return no(400, "Bad Request: can't find latitude or longitude");
    };
    Ok(show(state, params, |shown| Shown { kind: Kind::Location { lat, lon }, ..shown }))
}

fn send_photo(state: &mut State, params: &Params) -> Performed {
    open_chat(state, params)?;
    let (text, bold) = read_markup(params, "caption")?;
    if text.encode_utf16().count() > 1_024 {
        return no(400, "Bad Request: message caption is too long");
    }
    let photo = params.text("photo").unwrap_or_default();
    let uploaded = photo.strip_prefix("attach://").and_then(|name| params.files.get(name));
    let uploaded = uploaded.or_else(|| params.files.get("photo"));
    if uploaded.is_none() {
        match state.files.get(photo) {
            None => return no(400, "Bad Request: wrong file identifier/HTTP URL specified"),
            Some(stored) if !stored.photo => {
                return no(400, "Bad Request: can't use file of type Document as Photo");
            }
            Some(_) => {}
        }
    }
    let file_id = uploaded.is_none().then(|| photo.to_owned());
    let kind = Kind::Photo { file_id, bytes: uploaded.cloned() };
    Ok(show(state, params, |shown| Shown { kind, text, bold, ..shown }))
}

fn edit(state: &mut State, params: &Params, with_text: bool) -> Performed {
    open_chat(state, params)?;
    let read = if with_text { Some(read_markup(params, "text")?) } else { None };
    let buttons = buttons(params)?;
    let date = state.now.timestamp();
    let Some(chat) = params.int("chat_id").and_then(|id| state.chats.get_mut(&id)) else {
        return no(400, "Bad Request: chat not found");
    };
    let about = chat.about.clone();
    let message = params.int("message_id").and_then(|id| chat.shown(id)).filter(|shown| !shown.deleted);
    let Some(message) = message else { return no(400, "Bad Request: message to edit not found") };
    let (text, bold) = read.unwrap_or_else(|| (message.text.clone(), message.bold.clone()));
    if (&text, &bold, &buttons) == (&message.text, &message.bold, &message.buttons) {
        return no(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
        );
    }
    if with_text && message.kind != Kind::Text {
        return no(400, "Bad Request: there is no text in the message to edit");
    }
    message.earlier.push(std::mem::replace(&mut message.text, text));
    (message.bold, message.buttons) = (bold, buttons);
    Ok(message.to_json(&about, date))
}

fn delete_message(state: &mut State, params: &Params) -> Performed {
    let chat = params.int("chat_id").and_then(|id| state.chats.get_mut(&id));
    let message = chat.and_then(|chat| chat.shown(params.int("message_id")?));
    let Some(message) = message else { return no(400, "Bad Request: message to delete not found") };
    message.deleted = true;
    Ok(true.into())
}

fn answer_press(state: &mut State, params: &Params) -> Performed {
    let words = params.text("text").unwrap_or_default();
    if words.chars().count() > 200 {
        return no(400, "Bad Request: MESSAGE_TOO_LONG");
    }
    let press = params.text("callback_query_id").unwrap_or_default().to_owned();
    state.answers.insert(press, words.to_owned());
    Ok(true.into())
}

fn set_commands(state: &mut State, params: &Params) -> Performed {
    let Some(commands) = params.object("commands") else {
        return no(400, "Bad Request: can't parse commands");
    };
    state.menus.insert(params.text("language_code").unwrap_or_default().to_owned(), commands);
    Ok(true.into())
}

fn get_file(state: &mut State, params: &Params) -> Performed {
    let id = params.text("file_id").unwrap_or_default();
    let Some(stored) = state.files.get(id) else { return no(400, "Bad Request: invalid file_id") };
    if stored.bytes.len() > 20 << 20 {
        return no(400, "Bad Request: file is too big");
    }
    Ok(json!({
        "file_id": id, "file_unique_id": id, "file_size": stored.bytes.len(), "file_path": stored.path,
    }))
}

/// The chat of a call, where the bot may write.
fn open_chat<'a>(state: &'a State, params: &Params) -> Result<&'a Chat, Refusal> {
    let chat = params.int("chat_id").and_then(|id| state.chats.get(&id));
    let Some(chat) = chat else { return no(400, "Bad Request: chat not found") };
    match chat.standing {
        Standing::Open => Ok(chat),
        Standing::Blocked => no(403, "Forbidden: bot was blocked by the user"),
        Standing::Kicked => no(403, "Forbidden: bot was kicked from the group chat"),
        Standing::MovedTo(to) => Err(Refusal {
            code: 400,
            description: "Bad Request: group chat was upgraded to a supergroup chat".into(),
            parameters: json!({ "migrate_to_chat_id": to }),
        }),
    }
}

fn show(state: &mut State, params: &Params, of: impl FnOnce(Shown) -> Shown) -> Value {
    let (order, date) = (state.next_order(), state.now.timestamp());
    let id = params.int("chat_id").unwrap();
    let chat = state.chats.get_mut(&id).unwrap();
    let shown = of(Shown {
        chat: id,
        id: chat.number(),
        order,
        kind: Kind::Text,
        text: String::new(),
        bold: Vec::new(),
        buttons: Vec::new(),
        keyboard: None,
        silent: params.flag("disable_notification"),
        reply_to: params.object("reply_parameters").and_then(|reply| reply["message_id"].as_i64()),
        earlier: Vec::new(),
        deleted: false,
    });
    let message = shown.to_json(&chat.about, date);
    chat.show(shown);
    message
}

/// The text as it reads, and what is emphasised. Of HTML only `<b>` is known: nothing else is sent.
fn read_markup(params: &Params, field: &str) -> Result<(String, Vec<String>), Refusal> {
    let text = params.text(field).unwrap_or_default();
    match params.text("parse_mode") {
        None => return Ok((text.to_owned(), Vec::new())),
        Some("HTML") => {}
        Some(_) => return no(400, "Bad Request: unsupported parse_mode"),
    }
    let mut bold = Vec::new();
    for marked in text.split("<b>").skip(1) {
        let Some((marked, _)) = marked.split_once("</b>") else {
            return no(
                400,
                "Bad Request: can't parse entities: Can't find end tag corresponding to start tag b",
            );
        };
        bold.push(unescape(marked)?);
    }
    Ok((unescape(&text.replace("<b>", "").replace("</b>", ""))?, bold))
}

fn unescape(text: &str) -> Result<String, Refusal> {
    let entities = ["&lt;", "&gt;", "&amp;", "&quot;"];
    let rest = entities.iter().fold(text.to_owned(), |text, entity| text.replace(entity, ""));
    if rest.contains(['<', '>', '&']) {
        return no(400, "Bad Request: can't parse entities: Unsupported start tag \"\" at byte offset 0");
    }
    Ok(text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

fn buttons(params: &Params) -> Result<Vec<Vec<(String, String)>>, Refusal> {
    let Some(markup) = params.object("reply_markup") else { return Ok(Vec::new()) };
    let Some(rows) = markup["inline_keyboard"].as_array() else { return Ok(Vec::new()) };
    let mut read = Vec::new();
    for row in rows {
        let button = |button: &Value| {
            let data = button["callback_data"].as_str()?;
            let label = button["text"].as_str()?;
            (!label.is_empty() && (1..=64).contains(&data.len())).then(|| (label.to_owned(), data.to_owned()))
        };
        let row: Option<Vec<_>> = row.as_array().into_iter().flatten().map(button).collect();
        let Some(row) = row else { return no(400, "Bad Request: BUTTON_DATA_INVALID") };
        read.push(row);
    }
    Ok(read)
}

fn keyboard(chat: &Chat, params: &Params) -> Result<Option<Value>, Refusal> {
    let markup = params.object("reply_markup").filter(|markup| markup.get("inline_keyboard").is_none());
    let asks = markup.as_ref().is_some_and(|markup| markup.to_string().contains("\"request_"));
    if asks && !chat.is_private() {
        return no(400, "Bad Request: location can be requested in private chats only");
    }
    Ok(markup)
}
