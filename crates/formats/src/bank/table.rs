//! CSV statements.

use super::amount::{self, Decimals};
use super::balance::{self, Ending, Row};
use super::columns::{self, Columns, Money};
use super::{
    AGAIN, AccountHint, DOWNLOAD, Format, LeftOut, Line, MOST_LINES, Note, Statement, Unreadable, date,
    shortened, tidy, too_many_lines,
};
use csv::StringRecord;
use domain::Pence;

/// How many rows may stand above the headings.
const PREAMBLE: usize = 30;

/// Reads a table with commas, semicolons, tabs or bars between its columns.
pub(super) fn read(text: &str) -> Result<Statement, Unreadable> {
    let (delimiter, columns, start) = layout(text)?;
    let mut reading = Reading::new(columns);
    let mut rows = Rows::new(text, delimiter);
    while let Some(line_no) = rows.next()? {
        if rows.count < start {
            reading.above_the_headings(&rows.record);
        } else {
            reading.take(line_no, &rows.record)?;
        }
        if reading.rows.len() + reading.left_out.len() > MOST_LINES {
            return Err(too_many_lines(line_no));
        }
    }
    rows.refuse_if_cut_off()?;
    reading.finish(rows.unended)
}

/// The separator, the columns, and the number of the first row of lines.
fn layout(text: &str) -> Result<(u8, Columns, usize), Unreadable> {
    for delimiter in *b",;\t|" {
        let mut rows = Rows::new(text, delimiter);
        while rows.next()?.is_some() {
            if let Some(columns) = columns::from_headings(&rows.record) {
                return Ok((delimiter, columns, rows.count + 1));
            }
            if rows.count >= PREAMBLE {
                break;
            }
        }
    }
    for delimiter in *b",;\t" {
        let mut rows = Rows::new(text, delimiter);
        if rows.next()?.is_some()
            && let Some(columns) = columns::without_headings(&rows.record)
        {
            return Ok((delimiter, columns, 1));
        }
    }
    let what = "We could not find the headings of a bank statement: a date, a description, and an amount or \
        money in and money out, in pounds";
    Err(Unreadable::new(None, what, DOWNLOAD))
}

/// The rows of the table that are not blank, with the line each starts on.
struct Rows<'t> {
    text: &'t str,
    reader: csv::Reader<&'t [u8]>,
    record: StringRecord,
    delimiter: u8,
    counted_to: usize,
    line_no: u32,
    /// How many rows have been given; the first is 1.
    count: usize,
    /// The last row ends without a line end.
    unended: bool,
}

impl<'t> Rows<'t> {
    fn new(text: &'t str, delimiter: u8) -> Self {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let unended = !text.ends_with(['\n', '\r']);
        Self {
            text,
            reader,
            record: StringRecord::new(),
            delimiter,
            counted_to: 0,
            line_no: 1,
            count: 0,
            unended,
        }
    }

    /// Reads the next row into `record` and says which line it starts on.
    fn next(&mut self) -> Result<Option<u32>, Unreadable> {
        loop {
            let more = self.reader.read_record(&mut self.record).map_err(|_| {
                Unreadable::new(Some(self.line_no), "This line could not be read as a row of a table", AGAIN)
            })?;
            if !more {
                return Ok(None);
            }
            let line_no = self.starts_at();
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                self.count += 1;
                return Ok(Some(line_no));
            }
        }
    }

    /// The line that the record starts on; the reader's own count is of where
    /// it looked from, which may be blank lines before.
    fn starts_at(&mut self) -> u32 {
        let from = self.record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX));
        let bytes = self.text.as_bytes();
        let blank = |b: &&u8| matches!(b, b'\n' | b'\r');
        let start = from + bytes.get(from..).map_or(0, |rest| rest.iter().take_while(blank).count());
        let passed = bytes.get(self.counted_to..start).unwrap_or_default();
        let lines = passed.iter().filter(|b| **b == b'\n').count();
        self.line_no = self.line_no.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.counted_to = self.counted_to.max(start);
        self.line_no
    }

    /// A quotation mark that is opened and never closed means that the rest of
    /// the file is missing, or has been taken for one cell.
    fn refuse_if_cut_off(&self) -> Result<(), Unreadable> {
        #[derive(PartialEq)]
        enum At {
            Start,
            Quoted,
            Quote,
            Bare,
        }
        let last = self.text.get(self.counted_to..).unwrap_or_default();
        let ends = |b: u8| b == self.delimiter || b == b'\n' || b == b'\r';
        let at = last.bytes().fold(At::Start, |at, b| match (at, b) {
            (At::Start | At::Quote, b'"') => At::Quoted,
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) => At::Quoted,
            (_, b) if ends(b) => At::Start,
            _ => At::Bare,
        });
        if at != At::Quoted {
            return Ok(());
        }
        let what = "A quotation mark is opened on this line and never closed, so the file may be cut off";
        Err(Unreadable::new(Some(self.line_no), what, AGAIN))
    }
}

