//! Notes in a case.

use crate::{App, Error};
use domain::access::{Action, Actor};
use domain::case::Case;
use domain::case::notes::{self, ReadBy};
use domain::{CaseId, Prose};
use std::sync::Arc;

impl App {
    /// Writes a note for those who are to read it.
    pub async fn write_note(
        &self,
        actor: &Actor,
        id: CaseId,
        text: Prose,
        read_by: ReadBy,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::WriteNote, move |open| {
            Ok(notes::write(open.case, open.actor, text.clone(), read_by)?.into())
        })
        .await
    }
}
