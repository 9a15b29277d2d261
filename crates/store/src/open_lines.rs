//! Lines of bank statements that wait for somebody to say what they were:
//! payments that are not matched to the plan, and money that came in and
//! nobody has explained. A line stands here from when it is taken in until it
//! is settled, so that finding the next ones costs nothing more when a hundred
//! thousand are settled. It holds nothing that the record does not say.

use crate::bank_line::{BankLine, read_lines};
use crate::record::Bodies;
use crate::value::{Readable as _, Row, Value};
use crate::{StoreError, Stream, StreamKind, Tx};
use domain::{BankLineId, CaseId, HoldingId};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

const BEGIN: &str = "INSERT INTO open_lines (line_id, case_id, holding_id, came_in, date, line_no)
    VALUES ($1, $2, $3, $4, $5, $6)";
const SETTLE: &str = "DELETE FROM open_lines WHERE case_id = $1 AND line_id = $2";
const REOPEN: &str = "INSERT INTO open_lines (line_id, case_id, holding_id, came_in, date, line_no)
    SELECT id, case_id, holding_id, CASE WHEN amount > 0 THEN 1 ELSE 0 END, date, line_no FROM bank_lines
    WHERE case_id = $1 AND id = $2 ON CONFLICT (line_id) DO NOTHING";
const NEXT: &str = "SELECT b.id, b.statement_id, b.case_id, b.holding_id, b.line_no, b.date, b.amount,
    b.description, b.reference, b.dedupe_key FROM (
        SELECT line_id, date, line_no FROM open_lines WHERE holding_id = $1 AND came_in = $2
        AND (date, line_no, line_id) > ($3, $4, $5) ORDER BY date, line_no, line_id LIMIT $6) o
    JOIN bank_lines b ON b.id = o.line_id ORDER BY o.date, o.line_no, o.line_id";
const COUNT: &str = "SELECT COUNT(*) FROM (
    SELECT 1 AS one FROM open_lines WHERE holding_id = $1 AND came_in = $2 LIMIT $3) counted";
const ARE_OPEN: &str = "SELECT line_id FROM open_lines
    WHERE line_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const REMOVE_ALL: &str = "DELETE FROM open_lines";
const KEPT: &str = "SELECT line_id, case_id, holding_id, came_in, date, line_no FROM open_lines";
// What waits by the ledger: it was not matched, and not explained.
const BY_THE_LEDGER: &str = "SELECT b.id AS line_id, b.case_id, b.holding_id,
    CASE WHEN b.amount > 0 THEN 1 ELSE 0 END AS came_in, b.date, b.line_no FROM bank_lines b
    WHERE (b.amount < 0 AND NOT EXISTS (SELECT 1 FROM entries e
            WHERE e.case_id = b.case_id AND e.about = b.id AND e.cause = 'bank-line-matched'
            AND NOT EXISTS (SELECT 1 FROM entries c WHERE c.case_id = e.case_id AND c.corrects = e.id)))
        OR (b.amount > 0
            AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.case_id = b.case_id AND e.id = b.id))";
// Which lines are payments of ours stands on the record alone.
const ARRIVED: &str = "SELECT stream_id, seq, type, body FROM events
    WHERE stream_kind = 'case' AND type = 'arrangement.payment-arrived' ORDER BY stream_id, seq";

#[cfg(test)]
pub(crate) const ALL: &[&str] =
    &[BEGIN, SETTLE, REOPEN, NEXT, COUNT, ARE_OPEN, REMOVE_ALL, KEPT, BY_THE_LEDGER, ARRIVED];

/// How many lines of a long statement are written at once.
const AT_ONCE: usize = 256;

/// Which lines are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Payments that went out and are not matched to the plan.
    WentOut,
    /// Money that came in and nobody has explained.
    CameIn,
}

impl From<Which> for Value {
    fn from(which: Which) -> Self {
        (which == Which::CameIn).into()
    }
}

/// Lines that were just taken in wait from now on.
pub(crate) fn begin(tx: &mut Tx<'_>, lines: &[&BankLine]) -> Result<(), StoreError> {
    let row = |line: &&BankLine| {
        let came_in = line.amount.0 > 0;
        let (id, case, holding) = (line.id.0.into(), line.case.0.into(), line.holding.0.into());
        (BEGIN, vec![id, case, holding, came_in.into(), line.date.into(), line.line_no.into()])
    };
    for some in lines.chunks(AT_ONCE) {
        tx.write_rows(some.iter().map(row).collect(), || "the lines that wait".to_owned())?;
    }
    Ok(())
}

/// Somebody said what a line was: it waits no longer.
pub fn settle(tx: &mut Tx<'_>, case: CaseId, line: BankLineId) -> Result<(), StoreError> {
    tx.execute(SETTLE, &[case.0.into(), line.0.into()]).map(drop)
}

/// What was said of a line was taken back: it waits again.
pub fn reopen(tx: &mut Tx<'_>, case: CaseId, line: BankLineId) -> Result<(), StoreError> {
    tx.execute(REOPEN, &[case.0.into(), line.0.into()]).map(drop)
}

