//! Whistle.

pub mod atlas;
pub mod demo;
pub mod dialogue;
pub mod domain;
pub mod messenger;
