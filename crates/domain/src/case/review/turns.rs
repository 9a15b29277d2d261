//! Whose move it is about reviews.

use crate::Date;
use crate::access::Action;
use crate::case::{Case, Meant, Turn};
use crate::framework::Framework;
use crate::place::CasePage;

/// A review that was asked for keeps the day by which one is due.
pub(in crate::case) fn turns(case: &Case, framework: &Framework) -> Option<Turn> {
    case.review.open().any(|r| r.asked.is_some() && r.booked.is_none()).then(|| {
        Turn::new(
            Action::HoldReview,
            "Book the review they asked for",
            "Your care co-ordinator will book the review that was asked for.",
            CasePage::Reviews,
        )
        .meant(Meant::Coordinator)
        .by(case.review_due(framework))
    })
}

pub(in crate::case) fn next_step(case: &Case, framework: &Framework) -> Option<Turn> {
    if booked_day(case).is_some() {
        return None;
    }
    let due = case.review_due(framework)?;
    let words = "Your next review is planned. You can ask for one sooner.";
    Some(to_hold(words, due))
}

/// A review that is booked waits for its own day, and not for the last one on
/// which it could be.
pub(in crate::case) fn booked(case: &Case) -> Option<Turn> {
    let words = "Your review is booked. You can say before it what you want to talk about.";
    let day = booked_day(case)?;
    Some(to_hold(words, day))
}

fn to_hold(words: &str, day: Date) -> Turn {
    let turn = Turn::new(Action::HoldReview, "Hold the review", words, CasePage::Reviews);
    turn.meant(Meant::Coordinator).by(Some(day))
}

fn booked_day(case: &Case) -> Option<Date> {
    case.review.open().find_map(|review| review.booked.as_ref()).map(|(day, _)| *day)
}
