//! OFX statements: 1.x, whose tags need not be closed, and 2.x, which is XML.
//! One tolerant reader of tags serves both.

use super::amount::{self, Decimals};
use super::balance::{self, Ending, Row};
use super::{
    AGAIN, AccountHint, Format, LeftOut, Line, MOST_LINES, Note, Statement, Unreadable, shortened, tidy,
    too_many_lines,
};
use domain::{Date, Pence, Timestamp, dates};

/// Whether text starts as OFX does.
pub(super) fn looks_like(text: &str) -> bool {
    let head: String = text.chars().take(2000).collect::<String>().to_ascii_uppercase();
    head.trim_start().starts_with("OFXHEADER")
        || head.contains("<OFX>")
        || head.contains("<OFX ")
        || head.contains("<?OFX")
}

/// Reads the one statement in the file. A file of several accounts is refused,
/// so that no payment is put to the wrong one.
pub(super) fn read(text: &str) -> Result<Statement, Unreadable> {
    let mut reading = Reading::default();
    for tag in (Tags { text, at: 0, line_no: 1 }) {
        reading.tag(tag)?;
    }
    reading.finish()
}

/// More tags than stand between two payments, or before the first: a file of
/// nothing but tags within tags is no statement.
const MOST_TAGS: usize = 500;

/// More bytes than the words of any payment have.
const MOST_WORDS: usize = 4_000;

/// `<NAME>text` or `</NAME>`, and where it stands.
struct Tag<'t> {
    name: &'t str,
    closes: bool,
    text: &'t str,
    line_no: u32,
}

struct Tags<'t> {
    text: &'t str,
    at: usize,
    line_no: u32,
}

impl<'t> Iterator for Tags<'t> {
    type Item = Tag<'t>;

    fn next(&mut self) -> Option<Tag<'t>> {
        loop {
            let start = self.at + tag_start(&self.text[self.at..])?;
            let passed = self.text[self.at..start].bytes().filter(|b| *b == b'\n').count();
            self.line_no = self.line_no.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
            let inside = &self.text[start + 1..];
            // A tag that is never ended is the end of a cut off file.
            let end = inside.find('>')?;
            let (closes, name) = match inside[..end].strip_prefix('/') {
                Some(name) => (true, name),
                None => (false, inside[..end].trim_end_matches('/')),
            };
            let name = name.split_whitespace().next().unwrap_or_default();
            let rest = &inside[end + 1..];
            let text = match rest.trim_start().strip_prefix("<![CDATA[") {
                // No further than any words go: a file of nothing but openings
                // would be read to its end for each.
                Some(data) => {
                    let near = &data[..data.floor_char_boundary(MOST_WORDS)];
                    near.split("]]>").next().unwrap_or_default()
                }
                None => &rest[..tag_start(rest).unwrap_or(rest.len())],
            };
            self.at = start;
            let line_no = self.line_no;
            self.skip_to(start + 1 + end + 1);
            if !name.is_empty() {
                return Some(Tag { name, closes, text: text.trim(), line_no });
            }
        }
    }
}

impl Tags<'_> {
    fn skip_to(&mut self, to: usize) {
        let passed = self.text[self.at..to].bytes().filter(|b| *b == b'\n').count();
        self.line_no = self.line_no.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        self.at = to;
    }
}

/// Where the next `<` stands that is followed by a letter or a `/`: a shop's
/// name may hold a `<` of its own.
fn tag_start(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let starts = |i: &usize| bytes.get(i + 1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'/');
    text.match_indices('<').map(|(i, _)| i).find(starts)
}

/// The parts of a file that are told apart.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Outside,
    Account,
    /// The other side's account, in a transfer.
    OtherAccount,
    Payment,
    Ledger,
    Available,
}

#[derive(Default)]
struct Payment<'t> {
    line_no: u32,
    kind: &'t str,
    date: &'t str,
    amount: &'t str,
    id: &'t str,
    name: &'t str,
    memo: &'t str,
    cheque: &'t str,
    currency: &'t str,
}

#[derive(Default)]
struct Reading<'t> {
    part: Part,
    payment: Payment<'t>,
    payments: Vec<Payment<'t>>,
    /// How many tags there were since the last payment began.
    since_payment: usize,
    statements: usize,
    ended: bool,
    currency: &'t str,
    bank: &'t str,
    number: &'t str,
    from: &'t str,
    to: &'t str,
    closing: &'t str,
    closing_line: u32,
    failed: bool,
}

