//! The register of a case: what was written down of it that is no event and no
//! entry, in the order in which it was: files, statements, the lines of
//! statements, looks. Those tables only grow, and what stands in them is
//! evidence; so each row has an entry here with a hash over it, and the entries
//! of a case are a chain with a head, like the events of a stream.
//!
//! What lists showed is entered in the register of whoever looked ([`Owner`]):
//! one row is of many cases.
//!
//! A look is counted up when somebody looks again in the same quarter of an
//! hour: it is then entered again, and its newest entry counts. A file is
//! entered without its bytes, for which the hash in its row stands.

use crate::chain::{Chain, Hash};
use crate::heads::{self, REGISTER, head_content};
use crate::tables::{self, Table};
use crate::value::{Row, Value, encode};
use crate::{StoreError, Tx};
use domain::{AccountId, CaseId};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;

const HEAD: &str = "SELECT entries AS version, head, mac FROM registers WHERE case_id = $1";
const BEGIN: &str = "INSERT INTO registers (case_id, entries, head, mac) VALUES ($1, $2, $3, $4)";
const ADVANCE: &str =
    "UPDATE registers SET entries = $2, head = $3, mac = $4 WHERE case_id = $1 AND entries = $5";
const ENTER: &str = "INSERT INTO registered (case_id, seq, of_table, of_row, sha256, hash)
    VALUES ($1, $2, $3, $4, $5, $6)";
const ENTRIES: &str = "SELECT case_id, seq, of_table, of_row, sha256, hash FROM registered
    WHERE case_id = $1 ORDER BY seq";
const FILES: &str = "SELECT id, case_id, name, media_type, size, sha256, added, account_id
    FROM files WHERE case_id = $1 ORDER BY added, id";
const STATEMENTS: &str = "SELECT id, case_id, holding_id, file_sha256, name, format, opening, closing,
    from_date, to_date, imported, account_id FROM statements WHERE case_id = $1 ORDER BY imported, id";
const LINES: &str = "SELECT b.id, b.statement_id, b.case_id, b.holding_id, b.line_no, b.date, b.amount,
    b.description, b.reference, b.dedupe_key FROM bank_lines b JOIN statements s ON s.id = b.statement_id
    WHERE s.case_id = $1 ORDER BY s.imported, s.id, b.line_no, b.id";
const LOOKS: &str = "SELECT case_id, period, account_id, section, first_at, last_at, times FROM looks
    WHERE case_id = $1 ORDER BY period, account_id, section";
const LIST_LOOKS: &str = "SELECT id, account_id, list, at, subjects FROM list_looks
    WHERE account_id = $1 ORDER BY id";
const OF_LIST_LOOKS: &str = "SELECT DISTINCT t.account_id AS case_id FROM list_looks t
    WHERE NOT EXISTS (SELECT 1 FROM registers r WHERE r.case_id = t.account_id) ORDER BY t.account_id LIMIT 100";
const OF_FILES: &str = "SELECT DISTINCT t.case_id FROM files t
    WHERE NOT EXISTS (SELECT 1 FROM registers r WHERE r.case_id = t.case_id) ORDER BY t.case_id LIMIT 100";
const OF_STATEMENTS: &str = "SELECT DISTINCT t.case_id FROM statements t
    WHERE NOT EXISTS (SELECT 1 FROM registers r WHERE r.case_id = t.case_id) ORDER BY t.case_id LIMIT 100";
const OF_LOOKS: &str = "SELECT DISTINCT t.case_id FROM looks t
    WHERE NOT EXISTS (SELECT 1 FROM registers r WHERE r.case_id = t.case_id) ORDER BY t.case_id LIMIT 100";
const STRAY_LINES: &str = "SELECT b.id FROM bank_lines b
    WHERE NOT EXISTS (SELECT 1 FROM statements s WHERE s.id = b.statement_id) ORDER BY b.id LIMIT 100";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    HEAD,
    BEGIN,
    ADVANCE,
    ENTER,
    ENTRIES,
    FILES,
    STATEMENTS,
    LINES,
    LOOKS,
    LIST_LOOKS,
    OF_LIST_LOOKS,
    OF_FILES,
    OF_STATEMENTS,
    OF_LOOKS,
    STRAY_LINES,
];

/// Whose register it is. It is kept by an id, in a column that is called
/// `case_id` because at first only cases had one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Case(CaseId),
    /// Somebody who read lists, by their account.
    Reader(AccountId),
}

impl Owner {
    pub fn id(self) -> Uuid {
        match self {
            Self::Case(case) => case.0,
            Self::Reader(account) => account.0,
        }
    }
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Case(case) => write!(f, "case {case}"),
            Self::Reader(account) => write!(f, "reader {account}"),
        }
    }
}

/// A row that is to be entered, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Evidence {
    pub table: &'static str,
    /// The key of the row.
    pub row: String,
    pub sha256: Hash,
}

