//! Dates as banks write them. British: 03/04 is the third of April.

use domain::Date;
use std::fmt;

/// Why a cell is not a date; follows the date itself in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotADate {
    NoDate,
    DoesNotExist,
    MonthFirst,
    OutOfRange,
}

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoDate => "is not a date",
            Self::DoesNotExist => "is not in the calendar",
            Self::MonthFirst => "has the month before the day, which British banks do not write",
            Self::OutOfRange => "is not in a year we can take, from 2000 to 2099",
        })
    }
}

/// A date, and what it would be if the month were written first, where the
/// writing leaves room for doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub date: Date,
    pub month_first: Option<Date>,
}

/// `27/03/2026`, `27/03/26`, `27-Mar-2026`, `27 March 2026`, `2026-03-27`, each
/// with a time of day after it or without.
pub(super) fn parse(text: &str) -> Result<Read, NotADate> {
    let text = day_part(text.trim());
    let mut parts = text.split(['/', '-', '.', ' ']).filter(|p| !p.is_empty());
    let (Some(a), Some(b), Some(c), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(NotADate::NoDate);
    };
    if a.len() == 4 {
        return Ok(Read { date: make(year(a)?, small(b)?, small(c)?)?, month_first: None });
    }
    let (day, year) = (small(a)?, year(c)?);
    if let Some(month) = month_named(b) {
        return Ok(Read { date: make(year, month, day)?, month_first: None });
    }
    let month = small(b)?;
    if month > 12 && (1..=12).contains(&day) {
        return Err(NotADate::MonthFirst);
    }
    let date = make(year, month, day)?;
    Ok(Read { date, month_first: Date::new(year, day, month).ok() })
}

/// What stands before a time of day: after a `T`, or after the last space if a
/// colon follows.
fn day_part(text: &str) -> &str {
    let bytes = text.as_bytes();
    if bytes.len() > 11 && bytes[10] == b'T' && bytes[4] == b'-' {
        return text.get(..10).unwrap_or(text);
    }
    match text.split_once(' ') {
        Some((day, time)) if time.contains(':') && day.len() >= 8 => day,
        _ => match text.rsplit_once(' ') {
            Some((day, time)) if time.contains(':') => day,
            _ => text,
        },
    }
}

fn make(year: i16, month: i8, day: i8) -> Result<Date, NotADate> {
    let date = Date::new(year, month, day).map_err(|_| NotADate::DoesNotExist)?;
    if (2000..2100).contains(&year) { Ok(date) } else { Err(NotADate::OutOfRange) }
}

fn small(text: &str) -> Result<i8, NotADate> {
    if text.len() > 2 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotADate::NoDate);
    }
    text.parse().map_err(|_| NotADate::NoDate)
}

fn year(text: &str) -> Result<i16, NotADate> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotADate::NoDate);
    }
    match (text.len(), text.parse::<i16>()) {
        (4, Ok(year)) => Ok(year),
        (2, Ok(year)) => Ok(2000 + year),
        _ => Err(NotADate::NoDate),
    }
}

/// `Mar`, `MARCH`, `Sept`: three letters or more of an English month.
fn month_named(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let named = |m: &&str| m.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text));
    if text.len() < 3 {
        return None;
    }
    (1..).zip(MONTHS.iter()).find(|(_, m)| named(m)).map(|(n, _)| n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_as_banks_write_them() {
        let march = Date::constant(2026, 3, 27);
        for text in [
            "27/03/2026",
            "27/3/26",
            "27-03-2026",
            "27.03.2026",
            "27-Mar-2026",
            "27 Mar 2026",
            "27 MARCH 2026",
            "2026-03-27",
            "2026-03-27 10:11:12",
            "2026-03-27T10:11:12Z",
            "27/03/2026 09:00",
            "27 Mar 2026 09:00",
        ] {
            assert_eq!(parse(text).map(|r| r.date), Ok(march), "{text}");
        }
        assert_eq!(parse("3 Sept 2026").map(|r| r.date), Ok(Date::constant(2026, 9, 3)));
    }

    #[test]
    fn what_is_not_a_date() {
        for (text, why) in [
            ("31/02/2026", NotADate::DoesNotExist),
            ("29/02/2026", NotADate::DoesNotExist),
            ("03/25/2026", NotADate::MonthFirst),
            ("2026-13-01", NotADate::DoesNotExist),
            ("01/01/1926", NotADate::OutOfRange),
            ("45000", NotADate::NoDate),
            ("", NotADate::NoDate),
            ("1/2/3/4", NotADate::NoDate),
            ("27 Ma 2026", NotADate::NoDate),
            ("٢٧/03/2026", NotADate::NoDate),
        ] {
            assert_eq!(parse(text).map(|r| r.date), Err(why), "{text}");
        }
    }

    #[test]
    fn doubt_is_kept() {
        let read = parse("03/04/2026").expect("a date");
        assert_eq!(
            (read.date, read.month_first),
            (Date::constant(2026, 4, 3), Some(Date::constant(2026, 3, 4)))
        );
        assert_eq!(parse("27/03/2026").expect("a date").month_first, None);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,24}") { let _ = parse(&text); }

        #[test]
        fn nothing_like_a_date_panics(text in "[0-9/ .:TJanéMar-]{0,24}") { let _ = parse(&text); }
    }
}
