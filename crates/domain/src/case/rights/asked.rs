//! What may be asked about what is held, besides a copy of it: to put something
//! right, to use it less, to stop a use, to erase it. What became of each.

use super::day;
use crate::case::Voice;
use crate::{Author, Date, Prose, RequestId, Timestamp};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The right that somebody uses (UK GDPR, chapter 3).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Right {
    /// Article 16.
    PutRight,
    /// Article 18.
    Restrict,
    /// Article 21.
    Object,
    /// Article 17.
    Erase,
}

impl Right {
    /// To complete "We asked you to …" and "They asked us to …".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::PutRight => "put something right",
            Self::Restrict => "restrict how the record is used",
            Self::Object => "stop using information in some way",
            Self::Erase => "erase information",
        }
    }
}

/// The part of the record that something is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum About {
    People,
    Needs,
    Budget,
    Plan,
    Money,
    Reviews,
    Notes,
    SomethingElse,
}

impl About {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::People => "People",
            Self::Needs => "Needs",
            Self::Budget => "The budget",
            Self::Plan => "The plan",
            Self::Money => "Money",
            Self::Reviews => "Reviews",
            Self::Notes => "Notes",
            Self::SomethingElse => "Something else",
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "right", rename_all = "kebab-case")]
pub enum Ask {
    PutRight {
        about: About,
        wrong: Prose,
        instead: Prose,
    },
    /// Until a day, or until somebody ends it.
    Restrict {
        why: Prose,
        until: Option<Date>,
    },
    Object {
        what: Prose,
        why: Prose,
    },
    Erase {
        what: Prose,
        why: Prose,
    },
}

impl Ask {
    #[must_use]
    pub fn right(&self) -> Right {
        match self {
            Self::PutRight { .. } => Right::PutRight,
            Self::Restrict { .. } => Right::Restrict,
            Self::Object { .. } => Right::Object,
            Self::Erase { .. } => Right::Erase,
        }
    }

    /// The first words of it, by which it is told from others.
    #[must_use]
    pub fn first_words(&self) -> &Prose {
        match self {
            Self::PutRight { wrong, .. } => wrong,
            Self::Restrict { why, .. } => why,
            Self::Object { what, .. } | Self::Erase { what, .. } => what,
        }
    }
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Answer {
    Yes,
    Partly,
    No,
}

impl Answer {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Yes => "Yes",
            Self::Partly => "Partly",
            Self::No => "No",
        }
    }
}

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub answer: Answer,
    pub words: Prose,
    pub by: Author,
    pub at: Timestamp,
}

/// Words of somebody, and when they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub voice: Voice,
    pub words: Prose,
    pub by: Author,
    pub at: Timestamp,
}

/// Something that was asked about the record, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub id: RequestId,
    pub ask: Ask,
    pub voice: Voice,
    pub by: Author,
    pub at: Timestamp,
    /// The last day for the answer, as it is now.
    pub due: Date,
    /// Why the clock stands still, and since when.
    pub paused: Option<(Prose, Timestamp)>,
    /// Why it takes longer.
    pub extended: Option<Prose>,
    /// The second is of somebody else, who looked at it again.
    pub answers: Vec<Answered>,
    /// Why they asked for it to be looked at again.
    pub again: Option<Said>,
    /// What they say themselves, beside what was not put right.
    pub statement: Option<Said>,
    /// Who took the request back, and when.
    pub withdrawn: Option<(Voice, Timestamp)>,
    /// Why a restriction was ended, and when.
    pub lifted: Option<(Prose, Timestamp)>,
}

impl Asked {
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.withdrawn.is_none() && self.answers.len() <= usize::from(self.again.is_some())
    }

    /// The answer that stands now.
    #[must_use]
    pub fn answer(&self) -> Option<&Answered> {
        self.answers.last()
    }

    /// Whether it was done as they asked, as far as the newest answer says.
    #[must_use]
    pub fn is_granted(&self) -> bool {
        self.answer().is_some_and(|answered| answered.answer != Answer::No)
    }

    /// Whether all that they asked was done.
    #[must_use]
    pub fn is_granted_in_full(&self) -> bool {
        self.answer().is_some_and(|answered| answered.answer == Answer::Yes)
    }

    /// Whether it is a restriction that holds on a day.
    #[must_use]
    pub fn restricts(&self, today: Date) -> bool {
        let Ask::Restrict { until, .. } = &self.ask else { return false };
        self.is_granted()
            && self.withdrawn.is_none()
            && self.lifted.is_none()
            && until.is_none_or(|last| today <= last)
    }

    /// The day from which the clock of what is open now runs.
    pub(super) fn clock_from(&self) -> Date {
        day(self.again.as_ref().map_or(self.at, |again| again.at))
    }
}
