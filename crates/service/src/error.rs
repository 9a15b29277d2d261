//! The answers of a use case that are not "done".

use domain::Refusal;
use std::fmt;
use store::StoreError;

/// Why a use case did not do what was asked.
#[derive(Clone, Debug)]
pub enum Error {
    /// They may not know that it exists: shown as "not found".
    Hidden,
    /// A rule says no, in words.
    Refused(Refusal),
    /// Too much waits already: the same may be asked again in a moment.
    Busy,
    /// It was done too often in a short time.
    TooOften { seconds: u64 },
    /// Something unexpected, logged once with a reference.
    Broken(StoreError),
}

/// What was destroyed is not there any more, for whoever asks, whatever they were
/// about to do with it.
impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::KeyGone { destroyed: true, .. } => Self::Hidden,
            other => Self::Broken(other),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden => f.write_str("not found"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Busy => f.write_str("busy"),
            Self::TooOften { seconds } => write!(f, "too often, wait {seconds} seconds"),
            Self::Broken(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
