//! Recording a review: who was there, what was said, what changes.

use crate::Me;
use crate::address::{Address as _, CasePage};
use crate::answer;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, DateInput, Size, Textarea, button, checkboxes, date_input, page_heading, radios,
    textarea, typed,
};
use crate::error_page::Answer;
use crate::form::Form;
use crate::tokens::csrf_field;
use domain::access::Action;
use domain::case::review::{Meeting, OutcomeProgress, Progress};
use domain::case::{CaseRole, Voice};
use domain::{CaseId, MemberId, ReviewId, dates};
use maud::{Markup, html};
use service::Seen;
use strum::VariantArray;

const TITLE: &str = "Record a review";

pub async fn show(me: Me, At((id, review)): At<(CaseId, ReviewId)>) -> Answer {
    let opened = me.open(id, Action::HoldReview, "reviews").await?;
    if opened.case().review.get(review).is_some_and(|r| r.held.is_some()) {
        return Ok(answer::see_other(CasePage::Review(review).of(id).path()));
    }
    let mut form = Form::empty();
    let booked = opened.case().review.get(review).and_then(|r| r.booked.as_ref()).map(|(on, _)| *on);
    form.put_date("on", booked.filter(|on| *on <= opened.seen.today).unwrap_or(opened.seen.today));
    form.put_date("next", dates::months_after(opened.seen.today, opened.seen.framework().review_months));
    let content = fields(&opened, review, &form);
    Ok(opened.page(TITLE, None, &content))
}

pub async fn record(me: Me, At((id, review)): At<(CaseId, ReviewId)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::HoldReview, "reviews").await?;
    let Some(meeting) = read(&mut form, &opened.seen) else { return Ok(again(&opened, review, &form)) };
    if form.accepted(me.web().app.hold_review(&me.actor, id, review, meeting).await)?.is_none() {
        return Ok(again(&opened, review, &form));
    }
    Ok(opened.go(CasePage::Review(review), "held"))
}

fn again(opened: &Opened, review: ReviewId, form: &Form) -> axum::response::Response {
    opened.again(TITLE, &fields(opened, review, form))
}

fn read(form: &mut Form, seen: &Seen) -> Option<Meeting> {
    let on = form.date("on", "the day it was held");
    let with = read_voices(form, seen);
    let working = form.prose("working", "what is working");
    let not_working = form.prose("not-working", "what is not working");
    let outcomes = read_outcomes(form, seen);
    let enough = form.yes_no("enough", "whether the money is enough");
    let money = form.optional_prose("money", "what was said about the money");
    let changes = form.optional_prose("changes", "what changes");
    let next = form.date("next", "the day by which the next review is held");
    if !form.is_ok() {
        return None;
    }
    Some(Meeting {
        on: on?,
        with,
        working: working?,
        not_working: not_working?,
        outcomes,
        enough: enough?,
        money,
        changes,
        next: next?,
    })
}

fn read_voices(form: &mut Form, seen: &Seen) -> Vec<Voice> {
    let known = |text: &str| match text {
        "person" => Some(Voice::Person),
        id => id
            .parse::<MemberId>()
            .ok()
            .filter(|id| seen.case.circle.present().any(|m| m.id == *id))
            .map(Voice::Member),
    };
    let voices: Option<Vec<Voice>> = form.texts("with").map(known).collect();
    match voices {
        Some(voices) if !voices.is_empty() => voices,
        _ => {
            form.wrong::<()>("with", "Choose who was there");
            vec![]
        }
    }
}

fn read_outcomes(form: &mut Form, seen: &Seen) -> Vec<OutcomeProgress> {
    let ids: Vec<_> = seen.case.plan.current_outcomes().map(|o| o.id).collect();
    let mut all = Vec::new();
    for outcome in ids {
        let field = format!("progress-{outcome}");
        let progress = form.choice(&field, "how this outcome is going");
        let words = form.optional_prose(&format!("words-{outcome}"), "what was said about this outcome");
        all.extend(progress.map(|progress| OutcomeProgress { outcome, progress, words }));
    }
    all
}

fn fields(opened: &Opened, review: ReviewId, form: &Form) -> Markup {
    let case = opened.case();
    let caption = if opened.is_family() { "" } else { case.person_name() };
    let said = case.review.get(review).map(|r| r.said.as_slice()).unwrap_or_default();
    let months = opened.seen.framework().review_months;
    let hint = format!("Within {months} months of this review, or sooner.");
    html! {
        (form.error_summary())
        (page_heading(caption, TITLE))
        @if !said.is_empty() {
            h2 { "Said before the review" }
            @for said in said { (crate::components::own_words(said.words.as_str(), &case.circle.whose(said.voice, said.by))) }
        }
        form method="post" action=(CasePage::HoldReview(review).of(case.id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            (date_input(&DateInput { size: Size::S, ..DateInput::new("on", "Which day was it held?").with(form) }))
            (who_was_there(&opened.seen, form))
            (textarea(&Textarea { size: Size::S, ..Textarea::new("working", "What is working?").with(form) }))
            (textarea(&Textarea { size: Size::S, ..Textarea::new("not-working", "What is not working?").with(form) }))
            @for outcome in case.plan.current_outcomes() { (one_outcome(form, &outcome.id.to_string(), outcome.words.words.as_str())) }
            (radios(&Choices { size: Size::S, ..Choices::yes_no("enough", "Is the money enough?").with(form) }))
            (textarea(&Textarea { rows: 3, hint: Some("If it is not enough, say for what. The budget is then looked at again."), ..Textarea::new("money", "What was said about the money?").with(form) }))
            (textarea(&Textarea { rows: 3, size: Size::S, hint: Some("Who does what. Leave it empty if nothing changes."), ..Textarea::new("changes", "What changes because of this review?").with(form) }))
            (date_input(&DateInput { size: Size::S, hint: Some(&hint), ..DateInput::new("next", "When is the next review, at the latest?").with(form) }))
            (button(&Button::submit("Record the review")))
        }
    }
}

fn who_was_there(seen: &Seen, form: &Form) -> Markup {
    let mut all = vec![("person".to_owned(), seen.case.person_name().to_owned())];
    for member in seen.case.circle.present().filter(|m| m.role != CaseRole::Person) {
        all.push((member.id.to_string(), format!("{}, {}", member.name, member.relation)));
    }
    let choices = all.iter().map(|(value, name)| Choice::new(value, name)).collect();
    checkboxes(&Choices {
        size: Size::S,
        small: true,
        ..Choices::new("with", "Who was there?", choices).with(form)
    })
}

fn one_outcome(form: &Form, id: &str, words: &str) -> Markup {
    let (progress, said) = (format!("progress-{id}"), format!("words-{id}"));
    let choices = Progress::VARIANTS.iter().map(|p| Choice::new(p.into_str(), p.words())).collect();
    html! {
        fieldset class="nhsuk-fieldset" {
            legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s" { "How is this going? " (typed(words)) }
            (radios(&Choices { small: true, ..Choices::new(&progress, "", choices).with(form) }))
            (textarea(&Textarea { rows: 2, ..Textarea::new(&said, "In words, if you like").with(form) }))
        }
    }
}
