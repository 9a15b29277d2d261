//! What the person agreed to, and how.

use crate::sharing::told_what_a_speaker_did;
use crate::{App, Effects, Error, OpenCase, news};
use domain::access::Actor;
use domain::case::circle::{self, ConsentAbout};
use domain::case::{self, Case, Voice};
use domain::place::CasePage;
use domain::{CaseId, Prose};
use std::sync::Arc;

/// What somebody agreed to, or took back, who speaks for the person is not
/// between them and the record alone.
fn told(open: &OpenCase<'_, '_>, events: Vec<case::Event>) -> Effects {
    let to = if events.is_empty() { vec![] } else { told_what_a_speaker_did(open) };
    let letter = |to| news::letter(open.case, to, "What was agreed was changed", CasePage::People);
    Effects { mail: to.into_iter().map(letter).collect(), events, ..Effects::default() }
}

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
        self.act(actor, id, about.decided_by(), move |open| {
            let events = circle::record_consent(open.case, about, given, voice, how.clone())?;
            Ok(told(open, events))
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
        self.act(actor, id, about.decided_by(), move |open| {
            let events = circle::withdraw_consent(open.case, about, voice, how.clone())?;
            Ok(told(open, events))
        })
        .await
    }
}
