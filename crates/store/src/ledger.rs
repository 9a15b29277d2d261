//! The ledger in the database. An entry is one row of `entries` and one or
//! more of `moves`; each move takes an amount out of one account and puts it
//! into another, so an unbalanced entry cannot be written down at all. The
//! entries of a case are chained by hashes like the events of a stream.

mod holding;
mod page;

#[cfg(test)]
pub(crate) use holding::ALL as ALL_OF_A_HOLDING;
pub use holding::{days_of, through};
#[cfg(test)]
pub(crate) use page::ALL as ALL_PAGES;
pub use page::{Entries, Place, Shown, matched_lately, page};

use crate::chain::{Chain, Hash};
use crate::heads::{self, LEDGER, head_content};
use crate::sums::Sums;
use crate::value::{Columns, Row, Value, next_id};
use crate::{StoreError, Tx};
use domain::ledger::{Account, Balances, Entry, Heading, Layer, Posting, Purpose, balanced};
use domain::{AccountId, BankLineId, CaseId, EntryId, Pence};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// What became of a request to post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    New,
    /// The same request was posted before; nothing was added.
    Already,
}

const HEAD: &str = "SELECT l.entries AS version, l.head, l.mac, e.seq FROM ledgers l
    LEFT JOIN entries e ON e.case_id = l.case_id AND e.key = $2 WHERE l.case_id = $1";
const HAS_KEY: &str = "SELECT seq FROM entries WHERE key = $1 AND case_id = $2";
const START: &str = "INSERT INTO ledgers (case_id, entries, head, mac) VALUES ($1, $2, $3, $4)";
const ADVANCE: &str =
    "UPDATE ledgers SET entries = $2, head = $3, mac = $4 WHERE case_id = $1 AND entries = $5";
const INSERT: &str = "INSERT INTO entries (case_id, seq, id, purpose, settles, corrects, expires, reason,
    cause, about, account_id, happened, recorded, key, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
const MOVE: &str =
    "INSERT INTO moves (case_id, seq, no, layer, from_account, to_account, amount, from_no, to_no)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const NAMED: &str = "SELECT e.id, e.purpose, s.id AS settled_by FROM entries e
    LEFT JOIN entries s ON s.case_id = e.case_id AND s.settles = e.id WHERE e.case_id = $1 AND e.id = $2";
const ENTRIES: &str = "SELECT case_id, seq, id, purpose, settles, corrects, expires, reason, cause, about,
    account_id, happened, recorded, key, hash FROM entries WHERE case_id = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq";
const LAST_MATCH: &str = "SELECT case_id, seq FROM entries
    WHERE case_id = $1 AND about = $2 AND cause = 'bank-line-matched' ORDER BY seq DESC LIMIT 1";
const WITH_ID: &str = "SELECT case_id, seq FROM entries WHERE case_id = $1 AND id = $2";
const MOVES: &str = "SELECT case_id, seq, no, layer, from_account, to_account, amount, from_no, to_no
    FROM moves WHERE case_id = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq, no";
const BALANCES: &str = "SELECT layer, account, CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS amount FROM (
    SELECT layer, to_account AS account, amount FROM moves WHERE case_id = $1
    UNION ALL SELECT layer, from_account AS account, -amount AS amount FROM moves WHERE case_id = $1) sides
    GROUP BY layer, account";
const CASES: &str = "SELECT case_id, entries FROM ledgers WHERE case_id >= $1 ORDER BY case_id LIMIT $2";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    HEAD, HAS_KEY, START, ADVANCE, INSERT, MOVE, NAMED, ENTRIES, LAST_MATCH, WITH_ID, MOVES, BALANCES, CASES,
];

