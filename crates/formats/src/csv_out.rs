//! Tables for spreadsheets, in which no cell can be a formula.
//!
//! A spreadsheet runs a cell that starts with `=`, `+`, `-` or `@` as a
//! formula, so a payment described as `=HYPERLINK(…)` would run when finance
//! opens the export. Such text gets an apostrophe in front, which spreadsheets
//! take to mean “this is text”.

use domain::{Date, Pence};

/// One cell. Only text is guarded: an amount of −£5 has a right to its minus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Money(Pence),
    Date(Date),
    Number(i64),
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// The table as bytes: UTF-8 with a mark at its start, so that spreadsheets
/// read £ and é, and the line ends of RFC 4180.
#[must_use]
pub fn write(headings: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    writer.write_record(headings.iter().map(|h| guarded(h))).expect("a vector takes all that is written");
    for row in rows {
        writer.write_record(row.iter().map(text)).expect("a vector takes all that is written");
    }
    writer.into_inner().expect("a vector takes all that is written")
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => guarded(text),
        Cell::Money(pence) => pence.plain(),
        Cell::Date(date) => date.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Empty => String::new(),
    }
}

fn guarded(text: &str) -> String {
    if may_run(text) { format!("'{text}") } else { text.to_owned() }
}

/// Whether a spreadsheet could run this. Apostrophes and spaces in front are
/// looked past, so that guarding can be undone exactly.
fn may_run(text: &str) -> bool {
    let first = text.trim_start_matches(['\'', ' ', '\u{a0}', '\u{feff}']).chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text as it was before it was guarded.
    fn without_guard(cell: &str) -> &str {
        match cell.strip_prefix('\'') {
            Some(rest) if may_run(rest) => rest,
            _ => cell,
        }
    }
    use proptest::prelude::*;

    fn back(bytes: &[u8]) -> Vec<Vec<String>> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").expect("the mark");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        reader.records().map(|r| r.expect("a row").iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn formulas_are_text_and_amounts_are_not() {
        let rows = [vec![
            "=1+1".into(),
            Cell::Money(Pence(-500)),
            Cell::Date(Date::constant(2026, 3, 2)),
            Cell::Empty,
        ]];
        let bytes = write(&["Description", "Amount", "Date", "Receipt"], rows);
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            "\u{feff}Description,Amount,Date,Receipt\r\n'=1+1,-5.00,2026-03-02,\r\n"
        );
        for text in ["=a", "+a", "-a", "@a", "\ta", "\ra", " =a", "'=a", "＝a"] {
            assert!(guarded(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(guarded("Dee's wages = 5"), "Dee's wages = 5");
    }

    proptest! {
        #[test]
        fn what_goes_out_comes_back(rows in proptest::collection::vec(proptest::collection::vec("[-=+@'\t\r\n\", a-zé£]{0,12}", 2..5), 0..8)) {
            let cells = rows.iter().map(|row| row.iter().map(|t| t.as_str().into()).collect());
            let read = back(&write(&["a", "b"], cells));
            let plain: Vec<Vec<String>> =
                read[1..].iter().map(|row| row.iter().map(|c| without_guard(c).to_owned()).collect()).collect();
            prop_assert_eq!(plain, rows);
            let runs = |c: &String| c.starts_with(['=', '+', '-', '@', '\t', '\r']);
            prop_assert!(!read.iter().flatten().any(runs));
        }
    }
}
