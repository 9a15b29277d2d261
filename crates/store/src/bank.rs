//! Bank statements that were taken in, and their lines. A line that came
//! before (in another statement that overlaps) is not taken in twice.

use crate::value::{Row, Value};
use crate::{StoreError, Tx, open_lines};
use domain::{AccountId, BankLineId, CaseId, Date, HoldingId, Pence, StatementId, Timestamp};
use std::collections::HashSet;
use uuid::Uuid;

/// One statement of one holding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub id: StatementId,
    pub case: CaseId,
    pub holding: HoldingId,
    pub file_sha256: [u8; 32],
    /// What the file was called.
    pub name: String,
    pub format: String,
    pub opening: Option<Pence>,
    pub closing: Option<Pence>,
    pub from: Date,
    pub to: Date,
    pub imported: Timestamp,
    pub by: Option<AccountId>,
}

/// One line of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankLine {
    pub id: BankLineId,
    pub statement: StatementId,
    pub case: CaseId,
    pub holding: HoldingId,
    /// Its place in the file, from 1.
    pub line_no: u32,
    pub date: Date,
    /// Money in is positive.
    pub amount: Pence,
    pub description: String,
    pub reference: String,
    /// The same for the same line of the same account, whatever file it is in.
    pub dedupe_key: String,
}

const SAME_FILE: &str = "SELECT id FROM statements WHERE holding_id = $1 AND file_sha256 = $2";
const INSERT: &str = "INSERT INTO statements (id, case_id, holding_id, file_sha256, name, format, opening,
    closing, from_date, to_date, imported, account_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const KNOWN: &str = "SELECT dedupe_key FROM bank_lines WHERE holding_id = $1 AND date >= $2 AND date <= $3";
const INSERT_LINE: &str = "INSERT INTO bank_lines (id, statement_id, case_id, holding_id, line_no, date,
    amount, description, reference, dedupe_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const LINES: &str = "SELECT id, statement_id, case_id, holding_id, line_no, date, amount, description,
    reference, dedupe_key FROM bank_lines WHERE holding_id = $1 ORDER BY date, line_no, id";
const LINE: &str = "SELECT id, statement_id, case_id, holding_id, line_no, date, amount, description,
    reference, dedupe_key FROM bank_lines WHERE id = $1";
const RECENT: &str = "SELECT id, statement_id, case_id, holding_id, line_no, date, amount, description,
    reference, dedupe_key FROM bank_lines WHERE holding_id = $1 AND (date, line_no, id) < ($2, $3, $4)
    ORDER BY date DESC, line_no DESC, id DESC LIMIT $5";
const SOME: &str = "SELECT id, statement_id, case_id, holding_id, line_no, date, amount, description,
    reference, dedupe_key FROM bank_lines WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const NEW_LINES: &str = "SELECT COUNT(*) FROM bank_lines WHERE statement_id = $1";
const ALIKE: &str = "SELECT COUNT(*) FROM bank_lines l WHERE l.statement_id = $1 AND EXISTS (
    SELECT 1 FROM bank_lines o WHERE o.holding_id = l.holding_id AND o.date = l.date AND o.amount = l.amount
    AND o.statement_id <> l.statement_id)";
const STATEMENT: &str = "SELECT id, case_id, holding_id, file_sha256, name, format, opening, closing,
    from_date, to_date, imported, account_id FROM statements WHERE id = $1";
const STATEMENTS: &str = "SELECT id, case_id, holding_id, file_sha256, name, format, opening, closing,
    from_date, to_date, imported, account_id FROM statements WHERE case_id = $1 ORDER BY imported, id";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    SAME_FILE,
    INSERT,
    KNOWN,
    INSERT_LINE,
    LINES,
    LINE,
    RECENT,
    SOME,
    NEW_LINES,
    ALIKE,
    STATEMENT,
    STATEMENTS,
];

/// How many lines of a long statement are written at once.
const AT_ONCE: usize = 256;

/// Takes in a statement, and gives those of its lines that are new. Lines that
/// had been taken in before are left alone; where all had, or the same file,
/// nothing is added.
pub fn insert_statement<'l>(
    tx: &mut Tx<'_>,
    statement: &Statement,
    lines: &'l [BankLine],
) -> Result<Vec<&'l BankLine>, StoreError> {
    let (holding, file) = (statement.holding.0, statement.file_sha256);
    if tx.query_opt(SAME_FILE, &[holding.into(), file.into()])?.is_some() {
        return Ok(vec![]);
    }
    let known = known_keys(tx, statement.holding, lines)?;
    let new: Vec<&BankLine> = lines.iter().filter(|line| !known.contains(&line.dedupe_key)).collect();
    if new.is_empty() {
        return Ok(new);
    }
    let clash = || format!("the statements of holding {}", statement.holding);
    tx.write_rows(vec![(INSERT, statement_values(statement))], clash)?;
    for some in new.chunks(AT_ONCE) {
        tx.write_rows(some.iter().map(|line| (INSERT_LINE, line_values(line))).collect(), clash)?;
    }
    open_lines::begin(tx, &new)?;
    Ok(new)
}

/// The lines of a holding, the oldest first: all of them, so never for a page.
pub fn lines(tx: &mut Tx<'_>, holding: HoldingId) -> Result<Vec<BankLine>, StoreError> {
    tx.query(LINES, &[holding.0.into()])?.into_iter().map(read_line).collect()
}

