//! Signing in and out, the code, and carrying on where one was.

use crate::account::lost;
use crate::account::prove::{Asking, given, wrong_step};
use crate::address::{AccountPage, Address as _, Place};
use crate::answer::{self, invalid};
use crate::browser::{browser, is_own_path, with_session};
use crate::carried::{RESUME_BODY, RESUME_PATH, carried};
use crate::components::{Button, Input, Password, button, hidden, input, inset_text, password};
use crate::cookies::{SESSION_COOKIE, VISIT_COOKIE, set_cookie};
use crate::error_page::{Answer, ErrorPage};
use crate::form::Form;
use crate::page::{Shell, WhoAmI, page};
use crate::source::Source;
use crate::tokens::csrf_field;
use crate::tokens::{csrf_of, mark_of};
use crate::visit::{Here, Visit};
use crate::{Door, Me, Routes};
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use service::guessing::wait_words;
use service::rate::Rate;
use service::sign_in::{Entered, Entry};

pub fn declare(routes: &mut Routes) {
    routes.get("/sign-in", Door::Anyone, show);
    routes.post_at_most(Rate::SignIn, "/sign-in", Door::Anyone, sign_in);
    routes.get("/sign-in/code", Door::HalfSignedIn, show_code);
    routes.post_at_most(Rate::Code, "/sign-in/code", Door::HalfSignedIn, give_code);
    routes.post("/sign-out", Door::HalfSignedIn, sign_out);
    routes.get("/signed-out", Door::Anyone, signed_out);
    routes.get("/still-signed-in", Door::Anyone, still_signed_in);
}

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Where to go after signing in, as the address or a form carries it.
#[derive(Debug, Default, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
    /// What was done just before.
    #[serde(default)]
    done: String,
}

/// What is carried through signing in: where to go, and what was being sent.
fn kept(form: &Form) -> Markup {
    html! {
        @for name in ["next", RESUME_PATH, RESUME_BODY] {
            @if !form.text(name).is_empty() { (hidden(name, form.text(name))) }
        }
    }
}

async fn show(visit: Visit, Query(next): Query<Next>) -> Response {
    if visit.signed_in.is_some() {
        let to = if is_own_path(&next.next) { next.next.as_str() } else { &Place::Home.path() };
        return answer::see_other(to);
    }
    let mut form = Form::empty();
    if is_own_path(&next.next) {
        form.put("next", next.next);
    }
    let said = if next.done == "browser" { Said::Trusted } else { Said::Nothing };
    sign_in_page(&visit, &form, said).into_response()
}

/// What the page says besides its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Nothing,
    /// The browser has just shown the link of a letter.
    Trusted,
    /// They have to wait, and need not.
    Wait,
}

impl Said {
    fn words(self) -> Markup {
        match self {
            Self::Nothing => html! {},
            Self::Trusted => inset_text(&html! {
                p { "We know that this browser is yours now. Sign in with your email address and your passphrase." }
            }),
            Self::Wait => inset_text(&html! {
                p { "This is so that nobody can guess a passphrase by trying many. It may not have been you: others may be trying too." }
                p { "You do not have to wait. " a href=(Place::Recover.path()) { "Ask for a link by email" } ", open it in this browser, and sign in with the passphrase that you have. A browser that you signed in with before does not have to wait for others." }
            }),
        }
    }
}

fn sign_in_page(visit: &Visit, form: &Form, said: Said) -> Markup {
    let mut shell = Shell::of(visit, "Sign in");
    shell.errors = !form.is_ok();
    let email = Input {
        autocomplete: Some("username"),
        spellcheck: Some(false),
        ..Input::new("email", "Email address")
    };
    page(
        &shell,
        html! {
            (form.error_summary())
            h1 { "Sign in" }
            (said.words())
            form method="post" action=(Place::SignIn.path()) novalidate {
                (csrf_field(&visit.csrf))
                (kept(form))
                (input(&email.with(form)))
                (password(&Password::new("passphrase", "Passphrase").with(form)))
                (button(&Button::submit("Sign in")))
            }
            p { a href=(Place::Recover.path()) { "I have forgotten my passphrase" } }
            h2 class="nhsuk-heading-m" { "If you do not have a sign-in" }
            p { "You get one when you, or someone you speak for, starts a personal health budget. We send you a link." }
            p { a href=(Place::Contact.path()) { "Ask us to get in touch" } }
        },
    )
}

