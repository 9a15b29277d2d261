//! The pages for when something is not there, not allowed or has gone wrong.

use crate::components::{Button, Input, Password, button, hidden, input, own_words, password};
use crate::form::{Form, SEND_AGAIN, invalid};
use crate::page::{CSRF_FIELD, Shell, csrf_field, page};
use crate::session::Visit;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Refusal, Why};
use maud::{Markup, PreEscaped, html};
use service::No;
use service::StoreError;
use std::sync::OnceLock;

tokio::task_local! {
    /// The visit of the request being answered, so that a page of trouble
    /// looks like every other page.
    pub static WITH_VISIT: Option<Visit>;
    /// What somebody asked for or sent, so that no page of trouble loses it.
    pub static WITH_WORDS: OnceLock<Asked>;
}

/// A request as it can be made again.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The address, with its query where a page was asked for.
    pub path: String,
    /// What was typed; none where a page was asked for.
    pub typed: Option<Form>,
    /// There was a file, which cannot be sent again by us.
    pub had_file: bool,
}

/// Keeps what somebody asked for, or wrote in a form of ours, until it is
/// answered.
pub fn keep(asked: Asked) {
    let _ = WITH_WORDS.try_with(|kept| kept.set(asked));
}

fn kept() -> Asked {
    WITH_WORDS.try_with(|kept| kept.get().cloned()).ok().flatten().unwrap_or_default()
}

fn kept_words() -> Vec<String> {
    let typed = kept().typed.unwrap_or_default();
    let all = typed.values.into_iter().filter(|(name, _)| !is_secret(name)).flat_map(|(_, values)| values);
    // Ids, keys and choices are one word; what somebody wrote is several.
    all.filter(|value| value.trim().contains(char::is_whitespace)).collect()
}

/// What was written, where the page that it was written on is not shown again.
fn written(all: &[String]) -> Markup {
    html! {
        @if !all.is_empty() {
            h2 class="nhsuk-heading-m" { "What you wrote" }
            p { "It was not saved. It is still here, so that you can copy it." }
            @for words in all { (own_words(words, "")) }
        }
    }
}

/// A page with what was written at its end, where it is not on it already.
#[must_use]
pub fn with_words(page: Markup) -> Markup {
    let shown = |words: &String| page.0.contains(&html! { (words) }.0);
    let missing: Vec<String> = kept_words().into_iter().filter(|words| !shown(words)).collect();
    match page.0.rsplit_once("</main>") {
        Some((before, after)) if !missing.is_empty() => {
            PreEscaped(format!("{before}{}</main>{after}", written(&missing).0))
        }
        _ => page,
    }
}

/// What a handler gives: an answer, or a page that says why not.
pub type Answer<T = Response> = Result<T, Trouble>;

/// Why there is no page.
#[derive(Debug)]
pub enum Trouble {
    /// It is not there, or they may not know that it is.
    Hidden,
    /// A rule says no.
    Refused(Refusal),
    /// The form was made for another sign-in: (path, what was typed).
    Stale(Box<(String, Form)>),
    /// The request came from another site.
    Forged,
    /// Too much goes on, or waits, just now.
    Busy,
    /// It was done too often in a short time: seconds to wait.
    TooOften(u64),
    /// Something unexpected.
    Broken(StoreError),
}

