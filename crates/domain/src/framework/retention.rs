//! How long an area keeps what it has about people. An area may keep longer than
//! the Records Management Code of Practice says, and not shorter: its periods are
//! the least.

use crate::dates::{days_after, months_after};
use crate::{Date, Prose, Refusal};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Years, each after what its field says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// After the last thing that happened in a case.
    pub case_years: i32,
    /// The birthday until which the case of a child is kept; a year more of somebody
    /// who was 17 when the last thing happened.
    pub child_birthday: i32,
    /// After the end of the financial year in which the last thing happened.
    pub payment_years: i32,
    /// After the last thing that happened with a request to be contacted that led
    /// to no case.
    pub enquiry_years: i32,
    /// Who keeps the records, where these periods are written, and why any is
    /// longer.
    pub why: Prose,
}

/// "Adult health records", "Adult social care records": 8 years after support
/// ended or the person was last seen.
const CASE_YEARS: i32 = 8;
/// "Children’s records": until the 25th birthday, or the 26th of whoever was 17.
const CHILD_BIRTHDAY: i32 = 25;
/// Of money that was paid: 6 years after the financial year.
const PAYMENT_YEARS: i32 = 6;
/// The last age of a child.
const LAST_OF_CHILDHOOD: i32 = 17;
/// Nothing is kept for longer than this without being asked about again.
const MOST: i32 = 100;

impl Default for Retention {
    /// As the Code says. It names no period for a request that led to nothing, so
    /// the basic one counts until an area says another.
    fn default() -> Self {
        let why = "The NHS body of this area keeps the records. The periods are the least that the Records Management Code of Practice of NHS England says (2021, updated 2023, appendix II): 8 years for adults, until the 25th or 26th birthday for children, 6 years after the financial year for payments.";
        Self {
            case_years: CASE_YEARS,
            child_birthday: CHILD_BIRTHDAY,
            payment_years: PAYMENT_YEARS,
            enquiry_years: CASE_YEARS,
            why: Prose::parse(why).expect("our own words are prose"),
        }
    }
}

impl Retention {
    /// The last day on which a case is kept in which nothing has happened since
    /// `last`. Whatever keeps it longest counts.
    #[must_use]
    pub fn case_until(&self, last: Date, born: Date) -> Date {
        let after_care = years_after(last, self.case_years);
        let after_money = years_after(end_of_financial_year(last), self.payment_years);
        let grown_up = self.birthday(born, last);
        after_care.max(after_money).max(grown_up.unwrap_or(after_care))
    }

    /// The rule that keeps a case longest, in words.
    #[must_use]
    pub fn rule(&self, last: Date, born: Date) -> String {
        let until = self.case_until(last, born);
        if self.birthday(born, last) == Some(until) {
            return "the record of a child, until the birthday that the rules name".to_owned();
        }
        if years_after(last, self.case_years) == until {
            return format!("{} years after the last thing that happened", self.case_years);
        }
        format!("{} years after the financial year of the last thing that happened", self.payment_years)
    }

    /// The birthday until which the case of a child is kept; none where they were
    /// grown up when the last thing happened.
    fn birthday(&self, born: Date, last: Date) -> Option<Date> {
        if years_after(born, LAST_OF_CHILDHOOD + 1) <= last {
            return None;
        }
        let was_seventeen = years_after(born, LAST_OF_CHILDHOOD) <= last;
        Some(years_after(born, self.child_birthday + i32::from(was_seventeen)))
    }

    /// The last day on which a request is kept that led to no case.
    #[must_use]
    pub fn enquiry_until(&self, last: Date) -> Date {
        years_after(last, self.enquiry_years)
    }

    /// The same from the other side: with which nothing happened after this day has
    /// been kept long enough today.
    #[must_use]
    pub fn last_of_requests(&self, today: Date) -> Date {
        days_after(months_after(today, -self.enquiry_years * 12), -1)
    }
}

fn years_after(day: Date, years: i32) -> Date {
    months_after(day, years * 12)
}

/// 31 March, of this year or the next.
fn end_of_financial_year(day: Date) -> Date {
    let year = if day.month() <= 3 { day.year() } else { day.year() + 1 };
    Date::constant(year, 3, 31)
}

impl Retention {
    /// Whether an area may keep things for so long.
    ///
    /// # Errors
    /// Beside the field that says less than the Code, or more than anybody keeps.
    pub fn check(&self) -> Result<(), Refusal> {
        let within = |field: &str, number: i32, range: RangeInclusive<i32>| {
            let (least, most) = (range.start(), range.end());
            let message = format!("This must be a whole number from {least} to {most}");
            if range.contains(&number) { Ok(()) } else { Err(Refusal::invalid(field, message)) }
        };
        within("case-years", self.case_years, CASE_YEARS..=MOST)?;
        within("child-birthday", self.child_birthday, CHILD_BIRTHDAY..=MOST)?;
        within("payment-years", self.payment_years, PAYMENT_YEARS..=MOST)?;
        within("enquiry-years", self.enquiry_years, 1..=MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Why;

    fn day(y: i16, m: i8, d: i8) -> Date {
        Date::constant(y, m, d)
    }

    #[test]
    fn what_keeps_a_case_longest_counts() {
        let code = Retention::default();
        for (last, born, until) in [
            (day(2026, 5, 1), day(1950, 1, 1), day(2034, 5, 1)),
            // A child of 10: until they are 25.
            (day(2026, 5, 1), day(2016, 2, 3), day(2041, 2, 3)),
            // Of 17: until they are 26; the day before 18 as well.
            (day(2026, 5, 1), day(2009, 2, 3), day(2035, 2, 3)),
            (day(2026, 5, 1), day(2008, 5, 2), day(2034, 5, 2)),
            (day(2026, 5, 1), day(2008, 5, 1), day(2034, 5, 1)),
        ] {
            assert_eq!(code.case_until(last, born), until, "{last}, born {born}");
        }
        let by = |last, born| code.rule(last, born);
        assert_eq!(by(day(2026, 5, 1), day(1950, 1, 1)), "8 years after the last thing that happened");
        assert!(by(day(2026, 5, 1), day(2016, 2, 3)).contains("a child"));
        let longer = Retention { payment_years: 12, ..Retention::default() };
        assert!(longer.rule(day(2026, 3, 31), day(1950, 1, 1)).starts_with("12 years after the financial"));
        assert_eq!(longer.case_until(day(2026, 3, 31), day(1950, 1, 1)), day(2038, 3, 31));
        assert_eq!(longer.case_until(day(2026, 4, 1), day(1950, 1, 1)), day(2039, 3, 31));
        assert_eq!(code.enquiry_until(day(2024, 2, 29)), day(2032, 2, 29));
        let (last, over) = (code.last_of_requests(day(2034, 5, 2)), day(2026, 5, 1));
        assert_eq!((last, code.enquiry_until(over)), (over, day(2034, 5, 1)), "kept until the day before");
    }

    #[test]
    fn an_area_keeps_longer_and_not_shorter() {
        let code = Retention::default();
        for shorter in [
            Retention { case_years: 7, ..code.clone() },
            Retention { child_birthday: 24, ..code.clone() },
            Retention { payment_years: 5, ..code.clone() },
            Retention { enquiry_years: 0, ..code.clone() },
            Retention { case_years: 101, ..code.clone() },
        ] {
            assert_eq!(shorter.check().expect_err("it is refused").why, Why::Invalid);
        }
        let longer = Retention { case_years: 20, enquiry_years: 2, ..code.clone() };
        assert_eq!((code.check(), longer.check()), (Ok(()), Ok(())));
    }
}
