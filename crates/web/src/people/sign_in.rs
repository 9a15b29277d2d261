//! How one of the circle signs in, once they were let in: sending the
//! invitation again, putting an address right, and looking at what one
//! colleague gave alone.

use super::{page_of, to_member};
use crate::ErrorPage;
use crate::address::MemberPost;
use crate::case_page::Opened;
use crate::components::{
    Button, DateInput, Details, Input, Keyboard, Look, Textarea, button, date_input, details, input,
    inset_text, textarea,
};
use crate::form::Form;
use crate::tokens::csrf_field;
use crate::voice::is_the_person;
use domain::MemberId;
use domain::access::Action;
use domain::case::Voice;
use domain::case::circle::{self, Member};
use domain::dates::moment;
use maud::{Markup, html};
use service::Seen;
use service::circle::SignIn;

/// How somebody signs in, as this reader sees it.
pub(super) async fn load(opened: &Opened, who: Voice) -> Result<Option<SignIn>, ErrorPage> {
    let Voice::Member(member) = who else { return Ok(None) };
    Ok(opened.app().sign_in_of_member(&opened.me.actor, opened.seen.case.clone(), member).await?)
}

/// Whether a new address of theirs is confirmed by somebody else first.
pub(super) fn asks_how(seen: &Seen, member: MemberId) -> bool {
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
pub(super) fn questions(opened: &Opened) -> Vec<(String, String)> {
    let case = opened.case();
    let is_asked = |m: &Member| circle::may_look_at(case, opened.me.actor.account, m.id).is_ok();
    let found = case.circle.left_alone().filter(|(m, ..)| is_asked(m));
    found
        .map(|(m, ..)| {
            (
                format!("Is it right that {} signs in here?", m.name),
                page_of(opened.case().id, Voice::Member(m.id)),
            )
        })
        .collect()
}

/// The part of somebody's page about how they sign in.
pub(super) fn part(opened: &Opened, member: &Member, how: Option<&SignIn>, form: &Form) -> Markup {
    let Some(how) = how else { return html! {} };
    let manages = opened.may(Action::AddMember) && !how.is_set_up;
    let puts_right = manages && how.address.is_some();
    html! {
        @if how.alone || manages { h2 { "Their sign-in" } }
        @if how.alone { (given_alone(opened, member, how, form)) }
        @if manages {
            p {
                "We sent a link"
                @if let Some(address) = &how.address { " to " strong { (address) } }
                ". Nobody has used it yet."
            }
            form method="post" action=(to_member(opened.case().id, member.id, MemberPost::InviteAgain)) novalidate {
                (csrf_field(&opened.me.csrf))
                (button(&Button::secondary("Send the invitation again")))
            }
        }
        @if puts_right { (put_right_form(opened, member, form)) }
    }
}

fn given_alone(opened: &Opened, member: &Member, how: &SignIn, form: &Form) -> Markup {
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
            (keep_form(opened, member.id, form))
            (details(&Details { open: form.error_for("no-more-why").is_some(), ..Details::new("This is not right: end their sign-in", html! {
                p { (name) " stays in the circle, and cannot sign in any more. We tell the person, and them if they had signed in." }
                form method="post" action=(to_member(opened.case().id, member.id, MemberPost::SignInEnds)) novalidate {
                    (csrf_field(&opened.me.csrf))
                    (textarea(&Textarea { rows: 2, ..Textarea::new("no-more-why", if is_the_person(opened.case(), opened.me.actor.account) { "Do you want to say why? (optional)" } else { "Why does it end?" }).with(form) }))
                    (button(&Button { look: Look::Warning, ..Button::submit("End their sign-in") }))
                }
            }) }))
        }
    }
}

fn keep_form(opened: &Opened, member: MemberId, form: &Form) -> Markup {
    let is_the_person = is_the_person(opened.case(), opened.me.actor.account);
    let (question, hint) = if is_the_person {
        ("Do you want to say more? (optional)", "Like: yes, this is my sister")
    } else {
        (
            "How do you know that it is them, and that they should sign in?",
            "Like: I rang the number in the notes, and they told me this address. What a colleague told you is not enough",
        )
    };
    html! {
        form method="post" action=(to_member(opened.case().id, member, MemberPost::SignInStays)) novalidate {
            (csrf_field(&opened.me.csrf))
            (textarea(&Textarea { rows: 2, hint: Some(hint), ..Textarea::new("kept-seen", question).with(form) }))
            @if !is_the_person { (date_input(&DateInput::new("kept-on", "On which day was that?").with(form))) }
            (button(&Button::submit("It is right, they go on")))
        }
    }
}

fn put_right_form(opened: &Opened, member: &Member, form: &Form) -> Markup {
    let open = ["new-email", "new-how"].iter().any(|field| form.error_for(field).is_some());
    let asks = asks_how(&opened.seen, member.id) || form.error_for("new-how").is_some();
    details(&Details {
        open,
        ..Details::new(
            "The address is not right",
            html! {
                p { "The link that we sent does not work any more then. We send a new one to the address that you enter now" @if asks { ", once somebody else has confirmed it" } "." }
                form method="post" action=(to_member(opened.case().id, member.id, MemberPost::Address)) novalidate {
                    (csrf_field(&opened.me.csrf))
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
