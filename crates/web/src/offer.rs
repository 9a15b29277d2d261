//! The first stage of a case: conversations, the offer, and the answer to it.

use crate::address::{Address as _, CasePage, CasePost};
use crate::answer;
use crate::case_page::{At, Opened, how_it_should_feel, is_family};
use crate::components::{
    Button, Card, Choice, Choices, DateInput, Details, Size, Textarea, button, card, checkboxes, date_input,
    details, inset_text, next_step, nothing_yet, own_words, page_heading, radios, textarea, typed,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::voice::{self, Said};
use crate::{Answer as Reply, Me};
use axum::extract::Query;
use domain::access::Action;
use domain::case::offer::{self, Answer, Conversation, MadeOffer, NewConversation, OfferAnswer, Topic};
use domain::case::{Case, Stage, circle};
use domain::dates::{long, moment};
use domain::{CaseId, ConversationId};
use maud::{Markup, html};
use service::{Error, Seen};
use std::collections::HashMap;
use strum::VariantArray;

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/offer", Door::Case(Action::SeePeople), show);
    routes.post("/cases/{id}/offer/conversation", Door::Case(Action::RecordConversation), talk);
    routes.post("/cases/{id}/offer", Door::Case(Action::MakeOffer), make);
    routes.post("/cases/{id}/offer/answer", Door::Case(Action::AnswerOffer), answer);
}

async fn show(me: Me, At(id): At<CaseId>, Query(query): Query<HashMap<String, String>>) -> Reply {
    let flash = match query.get("done").map(String::as_str) {
        Some("opened") => Some("The case is open. You are its care co-ordinator."),
        Some("talked") => Some("The conversation is on the record."),
        Some("made") => Some("The offer is on the record. They can take all the time they want."),
        Some("answered") => Some("Thank you. The answer is on the record."),
        _ => None,
    };
    let opened = me.open(id, Action::SeePeople, "offer").await?;
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    form.put_date("on", opened.seen.today);
    voice::default_to(&mut form, opened.case(), me.actor.account);
    let title = title(&opened.seen);
    Ok(opened.page(title, flash, &content(&opened, title, &form)))
}

fn title(seen: &Seen) -> &'static str {
    if is_family(&seen.roles) { "Your choice" } else { "First contact and offer" }
}

/// The page again, with what is wrong.
async fn again(me: &Me, id: CaseId, form: &Form) -> Reply {
    let opened = me.open(id, Action::SeePeople, "offer").await?;
    let title = title(&opened.seen);
    Ok(opened.again(title, &content(&opened, title, form)))
}

async fn finish<T>(me: &Me, id: CaseId, done: &str, mut form: Form, result: Result<T, Error>) -> Reply {
    if form.accepted(result)?.is_none() {
        return again(me, id, &form).await;
    }
    Ok(answer::see_other(CasePage::Offer.of(id).done(done)))
}

async fn talk(me: Me, At(id): At<CaseId>, mut form: Form) -> Reply {
    let key: ConversationId = form.key(me.web().app.id());
    let on = form.date("on", "the day you talked");
    let with: Option<Vec<Said>> = form.choices("with", "who was there");
    let topics: Option<Vec<Topic>> = form.choices("topics", "what you talked about");
    let note = form.optional_prose("note", "the note");
    let leaflet = form.ticked("leaflet");
    let (Some(on), Some(with), Some(topics), true) = (on, with, topics, form.is_ok()) else {
        return again(&me, id, &form).await;
    };
    let new = NewConversation {
        id: key,
        on,
        with: with.into_iter().map(|said| said.0).collect(),
        topics,
        leaflet,
        note,
    };
    let result = me.web().app.hold_conversation(&me.actor, id, new).await;
    finish(&me, id, "talked", form, result).await
}

async fn make(me: Me, At(id): At<CaseId>, mut form: Form) -> Reply {
    let what = form.prose("what", "what is offered");
    let why_now = form.optional_prose("why-now", "why now");
    let voluntary = form.ticked("voluntary");
    let (Some(what), true) = (what, form.is_ok()) else { return again(&me, id, &form).await };
    let result = me.web().app.make_offer(&me.actor, id, what, why_now, voluntary).await;
    finish(&me, id, "made", form, result).await
}

async fn answer(me: Me, At(id): At<CaseId>, mut form: Form) -> Reply {
    let answer = match form.text("answer") {
        "yes" => Some(Answer::Yes),
        "no" => Some(Answer::No),
        "not-yet" => {
            let ask_again = form.optional_date("ask-again", "the day to ask again");
            Some(Answer::NotYet { ask_again })
        }
        "only-part" => form.prose("which", "which part").map(|which| Answer::OnlyPart { which }),
        _ => form.wrong("answer", "Choose an answer"),
    };
    let voice = voice::read_decider(&mut form, "whose answer it is");
    let how = form.optional_prose("how", "how it was said");
    let (Some(answer), Some(voice), true) = (answer, voice, form.is_ok()) else {
        return again(&me, id, &form).await;
    };
    let result = me.web().app.answer_offer(&me.actor, id, answer, voice, how).await;
    finish(&me, id, "answered", form, result).await
}

