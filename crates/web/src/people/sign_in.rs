//! How one of the circle signs in, once they were let in: sending the
//! invitation again, putting an address right, and looking at what one
//! colleague gave alone.

use super::confirm::is_the_person;
use super::member::{Who, finish};
use super::{page_of, to_member};
use crate::address::MemberPost;
use crate::case_page::At;
use crate::components::{
    Button, DateInput, Details, Input, Keyboard, Look, Textarea, button, date_input, details, input,
    inset_text, textarea,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::voice::Said;
use crate::{Answer, ErrorPage, Me};
use domain::access::Action;
use domain::case::Voice;
use domain::case::circle::{self, Member};
use domain::dates::moment;
use domain::{MemberId, Prose};
use maud::{Markup, html};
use service::Seen;
use service::circle::SignIn;

pub(super) fn declare(routes: &mut Routes) {
    let (confirm, manage) = (Door::Case(Action::ConfirmSpeaker), Door::Case(Action::ManageCircle));
    routes.post("/cases/{id}/people/{who}/sign-in-stays", confirm, keep);
    routes.post("/cases/{id}/people/{who}/sign-in-ends", confirm, end);
    routes.post("/cases/{id}/people/{who}/invite-again", manage, invite_again);
    routes.post("/cases/{id}/people/{who}/address", manage, put_right);
}

/// How somebody signs in, as this reader sees it.
pub(super) async fn load(me: &Me, seen: &Seen, who: Voice) -> Result<Option<SignIn>, ErrorPage> {
    let Voice::Member(member) = who else { return Ok(None) };
    Ok(me.web().app.sign_in_of_member(&me.actor, seen.case.clone(), member).await?)
}

fn of(who: Voice) -> Result<MemberId, ErrorPage> {
    match who {
        Voice::Member(member) => Ok(member),
        Voice::Person => Err(ErrorPage::Hidden),
    }
}

async fn keep(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let shown = me.see(id, Action::ConfirmSpeaker, "people").await?;
    let member = of(who)?;
    // The person says it here and now; everybody else says when it was.
    let (words, on) = if is_the_person(&me, &shown) {
        let typed = form.optional_prose("kept-seen", "what you want to say");
        let said = format!("{} said yes here, with their own sign-in", shown.case.person_name());
        (typed.or_else(|| Prose::parse(&said).ok()), Some(shown.today))
    } else {
        (form.prose("kept-seen", "how you know that it is right"), form.date("kept-on", "the day"))
    };
    let (Some(words), Some(on), true) = (words, on, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.keep_sign_in(&me.actor, id, member, words, on).await;
    finish(&me, id, who, "kept", form, Some(result)).await
}

async fn end(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let shown = me.see(id, Action::ConfirmSpeaker, "people").await?;
    let member = of(who)?;
    let why = if is_the_person(&me, &shown) && form.text("no-more-why").trim().is_empty() {
        Prose::parse(&format!("{} said no here, with their own sign-in", shown.case.person_name())).ok()
    } else {
        form.prose("no-more-why", "why it ends")
    };
    let Some(why) = why else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.end_sign_in(&me.actor, id, member, why).await;
    finish(&me, id, who, "no-more", form, Some(result)).await
}

async fn invite_again(me: Me, At((id, Said(who))): Who, form: Form) -> Answer {
    me.see(id, Action::ManageCircle, "people").await?;
    let result = me.web().app.invite_member_again(&me.actor, id, of(who)?).await;
    finish(&me, id, who, "invited-again", form, Some(result)).await
}

async fn put_right(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let seen = me.see(id, Action::ManageCircle, "people").await?;
    let member = of(who)?;
    let email = form.email("new-email", "their email address");
    let how = form.optional_prose("new-how", "how you know that the address is theirs");
    if asks_how(&seen, member) && how.is_none() && form.error_for("new-how").is_none() {
        form.wrong::<()>("new-how", circle::SAY_HOW);
    }
    let (Some(email), true) = (email, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.put_address_right(&me.actor, id, member, email, how).await;
    let waits = result.as_ref().is_ok_and(|case| case.circle.waiting_for(member).next().is_some());
    finish(&me, id, who, if waits { "asked" } else { "put-right" }, form, Some(result)).await
}

/// Whether a new address of theirs is confirmed by somebody else first.
fn asks_how(seen: &Seen, member: MemberId) -> bool {
    seen.case.circle.present().any(|m| m.id == member && circle::sign_in_is_confirmed(&seen.case, m))
}

/// What left a colleague behind in this circle, for everyone who sees it.
pub(super) fn in_short(seen: &Seen) -> Markup {
    let case = &seen.case;
    html! {
        @for (member, giver, at) in case.circle.left_alone() {
            (inset_text(&html! {
                p { strong { "To be looked at: " } a href=(page_of(seen.case.id, Voice::Member(member.id))) { "how " (member.name) " signs in" } }
                p {
                    (case.circle.who_had(giver).map_or("A colleague", |m| m.name.as_str()))
                    " alone set it up on " (moment(at)) ", and has left. It goes on until somebody keeps it or ends it."
                }
            }))
        }
    }
}

/// What the person is asked about it, with the page that asks.
pub(super) fn questions(me: &Me, seen: &Seen) -> Vec<(String, String)> {
    let case = &seen.case;
    let is_asked = |m: &Member| circle::may_look_at(case, me.actor.account, m.id).is_ok();
    let found = case.circle.left_alone().filter(|(m, ..)| is_asked(m));
    found
        .map(|(m, ..)| {
            (
                format!("Is it right that {} signs in here?", m.name),
                page_of(seen.case.id, Voice::Member(m.id)),
            )
        })
        .collect()
}

/// The part of somebody's page about how they sign in.
pub(super) fn part(me: &Me, seen: &Seen, member: &Member, how: Option<&SignIn>, form: &Form) -> Markup {
    let Some(how) = how else { return html! {} };
    let manages = me.actor.may(Action::ManageCircle, &seen.case) && !how.is_set_up;
    let puts_right = manages && how.address.is_some();
    html! {
        @if how.alone || manages { h2 { "Their sign-in" } }
        @if how.alone { (given_alone(me, seen, member, how, form)) }
        @if manages {
            p {
                "We sent a link"
                @if let Some(address) = &how.address { " to " strong { (address) } }
                ". Nobody has used it yet."
            }
            form method="post" action=(to_member(seen.case.id, member.id, MemberPost::InviteAgain)) novalidate {
                (csrf_field(&me.csrf))
                (button(&Button::secondary("Send the invitation again")))
            }
        }
        @if puts_right { (put_right_form(me, seen, member, form)) }
    }
}

fn given_alone(me: &Me, seen: &Seen, member: &Member, how: &SignIn, form: &Form) -> Markup {
    let name = &member.name;
    html! {
        p {
            (how.by) " alone let " (name) " sign in, on " (moment(how.at))
            @if how.giver_left { ", and has left since" }
            ". Nobody else has looked at it."
        }
        @if !how.may_look {
            p { "You cannot say whether it is right. Somebody who works with the person does, or the person." }
        } @else {
            @if how.giver_left { p { "It goes on until you, or somebody else who can, keeps it or ends it." } }
            (keep_form(me, seen, member.id, form))
            (details(&Details { open: form.error_for("no-more-why").is_some(), ..Details::new("This is not right: end their sign-in", html! {
                p { (name) " stays in the circle, and cannot sign in any more. We tell the person, and them if they had signed in." }
                form method="post" action=(to_member(seen.case.id, member.id, MemberPost::SignInEnds)) novalidate {
                    (csrf_field(&me.csrf))
                    (textarea(&Textarea { rows: 2, ..Textarea::new("no-more-why", if is_the_person(me, seen) { "Do you want to say why? (optional)" } else { "Why does it end?" }).with(form) }))
                    (button(&Button { look: Look::Warning, ..Button::submit("End their sign-in") }))
                }
            }) }))
        }
    }
}

fn keep_form(me: &Me, seen: &Seen, member: MemberId, form: &Form) -> Markup {
    let is_the_person = is_the_person(me, seen);
    let (question, hint) = if is_the_person {
        ("Do you want to say more? (optional)", "Like: yes, this is my sister")
    } else {
        (
            "How do you know that it is them, and that they should sign in?",
            "Like: I rang the number in the notes, and they told me this address. What a colleague told you is not enough",
        )
    };
    html! {
        form method="post" action=(to_member(seen.case.id, member, MemberPost::SignInStays)) novalidate {
            (csrf_field(&me.csrf))
            (textarea(&Textarea { rows: 2, hint: Some(hint), ..Textarea::new("kept-seen", question).with(form) }))
            @if !is_the_person { (date_input(&DateInput::new("kept-on", "On which day was that?").with(form))) }
            (button(&Button::submit("It is right, they go on")))
        }
    }
}

fn put_right_form(me: &Me, seen: &Seen, member: &Member, form: &Form) -> Markup {
    let open = ["new-email", "new-how"].iter().any(|field| form.error_for(field).is_some());
    let asks = asks_how(seen, member.id) || form.error_for("new-how").is_some();
    details(&Details {
        open,
        ..Details::new(
            "The address is not right",
            html! {
                p { "The link that we sent does not work any more then. We send a new one to the address that you enter now" @if asks { ", once somebody else has confirmed it" } "." }
                form method="post" action=(to_member(seen.case.id, member.id, MemberPost::Address)) novalidate {
                    (csrf_field(&me.csrf))
                    (input(&Input { keyboard: Some(Keyboard::Email), ..Input::new("new-email", "Their right email address").with(form) }))
                    @if asks {
                        (textarea(&Textarea { rows: 2, hint: Some("Like: they wrote to me from it, and I rang them to check"), ..Textarea::new("new-how", "How do you know that it is theirs?").with(form) }))
                    }
                    (button(&Button::secondary("Put it right")))
                }
            },
        )
    })
}
