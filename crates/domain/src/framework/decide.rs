//! What the owner of a local framework may change, and what not.

use super::{Clocks, Event, Framework, Method, Retention, SpendingKind, Words};
use crate::working_days::{BankHolidays, LEAST_IN_A_YEAR, is_weekend};
use crate::{Pence, Refusal, dates};
use std::ops::RangeInclusive;

type Decision = Result<Vec<Event>, Refusal>;

/// What its owner wants changed in a framework: a part of it, as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amendment {
    BankHolidays(BankHolidays),
    Clocks(Clocks),
    Limit(Pence),
    Method(Method),
    Retention(Retention),
    Spending(Vec<SpendingKind>),
    Words(Words),
}

impl Amendment {
    fn event(&self) -> Event {
        match self.clone() {
            Self::BankHolidays(bank_holidays) => Event::BankHolidaysChanged { bank_holidays },
            Self::Clocks(clocks) => Event::ClocksChanged { clocks },
            Self::Limit(clinician_limit) => Event::LimitChanged { clinician_limit },
            Self::Method(method) => Event::MethodPublished { method },
            Self::Retention(retention) => Event::RetentionChanged { retention },
            Self::Spending(spending) => Event::SpendingChanged { spending },
            Self::Words(words) => Event::WordsChanged { words },
        }
    }
}

/// Changes a part of a framework. `since` is what happened after the version that
/// its owner had before them: what another did to the same part meanwhile is not
/// undone unseen, and the very same sent twice is done once.
pub fn amend(framework: &Framework, amendment: Amendment, since: &[Event]) -> Decision {
    let wanted = amendment.event();
    let is_of_that_part = |event: &&Event| std::mem::discriminant(*event) == std::mem::discriminant(&wanted);
    let meanwhile: Vec<&Event> = since.iter().filter(is_of_that_part).collect();
    if !meanwhile.is_empty() && meanwhile.iter().all(|event| **event == wanted) {
        return Ok(vec![]);
    }
    if !meanwhile.is_empty() || since.iter().any(|event| matches!(event, Event::Adopted { .. })) {
        return Err(Refusal::not_yet(
            "It was changed meanwhile",
            "Go on, and look again at what would change",
        ));
    }
    match amendment {
        Amendment::BankHolidays(days) => change_bank_holidays(framework, days),
        Amendment::Clocks(clocks) => change_clocks(framework, clocks),
        Amendment::Limit(limit) => change_limit(framework, limit),
        Amendment::Method(method) => publish(framework, method),
        Amendment::Retention(then) => change_retention(framework, then),
        Amendment::Spending(spending) => change_spending(framework, spending),
        Amendment::Words(words) => change_words(framework, words),
    }
}

/// Publishes a new version of the method. Cases that began with an older one
/// keep it until their needs are opened again. The same version sent twice is
/// published once.
fn publish(framework: &Framework, method: Method) -> Decision {
    let newest = framework.method();
    if newest == Some(&method) {
        return Ok(vec![]);
    }
    let number = newest.map_or(0, |m| m.version);
    if method.version != number + 1 {
        return Err(Refusal::not_yet(
            format!("Somebody published version {number} of the method while you were writing"),
            "Read that one first, then make your changes to it",
        ));
    }
    method.check()?;
    if newest.is_some_and(|m| Method { version: method.version, ..m.clone() } == method) {
        return Err(Refusal::already_done(
            "Nothing is different from the method now. Change something first",
        ));
    }
    // An answer is kept by its place. If the places moved, an old answer would
    // come to mean something else.
    for question in &method.questions {
        let before = framework.methods.iter().rev().find_map(|m| m.question(&question.key));
        if before.is_some_and(|b| b.levels.len() != question.levels.len() || b.funder != question.funder) {
            return Err(Refusal::invalid(
                &format!("title-{}", question.key),
                format!(
                    "“{}” must keep its number of answers and who pays for it. Leave it out and add a new question",
                    question.title
                ),
            ));
        }
    }
    Ok(vec![Event::MethodPublished { method }])
}

/// Changes what clinicians may agree to for a first year.
fn change_limit(framework: &Framework, limit: Pence) -> Decision {
    if framework.clinician_limit == limit {
        return Err(Refusal::already_done("That is the limit now"));
    }
    Ok(vec![Event::LimitChanged { clinician_limit: limit }])
}

