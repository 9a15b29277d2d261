//! What the person agreed to, and how.

use crate::{App, No};
use domain::access::{Action, Actor};
use domain::case::circle::{self, ConsentAbout};
use domain::case::{Case, Voice};
use domain::{CaseId, Prose};
use std::sync::Arc;

impl App {
    /// Records a yes or a no in the name of whoever decides; `how` is how they
    /// said it.
    pub async fn record_consent(
        &self,
        actor: &Actor,
        id: CaseId,
        about: ConsentAbout,
        given: bool,
        voice: Voice,
        how: Prose,
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::RecordConsent, move |desk| {
            Ok(circle::record_consent(desk.case, about, given, voice, how.clone())?.into())
        })
        .await
    }

    /// Takes it back; it counts from the next request on.
    pub async fn withdraw_consent(
        &self,
        actor: &Actor,
        id: CaseId,
        about: ConsentAbout,
        voice: Voice,
        how: Prose,
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::WithdrawConsent, move |desk| {
            Ok(circle::withdraw_consent(desk.case, about, voice, how.clone())?.into())
        })
        .await
    }
}
