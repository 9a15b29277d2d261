//! Whether files, statements, their lines and looks are as they were entered in
//! the register of their case, and all that was entered is still there.

use super::rows::of_mac;
use super::{Fault, Link, Report, Wrong, check_chain, sealed};
use crate::chain::{Hash, START};
use crate::heads::{REGISTER, head_content};
use crate::register::{self, Entry, Owner};
use crate::under_key::{self, Standing};
use crate::value::next_id;
use crate::{Db, StoreError, Tx, files, tables};
use domain::{AccountId, CaseId, FileId, StreamKind};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// How many registers are checked in one snapshot.
const PAGE: u32 = 20;

const HEADS: &str = "SELECT case_id, entries, head, mac FROM registers
    WHERE case_id >= $1 ORDER BY case_id LIMIT $2";
const STRAYS: &str = "SELECT DISTINCT e.case_id FROM registered e
    WHERE NOT EXISTS (SELECT 1 FROM registers r WHERE r.case_id = e.case_id) ORDER BY e.case_id LIMIT 100";

const IS_ACCOUNT: &str = "SELECT 1 FROM streams WHERE kind = $1 AND id = $2";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[HEADS, STRAYS, IS_ACCOUNT];

/// The tables whose rows are entered.
const EVIDENCE: [&str; 5] = ["statements", "bank_lines", "files", "looks", "list_looks"];

pub(super) async fn check_registers(db: &Db) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let mut from = next_id(None);
    while let Some(id) = from {
        let (page, last) = db.read(move |tx| check_page(tx, id)).await?;
        report.add(page);
        from = last.and_then(|last| next_id(Some(last)));
    }
    report.faults.extend(db.read(strays).await?);
    Ok(report)
}

/// Whose register it is, in words: the record says whether there is such an account.
fn name_of(tx: &mut Tx<'_>, owner: Uuid) -> Result<String, StoreError> {
    let account = [StreamKind::Account.into_str().into(), owner.into()];
    let has_account = tx.query_opt(IS_ACCOUNT, &account)?.is_some();
    let owner = if has_account { Owner::Reader(AccountId(owner)) } else { Owner::Case(CaseId(owner)) };
    Ok(owner.to_string())
}

fn check_page(tx: &mut Tx<'_>, from: Uuid) -> Result<(Report, Option<Uuid>), StoreError> {
    let (mut report, mut last) = (Report::default(), None);
    let is_under_key = under_key::standing(tx)? != Standing::NotYet;
    let rows = tx.query(HEADS, &[from.into(), PAGE.into()])?;
    let sealed = sealed::of_page(tx, REGISTER, from, &rows)?;
    for row in rows {
        let mut row = row.of("registers", 1);
        let owner: Uuid = row.take("case_id")?;
        last = Some(owner);
        let (count, head, mac) = (row.take("entries")?, row.take::<Hash>("head"), row.take("mac")?);
        report.registers += 1;
        let name = name_of(tx, owner)?;
        let fault = |table, seq, wrong| Fault { table, stream: name.clone(), seq, wrong };
        let Ok(head) = head else {
            report.faults.push(fault("registers", None, Wrong::Unreadable));
            continue;
        };
        let content = head_content(REGISTER, owner, count, head);
        let mac: Option<Vec<u8>> = mac;
        if is_under_key && let Some(wrong) = of_mac(tx, &content, mac.as_deref(), &mut report.unchecked) {
            report.faults.push(fault("registers", Some(count), wrong));
        }
        let mut entries: Vec<Entry> = vec![];
        let mut wrong = vec![];
        for (no, entry) in (1..).zip(register::entries(tx, owner)?) {
            match entry {
                Ok(entry) => entries.push(entry),
                Err(_) => wrong.push((no, Wrong::Unreadable)),
            }
        }
        report.registered += entries.len() as u64;
        report.unsealed += u64::from(sealed.is_behind(owner, count));
        if wrong.is_empty() {
            wrong = check_chain(Some(START), &entries, count, head);
        }
        sealed.check(owner, &entries, count, &mut wrong);
        report.faults.extend(wrong.into_iter().map(|(seq, wrong)| fault("registered", Some(seq), wrong)));
        report.faults.extend(compare(tx, owner, &entries)?);
    }
    Ok((report, last))
}

/// The rows that a register is of against what was entered of them last.
fn compare(tx: &mut Tx<'_>, owner: Uuid, entries: &[Entry]) -> Result<Vec<Fault>, StoreError> {
    let (mut faults, mut there) = (vec![], HashSet::new());
    let entered: HashMap<_, _> = register::newest(entries.iter());
    for row in register::rows_of(tx, owner)? {
        let fault = |wrong| Fault { table: row.table, stream: row.row.clone(), seq: None, wrong };
        match entered.get(&(row.table, row.row.as_str())) {
            None => faults.push(fault(Wrong::NotOurs)),
            Some(entry) if entry.sha256 != row.sha256 => faults.push(fault(Wrong::Edited)),
            Some(_) if row.table == "files" && !bytes_fit(tx, &row.row)? => {
                faults.push(fault(Wrong::Edited));
            }
            Some(_) => {}
        }
        there.insert((row.table, row.row));
    }
    let mut gone: Vec<&Entry> = entered.into_values().collect();
    gone.sort_by_key(|entry| entry.seq);
    for entry in gone {
        let table = EVIDENCE.into_iter().find(|table| *table == entry.table);
        let Some(table) = table.map(|table| tables::named(table).name) else { continue };
        if !there.contains(&(table, entry.row.clone())) {
            faults.push(Fault { table, stream: entry.row.clone(), seq: None, wrong: Wrong::Deleted });
        }
    }
    Ok(faults)
}

/// Whether the bytes of a file are those of the hash beside them.
fn bytes_fit(tx: &mut Tx<'_>, id: &str) -> Result<bool, StoreError> {
    let Ok(id) = id.parse() else { return Ok(false) };
    match files::get(tx, FileId(id)) {
        Ok(found) => Ok(found.is_some()),
        Err(StoreError::Corrupt { .. } | StoreError::NotOurs { .. }) => Ok(false),
        // Nobody can read them, or nobody here: that is said of their keys.
        Err(StoreError::KeyGone { .. } | StoreError::NoKey { .. }) => Ok(true),
        Err(other) => Err(other),
    }
}

fn strays(tx: &mut Tx<'_>) -> Result<Vec<Fault>, StoreError> {
    let mut faults = vec![];
    for row in tx.query(STRAYS, &[])? {
        let owner = row.of("registered", 1).take::<Uuid>("case_id")?;
        let stream = name_of(tx, owner)?;
        faults.push(Fault { table: "registers", stream, seq: None, wrong: Wrong::Deleted });
    }
    for owner in register::without(tx)? {
        for row in register::rows_of(tx, owner.id())? {
            faults.push(Fault { table: row.table, stream: row.row, seq: None, wrong: Wrong::NotOurs });
        }
    }
    for line in register::stray_lines(tx)? {
        faults.push(Fault { table: "bank_lines", stream: line.to_string(), seq: None, wrong: Wrong::Stray });
    }
    Ok(faults)
}

impl Link for Entry {
    fn seq(&self) -> u64 {
        self.seq
    }

    fn hash(&self) -> Hash {
        self.hash
    }

    fn hash_as(&self, before: Hash, seq: u64) -> Hash {
        register::entry_hash(before, self.owner, seq, &self.table, &self.row, self.sha256)
    }
}
