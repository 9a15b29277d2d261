//! Bank statements that were taken in, and their lines. A line that came
//! before (in another statement that overlaps) is not taken in twice.

pub use crate::bank_line::{BankLine, LinePlace};
use crate::bank_line::{TABLE, line_values, read_lines, stored_key};
use crate::beside::Beside;
use crate::register::{self, Evidence, Owner};
use crate::stored::{self, Amount};
use crate::value::{Row, Value};
use crate::{StoreError, Tx, keyed, open_lines};
use domain::{AccountId, BankLineId, CaseId, Date, HoldingId, Pence, StatementId, Timestamp};
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

const STATEMENTS_TABLE: &str = "statements";
const SAME_FILE: &str = "SELECT id FROM statements WHERE holding_id = $1 AND file_sha256 = $2";
const INSERT: &str = "INSERT INTO statements (id, case_id, holding_id, file_sha256, name, format, opening,
    closing, from_date, to_date, imported, account_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const IS_KNOWN: &str = "SELECT id FROM bank_lines WHERE dedupe_key = $1 AND holding_id = $2";
const END: &str = "DELETE FROM begun_statements WHERE statement_id = $1";
const BEGUN: &str =
    "SELECT statement_id, case_id, lines FROM begun_statements WHERE case_id = $1 ORDER BY statement_id";
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
    IS_KNOWN,
    END,
    BEGUN,
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

/// The statement of a holding that came as this very file, if one did.
pub fn same_file(
    tx: &mut Tx<'_>,
    holding: HoldingId,
    file_sha256: [u8; 32],
) -> Result<Option<StatementId>, StoreError> {
    let row = tx.query_opt(SAME_FILE, &[holding.0.into(), file_sha256.into()])?;
    row.map(|row| row.of("statements", 1).take("id").map(StatementId)).transpose()
}

/// Of each line of one case, whether it was taken in before. What is known stays known:
/// lines are never removed.
pub fn are_known(tx: &mut Tx<'_>, lines: &[&BankLine]) -> Result<Vec<bool>, StoreError> {
    let mut known = Vec::with_capacity(lines.len());
    let Some(first) = lines.first() else { return Ok(known) };
    let Some(beside) = Beside::to_find(tx, first.case, TABLE)? else { return Ok(vec![false; lines.len()]) };
    for some in lines.chunks(AT_ONCE) {
        let ask =
            |line: &&BankLine| (IS_KNOWN, vec![stored_key(line, &beside).into(), line.holding.0.into()]);
        let questions: Vec<_> = some.iter().map(ask).collect();
        known.extend(tx.query_each(&questions)?.iter().map(Option::is_some));
    }
    Ok(known)
}

/// Notes a statement, whose lines come after.
pub fn insert_heading(tx: &mut Tx<'_>, statement: &Statement) -> Result<(), StoreError> {
    let clash = || format!("the statements of holding {}", statement.holding);
    let beside = Beside::to_write(tx, statement.case, STATEMENTS_TABLE)?;
    let row = statement_values(statement, &beside);
    let evidence = Evidence::of("statements", &row);
    tx.write_rows(vec![(INSERT, row)], clash)?;
    register::enter(tx, Owner::Case(statement.case), &[evidence])
}

/// Writes new lines of a statement, which wait from now on, and counts them as
/// added by an account at an instant.
pub fn insert_lines(
    tx: &mut Tx<'_>,
    lines: &[&BankLine],
    by: Option<AccountId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(first) = lines.first() else { return Ok(()) };
    let beside = Beside::to_write(tx, first.case, TABLE)?;
    for some in lines.chunks(AT_ONCE) {
        let clash = || format!("the lines of statement {}", first.statement);
        let rows: Vec<Vec<Value>> = some.iter().map(|line| line_values(line, &beside)).collect();
        let evidence: Vec<Evidence> = rows.iter().map(|row| Evidence::of("bank_lines", row)).collect();
        tx.write_rows(rows.into_iter().map(|row| (INSERT_LINE, row)).collect(), clash)?;
        register::enter(tx, Owner::Case(first.case), &evidence)?;
    }
    open_lines::begin(tx, lines)?;
    let more = Amount { bytes: 0, lines: u64::try_from(lines.len()).unwrap_or(u64::MAX) };
    stored::add(tx, first.case, by, at, more)
}

/// A statement of which not all payments are written down yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    pub statement: StatementId,
    /// How many payments are in its file.
    pub lines: u64,
}

/// Notes that a statement is being written down part by part.
pub fn begin(tx: &mut Tx<'_>, case: CaseId, begun: Begun) -> Result<(), StoreError> {
    let row = vec![begun.statement.0.into(), case.0.into(), begun.lines.into()];
    keyed::insert(tx, "begun_statements", row)
}

