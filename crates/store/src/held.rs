//! Whose a key is, and what is known of it in a transaction
//! ([`crate::data_keys`]).

use crate::StoreError;
use domain::{AccountId, CaseId, Stream, StreamKind};
use std::fmt;
use uuid::Uuid;

/// Whose key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Owner {
    pub kind: &'static str,
    pub id: Uuid,
}

impl Owner {
    /// What belongs to nobody's stream and may be personal.
    pub const DATABASE: Self = Self { kind: "database", id: Uuid::nil() };

    /// The owner that stands in a row; none where it is nobody's.
    pub fn named(kind: &str, id: Uuid) -> Option<Self> {
        if kind == Self::DATABASE.kind {
            return Some(Self { id, ..Self::DATABASE });
        }
        kind.parse::<StreamKind>().ok().map(|kind| Stream { kind, id }.into())
    }
}

impl From<Stream> for Owner {
    fn from(stream: Stream) -> Self {
        Self { kind: stream.kind.into_str(), id: stream.id }
    }
}

impl From<CaseId> for Owner {
    fn from(case: CaseId) -> Self {
        Stream { kind: StreamKind::Case, id: case.0 }.into()
    }
}

impl From<AccountId> for Owner {
    fn from(account: AccountId) -> Self {
        Stream { kind: StreamKind::Account, id: account.0 }.into()
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// What stands of a key in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    Never,
    Destroyed,
    Wrapped(Vec<u8>),
}

impl Held {
    /// Reads what may be there, from columns that another statement gave too.
    pub fn read(wrapped: Option<Vec<u8>>, destroyed: Option<i64>) -> Self {
        match (wrapped, destroyed) {
            (Some(wrapped), None) => Self::Wrapped(wrapped),
            (None, None) => Self::Never,
            (_, Some(_)) => Self::Destroyed,
        }
    }

    /// What is wrapped, or why nothing is.
    pub fn wrapped(&self, owner: Owner) -> Result<&[u8], StoreError> {
        match self {
            Self::Wrapped(wrapped) => Ok(wrapped),
            Self::Destroyed => Err(StoreError::KeyGone { of: owner.to_string(), destroyed: true }),
            Self::Never => Err(StoreError::KeyGone { of: owner.to_string(), destroyed: false }),
        }
    }
}
