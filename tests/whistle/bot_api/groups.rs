//! Groups: the bot is taken in, put out, and moved along.

use super::{
    BotApi, User,
    chat::{Chat, Shown, Standing},
};
use serde_json::json;

/// A group.
#[derive(Clone)]
pub struct Group {
    api: BotApi,
    /// The chat's id.
    pub id: i64,
}

impl Group {
    pub(super) fn of(api: BotApi, id: i64) -> Self {
        let kind = if id.to_string().starts_with("-100") { "supergroup" } else { "group" };
        let about = json!({ "id": id, "type": kind, "title": "网格支部" });
        let mut state = api.state();
        state.chats.entry(id).or_insert_with(|| Chat::new(about, Standing::Kicked));
        drop(state);
        Self { api, id }
    }

    /// Somebody takes the bot in.
    pub fn takes_in_the_bot(&self, by: &User) {
        by.in_group(self).stands(Standing::Open, "left", "member");
    }

    /// Somebody puts the bot out.
    pub fn puts_out_the_bot(&self, by: &User) {
        by.in_group(self).stands(Standing::Kicked, "member", "left");
    }

    /// It becomes a supergroup: both chats tell of it. The new one.
    pub fn moves_to(&self, id: i64, by: &User) -> Self {
        let new = Self::of(self.api.clone(), id);
        {
            let mut state = self.api.state();
            state.chats.get_mut(&id).unwrap().standing = Standing::Open;
            state.chats.get_mut(&self.id).unwrap().standing = Standing::MovedTo(id);
        }
        by.in_group(self).sends(json!({ "migrate_to_chat_id": id }));
        by.in_group(&new).sends(json!({ "migrate_from_chat_id": self.id }));
        new
    }

    /// What the bot shows in it, oldest first.
    pub fn messages(&self) -> Vec<Shown> {
        self.api.state().chats[&self.id].sent().cloned().collect()
    }
}
