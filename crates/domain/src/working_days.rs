//! Working days in England: not Saturdays, Sundays or bank holidays.
//!
//! Bank holidays are data of the area, as GOV.UK publishes them, since a day
//! proclaimed for one year only (a coronation, a jubilee) cannot be worked out.
//! For years that nobody has published yet, the regular ones are worked out, with
//! the weekday that stands in for one on a weekend.

mod published;

use crate::Line;
use crate::dates::{Date, days_after};
use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

/// How many bank holidays England and Wales has in a year, at least.
pub const LEAST_IN_A_YEAR: usize = 8;

/// A day on which nobody works, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankHoliday {
    pub date: Date,
    pub title: Line,
}

/// The bank holidays that are known of whole years, the first one first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BankHolidays(Vec<BankHoliday>);

impl Default for BankHolidays {
    fn default() -> Self {
        Self::published()
    }
}

impl BankHolidays {
    #[must_use]
    pub fn new(mut days: Vec<BankHoliday>) -> Self {
        days.sort_by_key(|day| day.date);
        Self(days)
    }

    /// Those that GOV.UK had published when this was written.
    #[must_use]
    pub fn published() -> Self {
        let day = |&(date, title): &(Date, &str)| {
            let title = Line::parse(title).expect("a name of our own is a line");
            BankHoliday { date, title }
        };
        Self::new(published::DAYS.iter().map(day).collect())
    }

    #[must_use]
    pub fn days(&self) -> &[BankHoliday] {
        &self.0
    }

    /// The first and the last year that are known; none where nothing is.
    #[must_use]
    pub fn years(&self) -> Option<(i16, i16)> {
        Some((self.0.first()?.date.year(), self.0.last()?.date.year()))
    }

    /// Those of one year.
    pub fn of_year(&self, year: i16) -> impl Iterator<Item = &BankHoliday> {
        self.0.iter().filter(move |day| day.date.year() == year)
    }

    /// Whether a day is a bank holiday in England and Wales.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        if self.of_year(day.year()).next().is_none() {
            return is_regular_bank_holiday(day);
        }
        self.of_year(day.year()).any(|holiday| holiday.date == day)
    }

    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        !is_weekend(day) && !self.contains(day)
    }

    /// The day that is `days` working days after `from`. The day itself does not
    /// count, whatever it is.
    #[must_use]
    pub fn working_days_after(&self, from: Date, days: i32) -> Date {
        let mut day = from;
        for _ in 0..days.clamp(0, 1_000) {
            day = days_after(day, 1);
            while !self.is_working_day(day) {
                day = days_after(day, 1);
            }
        }
        day
    }
}

#[must_use]
pub fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Whether a day is a bank holiday by the rules that hold in any year.
fn is_regular_bank_holiday(day: Date) -> bool {
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
mod tests;
