//! The rows that lists show, as a pure function of a case.

use super::{Case, Stage, Turn};
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
            // What waits from a later day on is not due yet.
            due: turns.iter().filter(|t| t.from.is_none()).filter_map(|t| t.due).min(),
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
