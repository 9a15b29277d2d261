//! Whose circle it is: the person, how they communicate, and how they and others
//! want to be reached.

use super::{Circle, Event, Voice};
use crate::{Author, Date, Line, Prose, Recorded, Timestamp};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The ways to get in touch.
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
pub enum ContactBy {
    Email,
    Phone,
    Text,
    Letter,
    Visit,
    /// Someone who speaks for them.
    ThroughSomeone,
}

impl ContactBy {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone call",
            Self::Text => "text message",
            Self::Letter => "letter",
            Self::Visit => "a visit",
            Self::ThroughSomeone => "through someone they trust",
        }
    }
}

/// How to reach someone, and when suits them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPreference {
    pub by: Vec<ContactBy>,
    /// No other way may be used.
    pub only: bool,
    pub details: Option<Line>,
    pub when: Option<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: Line,
    pub known_as: Option<Line>,
    pub born: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Communication {
    pub yes: Option<Line>,
    pub no: Option<Line>,
    pub how: Prose,
    pub helps: Option<Prose>,
    pub described_by: Author,
    pub at: Timestamp,
}

/// Something that was wrongly written about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongRecord {
    pub said: Prose,
    /// Who had written it, as far as is known.
    pub by: Option<Line>,
    pub noted_by: Author,
    pub at: Timestamp,
}

impl Circle {
    /// The person and how they communicate are described, and how to reach somebody.
    pub(super) fn describes<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        match event.clone() {
            Event::PersonNamed { name, known_as, born } => {
                self.person = Some(Person { name, known_as, born })
            }
            Event::CommunicationDescribed { yes, no, how, helps } => {
                self.communication =
                    Some(Communication { yes, no, how, helps, described_by: recorded.by, at: recorded.at });
            }
            Event::WrongRecordNoted { said, by } => {
                let (noted_by, at) = (recorded.by, recorded.at);
                self.wrong_records.push(WrongRecord { said, by, noted_by, at });
            }
            Event::ContactPreferred { who, preference } => {
                self.contact.retain(|(voice, _)| *voice != who);
                self.contact.push((who, preference));
            }
            _ => {}
        }
    }

    /// Whether somebody may be contacted in a way, after what they asked for.
    #[must_use]
    pub fn may_contact(&self, who: Voice, by: ContactBy) -> bool {
        let asked = self.contact.iter().find(|(voice, _)| *voice == who);
        asked.is_none_or(|(_, preference)| !preference.only || preference.by.contains(&by))
    }
}
