//! Bank statements: what a bank lets people download, read and checked.
//!
//! [`read`] looks at what is in the file, never at its name. It takes OFX (the
//! older tagged text and the newer XML) and the CSV files of the common banks
//! of the United Kingdom. Where the file gives balances, every line is checked
//! against them, and a file that does not add up is refused: half a statement
//! is worse than none. What was in the file and is not in the answer is listed
//! in [`Statement::left_out`], with the reason in words.

mod amount;
mod balance;
mod columns;
mod date;
mod ofx;
mod same;
mod table;
mod text;

pub use same::{dedupe_keys, likeness_keys};

use domain::{Date, Pence};
use serde::Serialize;
use std::fmt;

/// The largest file that is read, in bytes: 5 MB. The longest statement that
/// is taken in has 250 bytes for each of its lines then, twice what banks write.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;

/// The most lines that one statement may have: fifty payments on each day of a
/// year. What is taken in stays for ever, so a file of more is a mistake.
pub const MOST_LINES: usize = 20_000;

/// The longest line of a table, in bytes. Banks write a few hundred.
pub const LONGEST_LINE: usize = 10_000;

/// What kind of file it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Format {
    /// A table; the name is that of the bank whose columns it has.
    Csv(&'static str),
    Ofx,
}

/// What the file says about whose account it is, enough to notice a statement
/// of the wrong account and no more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AccountHint {
    /// Six digits.
    pub sort_code: Option<String>,
    pub number_last4: Option<String>,
}

/// One movement of money. Money in is positive, money out negative, never nought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Where it starts in the file, counting from 1.
    pub line_no: u32,
    pub date: Date,
    pub amount: Pence,
    pub description: String,
    pub reference: Option<String>,
    pub balance_after: Option<Pence>,
    /// The bank's own name for this movement, if it gives one.
    pub external_id: Option<String>,
}

/// Something the person should know about how the file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    pub line_no: Option<u32>,
    pub what: String,
}

/// A line of the file that was not taken in, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    pub line_no: u32,
    /// What the line says, shortened.
    pub text: String,
    pub why: String,
}

/// Whether the balances in the file agree with its lines. A file in which they
/// do not agree is never a [`Statement`]: it is [`Unreadable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Balance {
    /// This many balances were worked out again from the lines and agree.
    Adds { checked: usize },
    /// The file gives nothing to check its lines against.
    NotGiven,
}

/// A statement that was read and, where it could be, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    pub format: Format,
    pub account: Option<AccountHint>,
    /// Always `GBP`: other currencies are refused.
    pub currency: String,
    /// The first day it covers: as the file says, or its earliest line.
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// What was in the account before the first line.
    pub opening: Option<Pence>,
    /// What was in the account after the last line.
    pub closing: Option<Pence>,
    pub balance: Balance,
    /// Oldest first, whichever way round the file was.
    pub lines: Vec<Line>,
    pub left_out: Vec<LeftOut>,
    pub notes: Vec<Note>,
}

/// Why a file was refused, in words for the person who sent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    /// The line of the file it is about, counting from 1.
    pub line: Option<u32>,
    pub what: String,
    pub what_to_do: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "Line {line}: {}. {}", self.what, self.what_to_do),
            None => write!(f, "{}. {}", self.what, self.what_to_do),
        }
    }
}

impl std::error::Error for Unreadable {}

const DOWNLOAD: &str = "Sign in to your bank on a computer, open the account, choose to download or export \
    its payments, and pick CSV or OFX. Then send us that file";
const AGAIN: &str = "Download the file from your bank again, and send it to us without opening it or \
    saving it in another program first";

const SHORTER: &str = "Download a shorter time from your bank, say three months";

impl Unreadable {
    fn new(line: Option<u32>, what: impl Into<String>, what_to_do: &str) -> Self {
        Self { line, what: what.into(), what_to_do: what_to_do.to_owned() }
    }
}

/// Reads a statement. `name` is what the person called the file; it is used in
/// messages only.
///
/// # Errors
/// [`Unreadable`] when it is not a statement, is cut off, is too large or too
/// long, holds more than one account or another currency than pounds, or when its balances
/// do not add up.
pub fn read(bytes: &[u8], name: &str) -> Result<Statement, Unreadable> {
    if bytes.len() > MOST_BYTES {
        let what = format!("{} is larger than 5 MB", text::called(name));
        return Err(Unreadable::new(None, what, SHORTER));
    }
    text::refuse_other_files(bytes, name)?;
    let (text, note) = text::decode(bytes, name)?;
    let mut statement = if ofx::looks_like(&text) {
        ofx::read(&text)?
    } else {
        text::refuse_other_texts(&text, name)?;
        text::refuse_endless_lines(&text)?;
        table::read(&text)?
    };
    statement.notes.splice(0..0, note);
    Ok(statement)
}

fn too_many_lines(line: u32) -> Unreadable {
    Unreadable::new(Some(line), "The file has more than 20,000 payments, and here is the next", SHORTER)
}

/// The first 80 characters, on one line.
fn shortened(text: &str) -> String {
    let mut short: String = tidy(text).chars().take(81).collect();
    if short.chars().count() > 80 {
        short.pop();
        short.push('…');
    }
    short
}

/// One space between words, nothing that cannot be seen or turns text about,
/// and no more than 500 characters.
fn tidy(text: &str) -> String {
    let hidden = |c: char| {
        (c.is_control() && !c.is_whitespace())
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut tidy = String::with_capacity(text.len().min(500));
    let mut length = 0;
    let mut space = false;
    for c in text.chars().filter(|c| !hidden(*c)) {
        if c.is_whitespace() {
            space = length > 0;
            continue;
        }
        if length + usize::from(space) >= 500 {
            break;
        }
        if std::mem::take(&mut space) {
            tidy.push(' ');
            length += 1;
        }
        tidy.push(c);
        length += 1;
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tidy_text_has_single_spaces_and_nothing_hidden() {
        assert_eq!(tidy("  CARE \t\r\n  CO\u{202e}LTD\u{7} "), "CARE COLTD");
        assert_eq!(tidy(&"é".repeat(900)).chars().count(), 500);
        assert_eq!(shortened(&"ab ".repeat(100)).chars().count(), 81);
    }
}
