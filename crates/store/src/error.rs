//! What can go wrong in the store. Every error is a value that can be shown
//! in a log: it holds ids and names of tables, never what a person typed.

use crate::keys::KeyId;
use domain::ledger::NotAnEntry;
use std::fmt;

/// Why the store did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// Somebody else wrote first: decide again on fresh state.
    Clash { what: String },
    /// A key was taken that this transaction could not see: another server wrote
    /// it meanwhile, or it has long been there. `key` tells two keys apart, and
    /// nothing of what is in them. Nobody outside the store gets this one.
    Taken { what: String, key: u64 },
    /// The same idempotency key came with another body.
    KeyReused { key: String },
    /// The postings of an entry do not balance.
    Unbalanced(NotAnEntry),
    /// The hold has been posted, released or expired before.
    HoldSettled { hold: domain::EntryId },
    /// An entry names another that is not in this case (or is not a hold).
    NoSuchEntry { entry: domain::EntryId },
    /// A stored row cannot be read as what it should be.
    Corrupt { table: String, column: String, id: String },
    /// The program did not write this row: somebody put it there, or changed it.
    /// It is not believed.
    NotOurs { table: String, id: String },
    /// What is in this database was written with a key that is not here.
    NoKey { what: String },
    /// The key of a stream is gone, and with it what was encrypted with it.
    KeyGone { of: String, destroyed: bool },
    /// There is a key, and nothing in this database is under it.
    NotUnderKey,
    /// The disk or the quota is full. Reading goes on.
    Full,
    /// The database is locked, or the same rows were fought over for too long.
    Busy,
    /// A rule that the database itself keeps was broken.
    Constraint { what: String },
    /// The database server does not answer.
    Unreachable { what: String },
    /// The connection was lost while committing: the work may be saved or not.
    Unknown { what: String },
    /// The address names no database that can be opened.
    NotThere { what: String },
    /// Another program has the database for itself.
    InUse { what: String },
    /// The database and this program do not fit each other.
    Migration { what: String },
    /// The target of a copy or a restore holds something.
    NotEmpty { table: String },
    /// The database does not let its user do that.
    Denied { what: String },
    /// A file is not a backup that this program can restore.
    Archive { what: String },
    /// A copy does not equal what it was made from.
    CopyDiffers { what: String },
    /// The database refused a statement for a reason we did not foresee.
    Sql { what: String },
    /// A file could not be read or written.
    Io { what: String },
    /// The store has been closed.
    Closed,
}

impl StoreError {
    /// Whether the same work may succeed if it is run again at once.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::Busy | Self::Unreachable { .. })
    }

    /// Whether the same work may succeed on fresh state, `last` being the key
    /// that it met the last time. A key that is met twice was there before the
    /// work was begun anew, so another try would meet it again.
    pub(crate) fn may_pass_after(&self, last: Option<u64>) -> bool {
        match self {
            Self::Taken { key, .. } => last != Some(*key),
            other => other.may_pass(),
        }
    }

    /// Whether the transaction can go on after rolling back to a savepoint.
    pub(crate) fn spares_the_batch(&self) -> bool {
        matches!(self, Self::Clash { .. } | Self::Constraint { .. })
    }

    pub(crate) fn not_ours(table: &str, id: impl fmt::Display) -> Self {
        Self::NotOurs { table: table.to_owned(), id: id.to_string() }
    }

    pub(crate) fn no_key(id: KeyId) -> Self {
        Self::NoKey { what: format!("the key {id}, with which this database was written, is not here") }
    }

    /// There is no ring, and something is encrypted.
    pub(crate) fn no_ring() -> Self {
        let what = "this database is encrypted, and its key is not here: say where it is (key-file or \
                    key-command)";
        Self::NoKey { what: what.to_owned() }
    }

    pub(crate) fn corrupt(table: &str, column: &str, id: impl fmt::Display) -> Self {
        Self::Corrupt { table: table.to_owned(), column: column.to_owned(), id: id.to_string() }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clash { what } | Self::Taken { what, .. } => write!(f, "somebody else wrote first: {what}"),
            Self::KeyReused { key } => write!(f, "the key {key} was used before for something else"),
            Self::Unbalanced(why) => write!(f, "not an entry: {why}"),
            Self::HoldSettled { hold } => write!(f, "the hold {hold} is settled already"),
            Self::NoSuchEntry { entry } => write!(f, "this case has no entry {entry} of that kind"),
            Self::Corrupt { table, column, id } => {
                write!(f, "table {table}, column {column}, row {id}: cannot be read")
            }
            Self::NotOurs { table, id } => {
                write!(f, "table {table}, row {id}: it was not written by this program, and is not believed")
            }
            Self::NoKey { what } => f.write_str(what),
            Self::KeyGone { of, destroyed: true } => {
                write!(f, "{of}: this was destroyed. Nobody can read it any more")
            }
            Self::KeyGone { of, destroyed: false } => {
                write!(f, "{of}: its key is not in the database, so nobody can read it")
            }
            Self::NotUnderKey => f.write_str(
                "nothing in this database is under the key. If it never was, look at what is there with \
                 \"phb verify\", then sign it as it is with \"phb adopt-key\". If it was, somebody took the \
                 signatures away: nothing in it can be believed",
            ),
            Self::Full => f.write_str("there is no space left to write to"),
            Self::Busy => f.write_str("the database is busy"),
            Self::Constraint { what } => write!(f, "the database refused a row: {what}"),
            Self::Unreachable { what } => write!(f, "the database does not answer: {what}"),
            Self::Unknown { what } => write!(f, "the connection was lost while saving: {what}"),
            Self::NotThere { what }
            | Self::InUse { what }
            | Self::Migration { what }
            | Self::Archive { what } => f.write_str(what),
            Self::Denied { what } => write!(f, "the database does not let its user do that: {what}"),
            Self::NotEmpty { table } => write!(f, "the target is not empty: table {table} has rows"),
            Self::CopyDiffers { what } => write!(f, "the copy differs: {what}"),
            Self::Sql { what } => write!(f, "the database refused: {what}"),
            Self::Io { what } => f.write_str(what),
            Self::Closed => f.write_str("the store is closed"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<NotAnEntry> for StoreError {
    fn from(why: NotAnEntry) -> Self {
        Self::Unbalanced(why)
    }
}

/// What went wrong with a file.
pub(crate) fn io(error: std::io::Error) -> StoreError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        StoreError::Full
    } else {
        StoreError::Io { what: error.to_string() }
    }
}