impl<'t> Reading<'t> {
    fn tag(&mut self, tag: Tag<'t>) -> Result<(), Unreadable> {
        self.since_payment += 1;
        if self.since_payment > MOST_TAGS {
            let what = "There is more between two payments here than any bank writes";
            return Err(Unreadable::new(Some(tag.line_no), what, AGAIN));
        }
        let name = tag.name.to_ascii_uppercase();
        let line_no = tag.line_no;
        if tag.closes {
            self.close(&name)
        } else {
            self.open(&name, &tag)?
        }
        if self.payments.len() > MOST_LINES { Err(too_many_lines(line_no)) } else { Ok(()) }
    }

    fn close(&mut self, name: &str) {
        match name {
            "STMTTRN" => self.payment_ends(),
            "BANKTRANLIST" => self.payment_ends(),
            "BANKACCTFROM" | "CCACCTFROM" | "LEDGERBAL" | "AVAILBAL" => self.part = Part::Outside,
            "BANKACCTTO" | "CCACCTTO" => self.part = Part::Payment,
            "OFX" => self.ended = true,
            _ => {}
        }
    }

    fn open(&mut self, name: &str, tag: &Tag<'t>) -> Result<(), Unreadable> {
        match name {
            "STMTRS" | "CCSTMTRS" => self.statements += 1,
            "STMTTRN" => {
                self.payment_ends();
                self.since_payment = 0;
                self.part = Part::Payment;
                self.payment.line_no = tag.line_no;
            }
            "BANKACCTFROM" | "CCACCTFROM" => self.part = Part::Account,
            "BANKACCTTO" | "CCACCTTO" => self.part = Part::OtherAccount,
            "LEDGERBAL" => self.part = Part::Ledger,
            "AVAILBAL" => self.part = Part::Available,
            "SEVERITY" => self.failed |= tag.text.eq_ignore_ascii_case("ERROR"),
            "CURDEF" => self.currency = tag.text,
            "DTSTART" => self.from = tag.text,
            "DTEND" => self.to = tag.text,
            _ => self.value(name, tag),
        }
        if self.statements > 1 {
            let what = "The file holds more than one account";
            return Err(Unreadable::new(
                Some(tag.line_no),
                what,
                "Download one account at a time from your bank",
            ));
        }
        Ok(())
    }

    fn value(&mut self, name: &str, tag: &Tag<'t>) {
        let slot = match (self.part, name) {
            (Part::Account, "BANKID") => &mut self.bank,
            (Part::Account, "ACCTID") => &mut self.number,
            (Part::Ledger, "BALAMT") => {
                self.closing_line = tag.line_no;
                &mut self.closing
            }
            (Part::Payment, "TRNTYPE") => &mut self.payment.kind,
            (Part::Payment, "DTPOSTED") => &mut self.payment.date,
            (Part::Payment, "TRNAMT") => &mut self.payment.amount,
            (Part::Payment, "FITID") => &mut self.payment.id,
            (Part::Payment, "NAME") => &mut self.payment.name,
            (Part::Payment, "MEMO") => &mut self.payment.memo,
            (Part::Payment, "CHECKNUM") => &mut self.payment.cheque,
            (Part::Payment, "CURSYM") => &mut self.payment.currency,
            _ => return,
        };
        *slot = tag.text;
    }

    fn payment_ends(&mut self) {
        if self.payment.line_no > 0 {
            self.payments.push(std::mem::take(&mut self.payment));
        }
        self.part = Part::Outside;
    }