/// Changes names, contacts and how to appeal.
fn change_words(framework: &Framework, words: Words) -> Decision {
    if framework.words() == words {
        return Err(nothing_different());
    }
    Ok(vec![Event::WordsChanged { words }])
}

/// Changes how soon things are done. The first review is within 3 months of
/// the first money, and the others within 12 of each other (reg. 14): an area
/// may be quicker, and not slower.
fn change_clocks(framework: &Framework, clocks: Clocks) -> Decision {
    let within = |field: &str, number: i32, range: RangeInclusive<i32>| {
        let (least, most) = (range.start(), range.end());
        let message = format!("This must be a whole number from {least} to {most}");
        if range.contains(&number) { Ok(()) } else { Err(Refusal::invalid(field, message)) }
    };
    within("contact-days", clocks.contact_days, 1..=20)?;
    within("decision-days", clocks.decision_days, 1..=90)?;
    within("first-review-months", clocks.first_review_months, 1..=3)?;
    within("review-months", clocks.review_months, 1..=12)?;
    if framework.clocks() == clocks {
        return Err(nothing_different());
    }
    Ok(vec![Event::ClocksChanged { clocks }])
}

/// Changes the names of kinds of spending, or adds some. Plans have lines of
/// each kind, so none is taken away; and what cannot be bought stays so.
fn change_spending(framework: &Framework, spending: Vec<SpendingKind>) -> Decision {
    for kind in &framework.spending {
        let then = spending.iter().find(|then| then.key == kind.key);
        if then.is_none_or(|then| then.excluded != kind.excluded) {
            return Err(Refusal::not_allowed(format!("“{}” has to stay as it is", kind.name)));
        }
    }
    for (place, kind) in spending.iter().enumerate() {
        if spending[..place].iter().any(|other| other.key == kind.key || other.name == kind.name) {
            let message = format!("There is a kind of spending called “{}” already", kind.name);
            return Err(Refusal::invalid(&format!("name-{}", kind.key), message));
        }
    }
    if framework.spending == spending {
        return Err(nothing_different());
    }
    Ok(vec![Event::SpendingChanged { spending }])
}

/// Changes how long records are kept: longer than the Code says, and not shorter.
fn change_retention(framework: &Framework, retention: Retention) -> Decision {
    retention.check()?;
    if framework.retention == retention {
        return Err(nothing_different());
    }
    Ok(vec![Event::RetentionChanged { retention }])
}

/// The field in which bank holidays are typed.
pub const BANK_HOLIDAYS: &str = "bank-holidays";

/// Takes in bank holidays as they were published: whole years without a gap, each
/// with all of its days. What was promised by a day keeps that day.
fn change_bank_holidays(framework: &Framework, days: BankHolidays) -> Decision {
    let wrong = |message: String| Err(Refusal::invalid(BANK_HOLIDAYS, message));
    let Some((first, last)) = days.years() else {
        return wrong("Enter the bank holidays, one on each line".to_owned());
    };
    for pair in days.days().windows(2) {
        if pair[0].date == pair[1].date {
            return wrong(format!(
                "{} is there twice. Take one of the two lines out",
                dates::long(pair[0].date)
            ));
        }
    }
    if let Some(day) = days.days().iter().find(|day| is_weekend(day.date)) {
        return wrong(format!(
            "{} is on a weekend. Enter the weekday that stands in for it",
            dates::long(day.date)
        ));
    }
    for year in first..=last {
        let there = days.of_year(year).count();
        if there < LEAST_IN_A_YEAR {
            return wrong(format!(
                "{year} has {there} of at least {LEAST_IN_A_YEAR} bank holidays. Enter whole years, with none left out between them"
            ));
        }
    }
    if framework.bank_holidays == days {
        return Err(nothing_different());
    }
    Ok(vec![Event::BankHolidaysChanged { bank_holidays: days }])
}