fn content(opened: &Opened, title: &str, form: &Form) -> Markup {
    let may = |action| opened.may(action);
    let case = opened.case();
    let family = opened.is_family();
    let waiting = case.offer.offers.last().is_some_and(|offer| offer.answer.is_none());
    let answered = case.offer.answer().is_some();
    let can_offer = may(Action::MakeOffer) && !waiting && case.offer.answer() != Some(&Answer::Yes);
    let can_answer =
        may(Action::AnswerOffer) && !case.offer.offers.is_empty() && case.stage() <= Stage::Needs;
    html! {
        (form.error_summary())
        (page_heading(case.person_name(), title))
        (how_it_should_feel(&opened.seen, Stage::Contact))
        @if case.offer.offers.is_empty() && family {
            (next_step("Our turn", "We talk with you first", &html! { p { "Someone will tell you what a personal health budget is, and answer your questions. Then we ask if you would like one." } }, &html! {}))
        }
        @if let Some(offer) = case.offer.offers.last() { (the_offer(&opened.seen, offer, family)) }
        @if can_answer && !answered { (answer_form(opened, form, family)) }
        @if can_answer && answered {
            (details(&Details { open: has_error(form, &["answer", "voice", "which", "ask-again", "how"]), ..Details::new(if family { "I have changed my mind" } else { "They have changed their mind" }, answer_form(opened, form, family)) }))
        }
        @if can_offer { (offer_part(opened, form)) }
        h2 { "Conversations" }
        @if case.offer.conversations.is_empty() { (nothing_yet("No conversation is on the record yet.")) }
        @for talk in case.offer.conversations.iter().rev() { (conversation(&opened.seen, talk)) }
        @if may(Action::RecordConversation) {
            (details(&Details { expander: true, open: case.offer.conversations.is_empty() || has_error(form, &["on", "with", "topics", "note"]) || !form.is_ok() && form.values.contains_key("topics"), ..Details::new("Record a conversation", conversation_form(opened, form)) }))
        }
        @if may(Action::AskQuestion) || may(Action::AnswerQuestion) {
            p { a href=(CasePage::Questions.of(case.id).path()) { "Questions and answers" } }
        }
        @if case.offer.offers.len() > 1 { (earlier(&opened.seen)) }
    }
}

fn has_error(form: &Form, fields: &[&str]) -> bool {
    fields.iter().any(|field| form.error_for(field).is_some())
}

fn the_offer(seen: &Seen, offer: &MadeOffer, family: bool) -> Markup {
    let case = &seen.case;
    html! {
        h2 { (if family { "What we offer you" } else { "The offer" }) }
        (own_words(offer.what.as_str(), &format!("Offered on {}", moment(offer.at))))
        @if let Some(why) = &offer.why_now { p { strong { "Why now: " } (typed(why.as_str())) } }
        @match &offer.answer {
            Some(OfferAnswer { answer, voice, at }) => {
                (inset_text(&html! {
                    p { strong { (answer_words(answer)) } }
                    @match answer {
                        Answer::NotYet { ask_again: Some(day) } => p { "Ask again on " (long(*day)) "." },
                        Answer::OnlyPart { which } => p { (typed(which.as_str())) },
                        Answer::Yes | Answer::No | Answer::NotYet { ask_again: None } => {},
                    }
                    @if let Some(how) = &offer.how { p { (typed(how.as_str())) } }
                    p { (case.circle.name_of(*voice)) ", " (moment(*at)) }
                }))
                @if matches!(answer, Answer::No | Answer::NotYet { .. }) {
                    p { (if family { "Your care goes on as it is. You can change your mind whenever you like." } else { "Their care goes on as it is. You can offer again later." }) }
                }
            },
            None if family => p { "You do not have to choose anything now. There is no last day." },
            None => p { "Waiting for their answer. There is no last day, and nobody is to hurry them." },
        }
    }
}

fn answer_words(answer: &Answer) -> &'static str {
    match answer {
        Answer::Yes => "Yes",
        Answer::NotYet { .. } => "Not yet",
        Answer::OnlyPart { .. } => "Yes, for one part",
        Answer::No => "No. Keep everything as it is",
    }
}

/// Those who can answer: the person, or someone who speaks for them.
fn deciders(case: &Case) -> Vec<(String, String)> {
    voice::among(case, |voice| circle::may_decide(case, voice, circle::Matter::Care))
}

