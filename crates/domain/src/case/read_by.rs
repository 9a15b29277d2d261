//! Who a note is for.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadBy {
    /// Only whoever wrote it.
    Me,
    /// Those who work with the person.
    Professionals,
    /// Everyone in the circle.
    Everyone,
}

impl ReadBy {
    pub const ALL: [Self; 3] = [Self::Me, Self::Professionals, Self::Everyone];

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Me => "only whoever wrote it",
            Self::Professionals => "whoever wrote it, and those who work with the person",
            Self::Everyone => "everyone in the circle",
        }
    }
}
