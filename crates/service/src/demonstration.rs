//! How a database is known that the demonstration made: no command serves one
//! to real people. Who is in it, and their stories, are in the crate `demo`.

#[cfg(feature = "demo")]
mod door;

use crate::{App, Error, secrets};
use store::{StoreError, Tx, accounts, marks, stats};

/// The passphrase of everyone in the demonstration, which nobody else may have.
pub const PASSPHRASE: &str = "otters swim at dusk";
/// The second factor of everyone who has one there: 20 bytes that everyone knows.
pub const SECOND_FACTOR: &[u8; 20] = b"made up for the demo";

/// Somebody who is made up, as the demonstration's door shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadeUp {
    pub name: &'static str,
    pub email: &'static str,
    /// Who they are, in one line.
    pub line: &'static str,
}

/// What a database is, by what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Nothing in it is of a demonstration.
    Real,
    /// The demonstration made it, and nobody real has a sign-in in it.
    Demonstration,
    /// It bears the mark of one, or somebody in it has a passphrase or a second
    /// factor that everyone knows; and somebody has a real one. No command
    /// serves such a database.
    Both,
    /// Nobody has anything in it yet.
    Empty,
}

/// What a database is. Besides the mark, a demonstration is known by how it
/// keeps passphrases (so lightly that nothing else ever did) and by its one
/// second factor, so that one which an older program made is known too.
pub(crate) fn nature(tx: &mut Tx<'_>) -> Result<Nature, StoreError> {
    let marked = marks::mark(tx, marks::DEMONSTRATION)?.is_some();
    let (light, strong) = accounts::count_hashes(tx, secrets::LIGHT_HASH)?;
    let known = accounts::count_with_secret(tx, SECOND_FACTOR)?;
    Ok(match (marked || light + known > 0, strong > 0) {
        (true, true) => Nature::Both,
        (true, false) => Nature::Demonstration,
        (false, true) => Nature::Real,
        (false, false) if is_empty(tx)? => Nature::Empty,
        (false, false) => Nature::Real,
    })
}

/// Whether nothing was ever written, but for marks and their MACs.
fn is_empty(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(stats::row_counts(tx)?
        .into_iter()
        .all(|(table, rows)| rows == 0 || ["marks", "macs"].contains(&table)))
}

impl App {
    /// What this database is.
    pub async fn nature(&self) -> Result<Nature, Error> {
        self.db.read(|tx| Ok(nature(tx)?)).await
    }

    /// Marks this database as a demonstration, for ever.
    pub async fn mark_as_demonstration(&self) -> Result<(), Error> {
        self.db.write(|tx| Ok(marks::set(tx, marks::DEMONSTRATION, "yes")?)).await
    }
}
