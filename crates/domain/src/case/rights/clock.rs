//! How long an answer may take. The law says so, and no area may take longer.

use crate::Date;
use crate::dates::{days_after, months_after};
use crate::working_days::BankHolidays;

/// "Within one month of receipt": UK GDPR, article 12(3).
const MONTHS: i32 = 1;
/// "That period may be extended by two further months": the same.
const FURTHER_MONTHS: i32 = 2;
/// Days in which what was said in confidence is looked at, so that time is left
/// to make the copy.
const LOOK_DAYS: i32 = 14;

/// The last day for an answer to what was asked on a day. Where that is no
/// working day it is the next one, as the Information Commissioner counts.
#[must_use]
pub fn answer_by(asked: Date, holidays: &BankHolidays) -> Date {
    working_day(months_after(asked, MONTHS), holidays)
}

/// The last day to which it can be put off, with a reason.
#[must_use]
pub fn latest(asked: Date, holidays: &BankHolidays) -> Date {
    working_day(months_after(asked, MONTHS + FURTHER_MONTHS), holidays)
}

/// The day by which somebody has looked at what was said in confidence.
#[must_use]
pub fn look_by(asked: Date, holidays: &BankHolidays) -> Date {
    working_day(days_after(asked, LOOK_DAYS), holidays)
}

fn working_day(day: Date, holidays: &BankHolidays) -> Date {
    holidays.working_days_after(days_after(day, -1), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i16, m: i8, d: i8) -> Date {
        Date::constant(y, m, d)
    }

    #[test]
    fn an_answer_comes_within_a_month_or_on_the_working_day_after() {
        let holidays = BankHolidays::published();
        for (asked, due) in [
            (day(2026, 3, 2), day(2026, 4, 2)),
            // A month later there is no such day: the last of that month.
            (day(2026, 8, 31), day(2026, 9, 30)),
            // A Saturday.
            (day(2026, 4, 2), day(2026, 5, 5)),
            (day(2026, 11, 25), day(2026, 12, 29)),
        ] {
            assert_eq!(answer_by(asked, &holidays), due, "asked on {asked}");
        }
        assert_eq!(latest(day(2026, 3, 2), &holidays), day(2026, 6, 2));
        assert_eq!(look_by(day(2026, 3, 2), &holidays), day(2026, 3, 16));
    }
}
