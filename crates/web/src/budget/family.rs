//! The budget as the person and their family see it: how much, from whom, for
//! what, how it was worked out, and what to do if it does not look right.

use super::{about, amounts_list, calm, explain, questions};
use crate::address::{Address as _, CasePage, GuidePage, Place};
use crate::case_page::{Opened, how_it_should_feel};
use crate::components::{
    Button, Figure, Look, button, buttons, do_list, dont_list, figures, inset_text, next_step, own_words,
    page_heading,
};
use crate::picture;
use domain::access::Action;
use domain::case::Stage;
use domain::case::budget::{Amounts, Version};
use domain::framework::SpendingKind;
use maud::{Markup, html};
use service::Seen;

pub fn content(opened: &Opened) -> Markup {
    let budget = &opened.case().budget;
    match budget.shown() {
        None => html! {
            (page_heading("", "Your budget"))
            (how_it_should_feel(&opened.seen, Stage::Money))
            (not_yet(&opened.seen))
        },
        Some(version) => shown(opened, version),
    }
}

fn not_yet(seen: &Seen) -> Markup {
    let coordinator =
        seen.case.circle.care_coordinator().map_or("Your care co-ordinator", |m| m.name.as_str());
    let needs = CasePage::Needs.of(seen.case.id).path();
    if seen.case.assessment.completed.is_some() {
        return next_step(
            "It is our turn",
            "We are working out how much money there is",
            &html! { p { (coordinator) " is doing this from your answers, and will tell you when you can see it. You do not have to do anything." } },
            &html! { p { a href=(Place::Guide(GuidePage::Method).path()) { "See how a budget is worked out" } } },
        );
    }
    next_step(
        "It is your turn",
        "First, tell us about your needs",
        &html! { p { "Your budget is worked out from your answers to a few questions." } },
        &button(&Button::to("Go to the questions", &needs)),
    )
}

fn shown(opened: &Opened, version: &Version) -> Markup {
    let amounts = version.amounts;
    let budget = &opened.case().budget;
    let is_new = budget.shared.is_none();
    let plan = opened.path(CasePage::Plan);
    html! {
        (page_heading("", "Your budget"))
        (how_it_should_feel(&opened.seen, Stage::Money))
        (how_much(amounts))
        @if is_new {
            (inset_text(&html! { p { "We are working out your budget again. Until we show you the new amount, this one stays." } }))
        }
        @if let Some(why) = &version.why {
            h2 { "Why it changed" }
            (own_words(why.as_str(), &explain::who(&opened.seen, version)))
        }
        (inset_text(&html! {
            p { strong { "This is not set in stone." } }
            p { "It is a first idea of what is enough. While you plan it can go up, if it is not enough, or down, if you need less." }
        }))
        (buttons(&html! {
            (button(&Button::to("Go to your plan", &plan)))
            @if opened.may(Action::QuestionBudget) {
                (button(&Button { look: Look::Secondary, ..Button::to("It looks wrong, or is not enough", &opened.path(CasePage::QuestionBudget)) }))
            }
        }))
        @if !budget.questions.is_empty() { h2 { "What you told us" } (questions(&opened.seen)) }
        h2 { "How we worked it out" }
        @if let Some(working) = budget.shown_working() {
            p { "Each answer to the questions about needs has points. The more help is needed, the more points." }
            (explain::working(&opened.seen, working, "You said"))
            @if version.working.is_none() { p { "Then a person changed it. The reason is at the top of this page." } }
        }
        p { "What your family and friends do without pay takes nothing away." }
        (spending(&opened.seen.framework().spending))
        (paying(&opened.seen))
        (earlier(&opened.seen))
    }
}

fn how_much(amounts: Amounts) -> Markup {
    html! {
        (figures(&[Figure { number: calm(amounts.yearly()), words: "for a year".into(), href: None }]))
        (picture::budget_split(amounts.nhs, amounts.council))
        p { "That is " (about(amounts.yearly(), 12)) " a month, or " (about(amounts.yearly(), 52)) " a week." }
        @if !amounts.start_up.is_zero() {
            p { "There is also " strong { (calm(amounts.start_up)) } ", once, to get started: for example to find and train people." }
        }
    }
}

/// What each part is for, and what neither may buy.
fn spending(kinds: &[SpendingKind]) -> Markup {
    let excluded: Vec<(String, &str)> = kinds
        .iter()
        .filter_map(|kind| {
            let (why, source) = kind.excluded.as_ref()?;
            Some((format!("{}. {}.", kind.name, why), source.as_str()))
        })
        .collect();
    let words: Vec<&str> = excluded.iter().map(|(words, _)| words.as_str()).collect();
    html! {
        h2 { "What it is for" }
        (do_list("The part from the NHS", &[
            "It is for your health and wellbeing needs.",
            "For example trained carers, therapy, equipment, or something that keeps you well.",
        ]))
        (do_list("The part from the council", &[
            "It is for social care: help with daily life.",
            "For example a personal assistant, going out, running your home, or a break for your family.",
        ]))
        p { "Both are for what you and the NHS agree in your plan. You do not have to split a thing you buy between the two." }
        @if !words.is_empty() {
            (dont_list("What neither part can buy", &words))
            @if let Some((_, source)) = excluded.first() { p class="nhsuk-hint" { "This is written in the " (source) "." } }
        }
        p { "Before any money is paid, your plan has to be agreed, and you sign an agreement about the money. We look at it together within 3 months, and then at least once a year." }
    }
}

fn paying(seen: &Seen) -> Markup {
    html! {
        h2 { "Do you have to pay anything?" }
        p { strong { "The NHS part is free." } " What you own or earn makes no difference to it. We do not ask." }
        p { "For its own part, " (seen.framework().council) " may ask you to pay something. It looks at your money with you first, and tells you how much before you decide anything." }
    }
}

/// Earlier amounts, where there were any that the family saw.
fn earlier(seen: &Seen) -> Markup {
    let shown: Vec<&Version> = seen.case.budget.versions.iter().filter(|v| v.shared.is_some()).collect();
    if shown.len() < 2 {
        return html! {};
    }
    html! {
        h2 { "What changed and why" }
        (explain::history(seen, &shown, true))
    }
}

/// For staff: the same amounts in a list.
pub fn at_a_glance(amounts: Amounts) -> Markup {
    html! {
        (picture::budget_split(amounts.nhs, amounts.council))
        (amounts_list(amounts))
    }
}
