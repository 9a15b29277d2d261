//! On what footing somebody speaks for the person, and about what.

use super::{Answer, Circle, Event, Matter, Proposed};
use crate::{Line, MemberId, Prose, Recorded};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// On what footing someone speaks for or with the person (000:235; Mental
/// Capacity Act principles 000:213-219).
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
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Footing {
    /// Helps the person say what they want; decides nothing for them.
    HelpsToCommunicate,
    /// Chosen by the person to receive and manage a direct payment.
    Nominee,
    /// Represents a person who lacks capacity for this decision.
    Representative,
    /// Holds a lasting power of attorney.
    Attorney,
    /// Appointed by the Court of Protection.
    Deputy,
    /// Has parental responsibility.
    Parent,
}

impl Footing {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::HelpsToCommunicate => "helps them say what they want",
            Self::Nominee => "was chosen by them to look after a direct payment",
            Self::Representative => "speaks for them in decisions they cannot make",
            Self::Attorney => "has a lasting power of attorney",
            Self::Deputy => "is a deputy appointed by the court",
            Self::Parent => "is their parent or guardian",
        }
    }

    /// Decides for the person, rather than helping them to say or do what they
    /// decide themselves.
    #[must_use]
    pub fn decides(self) -> bool {
        !matches!(self, Self::HelpsToCommunicate | Self::Nominee)
    }

    /// Counts only when a second one has confirmed it: whatever decides, or
    /// receives money.
    #[must_use]
    pub fn is_confirmed(self) -> bool {
        self != Self::HelpsToCommunicate
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaks {
    pub footing: Footing,
    pub about: Prose,
    pub evidence: Option<Line>,
    /// None where it was recorded before this was asked: then it is for all.
    pub matters: Option<Vec<Matter>>,
}

impl Speaks {
    #[must_use]
    pub fn is_about(&self, matter: Matter) -> bool {
        self.matters.as_ref().is_none_or(|matters| matters.contains(&matter))
    }

    /// The footing and what it is for: "has a lasting power of attorney, about
    /// money". No paper is for more than it says, so it never stands without.
    #[must_use]
    pub fn words(&self) -> String {
        let footing = self.footing.words();
        match &self.matters {
            Some(matters) if self.footing.decides() => format!("{footing}, about {}", in_words(matters)),
            None if self.footing.decides() => format!("{footing}, about everything"),
            _ => footing.to_owned(),
        }
    }
}

/// What matters are in words: "health and care, money".
#[must_use]
pub fn in_words(matters: &[Matter]) -> String {
    matters.iter().map(|matter| matter.words()).collect::<Vec<_>>().join(", ")
}

/// What a footing is to be about, until it is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    member: MemberId,
    footing: Footing,
    matters: Vec<Matter>,
}

impl Named {
    fn is_for(&self, member: MemberId, footing: Footing) -> bool {
        (self.member, self.footing) == (member, footing)
    }
}

impl Circle {
    /// Somebody is to speak for the person, speaks for them, or does so no more.
    pub(super) fn speaks<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        match event.clone() {
            Event::MattersNamed { member, footing, matters } => {
                self.named.retain(|named| !named.is_for(member, footing));
                self.named.push(Named { member, footing, matters });
            }
            Event::SpeakerRecognised { member, footing, about, evidence } => {
                let matters = self.matters_confirmed(member, footing);
                self.with(member, |m| {
                    m.speaks.retain(|s| s.footing != footing);
                    m.speaks.push(Speaks { footing, about, evidence, matters });
                });
            }
            Event::SpeakerProposed { member, footing, about, evidence } => {
                let named = self.named.iter().position(|named| named.is_for(member, footing));
                let matters = named.map(|at| self.named.remove(at).matters);
                self.propose(member, Proposed::Speaks { footing, about, evidence, matters }, recorded);
            }
            Event::SpeakerEnded { member, footing, .. } => {
                self.with(member, |m| m.speaks.retain(|s| s.footing != footing));
            }
            _ => {}
        }
    }

    /// What was last confirmed for a footing, as it was proposed.
    fn matters_confirmed(&self, member: MemberId, footing: Footing) -> Option<Vec<Matter>> {
        let mut newest_first = self.proposals.iter().rev().filter(|p| p.member == member);
        newest_first.find_map(|p| match &p.what {
            Proposed::Speaks { footing: on, matters, .. }
                if *on == footing && p.answer == Some(Answer::Confirmed) =>
            {
                Some(matters.clone())
            }
            _ => None,
        })?
    }
}
