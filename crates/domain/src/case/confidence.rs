//! What of a case was said or done in confidence, so that the person does not
//! read it on their pages. It is part of what is held about them, and they may
//! ask for it; somebody looks first whether it can be given (UK GDPR, article
//! 15(4); Data Protection Act 2018, schedule 2, paragraphs 16 and 17).
//!
//! Everything else they read at any time, words of others among it, so nothing
//! else is kept back from a copy.

use super::notes::ReadBy;
use super::{Case, Event, budget, notes};
use crate::access::CaseRole;
use crate::{Author, Recorded};
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
}

impl Confidence {
    /// What it is, as it stands in a list: "A note that …".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NoteOfStaff => "A note that staff wrote for each other",
            Self::NoteOfOne => "A note that somebody wrote for themselves",
            Self::BudgetNotShared => "A budget that was not shared with the family",
        }
    }
}

/// Whether an event was said in confidence, as things are now.
#[must_use]
pub fn of(case: &Case, recorded: &Recorded<Event>) -> Option<Confidence> {
    match &recorded.event {
        Event::Notes(notes::Event::Written { read_by, .. }) if !is_by_the_person(case, recorded.by) => {
            match read_by {
                ReadBy::Everyone => None,
                ReadBy::Professionals => Some(Confidence::NoteOfStaff),
                ReadBy::Me => Some(Confidence::NoteOfOne),
            }
        }
        Event::Budget(budget::Event::WorkedOut { .. } | budget::Event::Adjusted { .. }) => {
            (!case.budget.is_shown_at(recorded.seq)).then_some(Confidence::BudgetNotShared)
        }
        _ => None,
    }
}

fn is_by_the_person(case: &Case, by: Author) -> bool {
    let member = by.account().and_then(|account| case.circle.who_had(account));
    member.is_some_and(|member| member.role == CaseRole::Person)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AccountId;
    use crate::testing::{case_of, id, joined, prose};

    #[test]
    fn a_note_is_in_confidence_unless_the_person_reads_it_anyway() {
        let (alice, nurse): (AccountId, AccountId) = (id(1), id(2));
        let case = case_of(&[joined(id(3), "Alice", CaseRole::Person, Some(alice))]);
        let said = |by, read_by| {
            let event = notes::Event::Written { text: prose("Words"), read_by }.into();
            let recorded =
                Recorded { seq: 2, at: crate::Timestamp::UNIX_EPOCH, by: Author::Account(by), event };
            of(&case, &recorded)
        };
        assert_eq!(said(nurse, ReadBy::Everyone), None);
        assert_eq!(said(nurse, ReadBy::Professionals), Some(Confidence::NoteOfStaff));
        assert_eq!(said(nurse, ReadBy::Me), Some(Confidence::NoteOfOne));
        assert_eq!(said(alice, ReadBy::Me), None, "their own");
    }
}
