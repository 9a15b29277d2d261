//! Everything that is held about one person: what a case consists of, and the
//! copy of it that they get.

pub mod check;
pub mod contents;
mod copy;
mod gather;
mod left_out;
mod readable;
pub(crate) mod request;
pub mod take_in;
pub(crate) mod waiting;

pub use contents::Contents;
pub use copy::Copy;
pub use request::{Fetched, Passage};

/// Whether what was said in confidence is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// For another body that takes the case over.
    WithWhatWasSaidInConfidence,
    Without,
}
