use super::*;
use crate::testing::line;
use jiff::civil::date;

fn holiday(y: i16, m: i8, day: i8) -> BankHoliday {
    BankHoliday { date: date(y, m, day), title: line("A day for all") }
}

/// Every day of a year.
fn days_of(year: i16) -> impl Iterator<Item = Date> {
    let first = date(year, 1, 1);
    (0..366).map(move |n| days_after(first, n)).filter(move |day| day.year() == year)
}

#[test]
fn what_was_published_is_what_the_rules_give_but_for_what_was_proclaimed() {
    let published = BankHolidays::published();
    let (first, last) = published.years().expect("years");
    let mut others = vec![];
    for day in (first..=last).flat_map(days_of) {
        if published.contains(day) != is_regular_bank_holiday(day) {
            others.push(day);
        }
    }
    // Two days for a jubilee, where the usual one was moved; a funeral; a coronation.
    assert_eq!(
        others,
        [date(2022, 5, 30), date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)]
    );
}

#[test]
fn no_published_day_is_on_a_weekend_and_each_year_has_eight() {
    let published = BankHolidays::published();
    assert!(published.days().iter().all(|day| !is_weekend(day.date)));
    let (first, last) = published.years().expect("years");
    for year in first..=last {
        assert!(published.of_year(year).count() >= LEAST_IN_A_YEAR, "{year}");
    }
}

#[test]
fn a_year_that_is_known_has_its_days_and_no_others() {
    let known = BankHolidays::new(vec![holiday(2030, 12, 25), holiday(2030, 7, 1)]);
    assert!(known.contains(date(2030, 7, 1)), "proclaimed");
    assert!(!known.contains(date(2030, 12, 26)), "not among those of the year");
    assert!(known.contains(date(2031, 12, 26)), "worked out, since the year is not known");
    assert!(!known.contains(date(2031, 7, 1)));
    assert_eq!(known.years(), Some((2030, 2030)));
    assert_eq!(known.days()[0].date, date(2030, 7, 1), "the first one first");
}

#[test]
fn a_weekend_easter_and_a_proclaimed_day_do_not_count() {
    let known = BankHolidays::published();
    assert_eq!(known.working_days_after(date(2026, 11, 20), 1), date(2026, 11, 23));
    assert_eq!(known.working_days_after(date(2026, 4, 2), 2), date(2026, 4, 8));
    assert_eq!(known.working_days_after(date(2026, 4, 4), 0), date(2026, 4, 4));
    assert_eq!(known.working_days_after(date(2026, 12, 24), 3), date(2026, 12, 31));
    assert_eq!(known.working_days_after(date(2023, 5, 5), 1), date(2023, 5, 9), "the coronation");
}

#[test]
fn christmas_on_a_weekend_is_kept_on_the_next_weekdays() {
    // 2032: Christmas Day is a Saturday.
    let days: Vec<_> = days_of(2032).filter(|day| is_regular_bank_holiday(*day)).collect();
    assert_eq!(days.len(), LEAST_IN_A_YEAR);
    assert_eq!(days[LEAST_IN_A_YEAR - 2..], [date(2032, 12, 27), date(2032, 12, 28)]);
}