impl From<No> for Trouble {
    fn from(no: No) -> Self {
        match no {
            No::Hidden => Self::Hidden,
            No::Refused(refusal) => Self::Refused(refusal),
            No::Busy => Self::Busy,
            No::TooOften { seconds } => Self::TooOften(seconds),
            No::Broken(error) => Self::Broken(error),
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Broken(error)
    }
}

impl Trouble {
    /// What to show in a form: a refusal goes beside its field, the page comes
    /// again with everything typed (status 422); anything else is trouble.
    pub fn into_form(no: impl Into<Self>, form: &mut Form) -> Result<(), Self> {
        match no.into() {
            Self::Refused(refusal) if refusal.why != Why::NotAllowed => {
                form.refuse(&refusal);
                Ok(())
            }
            other => Err(other),
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        match self {
            Self::Hidden => unsaved(
                StatusCode::NOT_FOUND,
                "Page not found",
                &html! {
                    p { "If you typed the address, check that it is right." }
                    p { "If you pasted it, check that you copied all of it." }
                    p { "If you followed a link from us, the page may have moved, or you may need to " a href="/sign-in" { "sign in" } " as someone who can see it." }
                },
            ),
            Self::Refused(refusal) => unsaved(
                if refusal.why == Why::NotAllowed { StatusCode::FORBIDDEN } else { StatusCode::CONFLICT },
                match refusal.why {
                    Why::NotAllowed => "You cannot do this",
                    Why::AlreadyDone => "This has been done already",
                    Why::NotYet => "Not possible yet",
                    Why::Invalid => "There is a problem",
                },
                &html! {
                    p { (refusal.message) "." }
                    @if !refusal.next.is_empty() { p { (refusal.next) "." } }
                },
            ),
            Self::Stale(kept) => stale(&kept.0, &kept.1),
            Self::Forged => shown(
                StatusCode::FORBIDDEN,
                "We could not take that in",
                &html! {
                    p { "It was sent from another site. Nothing was changed." }
                },
            ),
            Self::Busy => again(
                StatusCode::SERVICE_UNAVAILABLE,
                BUSY_SECONDS,
                "We are busy just now",
                "Many people are using this service at the same time. Wait a moment, then try again.",
            ),
            Self::TooOften(seconds) => again(
                StatusCode::TOO_MANY_REQUESTS,
                seconds,
                "Please wait a little",
                &format!("This was done many times in a short time. Wait {}, then try again.", span(seconds)),
            ),
            Self::Broken(StoreError::Full) => unsaved(
                StatusCode::INSUFFICIENT_STORAGE,
                "We cannot save anything right now",
                &html! {
                    p { "Our storage is full. Nothing that was saved before is lost." }
                    p { "Please try again later. The people who run this service can see the problem." }
                    (reference())
                },
            ),
            Self::Broken(StoreError::Busy | StoreError::Unreachable { .. }) => unsaved(
                StatusCode::SERVICE_UNAVAILABLE,
                "We are very busy",
                &html! {
                    p { "We could not save that just now. Go back, and try again in a minute: what you typed should still be there." }
                    (reference())
                },
            ),
            Self::Broken(error) => {
                tracing::error!(%error, "a request could not be answered");
                unsaved(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Sorry, there is a problem with the service",
                    &html! {
                        p { "Try again later. If it keeps happening, tell us and say this reference." }
                        (reference())
                    },
                )
            }
        }
    }
}

/// When to come back, where it is not known better.
const BUSY_SECONDS: u64 = 10;

/// `20 seconds`, `3 minutes`.
fn span(seconds: u64) -> String {
    let (number, unit) = if seconds < 60 { (seconds, "second") } else { (seconds.div_ceil(60), "minute") };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// Not now: the same can be asked for again with one button. Everything that
/// was typed goes along, but for passphrases, which are typed again.
fn again(status: StatusCode, seconds: u64, title: &str, why: &str) -> Response {
    let asked = kept();
    let csrf = WITH_VISIT.try_with(|v| v.as_ref().map(|v| v.csrf.clone())).ok().flatten().unwrap_or_default();
    let content = html! {
        p { (why) }
        @if let Some(typed) = &asked.typed {
            p { "Nothing you typed is lost." @if asked.had_file { " Only the file has to be chosen again." } }
            form method="post" action=(asked.path) novalidate {
                (csrf_field(&csrf))
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
    };
    let mut response = shown(status, title, &content);
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    response
}

fn reference() -> Markup {
    let reference = WITH_VISIT.try_with(|v| v.as_ref().map(|v| v.reference.clone())).ok().flatten();
    html! { @if let Some(reference) = reference { p { "Reference: " strong { (reference) } } } }
}

/// The same with what somebody wrote, which could not be taken in.
fn unsaved(status: StatusCode, title: &str, content: &Markup) -> Response {
    shown(status, title, &html! { (content) (written(&kept_words())) })
}

/// A page of trouble in the look of every other page.
pub(crate) fn shown(status: StatusCode, title: &str, content: &Markup) -> Response {
    let visit = WITH_VISIT.try_with(Clone::clone).ok().flatten();
    let fallback = crate::page::Look::default();
    let look = visit.as_ref().map_or(&fallback, |v| v.web.0.look.as_ref());
    let mut shell = Shell::new(look, title);
    if let Some(visit) = &visit {
        shell.csrf = &visit.csrf;
        shell.signed_in = visit
            .signed_in
            .as_ref()
            .map(|(actor, _)| crate::page::WhoAmI { name: actor.name.clone(), role_words: String::new() });
    }
    let home = if shell.signed_in.is_some() {
        ("/home", "Go to your home page")
    } else {
        ("/", "Go to the start page")
    };
    let markup = page(&shell, html! { h1 { (title) } (content) p { a href=(home.0) { (home.1) } } });
    (status, markup).into_response()
}

/// No route has this path.
pub async fn no_such_page() -> Trouble {
    Trouble::Hidden
}

/// The page was made for another sign-in or is very old: send it again.
fn stale(path: &str, typed: &Form) -> Response {
    let csrf = WITH_VISIT.try_with(|v| v.as_ref().map(|v| v.csrf.clone())).ok().flatten().unwrap_or_default();
    shown(
        StatusCode::FORBIDDEN,
        "Please send that again",
        &html! {
            p { "You signed in again, or out, since this page was opened. Nothing you typed is lost." }
            form method="post" action=(path) novalidate {
                (csrf_field(&csrf))
                (carried(typed))
                (button(&Button::submit("Send again")))
            }
        },
    )
}

/// What was typed, carried along unseen.
#[must_use]
pub fn carried(typed: &Form) -> Markup {
    html! {
        @for (name, values) in &typed.values {
            @if name != CSRF_FIELD && !is_secret(name) {
                @for value in values { (hidden(name, value)) }
            }
        }
    }
}

/// What is never put into a page again, not even unseen.
fn is_secret(name: &str) -> bool {
    name.starts_with("passphrase") || name == "code" || name == "passkey"
}

/// The fields of passphrases, and what they ask for.
const SECRETS: [(&str, &str); 2] = [("passphrase", "Passphrase"), ("passphrase-again", "The same again")];

/// The names under which a form is carried through signing in.
pub const RESUME_PATH: &str = "resume-path";
pub const RESUME_BODY: &str = "resume-body";

/// What was typed as one text, to be carried along: without secrets, and
/// without the token of the form.
#[must_use]
pub fn as_body(typed: &Form, token: &str) -> String {
    let mut body = form_urlencoded::Serializer::new(String::new());
    for (name, values) in typed.values.iter().filter(|(name, _)| *name != token && !is_secret(name)) {
        for value in values {
            body.append_pair(name, value);
        }
    }
    body.finish()
}

/// The session ended while they were typing: sign in here, go on there.
pub fn sign_in_again(visit: &Visit, path: &str, typed: &Form, had_file: bool) -> Response {
    let look = &visit.web.0.look;
    let mut shell = Shell::new(look, "You have been signed out");
    shell.csrf = &visit.csrf;
    let markup = page(
        &shell,
        html! {
            h1 { "You have been signed out" }
            p { "This happens after an hour without a new page, or when you sign out from somewhere else. It keeps things private." }
            p { strong { "Nothing you typed is lost." } " Sign in, and we will bring you back to it." }
            @if had_file { p { "Only the file has to be chosen again." } }
            form method="post" action="/sign-in" novalidate {
                (csrf_field(&visit.csrf))
                (hidden(RESUME_PATH, path))
                (hidden(RESUME_BODY, &as_body(typed, CSRF_FIELD)))
                (input(&Input { autocomplete: Some("username"), ..Input::new("email", "Email address") }))
                (password(&Password::new("passphrase", "Passphrase")))
                (button(&Button::submit("Sign in")))
            }
        },
    );
    let mut response = invalid(markup);
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
}
