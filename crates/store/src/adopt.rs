//! Bringing a database under a key, and from one key to the next.
//!
//! A mark says under which key a database is, and its own MAC that the mark is
//! ours. A new database is under the key that it was made with from its first
//! row on. One from before there was a key is brought under it once, when its
//! operator says so ([`First::Sign`]); from then on a row or a head without a MAC
//! is forged. By itself a program signs nothing that has no MAC, so nobody gets a
//! row of theirs signed by making a database look as if it had never had a key,
//! and waiting for the next start. Where there are MACs and no mark, nothing is
//! signed whoever says so.
//!
//! When the ring has another key at its top, all that stands under an older one
//! is signed anew; what does not fit its MAC stays as it is, for `verify` to name.
//! Seals are never changed: the keys that made them are needed as long as they
//! are to be checked.

use crate::heads::{LEDGER, REGISTER, head_content};
use crate::keyed::{self, read_mac};
use crate::keys::Verdict;
use crate::security::LOG;
use crate::tables::{self, Table};
pub use crate::under_key::MARK;
use crate::under_key::{Sign, Stage, set, stage, was_signed};
use crate::value::{Value, next_id};
use crate::{Db, StoreError, StreamKind, Tx, register};
use strum::VariantArray as _;
use uuid::Uuid;

/// How many rows are signed in one transaction.
const PAGE: u32 = 500;

const MACS: &str = "SELECT of_table, of_row, mac FROM macs WHERE of_table = $1 AND of_row = $2";
const PUT: &str = "INSERT INTO macs (of_table, of_row, mac) VALUES ($1, $2, $3)
    ON CONFLICT (of_table, of_row) DO UPDATE SET mac = EXCLUDED.mac";
const STREAMS: &str =
    "SELECT kind, id, version, head, mac FROM streams WHERE kind = $1 AND id >= $2 ORDER BY id LIMIT $3";
const SIGN_STREAM: &str = "UPDATE streams SET mac = $3 WHERE kind = $1 AND id = $2";
const LEDGERS: &str = "SELECT $1 AS kind, case_id AS id, entries AS version, head, mac FROM ledgers
    WHERE case_id >= $2 ORDER BY case_id LIMIT $3";
const SIGN_LEDGER: &str = "UPDATE ledgers SET mac = $2 WHERE case_id = $1";
const REGISTERS: &str = "SELECT $1 AS kind, case_id AS id, entries AS version, head, mac FROM registers
    WHERE case_id >= $2 ORDER BY case_id LIMIT $3";
const SIGN_REGISTER: &str = "UPDATE registers SET mac = $2 WHERE case_id = $1";
// What is signed of a log is its day and when it was removed too.
const SECURITY_LOGS: &str =
    "SELECT $1 || ' ' || day || ' ' || removed AS kind, id, events AS version, head, mac
    FROM security_logs WHERE id >= $2 ORDER BY id LIMIT $3";
const SIGN_SECURITY_LOG: &str = "UPDATE security_logs SET mac = $2 WHERE id = $1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    MACS,
    PUT,
    STREAMS,
    SIGN_STREAM,
    LEDGERS,
    SIGN_LEDGER,
    REGISTERS,
    SIGN_REGISTER,
    SECURITY_LOGS,
    SIGN_SECURITY_LOG,
];

/// What is done where nothing is under a key yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// It is refused: somebody is to look at what is there.
    Refuse,
    /// Everything is signed as it is.
    Sign,
}

/// Brings a database under the key that counts now, where it is not yet. Gives
/// how many rows were signed. `progress` hears it on the way. Without a ring
/// nothing is done.
///
/// # Errors
/// [`StoreError::NotUnderKey`] where nothing is under a key yet and `first` does
/// not say that it is to be signed.
pub async fn adopt(db: &Db, first: First, mut progress: impl FnMut(u64)) -> Result<u64, StoreError> {
    let Some(sign) = db.write_to_adopt(move |tx| begin(tx, first)).await? else { return Ok(0) };
    let mut signed = 0;
    for table in tables::now().filter(|table| table.keyed.is_some()) {
        let mut after: Option<Vec<Value>> = None;
        loop {
            let from = after.clone();
            let (some, next) =
                db.write_to_adopt(move |tx| sign_rows(tx, table, from.as_deref(), sign)).await?;
            signed += some;
            progress(signed);
            if next.is_none() {
                break;
            }
            after = next;
        }
    }
    let chains = StreamKind::VARIANTS.iter().map(|kind| (STREAMS, kind.into_str()));
    for (sql, kind) in chains.chain([(LEDGERS, LEDGER), (REGISTERS, REGISTER), (SECURITY_LOGS, LOG)]) {
        let mut from = next_id(None);
        while let Some(id) = from {
            let (some, last) = db.write_to_adopt(move |tx| sign_heads(tx, (sql, kind), id, sign)).await?;
            signed += some;
            progress(signed);
            from = last.and_then(|last| next_id(Some(last)));
        }
    }
    db.write_to_adopt(|tx| set(tx, Stage::Done)).await?;
    db.look_again().await?;
    Ok(signed)
}

