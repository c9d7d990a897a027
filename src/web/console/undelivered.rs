//! What did not reach people: chats that have blocked us, and letters that were given up.

use super::{
    super::{Problem, Site, frame::Frame, problem::Answer, session::Seat},
    page::Page,
    words::Words,
};
use crate::app::Chat;
use actix_web::{HttpRequest, web};
use askama::Template;

/// Rows of each list.
const LISTED: u64 = 200;

#[derive(Template)]
#[template(path = "console/undelivered.html")]
struct UndeliveredPage<'a> {
    page: &'a Page<'a>,
    frame: &'a Frame,
    people: Vec<Unreachable>,
    letters: Vec<Letter>,
}

/// Somebody whose chat does not take messages.
struct Unreachable {
    who: String,
    unit: String,
    channel: &'static str,
}

/// A letter that was given up.
struct Letter {
    who: String,
    attempts: u32,
    at: String,
    why: String,
}

/// `GET /console/undelivered`
pub(super) async fn page(site: web::Data<Site>, request: HttpRequest, seat: Seat) -> Answer {
    if !seat.desk.dispatches {
        return Err(Problem::forbidden());
    }
    let frame = Frame::of(&request, &site);
    let snapshot = site.app.city();
    let words = Words::new(frame.language, &snapshot.city, site.app.now());
    let page = Page::of(&seat, &words, "/console/undelivered");
    let people = site.app.desk_unreachable(&seat.desk, LISTED).await?;
    let people = people.iter().map(|chat| unreachable(chat, &words)).collect();
    let letters = site.app.desk_dead_letters(&seat.desk, LISTED).await?;
    let letters = letters.into_iter().map(|letter| Letter {
        who: unreachable(&letter.chat, &words).who,
        attempts: letter.attempts,
        at: words.time(letter.at),
        why: letter.error,
    });
    frame.answer(&UndeliveredPage { page: &page, frame: &frame, people, letters: letters.collect() })
}

fn unreachable(chat: &Chat, words: &Words<'_>) -> Unreachable {
    let person = chat.person.as_ref();
    let posts = person.map(|code| words.city.organisation.posts_of(code)).unwrap_or_default();
    let unit = chat.unit.as_ref().or_else(|| posts.first().map(|post| &post.unit));
    let who = match (person, &chat.unit) {
        (Some(code), _) => words.person(code),
        (None, Some(_)) => words.word("群聊", "a group").to_owned(),
        (None, None) => words.word("居民", "a resident").to_owned(),
    };
    Unreachable {
        who,
        unit: unit.map(|unit| words.ground(unit)).unwrap_or_default(),
        channel: chat.channel.as_str(),
    }
}