async fn sign_in(
    Here(web): Here,
    visit: Visit,
    source: Source,
    headers: HeaderMap,
    mut form: Form,
) -> Answer {
    let email = form.login_email("email", "your email address");
    let passphrase = form.text("passphrase").to_owned();
    if passphrase.is_empty() {
        form.wrong::<()>("passphrase", "Enter your passphrase");
    }
    let (Some(email), true) = (email, form.is_ok()) else {
        return Ok(invalid(sign_in_page(&visit, &form, Said::Nothing)));
    };
    match web.app.sign_in(&email, &passphrase, browser(&web, &headers, &source)).await? {
        Entry::In(entered) => go_on(&visit, &headers, &entered, &form).await,
        Entry::Wrong => {
            form.wrong::<()>("passphrase", "The email address or the passphrase is not right");
            Ok(invalid(sign_in_page(&visit, &form, Said::Nothing)))
        }
        Entry::Closed => {
            let message = "This sign-in has been closed by those who run the service here. If you think that is \
                           wrong, ask us to get in touch";
            form.wrong::<()>("email", message);
            Ok(invalid(sign_in_page(&visit, &form, Said::Nothing)))
        }
        Entry::Wait(seconds) => {
            form.wrong::<()>("passphrase", wait_words(seconds));
            Ok(invalid(sign_in_page(&visit, &form, Said::Wait)))
        }
        Entry::WaitThere(seconds) => {
            form.wrong::<()>("passphrase", wait_words(seconds));
            Ok(invalid(sign_in_page(&visit, &form, Said::Nothing)))
        }
    }
}

/// On to the code, to what was being typed, or to the page that was wanted.
async fn go_on(visit: &Visit, headers: &HeaderMap, entered: &Entered, form: &Form) -> Answer {
    let web = &visit.web;
    let csrf = csrf_of(web.cookie(headers, VISIT_COOKIE).unwrap_or_default(), Some(&entered.token));
    let (next, path) = (form.text("next"), form.text(RESUME_PATH));
    let answer = if entered.lacks_code && (!next.is_empty() || !path.is_empty()) {
        let standing = web.app.signed_in(&entered.token).await?.ok_or(ErrorPage::Hidden)?;
        let asking = Asking::of(web, &standing.session).await?;
        code_page(visit, &csrf, &asking, form).into_response()
    } else if entered.lacks_code {
        answer::see_other(Place::SignInCode.path())
    } else if is_own_path(path) {
        carry_on(visit, &csrf, form).into_response()
    } else {
        let home = Place::Home.path();
        answer::see_other(if is_own_path(next) { next } else { &home })
    };
    Ok(with_session(web, entered, answer))
}

/// "Carry on where you were": what was typed, behind one button.
fn carry_on(visit: &Visit, csrf: &str, form: &Form) -> Markup {
    let mut shell = Shell::of(visit, "You are signed in again");
    shell.csrf = csrf;
    let typed = Form::parse(form.text(RESUME_BODY).as_bytes());
    page(
        &shell,
        html! {
            h1 { "You are signed in again" }
            p { "What you typed is still here. Nothing has been sent yet." }
            form method="post" action=(form.text(RESUME_PATH)) novalidate {
                (csrf_field(csrf))
                (carried(&typed))
                (button(&Button::submit("Carry on where you were")))
            }
            p { a href=(Place::Home.path()) { "Leave it, and go to your home page" } }
        },
    )
}

