//! Staff answer what was asked about the record, and end a restriction.

use super::request::{one, what};
use super::{SECTION, name};
use crate::address::CasePage;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, Row, SummaryList, Textarea, button, checkboxes, inset_text, page_heading,
    radios, summary_list, textarea, typed,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::{Answer, Me};
use domain::access::Action;
use domain::case::rights::{self, About, Ask, Asked};
use domain::{CaseId, RequestId, dates};
use maud::{Markup, html};
use strum::VariantArray as _;

pub fn declare(routes: &mut Routes) {
    let door = Door::Case(Action::AnswerAboutRecord);
    routes.get("/cases/{id}/rights/{request}/answer", door, show);
    routes.post("/cases/{id}/rights/{request}/answer", door, answer);
    routes.get("/cases/{id}/rights/{request}/lift", door, show_lift);
    routes.post("/cases/{id}/rights/{request}/lift", door, lift);
}

const TITLE: &str = "Answer what was asked";
const LIFT: &str = "End the restriction";

async fn show(me: Me, At((id, request)): At<(CaseId, RequestId)>) -> Answer {
    let opened = me.open(id, Action::AnswerAboutRecord, SECTION).await?;
    let content = content(&opened, one(&opened, request)?, &Form::empty());
    Ok(opened.page(TITLE, None, &content))
}

async fn answer(me: Me, At((id, request)): At<(CaseId, RequestId)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::AnswerAboutRecord, SECTION).await?;
    one(&opened, request)?;
    let given = form.choice::<rights::Answer>("answer", "yes, partly or no");
    let words = form.prose("words", "the answer in words");
    if let (Some(given), Some(words)) = (given, words) {
        let all = form.ticked("all");
        let done = me.web().app.answer_request(&me.actor, id, request, (given, words), all).await;
        if form.accepted(done)?.is_some() {
            return Ok(opened.go(CasePage::Asked(request), "answered"));
        }
    }
    again(&me, id, request, &form).await
}

async fn show_lift(me: Me, At((id, request)): At<(CaseId, RequestId)>) -> Answer {
    let opened = me.open(id, Action::AnswerAboutRecord, SECTION).await?;
    let content = lifting(&opened, one(&opened, request)?, &Form::empty());
    Ok(opened.page(LIFT, None, &content))
}

async fn lift(me: Me, At((id, request)): At<(CaseId, RequestId)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::AnswerAboutRecord, SECTION).await?;
    one(&opened, request)?;
    if let Some(why) = form.prose("why", "why it ends") {
        let done = me.web().app.lift_restriction(&me.actor, id, request, why).await;
        if form.accepted(done)?.is_some() {
            return Ok(opened.go(CasePage::Asked(request), "lifted"));
        }
    }
    let opened = me.open(id, Action::AnswerAboutRecord, SECTION).await?;
    let content = lifting(&opened, one(&opened, request)?, &form);
    Ok(opened.again(LIFT, &content))
}

async fn again(me: &Me, id: CaseId, request: RequestId, form: &Form) -> Answer {
    let opened = me.open(id, Action::AnswerAboutRecord, SECTION).await?;
    let content = content(&opened, one(&opened, request)?, form);
    Ok(opened.again(TITLE, &content))
}

/// What staff can do about a request, for the page that shows it.
pub fn way_there(opened: &Opened, asked: &Asked) -> Markup {
    let may = |action| rights::may(opened.case(), asked, action, &opened.me.actor);
    let may_answer = may(Action::AnswerRequest);
    html! {
        @if may_answer && asked.is_waiting() {
            p { a href=(opened.path(CasePage::AnswerAsked(asked.id))) { "Answer it" } }
        }
        @if may_answer && asked.restricts(opened.seen.today) {
            p { a href=(opened.path(CasePage::EndRestriction(asked.id))) { (LIFT) } }
        }
        @if may(Action::KeepItsTime) && asked.is_waiting() {
            p { a href=(opened.path(CasePage::AnswerTime(asked.id))) { "Change the time for the answer" } }
        }
    }
}

