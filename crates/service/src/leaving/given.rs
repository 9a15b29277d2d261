//! What a colleague gave alone, from the moment in which no post stands behind
//! their seat: those who work with each person, and the person, are asked about
//! it, also where the seat itself is still to be handed over.

use crate::{App, Effects, Error, directory, lists};
use domain::case::circle;
use domain::{AccountId, Author, CaseId};
use std::collections::BTreeSet;
use store::lists::{Among, by_owner, of_those_in};
use store::{StoreError, Tx};

impl App {
    /// Puts on record, in every case in which an account has no seat that
    /// counts, that what it gave alone is to be looked at. Where nothing is left
    /// behind, nothing is written.
    pub(crate) fn ask_about_what_they_gave(
        &self,
        tx: &mut Tx<'_>,
        by: Author,
        account: AccountId,
    ) -> Result<(), Error> {
        let actor = directory::by_posts(self, tx, account)?;
        let rows = by_owner(tx, lists::GIVEN, account.0)?;
        let cases: BTreeSet<CaseId> = rows.iter().map(|row| CaseId(row.stream.id)).collect();
        for id in cases {
            let case = match self.case(tx, id) {
                Ok(case) => case,
                // Taking powers away does not wait for a record that is broken.
                Err(why @ StoreError::Corrupt { .. }) => {
                    tracing::error!(case = %id, error = %why, "what a leaver gave in it is not asked about");
                    continue;
                }
                Err(why) => return Err(why.into()),
            };
            if actor.as_ref().is_some_and(|actor| actor.has_seat_of_a_body(&case)) {
                continue;
            }
            let events = circle::leave_behind(&case, account);
            let decided = Effects { events, ..Effects::default() };
            self.commit(tx, &case, by, self.clock.now(), &decided)?;
        }
        Ok(())
    }

    /// The same of everyone whose post ended, or whose account was closed,
    /// before it was asked in that very step.
    pub(crate) fn ask_about_what_leavers_gave(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut left: BTreeSet<AccountId> = BTreeSet::new();
        for (area, _) in directory::areas(tx)? {
            for among in [Among::Here(lists::FORMER), Among::Anywhere(lists::CLOSED_ACCOUNTS)] {
                let rows = of_those_in(tx, lists::GIVEN, area.0, among)?;
                left.extend(rows.iter().filter_map(|row| row.row.owner.map(AccountId)));
            }
        }
        for account in left {
            self.ask_about_what_they_gave(tx, Author::System, account)?;
        }
        Ok(())
    }
}