/// The oldest lines of a holding that wait, `limit` at most: after a line of it,
/// whether or not that one still waits, or from the first.
pub fn next(
    tx: &mut Tx<'_>,
    holding: HoldingId,
    which: Which,
    after: Option<&BankLine>,
    limit: u32,
) -> Result<Vec<BankLine>, StoreError> {
    let (date, line_no, id): (Value, Value, Value) = match after {
        Some(line) => (line.date.into(), line.line_no.into(), line.id.0.into()),
        None => ("".into(), (-1_i64).into(), uuid::Uuid::nil().into()),
    };
    let rows = tx.query(NEXT, &[holding.0.into(), which.into(), date, line_no, id, limit.into()])?;
    read_lines(tx, rows)
}

/// How many lines of a holding wait; counted no further than `most`.
pub fn count(tx: &mut Tx<'_>, holding: HoldingId, which: Which, most: u32) -> Result<u64, StoreError> {
    let row = tx.query_opt(COUNT, &[holding.0.into(), which.into(), most.into()])?;
    row.map_or(Ok(0), |row| row.number()).map(i64::unsigned_abs)
}

/// Those of these lines that wait.
pub fn of(tx: &mut Tx<'_>, lines: &[BankLineId]) -> Result<Vec<BankLineId>, StoreError> {
    let mut open = Vec::new();
    for ten in lines.chunks(10) {
        let place = |i: usize| ten.get(i).or(ten.last()).map(|id| id.0).into();
        let params: [Value; 10] = std::array::from_fn(place);
        let read = |row: Row| row.of("open_lines", 1).take("line_id").map(BankLineId);
        open.extend(tx.query(ARE_OPEN, &params)?.into_iter().map(read).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(open)
}

/// The cases of which a line waits here and not by the record, or the other
/// way round (100 at most).
pub fn differences(tx: &mut Tx<'_>) -> Result<Vec<CaseId>, StoreError> {
    let record = by_the_record(tx)?;
    let kept = rows(tx, KEPT)?;
    let is_other = |line: &&Line| !record.destroyed.contains(&line.case);
    let differ: BTreeSet<Uuid> =
        record.lines.symmetric_difference(&kept).filter(is_other).map(|line| line.case).collect();
    Ok(differ.into_iter().take(100).map(CaseId).collect())
}

/// Makes all of them again from the record and the ledger.
pub fn remake(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let record = by_the_record(tx)?;
    tx.execute(REMOVE_ALL, &[])?;
    let rows: Vec<_> = record.lines.into_iter().map(|line| (BEGIN, line.values())).collect();
    for some in rows.chunks(AT_ONCE) {
        tx.execute_all(some)?;
    }
    Ok(())
}

/// A line that waits, as it stands here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    id: Uuid,
    case: Uuid,
    holding: Uuid,
    came_in: bool,
    date: String,
    line_no: u32,
}

impl Line {
    fn read(row: Row) -> Result<Self, StoreError> {
        let mut row = row.of("open_lines", 1);
        Ok(Self {
            id: row.take("line_id")?,
            case: row.take("case_id")?,
            holding: row.take("holding_id")?,
            came_in: row.take("came_in")?,
            date: row.take("date")?,
            line_no: row.take("line_no")?,
        })
    }

    fn values(self) -> Vec<Value> {
        let Self { id, case, holding, came_in, date, line_no } = self;
        vec![id.into(), case.into(), holding.into(), came_in.into(), date.into(), line_no.into()]
    }
}

fn rows(tx: &mut Tx<'_>, sql: &'static str) -> Result<BTreeSet<Line>, StoreError> {
    tx.query(sql, &[])?.into_iter().map(Line::read).collect()
}

/// What waits by the record and the ledger.
struct ByTheRecord {
    lines: BTreeSet<Line>,
    /// Cases of which the record can be read by nobody. Of them nothing waits.
    destroyed: BTreeSet<Uuid>,
}

fn by_the_record(tx: &mut Tx<'_>) -> Result<ByTheRecord, StoreError> {
    let (mut arrived, mut destroyed) = (HashSet::new(), BTreeSet::new());
    let mut of_case: BTreeMap<Uuid, Vec<Row>> = BTreeMap::new();
    for row in tx.query(ARRIVED, &[])? {
        let case = row.get("stream_id").cloned().and_then(Uuid::read).unwrap_or_default();
        of_case.entry(case).or_default().push(row);
    }
    for (case, rows) in of_case {
        let stream = Stream { kind: StreamKind::Case, id: case };
        match Bodies::of(tx, stream) {
            Ok(bodies) => {
                for row in rows {
                    arrived.insert(bank_line(row, &bodies)?);
                }
            }
            Err(StoreError::KeyGone { .. }) => {
                destroyed.insert(case);
            }
            Err(other) => return Err(other),
        }
    }
    let mut lines = rows(tx, BY_THE_LEDGER)?;
    let is_settled = |line: &Line| line.came_in && arrived.contains(&line.id);
    lines.retain(|line| !is_settled(line) && !destroyed.contains(&line.case));
    Ok(ByTheRecord { lines, destroyed })
}

/// Which line a payment of ours is.
fn bank_line(row: Row, bodies: &Bodies) -> Result<Uuid, StoreError> {
    let mut row = row.of("events", 2);
    row.take::<Uuid>("stream_id")?;
    let (seq, word): (u64, String) = (row.take("seq")?, row.take("type")?);
    let body = bodies.open(seq, &word, row.take("body")?)?;
    let read = serde_json::from_str::<serde_json::Value>(&body).ok();
    let id = read.as_ref().and_then(|body| body.pointer("/data/bank_line")?.as_str()?.parse().ok());
    id.ok_or_else(|| row.corrupt("body"))
}
