//! Whistle.

pub mod app {
    //! The use cases.
    pub mod export;
    pub mod import;
    pub mod secrets;
}
pub mod atlas;
pub mod demo;
pub mod dialogue;
pub mod domain;
pub mod settings;
pub mod telemetry;
