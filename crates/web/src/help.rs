//! Asking for help: who to call, who can speak for you, what else you can do.

use crate::address::{Address as _, CasePage, GuidePage, Place};
use crate::case_page::{At, Opened};
use crate::components::{Card, card, card_group, in_danger, own_words, page_heading};
use crate::routes::{Door, Routes};
use crate::{Answer, Me};
use domain::CaseId;
use domain::access::Action;
use domain::case::CaseRole;
use domain::case::plan::Section;
use maud::{Markup, html};

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/help", Door::Case(Action::SeeCase), show);
}

async fn show(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = me.open(id, Action::SeeCase, "help").await?;
    Ok(opened.page("Ask for help", None, &content(&opened)))
}

/// What the person's own plan says of whom to ring when things go wrong, for
/// those who live with it and read the plan.
fn by_day_and_night(opened: &Opened) -> Markup {
    let case = opened.case();
    let reads = opened.is_family() && opened.may(Action::SeePlan);
    let written = case.plan.section(Section::IfThingsGoWrong).filter(|_| reads);
    html! {
        @if let Some(written) = written {
            h2 { (Section::IfThingsGoWrong.title()) }
            p { "This is what the plan says, by day and by night." }
            @for writing in &written.standing {
                (own_words(writing.text.as_str(), &case.circle.whose(writing.voice, writing.by)))
            }
        }
    }
}

fn content(opened: &Opened) -> Markup {
    let case = opened.case();
    let framework = opened.seen.framework();
    let at = |page: CasePage| page.of(case.id).path();
    let family = opened.is_family();
    let supporters: Vec<_> = case.circle.present().filter(|m| m.role == CaseRole::Supporter).collect();
    let mut ways = vec![];
    if opened.may(Action::AskQuestion) {
        ways.push(card(&Card::to(
            "Ask a question",
            &at(CasePage::Questions),
            html! { p { "Write it down now. You see by when there is an answer." } },
        )));
    }
    if opened.may(Action::AskForReview) && opened.may(CasePage::Reviews.opened_by()) {
        ways.push(card(&Card::to(
            "Ask for a review",
            &at(CasePage::Reviews),
            html! { p { "When something is not working, or needs have changed." } },
        )));
    }
    ways.push(card(&Card::to(
        "I do not agree",
        &Place::Guide(GuidePage::Disagree).path(),
        html! { p { "What you can do when you think we are wrong." } },
    )));
    ways.push(card(&Card::to(
        "Who can help",
        &Place::Guide(GuidePage::Support).path(),
        html! { p { "Brokers, advocates and people who have done it." } },
    )));
    html! {
        (page_heading(if family { "" } else { case.person_name() }, "Ask for help"))
        @if let Some(coordinator) = case.circle.care_coordinator() {
            p { strong { (coordinator.name) } " is " (if family { "your" } else { "the" }) " care co-ordinator. Tell them when something is wrong, and when things go well." }
        } @else {
            p { "There is no care co-ordinator at the moment. Call us, and we will find out why." }
        }
        p { "Call " strong { (framework.phone) } " or write to " a href={ "mailto:" (framework.email) } { (framework.email) } "." }
        (in_danger())
        (by_day_and_night(opened))
        (card_group(2, &ways))
        h2 { "Someone to speak up with you" }
        p { "An advocate makes sure you are heard, and costs nothing. Ask " (case.circle.care_coordinator().map_or("us", |m| m.name.as_str())) " to find one, or call " (framework.council) " and say that you would like an advocate." }
        @if !supporters.is_empty() && opened.may(Action::SeePeople) {
            p { "In the circle to help: " @for (place, member) in supporters.iter().enumerate() { @if place > 0 { ", " } (member.name) " (" (member.relation) ")" } "." }
        }
        h2 { "If it is a hard decision" }
        p { "You do not have to decide alone, or today. Talk to someone you trust first. Nothing here has a last day for you." }
    }
}