/// One line, by its id.
pub fn line(tx: &mut Tx<'_>, id: BankLineId) -> Result<Option<BankLine>, StoreError> {
    tx.query_opt(LINE, &[id.0.into()])?.map(read_line).transpose()
}

/// The newest lines of a holding before a place (none: the newest of all),
/// `limit` at most, the newest first.
pub fn lines_before(
    tx: &mut Tx<'_>,
    holding: HoldingId,
    before: Option<LinePlace>,
    limit: u32,
) -> Result<Vec<BankLine>, StoreError> {
    let (date, line_no, id) = match before {
        Some(place) => (place.date.into(), i64::from(place.line_no), place.id.0),
        None => ("9999-12-31".into(), i64::MAX, Uuid::max()),
    };
    let params = [holding.0.into(), date, line_no.into(), id.into(), limit.into()];
    tx.query(RECENT, &params)?.into_iter().map(read_line).collect()
}

/// Where a line stands among those of its holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinePlace {
    pub date: Date,
    pub line_no: u32,
    pub id: BankLineId,
}

impl BankLine {
    #[must_use]
    pub fn place(&self) -> LinePlace {
        LinePlace { date: self.date, line_no: self.line_no, id: self.id }
    }
}

/// Lines by their ids: those of them that there are, in no particular order.
pub fn some(tx: &mut Tx<'_>, ids: &[BankLineId]) -> Result<Vec<BankLine>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for ten in ids.chunks(10) {
        // The statement always has ten places: the last id fills those left over.
        let place = |i: usize| ten.get(i).or(ten.last()).map(|id| id.0).into();
        let params: [Value; 10] = std::array::from_fn(place);
        for row in tx.query(SOME, &params)? {
            found.push(read_line(row)?);
        }
    }
    Ok(found)
}

/// How many lines a statement brought that were new, and how many of them have
/// the day and the amount of a line of another statement of the same account.
pub fn new_and_alike(tx: &mut Tx<'_>, statement: StatementId) -> Result<(u64, u64), StoreError> {
    let mut count = |sql| -> Result<u64, StoreError> {
        let row = tx.query_opt(sql, &[statement.0.into()])?;
        row.map_or(Ok(0), |row| row.number()).map(i64::unsigned_abs)
    };
    Ok((count(NEW_LINES)?, count(ALIKE)?))
}

/// One statement, by its id.
pub fn statement(tx: &mut Tx<'_>, id: StatementId) -> Result<Option<Statement>, StoreError> {
    tx.query_opt(STATEMENT, &[id.0.into()])?.map(read_statement).transpose()
}

/// The statements of a case, the oldest first.
pub fn statements(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<Statement>, StoreError> {
    tx.query(STATEMENTS, &[case.0.into()])?.into_iter().map(read_statement).collect()
}

/// The keys of lines that are there already, of the days that `lines` span.
fn known_keys(
    tx: &mut Tx<'_>,
    holding: HoldingId,
    lines: &[BankLine],
) -> Result<HashSet<String>, StoreError> {
    let dates = || lines.iter().map(|line| line.date);
    let (Some(first), Some(last)) = (dates().min(), dates().max()) else { return Ok(HashSet::new()) };
    let rows = tx.query(KNOWN, &[holding.0.into(), first.into(), last.into()])?;
    rows.into_iter().map(|row| row.of("bank_lines", 1).take("dedupe_key")).collect()
}

fn line_values(line: &BankLine) -> Vec<Value> {
    vec![
        line.id.0.into(),
        line.statement.0.into(),
        line.case.0.into(),
        line.holding.0.into(),
        line.line_no.into(),
        line.date.into(),
        line.amount.0.into(),
        (&line.description).into(),
        (&line.reference).into(),
        (&line.dedupe_key).into(),
    ]
}

fn statement_values(statement: &Statement) -> Vec<Value> {
    vec![
        statement.id.0.into(),
        statement.case.0.into(),
        statement.holding.0.into(),
        statement.file_sha256.into(),
        (&statement.name).into(),
        (&statement.format).into(),
        statement.opening.map(|pence| pence.0).into(),
        statement.closing.map(|pence| pence.0).into(),
        statement.from.into(),
        statement.to.into(),
        statement.imported.into(),
        statement.by.map(|id| id.0).into(),
    ]
}

pub(crate) fn read_line(row: Row) -> Result<BankLine, StoreError> {
    let mut row = row.of("bank_lines", 1);
    Ok(BankLine {
        id: BankLineId(row.take("id")?),
        statement: StatementId(row.take("statement_id")?),
        case: CaseId(row.take("case_id")?),
        holding: HoldingId(row.take("holding_id")?),
        line_no: row.take("line_no")?,
        date: row.take("date")?,
        amount: Pence(row.take("amount")?),
        description: row.take("description")?,
        reference: row.take("reference")?,
        dedupe_key: row.take("dedupe_key")?,
    })
}

fn read_statement(row: Row) -> Result<Statement, StoreError> {
    let mut row = row.of("statements", 1);
    Ok(Statement {
        id: StatementId(row.take("id")?),
        case: CaseId(row.take("case_id")?),
        holding: HoldingId(row.take("holding_id")?),
        file_sha256: row.take("file_sha256")?,
        name: row.take("name")?,
        format: row.take("format")?,
        opening: row.take::<Option<i64>>("opening")?.map(Pence),
        closing: row.take::<Option<i64>>("closing")?.map(Pence),
        from: row.take("from_date")?,
        to: row.take("to_date")?,
        imported: row.take("imported")?,
        by: row.take::<Option<Uuid>>("account_id")?.map(AccountId),
    })
}
