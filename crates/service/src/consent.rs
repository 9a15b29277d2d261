//! What the person agreed to, and how.

use crate::{App, Error};
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
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::RecordConsent, move |open| {
            Ok(circle::record_consent(open.case, about, given, voice, how.clone())?.into())
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
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::WithdrawConsent, move |open| {
            Ok(circle::withdraw_consent(open.case, about, voice, how.clone())?.into())
        })
        .await
    }
}
