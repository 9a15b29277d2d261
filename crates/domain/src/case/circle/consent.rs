//! What the person agreed to, or not, and how that was said.

use super::{Circle, Event, Matter, Voice};
use crate::access::Action;
use crate::{Author, Prose, Recorded, Timestamp};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// What consent is about.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    IntoStaticStr,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum ConsentAbout {
    /// Having a personal health budget worked out and planned.
    TakingPart,
    /// Sharing the case file with the council.
    SharingWithCouncil,
    /// Sharing with supporters outside the NHS and council, all at once: as it was
    /// asked before each was asked about by name. It is not given any more.
    SharingWithSupporters,
    /// Receiving a direct payment.
    DirectPayment,
}

impl ConsentAbout {
    /// What somebody is asked. What each one who helps sees is not asked here, but
    /// by name ([`share`]).
    pub const ASKED: [Self; 3] = [Self::TakingPart, Self::SharingWithCouncil, Self::DirectPayment];

    /// What a decision about it is about.
    #[must_use]
    pub fn matter(self) -> Matter {
        match self {
            Self::TakingPart => Matter::Care,
            Self::SharingWithCouncil | Self::SharingWithSupporters => Matter::Sharing,
            Self::DirectPayment => Matter::Money,
        }
    }

    /// What whoever decides it, or writes it down, has to be allowed to do.
    #[must_use]
    pub fn decided_by(self) -> Action {
        match self {
            Self::TakingPart => Action::DecideTakingPart,
            Self::SharingWithCouncil | Self::SharingWithSupporters => Action::DecideSharing,
            Self::DirectPayment => Action::DecideDirectPayment,
        }
    }

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::TakingPart => "having a personal health budget",
            Self::SharingWithCouncil => "sharing information with the council",
            Self::SharingWithSupporters => "sharing information with brokers and organisations that help",
            Self::DirectPayment => "having a direct payment",
        }
    }
}

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
