//! Whether the seals are as they were made, and whether everything that was
//! sealed is still there.

use super::rows::of_mac;
use super::{Fault, Link, NAMED, Report, Wrong, check_chain};
use crate::chain::{Hash, START};
use crate::keys::id_in;
use crate::seal::{self, Seal};
use crate::value::Row;
use crate::{Db, StoreError, Tx};
use std::collections::HashMap;
use uuid::Uuid;

/// How many seals are checked in one snapshot.
const PAGE: u32 = 20;

const SEALS: &str =
    "SELECT number, at, members, hash, mac FROM seals WHERE number > $1 ORDER BY number LIMIT $2";
const MEMBERS: &str =
    "SELECT seal, no, kind, id, version, head, hash FROM seal_members WHERE seal = $1 ORDER BY no";
const MEMBERS_AFTER: &str = "SELECT DISTINCT seal FROM seal_members WHERE seal > $1 ORDER BY seal";
const OF_PAGE: &str = "SELECT id, version, head FROM seal_members
    WHERE kind = $1 AND id >= $2 AND id <= $3 ORDER BY id, version";
const REMOVED_STREAMS: &str = "SELECT g.kind, g.id, g.version FROM
    (SELECT kind, id, MAX(version) AS version FROM seal_members
        WHERE kind <> 'ledger' AND kind <> 'register' AND kind <> 'security-log' GROUP BY kind, id) g
    WHERE NOT EXISTS (SELECT 1 FROM streams s WHERE s.kind = g.kind AND s.id = g.id)
    AND NOT EXISTS (SELECT 1 FROM events e WHERE e.stream_kind = g.kind AND e.stream_id = g.id)
    ORDER BY g.kind, g.id";
const REMOVED_LEDGERS: &str = "SELECT 'case' AS kind, g.id, g.version FROM
    (SELECT id, MAX(version) AS version FROM seal_members WHERE kind = 'ledger' GROUP BY id) g
    WHERE NOT EXISTS (SELECT 1 FROM ledgers l WHERE l.case_id = g.id)
    AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.case_id = g.id)
    ORDER BY g.id";
const REMOVED_REGISTERS: &str = "SELECT 'case' AS kind, g.id, g.version FROM
    (SELECT id, MAX(version) AS version FROM seal_members WHERE kind = 'register' GROUP BY id) g
    WHERE NOT EXISTS (SELECT 1 FROM registers r WHERE r.case_id = g.id)
    AND NOT EXISTS (SELECT 1 FROM registered e WHERE e.case_id = g.id)
    ORDER BY g.id";
const REMOVED_LOGS: &str = "SELECT 'log' AS kind, g.id, g.version FROM
    (SELECT id, MAX(version) AS version FROM seal_members WHERE kind = 'security-log' GROUP BY id) g
    WHERE NOT EXISTS (SELECT 1 FROM security_logs l WHERE l.id = g.id)
    AND NOT EXISTS (SELECT 1 FROM security_events e WHERE e.log_id = g.id)
    ORDER BY g.id";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    SEALS,
    MEMBERS,
    MEMBERS_AFTER,
    OF_PAGE,
    REMOVED_STREAMS,
    REMOVED_LEDGERS,
    REMOVED_REGISTERS,
    REMOVED_LOGS,
];

/// Compares seals that somebody kept elsewhere with those that are there.
pub async fn check_kept(db: &Db, kept: &[Seal]) -> Result<Vec<Fault>, StoreError> {
    let kept = kept.to_vec();
    db.read(move |tx| {
        let mut faults = Vec::new();
        for seal in &kept {
            match seal::numbered(tx, seal.number) {
                Ok(Some(there)) if there == *seal => {}
                Ok(Some(_)) => faults.push(of_seal(seal.number, Wrong::NotAsKept)),
                Ok(None) => faults.push(of_seal(seal.number, Wrong::Deleted)),
                Err(StoreError::Corrupt { .. }) => faults.push(of_seal(seal.number, Wrong::Unreadable)),
                Err(other) => return Err(other),
            }
        }
        Ok(faults)
    })
    .await
}