/// Adds an entry to the ledger of its case. The same key with the same content
/// (all but the id and when it was recorded) adds nothing; with other content
/// it is refused. A hold is settled once, and what an entry settles or
/// corrects stands in the same case.
pub fn post(tx: &mut Tx<'_>, entry: &Entry) -> Result<Posted, StoreError> {
    balanced(entry.postings())?;
    // Where a row with a key that is there already would undo the whole
    // transaction, and all of it be run again, the key need not be looked up.
    let (count, head, same_key) = if tx.heads().is_some() {
        let (count, head) = head_alone(tx, entry.case)?;
        (count, head, None)
    } else {
        head_and_key(tx, entry)?
    };
    if let Some(seq) = same_key {
        let stored = between(tx, entry.case, seq, seq)?;
        let same = stored.first().is_some_and(|stored| same_content(stored, entry));
        return if same {
            Ok(Posted::Already)
        } else {
            Err(StoreError::KeyReused { key: entry.key.clone() })
        };
    }
    check_named(tx, entry)?;
    add(tx, entry.case, (count, head), std::slice::from_ref(entry))?;
    Ok(Posted::New)
}

/// Adds entries one after another, as [`post`] would. Many of one case that
/// settle and correct nothing (the lines of a bank statement) go in together.
pub fn post_all(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<(), StoreError> {
    let names_none = |e: &Entry| e.purpose.settles().or(e.purpose.corrects()).is_none();
    for run in entries.chunk_by(|a, b| a.case == b.case && names_none(a) && names_none(b)) {
        let [first, _, ..] = run else {
            run.iter().try_for_each(|entry| post(tx, entry).map(drop))?;
            continue;
        };
        run.iter().try_for_each(|entry| balanced(entry.postings()))?;
        if tx.heads().is_none() && is_any_key_known(tx, first.case, run)? {
            run.iter().try_for_each(|entry| post(tx, entry).map(drop))?;
            continue;
        }
        let head = head_alone(tx, first.case)?;
        add(tx, first.case, head, run)?;
    }
    Ok(())
}

/// How many entries of a long run are written at once.
const AT_ONCE: usize = 256;

/// Writes checked entries of one case after the last one: their rows, the rows
/// of their moves, and the new head.
fn add(
    tx: &mut Tx<'_>,
    case: CaseId,
    (count, head): (u64, Hash),
    entries: &[Entry],
) -> Result<(), StoreError> {
    let (mut seq, mut hash) = (count, head);
    let mut sums = Sums::default();
    let clash = || format!("the ledger of case {case}");
    for some in entries.chunks(AT_ONCE) {
        let (mut rows, mut of_moves) = (Vec::with_capacity(some.len() * 2), Vec::with_capacity(some.len()));
        for entry in some {
            seq += 1;
            let moves = moves_of(entry.postings());
            moves.iter().for_each(|m| sums.add(entry.happened, m.layer, (m.from, m.to), m.amount));
            hash = entry_hash(hash, seq, entry, &moves);
            rows.push((INSERT, row_of(entry, seq, hash)));
            of_moves.extend(moves.iter().enumerate().map(|(i, m)| (MOVE, m.row(case, seq, i))));
        }
        rows.append(&mut of_moves);
        tx.write_rows(rows, clash)?;
    }
    let mac: Value = tx.keys().mac(&head_content(LEDGER, case.0, seq, hash)).into();
    let new_head = if count == 0 {
        (START, vec![case.0.into(), seq.into(), hash.into(), mac])
    } else {
        (ADVANCE, vec![case.0.into(), seq.into(), hash.into(), mac, count.into()])
    };
    let mut last = vec![new_head];
    last.extend(sums.statements(case));
    tx.write_rows(last, clash)?;
    if let Some(heads) = tx.heads() {
        heads.ledgers.insert(case, (seq, hash));
    }
    Ok(())
}

/// Whether one of these keys is on the ledger, or twice among them. Each is
/// looked up, however many others the ledger has.
fn is_any_key_known(tx: &mut Tx<'_>, case: CaseId, entries: &[Entry]) -> Result<bool, StoreError> {
    let mut among = HashSet::new();
    if !entries.iter().all(|entry| among.insert(entry.key.as_str())) {
        return Ok(true);
    }
    let ask = |entry: &Entry| (HAS_KEY, vec![(&entry.key).into(), case.0.into()]);
    let questions: Vec<_> = entries.iter().map(ask).collect();
    Ok(tx.query_each(&questions)?.iter().any(Option::is_some))
}

/// How many entries the ledger of a case has: where this is the same, so is
/// everything in it.
pub fn length(tx: &mut Tx<'_>, case: CaseId) -> Result<u64, StoreError> {
    head_alone(tx, case).map(|(entries, _)| entries)
}

/// How many entries the ledger of a case has, and the hash of the last one.
pub fn head(tx: &mut Tx<'_>, case: CaseId) -> Result<(u64, [u8; 32]), StoreError> {
    head_alone(tx, case)
}

/// The hash that an entry has where it follows another (32 zeros: none).
#[must_use]
pub fn hash_after(before: [u8; 32], seq: u64, entry: &Entry) -> [u8; 32] {
    entry_hash(before, seq, entry, &moves_of(entry.postings()))
}

/// All entries of a case in the order they were posted.
pub fn entries(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<Entry>, StoreError> {
    between(tx, case, 1, i64::MAX.unsigned_abs())
}

/// What each account of a case holds.
pub fn balances(tx: &mut Tx<'_>, case: CaseId) -> Result<Balances, StoreError> {
    let mut sums = Vec::new();
    for row in tx.query(BALANCES, &[case.0.into()])? {
        let mut row = row.of("moves", 2);
        let (layer, account) = (row.parse("layer")?, row.parse("account")?);
        sums.push(Posting { layer, account, amount: Pence(row.take("amount")?) });
    }
    Ok(Balances::of(sums))
}

/// The newest entry that matches a bank line of a case to its plan.
pub fn last_match(tx: &mut Tx<'_>, case: CaseId, bank_line: BankLineId) -> Result<Option<Entry>, StoreError> {
    let rows = tx.query(LAST_MATCH, &[case.0.into(), bank_line.0.into()])?;
    Ok(each_of(tx, rows)?.pop())
}

/// The entry of a case that has this id.
pub fn entry(tx: &mut Tx<'_>, case: CaseId, id: EntryId) -> Result<Option<Entry>, StoreError> {
    let rows = tx.query(WITH_ID, &[case.0.into(), id.0.into()])?;
    Ok(each_of(tx, rows)?.pop())
}

/// The cases that have a ledger, and how many entries each has.
pub fn cases(tx: &mut Tx<'_>, after: Option<CaseId>, limit: u32) -> Result<Vec<(CaseId, u64)>, StoreError> {
    let Some(from) = next_id(after.map(|case| case.0)) else { return Ok(Vec::new()) };
    let read = |row: Row| {
        let mut row = row.of("ledgers", 1);
        Ok((CaseId(row.take("case_id")?), row.take("entries")?))
    };
    tx.query(CASES, &[from.into(), limit.into()])?.into_iter().map(read).collect()
}

fn head_alone(tx: &mut Tx<'_>, case: CaseId) -> Result<(u64, Hash), StoreError> {
    if let Some(known) = tx.heads().and_then(|heads| heads.ledgers.get(&case)) {
        return Ok(*known);
    }
    let (sql, params) = heads::ask_ledger(case);
    let row = tx.query_opt(sql, &params)?;
    let head = heads::read_ledger(tx.keys(), case, row)?;
    if let Some(heads) = tx.heads() {
        heads.ledgers.insert(case, head);
    }
    Ok(head)
}

fn head_and_key(tx: &mut Tx<'_>, entry: &Entry) -> Result<(u64, Hash, Option<u64>), StoreError> {
    let row = tx.query_opt(HEAD, &[entry.case.0.into(), (&entry.key).into()])?;
    let seq = match row.as_ref().and_then(|row| row.get("seq")) {
        Some(Value::Int(seq)) => Some(seq.unsigned_abs()),
        _ => None,
    };
    let (entries, head) = heads::read_ledger(tx.keys(), entry.case, row)?;
    Ok((entries, head, seq))
}

fn check_named(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), StoreError> {
    let Some(named) = entry.purpose.settles().or(entry.purpose.corrects()) else { return Ok(()) };
    let missing = || StoreError::NoSuchEntry { entry: named };
    let row = tx.query_opt(NAMED, &[entry.case.0.into(), named.0.into()])?.ok_or_else(missing)?;
    let mut row = row.of("entries", 1);
    row.take::<Uuid>("id")?;
    let (purpose, settled): (String, Option<Uuid>) = (row.take("purpose")?, row.take("settled_by")?);
    if entry.purpose.settles().is_some() {
        if purpose != "hold" {
            return Err(missing());
        }
        if settled.is_some() {
            return Err(StoreError::HoldSettled { hold: named });
        }
    }
    Ok(())
}

fn each_of(tx: &mut Tx<'_>, rows: Vec<Row>) -> Result<Vec<Entry>, StoreError> {
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let mut row = row.of("entries", 2);
        let (case, seq) = (CaseId(row.take("case_id")?), row.take("seq")?);
        found.extend(between(tx, case, seq, seq)?);
    }
    Ok(found)
}

fn between(tx: &mut Tx<'_>, case: CaseId, from: u64, to: u64) -> Result<Vec<Entry>, StoreError> {
    let stored = stored_between(tx, case, from, to)?;
    stored.into_iter().map(|one| one.map(|stored| stored.entry).map_err(|(_, error)| error)).collect()
}

/// An entry with its place in the ledger of its case, its rows and its hash.
pub(crate) struct StoredEntry {
    pub seq: u64,
    pub entry: Entry,
    pub moves: Vec<Move>,
    pub hash: Hash,
}

/// All entries of a case, and the places of those that cannot be read.
pub(crate) fn everything(tx: &mut Tx<'_>, case: CaseId) -> Result<(Vec<StoredEntry>, Vec<u64>), StoreError> {
    let (mut entries, mut unreadable) = (Vec::new(), Vec::new());
    for one in stored_between(tx, case, 1, i64::MAX.unsigned_abs())? {
        match one {
            Ok(entry) => entries.push(entry),
            Err((seq, _)) => unreadable.push(seq),
        }
    }
    Ok((entries, unreadable))
}

/// What entries add up to.
pub(crate) fn sums_of(entries: &[StoredEntry]) -> Sums {
    let mut sums = Sums::default();
    for StoredEntry { entry, moves, .. } in entries {
        moves.iter().for_each(|m| sums.add(entry.happened, m.layer, (m.from, m.to), m.amount));
    }
    sums
}

/// Makes the sums of a case again from its ledger. Whether they were others.
pub fn remake_sums(tx: &mut Tx<'_>, case: CaseId) -> Result<bool, StoreError> {
    let (entries, _) = everything(tx, case)?;
    let sums = sums_of(&entries);
    if sums.are_kept(tx, case)? {
        return Ok(false);
    }
    sums.put(tx, case)?;
    Ok(true)
}

type Unreadable = (u64, StoreError);

fn stored_between(
    tx: &mut Tx<'_>,
    case: CaseId,
    from: u64,
    to: u64,
) -> Result<Vec<Result<StoredEntry, Unreadable>>, StoreError> {
    let range = [case.0.into(), from.into(), to.into()];
    let mut moves: BTreeMap<u64, Vec<Row>> = BTreeMap::new();
    for row in tx.query(MOVES, &range)? {
        let seq = match row.get("seq") {
            Some(Value::Int(seq)) => seq.unsigned_abs(),
            _ => return Err(StoreError::corrupt("moves", "seq", case)),
        };
        moves.entry(seq).or_default().push(row);
    }
    let entries = tx.query(ENTRIES, &range)?;
    Ok((from..)
        .zip(entries)
        .map(|(nearly, row)| {
            let seq = if let Some(Value::Int(seq)) = row.get("seq") { seq.unsigned_abs() } else { nearly };
            read_entry(row, moves.remove(&seq).unwrap_or_default()).map_err(|error| (seq, error))
        })
        .collect())
}

fn read_entry(row: Row, moves: Vec<Row>) -> Result<StoredEntry, StoreError> {
    let mut row = row.of("entries", 2);
    let (seq, heading) = read_heading(&mut row)?;
    let hash = row.take("hash")?;
    let moves = moves.into_iter().map(read_move).collect::<Result<Vec<_>, _>>()?;
    let mut postings = BTreeMap::new();
    for one in &moves {
        one.put_into(&mut postings);
    }
    let entry = Entry::new(heading, postings.into_values().collect()).map_err(|_| row.corrupt("moves"))?;
    Ok(StoredEntry { seq, entry, moves, hash })
}

fn read_heading(row: &mut Columns) -> Result<(u64, Heading), StoreError> {
    let (case, seq, id) = (CaseId(row.take("case_id")?), row.take("seq")?, EntryId(row.take("id")?));
    let word: String = row.take("purpose")?;
    let settles = row.take::<Option<Uuid>>("settles")?.map(EntryId);
    let corrects = row.take::<Option<Uuid>>("corrects")?.map(EntryId);
    let (expires, reason) = (row.take("expires")?, row.take::<Option<String>>("reason")?);
    let purpose = match (word.as_str(), settles, corrects, reason) {
        ("plain", None, None, None) => Purpose::Plain,
        ("hold", None, None, None) => Purpose::Hold { expires },
        ("post", Some(hold), None, None) => Purpose::Post { hold },
        ("release", Some(hold), None, None) => Purpose::Release { hold },
        ("expire", Some(hold), None, None) => Purpose::Expire { hold },
        ("correct", None, Some(entry), Some(reason)) => Purpose::Correct { entry, reason },
        _ => return Err(row.corrupt("purpose")),
    };
    let cause = row.parse("cause")?;
    let about = row.take("about")?;
    let by = row.take::<Option<Uuid>>("account_id")?.map(AccountId);
    let (happened, recorded, key) = (row.take("happened")?, row.take("recorded")?, row.take("key")?);
    Ok((seq, Heading { id, case, purpose, cause, about, by, happened, recorded, key }))
}

fn read_move(row: Row) -> Result<Move, StoreError> {
    let mut row = row.of("moves", 3);
    row.take::<Uuid>("case_id")?;
    row.take::<u64>("seq")?;
    row.take::<i64>("no")?;
    let (layer, from, to) = (row.parse("layer")?, row.parse("from_account")?, row.parse("to_account")?);
    let (amount, from_no, to_no) = (row.take("amount")?, row.take("from_no")?, row.take("to_no")?);
    Ok(Move { layer, from, to, amount, from_no, to_no })
}

fn row_of(entry: &Entry, seq: u64, hash: Hash) -> Vec<Value> {
    let (expires, reason) = match &entry.purpose {
        Purpose::Hold { expires } => (*expires, None),
        Purpose::Correct { reason, .. } => (None, Some(reason.as_str())),
        _ => (None, None),
    };
    vec![
        entry.case.0.into(),
        seq.into(),
        entry.id.0.into(),
        Value::Word(purpose_word(&entry.purpose)),
        entry.purpose.settles().map(|id| id.0).into(),
        entry.purpose.corrects().map(|id| id.0).into(),
        expires.into(),
        reason.into(),
        Value::Word(entry.cause.into_str()),
        entry.about.into(),
        entry.by.map(|id| id.0).into(),
        entry.happened.into(),
        entry.recorded.into(),
        (&entry.key).into(),
        hash.into(),
    ]
}

/// Everything but the id and the instant of recording.
fn same_content(a: &Entry, b: &Entry) -> bool {
    (a.case, &a.purpose, a.cause, a.about, a.by, a.happened, a.postings())
        == (b.case, &b.purpose, b.cause, b.about, b.by, b.happened, b.postings())
}

/// An amount out of one account and into another, and which postings of the
/// entry these two sides belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    layer: Layer,
    from: Account,
    to: Account,
    amount: i64,
    from_no: i64,
    to_no: i64,
}

