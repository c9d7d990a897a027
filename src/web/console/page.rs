//! What every page of the console has around it: who is signed in, and where one can go.

use super::{super::session::Seat, words::Words};

/// The frame of a console page.
pub(super) struct Page<'a> {
    pub csrf: &'a str,
    pub name: String,
    pub links: Vec<Link>,
}

/// A place to go.
pub(super) struct Link {
    pub address: &'static str,
    pub label: &'static str,
    pub here: bool,
}

impl<'a> Page<'a> {
    /// The frame of the page at `here`.
    pub fn of(seat: &'a Seat, words: &Words<'_>, here: &str) -> Self {
        let mut places = vec![
            ("/console/", words.word("案件", "Cases")),
            ("/console/figures", words.word("数字", "Figures")),
            (super::map::HOME, words.word("地图", "Map")),
        ];
        if seat.desk.dispatches {
            places.insert(1, ("/console/new", words.word("代报", "New report")));
            places.push(("/console/undelivered", words.word("未送达", "Unsent")));
        }
        let link = |(address, label)| Link { address, label, here: address == here };
        let links = places.into_iter().map(link).collect();
        Self { csrf: &seat.csrf, name: words.person(&seat.desk.person), links }
    }
}
