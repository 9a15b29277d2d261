//! The parts of a record that a person shares one by one with somebody who
//! helps them, or with an organisation.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// A part of the record as the person thinks of it. Which pages, papers and
/// acts belong to it say the rows of the policy.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum RecordPart {
    Needs,
    Plan,
    Costs,
    Budget,
    Payments,
    People,
    Reviews,
    Notes,
    Papers,
    History,
}

impl RecordPart {
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Needs => "Needs",
            Self::Plan => "The plan",
            Self::Costs => "What is bought",
            Self::Budget => "The budget",
            Self::Payments => "Payments",
            Self::People => "People",
            Self::Reviews => "Reviews",
            Self::Notes => "Notes",
            Self::Papers => "Papers",
            Self::History => "History",
        }
    }

    /// What is in it, for whoever decides to share it. Where a part cannot be
    /// read without words of another, it says so.
    #[must_use]
    pub fn contains(self) -> &'static str {
        match self {
            Self::Needs => "the answers about health and daily life, and what is needed",
            Self::Plan => {
                "all of the plan and the decision about it: what matters, health, each need and how it is met, risks, who does what, what is bought and what it costs. It does not say how much money there is"
            }
            Self::Costs => "a list of what the money buys and what it costs, without the rest of the plan",
            Self::Budget => "how much money there is, and how it was worked out from the answers about needs",
            Self::Payments => "money that came in and went out, what the bank wrote, and receipts",
            Self::People => {
                "who is in the circle, how to talk with the person, conversations and questions, and what was agreed to"
            }
            Self::Reviews => {
                "when the reviews are, how each outcome goes, and what changes. It holds words about health"
            }
            Self::Notes => "notes that were written for everyone",
            Self::Papers => "papers to print and files, of the parts that are shared with them",
            Self::History => "what happened and when, in the parts that are shared with them",
        }
    }
}

/// A set of parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordParts(u16);

impl RecordParts {
    pub const ALL: Self = Self((1 << RecordPart::VARIANTS.len()) - 1);

    #[must_use]
    pub fn contains(self, part: RecordPart) -> bool {
        self.0 & (1 << part as u16) != 0
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl FromIterator<RecordPart> for RecordParts {
    fn from_iter<I: IntoIterator<Item = RecordPart>>(parts: I) -> Self {
        Self(parts.into_iter().fold(0, |all, part| all | (1 << part as u16)))
    }
}