/// A line whose sign is not settled until the whole file has been seen.
#[derive(Clone, Copy)]
enum Moved {
    Signed(Pence),
    In(Pence),
    Out(Pence),
    /// A line that says a balance and no amount.
    Nothing,
}

/// What has been read so far.
struct Reading {
    columns: Columns,
    /// The last row above the lines.
    headings: Option<StringRecord>,
    rows: Vec<(Row, Moved)>,
    left_out: Vec<LeftOut>,
    /// The first line that should have been a payment and could not be read.
    unread: Option<Unreadable>,
    unread_lines: usize,
    account: AccountHint,
    account_cells: Option<(String, String)>,
    /// The last row given, for a file that is cut off in the middle of it.
    last: Option<LastRow>,
}

/// What shows whether the last row of a file is whole.
struct LastRow {
    line_no: u32,
    width: usize,
    read: bool,
    ending: Ending,
}

impl Reading {
    fn new(columns: Columns) -> Self {
        Self {
            columns,
            headings: None,
            rows: Vec::new(),
            left_out: Vec::new(),
            unread: None,
            unread_lines: 0,
            account: AccountHint::default(),
            account_cells: None,
            last: None,
        }
    }

    /// Some banks write whose account it is above the headings.
    fn above_the_headings(&mut self, record: &StringRecord) {
        self.headings = Some(record.clone());
        let label = record.get(0).unwrap_or_default().to_lowercase();
        let value = record.get(1).unwrap_or_default();
        if label.contains("account") && !label.contains("balance") {
            let hint = hint(value);
            self.account.number_last4 = self.account.number_last4.take().or(hint.number_last4);
            self.account.sort_code = self.account.sort_code.take().or(hint.sort_code);
        }
    }

    fn take(&mut self, line_no: u32, record: &StringRecord) -> Result<(), Unreadable> {
        let mut last =
            LastRow { line_no, width: record.len(), read: true, ending: ending(record, &self.columns) };
        if self.headings.as_ref() == Some(record) {
            self.leave_out(line_no, record, "the headings again".to_owned());
        } else if let Some(why) = not_posted(record, &self.columns) {
            self.leave_out(line_no, record, why.to_owned());
        } else {
            self.same_account(line_no, record)?;
            match row(line_no, record, &self.columns) {
                Ok(row) => self.rows.push(row),
                Err(why) => {
                    last.read = false;
                    self.unread_lines += 1;
                    self.unread.get_or_insert_with(|| Unreadable::new(Some(line_no), sentence(&why), AGAIN));
                    self.leave_out(line_no, record, why);
                }
            }
        }
        self.last = Some(last);
        Ok(())
    }

    fn leave_out(&mut self, line_no: u32, record: &StringRecord, why: String) {
        let text = shortened(&record.iter().collect::<Vec<_>>().join(", "));
        self.left_out.push(LeftOut { line_no, text, why });
    }

    fn same_account(&mut self, line_no: u32, record: &StringRecord) -> Result<(), Unreadable> {
        let cell = |i: Option<usize>| i.and_then(|i| record.get(i)).unwrap_or_default();
        let (sort_code, number) = (cell(self.columns.sort_code), cell(self.columns.account));
        match &self.account_cells {
            None => {
                let (of_number, of_sort_code) = (hint(number), hint(sort_code));
                self.account.sort_code =
                    self.account.sort_code.take().or(of_sort_code.sort_code).or(of_number.sort_code);
                self.account.number_last4 = self.account.number_last4.take().or(of_number.number_last4);
                self.account_cells = Some((sort_code.to_owned(), number.to_owned()));
                Ok(())
            }
            Some((s, n)) if s == sort_code && n == number => Ok(()),
            Some(_) => Err(Unreadable::new(
                Some(line_no),
                "The file holds payments of more than one account",
                "Download one account at a time from your bank",
            )),
        }
    }