fn content(opened: &Opened, asked: &Asked, form: &Form) -> Markup {
    let mut rows = what(&asked.ask);
    if let Some(again) = &asked.again {
        rows.push(Row::html("Why they ask again", typed(again.words.as_str())));
    }
    for given in &asked.answers {
        rows.push(Row::html(
            "Answered before",
            html! { (given.answer.words()) ". " (typed(given.words.as_str())) },
        ));
    }
    html! {
        (form.error_summary())
        (page_heading(opened.case().person_name(), TITLE))
        h2 { (name(asked)) }
        (summary_list(&SummaryList::new(rows)))
        (answering(opened, asked, form))
        p { a href=(opened.path(CasePage::Asked(asked.id))) { "Back to the request" } }
    }
}

fn answering(opened: &Opened, asked: &Asked, form: &Form) -> Markup {
    let choices = rights::Answer::VARIANTS.iter().map(|one| Choice::new((*one).into(), one.words()));
    html! {
        (inset_text(&advice(opened, asked)))
        p { "They get it by " (dates::long(asked.time.due)) "." }
        form method="post" action=(opened.path(CasePage::AnswerAsked(asked.id))) novalidate {
            (csrf_field(&opened.me.csrf))
            (radios(&Choices { small: true, ..Choices::new("answer", "Is it done as they ask?", choices.collect()).with(form) }))
            @if may_erase_all(opened, asked) { (all_of_it(form)) }
            (textarea(&Textarea { rows: 6, hint: Some("What you have done, or why not. They read this, and how to ask again."), ..Textarea::new("words", "The answer in words").with(form) }))
            (button(&Button::submit("Answer")))
        }
    }
}

/// Whether they may say that all of it is erased: not who wrote the request down.
fn may_erase_all(opened: &Opened, asked: &Asked) -> bool {
    matches!(asked.ask, Ask::Erase { .. })
        && rights::may(opened.case(), asked, Action::GrantErasure, &opened.me.actor)
}

/// A yes to erasing is mostly about a part of the record; all of it is said as such.
fn all_of_it(form: &Form) -> Markup {
    let choice = Choice::new("yes", "All of the record is to be destroyed. Two others see to that");
    let hint = Some("Only with a yes, and only where no rule keeps any of it");
    checkboxes(&Choices {
        small: true,
        hint,
        ..Choices::new("all", "Is it all of it?", vec![choice]).with(form)
    })
}

/// What the law asks of whoever answers, and what to do first.
fn advice(opened: &Opened, asked: &Asked) -> Markup {
    match &asked.ask {
        Ask::PutRight { about, .. } => html! {
            p { "Put it right where it stands first, then say so here. What was written stays on the record, with what is right after it. An opinion is right as an opinion: say whose it was, and when." }
            @if let Some(page) = page_of(*about) { p { a href=(opened.path(page)) { "Where it stands" } } }
        },
        Ask::Restrict { .. } => html! {
            p { "Say yes while you check whether the record is right, where its use was against the law, or where they need it for a claim (UK GDPR, article 18). From your yes on, everybody who opens the record reads that its use is restricted." }
        },
        Ask::Object { .. } => html! {
            p { "Stop it, unless there are compelling reasons that weigh more than theirs, or it is for a legal claim (UK GDPR, article 21). Say which." }
        },
        Ask::Erase { .. } => html! {
            p { "A record of care is kept as long as the area’s rules say (UK GDPR, article 17(3)). Say how long that is. Where it falls due, two people see to it." }
        },
    }
}

fn page_of(about: About) -> Option<CasePage> {
    match about {
        About::People => Some(CasePage::People),
        About::Needs => Some(CasePage::Needs),
        About::Budget => Some(CasePage::Budget),
        About::Plan => Some(CasePage::Plan),
        About::Money => Some(CasePage::Money),
        About::Reviews => Some(CasePage::Reviews),
        About::Notes => Some(CasePage::Notes),
        About::SomethingElse => None,
    }
}

fn lifting(opened: &Opened, asked: &Asked, form: &Form) -> Markup {
    html! {
        (form.error_summary())
        (page_heading(opened.case().person_name(), LIFT))
        (summary_list(&SummaryList::new(what(&asked.ask))))
        p { "They are told why before anybody uses the record as before." }
        form method="post" action=(opened.path(CasePage::EndRestriction(asked.id))) novalidate {
            (csrf_field(&opened.me.csrf))
            (textarea(&Textarea { rows: 4, ..Textarea::new("why", "Why does it end?").with(form) }))
            (button(&Button::submit(LIFT)))
        }
        p { a href=(opened.path(CasePage::Asked(asked.id))) { "Back to the request" } }
    }
}
