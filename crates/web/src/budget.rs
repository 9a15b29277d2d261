//! The budget: what the family sees of it, what staff do with it, and the
//! published method.

mod about;
mod explain;
mod family;
mod staff;

use crate::Me;
use crate::address::{Address as _, CasePage};
use crate::answer;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Input, Textarea, button, input, nothing_yet, own_words, page_heading, summary_list, textarea,
};
use crate::components::{Row, SummaryList};
use crate::error_page::Answer;
use crate::form::Form;
use crate::needs::query;
use crate::routes::{Door, Routes};
use crate::tokens::{csrf_field, seen_field};
use crate::voice;
use axum::extract::RawQuery;
use axum::response::Response;
use domain::access::Action;
use domain::case::budget::Amounts;
use domain::{CaseId, Pence, Prose};
use maud::{Markup, html};
use service::{Error, Seen};

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/budget", Door::Case(Action::SeeBudget), show);
    routes.post("/cases/{id}/budget/work-out", Door::Case(Action::WorkOutBudget), work_out);
    routes.get("/cases/{id}/budget/adjust", Door::Case(Action::WorkOutBudget), show_adjust);
    routes.post("/cases/{id}/budget/adjust", Door::Case(Action::WorkOutBudget), adjust);
    routes.post("/cases/{id}/budget/share", Door::Case(Action::ShareBudget), share);
    routes.get("/cases/{id}/budget/question", Door::Case(Action::QuestionBudget), show_question);
    routes.post("/cases/{id}/budget/question", Door::Case(Action::QuestionBudget), question);
    routes.get("/cases/{id}/budget/answer", Door::Case(Action::AnswerQuestion), show_answer);
    routes.post("/cases/{id}/budget/answer", Door::Case(Action::AnswerQuestion), answer);
    routes.get("/about/method", Door::Anyone, about::show);
}

fn flash(raw: &RawQuery) -> Option<&'static str> {
    match query(raw, "done")?.as_str() {
        "worked-out" => Some("The budget is worked out. Nobody in the family sees it until you share it"),
        "adjusted" => Some("The budget is changed, and the reason is kept"),
        "shared" => Some("The family can see the budget now"),
        "asked" => Some("We have your question. You will find the answer on this page"),
        "answered" => Some("Your answer is on the page that the family sees"),
        _ => None,
    }
}

fn done(id: CaseId, what: &str) -> Response {
    answer::see_other(CasePage::Budget.of(id).done(what))
}

/// An amount without ".00", for reading at a glance; pence stay where there are any.
pub(crate) fn calm(amount: Pence) -> String {
    let text = amount.to_string();
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}

/// `parts` of a year's amount, in whole pounds: "about £1,835".
fn about(yearly: Pence, parts: i64) -> String {
    let pounds = Pence(yearly.times(1, parts * 100).0 * 100);
    format!("about {}", calm(pounds))
}

async fn show(me: Me, At(id): At<CaseId>, raw: RawQuery) -> Answer {
    let seen = me.web().app.open_budget(&me.actor, id).await?;
    let opened = Opened::of(&me, seen, "budget");
    let (title, content) = if opened.is_family() {
        ("Your budget", family::content(&opened))
    } else {
        ("Budget", staff::content(&opened))
    };
    Ok(opened.page(title, flash(&raw), &content))
}

async fn work_out(me: Me, At(id): At<CaseId>, _: Form) -> Answer {
    finish(me.web().app.work_out_budget(&me.actor, id).await, id, "worked-out")
}

async fn share(me: Me, At(id): At<CaseId>, _: Form) -> Answer {
    finish(me.web().app.share_budget(&me.actor, id).await, id, "shared")
}

fn finish<T>(result: Result<T, Error>, id: CaseId, what: &str) -> Answer {
    result?;
    Ok(done(id, what))
}

