//! What the person agreed to, or not, and how that was said.

use super::{Circle, ConsentAbout, Event, Voice};
use crate::{Author, Prose, Recorded, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentState {
    Given,
    Refused,
    Withdrawn,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub about: ConsentAbout,
    pub state: ConsentState,
    pub voice: Voice,
    pub how: Prose,
    pub at: Timestamp,
    pub recorded_by: Author,
}

impl Circle {
    /// The newest word on something that is asked.
    pub(super) fn consents<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        match event.clone() {
            Event::ConsentGiven { about, voice, how } => {
                self.consent(about, ConsentState::Given, voice, how, recorded)
            }
            Event::ConsentRefused { about, voice, how } => {
                self.consent(about, ConsentState::Refused, voice, how, recorded);
            }
            Event::ConsentWithdrawn { about, voice, how } => {
                self.consent(about, ConsentState::Withdrawn, voice, how, recorded);
            }
            _ => {}
        }
    }

    fn consent<E>(
        &mut self,
        about: ConsentAbout,
        state: ConsentState,
        voice: Voice,
        how: Prose,
        from: &Recorded<E>,
    ) {
        self.consents.retain(|c| c.about != about);
        self.consents.push(Consent { about, state, voice, how, at: from.at, recorded_by: from.by });
    }

    #[must_use]
    pub fn consent_to(&self, about: ConsentAbout) -> Option<&Consent> {
        self.consents.iter().find(|c| c.about == about)
    }

    #[must_use]
    pub fn has_consented(&self, about: ConsentAbout) -> bool {
        self.consent_to(about).is_some_and(|c| c.state == ConsentState::Given)
    }
}
