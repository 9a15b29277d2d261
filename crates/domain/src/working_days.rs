//! Working days in England: not Saturdays, Sundays or bank holidays.
//!
//! The regular bank holidays are worked out for any year, with the weekday
//! that stands in for one on a weekend. Days proclaimed for one year only (a
//! coronation, a jubilee) are not known here and count as working days.

use crate::dates::{Date, days_after};
use jiff::civil::Weekday;

/// The day that is `days` working days after `from`. The day itself does not
/// count, whatever it is.
#[must_use]
pub fn after(from: Date, days: i32) -> Date {
    let mut day = from;
    for _ in 0..days.clamp(0, 1_000) {
        day = days_after(day, 1);
        while !is_working_day(day) {
            day = days_after(day, 1);
        }
    }
    day
}

#[must_use]
pub fn is_working_day(day: Date) -> bool {
    !is_weekend(day) && !is_bank_holiday(day)
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Whether a day is a bank holiday in England and Wales.
#[must_use]
pub fn is_bank_holiday(day: Date) -> bool {
    let (month, number) = (day.month(), day.day());
    let monday = day.weekday() == Weekday::Monday;
    let easter = easter(day.year());
    let fixed = match month {
        1 => number == 1 && !is_weekend(day) || monday && (number == 2 || number == 3),
        5 => monday && (number <= 7 || number > 24),
        8 => monday && number > 24,
        // Christmas and the day after: on a weekend, the next weekdays instead.
        12 => match number {
            25 | 26 => !is_weekend(day),
            27 => matches!(day.weekday(), Weekday::Monday | Weekday::Tuesday),
            28 => matches!(day.weekday(), Weekday::Monday | Weekday::Tuesday),
            _ => false,
        },
        _ => false,
    };
    fixed || day == days_after(easter, -2) || day == days_after(easter, 1)
}

/// Easter Sunday (the anonymous Gregorian computus).
fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    let small = |n: i32| i8::try_from(n).expect("the computus gives a month of 3 or 4 and a day to 31");
    Date::new(year, small(n / 31), small(n % 31 + 1)).expect("the computus gives a day of March or April")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(y: i16, m: i8, day: i8) -> Date {
        Date::constant(y, m, day)
    }

    #[test]
    fn the_published_bank_holidays_of_three_years() {
        // gov.uk/bank-holidays, England and Wales
        let published = [
            (2022, &[(1, 3), (4, 15), (4, 18), (5, 2), (8, 29), (12, 26), (12, 27)][..]),
            (2026, &[(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)]),
            (2027, &[(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)]),
        ];
        for (year, days) in published {
            for (month, day) in days {
                assert!(is_bank_holiday(d(year, *month, *day)), "{year}-{month}-{day}");
            }
        }
        let mut day = d(2027, 1, 1);
        let mut count = 0;
        while day.year() == 2027 {
            count += i32::from(is_bank_holiday(day));
            day = days_after(day, 1);
        }
        assert_eq!(count, 8);
    }

    #[test]
    fn a_weekend_and_easter_do_not_count() {
        assert_eq!(after(d(2026, 11, 20), 1), d(2026, 11, 23));
        assert_eq!(after(d(2026, 4, 2), 2), d(2026, 4, 8));
        assert_eq!(after(d(2026, 4, 4), 0), d(2026, 4, 4));
        assert_eq!(after(d(2026, 12, 24), 3), d(2026, 12, 31));
    }
}
