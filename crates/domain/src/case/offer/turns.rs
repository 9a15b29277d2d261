//! Whose move it is in finding out, and about questions.

use super::Question;
use crate::access::Action;
use crate::case::{Case, Meant, Turn};
use crate::framework::Framework;
use crate::place::CasePage;
use crate::{Date, dates};

pub(in crate::case) fn turns(case: &Case, framework: &Framework) -> Option<Turn> {
    let open = case.offer.questions.iter().filter(|q| q.open).count();
    let task = match open {
        0 => return None,
        1 => "Answer 1 question".to_owned(),
        _ => format!("Answer {open} questions"),
    };
    let words = "Your care co-ordinator will answer your questions.";
    let first = case.offer.questions.iter().filter_map(|q| q.answer_by(framework)).min();
    let turn = Turn::new(Action::AnswerQuestion, &task, words, CasePage::Questions);
    Some(turn.meant(Meant::Coordinator).by(first))
}

impl Question {
    /// The day by which it is to be answered, while it is open: as soon as
    /// whoever asks for the first time hears from somebody.
    #[must_use]
    pub fn answer_by(&self, framework: &Framework) -> Option<Date> {
        let asked = self.asked_again.last().map_or(self.asked, |again| again.at);
        let day = framework.bank_holidays.working_days_after(dates::london(asked), framework.contact_days);
        self.open.then_some(day)
    }
}

pub(in crate::case) fn next_step(case: &Case) -> Option<Turn> {
    if case.offer.conversations.is_empty() {
        let turn = Turn::new(
            Action::RecordConversation,
            "Have the first conversation",
            "Your care co-ordinator will get in touch to talk with you.",
            CasePage::Offer,
        );
        // What they were promised before there was a case goes on being so.
        Some(turn.by(case.offer.opened.as_ref().and_then(|opened| opened.contact_by)))
    } else if case.offer.offers.is_empty() {
        Some(Turn::new(
            Action::MakeOffer,
            "Make the offer",
            "Your care co-ordinator will ask if you would like a personal health budget.",
            CasePage::Offer,
        ))
    } else if case.offer.answer().is_none() {
        Some(
            Turn::new(
                Action::AnswerOffer,
                "Waiting for their answer",
                "You can say yes, no, not yet, or only part. There is no hurry.",
                CasePage::Offer,
            )
            .meant(Meant::Family),
        )
    } else {
        None
    }
}
