//! For whoever also belongs to the owner: what a responder does in a chat.

use super::{Board, Offer, typed};
use crate::{
    domain::{Command, MediaId},
    web::console::form::{Choice, Field, Form, Group},
};

impl Board<'_> {
    /// For whoever also belongs to the owner.
    pub(super) fn work(&self) -> Vec<Offer> {
        let category = self.city().catalogue.get(&self.case.category);
        let conditions = category.map(|category| category.closing_conditions.as_slice()).unwrap_or_default();
        let conditions = conditions
            .iter()
            .enumerate()
            .map(|(index, one)| Choice::new(index.to_string(), self.word(&one.text, &one.text_en)));
        let conditions = vec![Group::new("", conditions.collect())];
        let settle = |photos| Command::Settle { condition: 0, words: typed(), photos };
        let (bare, shown) = (settle(Vec::new()), settle(vec![MediaId(0)]));
        let photos = Field::photos(self.word("办结照片", "Photos of it settled"));
        let photos = if self.would_accept(&bare) { photos.optional() } else { photos };
        vec![
            (Form::new("answer", self.word("接哨", "I am coming")), vec![Command::Answer]),
            (Form::new("join", self.word("协同", "I help the lead")), vec![Command::Join]),
            (
                Form::new("arrive", self.word("人到", "I am there")).hint(self.word(
                    "这里没有定位，会标为未核实。",
                    "There is no position here: it is marked as not verified.",
                )),
                vec![Command::Arrive { fix: None }],
            ),
            (
                Form::new("settle", self.word("事了", "It is settled"))
                    .field(Field::choice("condition", self.word("结案条件", "Closing condition"), conditions))
                    .field(self.line())
                    .field(photos),
                vec![bare, shown],
            ),
            (
                Form::new("return", self.word("退回", "Send back")).field(self.reason()),
                vec![Command::Return { reason: typed() }],
            ),
            (
                Form::new("ask_extension", self.word("申请延期", "Ask for more time")).field(self.reason()),
                vec![Command::AskExtension { reason: typed() }],
            ),
        ]
    }
}
