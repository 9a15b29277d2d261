//! What of a case was said or done in confidence, so that the person does not
//! read it on their pages. It is part of what is held about them, and they may
//! ask for it; somebody looks first whether it can be given (UK GDPR, article
//! 15(4); Data Protection Act 2018, schedule 2, paragraphs 16 and 17).
//!
//! Everything else they read at any time, words of others among it, so nothing
//! else is kept back from a copy.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Why something is looked at before it is given.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Confidence {
    /// Staff wrote it for each other.
    NoteOfStaff,
    /// Somebody wrote it for themselves alone.
    NoteOfOne,
    /// A budget that was not shared with the person.
    BudgetNotShared,
    /// Why staff gave something of these: they are told that it stays with them.
    WhyGiven,
}

impl Confidence {
    /// What it is, as it stands in a list: "A note that …".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NoteOfStaff => "A note that staff wrote for each other",
            Self::NoteOfOne => "A note that somebody wrote for themselves",
            Self::BudgetNotShared => "A budget that was not shared with the family",
            Self::WhyGiven => "Why staff let you have something that was said in confidence",
        }
    }

    /// Whether somebody can decide that it is given. Why something was given stays
    /// with those who decided: it was promised to them, and to ask about it would
    /// give another reason, which had to be asked about in turn.
    #[must_use]
    pub fn can_be_given(self) -> bool {
        match self {
            Self::NoteOfStaff | Self::NoteOfOne | Self::BudgetNotShared => true,
            Self::WhyGiven => false,
        }
    }
}