    fn finish(mut self) -> Result<Statement, Unreadable> {
        self.refuse()?;
        let currency = if self.currency.is_empty() { "GBP" } else { self.currency };
        let (mut rows, mut left_out) = (Vec::new(), Vec::new());
        let mut notes = Vec::new();
        let turned = debits_are_plain(&self.payments);
        if turned {
            let what = "The file writes payments going out without a minus sign, so we put one";
            notes.push(Note { line_no: None, what: what.to_owned() });
        }
        for payment in std::mem::take(&mut self.payments) {
            match row(&payment, currency, turned)? {
                Ok(row) => rows.push(row),
                Err(why) => {
                    let text = shortened(&format!("{} {} {}", payment.date, payment.amount, payment.name));
                    left_out.push(LeftOut { line_no: payment.line_no, text, why: why.to_owned() });
                }
            }
        }
        let rows = balance::check(rows, false)?.rows;
        let lines: Vec<Line> = rows.into_iter().map(|r| r.line).collect();
        Ok(Statement {
            format: Format::Ofx,
            account: hint(self.bank, self.number),
            currency: "GBP".to_owned(),
            from: posted(self.from).or_else(|| lines.first().map(|l| l.date)),
            to: posted(self.to).or_else(|| lines.last().map(|l| l.date)),
            opening: None,
            closing: self.closing()?,
            balance: super::Balance::NotGiven,
            lines,
            left_out,
            notes,
        })
    }

    /// What makes the whole file unfit.
    fn refuse(&self) -> Result<(), Unreadable> {
        let no = |what: String, to_do: &str| Err(Unreadable::new(None, what, to_do));
        if !self.ended {
            return no("The file stops before its end, so it may be cut off".to_owned(), AGAIN);
        }
        if self.statements == 0 && self.failed {
            return no("Your bank answered with an error, and the file has no payments".to_owned(), AGAIN);
        }
        if self.statements == 0 {
            let what = "The file is in the OFX form but holds no statement of a bank account";
            return no(what.to_owned(), super::DOWNLOAD);
        }
        if !matches!(self.currency.to_ascii_uppercase().as_str(), "" | "GBP") {
            let what = format!("This account is in {} and not in pounds", shortened(self.currency));
            return no(what, "We can take in accounts in pounds only");
        }
        if self.payments.is_empty() {
            let to_do = "Check the dates you chose at your bank, and download again";
            return no("The file has no payments in it".to_owned(), to_do);
        }
        Ok(())
    }

    fn closing(&self) -> Result<Option<Pence>, Unreadable> {
        if self.closing.is_empty() {
            return Ok(None);
        }
        amount::parse(self.closing, Decimals::Any).map(Some).map_err(|why| {
            let what = format!("The balance “{}” {why}", shortened(self.closing));
            Unreadable::new(Some(self.closing_line), what, AGAIN)
        })
    }
}

