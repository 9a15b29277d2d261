//! What every recorded event carries, whatever stream it belongs to.

use crate::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// Who an event is by: a person who signed in, a member of the public without
/// an account, or the program itself (a reminder that fell due).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Author {
    Account(AccountId),
    Public,
    System,
}

impl Author {
    #[must_use]
    pub fn account(self) -> Option<AccountId> {
        match self {
            Self::Account(id) => Some(id),
            Self::Public | Self::System => None,
        }
    }
}

/// An event as it stands in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded<E> {
    /// Its place in its stream, from 1.
    pub seq: u64,
    /// When it was recorded (UTC).
    pub at: Timestamp,
    pub by: Author,
    pub event: E,
}
