//! Whether the security events are as they were written, and all still there
//! whose day was not removed.

use super::rows::of_mac;
use super::{Fault, Link, Report, Wrong, check_chain, sealed};
use crate::chain::{Hash, START};
use crate::heads::head_content;
use crate::security::{LOG, Written, each_of_log, label};
use crate::under_key::{self, Standing};
use crate::value::next_id;
use crate::{Db, StoreError, Tx};
use uuid::Uuid;

/// How many logs are checked in one snapshot.
const PAGE: u32 = 4;

const HEADS: &str = "SELECT id, day, removed, events, head, mac FROM security_logs
    WHERE id >= $1 ORDER BY id LIMIT $2";
const STRAYS: &str = "SELECT DISTINCT e.log_id FROM security_events e
    WHERE NOT EXISTS (SELECT 1 FROM security_logs l WHERE l.id = e.log_id) ORDER BY e.log_id LIMIT 100";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[HEADS, STRAYS];

pub(super) async fn check_logs(db: &Db) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let mut from = next_id(None);
    while let Some(id) = from {
        let (page, last) = db.read(move |tx| check_page(tx, id)).await?;
        report.add(page);
        from = last.and_then(|last| next_id(Some(last)));
    }
    let strays = db.read(|tx| tx.query(STRAYS, &[])).await?;
    for row in strays {
        let log: Uuid = row.of("security_events", 1).take("log_id")?;
        report.faults.push(fault("security_logs", log, None, Wrong::Deleted));
    }
    Ok(report)
}

fn fault(table: &'static str, log: Uuid, seq: Option<u64>, wrong: Wrong) -> Fault {
    Fault { table, stream: format!("log {log}"), seq, wrong }
}

fn check_page(tx: &mut Tx<'_>, from: Uuid) -> Result<(Report, Option<Uuid>), StoreError> {
    let (mut report, mut last) = (Report::default(), None);
    let is_under_key = under_key::standing(tx)? != Standing::NotYet;
    let rows = tx.query(HEADS, &[from.into(), PAGE.into()])?;
    let sealed = sealed::of_page(tx, LOG, from, &rows)?;
    for row in rows {
        let mut row = row.of("security_logs", 1);
        let id: Uuid = row.take("id")?;
        last = Some(id);
        report.security_logs += 1;
        let (day, removed): (String, String) = (row.take("day")?, row.take("removed")?);
        let (count, head) = (row.take::<u64>("events")?, row.take::<Hash>("head"));
        let mac: Option<Vec<u8>> = row.take("mac")?;
        let Ok(head) = head else {
            report.faults.push(fault("security_logs", id, None, Wrong::Unreadable));
            continue;
        };
        let content = head_content(&label(&day, &removed), id, count, head);
        if is_under_key && let Some(wrong) = of_mac(tx, &content, mac.as_deref(), &mut report.unchecked) {
            report.faults.push(fault("security_logs", id, Some(count), wrong));
        }
        report.unsealed += u64::from(sealed.is_behind(id, count));
        let (mut events, mut wrong) = (vec![], vec![]);
        for (no, event) in (1..).zip(each_of_log(tx, id, 0, u32::MAX)?) {
            match event {
                Ok(event) => events.push(event),
                Err(_) => wrong.push((no, Wrong::Unreadable)),
            }
        }
        report.security_events += events.len() as u64;
        if removed.is_empty() {
            if wrong.is_empty() {
                wrong = check_chain(Some(START), &events, count, head);
            }
            sealed.check(id, &events, count, &mut wrong);
        } else {
            wrong.extend(events.iter().map(|event| (event.seq, Wrong::Stray)));
            if !sealed.fits_head(id, count, head) {
                wrong.push((count, Wrong::NotAsSealed));
            }
        }
        report.faults.extend(wrong.into_iter().map(|(seq, w)| fault("security_events", id, Some(seq), w)));
    }
    Ok((report, last))
}

impl Link for Written {
    fn seq(&self) -> u64 {
        self.seq
    }

    fn hash(&self) -> Hash {
        self.hash
    }

    fn hash_as(&self, before: Hash, seq: u64) -> Hash {
        Self::hash_as(self, before, seq)
    }
}
