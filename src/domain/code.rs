//! Codes and ids: one type each, so that a person is never mistaken for a unit.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! text_code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

text_code!(
    /// Code of a person in the roster, as imported (`W0001`).
    PersonCode
);
text_code!(
    /// Code of a unit: an area of the map (`370215002013`) or a department (`D012`).
    UnitCode
);
text_code!(
    /// Code of a matter: two digits major, three digits minor (GB/T 47678.5-2026).
    CategoryCode
);
row_id!(
    /// Row of a case. People say its [`CaseNumber`](super::CaseNumber).
    CaseId
);
row_id!(
    /// Row of a chat: one conversation on one channel.
    ChatId
);
row_id!(
    /// Row of a photo or a voice note.
    MediaId
);
