//! Whether rows that change were written by the program: each against the MAC
//! that stands beside it, and each MAC against a row.

use super::{Fault, Report, Unchecked, Wrong};
use crate::keyed;
use crate::keys::Verdict;
use crate::tables::{self, Table};
use crate::under_key::{self, Standing};
use crate::value::Value;
use crate::{Db, StoreError, Tx};
use std::collections::HashMap;

const MACS: &str = "SELECT of_table, of_row, mac FROM macs WHERE of_table = $1 ORDER BY of_row";
const STRANGE: &str = "SELECT DISTINCT of_table FROM macs ORDER BY of_table";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[MACS, STRANGE];

/// Checks every table whose rows carry a MAC, one in a snapshot.
pub(super) async fn check_rows(db: &Db) -> Result<Report, StoreError> {
    let standing = db.read(under_key::standing).await?;
    let mut report = Report::default();
    match standing {
        Standing::Done => {}
        Standing::NotKeyed => return Ok(report),
        Standing::NotYet => report.faults.push(of_mark(Wrong::NotUnderKey)),
        Standing::MarkGone => report.faults.push(of_mark(Wrong::Deleted)),
        Standing::MarkForged => report.faults.push(of_mark(Wrong::Edited)),
    }
    if standing == Standing::NotYet {
        return Ok(report);
    }
    for table in tables::now().filter(|table| table.keyed.is_some()) {
        report.add(db.read(move |tx| check_table(tx, table)).await?);
    }
    report.faults.extend(db.read(strange).await?);
    Ok(report)
}

fn of_mark(wrong: Wrong) -> Fault {
    Fault { table: "marks", stream: under_key::MARK.to_owned(), seq: None, wrong }
}

fn check_table(tx: &mut Tx<'_>, table: &'static Table) -> Result<Report, StoreError> {
    let mut macs: HashMap<String, Vec<u8>> = HashMap::new();
    let mut report = Report::default();
    for row in tx.query(MACS, &[table.name.into()])? {
        let mut row = row.of("macs", 2);
        let of_row: String = row.take("of_row")?;
        // One that cannot be read fits nothing.
        macs.insert(of_row, row.take("mac").unwrap_or_default());
    }
    let keys = tx.keys().clone();
    table.read(tx, |row| {
        report.keyed_rows += 1;
        let mac = macs.remove(&keyed::name_of(table, table.key_of(&row)));
        let wrong = match (keys.check(&keyed::content(table, &row), mac.as_deref()), &mac) {
            // Of what has no MAC nothing is known without a key, and one row without is strange.
            (Verdict::Ours, Some(_)) => return Ok(()),
            (Verdict::Ours | Verdict::Forged, None) => Wrong::NotOurs,
            (Verdict::Forged, Some(_)) => Wrong::Edited,
            (Verdict::NoKey(id), _) => {
                report.unchecked.add(id, 1);
                return Ok(());
            }
        };
        report.faults.push(Fault { table: table.name, stream: name(table, &row), seq: None, wrong });
        Ok(())
    })?;
    let mut gone: Vec<String> = macs.into_keys().collect();
    gone.sort();
    let fault = |row| Fault { table: table.name, stream: row, seq: None, wrong: Wrong::Deleted };
    report.faults.extend(gone.into_iter().map(fault));
    Ok(report)
}

/// How a row is named: an account where its key is an address or opens something.
fn name(table: &Table, row: &[Value]) -> String {
    let account = || table.columns().position(|column| column == "account_id").and_then(|at| row.get(at));
    match (table.name, account()) {
        ("login_names" | "printed_codes", Some(account)) => format!("account {account}"),
        _ => keyed::name_of(table, table.key_of(row)),
    }
}

/// MACs of tables that have none.
fn strange(tx: &mut Tx<'_>) -> Result<Vec<Fault>, StoreError> {
    let mut faults = vec![];
    for row in tx.query(STRANGE, &[])? {
        let table: String = row.of("macs", 1).take("of_table")?;
        if !tables::now().any(|known| known.keyed.is_some() && known.name == table) {
            faults.push(Fault { table: "macs", stream: table, seq: None, wrong: Wrong::Stray });
        }
    }
    Ok(faults)
}

/// What the MAC of a head, or of a seal, says: a fault, or that its key is not here.
pub(super) fn of_mac(
    tx: &Tx<'_>,
    content: &[u8],
    mac: Option<&[u8]>,
    unchecked: &mut Unchecked,
) -> Option<Wrong> {
    match tx.keys().check(content, mac) {
        Verdict::Ours => None,
        Verdict::Forged => Some(Wrong::NotOurs),
        Verdict::NoKey(id) => {
            unchecked.add(id, 1);
            None
        }
    }
}
