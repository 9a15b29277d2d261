//! Notes in a case.

use crate::{App, No};
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
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::WriteNote, move |desk| {
            Ok(notes::write(desk.case, desk.actor.account, text.clone(), read_by)?.into())
        })
        .await
    }
}
