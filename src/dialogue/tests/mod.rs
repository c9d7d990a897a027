//! Conversations as they are read on a phone. Between any two messages the state is stored and loaded
//! again, as if the program had been restarted.

mod office;
mod transcripts;
mod views;
mod whatever;
