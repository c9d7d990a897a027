//! Whistle.
