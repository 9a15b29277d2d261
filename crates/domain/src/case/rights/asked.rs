//! What may be asked about what is held, besides a copy of it: to put something
//! right, to use it less, to stop a use, to erase it. What became of each.

use super::Time;
use crate::access::Action;
use crate::case::Voice;
use crate::{AccountId, Author, Date, Prose, RequestId, Timestamp};
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

    /// What somebody has to be allowed to read who reads the person's own words about
    /// it: that part, or else what was asked about the record.
    #[must_use]
    pub fn read_with(self) -> Action {
        match self {
            Self::People => Action::SeePeople,
            Self::Needs => Action::SeeNeeds,
            Self::Budget => Action::SeeBudget,
            Self::Plan => Action::SeePlan,
            Self::Money => Action::SeeMoney,
            Self::Reviews => Action::SeeReviews,
            Self::Notes => Action::SeeNotes,
            Self::SomethingElse => Action::SeeRequests,
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

/// How whoever writes something down for another knows that it is their wish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldUs {
    /// How they said so, with or without words.
    pub how: Prose,
    pub why: Prose,
}

/// Who took a request back, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    pub voice: Voice,
    pub told: Option<ToldUs>,
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
    pub time: Time,
    /// The second is of somebody else, who looked at it again.
    pub answers: Vec<Answered>,
    /// Why they asked for it to be looked at again.
    pub again: Option<Said>,
    /// What they say themselves, beside what was not put right.
    pub statement: Option<Said>,
    pub withdrawn: Option<Withdrawn>,
    /// Why a restriction was ended, and when.
    pub lifted: Option<(Prose, Timestamp)>,
    /// Whether what was granted is that all of the record is erased.
    pub erases_all: bool,
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

    /// Whether it is looked at again, or was, and this is who had answered it first.
    #[must_use]
    pub fn was_first_answered_by(&self, account: AccountId) -> bool {
        self.again.is_some() && self.answers.first().is_some_and(|first| first.by.account() == Some(account))
    }

    /// Whether all of the record is to be erased by it, as far as it was not taken back.
    #[must_use]
    pub fn is_to_be_erased(&self) -> bool {
        self.erases_all && self.is_granted_in_full() && self.withdrawn.is_none()
    }

    /// Whether it can still be taken back: while it waits, while it restricts, and until
    /// what it erases is destroyed.
    #[must_use]
    pub fn can_be_taken_back(&self, today: Date) -> bool {
        self.withdrawn.is_none() && (self.is_waiting() || self.restricts(today) || self.is_to_be_erased())
    }

    /// Whether it is a restriction that was granted and that nobody has ended.
    pub(super) fn is_granted_restriction(&self) -> bool {
        matches!(self.ask, Ask::Restrict { .. })
            && self.is_granted()
            && self.withdrawn.is_none()
            && self.lifted.is_none()
    }

    /// Whether it is a restriction that holds on a day.
    #[must_use]
    pub fn restricts(&self, today: Date) -> bool {
        let Ask::Restrict { until, .. } = &self.ask else { return false };
        self.is_granted_restriction() && until.is_none_or(|last| today <= last)
    }
}
