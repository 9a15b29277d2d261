//! The questions people bring, each shown as open or answered (000:311-315).

use crate::address::{Address as _, CasePage, CasePost, QuestionPost};
use crate::answer;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Colour, Tag, Textarea, button, in_danger, nothing_yet, own_words, page_heading, tag, textarea,
    typed, warning_callout,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::voice;
use crate::{Answer, ErrorPage, Me};
use axum::extract::Query;
use domain::access::Action;
use domain::case::offer::{self, Question};
use domain::dates::{self, moment};
use domain::{CaseId, QuestionId};
use maud::{Markup, html};
use service::Seen;
use std::collections::HashMap;

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/questions", Door::Case(Action::SeePeople), show);
    routes.post("/cases/{id}/questions", Door::Case(Action::AskQuestion), ask);
    routes.get("/cases/{id}/questions/{question}", Door::Case(Action::SeePeople), show_one);
    routes.post("/cases/{id}/questions/{question}/answer", Door::Case(Action::AnswerQuestion), answer);
    routes.post("/cases/{id}/questions/{question}/open", Door::Case(Action::AskQuestion), open_again);
}

const TITLE: &str = "Questions and answers";
const ONE: &str = "One question";

async fn show(me: Me, At(id): At<CaseId>, Query(query): Query<HashMap<String, String>>) -> Answer {
    let flash = match query.get("done").map(String::as_str) {
        Some("asked") => {
            Some("Your questions are on the list. Beside each stands by when there is an answer.")
        }
        Some("answered") => Some("The answer is there. We have told them, if they want emails."),
        Some("opened") => Some("The question is open again. We will answer it better."),
        _ => None,
    };
    let opened = me.open(id, Action::SeePeople, "questions").await?;
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    voice::default_to(&mut form, opened.case(), me.actor.account);
    Ok(opened.page(TITLE, flash, &content(&opened, &form)))
}

async fn again(me: &Me, id: CaseId, form: &Form) -> Answer {
    let opened = me.open(id, Action::SeePeople, "questions").await?;
    Ok(opened.again(TITLE, &content(&opened, form)))
}

async fn show_one(me: Me, At((id, question)): At<(CaseId, QuestionId)>) -> Answer {
    let opened = me.open(id, Action::SeePeople, "questions").await?;
    let content = one_page(&opened, question, &Form::empty())?;
    Ok(opened.page(ONE, None, &content))
}

async fn one_again(me: &Me, id: CaseId, question: QuestionId, form: &Form) -> Answer {
    let opened = me.open(id, Action::SeePeople, "questions").await?;
    let content = one_page(&opened, question, form)?;
    Ok(opened.again(ONE, &content))
}

fn done(id: CaseId, key: &str) -> Answer {
    Ok(answer::see_other(CasePage::Questions.of(id).done(key)))
}

async fn ask(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::AskQuestion, "questions").await?;
    let first: QuestionId = form.key(me.web().app.id());
    let voice = voice::read_present(&mut form, "whose questions these are", opened.case());
    let list = match offer::one_per_line(form.text("questions")) {
        Ok(list) => Some(list),
        Err(refusal) => {
            form.refuse(&refusal);
            None
        }
    };
    let (Some(voice), Some(list)) = (voice, list) else {
        return again(&me, id, &form).await;
    };
    if form.accepted(me.web().app.ask_questions(&me.actor, id, first, list, voice).await)?.is_none() {
        return again(&me, id, &form).await;
    }
    done(id, "asked")
}

async fn answer(me: Me, At((id, question)): At<(CaseId, QuestionId)>, mut form: Form) -> Answer {
    let Some(words) = form.prose("answer", "an answer") else {
        return one_again(&me, id, question, &form).await;
    };
    if form.accepted(me.web().app.answer_question(&me.actor, id, question, words).await)?.is_none() {
        return one_again(&me, id, question, &form).await;
    }
    done(id, "answered")
}

async fn open_again(me: Me, At((id, question)): At<(CaseId, QuestionId)>, mut form: Form) -> Answer {
    let Some(why) = form.prose("why", "what is still missing") else {
        return one_again(&me, id, question, &form).await;
    };
    if form.accepted(me.web().app.reopen_question(&me.actor, id, question, why).await)?.is_none() {
        return one_again(&me, id, question, &form).await;
    }
    done(id, "opened")
}

fn content(opened: &Opened, form: &Form) -> Markup {
    let case = opened.case();
    let family = opened.is_family();
    let (open, answered): (Vec<_>, Vec<_>) = case.offer.questions.iter().partition(|q| q.open);
    html! {
        (form.error_summary())
        (page_heading(case.person_name(), TITLE))
        @if family {
            p { "Write down whatever you want to know, before we meet or after. Each question says by when there is an answer, and stays open until then." }
        }
        h2 { "Open (" (open.len()) ")" }
        @if open.is_empty() { (nothing_yet("No question is open.")) }
        @for question in open { (in_list(opened, question)) }
        h2 { "Answered (" (answered.len()) ")" }
        @if answered.is_empty() { (nothing_yet("Nothing has been answered yet.")) }
        @for question in answered.iter().rev() { (in_list(opened, question)) }
        @if opened.may(Action::AskQuestion) {
            h2 { "Add questions" }
            (ask_form(opened, form))
        }
    }
}

