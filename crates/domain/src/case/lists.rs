//! The rows that lists show, as a pure function of a case.

use super::circle::Member;
use super::turn::waits;
use super::{Case, Stage, Turn};
use crate::access::{Action, Queue, Role};
use crate::framework::Framework;
use crate::place::CasePage;
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
    pub turns: Vec<TurnRow>,
    pub coordinator: Option<String>,
    /// The soonest day something is due.
    pub due: Option<Date>,
    /// The organisations that hold money for the person.
    pub organisations: Vec<crate::OrganisationId>,
}

/// A turn as a list has it. Whose move it is was asked of the policy when the row
/// was made, since no case is open where a list is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnRow {
    /// The roles whose move it is.
    pub of: Vec<Role>,
    pub task: String,
    pub page: CasePage,
    pub due: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Those whose move it is not by their post, whatever it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_of: Vec<AccountId>,
}

impl TurnRow {
    fn of(case: &Case, turn: Turn) -> Self {
        let of = case.movers(&turn);
        let not_of = case.kept_from(&turn, &of);
        let Turn { task, page, due, from, until, .. } = turn;
        Self { of, task, page, due, from, until, not_of }
    }

    /// The same in the list of one of the circle: by their place it is theirs or not.
    fn of_member(case: &Case, turn: Turn, member: &Member) -> Self {
        let is_theirs = case.is_move_of_member(&turn, member);
        let mut row = Self::of(case, turn);
        let role = Role::Case(member.role);
        row.of.retain(|of| *of != role || is_theirs);
        row
    }

    /// Whether it waits on this day.
    #[must_use]
    pub fn waits(&self, today: Date) -> bool {
        waits(self.from, self.until, today)
    }

    /// Whether it is the move of somebody who has what waits in a queue.
    #[must_use]
    pub fn is_for(&self, queue: Queue, account: AccountId) -> bool {
        self.of.contains(&queue.role()) && !self.not_of.contains(&account)
    }
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
}

/// What waits from a later day on is not due yet.
fn soonest(turns: &[TurnRow]) -> Option<Date> {
    turns.iter().filter(|t| t.from.is_none()).filter_map(|t| t.due).min()
}

impl Case {
    #[must_use]
    pub fn row(&self, framework: &Framework) -> Option<CaseRow> {
        self.row_with(framework, |turn| TurnRow::of(self, turn))
    }

    /// The row in the list of one of the circle.
    #[must_use]
    pub fn row_of(&self, member: &Member, framework: &Framework) -> Option<CaseRow> {
        self.row_with(framework, |turn| TurnRow::of_member(self, turn, member))
    }

    fn row_with(&self, framework: &Framework, row: impl FnMut(Turn) -> TurnRow) -> Option<CaseRow> {
        let opened = self.offer.opened.as_ref()?;
        let turns: Vec<TurnRow> = self.turns(framework).into_iter().map(row).collect();
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
