//! Under which key a database is, by a mark that carries a MAC of its own. How it
//! is brought under one is in [`crate::adopt`].

use crate::{StoreError, Tx, data_keys, keyed, marks, tables};

/// The mark that says under which key a database is.
pub const MARK: &str = "keys";
/// What the mark says last where everything that is personal is encrypted. It stands
/// in this mark and in none of its own: without this one nothing is written.
const ENCRYPTED: &str = " encrypted";

const ANYTHING: &str = "SELECT id FROM streams LIMIT 1";
const KEYED_SEAL: &str = "SELECT number FROM seals WHERE mac IS NOT NULL LIMIT 1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ANYTHING, KEYED_SEAL];

/// What is done to what has no MAC of the key that counts now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// All of it, since nothing had one before.
    Everything,
    /// What fits the MAC of an older key.
    WhatFits,
}

/// How far a database is: which words stand in the mark, and of which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Begun(Sign),
    Done,
}

impl Stage {
    fn word(self) -> &'static str {
        match self {
            Self::Begun(Sign::Everything) => "first",
            Self::Begun(Sign::WhatFits) => "again",
            Self::Done => "done",
        }
    }
}

/// Notes in a new database that it is under its key, and encrypted, from the beginning on. All
/// that may be there are marks of a program that made its tables without the key.
pub(crate) fn begin_if_new(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let is_new = tx.query_opt(ANYTHING, &[])?.is_none() && !keyed::any(tx)?;
    if !is_new || stage(tx)?.is_some() {
        return Ok(());
    }
    for (name, _) in marks::every(tx)? {
        keyed::sign(tx, tables::named("marks"), &[name.into()])?;
    }
    set_encrypted(tx, Stage::Done)
}

/// Whether what is personal is encrypted here, by the mark. Where that was changed,
/// the keys that stand here say it ([`why_closed`] then lets nobody write).
pub(crate) fn is_encrypted(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(says_encrypted(tx)? || data_keys::any(tx)?)
}

fn says_encrypted(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(marks::mark(tx, MARK)?.is_some_and(|value| value.ends_with(ENCRYPTED)))
}

/// Whether anything says that this database was under a key, but for the mark.
pub(crate) fn was_signed(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(keyed::any(tx)? || tx.query_opt(KEYED_SEAL, &[])?.is_some())
}

/// Why nothing may be written with the ring that is here, if so. Whatever is
/// written gets a MAC of that ring (a seal, a row, a head), so it is asked once,
/// here, and not by each that writes.
pub(crate) fn why_closed(tx: &mut Tx<'_>) -> Result<Option<StoreError>, StoreError> {
    if tx.keys().is_empty() {
        let what = "this database was written with a key, which is not here: say where it is (key-file or \
                    key-command)";
        return Ok(keyed::any(tx)?.then(|| StoreError::NoKey { what: what.to_owned() }));
    }
    match stage(tx) {
        Ok(Some(_)) if !says_encrypted(tx)? && data_keys::any(tx)? => {
            Ok(Some(StoreError::not_ours("marks", MARK)))
        }
        Ok(Some(_)) => Ok(None),
        Ok(None) if was_signed(tx)? => Ok(Some(StoreError::not_ours("marks", MARK))),
        Ok(None) => Ok(Some(StoreError::NotUnderKey)),
        Err(why @ (StoreError::NoKey { .. } | StoreError::NotOurs { .. } | StoreError::Corrupt { .. })) => {
            Ok(Some(why))
        }
        Err(other) => Err(other),
    }
}

/// How a database stands to the ring that is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// There is no ring, and there never was.
    NotKeyed,
    /// There is a ring now; nothing is under it yet, or not all.
    NotYet,
    Done,
    /// It was under a key, and the mark that says so is gone.
    MarkGone,
    MarkForged,
}

pub(crate) fn standing(tx: &mut Tx<'_>) -> Result<Standing, StoreError> {
    let keyed = keyed::any(tx)?;
    if tx.keys().is_empty() {
        return Ok(if keyed { Standing::Done } else { Standing::NotKeyed });
    }
    match stage(tx) {
        Ok(Some((Stage::Begun(Sign::Everything), _))) => Ok(Standing::NotYet),
        Ok(Some(_)) => Ok(Standing::Done),
        Ok(None) if keyed => Ok(Standing::MarkGone),
        Ok(None) => Ok(Standing::NotYet),
        Err(StoreError::NotOurs { .. } | StoreError::Corrupt { .. }) => Ok(Standing::MarkForged),
        // The key is not here that it was made with: nothing can be checked.
        Err(StoreError::NoKey { .. }) => Ok(Standing::Done),
        Err(other) => Err(other),
    }
}

/// What the mark says, and whether of the key that counts now.
pub(crate) fn stage(tx: &mut Tx<'_>) -> Result<Option<(Stage, bool)>, StoreError> {
    let Some(row) = keyed::get(tx, "marks", &[MARK.into()])? else { return Ok(None) };
    let value: String = row.of("marks", 1).take("value")?;
    let strange = || StoreError::corrupt("marks", "value", MARK);
    let value = value.strip_suffix(ENCRYPTED).unwrap_or(&value);
    let (word, id) = value.split_once(' ').ok_or_else(strange)?;
    let every = [Stage::Begun(Sign::Everything), Stage::Begun(Sign::WhatFits), Stage::Done];
    let stage = every.into_iter().find(|stage| stage.word() == word).ok_or_else(strange)?;
    let current = tx.keys().current().is_some_and(|key| key.id().to_string() == id);
    Ok(Some((stage, current)))
}

/// Notes how far it is. What is encrypted stays so.
pub(crate) fn set(tx: &mut Tx<'_>, stage: Stage) -> Result<(), StoreError> {
    let last = if says_encrypted(tx)? { ENCRYPTED } else { "" };
    set_all(tx, stage, last)
}

/// The same, of a database in which everything that is personal is encrypted.
pub(crate) fn set_encrypted(tx: &mut Tx<'_>, stage: Stage) -> Result<(), StoreError> {
    set_all(tx, stage, ENCRYPTED)
}

fn set_all(tx: &mut Tx<'_>, stage: Stage, last: &str) -> Result<(), StoreError> {
    let Some(id) = tx.keys().current().map(crate::keys::Key::id) else { return Ok(()) };
    marks::set(tx, MARK, &format!("{} {id}{last}", stage.word()))
}