    fn finish(mut self, unended: bool) -> Result<Statement, Unreadable> {
        self.refuse_if_cut_off(unended)?;
        if let Some(unread) = self.unread.take_if(|_| self.unread_lines > self.rows.len()) {
            return Err(unread);
        }
        if self.rows.is_empty() {
            let what = if self.left_out.is_empty() {
                "The file has headings and no payments under them"
            } else {
                "The file has no payments that have gone through"
            };
            return Err(Unreadable::new(
                None,
                what,
                "Check the dates you chose at your bank, and download again",
            ));
        }
        let may_turn = matches!(self.columns.money, Money::One(_));
        let rows = settle(std::mem::take(&mut self.rows));
        let checked = match (balance::check(rows, may_turn), self.unread.take()) {
            (Ok(checked), _) => checked,
            (Err(_), Some(unread)) => return Err(unread),
            (Err(broken), None) => return Err(broken),
        };
        Ok(self.statement(checked))
    }

    /// Refuses a file that stops in the middle of its last row.
    fn refuse_if_cut_off(&self, unended: bool) -> Result<(), Unreadable> {
        let Some(last) = self.last.as_ref().filter(|_| unended) else { return Ok(()) };
        let mut others = self.rows.iter().filter(|(row, _)| row.line.line_no != last.line_no).peekable();
        // One line by itself has no others to compare with.
        let odd = match last.ending {
            Ending::Pence => false,
            Ending::Empty => others.peek().is_some() && others.all(|(row, _)| row.ending != Ending::Empty),
            Ending::WholePounds => others.all(|(row, _)| row.ending != Ending::WholePounds),
        };
        if last.read && last.width >= self.columns.width && !odd {
            return Ok(());
        }
        let what = "The file stops in the middle of this line, so it may be cut off";
        Err(Unreadable::new(Some(last.line_no), what, AGAIN))
    }

    fn statement(mut self, checked: balance::Checked) -> Statement {
        let mut notes = Vec::new();
        if checked.turned {
            let what = "Your bank writes money going out without a minus sign. We turned the signs round, and \
                then the balances add up";
            notes.push(Note { line_no: None, what: what.to_owned() });
        }
        let mut lines = Vec::with_capacity(checked.rows.len());
        for row in checked.rows {
            if row.line.amount.is_zero() {
                let (line_no, text) = (row.line.line_no, shortened(&row.line.description));
                self.left_out.push(LeftOut { line_no, text, why: "no money moved".to_owned() });
            } else {
                lines.push(row.line);
            }
        }
        self.left_out.sort_by_key(|l| l.line_no);
        Statement {
            format: Format::Csv(self.columns.layout),
            account: Some(self.account).filter(|a| *a != AccountHint::default()),
            currency: "GBP".to_owned(),
            from: lines.iter().map(|l| l.date).min(),
            to: lines.iter().map(|l| l.date).max(),
            opening: checked.opening,
            closing: checked.closing,
            balance: checked.balance,
            lines,
            left_out: self.left_out,
            notes,
        }
    }
}

/// Gives every line its sign. Some banks write a minus in the money-out column
/// and most do not; if any amount there has none, a minus means money back.
fn settle(rows: Vec<(Row, Moved)>) -> Vec<Row> {
    let plain = rows.iter().any(|(_, moved)| matches!(moved, Moved::Out(p) if p.0 > 0));
    let amount = |moved| match moved {
        Moved::Signed(p) | Moved::In(p) => p,
        Moved::Out(p) if plain => -p,
        Moved::Out(p) => p,
        Moved::Nothing => Pence::ZERO,
    };
    rows.into_iter()
        .map(|(mut row, moved)| {
            row.line.amount = amount(moved);
            row
        })
        .collect()
}

/// Why a line is not a payment that went through, if the file says so.
fn not_posted(record: &StringRecord, columns: &Columns) -> Option<&'static str> {
    let status = record.get(columns.status?)?.trim().to_lowercase();
    match status.as_str() {
        "pending" | "authorised" | "processing" => {
            Some("it has not gone through yet; it will be in a later file")
        }
        "declined" | "reverted" | "cancelled" | "failed" | "rejected" => Some("it did not go through"),
        _ => None,
    }
}

