//! Rows that change, and that only a program with the key may have written:
//! how somebody proves who they are, sessions, links, letters, jobs.
//!
//! Beside each row of such a table (`tables`, `keyed`) stands a MAC in `macs`,
//! over its name, its key and what it says. It is made where the row is written
//! and asked for where the row is used, so that a row which somebody put in, or
//! gave to another account, opens nothing. A row that is taken away by the
//! program takes its MAC along; one that is gone alone is missed by `verify`.
//!
//! Without a ring of keys nothing is made and nothing is asked.

use crate::keys::Verdict;
use crate::tables::{self, Table};
use crate::value::{Row, Value, encode};
use crate::{StoreError, Tx};
use sha2::{Digest, Sha256};

const MAC_OF: &str = "SELECT of_table, of_row, mac FROM macs WHERE of_table = $1 AND of_row = $2";
const PUT: &str = "INSERT INTO macs (of_table, of_row, mac) VALUES ($1, $2, $3)
    ON CONFLICT (of_table, of_row) DO UPDATE SET mac = EXCLUDED.mac";
const FORGET: &str = "DELETE FROM macs WHERE of_table = $1 AND of_row = $2";
const ANY: &str = "SELECT of_table FROM macs LIMIT 1";

/// Only when an empty database is filled from another, whose MACs it gets.
const CLEAR: &str = "DELETE FROM macs";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[MAC_OF, PUT, FORGET, ANY];
#[cfg(test)]
pub(crate) const ALL_OF_OWNER: &[&str] = &[CLEAR];

/// What the MAC of a row is called by: the key of the row. An address, and what
/// can be found by trying, stand there as a hash.
pub(crate) fn name_of(table: &Table, key: &[Value]) -> String {
    let key: Vec<String> = key.iter().map(ToString::to_string).collect();
    match table.name {
        "login_names" | "printed_codes" => hex::encode(Sha256::digest(key.join(" "))),
        _ => key.join(" "),
    }
}

/// What a MAC covers of a row.
pub(crate) fn content(table: &Table, row: &[Value]) -> Vec<u8> {
    let not_covered = table.keyed.unwrap_or_default();
    let covered: Vec<Value> = table
        .columns()
        .zip(row)
        .filter(|(column, _)| !not_covered.contains(column))
        .map(|(_, value)| value.clone())
        .collect();
    [table.name.as_bytes(), b"\n", &encode(&covered)].concat()
}

/// The row of a key, if there is one and the program wrote it.
pub(crate) fn get(tx: &mut Tx<'_>, table: &str, key: &[Value]) -> Result<Option<Row>, StoreError> {
    let table = tables::named(table);
    if tx.keys().is_empty() {
        return tx.query_opt(table.one, key);
    }
    let ask_row = (table.one, key.to_vec());
    let ask_mac = (MAC_OF, vec![table.name.into(), name_of(table, key).into()]);
    let mut answers = tx.query_each(&[ask_row, ask_mac])?.into_iter();
    let (row, mac) = (answers.next().flatten(), answers.next().flatten().map(read_mac).transpose()?);
    let forged = || StoreError::not_ours(table.name, shown(table, key, row.as_ref()));
    match (&row, &mac) {
        (None, None) => Ok(None),
        (Some(found), Some(mac)) => {
            let values = table.plain_values(found.values().to_vec())?;
            match tx.keys().check(&content(table, &values), Some(mac)) {
                Verdict::Ours => Ok(row),
                Verdict::Forged => Err(forged()),
                Verdict::NoKey(id) => Err(StoreError::no_key(id)),
            }
        }
        (Some(_), None) | (None, Some(_)) => Err(forged()),
    }
}

/// Rows that were found otherwise than by their key, if the program wrote all.
/// Each has every column of its table.
pub(crate) fn checked(tx: &mut Tx<'_>, table: &str, rows: Vec<Row>) -> Result<Vec<Row>, StoreError> {
    let table = tables::named(table);
    if tx.keys().is_empty() || rows.is_empty() {
        return Ok(rows);
    }
    let mut questions = Vec::with_capacity(rows.len());
    let mut contents = Vec::with_capacity(rows.len());
    for row in &rows {
        let in_order = table.columns().filter_map(|column| row.get(column).cloned()).collect();
        let values = table.plain_values(in_order)?;
        questions.push((MAC_OF, vec![table.name.into(), name_of(table, table.key_of(&values)).into()]));
        contents.push(content(table, &values));
    }
    for ((mac, content), row) in tx.query_each(&questions)?.into_iter().zip(contents).zip(&rows) {
        let mac = mac.map(read_mac).transpose()?;
        match tx.keys().check(&content, mac.as_deref()) {
            Verdict::Ours => {}
            Verdict::Forged => return Err(StoreError::not_ours(table.name, shown(table, &[], Some(row)))),
            Verdict::NoKey(id) => return Err(StoreError::no_key(id)),
        }
    }
    Ok(rows)
}

