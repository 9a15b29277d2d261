//! What lists showed of whom is written down before it is shown: search results,
//! work lists, payments that wait, requests. One row for each page of a list that
//! somebody sees, and within a quarter of an hour only what is new in it.

use crate::shown::List;
use crate::{App, Error};
use domain::{AccountId, dates};
use store::StoreError;
use store::list_looks::{ListLook, record};
use uuid::Uuid;

impl App {
    /// Writes down that a list is shown to somebody, with what is in it.
    pub(crate) async fn shows(
        &self,
        account: AccountId,
        list: List,
        subjects: impl IntoIterator<Item = Uuid>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let (quarter, day) = (now.as_second().div_euclid(900), dates::london(now));
        let subjects: Vec<Uuid> = subjects.into_iter().collect();
        let key = (account, list);
        let (new, new_today) = self.shown.new_ones(key, (quarter, day), &subjects);
        if new.is_empty() {
            return Ok(());
        }
        let look = ListLook { id: self.id(), account, list: list.word(), at: now, subjects: new.clone() };
        match self.db.write(move |tx| record(tx, &look, day, &new_today)).await {
            Ok(()) => self.shown.are_written(key, (quarter, day), &new),
            // As with a look at a case: it is shown, and the log keeps it.
            Err(StoreError::Full) => {
                tracing::error!(%account, list = list.word(), "no space to record what a list showed");
            }
            Err(other) => return Err(other.into()),
        }
        Ok(())
    }
}