/// One row as a line, or why not, in words that follow “line 7: ”.
fn row(line_no: u32, record: &StringRecord, columns: &Columns) -> Result<(Row, Moved), String> {
    let cell = |i: usize| record.get(i).unwrap_or_default().trim();
    if record.len() <= columns.last_needed() {
        return Err(format!("it has {} columns where there should be {}", record.len(), columns.width));
    }
    if (columns.width..record.len()).any(|i| !cell(i).is_empty()) {
        return Err(format!(
            "it has {} columns where there should be {}; there may be a comma inside its description",
            record.len(),
            columns.width
        ));
    }
    let currency = columns.currency.map_or("", cell);
    if !currency.is_empty() && !matches!(currency.to_uppercase().as_str(), "GBP" | "£") {
        return Err(format!("it is in {} and not in pounds", shortened(currency)));
    }
    let day =
        date::parse(cell(columns.date)).map_err(|e| format!("“{}” {e}", shortened(cell(columns.date))))?;
    let moved = moved(record, columns)?;
    let balance_after = columns.balance.map(|i| money(cell(i))).transpose()?.flatten();
    // An apostrophe in front tells a spreadsheet that text follows.
    let text = |i: usize| tidy(cell(i).strip_prefix('\'').unwrap_or(cell(i)));
    let mut texts = columns.description.iter().map(|i| text(*i)).filter(|t| !t.is_empty());
    let description = texts.next().unwrap_or_default();
    let some = |i: Option<usize>| i.map(text).filter(|t| !t.is_empty());
    let line = Line {
        line_no,
        date: day.date,
        amount: Pence::ZERO,
        reference: some(columns.reference).filter(|r| *r != description),
        description,
        balance_after,
        external_id: some(columns.id),
    };
    Ok((Row { line, month_first: day.month_first, ending: ending(record, columns) }, moved))
}

fn moved(record: &StringRecord, columns: &Columns) -> Result<Moved, String> {
    let cell = |i: usize| record.get(i).unwrap_or_default().trim();
    let fee = columns.fee.map(|i| money(cell(i))).transpose()?.flatten().unwrap_or_default();
    match columns.money {
        Money::One(i) => Ok(match money(cell(i))? {
            Some(amount) => Moved::Signed(amount - fee),
            None => Moved::Nothing,
        }),
        Money::InOut(paid_in, paid_out) => {
            let moved = |i| money(cell(i)).map(|m| m.filter(|p| !p.is_zero()));
            match (moved(paid_in)?, moved(paid_out)?) {
                (Some(_), Some(_)) => Err("it has both money in and money out".to_owned()),
                (Some(paid_in), None) => Ok(Moved::In(paid_in)),
                (None, Some(paid_out)) => Ok(Moved::Out(paid_out)),
                (None, None) => Ok(Moved::Nothing),
            }
        }
    }
}

/// An amount, or nothing for a cell that is empty or a dash.
fn money(cell: &str) -> Result<Option<Pence>, String> {
    if matches!(cell, "" | "-" | "–" | "—") {
        return Ok(None);
    }
    match amount::parse(cell, Decimals::Two) {
        Ok(amount) => Ok(Some(amount)),
        Err(why) => Err(format!("“{}” {why}", shortened(cell))),
    }
}

/// How a row ends, to see whether the last one is whole.
fn ending(record: &StringRecord, columns: &Columns) -> Ending {
    let (a, b) = match columns.money {
        Money::One(one) => (one, one),
        Money::InOut(paid_in, paid_out) => (paid_in, paid_out),
    };
    let mut cells = [a, b, columns.balance.unwrap_or(a)];
    cells.sort_unstable();
    let cell = |i: usize| record.get(i).unwrap_or_default().trim();
    if cell(cells[2]).is_empty() {
        return Ending::Empty;
    }
    if cell(cells[2]).contains('.') { Ending::Pence } else { Ending::WholePounds }
}

/// Sort code and the end of the account number, from a cell such as
/// `20-00-00 12345678`, `'600000-12345678` or `****4321`.
fn hint(cell: &str) -> AccountHint {
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    let sort_code = matches!(digits.len(), 6 | 14).then(|| digits[..6].to_owned());
    let has_number = digits.len() >= 4 && digits.len() != 6;
    AccountHint { sort_code, number_last4: has_number.then(|| digits[digits.len() - 4..].to_owned()) }
}

/// With a capital letter at its start.
fn sentence(why: &str) -> String {
    let mut chars = why.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
