//! "I do not have my phone": a printed code, or asking for the second step to
//! be taken away; and the link of the letter about it.

use super::{Done, secret_page, shell};
use crate::address::{AccountPage, Address as _, LinkToken, Place};
use crate::answer::{self, invalid};
use crate::components::{Button, Input, Look, button, hidden, input, inset_text};
use crate::error_page::{Answer, ErrorPage};
use crate::form::Form;
use crate::page::page;
use crate::tokens::csrf_field;
use crate::visit::Visit;
use crate::{Door, Me, Routes};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::Post;
use domain::account::{REMOVAL_LAPSES_SECONDS, REMOVAL_WAITS_SECONDS};
use domain::dates::{london, long, moment};
use domain::{AreaId, Timestamp};
use jiff::SignedDuration;
use maud::{Markup, html};
use service::rate::Rate;

pub fn declare(routes: &mut Routes) {
    routes.get("/sign-in/code/lost", Door::HalfSignedIn, show);
    routes.post_at_most(Rate::Account, "/sign-in/code/lost", Door::HalfSignedIn, ask);
    routes.post_at_most(Rate::Account, "/account/removal/stop", Door::HalfSignedIn, stop);
    routes.get("/lost/{token}", Door::Anyone, show_link);
    routes.post_at_most(Rate::Link, "/lost/{token}", Door::Anyone, use_link);
}

/// The field that says that a code comes from this page, so that what is wrong
/// with it is said here.
pub const FROM: &str = "from";
pub const PRINTED: &str = "printed";

async fn show(me: Me, visit: Visit, Query(done): Query<Done>) -> Answer {
    if !visit.lacks_second_factor {
        return Ok(answer::see_other(Place::Home.path()));
    }
    Ok(lost_page(&me, &visit, done.done == "stopped", &Form::empty()).await?.into_response())
}

pub async fn lost_page(me: &Me, visit: &Visit, was_stopped: bool, form: &Form) -> Answer<Markup> {
    let own = me.web().app.own_account(me.actor.account).await?;
    let mut shell = shell(&me.visit, Some(me), "If you do not have your phone", form);
    shell.back = Some((Place::SignInCode.path(), "Back to the code".into()));
    shell.flash = was_stopped.then(|| "It is stopped. Your second step stays as it is.".to_owned());
    let printed = Input {
        autocomplete: Some("one-time-code"),
        hint: Some("12 letters and numbers, from your paper"),
        width: Some(20),
        spellcheck: Some(false),
        error: form.error_for("code"),
        ..Input::new("code", "Printed code")
    };
    let has_posts = !me.actor.posts.is_empty();
    let asked = own.account.open_removal(me.web().app.clock.now()).map(|removal| removal.asked);
    let help = if has_posts {
        who_agrees(me).await?
    } else {
        html! {}
    };
    Ok(page(
        &shell,
        html! {
            (form.error_summary())
            h1 { "If you do not have your phone" }
            @if own.steps.printed_left > 0 {
                h2 { "Use a printed code" }
                form method="post" action=(Place::SignInCode.path()) novalidate {
                    (csrf_field(&me.csrf))
                    (hidden(FROM, PRINTED))
                    (input(&printed))
                    (button(&Button::submit("Go on")))
                }
            }
            h2 { "If it is lost for good" }
            @if visit.removal_asked {
                p { "It is asked already that your second step be taken away. We wrote to you about it." }
                @if has_posts {
                    (help)
                    p { "Then sign in with your passphrase, and set up a new one." }
                } @else {
                    p { "Open the link in that letter and say that it was you. A day after you asked, sign in with your passphrase." }
                }
                @if let Some(asked) = asked {
                    p { "It can be done from " (moment(later(asked, REMOVAL_WAITS_SECONDS))) " on. If it is not done by " (long(london(later(asked, REMOVAL_LAPSES_SECONDS)))) ", it lapses, and you can ask again." }
                }
            } @else {
                p { "We can take your old second step away, so that you can sign in without it and set up a new one. It takes a day at least, so that you hear of it if it is somebody else who asks." }
                @if has_posts {
                    (help)
                } @else {
                    p { "We send you a letter by email. Open its link, and say that it was you." }
                }
                form method="post" action=(Place::SignInCodeLost.path()) {
                    (csrf_field(&me.csrf))
                    (button(&Button::secondary("Ask for it to be taken away")))
                }
            }
            (inset_text(&html! { p { "Something else? " a href=(Place::Contact.path()) { "Ask us to get in touch" } "." } }))
        },
    ))
}

