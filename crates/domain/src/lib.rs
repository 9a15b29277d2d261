//! The rules of a personal health budget, with no input or output of any kind.
//!
//! Everything here is a value or a function of values: no clock, no chance, no
//! database, no web. Other crates bring those and ask here what may happen.

// First, since every other may declare ids of its own.
#[macro_use]
pub mod ids;

pub mod access;
pub mod account;
pub mod area;
pub mod case;
pub mod dates;
pub mod disposal;
pub mod done;
pub mod duties;
pub mod email;
pub mod enquiry;
pub mod framework;
pub mod known;
pub mod ledger;
mod listed;
pub mod money;
pub mod organisation;
pub mod paper;
pub mod phone;
pub mod place;
pub mod record;
pub mod refusal;
pub mod security;
pub mod stream;
pub mod team;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod words;
pub mod working_days;

#[cfg(test)]
mod closed_sets;

pub use dates::{Date, Timestamp};
pub use email::EmailAddress;
pub use ids::*;
pub use listed::listed;
pub use money::Pence;
pub use record::{Author, Recorded};
pub use refusal::{Refusal, Why};
pub use stream::{Aggregate, InACopy, OfCase, OfNoCase, Stream, StreamKind, Told};
pub use words::{Line, Prose};
