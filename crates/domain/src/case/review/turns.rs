//! Whose move it is about reviews.

use crate::case::{Case, Turn};
use crate::framework::Framework;
use crate::place::CasePage;

pub(in crate::case) fn turns(case: &Case) -> Option<Turn> {
    case.review.open().any(|r| r.asked.is_some() && r.booked.is_none()).then(|| {
        Turn::of_coordinator(
            "Book the review they asked for",
            "Your care co-ordinator will book the review that was asked for.",
            CasePage::Reviews,
        )
    })
}

pub(in crate::case) fn next_step(case: &Case, framework: &Framework) -> Option<Turn> {
    let due = case.review_due(framework)?;
    let words = "Your next review is planned. You can ask for one sooner.";
    Some(Turn::of_coordinator("Hold the review", words, CasePage::Reviews).by(Some(due)))
}