async fn show_adjust(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = me.open(id, Action::WorkOutBudget, "budget").await?;
    let Some(now) = opened.case().budget.newest() else {
        return Ok(answer::see_other(opened.path(CasePage::Budget)));
    };
    let form = Form::filled([
        ("nhs", now.nhs.plain()),
        ("council", now.council.plain()),
        ("start_up", now.start_up.plain()),
    ]);
    let content = adjust_content(&opened, &form);
    Ok(opened.page("Change the budget", None, &content))
}

fn adjust_content(opened: &Opened, form: &Form) -> Markup {
    let worked_out = opened.case().budget.working.as_ref().map(Amounts::of).unwrap_or_default();
    let is_shown = opened.case().budget.shared.is_some();
    html! {
        (form.error_summary())
        (page_heading(opened.case().person_name(), "Change the budget"))
        p { "The method gave " (worked_out.nhs) " from the NHS and " (worked_out.council)
            " from the council for a year, and " (worked_out.start_up) " to start." }
        @if is_shown { p { strong { "The family sees the new amount and the reason at once." } } }
        form method="post" action=(opened.path(CasePage::AdjustBudget)) novalidate {
            (csrf_field(&opened.me.csrf))
            (seen_field(opened.case().version))
            (input(&Input::money("nhs", "From the NHS, for a year").with(form)))
            (input(&Input::money("council", "From the council, for a year").with(form)))
            (input(&Input::money("start_up", "To start, once").with(form)))
            (textarea(&Textarea {
                most: Some(Prose::MOST),
                hint: Some("The family reads this. Say what the method does not see, such as what care really costs here."),
                ..Textarea::new("why", "Why does it change?")
            }.with(form)))
            (button(&Button::submit("Change the budget")))
        }
        p { a href=(opened.path(CasePage::Budget)) { "Leave it as it is" } }
    }
}

async fn adjust(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let nhs = form.money("nhs", "the amount from the NHS");
    let council = form.money("council", "the amount from the council");
    let start_up = form.money("start_up", "the amount to start");
    let why = form.prose("why", "why it changes");
    if let (true, Some(nhs), Some(council), Some(start_up), Some(why)) =
        (form.is_ok(), nhs, council, start_up, why)
    {
        let amounts = Amounts { nhs, council, start_up };
        let act = me.web().app.adjust_budget(&me.actor, id, amounts, why).await;
        if form.accepted(act)?.is_some() {
            return Ok(done(id, "adjusted"));
        }
    }
    let opened = me.open(id, Action::WorkOutBudget, "budget").await?;
    let content = adjust_content(&opened, &form);
    Ok(opened.again("Change the budget", &content))
}

async fn show_question(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = me.open(id, Action::QuestionBudget, "budget").await?;
    let mut form = Form::empty();
    voice::default_to(&mut form, opened.case(), me.actor.account);
    let content = question_content(&opened, &form);
    Ok(opened.page("Tell us about your budget", None, &content))
}

fn question_content(opened: &Opened, form: &Form) -> Markup {
    let coordinator =
        opened.case().circle.care_coordinator().map_or("Your care co-ordinator", |m| m.name.as_str());
    html! {
        (form.error_summary())
        (page_heading("", "Tell us about your budget"))
        p { "Does something look wrong? Is it not enough? Or would you just like to understand it better? "
            (coordinator) " will look at it with you and answer you here." }
        p { "It costs you nothing to ask, and your budget is not cut because you asked." }
        form method="post" action=(opened.path(CasePage::QuestionBudget)) novalidate {
            (csrf_field(&opened.me.csrf))
            (textarea(&Textarea { most: Some(Prose::MOST), ..Textarea::new("words", "What would you like to say or ask?") }.with(form)))
            (voice::choose(&opened.me.actor, opened.case(), form))
            (button(&Button::submit("Send")))
        }
        p { a href=(opened.path(CasePage::Budget)) { "Back to the budget" } }
    }
}

