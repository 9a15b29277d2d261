//! What waits to be confirmed of somebody in the circle: on what footing they
//! speak for the person, and which address is theirs. A second one confirms it
//! with what they saw, or says no; whoever asked can take it back.

use super::at;
use super::member::{Who, finish};
use crate::case_page::At;
use crate::components::{
    Button, Choice, Choices, DateInput, Details, Look, Textarea, button, checkboxes, date_input, details,
    inset_text, textarea, typed,
};
use crate::form::Form;
use crate::keyed::Said;
use crate::page::csrf_field;
use crate::routes::{Door, Routes};
use crate::{Answer, Me, Trouble};
use domain::MemberId;
use domain::access::Action;
use domain::case::circle::{self, Member, Proposed};
use domain::case::{CaseRole, Voice};
use domain::dates::moment;
use maud::{Markup, html};
use service::circle::Waiting;
use service::{No, Seen};

pub(super) fn declare(routes: &mut Routes) {
    routes.post("/cases/{id}/people/{who}/confirm", Door::Case(Action::ConfirmSpeaker), confirm);
    routes.post("/cases/{id}/people/{who}/turn-down", Door::Case(Action::ConfirmSpeaker), turn_down);
    routes.post("/cases/{id}/people/{who}/take-back", Door::Case(Action::ManageCircle), take_back);
}

/// What waits for somebody, as this reader sees it.
pub(super) async fn load(me: &Me, seen: &Seen, who: Voice) -> Result<Vec<Waiting>, Trouble> {
    let Voice::Member(member) = who else { return Ok(vec![]) };
    let (actor, case) = (me.actor.clone(), seen.case.clone());
    Ok(me.web().app.read(move |tx| Ok::<_, No>(service::circle::waiting(tx, &actor, &case, member)?)).await?)
}

fn of(who: Voice) -> Result<MemberId, Trouble> {
    match who {
        Voice::Member(member) => Ok(member),
        Voice::Person => Err(Trouble::Hidden),
    }
}

