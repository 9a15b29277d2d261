//! What the first page of a case shows at a glance.

use crate::history::{self, Entry, Reader};
use crate::{App, No, Seen};
use domain::CaseId;
use domain::access::{Action, Actor};
use domain::ledger::Balances;

/// The money and the newest events.
#[derive(Clone, Debug)]
pub struct Glance {
    pub balances: Balances,
    /// Newest first; empty where the reader may not open the history.
    pub newest: Vec<Entry>,
}

impl App {
    /// Opens a case at its first page, with what is shown there, in one
    /// snapshot; `most` says how many of the newest events this reader is shown.
    pub async fn see_at_a_glance(
        &self,
        actor: &Actor,
        id: CaseId,
        most: fn(&Seen) -> usize,
    ) -> Result<(Seen, Glance), No> {
        let who = actor.clone();
        self.see_with(actor, id, Action::SeeCase, "home", move |tx, seen| {
            let balances = store::sums::balances(tx, id)?;
            let mut newest = vec![];
            if who.may(Action::SeeHistory, &seen.case) {
                let reader = Reader::of(&who, seen);
                newest = history::newest(tx, &seen.case, seen.framework(), &reader, most(seen))?;
            }
            Ok(Glance { balances, newest })
        })
        .await
    }

    /// What each account of a case that was opened holds.
    pub async fn balances(&self, case: CaseId) -> Result<Balances, No> {
        self.read(move |tx| Ok(store::sums::balances(tx, case)?)).await
    }
}