fn answer_form(opened: &Opened, form: &Form, family: bool) -> Markup {
    let case = opened.case();
    let who = deciders(case);
    let which = crate::components::textarea(&Textarea {
        rows: 2,
        ..Textarea::new("which", "Which part?").with(form)
    });
    let again = date_input(&DateInput {
        hint: Some("You can leave this empty"),
        ..DateInput::new("ask-again", "When should we ask again?").with(form)
    });
    let question = if family { "Would you like a personal health budget?" } else { "What is their answer?" };
    html! {
        form method="post" action=(CasePost::AnswerOffer.of(case.id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            (radios(&Choices { size: Size::M, ..Choices::new("answer", question, vec![
                Choice::new("yes", "Yes"),
                Choice::new("only-part", "Yes, but only for one part").reveals(which),
                Choice::new("not-yet", "Not yet").reveals(again),
                Choice::new("no", "No. Keep everything as it is"),
            ]).with(form) }))
            (voice::ask("Whose answer is it?", None, &who, form))
            (textarea(&Textarea { rows: 2, hint: Some("Like: blinked once, asked twice. You can leave this empty."), ..Textarea::new("how", "How was it said?").with(form) }))
            (button(&Button::submit(if family { "Give this answer" } else { "Record the answer" })))
        }
    }
}

/// Making the offer, or what has to come first.
fn offer_part(opened: &Opened, form: &Form) -> Markup {
    let case = opened.case();
    let missing = offer::topics_missing(case);
    if case.offer.conversations.is_empty() || !missing.is_empty() {
        let words: Vec<&str> = missing.iter().map(|topic| topic.words()).collect();
        return inset_text(&html! {
            p { "Before you can make the offer, talk with them. These have not been talked about yet:" }
            ul { @for topic in words { li { (topic) } } }
            p { "A leaflet or a link alone does not count." }
        });
    }
    let again = !case.offer.offers.is_empty();
    let fields = html! {
        form method="post" action=(CasePage::Offer.of(case.id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            (textarea(&Textarea { rows: 3, hint: Some("In plain words: all of their care, or which part of it"), ..Textarea::new("what", "What do you offer?").with(form) }))
            (textarea(&Textarea { rows: 2, hint: Some("In their words. Not long after a crisis is seldom a good time."), ..Textarea::new("why-now", "Why is now the right time? (optional)").with(form) }))
            (checkboxes(&Choices::new("voluntary", "", vec![
                Choice::new("yes", "I have said that it is their choice, that there is no last day, and that saying no changes nothing"),
            ]).with(form)))
            (button(&Button::submit(if again { "Offer again" } else { "Make the offer" })))
        }
    };
    html! {
        @if again {
            (details(&Details { expander: true, open: has_error(form, &["what", "voluntary", "why-now"]), ..Details::new("Offer again", fields) }))
        } @else {
            h2 { "Make the offer" }
            (fields)
        }
    }
}

fn conversation(seen: &Seen, talk: &Conversation) -> Markup {
    let names: Vec<&str> = talk.with.iter().map(|voice| seen.case.circle.name_of(*voice)).collect();
    let topics: Vec<&str> = talk.topics.iter().map(|topic| topic.words()).collect();
    let title = format!("{}, with {}", long(talk.on), names.join(", "));
    html! {
        (card(&Card { level: 3, size: Size::S, ..Card::new(&title, html! {
            ul { @for topic in &topics { li { (topic) } } }
            @if let Some(note) = &talk.note { p { (typed(note.as_str())) } }
            @if talk.leaflet { p class="nhsuk-body-s" { "Something to read was given as well." } }
        }) }))
    }
}

fn conversation_form(opened: &Opened, form: &Form) -> Markup {
    let case = opened.case();
    let people = voice::among(case, |_| true);
    let topics: Vec<(&str, &str)> =
        Topic::VARIANTS.iter().map(|topic| (topic.into_str(), topic.words())).collect();
    html! {
        form method="post" action=(CasePost::RecordConversation.of(case.id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (date_input(&DateInput::new("on", "When did you talk?").with(form)))
            (checkboxes(&Choices::new("with", "Who was there?", people.iter().map(|(k, t)| Choice::new(k, t)).collect()).with(form)))
            (checkboxes(&Choices { small: true, ..Choices::new("topics", "What did you talk about?", topics.iter().map(|(k, t)| Choice::new(k, t)).collect()).with(form) }))
            (textarea(&Textarea { rows: 4, hint: Some("What they understood, and what worried them"), ..Textarea::new("note", "Note (optional)").with(form) }))
            (checkboxes(&Choices::new("leaflet", "", vec![Choice::new("yes", "I also gave them something to read")]).with(form)))
            (button(&Button::submit("Save the conversation")))
        }
    }
}

fn earlier(seen: &Seen) -> Markup {
    let all = &seen.case.offer.offers;
    html! {
        h2 { "Earlier offers" }
        ul { @for offer in all.iter().rev().skip(1) {
            li {
                (moment(offer.at)) ": " (typed(offer.what.as_str()))
                @if let Some(OfferAnswer { answer, voice, at }) = &offer.answer {
                    " – " (answer_words(answer)) " (" (seen.case.circle.name_of(*voice)) ", " (long(domain::dates::london(*at))) ")"
                }
            }
        } }
    }
}
