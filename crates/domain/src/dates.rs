//! Dates as people write them, and the statutory clocks.
//!
//! Calendar arithmetic is jiff's; the civil calendar is Europe/London.

pub use jiff::Timestamp;
pub use jiff::civil::Date;
use std::fmt;

/// Why three boxes are not a date. The message is for the person typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotADate {
    Empty,
    Incomplete,
    NotNumbers,
    DoesNotExist,
    /// Its year is before [`FIRST_YEAR`] or after [`LAST_YEAR`].
    TooFar,
}

/// The years that can be typed: of people who live now, and of what they plan.
pub const FIRST_YEAR: i16 = 1880;
pub const LAST_YEAR: i16 = 2199;

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Enter a date",
            Self::Incomplete => "Enter a day, a month and a year",
            Self::NotNumbers => "Enter the date as numbers, like 27 3 2026",
            Self::DoesNotExist => "Enter a date that is in the calendar",
            Self::TooFar => "Enter a year between 1880 and 2199",
        })
    }
}

/// Reads a day, a month and a year as typed in three boxes. The year has four
/// digits between 1880 and 2199.
pub fn parse(day: &str, month: &str, year: &str) -> Result<Date, NotADate> {
    let boxes = [day.trim(), month.trim(), year.trim()];
    if boxes.iter().all(|b| b.is_empty()) {
        return Err(NotADate::Empty);
    }
    if boxes.iter().any(|b| b.is_empty()) {
        return Err(NotADate::Incomplete);
    }
    if boxes.iter().any(|b| b.len() > 4 || !b.bytes().all(|c| c.is_ascii_digit())) {
        return Err(NotADate::NotNumbers);
    }
    let number = |b: &str| b.parse::<i16>().map_err(|_| NotADate::NotNumbers);
    let (day, month, year) = (number(boxes[0])?, number(boxes[1])?, number(boxes[2])?);
    if (1000..FIRST_YEAR).contains(&year) || year > LAST_YEAR {
        return Err(NotADate::TooFar);
    }
    if year < FIRST_YEAR {
        return Err(NotADate::DoesNotExist);
    }
    let small = |n: i16| i8::try_from(n).map_err(|_| NotADate::DoesNotExist);
    Date::new(year, small(month)?, small(day)?).map_err(|_| NotADate::DoesNotExist)
}

/// `27 March 2026`.
#[must_use]
pub fn long(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    format!("{} {month} {}", date.day(), date.year())
}

/// The civil date in London at an instant.
#[must_use]
pub fn london(at: Timestamp) -> Date {
    in_london(at).date()
}

/// The instant at which a day begins in London.
#[must_use]
pub fn begin(day: Date) -> Timestamp {
    let midnight = day.in_tz("Europe/London").map(|zoned| zoned.timestamp());
    midnight
        .unwrap_or_else(|_| day.to_zoned(jiff::tz::TimeZone::UTC).map_or(Timestamp::MAX, |z| z.timestamp()))
}

/// `27 March 2026 at 2:05pm`, London time.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    let local = in_london(at);
    let (hour, half) = match local.hour() {
        0 => (12, "am"),
        h @ 1..=11 => (h, "am"),
        12 => (12, "pm"),
        h => (h - 12, "pm"),
    };
    format!("{} at {hour}:{:02}{half}", long(local.date()), local.minute())
}

fn in_london(at: Timestamp) -> jiff::Zoned {
    at.in_tz("Europe/London").unwrap_or_else(|_| at.to_zoned(jiff::tz::TimeZone::UTC))
}

/// `months` calendar months later; a day that month lacks becomes its last.
#[must_use]
pub fn months_after(date: Date, months: i32) -> Date {
    date.saturating_add(jiff::Span::new().months(months))
}

/// `days` later (or earlier, if negative).
#[must_use]
pub fn days_after(date: Date, days: i32) -> Date {
    date.saturating_add(jiff::Span::new().days(days))
}

/// So many seconds after an instant; the last instant there is, where that is
/// past it.
#[must_use]
pub fn later(at: Timestamp, seconds: i64) -> Timestamp {
    let end = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    at.saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(end)
}

/// So many seconds before an instant; the first instant there is, where that
/// is before it.
#[must_use]
pub fn ago(at: Timestamp, seconds: i64) -> Timestamp {
    later(at, seconds.saturating_neg())
}

/// Whole days from one date to a later one; negative if it is earlier.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// Age in whole years on a day. A leap-day birthday is kept on 1 March in
/// other years, as English law has it.
#[must_use]
pub fn age(born: Date, on: Date) -> i32 {
    let years = i32::from(on.year()) - i32::from(born.year());
    let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
    (years - i32::from(!had_birthday)).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn seconds_after_and_before_end_where_time_does() {
        let at = Timestamp::constant(1_772_000_000, 5);
        assert_eq!(later(at, 60), Timestamp::constant(1_772_000_060, 5));
        assert_eq!(ago(at, 60), Timestamp::constant(1_771_999_940, 5));
        assert_eq!([later(at, i64::MAX), ago(at, i64::MIN)], [Timestamp::MAX; 2]);
        assert_eq!([ago(at, i64::MAX), later(at, i64::MIN)], [Timestamp::MIN; 2]);
    }

    #[test]
    fn three_boxes() {
        assert_eq!(parse("27", "3", "2026"), Ok(date(2026, 3, 27)));
        assert_eq!(parse(" 29", "02", "2024 "), Ok(date(2024, 2, 29)));
        assert_eq!(parse("29", "2", "2026"), Err(NotADate::DoesNotExist));
        assert_eq!(parse("31", "4", "2026"), Err(NotADate::DoesNotExist));
        assert_eq!(parse("0", "0", "2026"), Err(NotADate::DoesNotExist));
        assert_eq!(parse("1", "1", "26"), Err(NotADate::DoesNotExist));
        assert_eq!(parse("1", "1", "1879"), Err(NotADate::TooFar));
        assert_eq!(parse("1", "1", "2200"), Err(NotADate::TooFar));
        assert_eq!(parse("1", "1", "9999"), Err(NotADate::TooFar));
        assert_eq!(parse("", "", ""), Err(NotADate::Empty));
        assert_eq!(parse("1", "", "2026"), Err(NotADate::Incomplete));
        assert_eq!(parse("one", "1", "2026"), Err(NotADate::NotNumbers));
        assert_eq!(parse("-1", "1", "2026"), Err(NotADate::NotNumbers));
        assert_eq!(parse("99999", "1", "2026"), Err(NotADate::NotNumbers));
    }

    #[test]
    fn london_in_summer_is_an_hour_ahead() {
        let at: Timestamp = "2026-06-30T23:30:00Z".parse().expect("an instant");
        assert_eq!(london(at), date(2026, 7, 1));
        assert_eq!(moment(at), "1 July 2026 at 12:30am");
    }

    #[test]
    fn three_months_after_the_end_of_november() {
        assert_eq!(months_after(date(2026, 11, 30), 3), date(2027, 2, 28));
        assert_eq!(days_between(date(2026, 1, 1), date(2027, 1, 1)), 365);
    }

    #[test]
    fn leap_day_birthdays() {
        assert_eq!(age(date(2008, 2, 29), date(2024, 2, 28)), 15);
        assert_eq!(age(date(2008, 2, 29), date(2025, 2, 28)), 16);
        assert_eq!(age(date(2008, 2, 29), date(2025, 3, 1)), 17);
    }
}