impl Move {
    fn row(&self, case: CaseId, seq: u64, i: usize) -> Vec<Value> {
        let no = i64::try_from(i).map_or(i64::MAX, |i| i + 1);
        vec![
            case.0.into(),
            seq.into(),
            no.into(),
            Value::Word(self.layer.into_str()),
            self.from.to_string().into(),
            self.to.to_string().into(),
            self.amount.into(),
            self.from_no.into(),
            self.to_no.into(),
        ]
    }

    fn put_into(&self, postings: &mut BTreeMap<i64, Posting>) {
        for (no, account, amount) in
            [(self.from_no, self.from, -self.amount), (self.to_no, self.to, self.amount)]
        {
            let nothing = Posting { layer: self.layer, account, amount: Pence(0) };
            postings.entry(no).or_insert(nothing).amount += Pence(amount);
        }
    }
}

/// Pairs what goes out with what comes in, layer by layer and in order. Of
/// balanced postings nothing is left over.
pub(crate) fn moves_of(postings: &[Posting]) -> Vec<Move> {
    let mut moves = Vec::new();
    for layer in [Layer::Budget, Layer::Commitment, Layer::Actual] {
        let side = |out: bool| -> Vec<(i64, Account, i64)> {
            let of_side = |p: &Posting| p.layer == layer && (p.amount.0 < 0) == out;
            let numbered = (0..).zip(postings).filter(|(_, p)| of_side(p));
            numbered.map(|(no, p)| (no, p.account, p.amount.0.saturating_abs())).collect()
        };
        let (mut outs, mut ins) = (side(true), side(false));
        let (mut o, mut i) = (0, 0);
        while o < outs.len() && i < ins.len() {
            let amount = outs[o].2.min(ins[i].2);
            let ((from_no, from, _), (to_no, to, _)) = (outs[o], ins[i]);
            moves.push(Move { layer, from, to, amount, from_no, to_no });
            outs[o].2 -= amount;
            ins[i].2 -= amount;
            o += usize::from(outs[o].2 == 0);
            i += usize::from(ins[i].2 == 0);
        }
    }
    moves
}

