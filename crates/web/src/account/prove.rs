//! "Show that it is you": asked before whatever could make an account somebody
//! else's. What was typed is kept, and goes on afterwards.

use super::shell;
use crate::address::{AccountPage, Address as _, Place};
use crate::answer::{self, invalid};
use crate::browser::is_own_path;
use crate::carried::{RESUME_BODY, RESUME_PATH, as_body, carried};
use crate::components::{Button, Input, Keyboard, Password, button, hidden, input, inset_text, password};
use crate::error_page::{Answer, ErrorPage};
use crate::form::{Form, MOST_BYTES};
use crate::page::page;
use crate::tokens::{CSRF_FIELD, csrf_field};
use crate::visit::Visit;
use crate::{Door, Me, Routes, Web, assets};
use axum::body::to_bytes;
use axum::extract::{FromRequestParts, Query, Request};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use service::factor::{Given, Proven, Shown};
use service::guessing::wait_words;
use service::rate::Rate;
use service::second_steps::Steps;
use service::session::Session;

pub fn declare(routes: &mut Routes) {
    routes.get("/account/prove", Door::HalfSignedIn, show);
    routes.post_at_most(Rate::Account, "/account/prove", Door::HalfSignedIn, prove);
}

/// The passphrase is looked at first, as at sign-in: of a wrong one nothing is
/// said of the second step, which was not looked at.
const WRONG_PASSPHRASE: &str = "That is not your passphrase. Type it again. If you have forgotten it, sign out and \
                                choose “I have forgotten my passphrase”";

#[derive(Debug, Default, Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

/// What somebody can be asked for: a code, a passkey, or the passphrase alone.
pub struct Asking {
    pub steps: Steps,
    /// What the browser needs to use a passkey.
    pub passkey: Option<String>,
}

impl Asking {
    pub async fn of(web: &Web, session: &Session) -> Answer<Self> {
        let steps = web.app.steps_of(session.account).await?;
        let passkey = if steps.passkeys > 0 { web.app.passkey_to_give(session).await? } else { None };
        Ok(Self { steps, passkey })
    }

    /// The fields for a second step; none where there is none.
    pub fn fields(&self, form: &Form) -> Markup {
        // With a keyboard of numbers alone a printed code cannot be typed.
        let only_numbers = self.steps.code_app && self.steps.printed_left == 0;
        let (label, hint) = match (self.steps.code_app, self.steps.printed_left > 0) {
            (true, false) => ("Code", "6 numbers that change every half minute"),
            (true, true) => ("Code", "6 numbers from your app, or one of your printed codes"),
            (false, _) => {
                ("Printed code", "12 letters and numbers, if you do not have your passkey with you")
            }
        };
        let code = Input {
            autocomplete: Some("one-time-code"),
            keyboard: only_numbers.then_some(Keyboard::Numbers),
            hint: Some(hint),
            width: Some(if only_numbers { 10 } else { 20 }),
            spellcheck: Some(false),
            error: form.error_for("code"),
            ..Input::new("code", label)
        };
        html! {
            @if self.steps.any() { (input(&code)) }
            @if let Some(asked) = &self.passkey { (passkey_button("give", asked, "Use a passkey")) }
        }
    }
}

/// The place of a passkey in a form: shown by its script alone.
pub fn passkey_button(what: &str, asked: &str, words: &str) -> Markup {
    html! {
        (hidden("passkey", ""))
        div hidden data-phb-passkey=(what) data-phb-asked=(asked) {
            p class="nhsuk-error-message" hidden tabindex="-1" data-phb-problem {
                "That did not work. Try again, or use another way on this page."
            }
            button class="nhsuk-button nhsuk-button--secondary" type="button" { (words) }
        }
        script type="module" src=(assets::url("passkey.js")) {}
    }
}

/// Reads what was given besides the passphrase; `None` where it is wanting.
pub fn given(form: &mut Form, steps: Steps) -> Option<Given> {
    if !form.text("passkey").is_empty() {
        return Some(Given::Passkey(form.text("passkey").to_owned()));
    }
    let code = form.text("code").trim().to_owned();
    if code.is_empty() && steps.any() {
        let message = if steps.code_app { "Enter the code from your app" } else { "Enter a printed code" };
        return form.wrong("code", message);
    }
    Some(Given::Code(code))
}

/// What is said of a second step that was not right, by what was given: what
/// happened, and what to do now.
pub fn wrong_step(given: &Given, is_from_paper: bool) -> &'static str {
    match given {
        Given::Passkey(_) => "That passkey did not work. Try it again, or use another way on this page",
        Given::Code(code) if is_from_paper || looks_printed(code) => {
            "That printed code is not right, or was used before. Look at it again, or type the next one on your list"
        }
        Given::Code(_) => {
            "That code is not right, or was used before. Wait until your app shows a new one, then type that"
        }
    }
}

/// Whether what was typed is more like a printed code than like an app's.
fn looks_printed(code: &str) -> bool {
    let all: Vec<char> = code.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    all.len() > 8 && all.iter().any(char::is_ascii_alphabetic)
}

