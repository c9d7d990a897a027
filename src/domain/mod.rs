//! The domain: what a case is, what may happen to it, and who may do it.
//!
//! Pure: no async, no I/O, no clock, no randomness. Time is an argument, the city is an
//! argument, and what leaves is data ([`Effect`]). Start reading at [`decide`](life::decide).

pub mod access;
pub mod calendar;
pub mod case;
pub mod catalogue;
pub mod city;
pub mod code;
pub mod command;
pub mod effect;
pub mod event;
pub mod figures;
pub mod life;
pub mod number;
pub mod organisation;
pub mod place;
pub mod refusal;
mod standing;

pub use calendar::{Calendar, DayKind, LimitKind, TimeLimit};
pub use case::{
    Case, Due, Escalation, Extension, Material, Origin, Party, Photo, PhotoStage, Rating, Settlement, Stage,
    State, Suspension, Times, Whistle,
};
pub use catalogue::{Catalogue, Category, ClosingCondition};
pub use city::{City, Policy};
pub use code::{CaseId, CategoryCode, ChatId, MediaId, PersonCode, UnitCode};
pub use command::{Actor, CallReason, Command, Report, Via, Who};
pub use effect::{Decision, Effect, Notice, Recipient};
pub use event::{Event, Fact};
pub use number::CaseNumber;
pub use organisation::{Organisation, Person, Post, Role, Unit, UnitLevel};
pub use place::{Arrival, Evidence, Fix, Place, PlaceSource};
pub use refusal::Refusal;
