//! Whistle.

pub mod app;
pub mod atlas;
pub mod commands;
pub mod demo;
pub mod dialogue;
pub mod domain;
pub mod jobs;
pub mod messenger;
pub mod settings;
pub mod startup;
pub mod store;
pub mod telemetry;
pub mod web;
