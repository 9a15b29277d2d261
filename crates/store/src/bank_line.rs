//! One line of a bank statement, as its row says it.

use crate::beside::Beside;
use crate::value::{Readable as _, Row, Value};
use crate::{StoreError, Tx};
use domain::{BankLineId, CaseId, Date, HoldingId, Pence, StatementId};
use uuid::Uuid;

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

pub(crate) const TABLE: &str = "bank_lines";

/// Lines as they were written, whichever cases they are of.
pub(crate) fn read_lines(tx: &mut Tx<'_>, rows: Vec<Row>) -> Result<Vec<BankLine>, StoreError> {
    let mut known: Option<(CaseId, Beside)> = None;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let case = case_of(&row)?;
        let beside = match known.take() {
            Some((of, beside)) if of == case => beside,
            _ => Beside::to_read(tx, case, TABLE)?,
        };
        lines.push(read_line(row, &beside)?);
        known = Some((case, beside));
    }
    Ok(lines)
}

fn case_of(row: &Row) -> Result<CaseId, StoreError> {
    let case = row.get("case_id").cloned().and_then(Uuid::read);
    let id = row.first().map(ToString::to_string).unwrap_or_default();
    case.map(CaseId).ok_or_else(|| StoreError::corrupt(TABLE, "case_id", id))
}

fn read_line(row: Row, beside: &Beside) -> Result<BankLine, StoreError> {
    let mut row = row.of(TABLE, 1);
    let (id, holding): (Uuid, Uuid) = (row.take("id")?, row.take("holding_id")?);
    Ok(BankLine {
        id: BankLineId(id),
        statement: StatementId(row.take("statement_id")?),
        case: CaseId(row.take("case_id")?),
        holding: HoldingId(holding),
        line_no: row.take("line_no")?,
        date: row.take("date")?,
        amount: Pence(row.take("amount")?),
        description: beside.open_text("description", id.as_bytes(), row.take("description")?)?,
        reference: beside.open_text("reference", id.as_bytes(), row.take("reference")?)?,
        dedupe_key: beside.open_text("dedupe_key", holding.as_bytes(), row.take("dedupe_key")?)?,
    })
}

/// What a line is known by, as it is stored.
pub(crate) fn stored_key(line: &BankLine, beside: &Beside) -> String {
    beside.close_same("dedupe_key", line.holding.0.as_bytes(), &line.dedupe_key)
}

pub(crate) fn line_values(line: &BankLine, beside: &Beside) -> Vec<Value> {
    let key = line.id.0.as_bytes();
    vec![
        line.id.0.into(),
        line.statement.0.into(),
        line.case.0.into(),
        line.holding.0.into(),
        line.line_no.into(),
        line.date.into(),
        line.amount.0.into(),
        beside.close_text("description", key, &line.description).into(),
        beside.close_text("reference", key, &line.reference).into(),
        stored_key(line, beside).into(),
    ]
}