/// Whether every payment that is called a debit is written as money in.
fn debits_are_plain(payments: &[Payment<'_>]) -> bool {
    let mut debits = payments.iter().filter(|p| p.kind.eq_ignore_ascii_case("DEBIT")).peekable();
    debits.peek().is_some() && debits.all(|p| amount::parse(p.amount, Decimals::Any).is_ok_and(|a| a.0 > 0))
}

/// A payment as a row; or why it is left out; or why the file is refused. A
/// payment that cannot be read refuses the file: OFX has no balances that
/// would show what is missing.
fn row(payment: &Payment<'_>, currency: &str, turned: bool) -> Result<Result<Row, &'static str>, Unreadable> {
    let refuse = |what: String| Unreadable::new(Some(payment.line_no), what, AGAIN);
    let date = posted(payment.date).ok_or_else(|| {
        refuse(format!("This payment's date “{}” is not a date we can read", shortened(payment.date)))
    })?;
    let mut amount = amount::parse(payment.amount, Decimals::Any)
        .map_err(|why| refuse(format!("This payment's amount “{}” {why}", shortened(payment.amount))))?;
    if !payment.currency.is_empty() && !payment.currency.eq_ignore_ascii_case(currency) {
        return Ok(Err("its amount is in another currency"));
    }
    if amount.is_zero() {
        return Ok(Err("no money moved"));
    }
    if turned && payment.kind.eq_ignore_ascii_case("DEBIT") {
        amount = -amount;
    }
    let (name, memo) = (words(payment.name), words(payment.memo));
    let cheque = words(payment.cheque);
    let (description, rest) = match (name, memo) {
        (Some(name), memo) => (name, memo),
        (None, Some(memo)) => (memo, None),
        (None, None) => (words(payment.kind).unwrap_or_default(), None),
    };
    let line = Line {
        line_no: payment.line_no,
        date,
        amount,
        reference: rest.or(cheque).filter(|r| *r != description),
        description,
        balance_after: None,
        external_id: words(payment.id),
    };
    Ok(Ok(Row { line, month_first: None, ending: Ending::Pence }))
}

fn words(text: &str) -> Option<String> {
    Some(tidy(&unescaped(text))).filter(|t| !t.is_empty())
}

/// With `&amp;` and its like read; a bare `&`, as in M&S, stays as it is.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let end = after.bytes().take(9).position(|b| b == b';');
        let found = end.and_then(|end| Some((entity(&after[..end])?, end)));
        match found {
            Some((c, end)) => {
                out.push(c);
                rest = &after[end + 1..];
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        "pound" => Some('£'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

/// `20260327`, `20260327120000`, `20260327120000.000[-5:EST]`. With a time and
/// an offset it is an instant, and the day is London's; else the day as written.
fn posted(text: &str) -> Option<Date> {
    let digits = |from: usize, to: usize| -> Option<i16> {
        text.get(from..to).filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
    };
    let small = |from: usize| i8::try_from(digits(from, from + 2)?).ok();
    let date =
        Date::new(digits(0, 4)?, small(4)?, small(6)?).ok().filter(|d| (2000..2100).contains(&d.year()))?;
    let offset = text.split_once('[').and_then(|(_, zone)| offset_minutes(zone));
    let (Some(offset), Some(hour), Some(minute)) = (offset, small(8), small(10)) else { return Some(date) };
    let Ok(time) = jiff::civil::Time::new(hour, minute, 0, 0) else { return Some(date) };
    let utc = date.to_datetime(time).checked_sub(jiff::Span::new().minutes(offset)).ok()?;
    let instant: Timestamp = utc.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    Some(dates::london(instant))
}

/// `-5:EST`, `0:GMT`, `+5.5:IST`: minutes ahead of Greenwich.
fn offset_minutes(zone: &str) -> Option<i64> {
    let number = zone.split([':', ']']).next()?.trim();
    let (hours, part) = number.split_once('.').unwrap_or((number, ""));
    let whole: i64 = hours.parse().ok().filter(|h| (-14..=14).contains(h))?;
    let minutes = match part {
        "5" | "50" | "30" => 30,
        "75" | "45" => 45,
        "25" => 15,
        _ => 0,
    };
    Some(whole * 60 + if hours.starts_with('-') { -minutes } else { minutes })
}

fn hint(bank: &str, number: &str) -> Option<AccountHint> {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (bank, number) = (digits(bank), digits(number));
    let sort_code = match (bank.len(), number.len()) {
        (6, _) => Some(bank),
        (_, 14) => Some(number[..6].to_owned()),
        _ => None,
    };
    let number_last4 = (number.len() >= 4).then(|| number[number.len() - 4..].to_owned());
    Some(AccountHint { sort_code, number_last4 }).filter(|h| *h != AccountHint::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_banks_write_them() {
        for (text, day) in [
            ("20260327", (2026, 3, 27)),
            ("20260327235959", (2026, 3, 27)),
            ("20260630233000[0:GMT]", (2026, 7, 1)),
            ("20260327000000[-5:EST]", (2026, 3, 27)),
            ("20260327120000.000[+5.5:IST]", (2026, 3, 27)),
            ("20260327990000[0:GMT]", (2026, 3, 27)),
        ] {
            assert_eq!(posted(text), Some(Date::constant(day.0, day.1, day.2)), "{text}");
        }
        for text in ["", "2026", "20260231", "19990101", "2026032", "２０２６０３２７"] {
            assert_eq!(posted(text), None, "{text}");
        }
    }

    #[test]
    fn entities() {
        assert_eq!(unescaped("M&amp;S &pound;5 &#163; &#xA3; A&B &bogus; &"), "M&S £5 £ £ A&B &bogus; &");
    }

    #[test]
    fn tags_need_not_be_closed() {
        let tags = Tags { text: "x<A>1<B>\n two < three\n</A><C/><D><![CDATA[<b>]]></D>", at: 0, line_no: 1 };
        let seen: Vec<_> = tags.map(|t| (t.name, t.closes, t.text, t.line_no)).collect();
        assert_eq!(seen[0], ("A", false, "1", 1));
        assert_eq!(seen[1], ("B", false, "two < three", 1));
        assert_eq!(seen[2], ("A", true, "", 3));
        assert_eq!(seen[4].2, "<b>");
    }
}
