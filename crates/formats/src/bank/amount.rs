//! Amounts as banks write them.

use domain::Pence;
use std::fmt;

/// How strict a file is about what stands after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decimals {
    /// Pounds and two figures of pence, or whole pounds: CSV. One figure means
    /// that a spreadsheet has been at the file.
    Two,
    /// Any number of figures whose value is whole pence: OFX.
    Any,
}

/// Why a cell is not an amount; follows the amount itself in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotAnAmount {
    NotANumber,
    OneDecimal,
    Decimals,
    Comma,
    TooLarge,
    TwoSigns,
}

impl fmt::Display for NotAnAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "is not an amount of money",
            Self::OneDecimal => "has one figure after the point, not two: a spreadsheet may have changed it",
            Self::Decimals => "is not in whole pence",
            Self::Comma => "has a comma in the wrong place",
            Self::TooLarge => "is too large to be right",
            Self::TwoSigns => "has two signs",
        })
    }
}

/// An amount, signed: `-12.34`, `£1,234.50`, `(12.34)`, `12.34 DR`, `12.34-`.
/// Up to £9,999,999,999.99, so that no sum of a statement can overflow.
pub(super) fn parse(text: &str, decimals: Decimals) -> Result<Pence, NotAnAmount> {
    let (number, negative) = unsigned(text.trim())?;
    let (pounds, pence) = number.split_once('.').unwrap_or((number, ""));
    let point = number.len() != pounds.len();
    if pounds.is_empty() && (decimals == Decimals::Two || pence.is_empty()) {
        return Err(NotAnAmount::NotANumber);
    }
    let digit = |b: u8| b.is_ascii_digit();
    if !pounds.bytes().all(|b| digit(b) || b == b',') || !pence.bytes().all(digit) {
        return Err(NotAnAmount::NotANumber);
    }
    well_grouped(pounds)?;
    let pence = match (decimals, pence.len()) {
        (_, 2) => figures(pence),
        (_, 0) if !point || decimals == Decimals::Any => 0,
        (Decimals::Two, 1) => return Err(NotAnAmount::OneDecimal),
        (Decimals::Any, 1) => figures(pence) * 10,
        (Decimals::Any, _) if pence.bytes().skip(2).all(|b| b == b'0') => figures(&pence[..2]),
        _ => return Err(NotAnAmount::Decimals),
    };
    if pounds.bytes().filter(|b| digit(*b)).skip_while(|b| *b == b'0').count() > 10 {
        return Err(NotAnAmount::TooLarge);
    }
    let total = figures(pounds) * 100 + pence;
    Ok(Pence(if negative { -total } else { total }))
}

/// The number without its sign and its pound sign, and whether it is negative.
fn unsigned(text: &str) -> Result<(&str, bool), NotAnAmount> {
    let mut signs = 0;
    let mut negative = false;
    let mut rest = text;
    if let Some(inner) = rest.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        (rest, negative, signs) = (inner.trim(), true, 1);
    }
    for (word, minus) in [("CR", false), ("DR", true), ("OD", true), ("-", true)] {
        let cut = rest.len().saturating_sub(word.len());
        if rest.is_char_boundary(cut) && rest[cut..].eq_ignore_ascii_case(word) {
            (rest, negative) = (rest[..cut].trim_end(), negative || minus);
            signs += 1;
        }
    }
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix(['-', '−', '–']) {
            (rest, negative) = (after, true);
            signs += 1;
        } else if let Some(after) = rest.strip_prefix('+') {
            rest = after;
            signs += 1;
        } else if let Some(after) = rest.strip_prefix('£').or_else(|| rest.strip_prefix("GBP")) {
            rest = after;
        } else {
            break;
        }
    }
    if signs > 1 { Err(NotAnAmount::TwoSigns) } else { Ok((rest, negative)) }
}

fn well_grouped(pounds: &str) -> Result<(), NotAnAmount> {
    if !pounds.contains(',') {
        return Ok(());
    }
    let mut groups = pounds.split(',');
    let first = groups.next().unwrap_or_default();
    let right = (1..=3).contains(&first.len()) && groups.all(|g| g.len() == 3);
    if right { Ok(()) } else { Err(NotAnAmount::Comma) }
}

/// The value of at most a few figures; commas do not count.
fn figures(text: &str) -> i64 {
    text.bytes()
        .filter(u8::is_ascii_digit)
        .fold(0, |n: i64, b| n.saturating_mul(10).saturating_add(i64::from(b - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_as_banks_write_them() {
        for (text, pence) in [
            ("12.34", 1234),
            ("-12.34", -1234),
            ("+12.34", 1234),
            ("£1,234.50", 123_450),
            ("-£1,234.50", -123_450),
            ("£-5.00", -500),
            ("(5.00)", -500),
            ("5.00 DR", -500),
            ("5.00cr", 500),
            ("5.00-", -500),
            ("−5.00", -500),
            ("120", 12_000),
            ("9,999,999,999.99", 999_999_999_999),
        ] {
            assert_eq!(parse(text, Decimals::Two), Ok(Pence(pence)), "{text}");
        }
        for (text, pence) in [("12.5", 1250), (".5", 50), ("12.3400", 1234), ("7.", 700)] {
            assert_eq!(parse(text, Decimals::Any), Ok(Pence(pence)), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_amount() {
        for (text, why) in [
            ("£1,234.5", NotAnAmount::OneDecimal),
            ("1e9", NotAnAmount::NotANumber),
            ("1.23E+08", NotAnAmount::NotANumber),
            ("", NotAnAmount::NotANumber),
            ("£", NotAnAmount::NotANumber),
            ("12.345", NotAnAmount::Decimals),
            ("12.", NotAnAmount::Decimals),
            ("1,23.00", NotAnAmount::Comma),
            (",123.00", NotAnAmount::Comma),
            ("12,50", NotAnAmount::Comma),
            ("--5.00", NotAnAmount::TwoSigns),
            ("(-5.00)", NotAnAmount::TwoSigns),
            ("10000000000.00", NotAnAmount::TooLarge),
            ("£5.00 £", NotAnAmount::NotANumber),
            ("٣.٠٠", NotAnAmount::NotANumber),
        ] {
            assert_eq!(parse(text, Decimals::Two), Err(why), "{text}");
        }
        assert_eq!(parse("12.345", Decimals::Any), Err(NotAnAmount::Decimals));
        assert_eq!(parse(&"9".repeat(400), Decimals::Any), Err(NotAnAmount::TooLarge));
    }

    proptest! {
        #[test]
        fn every_amount_we_write_is_read(p in -999_999_999_999i64..=999_999_999_999) {
            prop_assert_eq!(parse(&Pence(p).to_string(), Decimals::Two), Ok(Pence(p)));
            prop_assert_eq!(parse(&Pence(p).plain(), Decimals::Any), Ok(Pence(p)));
        }

        #[test]
        fn nothing_panics(text in "[-+()£,.0-9eCRD é−]{0,20}") {
            let _ = (parse(&text, Decimals::Two), parse(&text, Decimals::Any));
        }
    }
}