/// Lets a request through whose session is proven; else it is kept while they
/// show that it is them.
pub async fn first(visit: &Visit, request: Request) -> Result<Request, Response> {
    let Some((_, session)) = &visit.signed_in else { return Err(ErrorPage::Hidden.into_response()) };
    match visit.web.app.is_proven(session).await {
        Ok(Proven::Yes) => Ok(request),
        Ok(Proven::CodeFirst) => Err(answer::see_other(Place::SignInCode.path())),
        Ok(Proven::No) => Err(keep(visit, request).await.unwrap_or_else(IntoResponse::into_response)),
        Err(no) => Err(ErrorPage::from(no).into_response()),
    }
}

async fn keep(visit: &Visit, request: Request) -> Answer {
    let path = request.uri().path().to_owned();
    if request.method() == Method::GET {
        let next: String =
            form_urlencoded::Serializer::new(String::new()).append_pair("next", &path).finish();
        return Ok(answer::see_other(Place::Account(AccountPage::Prove).asking(&next)));
    }
    let (mut parts, body) = request.into_parts();
    let me = Me::from_request_parts(&mut parts, &visit.web).await?;
    let typed = Form::parse(&to_bytes(body, MOST_BYTES).await.unwrap_or_default());
    let form = Form::filled([(RESUME_PATH, path), (RESUME_BODY, as_body(&typed, CSRF_FIELD))]);
    let mut response = prove_page(&me, &form).await?.into_response();
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    Ok(response)
}

async fn show(me: Me, Query(next): Query<Next>) -> Answer {
    if me.web().app.is_proven(&me.session).await? == Proven::CodeFirst {
        return Ok(answer::see_other(Place::SignInCode.path()));
    }
    let mut form = Form::empty();
    if is_own_path(&next.next) {
        form.put("next", next.next);
    }
    Ok(prove_page(&me, &form).await?.into_response())
}

async fn prove_page(me: &Me, form: &Form) -> Answer<Markup> {
    let asking = Asking::of(me.web(), &me.session).await?;
    let mut shell = shell(&me.visit, Some(me), "Show that it is you", form);
    shell.back = Some((Place::Account(AccountPage::Overview).path(), "Back to your account".into()));
    let has_typed = !form.text(RESUME_PATH).is_empty();
    Ok(page(
        &shell,
        html! {
            (form.error_summary())
            h1 { "Show that it is you" }
            @if asking.steps.any() {
                p { "What you want to do could be misused by somebody who finds your screen. So we ask for your passphrase and your second step again." }
            } @else {
                p { "What you want to do could be misused by somebody who finds your screen. So we ask for your passphrase again." }
            }
            @if has_typed { p { "Nothing has been done yet, and nothing you typed is lost. Only a passphrase has to be typed again." } }
            form method="post" action=(Place::Account(AccountPage::Prove).path()) novalidate {
                (csrf_field(&me.csrf))
                @for name in ["next", RESUME_PATH, RESUME_BODY] {
                    @if !form.text(name).is_empty() { (hidden(name, form.text(name))) }
                }
                (password(&Password::new("passphrase", "Passphrase").with(form)))
                (asking.fields(form))
                (button(&Button::submit("Go on")))
            }
            (inset_text(&html! { p { "We do not ask again for the next 10 minutes." } }))
        },
    ))
}

async fn prove(me: Me, mut form: Form) -> Answer {
    let app = &me.web().app;
    if app.is_proven(&me.session).await? == Proven::CodeFirst {
        return Ok(answer::see_other(Place::SignInCode.path()));
    }
    let steps = app.steps_of(me.session.account).await?;
    let passphrase = form.text("passphrase").to_owned();
    if passphrase.is_empty() {
        form.wrong::<()>("passphrase", "Enter your passphrase");
    }
    let given = given(&mut form, steps);
    if let (Some(given), true) = (given, form.is_ok()) {
        let wrong = wrong_step(&given, !steps.code_app);
        match app.show_again(&me.session, &passphrase, given).await? {
            Shown::Proven => return Ok(go_on(&me, &form)),
            Shown::WrongPassphrase => form.wrong::<()>("passphrase", WRONG_PASSPHRASE),
            Shown::WrongStep => form.wrong::<()>(if steps.any() { "code" } else { "passphrase" }, wrong),
            Shown::Wait(seconds) => form.wrong::<()>("passphrase", wait_words(seconds)),
        };
    }
    Ok(invalid(prove_page(&me, &form).await?))
}

/// On to the page that was wanted, or to what was being sent.
fn go_on(me: &Me, form: &Form) -> Response {
    let (next, path) = (form.text("next"), form.text(RESUME_PATH));
    if !is_own_path(path) {
        let account = Place::Account(AccountPage::Overview).path();
        return answer::see_other(if is_own_path(next) { next } else { &account });
    }
    let shell = shell(&me.visit, Some(me), "Thank you", &Form::empty());
    let typed = Form::parse(form.text(RESUME_BODY).as_bytes());
    page(
        &shell,
        html! {
            h1 { "Thank you" }
            p { "We know that it is you. What you wanted to do has not been done yet." }
            form method="post" action=(path) novalidate {
                (csrf_field(&me.csrf))
                (carried(&typed))
                (button(&Button::submit("Carry on")))
            }
            p { a href=(Place::Home.path()) { "Leave it, and go to your home page" } }
        },
    )
    .into_response()
}
