//! Someone who can sign in: their name and address are kept here and nowhere
//! else. Secrets (passphrase hash, second factor) are not events.

use crate::{Line, Recorded, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "account.opened")]
    Opened { name: Line, email: Line },
    #[serde(rename = "account.invited")]
    Invited { why: Line },
    /// They set a passphrase of their own.
    #[serde(rename = "account.set-up")]
    SetUp,
    #[serde(rename = "account.passphrase-changed")]
    PassphraseChanged,
    #[serde(rename = "account.second-factor-added")]
    SecondFactorAdded,
    #[serde(rename = "account.second-factor-removed")]
    SecondFactorRemoved { why: Line },
    #[serde(rename = "account.recovery-asked-for")]
    RecoveryAskedFor,
    #[serde(rename = "account.renamed")]
    Renamed { name: Line },
    #[serde(rename = "account.closed")]
    Closed { why: Line },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub version: u64,
    pub name: Option<Line>,
    pub email: Option<Line>,
    pub is_set_up: bool,
    pub has_second_factor: bool,
    pub closed: Option<Timestamp>,
}

impl Account {
    #[must_use]
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Recorded<Event>>) -> Self {
        let mut account = Self::default();
        for recorded in events {
            account.apply(recorded);
        }
        account
    }

    pub fn apply(&mut self, recorded: &Recorded<Event>) {
        self.version = recorded.seq;
        match recorded.event.clone() {
            Event::Opened { name, email } => {
                self.name = Some(name);
                self.email = Some(email);
            }
            Event::SetUp => self.is_set_up = true,
            Event::SecondFactorAdded => self.has_second_factor = true,
            Event::SecondFactorRemoved { .. } => self.has_second_factor = false,
            Event::Renamed { name } => self.name = Some(name),
            Event::Closed { .. } => self.closed = Some(recorded.at),
            Event::Invited { .. } | Event::PassphraseChanged | Event::RecoveryAskedFor => {}
        }
    }
}