/// The hash of an entry: over the hash before it and all of its rows.
pub(crate) fn entry_hash(before: Hash, seq: u64, entry: &Entry, moves: &[Move]) -> Hash {
    let mut chain = Chain::after(before)
        .bytes(entry.case.0.as_bytes())
        .number(i64::try_from(seq).unwrap_or(i64::MAX))
        .bytes(entry.id.0.as_bytes())
        .text(purpose_word(&entry.purpose))
        .maybe(entry.purpose.settles().map(|id| id.to_string()).as_deref())
        .maybe(entry.purpose.corrects().map(|id| id.to_string()).as_deref());
    chain = match &entry.purpose {
        Purpose::Hold { expires } => chain.maybe(expires.map(|date| date.to_string()).as_deref()),
        Purpose::Correct { reason, .. } => chain.maybe(Some(reason)),
        _ => chain.maybe(None),
    };
    chain = chain
        .text(entry.cause.into_str())
        .bytes(entry.about.as_bytes())
        .maybe(entry.by.map(|id| id.to_string()).as_deref())
        .text(&entry.happened.to_string())
        .number(entry.recorded.as_microsecond())
        .text(&entry.key);
    for one in moves {
        chain = chain
            .text(one.layer.into_str())
            .text(&one.from.to_string())
            .text(&one.to.to_string())
            .number(one.amount)
            .number(one.from_no)
            .number(one.to_no);
    }
    chain.done()
}

fn purpose_word(purpose: &Purpose) -> &'static str {
    match purpose {
        Purpose::Plain => "plain",
        Purpose::Hold { .. } => "hold",
        Purpose::Post { .. } => "post",
        Purpose::Release { .. } => "release",
        Purpose::Expire { .. } => "expire",
        Purpose::Correct { .. } => "correct",
    }
}
