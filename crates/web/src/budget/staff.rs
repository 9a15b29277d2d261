//! The budget as staff work with it: preview, change with a reason, share,
//! answer questions, and everything it ever was.

use super::{calm, explain, family, questions};
use crate::address::{Address as _, CasePage, CasePost};
use crate::case_page::{Opened, how_it_should_feel};
use crate::components::{Button, Look, button, buttons, next_step, nothing_yet, page_heading};
use crate::tokens::csrf_field;
use domain::access::Action;
use domain::case::Stage;
use domain::case::budget::{self, Version};
use domain::dates;
use maud::{Markup, html};
use service::Seen;

pub fn content(opened: &Opened) -> Markup {
    let budget = &opened.case().budget;
    // Lines and reasons say things about health: only for those who may read needs.
    let may_read_needs = opened.may(Action::SeeNeeds);
    let previews = opened.may(Action::SeePreview);
    let versions: Vec<&Version> =
        budget.versions.iter().filter(|version| previews || version.shared.is_some()).collect();
    let amounts = if previews { budget.newest() } else { budget.shown().map(|version| version.amounts) };
    let working = if previews { budget.working.as_ref() } else { budget.shown_working() };
    html! {
        (page_heading(opened.case().person_name(), "Budget"))
        (how_it_should_feel(&opened.seen, Stage::Money))
        (next(opened))
        @match amounts {
            None => (nothing_yet("There is no budget to see yet.")),
            Some(amounts) => {
                @if previews && budget.shared.is_none() { h2 { "Preview: the family does not see this yet" } } @else { h2 { "The budget now" } }
                (family::at_a_glance(amounts))
                @if opened.may(Action::WorkOutBudget) {
                    p { a href=(opened.path(CasePage::AdjustBudget)) { "Change the amounts, with a reason" } }
                }
            },
        }
        @if may_read_needs && !budget.questions.is_empty() {
            h2 { "What the family told us" }
            (questions(&opened.seen))
            @if budget.open_question().is_some() && opened.may(Action::AnswerQuestion) {
                p { a href=(opened.path(CasePage::AnswerOnBudget)) { "Answer the oldest question" } }
            }
        }
        @if let (true, Some(working)) = (may_read_needs, working) {
            h2 { "How it was worked out" }
            (explain::working(&opened.seen, working, "They said"))
        }
        @if !versions.is_empty() {
            h2 { "What changed and why" }
            (explain::history(&opened.seen, &versions, may_read_needs))
        }
    }
}

/// The state, and the one thing to do next.
fn next(opened: &Opened) -> Markup {
    let case = opened.case();
    let budget = &case.budget;
    if case.assessment.completed.is_none() {
        let needs = CasePage::Needs.of(case.id).path();
        return next_step(
            "First",
            "Finish the questions about needs",
            &html! { p { "The budget is worked out from the finished answers." } },
            &html! { @if opened.may(Action::SeeNeeds) { (button(&Button { look: Look::Secondary, ..Button::to("Go to the needs", &needs) })) } },
        );
    }
    if (budget.worked_out.is_none() || budget::is_out_of_date(case)) && opened.may(Action::WorkOutBudget) {
        let (title, text) = if budget.worked_out.is_none() {
            ("Work out the budget", "You see it first. The family sees it when you share it.")
        } else {
            (
                "Work out the budget again",
                "The needs were looked at again. The family keeps the amount they saw until you share the new one.",
            )
        };
        return next_step(
            "Your move",
            title,
            &html! { p { (text) } },
            &one_button(opened, CasePost::WorkOutBudget, title),
        );
    }
    if budget.shared.is_none() && budget.worked_out.is_some() && opened.may(Action::ShareBudget) {
        return next_step(
            "Your move",
            "Check it, then share it with the family",
            &html! {
                p { "They see the amount, both parts, what each is for and every line of how it was worked out." }
                @if let Some(shown) = budget.shown() {
                    p { "Until then they still see " (calm(shown.amounts.yearly())) " for a year." }
                }
            },
            &one_button(opened, CasePost::ShareBudget, "Share it with the family"),
        );
    }
    html! {
        @if let Some(shared) = budget.shared {
            p { "Shared with the family on " (dates::long(dates::london(shared))) ". " (who_saw(&opened.seen)) }
        }
    }
}

fn who_saw(seen: &Seen) -> String {
    let names: Vec<&str> =
        seen.case.budget.seen.iter().map(|(voice, _)| seen.case.circle.name_of(*voice)).collect();
    if names.is_empty() {
        "Nobody in the family has opened it yet.".to_owned()
    } else {
        format!("Seen by {}.", domain::listed(&names))
    }
}

fn one_button(opened: &Opened, to: CasePost, text: &str) -> Markup {
    html! {
        form method="post" action=(to.of(opened.case().id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            (buttons(&button(&Button::submit(text))))
        }
    }
}
