//! One line of a bank statement, as its row says it.

use crate::StoreError;
use crate::value::{Row, Value};
use domain::{BankLineId, CaseId, Date, HoldingId, Pence, StatementId};

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

pub(crate) fn line_values(line: &BankLine) -> Vec<Value> {
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
