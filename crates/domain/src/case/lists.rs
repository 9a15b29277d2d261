//! The rows that lists show, as a pure function of a case.

use super::{Case, Stage, Turn};
use crate::access::{Action, CaseRole, Role};
use crate::framework::Framework;
use crate::{AccountId, AreaId, CaseId, Date};
use serde::{Deserialize, Serialize};

/// A case in a work list. Kept in the list `cases`, and once for each member
/// with an account in `my-cases` (owner: the account).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    pub case: CaseId,
    pub area: AreaId,
    pub reference: String,
    pub name: String,
    pub stage: Stage,
    pub turns: Vec<Turn>,
    pub coordinator: Option<String>,
    /// The soonest day something is due.
    pub due: Option<Date>,
    /// The organisations that hold money for the person.
    pub organisations: Vec<crate::OrganisationId>,
}

impl CaseRow {
    /// The row to somebody who may do these things: a turn is told to whoever can
    /// open its page, and the care co-ordinator's name to whoever sees the people.
    #[must_use]
    pub fn as_read_by(self, may: impl Fn(Action) -> bool) -> Self {
        let mut turns = self.turns;
        turns.retain(|turn| may(turn.page.opened_by()));
        let due = soonest(&turns);
        let coordinator = self.coordinator.filter(|_| may(Action::SeePeople));
        Self { turns, due, coordinator, ..self }
    }

    /// The same to somebody of the family in this place: what they decide among
    /// them is the move of whoever may.
    #[must_use]
    pub fn as_read_in(self, place: CaseRole, may: impl Fn(Action) -> bool) -> Self {
        let role = Role::Case(place);
        let mut row = self.as_read_by(&may);
        for turn in &mut row.turns {
            let is_theirs = turn.is_of(&[role], &may);
            turn.of.retain(|of| *of != role || is_theirs);
            if is_theirs && !turn.of.contains(&role) {
                turn.of.push(role);
            }
        }
        row
    }
}

/// What waits from a later day on is not due yet.
fn soonest(turns: &[Turn]) -> Option<Date> {
    turns.iter().filter(|t| t.from.is_none()).filter_map(|t| t.due).min()
}

impl Case {
    #[must_use]
    pub fn row(&self, framework: &Framework) -> Option<CaseRow> {
        let opened = self.offer.opened.as_ref()?;
        let turns = self.turns(framework);
        Some(CaseRow {
            case: self.id,
            area: opened.area,
            reference: opened.reference.clone(),
            name: self.person_name().to_owned(),
            stage: self.stage(),
            due: soonest(&turns),
            turns,
            coordinator: self.circle.care_coordinator().map(|m| m.name.to_string()),
            organisations: self.plan.open_holdings().filter_map(|h| h.words.organisation).collect(),
        })
    }

    /// The accounts with a place in the case now.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> + '_ {
        self.circle.present().filter_map(|m| m.account)
    }
}