async fn confirm(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let shown = me.see(id, Action::ConfirmSpeaker, "people").await?;
    let member = of(who)?;
    let chosen: Option<Vec<u64>> = form.choices("confirm", "what you confirm");
    let words = form.prose("seen", "what you saw, or how they said so");
    // The person says it here and now; everybody else says when it was.
    let is_the_person = shown.case.circle.voice_of(me.actor.account) == Some(Voice::Person);
    let on = if is_the_person { Some(shown.today) } else { form.date("on", "the day") };
    let works_in_the_area = form.ticked("works-here");
    let (Some(chosen), Some(words), Some(on), true) = (chosen, words, on, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let seen = circle::Seen { words, on, works_in_the_area };
    let result = me.web().app.confirm_proposals(&me.actor, id, member, chosen, seen).await;
    finish(&me, id, who, "confirmed", form, Some(result)).await
}

async fn turn_down(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    me.see(id, Action::ConfirmSpeaker, "people").await?;
    let member = of(who)?;
    let asked = read_asked(&mut form);
    let why = form.prose("why-not", "why it is not right");
    let (Some(asked), Some(why), true) = (asked, why, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.turn_down_proposals(&me.actor, id, member, asked, why).await;
    finish(&me, id, who, "turned-down", form, Some(result)).await
}

async fn take_back(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    me.see(id, Action::ManageCircle, "people").await?;
    let member = of(who)?;
    let asked = read_asked(&mut form);
    let (Some(asked), true) = (asked, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.take_back_proposals(&me.actor, id, member, asked).await;
    finish(&me, id, who, "taken-back", form, Some(result)).await
}

/// The numbers of what a form is about, as the page had them.
fn read_asked(form: &mut Form) -> Option<Vec<u64>> {
    let all: Result<Vec<u64>, _> = form.texts("asked").map(str::parse).collect();
    match all {
        Ok(all) if !all.is_empty() => Some(all),
        _ => form.wrong("", "Open this page again, then send it"),
    }
}

/// What it means that something waits, in one sentence.
fn meaning(member: &Member) -> &'static str {
    if member.place().is_none() || member.role == CaseRole::Person {
        "Until it is confirmed, they see nothing here and decide nothing."
    } else {
        "Until it is confirmed, nothing changes for them."
    }
}

/// What waits, for everyone who can see the circle: with by whom and since when.
pub(super) fn in_short(seen: &Seen) -> Markup {
    let case = &seen.case;
    html! {
        @for member in case.circle.present() {
            @let waiting: Vec<_> = case.circle.waiting_for(member.id).collect();
            @if !waiting.is_empty() {
                (inset_text(&html! {
                    p { strong { "Waits to be confirmed: " } a href=(at(case.id, &member.id.to_string())) { (member.name) } }
                    @for proposal in waiting {
                        p {
                            (proposal.words(member.name.as_str())) ". Asked for"
                            @if let Some(by) = proposal.by.account().and_then(|by| case.circle.member_of(by)) { " by " (by.name) }
                            " on " (moment(proposal.at)) "."
                        }
                    }
                    p { (meaning(member)) }
                }))
            }
        }
    }
}

fn words(waiting: &Waiting, member: &Member) -> String {
    match (&waiting.proposal.what, &waiting.address) {
        (Proposed::SignIn { .. }, Some(address)) => format!("{} signs in with {address}", member.name),
        _ => waiting.proposal.words(member.name.as_str()),
    }
}

/// What was said when it was asked for.
fn more(waiting: &Waiting) -> Markup {
    html! {
        @match &waiting.proposal.what {
            Proposed::Speaks { about, evidence, .. } => {
                p { "About: " (typed(about.as_str())) }
                @if let Some(evidence) = evidence { p { "Shown by: " (typed(evidence.as_str())) } }
                @if let Some(address) = &waiting.address { p { "They sign in with: " (address) } }
            },
            Proposed::SignIn { how, .. } => p { "How the address is known: " (typed(how.as_str())) },
        }
        p class="nhsuk-body-s" { "Asked for by " (waiting.asked_by) " on " (moment(waiting.proposal.at)) "." }
    }
}

/// The part of somebody's page about what waits for them.
pub(super) fn part(me: &Me, seen: &Seen, member: &Member, all: &[Waiting], form: &Form) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    let path = at(seen.case.id, &member.id.to_string());
    let theirs: Vec<&Waiting> = all.iter().filter(|w| w.may_not.is_none()).collect();
    let own: Vec<&Waiting> = all.iter().filter(|w| w.is_own).collect();
    html! {
        h2 { "Waits to be confirmed" }
        p { (meaning(member)) }
        @for waiting in all {
            (inset_text(&html! { p { strong { (words(waiting, member)) "." } } (more(waiting)) }))
        }
        @if !theirs.is_empty() {
            (confirm_form(me, seen, &path, member, &theirs, form))
            (turn_down_form(me, &path, &theirs, form))
        } @else if own.is_empty() {
            p { "You cannot confirm this. Somebody who works with the person does." }
        } @else {
            p { "You asked for this, so somebody else confirms it: the person, or a colleague in the circle, or a commissioner." }
        }
        @if !own.is_empty() {
            form method="post" action={ (path) "/take-back" } novalidate {
                (csrf_field(&me.csrf))
                (numbers(&own))
                (button(&Button::secondary("Take it back")))
            }
        }
    }
}

fn numbers(all: &[&Waiting]) -> Markup {
    html! { @for waiting in all { input type="hidden" name="asked" value=(waiting.proposal.number); } }
}

fn confirm_form(me: &Me, seen: &Seen, path: &str, member: &Member, all: &[&Waiting], form: &Form) -> Markup {
    let is_the_person = seen.case.circle.voice_of(me.actor.account) == Some(Voice::Person);
    let texts: Vec<(String, String)> =
        all.iter().map(|w| (w.proposal.number.to_string(), words(w, member))).collect();
    let choices = texts.iter().map(|(number, text)| Choice::new(number, text)).collect();
    let question = if is_the_person {
        "What do you want to say about it?"
    } else {
        "Which paper did you see, or how did they say so?"
    };
    let hint = if is_the_person {
        "Like: yes, this is my sister, and I want her to speak for me"
    } else {
        "Like: I saw the stamped power of attorney. Or: I rang the number in the notes, and they told me this address. What a colleague told you is not enough"
    };
    html! {
        h3 { "Confirm it" }
        form method="post" action={ (path) "/confirm" } novalidate {
            (csrf_field(&me.csrf))
            (checkboxes(&Choices::new("confirm", "What do you confirm?", choices).with(form)))
            (textarea(&Textarea { rows: 3, hint: Some(hint), ..Textarea::new("seen", question).with(form) }))
            @if !is_the_person { (date_input(&DateInput::new("on", "On which day was that?").with(form))) }
            @if all.iter().any(|w| w.works_in_the_area) {
                (checkboxes(&Choices { hint: Some("Nobody should work on both sides. Confirm it only if they will have nothing to do with this person at work"), ..Choices::new("works-here", "This address is of somebody who works in this area", vec![Choice::new("yes", "I know this, and confirm it all the same")]).with(form) }))
            }
            (button(&Button::submit("Confirm")))
        }
    }
}

fn turn_down_form(me: &Me, path: &str, all: &[&Waiting], form: &Form) -> Markup {
    details(&Details {
        open: form.error_for("why-not").is_some(),
        ..Details::new(
            "This is not right",
            html! {
                form method="post" action={ (path) "/turn-down" } novalidate {
                    (csrf_field(&me.csrf))
                    (numbers(all))
                    (textarea(&Textarea { rows: 2, hint: Some("Whoever asked for it reads this"), ..Textarea::new("why-not", "Why is it not right?").with(form) }))
                    (button(&Button { look: Look::Warning, ..Button::submit("Turn it down") }))
                }
            },
        )
    })
}