/// What is to be signed; `None` where there is nothing to do.
fn begin(tx: &mut Tx<'_>, first: First) -> Result<Option<Sign>, StoreError> {
    if tx.keys().is_empty() {
        return Ok(None);
    }
    let sign = match stage(tx)? {
        Some((Stage::Done, true)) => return Ok(None),
        Some((Stage::Begun(Sign::Everything), _)) => Sign::Everything,
        Some(_) => Sign::WhatFits,
        None if was_signed(tx)? => return Err(StoreError::not_ours("marks", MARK)),
        None if first == First::Refuse => return Err(StoreError::NotUnderKey),
        None => Sign::Everything,
    };
    set(tx, Stage::Begun(sign))?;
    Ok(Some(sign))
}

/// Whether something is to be signed, by the MAC that it has.
fn is_to_be_signed(tx: &Tx<'_>, content: &[u8], mac: Option<&[u8]>, sign: Sign) -> bool {
    match (mac, sign) {
        (None, sign) => sign == Sign::Everything,
        (Some(mac), _) => !tx.keys().is_current(mac) && tx.keys().check(content, Some(mac)) == Verdict::Ours,
    }
}

type Page<K> = (u64, Option<K>);

fn sign_rows(
    tx: &mut Tx<'_>,
    table: &'static Table,
    after: Option<&[Value]>,
    sign: Sign,
) -> Result<Page<Vec<Value>>, StoreError> {
    let rows = match after {
        None => tx.query(table.first, &[PAGE.into()])?,
        Some(after) => tx.query(table.next, &[after, &[PAGE.into()]].concat())?,
    };
    let rows = rows.into_iter().map(|row| table.plain(row)).collect::<Result<Vec<_>, _>>()?;
    let name = |row: &[Value]| -> Value { keyed::name_of(table, table.key_of(row)).into() };
    let ask = |row: &Vec<Value>| (MACS, vec![table.name.into(), name(row)]);
    let questions: Vec<_> = rows.iter().map(ask).collect();
    let macs = tx.query_each(&questions)?;
    let mut statements = vec![];
    for (row, mac) in rows.iter().zip(macs) {
        let mac = mac.map(read_mac).transpose()?;
        let content = keyed::content(table, row);
        if is_to_be_signed(tx, &content, mac.as_deref(), sign) {
            let mac = tx.keys().mac(&content);
            statements.push((PUT, vec![table.name.into(), name(row), mac.into()]));
        }
    }
    tx.execute_all(&statements)?;
    let full = rows.len() == PAGE as usize;
    Ok((statements.len() as u64, rows.last().filter(|_| full).map(|row| table.key_of(row).to_vec())))
}

fn sign_heads(
    tx: &mut Tx<'_>,
    (sql, kind): (&'static str, &'static str),
    from: Uuid,
    sign: Sign,
) -> Result<Page<Uuid>, StoreError> {
    let (mut statements, mut last) = (vec![], None);
    for row in tx.query(sql, &[kind.into(), from.into(), PAGE.into()])? {
        let mut row = row.of("heads", 2);
        let label: String = row.take("kind")?;
        let id: Uuid = row.take("id")?;
        last = Some(id);
        // One that cannot be read is for `verify` to name.
        let (Ok(version), Ok(head)) = (row.take("version"), row.take("head")) else { continue };
        let Ok(mac) = row.take::<Option<Vec<u8>>>("mac") else { continue };
        let content = head_content(&label, id, version, head);
        if !is_to_be_signed(tx, &content, mac.as_deref(), sign) {
            continue;
        }
        let mac: Value = tx.keys().mac(&content).into();
        statements.push(match sql {
            STREAMS => (SIGN_STREAM, vec![kind.into(), id.into(), mac]),
            LEDGERS => (SIGN_LEDGER, vec![id.into(), mac]),
            SECURITY_LOGS => (SIGN_SECURITY_LOG, vec![id.into(), mac]),
            _ => (SIGN_REGISTER, vec![id.into(), mac]),
        });
    }
    tx.execute_all(&statements)?;
    Ok((statements.len() as u64, last))
}

/// Enters what an older program wrote without a register; of how many cases and readers.
/// It is done once, before anything is served: what is found without a register
/// later was put there by somebody.
pub async fn enter_registers(db: &Db, mut progress: impl FnMut(u64)) -> Result<u64, StoreError> {
    let mut done = 0;
    loop {
        let owners = db.read(register::without).await?;
        if owners.is_empty() {
            return Ok(done);
        }
        for owner in owners {
            db.write(move |tx| {
                let rows = register::rows_of(tx, owner.id())?;
                register::enter(tx, owner, &rows)
            })
            .await?;
            done += 1;
            progress(done);
        }
    }
}