fn later(from: Timestamp, seconds: i64) -> Timestamp {
    from.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// Who has to agree for somebody with a post, and how to reach them. Their
/// names are not for a page that a passphrase alone opens.
async fn who_agrees(me: &Me) -> Answer<Markup> {
    let app = &me.web().app;
    let mut areas: Vec<AreaId> = me.actor.posts.iter().map(|posting| posting.area).collect();
    areas.sort_unstable();
    areas.dedup();
    let mut phones = vec![];
    for area in areas {
        let framework = app.framework_of(area).await?;
        let phone = framework.phone.to_string();
        if phone.chars().any(|c| c.is_ascii_digit()) && !phones.contains(&phone) {
            phones.push(phone);
        }
    }
    let is_administrator = me.actor.posts.iter().any(|posting| posting.post == Post::Administrator);
    let one_is_enough = app.settings.one_administrator;
    Ok(html! {
        @if one_is_enough {
            p { "An administrator has to agree. Speak to one of them: they must know that it is you." }
        } @else {
            p { "Two administrators have to agree. Speak to one of them: they must know that it is you." }
        }
        @if phones.is_empty() {
            p { "If you do not know who they are, ask in your team, or " a href=(Place::Contact.path()) { "ask us to get in touch" } "." }
        } @else {
            p { "If you do not know who they are, ring " (phones.join(" or ")) " and ask for an administrator of this service." }
        }
        @if is_administrator {
            p {
                @if one_is_enough { "If there is no other administrator" } @else { "If there are not two other administrators" }
                ", whoever runs the program can add one with " code { "phb add-administrator" } "."
            }
        }
    })
}

async fn ask(me: Me, visit: Visit, mut form: Form) -> Answer {
    if !visit.lacks_second_factor {
        return Ok(answer::see_other(Place::Home.path()));
    }
    if form.accepted(me.web().app.ask_for_removal(&me.session).await)?.is_none() {
        return Ok(invalid(lost_page(&me, &visit, false, &form).await?));
    }
    Ok(answer::see_other(Place::SignInCodeLost.path()))
}

async fn stop(me: Me, visit: Visit) -> Answer {
    me.web().app.stop_own_removal(&me.session).await?;
    let to = if visit.lacks_second_factor {
        &Place::SignInCodeLost.done("stopped")
    } else {
        &Place::Account(AccountPage::Overview).done("stopped")
    };
    Ok(answer::see_other(to))
}

// ---- the link of the letter

async fn show_link(visit: Visit, Path(token): Path<String>, Query(done): Query<Done>) -> Answer {
    let Some((is_asked, waits)) = visit.web.app.open_removal_link(&token).await? else {
        return Ok(secret_page((StatusCode::GONE, dead(&visit))));
    };
    Ok(secret_page(link_page(&visit, &token, is_asked, waits, &done.done)))
}

fn dead(visit: &Visit) -> Markup {
    let form = Form::empty();
    page(
        &shell(visit, None, "This link does not work any more", &form),
        html! {
            h1 { "This link does not work any more" }
            p { "It is too old, or was never given. If you copied it, check that you copied all of it." }
            p { a href=(Place::Account(AccountPage::Overview).path()) { "Go to your account" } ", or " a href=(Place::Contact.path()) { "ask us to get in touch" } "." }
        },
    )
}

fn link_page(visit: &Visit, token: &str, is_asked: bool, waits: bool, done: &str) -> Markup {
    let form = Form::empty();
    let title = if is_asked { "Was it you?" } else { "Nothing is asked for" };
    let mut shell = shell(visit, None, title, &form);
    shell.flash = match done {
        "yes" if is_asked => Some(
            "Thank you. A day after you asked, sign in with your passphrase. You can still stop it here.",
        ),
        "no" if !is_asked => Some("It is stopped. Your second step stays as it is."),
        _ => None,
    }
    .map(str::to_owned);
    let press = |answer: &str, words: &str, look: Look| {
        html! {
            form method="post" action=(Place::Lost(LinkToken(token.to_owned())).path()) {
                (csrf_field(&visit.csrf))
                (hidden("was-me", answer))
                (button(&Button { look, ..Button::submit(words) }))
            }
        }
    };
    page(
        &shell,
        html! {
            h1 { (title) }
            @if is_asked {
                p { "Somebody asked that the second step of your sign-in be taken away, because it was lost." }
                @if waits { (press("yes", "Yes, it was me", Look::Primary)) }
                p { "If it was not you: stop it, then change your passphrase, since whoever asked may know it." }
                (press("no", "Stop this", Look::Warning))
            } @else {
                p { "Nobody asks any more that your second step be taken away." }
                p { "If it was not you who asked, " a href=(Place::Account(AccountPage::Passphrase).path()) { "change your passphrase" } " now. Whoever asked may know it." }
                p { a href=(Place::SignIn.path()) { "Sign in" } }
            }
        },
    )
}

async fn use_link(visit: Visit, Path(token): Path<String>, form: Form) -> Answer {
    let answer = form.text("was-me");
    let was_me = match answer {
        "yes" => true,
        "no" => false,
        _ => return Err(ErrorPage::Hidden),
    };
    if !visit.web.app.use_removal_link(&token, was_me).await? {
        return Ok(secret_page((StatusCode::GONE, dead(&visit))));
    }
    Ok(secret_page(answer::see_other(Place::Lost(LinkToken(token)).done(answer))))
}
