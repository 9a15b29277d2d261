//! Who a note is for.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum ReadBy {
    /// Only whoever wrote it.
    Me,
    /// Those who work with the person.
    Professionals,
    /// Everyone in the circle.
    Everyone,
}

impl ReadBy {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Me => "only whoever wrote it",
            Self::Professionals => "whoever wrote it, and those who work with the person",
            Self::Everyone => "everyone in the circle",
        }
    }
}