fn in_list(opened: &Opened, question: &Question) -> Markup {
    let case = opened.case();
    let path = CasePage::Question(question.id).of(case.id).path();
    let answers = opened.may(Action::AnswerQuestion);
    let way_on = match (question.open, answers) {
        (true, true) => Some("Answer this"),
        (false, true) => Some("Add to the answer"),
        (false, false) => Some("This does not answer it"),
        (true, false) => None,
    };
    html! {
        section class="nhsuk-u-margin-bottom-5" {
            (words(&opened.seen, question))
            @if let Some(text) = way_on {
                p { a href=(path) { (text) span class="nhsuk-u-visually-hidden" { ": " (question.words) } } }
            }
        }
    }
}

/// The question with every answer it got, and what was still missing then.
fn words(seen: &Seen, question: &Question) -> Markup {
    let asked =
        format!("{}, {}", seen.case.circle.whose(question.voice, question.by), moment(question.asked));
    html! {
        (own_words(question.words.as_str(), &asked))
        @if let Some(day) = question.answer_by(seen.framework()) {
            @if day < seen.today { p { "It was to be answered by " strong { (dates::long(day)) } ". It is late." } }
            @else { p { "There is an answer by " strong { (dates::long(day)) } "." } }
        }
        @for (number, answer) in (1..).zip(&question.answers) {
            p { strong { "Answer: " } (typed(answer.words.as_str())) }
            p class="nhsuk-body-s" { (author(seen, answer.by)) ", " (moment(answer.at)) }
            @for again in question.asked_again.iter().filter(|again| again.after == number) {
                p { strong { "Asked again: " } (typed(again.why.as_str())) }
                p class="nhsuk-body-s" { (author(seen, again.by)) ", " (moment(again.at)) }
            }
        }
    }
}

fn one_page(opened: &Opened, id: QuestionId, form: &Form) -> Result<Markup, ErrorPage> {
    let case = opened.case();
    let Some(question) = case.offer.questions.iter().find(|q| q.id == id) else {
        return Err(ErrorPage::Hidden);
    };
    let to = |post: QuestionPost| CasePost::Question(id, post).of(case.id).path();
    Ok(html! {
        (form.error_summary())
        (page_heading(case.person_name(), ONE))
        p { (tag(&if question.open { Tag::new("Open", Colour::Yellow) } else { Tag::new("Answered", Colour::Green) })) }
        (words(&opened.seen, question))
        @if opened.may(Action::AnswerQuestion) {
            (only_this_way(&opened.seen, question))
            form method="post" action=(to(QuestionPost::Answer)) novalidate {
                (csrf_field(&opened.me.csrf))
                (textarea(&Textarea { rows: 6, hint: Some("In plain words, as you would say it to them"), ..Textarea::new("answer", "Your answer").with(form) }))
                (button(&Button::submit("Save the answer")))
            }
        }
        @if !question.open && opened.may(Action::AskQuestion) {
            h2 { "Does this answer it?" }
            form method="post" action=(to(QuestionPost::Open)) novalidate {
                (csrf_field(&opened.me.csrf))
                (textarea(&Textarea { rows: 4, ..Textarea::new("why", "If not, what do you still want to know?").with(form) }))
                (button(&Button::secondary("Ask again")))
            }
        }
        p { a href=(CasePage::Questions.of(case.id).path()) { "All questions" } }
    })
}

/// Said to staff where they are about to answer someone.
fn only_this_way(seen: &Seen, question: &Question) -> Markup {
    let asked = seen.case.circle.contact.iter().find(|(voice, _)| *voice == question.voice);
    let Some((_, preference)) = asked.filter(|(_, p)| p.only && question.open) else { return html! {} };
    let ways: Vec<&str> = preference.by.iter().map(|by| by.words()).collect();
    warning_callout(
        &format!("Contact them by {} only", ways.join(" or ")),
        2,
        &html! { p { (seen.case.circle.name_of(question.voice)) " asked us not to use any other way." } },
    )
}

fn author(seen: &Seen, by: domain::Author) -> String {
    let member = by.account().and_then(|account| seen.case.circle.who_had(account));
    member.map_or_else(|| "Staff".into(), |m| format!("{} ({})", m.name, m.relation))
}

fn ask_form(opened: &Opened, form: &Form) -> Markup {
    let (case, asker) = (opened.case(), opened.me.actor.account);
    let people = voice::among(case, |voice| offer::may_ask_as(case, asker, voice));
    html! {
        form method="post" action=(opened.path(CasePage::Questions)) novalidate {
            (csrf_field(&opened.me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (textarea(&Textarea { rows: 8, hint: Some("One question on each line. You can add a whole list at once."), ..Textarea::new("questions", "Your questions").with(form) }))
            (in_danger())
            (voice::ask("Whose questions are these?", None, &people, form))
            (button(&Button::submit("Add to the list")))
        }
    }
}