impl Evidence {
    /// A row of a table: its values in the order of the columns, of a file
    /// without its bytes.
    pub fn of(table: &'static str, row: &[Value]) -> Self {
        let table = tables::named(table);
        let key: Vec<String> = table.key_of(row).iter().map(ToString::to_string).collect();
        Self { table: table.name, row: key.join(" "), sha256: Sha256::digest(encode(row)).into() }
    }
}

/// Enters rows in a register, in this order.
pub(crate) fn enter(tx: &mut Tx<'_>, owner: Owner, rows: &[Evidence]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let id = owner.id();
    let (count, mut hash) = head(tx, id)?;
    let mut statements = Vec::with_capacity(rows.len() + 1);
    let mut seq = count;
    for Evidence { table, row, sha256 } in rows {
        seq += 1;
        hash = entry_hash(hash, id, seq, table, row, *sha256);
        let values: Vec<Value> =
            vec![id.into(), seq.into(), (*table).into(), row.into(), (*sha256).into(), hash.into()];
        statements.push((ENTER, values));
    }
    let mac: Value = tx.keys().mac(&head_content(REGISTER, id, seq, hash)).into();
    statements.push(if count == 0 {
        (BEGIN, vec![id.into(), seq.into(), hash.into(), mac])
    } else {
        (ADVANCE, vec![id.into(), seq.into(), hash.into(), mac, count.into()])
    });
    tx.write_rows(statements, || format!("the register of {owner}"))?;
    if let Some(heads) = tx.heads() {
        heads.registers.insert(id, (seq, hash));
    }
    Ok(())
}

fn head(tx: &mut Tx<'_>, id: Uuid) -> Result<(u64, Hash), StoreError> {
    if let Some(known) = tx.heads().and_then(|heads| heads.registers.get(&id)) {
        return Ok(*known);
    }
    let row = tx.query_opt(HEAD, &[id.into()])?;
    let head = heads::checked(tx.keys(), ("registers", REGISTER, id), row)?;
    if let Some(heads) = tx.heads() {
        heads.registers.insert(id, head);
    }
    Ok(head)
}

/// The hash of an entry: over the hash before it and everything in its row.
pub(crate) fn entry_hash(before: Hash, owner: Uuid, seq: u64, table: &str, row: &str, sha256: Hash) -> Hash {
    Chain::after(before)
        .bytes(owner.as_bytes())
        .number(i64::try_from(seq).unwrap_or(i64::MAX))
        .text(table)
        .text(row)
        .bytes(&sha256)
        .done()
}

/// An entry as it stands in the register.
pub(crate) struct Entry {
    /// The id of whose register it is.
    pub owner: Uuid,
    pub seq: u64,
    pub table: String,
    pub row: String,
    pub sha256: Hash,
    pub hash: Hash,
}

/// The entries of a register, each as far as it can be read.
pub(crate) fn entries(tx: &mut Tx<'_>, owner: Uuid) -> Result<Vec<Result<Entry, StoreError>>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("registered", 2);
        row.take::<Uuid>("case_id")?;
        Ok(Entry {
            owner,
            seq: row.take("seq")?,
            table: row.take("of_table")?,
            row: row.take("of_row")?,
            sha256: row.take("sha256")?,
            hash: row.take("hash")?,
        })
    };
    Ok(tx.query(ENTRIES, &[owner.into()])?.into_iter().map(read).collect())
}

/// The rows that a register is of, as they stand in their tables now.
pub(crate) fn rows_of(tx: &mut Tx<'_>, owner: Uuid) -> Result<Vec<Evidence>, StoreError> {
    let mut all = vec![];
    for (table, sql) in [
        ("statements", STATEMENTS),
        ("bank_lines", LINES),
        ("files", FILES),
        ("looks", LOOKS),
        ("list_looks", LIST_LOOKS),
    ] {
        let known: &Table = tables::named(table);
        for row in tx.query(sql, &[owner.into()])? {
            all.push(Evidence::of(table, &known.plain(row)?));
        }
    }
    Ok(all)
}

/// What was entered last of each row.
pub(crate) fn newest<'e>(entries: impl Iterator<Item = &'e Entry>) -> HashMap<(&'e str, &'e str), &'e Entry> {
    entries.map(|entry| ((entry.table.as_str(), entry.row.as_str()), entry)).collect()
}

/// Those of whom there is evidence and no register (100 of each kind at most).
pub(crate) fn without(tx: &mut Tx<'_>) -> Result<Vec<Owner>, StoreError> {
    let mut owners = vec![];
    for sql in [OF_FILES, OF_STATEMENTS, OF_LOOKS, OF_LIST_LOOKS] {
        for row in tx.query(sql, &[])? {
            let id = row.of("evidence", 1).take("case_id")?;
            let of_lists = sql == OF_LIST_LOOKS;
            let owner = if of_lists { Owner::Reader(AccountId(id)) } else { Owner::Case(CaseId(id)) };
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
    }
    Ok(owners)
}

/// Lines whose statement is not there (100 at most).
pub(crate) fn stray_lines(tx: &mut Tx<'_>) -> Result<Vec<Uuid>, StoreError> {
    tx.query(STRAY_LINES, &[])?.into_iter().map(|row| row.of("bank_lines", 1).take("id")).collect()
}
