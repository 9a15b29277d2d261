//! Whose words something is.

use crate::MemberId;
use serde::{Deserialize, Serialize};

/// Whose words or choice something is, as told by whoever recorded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Voice {
    /// The person's own, in whatever way they communicate.
    Person,
    /// Someone in their circle.
    Member(MemberId),
}