/// Notes that all of a statement is written down.
pub fn end(tx: &mut Tx<'_>, statement: StatementId) -> Result<(), StoreError> {
    let key = [statement.0.into()];
    keyed::remove(tx, "begun_statements", &key, (END, &key)).map(drop)
}

/// The statements of a case that are written down in part.
pub fn begun(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<Begun>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("begun_statements", 1);
        Ok(Begun { statement: StatementId(row.take("statement_id")?), lines: row.take("lines")? })
    };
    let rows = tx.query(BEGUN, &[case.0.into()])?;
    keyed::checked(tx, "begun_statements", rows)?.into_iter().map(read).collect()
}

/// Takes in a statement at once, and gives those of its lines that are new.
/// Lines that had been taken in before are left alone; where all had, or the
/// same file, nothing is added.
pub fn insert_statement<'l>(
    tx: &mut Tx<'_>,
    statement: &Statement,
    lines: &'l [BankLine],
) -> Result<Vec<&'l BankLine>, StoreError> {
    if same_file(tx, statement.holding, statement.file_sha256)?.is_some() {
        return Ok(vec![]);
    }
    let all: Vec<&BankLine> = lines.iter().collect();
    let known = are_known(tx, &all)?;
    let new: Vec<&BankLine> =
        all.into_iter().zip(known).filter(|(_, known)| !known).map(|(l, _)| l).collect();
    if !new.is_empty() {
        insert_heading(tx, statement)?;
        insert_lines(tx, &new, statement.by, statement.imported)?;
    }
    Ok(new)
}

/// The lines of a holding, the oldest first: all of them, so never for a page.
pub fn lines(tx: &mut Tx<'_>, holding: HoldingId) -> Result<Vec<BankLine>, StoreError> {
    let rows = tx.query(LINES, &[holding.0.into()])?;
    read_lines(tx, rows)
}

/// One line, by its id.
pub fn line(tx: &mut Tx<'_>, id: BankLineId) -> Result<Option<BankLine>, StoreError> {
    let rows = tx.query(LINE, &[id.0.into()])?;
    Ok(read_lines(tx, rows)?.pop())
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
    let rows = tx.query(RECENT, &params)?;
    read_lines(tx, rows)
}

/// Lines by their ids: those of them that there are, in no particular order.
pub fn some(tx: &mut Tx<'_>, ids: &[BankLineId]) -> Result<Vec<BankLine>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for ten in ids.chunks(10) {
        // The statement always has ten places: the last id fills those left over.
        let place = |i: usize| ten.get(i).or(ten.last()).map(|id| id.0).into();
        let params: [Value; 10] = std::array::from_fn(place);
        let rows = tx.query(SOME, &params)?;
        found.extend(read_lines(tx, rows)?);
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
    tx.query_opt(STATEMENT, &[id.0.into()])?.map(|row| read_statement(tx, row)).transpose()
}

/// The statements of a case, the oldest first.
pub fn statements(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<Statement>, StoreError> {
    tx.query(STATEMENTS, &[case.0.into()])?.into_iter().map(|row| read_statement(tx, row)).collect()
}

fn statement_values(statement: &Statement, beside: &Beside) -> Vec<Value> {
    vec![
        statement.id.0.into(),
        statement.case.0.into(),
        statement.holding.0.into(),
        statement.file_sha256.into(),
        beside.close_text("name", statement.id.0.as_bytes(), &statement.name).into(),
        (&statement.format).into(),
        statement.opening.map(|pence| pence.0).into(),
        statement.closing.map(|pence| pence.0).into(),
        statement.from.into(),
        statement.to.into(),
        statement.imported.into(),
        statement.by.map(|id| id.0).into(),
    ]
}

fn read_statement(tx: &mut Tx<'_>, row: Row) -> Result<Statement, StoreError> {
    let mut row = row.of(STATEMENTS_TABLE, 1);
    let (id, case): (Uuid, Uuid) = (row.take("id")?, row.take("case_id")?);
    let beside = Beside::to_read(tx, CaseId(case), STATEMENTS_TABLE)?;
    Ok(Statement {
        id: StatementId(id),
        case: CaseId(case),
        holding: HoldingId(row.take("holding_id")?),
        file_sha256: row.take("file_sha256")?,
        name: beside.open_text("name", id.as_bytes(), row.take("name")?)?,
        format: row.take("format")?,
        opening: row.take::<Option<i64>>("opening")?.map(Pence),
        closing: row.take::<Option<i64>>("closing")?.map(Pence),
        from: row.take("from_date")?,
        to: row.take("to_date")?,
        imported: row.take("imported")?,
        by: row.take::<Option<Uuid>>("account_id")?.map(AccountId),
    })
}
