//! Whose move it is in finding out, and about questions.

use crate::case::{Case, Turn};
use crate::place::CasePage;

pub(in crate::case) fn turns(case: &Case) -> Option<Turn> {
    let open = case.offer.questions.iter().filter(|q| q.open).count();
    let task = match open {
        0 => return None,
        1 => "Answer 1 question".to_owned(),
        _ => format!("Answer {open} questions"),
    };
    Some(Turn::of_coordinator(
        &task,
        "Your care co-ordinator will answer your questions.",
        CasePage::Questions,
    ))
}

pub(in crate::case) fn next_step(case: &Case) -> Option<Turn> {
    if case.offer.conversations.is_empty() {
        Some(Turn::of_coordinator(
            "Have the first conversation",
            "Your care co-ordinator will get in touch to talk with you.",
            CasePage::Offer,
        ))
    } else if case.offer.offers.is_empty() {
        Some(Turn::of_coordinator(
            "Make the offer",
            "Your care co-ordinator will ask if you would like a personal health budget.",
            CasePage::Offer,
        ))
    } else if case.offer.answer().is_none() {
        Some(Turn::of_family(
            "Waiting for their answer",
            "You can say yes, no, not yet, or only part. There is no hurry.",
            CasePage::Offer,
        ))
    } else {
        None
    }
}
