//! Whose move it is about the budget, and about needs that are looked at again.

use super::is_out_of_date;
use crate::access::Action;
use crate::case::{Case, Meant, Stage, Turn};
use crate::place::CasePage;

pub(in crate::case) fn turns(case: &Case) -> Vec<Turn> {
    let mut turns = Vec::new();
    if case.budget.open_question().is_some() {
        turns.push(
            Turn::new(
                Action::AnswerQuestion,
                "Answer a question about the budget",
                "Your care co-ordinator will answer what you said about the budget.",
                CasePage::Budget,
            )
            .meant(Meant::Coordinator),
        );
    }
    let is_again = !case.assessment.reopened.is_empty();
    if is_again && case.assessment.completed.is_none() && case.stage() > Stage::Needs {
        turns.push(Turn::new(
            Action::CompleteNeeds,
            "Finish looking at the needs again",
            "We are looking at your needs again with you.",
            CasePage::Needs,
        ));
    } else if is_again && is_out_of_date(case) && case.stage() > Stage::Money {
        turns.push(
            Turn::new(
                Action::WorkOutBudget,
                "Work out the budget again",
                "Your care co-ordinator will work out your budget again and show you what changed.",
                CasePage::Budget,
            )
            .meant(Meant::Coordinator),
        );
    }
    if case.budget_must_be_looked_at() {
        turns.push(Turn::new(
 Action::WorkOutBudget,
            "Look at the budget again: the review said it is not enough",
            "The review said the money is not enough. Your care co-ordinator will look at your budget again.",
            CasePage::Budget,
        ).meant(Meant::Coordinator));
    }
    turns
}

pub(in crate::case) fn next_step() -> Turn {
    Turn::new(
        Action::ShareBudget,
        "Work out and share the budget",
        "Your care co-ordinator will work out how much money there is and show you how.",
        CasePage::Budget,
    )
}