/// Follows the chain of all seals and their members.
pub(super) async fn check_seals(db: &Db) -> Result<Report, StoreError> {
    let mut walk = Walk { after: 0, before: Some(START), is_keyed: false, report: Report::default() };
    loop {
        let (page, ended) = db
            .read(move |tx| {
                let mut page = walk.clone();
                let ended = page.next(tx)?;
                Ok::<_, StoreError>((page, ended))
            })
            .await?;
        if ended {
            return Ok(page.report);
        }
        walk = page;
    }
}

/// How far the seals have been followed.
#[derive(Clone)]
struct Walk {
    /// The number of the last seal that was looked at.
    after: u64,
    /// What the next seal follows, where that is known.
    before: Option<Hash>,
    /// Whether a seal that was made with a key has come by.
    is_keyed: bool,
    report: Report,
}

impl Walk {
    /// Checks the next few seals; whether they were the last.
    fn next(&mut self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let rows = tx.query(SEALS, &[self.after.into(), PAGE.into()])?;
        let ended = rows.len() < PAGE as usize;
        for row in rows {
            self.seal(tx, row)?;
        }
        if ended {
            // Their seals are gone, and nothing comes after them that would show it.
            for row in tx.query(MEMBERS_AFTER, &[self.after.into()])? {
                let number = row.of("seal_members", 1).take("seal")?;
                self.report.faults.push(of_seal(number, Wrong::Deleted));
            }
        }
        Ok(ended)
    }

    fn seal(&mut self, tx: &mut Tx<'_>, row: Row) -> Result<(), StoreError> {
        let mut row = row.of("seals", 1);
        let number = row.take("number")?;
        let missing = (self.after + 1..number).take(NAMED);
        self.report.faults.extend(missing.map(|missing| of_seal(missing, Wrong::Deleted)));
        let before = self.before.take().filter(|_| self.after + 1 == number);
        self.after = number;
        self.report.seals += 1;
        let (at, count, hash) = (row.take("at"), row.take::<u64>("members"), row.take::<Hash>("hash"));
        let (Ok(at), Ok(count), Ok(hash)) = (at, count, hash) else {
            self.report.faults.push(of_seal(number, Wrong::Unreadable));
            return Ok(());
        };
        let mac: Option<Vec<u8>> = row.take("mac")?;
        self.check_mac(tx, number, &seal::seal_content(number, at, count, hash), mac.as_deref());
        self.before = Some(hash);
        self.report.newest_seal = Some(Seal { number, hash });
        let mut members = Vec::new();
        let faults = self.report.faults.len();
        for (no, row) in (1..).zip(tx.query(MEMBERS, &[number.into()])?) {
            match read_member(row) {
                Ok(member) => members.push(member),
                Err(_) => self.report.faults.push(of_member(number, no, Wrong::Unreadable)),
            }
        }
        if self.report.faults.len() > faults {
            return Ok(());
        }
        let last = members.last().map_or(START, Link::hash);
        let wrong = check_chain(before, &members, count, last);
        if wrong.is_empty()
            && seal::seal_hash(last, number, at, count, mac.as_deref().and_then(id_in)) != hash
        {
            self.report.faults.push(of_seal(number, Wrong::Edited));
        }
        self.report.faults.extend(wrong.into_iter().map(|(no, wrong)| of_member(number, no, wrong)));
        Ok(())
    }
}

impl Walk {
    /// Seals from before there was a key have no MAC; none comes without one
    /// after the first that has.
    fn check_mac(&mut self, tx: &Tx<'_>, number: u64, content: &[u8], mac: Option<&[u8]>) {
        if mac.is_none() && !self.is_keyed {
            return;
        }
        self.is_keyed = true;
        let wrong = match mac {
            None => Some(Wrong::NotOurs),
            Some(_) => of_mac(tx, content, mac, &mut self.report.unchecked),
        };
        self.report.faults.extend(wrong.map(|wrong| of_seal(number, wrong)));
    }
}

struct Member {
    seal: u64,
    no: u64,
    kind: String,
    id: Uuid,
    version: u64,
    head: Hash,
    hash: Hash,
}

impl Link for Member {
    fn seq(&self) -> u64 {
        self.no
    }

    fn hash(&self) -> Hash {
        self.hash
    }

    fn hash_as(&self, before: Hash, no: u64) -> Hash {
        seal::member_hash(before, self.seal, no, &self.kind, self.id, self.version, self.head)
    }
}