fn nothing_different() -> Refusal {
    Refusal::already_done("Nothing is different from what it is now. Change something first")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Funder;
    use crate::testing::{line, method, question, spending};
    use crate::{AreaId, Why};

    fn framework() -> Framework {
        let mut framework = Framework::to_start_from(AreaId(uuid::Uuid::from_u128(1)), &line("Westmere"));
        framework.methods.push(method());
        let excluded = Some((line("The law"), line("Reg. 12")));
        framework.spending =
            vec![spending("agency", "agency"), SpendingKind { excluded, ..spending("alcohol", "alcohol") }];
        framework
    }

    fn next(change: impl FnOnce(&mut Method)) -> Method {
        let mut next = Method { version: 2, ..method() };
        change(&mut next);
        next
    }

    #[test]
    fn a_new_version_is_published_once() {
        let mut framework = framework();
        let two = next(|m| m.nhs_per_point = Pence(32_000));
        let events = publish(&framework, two.clone()).expect("published");
        assert_eq!(events, [Event::MethodPublished { method: two.clone() }]);
        framework.apply(&events[0]);
        assert_eq!(framework.method(), Some(&two));
        assert_eq!(framework.method_version(1), Some(&method()), "the older one stays");
        assert_eq!(publish(&framework, two), Ok(vec![]));
    }

    #[test]
    fn somebody_elses_version_is_not_written_over() {
        let mut framework = framework();
        framework.methods.push(next(|m| m.start_up = Pence(1)));
        let no = publish(&framework, next(|m| m.start_up = Pence(2))).expect_err("it is taken");
        assert_eq!(no.why, Why::NotYet);
        assert!(no.message.contains("version 2"), "{no}");
    }

    #[test]
    fn nothing_different_and_unsound_methods_are_refused() {
        let framework = framework();
        assert_eq!(publish(&framework, next(|_| ())).expect_err("no change").why, Why::AlreadyDone);
        let no = publish(&framework, next(|m| m.questions[0].levels[0].1 = 4)).expect_err("unsound");
        assert_eq!(no.field.as_deref(), Some("points-breathing-0"));
    }

    #[test]
    fn an_answer_keeps_its_meaning() {
        let mut framework = framework();
        let shorter = next(|m| m.questions[1].levels.truncate(3));
        assert_eq!(publish(&framework, shorter).expect_err("moved").field.as_deref(), Some("title-eating"));
        let moved = next(|m| m.questions[0].funder = Funder::Council);
        assert_eq!(publish(&framework, moved).expect_err("moved").field.as_deref(), Some("title-breathing"));
        // Left out in one version and back in the next with other answers: no.
        framework.methods.push(next(|m| drop(m.questions.remove(3))));
        let mut three = Method { version: 3, ..framework.methods[1].clone() };
        three.questions.push(question("going-out", Funder::Council, &[0, 9]));
        let no = publish(&framework, three.clone()).expect_err("other answers");
        assert_eq!(no.field.as_deref(), Some("title-going-out"));
        three.questions[3] = question("garden", Funder::Council, &[0, 9]);
        assert!(publish(&framework, three).is_ok(), "a new question has what answers it likes");
    }

    #[test]
    fn clocks_may_be_quicker_than_the_law_and_not_slower() {
        let framework = framework();
        let now = framework.clocks();
        let field = |clocks| change_clocks(&framework, clocks).expect_err("refused").field;
        assert_eq!(field(Clocks { first_review_months: 4, ..now }).as_deref(), Some("first-review-months"));
        assert_eq!(field(Clocks { review_months: 13, ..now }).as_deref(), Some("review-months"));
        assert_eq!(field(Clocks { contact_days: 0, ..now }).as_deref(), Some("contact-days"));
        assert_eq!(field(Clocks { decision_days: 91, ..now }).as_deref(), Some("decision-days"));
        assert_eq!(field(now), None, "nothing is different");
        let quicker = Clocks { first_review_months: 2, review_months: 6, ..now };
        assert_eq!(change_clocks(&framework, quicker), Ok(vec![Event::ClocksChanged { clocks: quicker }]));
    }

    #[test]
    fn kinds_of_spending_are_named_and_added_and_never_allowed_again() {
        let framework = framework();
        let kinds = framework.spending.clone();
        let no = |spending| change_spending(&framework, spending).expect_err("refused");
        assert_eq!(no(kinds.clone()).why, Why::AlreadyDone);
        assert_eq!(no(kinds[..1].to_vec()).why, Why::NotAllowed, "alcohol is taken away");
        let mut allowed = kinds.clone();
        allowed[1].excluded = None;
        assert_eq!(no(allowed).why, Why::NotAllowed);
        let mut twice = kinds.clone();
        twice.push(SpendingKind { key: "other".into(), ..kinds[0].clone() });
        assert_eq!(no(twice).field.as_deref(), Some("name-other"));
        let mut more = kinds;
        more[0].name = line("Care from an agency");
        more.push(SpendingKind { key: "garden".into(), name: line("A garden"), excluded: None });
        let spending = more.clone();
        assert_eq!(change_spending(&framework, more), Ok(vec![Event::SpendingChanged { spending }]));
    }

    #[test]
    fn what_another_changed_meanwhile_is_not_undone_unseen() {
        let framework = framework();
        let mine = || Amendment::Limit(Pence(900_000));
        let limit = |pounds: i64| Event::LimitChanged { clinician_limit: Pence(pounds * 100) };
        let words = Event::WordsChanged { words: framework.words() };
        let adopted = Event::Adopted { framework: Box::new(framework.clone()) };
        let done = Ok(vec![limit(9_000)]);
        assert_eq!(amend(&framework, mine(), &[]), done);
        assert_eq!(amend(&framework, mine(), &[words]), done, "of another part");
        assert_eq!(amend(&framework, mine(), &[limit(9_000)]), Ok(vec![]), "the very same");
        for since in [vec![limit(8_000)], vec![limit(9_000), limit(8_000)], vec![adopted]] {
            let no = amend(&framework, mine(), &since).expect_err("it was changed");
            assert_eq!((no.why, &*no.message), (Why::NotYet, "It was changed meanwhile"), "{since:?}");
        }
    }

    #[test]
    fn words_are_changed_together() {
        let mut framework = framework();
        assert!(change_words(&framework, framework.words()).is_err());
        let words = Words { phone: line("01632 960 200"), ..framework.words() };
        let events = change_words(&framework, words.clone()).expect("changed");
        framework.apply(&events[0]);
        assert_eq!(framework.words(), words);
        assert!(change_limit(&framework, framework.clinician_limit).is_err());
    }

    #[test]
    fn bank_holidays_are_taken_in_as_whole_years() {
        use crate::working_days::BankHoliday;
        let mut framework = framework();
        let date = |y: i16, m: i8, d: i8| crate::Date::constant(y, m, d);
        let published = || framework.bank_holidays.days().to_vec();
        let more = |days: &[crate::Date]| {
            let mut all = published();
            all.extend(days.iter().map(|date| BankHoliday { date: *date, title: line("A day") }));
            BankHolidays::new(all)
        };
        let proclaimed = more(&[date(2027, 6, 14)]);
        let refused = |days| change_bank_holidays(&framework, days).expect_err("refused");
        for (days, says) in [
            (BankHolidays::new(vec![]), "one on each line"),
            (more(&[date(2027, 12, 27)]), "27 December 2027 is there twice"),
            (more(&[date(2027, 6, 13)]), "13 June 2027 is on a weekend"),
            (more(&[date(2028, 1, 3)]), "2028 has 1 of at least 8"),
            (more(&[date(2029, 1, 1)]), "2028 has 0 of at least 8"),
        ] {
            let no = refused(days);
            assert!(no.message.contains(says), "{no}");
            assert_eq!(no.field.as_deref(), Some(BANK_HOLIDAYS));
        }
        assert_eq!(refused(more(&[])).why, Why::AlreadyDone);
        let events = change_bank_holidays(&framework, proclaimed).expect("taken in");
        assert!(!framework.bank_holidays.contains(date(2027, 6, 14)));
        framework.apply(&events[0]);
        assert!(framework.bank_holidays.contains(date(2027, 6, 14)));
        let again = Event::Adopted {
            framework: Box::new(super::super::Framework::to_start_from(framework.area, &line("Anew"))),
        };
        framework.apply(&again);
        assert_eq!(framework.area_name, line("Anew"));
        assert!(
            framework.bank_holidays.contains(date(2027, 6, 14)),
            "kept where a framework is adopted anew"
        );
    }
}
