//! A "no" that helps: what is missing and what to do about it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The three different kinds of "no", and the words that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// This person may not do this.
    NotAllowed,
    /// It has been done; there is nothing to do again.
    AlreadyDone,
    /// Something else has to happen first.
    NotYet,
    /// What was typed cannot be used.
    Invalid,
}

/// A refusal in words that a family can read. `field` is the form field that
/// it belongs to, where there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub why: Why,
    pub field: Option<String>,
    pub message: String,
    /// What to do about it; may be empty where the message says it.
    pub next: String,
}

impl Refusal {
    #[must_use]
    pub fn not_allowed(message: impl Into<String>) -> Self {
        Self::of(Why::NotAllowed, None, message, "")
    }

    #[must_use]
    pub fn already_done(message: impl Into<String>) -> Self {
        Self::of(Why::AlreadyDone, None, message, "")
    }

    #[must_use]
    pub fn not_yet(message: impl Into<String>, next: impl Into<String>) -> Self {
        Self::of(Why::NotYet, None, message, next)
    }

    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::of(Why::Invalid, Some(field), message, "")
    }

    /// The same, where a form has another name for the field.
    #[must_use]
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        if self.field.as_deref() == Some(from) {
            self.field = Some(to.to_owned());
        }
        self
    }

    fn of(why: Why, field: Option<&str>, message: impl Into<String>, next: impl Into<String>) -> Self {
        // The page puts the full stops.
        let open = |words: String| words.strip_suffix('.').map(str::to_owned).unwrap_or(words);
        Self { why, field: field.map(str::to_owned), message: open(message.into()), next: open(next.into()) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        if self.next.is_empty() { Ok(()) } else { write!(f, ". {}", self.next) }
    }
}

impl std::error::Error for Refusal {}
