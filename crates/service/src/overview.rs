//! What the first page of a case shows at a glance.

use crate::arrangement::money::{Facts, facts_of};
use crate::history::{self, Entry, Reader};
use crate::{App, Error, Seen};
use domain::CaseId;
use domain::access::{Action, Actor};
use domain::case::arrangement::sight::Accounts;

/// The money and the newest events.
#[derive(Clone, Debug)]
pub struct Glance {
    /// What the accounts that the reader sees come to.
    pub money: Facts,
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
    ) -> Result<(Seen, Glance), Error> {
        let who = actor.clone();
        self.see_with(actor, id, Action::SeeCase, "home", move |tx, seen| {
            let money = facts_of(tx, id, &Accounts::of(&who, &seen.case))?;
            let mut newest = vec![];
            if who.may(Action::SeeHistory, &seen.case) {
                let reader = Reader::of(&who, seen);
                newest = history::newest(tx, &seen.case, seen.framework(), &reader, most(seen))?;
            }
            Ok(Glance { money, newest })
        })
        .await
    }
}
