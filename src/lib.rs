//! Whistle.

pub mod atlas;
pub mod dialogue;
pub mod domain;