async fn question(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::QuestionBudget, "budget").await?;
    let words = form.prose("words", "what you would like to say or ask");
    let voice = voice::read(&mut form, opened.case());
    if let (true, Some(words), Some(voice)) = (form.is_ok(), words, voice) {
        let act = me.web().app.question_budget(&me.actor, id, voice, words).await;
        if form.accepted(act)?.is_some() {
            return Ok(done(id, "asked"));
        }
    }
    let content = question_content(&opened, &form);
    Ok(opened.again("Tell us about your budget", &content))
}

async fn show_answer(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = me.open(id, Action::AnswerQuestion, "budget").await?;
    let content = answer_content(&opened, &Form::empty());
    Ok(opened.page("Answer about the budget", None, &content))
}

fn answer_content(opened: &Opened, form: &Form) -> Markup {
    let Some((place, asked)) = opened.case().budget.open_question() else {
        return html! {
            (form.error_summary())
            (page_heading(opened.case().person_name(), "Answer about the budget"))
            (nothing_yet("No question waits for an answer."))
            @if form.ticked("words") {
                p { "This is what you wrote, so that nothing is lost:" }
                (own_words(form.text("words"), ""))
            }
            p { a href=(opened.path(CasePage::Budget)) { "Back to the budget" } }
        };
    };
    html! {
        (form.error_summary())
        (page_heading(opened.case().person_name(), "Answer about the budget"))
        (own_words(asked.words.as_str(), &opened.case().circle.whose(asked.voice, asked.by)))
        form method="post" action=(opened.path(CasePage::AnswerOnBudget)) novalidate {
            (csrf_field(&opened.me.csrf))
            (crate::components::hidden("place", &place.to_string()))
            (textarea(&Textarea {
                most: Some(Prose::MOST),
                hint: Some("Say what you will do and by when. If the answer is no, say why, and who else they can ask."),
                ..Textarea::new("words", "Your answer")
            }.with(form)))
            (button(&Button::submit("Send the answer")))
        }
        p { a href=(opened.path(CasePage::Budget)) { "Back to the budget" } }
    }
}

async fn answer(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let words = form.prose("words", "your answer");
    let place = form.text("place").parse::<usize>().ok();
    if place.is_none() {
        form.wrong::<()>("words", "Read the question again, then answer it");
    }
    if let (true, Some(words), Some(place)) = (form.is_ok(), words, place) {
        let same = words.clone();
        let answered = me.web().app.answer_budget_question(&me.actor, id, place, words).await;
        if form.accepted(answered)?.is_some() || is_answered_so(&me, id, place, &same).await? {
            return Ok(done(id, "answered"));
        }
    }
    let opened = me.open(id, Action::AnswerQuestion, "budget").await?;
    let content = answer_content(&opened, &form);
    Ok(opened.again("Answer about the budget", &content))
}

/// Pressed twice: the answer on the record is this one.
async fn is_answered_so(me: &Me, id: CaseId, place: usize, words: &Prose) -> Answer<bool> {
    let opened = me.open(id, Action::AnswerQuestion, "budget").await?;
    let kept = opened.case().budget.questions.get(place).and_then(|asked| asked.answer.as_ref());
    Ok(kept == Some(words))
}

/// What was asked about the budget, and what was answered.
fn questions(seen: &Seen) -> Markup {
    html! {
        @for asked in &seen.case.budget.questions {
            (own_words(asked.words.as_str(), &seen.case.circle.whose(asked.voice, asked.by)))
            @match &asked.answer {
                Some(answer) => (own_words(answer.as_str(), "The answer")),
                None => p class="nhsuk-hint" { "This waits for an answer." },
            }
        }
    }
}

/// Yearly, monthly and weekly, and what comes once.
fn amounts_list(amounts: Amounts) -> Markup {
    let yearly = amounts.yearly();
    summary_list(&SummaryList::new(vec![
        Row::text("For a year", calm(yearly)),
        Row::text("For a month", about(yearly, 12)),
        Row::text("For a week", about(yearly, 52)),
        Row::text("To start, once", format!("{} more", calm(amounts.start_up))),
    ]))
}