/// Adds a row: a value for each column of the table, in their order.
pub(crate) fn insert(tx: &mut Tx<'_>, table: &str, row: Vec<Value>) -> Result<(), StoreError> {
    let statements = to_insert(tx, table, row);
    tx.execute_all(&statements).map(drop)
}

/// What adds a row and its MAC.
pub(crate) fn to_insert(tx: &Tx<'_>, table: &str, row: Vec<Value>) -> Vec<(&'static str, Vec<Value>)> {
    let table = tables::named(table);
    let mut statements = Vec::with_capacity(2);
    if let Some(mac) = tx.keys().mac(&content(table, &row)) {
        statements
            .push((PUT, vec![table.name.into(), name_of(table, table.key_of(&row)).into(), mac.into()]));
    }
    statements.insert(0, (table.insert, row));
    statements
}

/// Changes a row, or puts one there: how many rows were touched. What is
/// changed was written by the program, or it stays as it is.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    table: &str,
    key: &[Value],
    (sql, params): (&'static str, &[Value]),
) -> Result<u64, StoreError> {
    if tx.keys().is_empty() {
        return tx.execute(sql, params);
    }
    get(tx, table, key)?;
    let touched = tx.execute(sql, params)?;
    if touched > 0 {
        sign(tx, tables::named(table), key)?;
    }
    Ok(touched)
}

/// Takes a row away, and its MAC: how many rows were touched.
pub(crate) fn remove(
    tx: &mut Tx<'_>,
    table: &str,
    key: &[Value],
    (sql, params): (&'static str, &[Value]),
) -> Result<u64, StoreError> {
    let touched = tx.execute(sql, params)?;
    if touched > 0 && !tx.keys().is_empty() {
        tx.execute(FORGET, &[table.into(), name_of(tables::named(table), key).into()])?;
    }
    Ok(touched)
}

/// Takes away each row whose key a question gives; `sql` takes a row by its key.
pub(crate) fn remove_each(
    tx: &mut Tx<'_>,
    table: &str,
    sql: &'static str,
    (which, params): (&'static str, &[Value]),
) -> Result<u64, StoreError> {
    let mut removed = 0;
    for key in keys_of(tx, table, (which, params))? {
        removed += remove(tx, table, &key, (sql, &key))?;
    }
    Ok(removed)
}

/// The keys that a question gives.
pub(crate) fn keys_of(
    tx: &mut Tx<'_>,
    table: &str,
    (which, params): (&'static str, &[Value]),
) -> Result<Vec<Vec<Value>>, StoreError> {
    let table = tables::named(table);
    let rows = tx.query(which, params)?;
    rows.into_iter().map(|row| table.plain_values(row.into_values())).collect()
}

/// Makes the MAC of a row as it stands there.
pub(crate) fn sign(tx: &mut Tx<'_>, table: &'static Table, key: &[Value]) -> Result<(), StoreError> {
    let Some(row) = tx.query_opt(table.one, key)? else { return Ok(()) };
    let row = table.plain(row)?;
    let Some(mac) = tx.keys().mac(&content(table, &row)) else { return Ok(()) };
    tx.execute(PUT, &[table.name.into(), name_of(table, key).into(), mac.into()]).map(drop)
}

/// Takes every MAC away.
pub(crate) fn clear(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute(CLEAR, &[]).map(drop)
}

/// Whether rows of this database were ever written with a key.
pub(crate) fn any(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(tx.query_opt(ANY, &[])?.is_some())
}

pub(crate) fn read_mac(row: Row) -> Result<Vec<u8>, StoreError> {
    let mut row = row.of("macs", 0);
    row.take("mac")
}

/// How a row is named to people: by its key, or by whose it is where the key is
/// an address or could open something.
pub(crate) fn shown(table: &Table, key: &[Value], row: Option<&Row>) -> String {
    let column = |name: &str| row.and_then(|row| row.get(name)).map(ToString::to_string);
    match table.name {
        "login_names" | "printed_codes" => {
            let whose = column("account_id").map(|account| format!("account {account}"));
            whose.unwrap_or_else(|| format!("row {}", name_of(table, key)))
        }
        _ if key.is_empty() => {
            let key: Vec<String> = table.columns().take(table.key_columns()).filter_map(column).collect();
            key.join(" ")
        }
        _ => name_of(table, key),
    }
}
