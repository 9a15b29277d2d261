//! How long an answer may take. The law says so, and no area may take longer.

use super::day;
use crate::dates::{days_after, days_between, months_after};
use crate::working_days::BankHolidays;
use crate::{Date, Prose, Timestamp};

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

/// The time for an answer, as everything that happened to it leaves it. All that is
/// asked about it is worked out here, so that pauses, months and what was put off
/// fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    /// The day from which it counts.
    from: Date,
    /// The last day for the answer, as it is now: what the record says.
    pub due: Date,
    /// Why it stands still, and since when.
    pub paused: Option<(Prose, Timestamp)>,
    /// Why it takes longer.
    pub extended: Option<Prose>,
    /// For how many days it stood still before.
    still: i32,
    /// The day to which it was put off, and for how many days it had stood still then.
    put_off: Option<(Date, i32)>,
}

impl Time {
    #[must_use]
    pub fn new(from: Date, due: Date) -> Self {
        Self { from, due, paused: None, extended: None, still: 0, put_off: None }
    }

    /// For how many days it stands still already.
    fn stands_still(&self, today: Date) -> i32 {
        self.paused.as_ref().map_or(0, |(_, since)| days_between(day(*since), today).max(0))
    }

    /// The last day for the answer if the time went on today: a month from the day
    /// from which it counts, or the day to which it was put off; the days for which it
    /// stood still since; and then the next working day. Days are added before a
    /// working day is looked for, so that none is added twice.
    #[must_use]
    pub fn due_if_resumed(&self, today: Date, holidays: &BankHolidays) -> Date {
        let still = self.still + self.stands_still(today);
        let last = match self.put_off {
            Some((day, before)) => days_after(day, still - before),
            None => days_after(months_after(self.from, MONTHS), still),
        };
        working_day(last, holidays)
    }

    /// The last day to which it can be put off, with a reason: two months more, and
    /// the days for which it stood still.
    #[must_use]
    pub fn latest(&self, today: Date, holidays: &BankHolidays) -> Date {
        let still = self.still + self.stands_still(today);
        working_day(days_after(months_after(self.from, MONTHS + FURTHER_MONTHS), still), holidays)
    }

    /// Whether the last day for the answer is over. It is not while the time stands
    /// still: it stood still before that day came.
    #[must_use]
    pub fn is_over(&self, today: Date) -> bool {
        self.paused.is_none() && today > self.due
    }

    pub(super) fn pause(&mut self, why: Prose, at: Timestamp) {
        self.paused = Some((why, at));
    }

    pub(super) fn resume(&mut self, due: Date, at: Timestamp) {
        self.still += self.stands_still(day(at));
        (self.paused, self.due) = (None, due);
    }

    pub(super) fn extend(&mut self, due: Date, why: Prose, at: Timestamp) {
        self.put_off = Some((due, self.still + self.stands_still(day(at))));
        (self.due, self.extended) = (due, Some(why));
    }
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
        let time = Time::new(day(2026, 3, 2), day(2026, 4, 2));
        assert_eq!(time.latest(day(2026, 3, 2), &holidays), day(2026, 6, 2));
        assert_eq!(look_by(day(2026, 3, 2), &holidays), day(2026, 3, 16));
    }

    fn at(day: Date) -> Timestamp {
        crate::dates::begin(day)
    }

    fn asked(from: Date) -> Time {
        Time::new(from, answer_by(from, &BankHolidays::published()))
    }

    /// Stood still from one day until another.
    fn still(mut time: Time, since: Date, until: Date) -> Time {
        time.pause(Prose::parse("Which address?").expect("prose"), at(since));
        let due = time.due_if_resumed(until, &BankHolidays::published());
        time.resume(due, at(until));
        time
    }

    fn put_off(mut time: Time, due: Date, on: Date) -> Time {
        time.extend(due, Prose::parse("Old files").expect("prose"), at(on));
        time
    }

    #[test]
    fn what_stood_still_over_the_end_of_a_month_is_added_day_by_day() {
        let time = asked(day(2026, 1, 31));
        assert_eq!(time.due, day(2026, 3, 2), "28 February is a Saturday");
        // 13 days from the last day of the month, not from the working day after it.
        let time = still(time, day(2026, 2, 20), day(2026, 3, 5));
        assert_eq!(time.due, day(2026, 3, 13));
    }

    #[test]
    fn what_stands_still_twice_is_added_twice_and_no_working_day_is() {
        let time = asked(day(2026, 3, 2));
        let time = still(time, day(2026, 3, 5), day(2026, 3, 7));
        assert_eq!(time.due, day(2026, 4, 7), "4 April is a Saturday before Easter");
        let time = still(time, day(2026, 3, 10), day(2026, 3, 14));
        assert_eq!(time.due, day(2026, 4, 8), "a month and 6 days");
        let holidays = BankHolidays::published();
        assert_eq!(time.latest(day(2026, 3, 20), &holidays), day(2026, 6, 8), "three months and 6 days");
    }

    #[test]
    fn what_was_put_off_stands_still_as_well_and_is_not_shortened_by_it() {
        let holidays = BankHolidays::published();
        // Put off to the very last day, then still for ten days.
        let time = put_off(asked(day(2026, 3, 2)), day(2026, 6, 2), day(2026, 3, 20));
        let time = still(time, day(2026, 5, 1), day(2026, 5, 11));
        assert_eq!(
            (time.due, time.latest(day(2026, 5, 11), &holidays)),
            (day(2026, 6, 12), day(2026, 6, 12))
        );
        // Still for ten days first: those are in the day to which it is put off.
        let time = still(asked(day(2026, 3, 2)), day(2026, 3, 3), day(2026, 3, 13));
        let last = time.latest(day(2026, 3, 20), &holidays);
        assert_eq!(last, day(2026, 6, 12));
        let time = put_off(time, last, day(2026, 3, 20));
        assert_eq!(time.due_if_resumed(day(2026, 3, 20), &holidays), last, "and are not added again");
        // Put off while it stands still: what it stood still until then is in the day.
        let mut time = asked(day(2026, 3, 2));
        time.pause(Prose::parse("Who are you?").expect("prose"), at(day(2026, 3, 3)));
        let time = put_off(time, day(2026, 6, 12), day(2026, 3, 13));
        assert_eq!(time.due_if_resumed(day(2026, 3, 18), &holidays), day(2026, 6, 17));
    }

    #[test]
    fn it_is_not_over_while_it_stands_still() {
        let mut time = asked(day(2026, 3, 2));
        assert_eq!((time.is_over(day(2026, 4, 2)), time.is_over(day(2026, 4, 3))), (false, true));
        time.pause(Prose::parse("Who are you?").expect("prose"), at(day(2026, 3, 30)));
        assert!(!time.is_over(day(2026, 4, 20)));
    }
}
