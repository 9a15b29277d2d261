//! The pages for when something is not there, not allowed or has gone wrong.

use crate::address::{Address as _, AreaPage, Place};
use crate::carried::{RESUME_BODY, RESUME_PATH, SECRETS, as_body, carried, what_you_wrote};
use crate::components::{Button, Input, Password, button, hidden, input, password};
use crate::error_page::{ErrorPage, Unread};
use crate::form::Form;
use crate::page::{Shell, page};
use crate::tokens::{CSRF_FIELD, csrf_field};
use crate::visit::{Asked, Visit};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Refusal, Why, dates};
use maud::{Markup, html};
use service::StoreError;

/// What to do where nothing of a form was kept: its page is not kept by the
/// browser either, so going back may lose what was typed. Whatever was sent is
/// sent again with all of it when the answer is reloaded.
const SEND_AGAIN: &str = "What you typed is not lost: your browser still has it. Reload this page, and say yes if \
    your browser asks whether to send it again.";

/// When to come back, where it is not known better.
const BUSY_SECONDS: u64 = 10;

/// The page that says it, in the look of every other page.
pub fn show(trouble: &ErrorPage, visit: &Visit) -> Response {
    let Words { title, content, keeps } = words(trouble, visit);
    let markup = match keeps {
        Keeps::Nothing => content,
        Keeps::ToCopy => {
            let typed = visit.asked().and_then(|asked| asked.typed.as_ref());
            html! { (content) (what_you_wrote(typed, &content)) }
        }
        Keeps::ToSendAgain => html! { (content) (again(visit)) },
    };
    let mut response = (trouble.status(), framed(visit, title, &markup)).into_response();
    if let Some(seconds) = match trouble {
        ErrorPage::Busy => Some(BUSY_SECONDS),
        ErrorPage::TooOften(seconds) => Some(*seconds),
        _ => None,
    } {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// What a page of trouble does with what was typed.
enum Keeps {
    /// It is in the content, or there is none.
    Nothing,
    ToCopy,
    /// The same can be asked for again with one button.
    ToSendAgain,
}

struct Words {
    title: &'static str,
    content: Markup,
    keeps: Keeps,
}

fn words(trouble: &ErrorPage, visit: &Visit) -> Words {
    match trouble {
        ErrorPage::Hidden => hidden_from_them(),
        ErrorPage::Destroyed(was) => destroyed(was),
        ErrorPage::Refused(refusal) => refused(refusal),
        ErrorPage::Stale(kept) => stale(visit, &kept.0, &kept.1),
        ErrorPage::Forged => Words {
            title: "We could not take that in",
            content: html! { p { "It was sent from another site. Nothing was changed." } },
            keeps: Keeps::Nothing,
        },
        ErrorPage::Busy => Words {
            title: "We are busy just now",
            content: html! {
                p { "Many people are using this service at the same time. Wait a moment, then try again." }
            },
            keeps: Keeps::ToSendAgain,
        },
        ErrorPage::TooOften(seconds) => Words {
            title: "Please wait a little",
            content: html! {
                p { "This was done many times in a short time. Wait " (span(*seconds)) ", then try again." }
            },
            keeps: Keeps::ToSendAgain,
        },
        ErrorPage::Unread(unread) => not_read(*unread),
        ErrorPage::Broken(error) => broken(error, visit),
    }
}

fn hidden_from_them() -> Words {
    Words {
        title: "Page not found",
        content: html! {
            p { "If you typed the address, check that it is right." }
            p { "If you pasted it, check that you copied all of it." }
            p { "If you followed a link from us, the page may have moved, or you may need to " a href=(Place::SignIn.path()) { "sign in" } " as someone who can see it." }
        },
        keeps: Keeps::ToCopy,
    }
}

/// What is left of a record: that it was there, and why it went.
fn destroyed(was: &service::keeping::WasThere) -> Words {
    let (from, to) = (dates::long(was.item.from), dates::long(dates::london(was.item.last)));
    let here = Place::Area(was.area, AreaPage::Disposal(was.disposal)).path();
    Words {
        title: "This record was destroyed",
        content: html! {
            p { (was.item.reference) ", from " (from) " to " (to) ", was destroyed on " (dates::long(dates::london(was.at))) "." }
            p { (was.ground) "." }
            @if !was.item.ground.is_erasure() { p { (was.source.as_str()) } }
            p { (was.proposed_by) " proposed it, and " (was.destroyed_by) " destroyed it." }
            p { a href=(here) { "What was destroyed with it" } }
        },
        keeps: Keeps::ToCopy,
    }
}

fn refused(refusal: &Refusal) -> Words {
    Words {
        title: match refusal.why {
            Why::NotAllowed => "You cannot do this",
            Why::AlreadyDone => "This has been done already",
            Why::NotYet => "Not possible yet",
            Why::Invalid => "There is a problem",
        },
        content: html! {
            p { (refusal.message) "." }
            @if !refusal.next.is_empty() { p { (refusal.next) "." } }
        },
        keeps: Keeps::ToCopy,
    }
}

fn not_read(unread: Unread) -> Words {
    let (title, what, next) = match unread {
        Unread::TooLarge => (
            "That is more than we can take in at once",
            "What you sent is too long or too big. Nothing was saved.",
            "Use your browser's back button: what you typed should still be there. Make it shorter, or send it in parts.",
        ),
        Unread::CutOff => (
            "Not all of it reached us",
            "What you sent stopped before its end. Nothing was saved.",
            SEND_AGAIN,
        ),
        Unread::TooSlow => (
            "Not all of it reached us",
            "What you sent came very slowly, and we stopped waiting. Nothing was saved. A better connection may help.",
            SEND_AGAIN,
        ),
    };
    let content = html! {
        p { (what) }
        p { (next) }
    };
    Words { title, content, keeps: Keeps::Nothing }
}

fn broken(error: &StoreError, visit: &Visit) -> Words {
    let reference =
        html! { @if !visit.reference.is_empty() { p { "Reference: " strong { (visit.reference) } } } };
    let (title, content) = match error {
        StoreError::Full => (
            "We cannot save anything right now",
            html! {
                p { "Our storage is full. Nothing that was saved before is lost." }
                p { "Please try again later. The people who run this service can see the problem." }
                (reference)
            },
        ),
        StoreError::Busy | StoreError::Unreachable { .. } => (
            "We are very busy",
            html! {
                p { "We could not save that just now. Go back, and try again in a minute: what you typed should still be there." }
                (reference)
            },
        ),
        error => {
            tracing::error!(%error, "a request could not be answered");
            (
                "Sorry, there is a problem with the service",
                html! {
                    p { "Try again later. If it keeps happening, tell us and say this reference." }
                    (reference)
                },
            )
        }
    };
    Words { title, content, keeps: Keeps::ToCopy }
}

/// The page was made for another sign-in or is very old: send it again.
fn stale(visit: &Visit, path: &str, typed: &Form) -> Words {
    let content = html! {
        p { "You signed in again, or out, since this page was opened. Nothing you typed is lost." }
        form method="post" action=(path) novalidate {
            (csrf_field(&visit.csrf))
            (carried(typed))
            (button(&Button::submit("Send again")))
        }
    };
    Words { title: "Please send that again", content, keeps: Keeps::Nothing }
}

/// `20 seconds`, `3 minutes`.
fn span(seconds: u64) -> String {
    let (number, unit) = if seconds < 60 { (seconds, "second") } else { (seconds.div_ceil(60), "minute") };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// Not now: the same can be asked for again with one button. Everything that
/// was typed goes along, but for passphrases, which are typed again.
fn again(visit: &Visit) -> Markup {
    let nothing = Asked::default();
    let asked = visit.asked().unwrap_or(&nothing);
    html! {
        @if let Some(typed) = &asked.typed {
            p { "Nothing you typed is lost." @if asked.had_file { " Only the file has to be chosen again." } }
            form method="post" action=(asked.path) novalidate {
                (csrf_field(&visit.csrf))
                (carried(typed))
                @for (name, label) in SECRETS {
                    @if typed.values.contains_key(name) { (password(&Password::new(name, label))) }
                }
                (button(&Button::submit("Try again")))
            }
        } @else if !asked.path.is_empty() {
            p { "Nothing was changed." }
            p { a href=(asked.path) { "Try again" } }
        } @else {
            p { "Nothing was changed." }
            p { (SEND_AGAIN) }
        }
    }
}

/// The session ended while they were typing: sign in here, go on there.
pub fn sign_in_again(visit: &Visit, path: &str, typed: &Form, had_file: bool) -> Response {
    let markup = page(
        &Shell::of(visit, "You have been signed out"),
        html! {
            h1 { "You have been signed out" }
            p { "This happens after an hour without a new page, or when you sign out from somewhere else. It keeps things private." }
            p { strong { "Nothing you typed is lost." } " Sign in, and we will bring you back to it." }
            @if had_file { p { "Only the file has to be chosen again." } }
            form method="post" action=(Place::SignIn.path()) novalidate {
                (csrf_field(&visit.csrf))
                (hidden(RESUME_PATH, path))
                (hidden(RESUME_BODY, &as_body(typed, CSRF_FIELD)))
                (input(&Input { autocomplete: Some("username"), ..Input::new("email", "Email address") }))
                (password(&Password::new("passphrase", "Passphrase")))
                (button(&Button::submit("Sign in")))
            }
        },
    );
    (StatusCode::UNAUTHORIZED, markup).into_response()
}

fn framed(visit: &Visit, title: &str, content: &Markup) -> Markup {
    let shell = Shell::of(visit, title).signed_in_if_they_are();
    let home = if shell.signed_in.is_some() {
        (&Place::Home.path(), "Go to your home page")
    } else {
        (&Place::Start.path(), "Go to the start page")
    };
    page(&shell, html! { h1 { (title) } (content) p { a href=(home.0) { (home.1) } } })
}
