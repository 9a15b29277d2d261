//! Notes that are not part of the plan: a person's own, a professional's, or
//! shared with everyone in the circle.

pub use super::read_by::ReadBy;

use super::history::{Context, Description, said};
use super::{Case, Event as CaseEvent};
use crate::access::{Action, Actor, Facts, Verdict};
use crate::{AccountId, Author, Prose, Recorded, Refusal, Timestamp};
use rpds::{RedBlackTreeMapSync, VectorSync};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "notes.written")]
    Written { text: Prose, read_by: ReadBy },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub text: Prose,
    pub read_by: ReadBy,
    pub by: Author,
    pub at: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Oldest first.
    pub all: VectorSync<Note>,
    /// The newest of each writer: its place among them.
    newest: RedBlackTreeMapSync<AccountId, usize>,
}

impl Notes {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        let Event::Written { text, read_by } = event.clone();
        if let Some(account) = recorded.by.account() {
            self.newest.insert_mut(account, self.all.len());
        }
        self.all.push_back_mut(Note { text, read_by, by: recorded.by, at: recorded.at });
    }
}

/// Whether someone may read a note (or its event): what it was written for, and
/// who wrote it, are the facts that the policy looks at.
#[must_use]
pub fn may_read(read_by: ReadBy, written_by: Author, reader: &Actor, case: &Case) -> bool {
    let written_by_them = written_by == Author::Account(reader.account);
    let facts = Facts { written_by_them, ..for_whom(read_by, Facts::of(case)) };
    reader.verdict_about(Action::ReadNote, case, facts) == Verdict::Allowed
}

fn for_whom(read_by: ReadBy, facts: Facts) -> Facts {
    Facts {
        for_everyone: read_by == ReadBy::Everyone,
        for_professionals: read_by == ReadBy::Professionals,
        ..facts
    }
}

impl Notes {
    /// What someone may read, newest first, each with its place among all: of
    /// those before `before` (none: the newest).
    pub fn readable<'a>(
        &'a self,
        case: &'a Case,
        reader: &'a Actor,
        before: Option<usize>,
    ) -> impl Iterator<Item = (usize, &'a Note)> + use<'a> {
        let places = 0..before.unwrap_or(usize::MAX).min(self.all.len());
        let notes = places.rev().filter_map(|at| Some((at, self.all.get(at)?)));
        notes.filter(move |(_, n)| may_read(n.read_by, n.by, reader, case))
    }
}

/// Whether somebody may write a note for these readers: nobody writes for those
/// whose notes they could not read themselves.
#[must_use]
pub fn may_write_for(read_by: ReadBy, writer: &Actor, case: &Case) -> bool {
    read_by == ReadBy::Me || may_read(read_by, Author::System, writer, case)
}

/// Writes a note. The same note by the same person, sent again, is one note.
pub fn write(case: &Case, by: &Actor, text: Prose, read_by: ReadBy) -> Result<Vec<CaseEvent>, Refusal> {
    if !may_write_for(read_by, by, case) {
        return Err(Refusal::invalid("read-by", "Choose who can read it"));
    }
    let newest = case.notes.newest.get(&by.account).and_then(|at| case.notes.all.get(*at));
    if newest.is_some_and(|n| n.text == text && n.read_by == read_by) {
        return Ok(vec![]);
    }
    Ok(vec![Event::Written { text, read_by }.into()])
}

pub(super) fn describe(event: &Event, _: &Context<'_>) -> Description {
    let Event::Written { text, read_by } = event;
    let mut described = said("A note was written").with("Note", text);
    if *read_by != ReadBy::Everyone {
        described.private = Some(*read_by);
    }
    described.with("Who can read it", read_by.words())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{self, RecordParts, Role};
    use crate::case::CaseRole;

    #[test]
    fn a_private_note_is_for_its_writer_alone() {
        let shared = Facts {
            shared_with_council: true,
            shares_with_them: true,
            shared: RecordParts::ALL,
            ..Facts::default()
        };
        let reads = |role, read_by, facts| {
            access::decide(role, Action::ReadNote, for_whom(read_by, facts)) == Verdict::Allowed
        };
        for role in Role::all() {
            assert!(!reads(role, ReadBy::Me, shared), "{role:?}");
            let own = Facts { written_by_them: true, ..Facts::default() };
            let may_open = access::decide(role, Action::SeeNotes, shared) == Verdict::Allowed;
            assert_eq!(reads(role, ReadBy::Me, own), may_open, "{role:?} reads their own");
            let opens = access::decide(role, Action::SeeNotes, shared) == Verdict::Allowed;
            assert_eq!(reads(role, ReadBy::Everyone, shared), opens, "{role:?}");
            let works = matches!(
                role,
                Role::Case(CaseRole::CareCoordinator | CaseRole::Clinician | CaseRole::CouncilWorker)
            );
            assert_eq!(reads(role, ReadBy::Professionals, shared), works, "{role:?}");
        }
        for role in [CaseRole::CouncilWorker, CaseRole::FamilyCarer, CaseRole::Supporter] {
            assert!(!reads(Role::Case(role), ReadBy::Professionals, Facts::default()), "{role:?}");
        }
    }
}