async fn show_code(me: Me, visit: Visit) -> Answer {
    if !visit.lacks_second_factor {
        return Ok(answer::see_other(Place::Home.path()));
    }
    let asking = Asking::of(me.web(), &me.session).await?;
    if !asking.steps.any() {
        return Ok(answer::see_other(Place::Account(AccountPage::SecondFactor).path()));
    }
    Ok(code_page(&me.visit, &me.csrf, &asking, &Form::empty()).into_response())
}

fn code_page(visit: &Visit, csrf: &str, asking: &Asking, form: &Form) -> Markup {
    let title = if asking.steps.code_app || asking.passkey.is_none() {
        "Type the code from your app"
    } else {
        "Use your passkey"
    };
    let mut shell = Shell::of(visit, title);
    shell.errors = !form.is_ok();
    shell.csrf = csrf;
    shell.signed_in = Some(WhoAmI { name: "Half signed in".into(), role_words: String::new() });
    page(
        &shell,
        html! {
            (form.error_summary())
            h1 { (title) }
            form method="post" action=(Place::SignInCode.path()) novalidate {
                (csrf_field(csrf))
                (kept(form))
                (asking.fields(form))
                (button(&Button::submit("Go on")))
            }
            p { a href=(Place::SignInCodeLost.path()) { "I do not have my phone" } }
        },
    )
}

async fn give_code(me: Me, visit: Visit, source: Source, headers: HeaderMap, mut form: Form) -> Answer {
    if !visit.lacks_second_factor {
        return Ok(answer::see_other(Place::Home.path()));
    }
    let steps = me.web().app.steps_of(me.actor.account).await?;
    if !steps.any() {
        return Ok(answer::see_other(Place::Account(AccountPage::SecondFactor).path()));
    }
    let is_from_paper = form.text(lost::FROM) == lost::PRINTED;
    if is_from_paper && form.text("code").trim().is_empty() {
        form.wrong::<()>("code", "Enter the printed code");
    } else if let Some(given) = given(&mut form, steps) {
        let wrong = wrong_step(&given, is_from_paper || !steps.code_app);
        match me.web().app.give_second_step(&me.session, given, browser(me.web(), &headers, &source)).await? {
            Entry::In(entered) => return go_on(&visit, &headers, &entered, &form).await,
            Entry::Wrong | Entry::Closed => form.wrong::<()>("code", wrong),
            Entry::Wait(seconds) | Entry::WaitThere(seconds) => form.wrong::<()>("code", wait_words(seconds)),
        };
    }
    if is_from_paper {
        return Ok(invalid(lost::lost_page(&me, &visit, false, &form).await?));
    }
    let asking = Asking::of(me.web(), &me.session).await?;
    Ok(invalid(code_page(&me.visit, &me.csrf, &asking, &form)))
}

async fn sign_out(me: Me, headers: HeaderMap) -> Result<Response, ErrorPage> {
    if let Some(token) = me.web().cookie(&headers, SESSION_COOKIE) {
        me.web().app.sign_out(token).await?;
    }
    let mut response = answer::see_other(Place::SignedOut.path());
    set_cookie(response.headers_mut(), me.web(), SESSION_COOKIE, "", 0);
    // What the browser keeps of pages goes. Its other cookies stay: that it is
    // known is its owner's protection, and `"cookies"` would take those of
    // other services under the same name along.
    response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

/// The mark of the sign-in of now, for a page that the browser kept and is
/// about to show again; nothing where nobody is signed in.
async fn still_signed_in(visit: Visit) -> String {
    visit.signed_in.as_ref().map(|_| mark_of(&visit.csrf)).unwrap_or_default()
}

async fn signed_out(visit: Visit) -> Markup {
    let shell = Shell::of(&visit, "You are signed out");
    page(
        &shell,
        html! {
            h1 { "You are signed out" }
            p { "On a computer that others use too, close all its windows now." }
            p { a href=(Place::SignIn.path()) { "Sign in again" } }
        },
    )
}
