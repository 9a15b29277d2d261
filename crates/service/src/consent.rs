//! What the person agreed to, and how.

use crate::mail::Letter;
use crate::sharing::told_what_a_speaker_did;
use crate::signoff::with_role;
use crate::{App, Effects, Error, OpenCase, news};
use domain::access::Actor;
use domain::case::circle::{self, ConsentAbout, ContactBy, Member};
use domain::case::{self, Case, CaseRole, Voice};
use domain::place::CasePage;
use domain::{AccountId, CaseId, Prose};
use std::collections::BTreeSet;
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
            let mail = if events.is_empty() { vec![] } else { told_of_taking_back(open, about) };
            Ok(Effects { events, mail, ..Effects::default() })
        })
        .await
    }
}

/// Letters to those who hear that it was taken back: the care co-ordinator, who
/// talks about what happens now; where somebody else has written it down, the
/// person and whoever decides about it for them; and where one who speaks for the
/// person did it, the others who do.
fn told_of_taking_back(open: &OpenCase<'_, '_>, about: ConsentAbout) -> Vec<Letter> {
    let circle = &open.case.circle;
    let decides = |m: &&Member| circle::may_decide(open.case, m.voice(), about.matter());
    let reads_letters = |m: &&Member| circle.may_contact(m.voice(), ContactBy::Email);
    // What the person does themselves is told to nobody of theirs.
    let is_their_own = circle.voice_of(open.actor.account) == Some(Voice::Person);
    let all = circle.present().filter(|_| !is_their_own);
    let theirs = all.filter(decides).filter(reads_letters).filter_map(|m| m.account);
    let all =
        theirs.chain(with_role(open.case, CaseRole::CareCoordinator)).chain(told_what_a_speaker_did(open));
    let to: BTreeSet<AccountId> = all.filter(|account| *account != open.actor.account).collect();
    let letter =
        |to| news::letter(open.case, to, "Something that was agreed to was taken back", CasePage::People);
    to.into_iter().map(letter).collect()
}
