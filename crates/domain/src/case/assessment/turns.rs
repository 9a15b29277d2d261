//! Whose move it is about needs.

use super::{Gap, gaps, method_of};
use crate::access::Action;
use crate::case::{Case, Meant, Turn};
use crate::framework::Framework;
use crate::place::CasePage;

pub(in crate::case) fn next_step(case: &Case, framework: &Framework) -> Turn {
    let missing = method_of(case, framework).map(|method| gaps(case, method));
    match missing.as_deref() {
        Ok([]) => Turn::new(
            Action::CompleteNeeds,
            "Finish the questions about needs",
            "Every question about your needs has an answer. Your care co-ordinator will finish this with you.",
            CasePage::Needs,
        ),
        Ok(gaps) if gaps.iter().all(|gap| matches!(gap, Gap::Contested(_))) => Turn::new(
            Action::AnswerNeeds,
            "Settle where people see needs differently",
            "People see something differently. Talk about it, and settle together which answer counts.",
            CasePage::Needs,
        )
        .meant(Meant::FamilyAndCoordinator),
        _ => Turn::new(
            Action::AnswerNeeds,
            "Fill in the questions about needs",
            "Tell us about your needs. You can do it together with your care co-ordinator.",
            CasePage::Needs,
        )
        .meant(Meant::FamilyAndCoordinator),
    }
}