fn read_member(row: Row) -> Result<Member, StoreError> {
    let mut row = row.of("seal_members", 2);
    Ok(Member {
        seal: row.take("seal")?,
        no: row.take("no")?,
        kind: row.take("kind")?,
        id: row.take("id")?,
        version: row.take("version")?,
        head: row.take("head")?,
        hash: row.take("hash")?,
    })
}

/// What was sealed of some streams or ledgers: the places, in order, and the
/// hash that each had.
pub(super) struct Sealed(HashMap<Uuid, Vec<(u64, Hash)>>);

/// What was sealed of those whose ids stand first in `rows`, from `from` on.
pub(super) fn of_page(
    tx: &mut Tx<'_>,
    kind: &'static str,
    from: Uuid,
    rows: &[Row],
) -> Result<Sealed, StoreError> {
    let mut sealed: HashMap<Uuid, Vec<(u64, Hash)>> = HashMap::new();
    let Some(last) = rows.last().and_then(|row| row.first()).cloned() else { return Ok(Sealed(sealed)) };
    for row in tx.query(OF_PAGE, &[kind.into(), from.into(), last])? {
        let mut row = row.of("seal_members", 1);
        // One that cannot be read is named where the seals are followed.
        if let (Ok(id), Ok(version), Ok(head)) = (row.take("id"), row.take("version"), row.take("head")) {
            sealed.entry(id).or_default().push((version, head));
        }
    }
    Ok(Sealed(sealed))
}

impl Sealed {
    /// Whether a chain has grown since it was sealed.
    pub fn is_behind(&self, id: Uuid, version: u64) -> bool {
        self.of(id).last().is_none_or(|(sealed, _)| *sealed < version)
    }

    /// Adds to what is `wrong` with a chain that what was sealed of it is not
    /// there any more: the first place that has another hash, and where it was
    /// cut off.
    pub fn check<L: Link>(&self, id: Uuid, links: &[L], version: u64, wrong: &mut Vec<(u64, Wrong)>) {
        let known = |wrong: &[(u64, Wrong)], seq| wrong.iter().any(|(known, _)| *known == seq);
        let there = |seq| links.iter().find(|link| link.seq() == seq).map(Link::hash);
        let changed = |(seq, hash): &&(u64, Hash)| there(*seq).is_some_and(|there| there != *hash);
        let sealed = self.of(id);
        if let Some((seq, _)) = sealed.iter().find(changed)
            && !known(wrong, *seq)
        {
            wrong.push((*seq, Wrong::NotAsSealed));
        }
        let longest = sealed.last().map_or(0, |(seq, _)| *seq);
        if longest > version && !known(wrong, version + 1) {
            wrong.push((version + 1, Wrong::CutOff));
        }
    }

    /// Whether the head of a chain whose links were removed is the one that was
    /// sealed last, as far as it was.
    pub fn fits_head(&self, id: Uuid, version: u64, head: Hash) -> bool {
        self.of(id)
            .last()
            .is_none_or(|(sealed, hash)| *sealed < version || (*sealed, *hash) == (version, head))
    }

    fn of(&self, id: Uuid) -> &[(u64, Hash)] {
        self.0.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// Streams and ledgers that were sealed and of which nothing at all is left.
pub(super) fn removed_whole(tx: &mut Tx<'_>) -> Result<Vec<Fault>, StoreError> {
    let mut faults = Vec::new();
    for (table, sql) in [
        ("streams", REMOVED_STREAMS),
        ("ledgers", REMOVED_LEDGERS),
        ("registers", REMOVED_REGISTERS),
        ("security_logs", REMOVED_LOGS),
    ] {
        for row in tx.query(sql, &[])? {
            let mut row = row.of("seal_members", 2);
            let stream = format!("{} {}", row.take::<String>("kind")?, row.take::<Uuid>("id")?);
            faults.push(Fault { table, stream, seq: Some(row.take("version")?), wrong: Wrong::RemovedWhole });
        }
    }
    Ok(faults)
}

fn of_seal(number: u64, wrong: Wrong) -> Fault {
    Fault { table: "seals", stream: format!("seal {number}"), seq: None, wrong }
}

fn of_member(seal: u64, no: u64, wrong: Wrong) -> Fault {
    Fault { table: "seal_members", stream: format!("seal {seal}"), seq: Some(no), wrong }
}
