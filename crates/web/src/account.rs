//! One's own account: setting it up by a link, the passphrase, and where one
//! is signed in. The second step is in `second_step`.

mod happened;
pub mod lost;
pub mod prove;
pub mod second_step;

use crate::address::{AccountPage, AccountPost, Address as _, LinkToken, Place, PostTo};
use crate::answer::{self, invalid};
use crate::browser::{browser, with_session};
use crate::components::{
    Button, Input, Password, Row, RowLink, SummaryList, button, hidden, input, password, summary_list,
};
use crate::cookies::{KNOWN_COOKIE, set_cookie};
use crate::error_page::Answer;
use crate::form::Form;
use crate::page::{Kind, Shell, WhoAmI, page};
use crate::source::Source;
use crate::tokens::csrf_field;
use crate::visit::{Here, Visit};
use crate::{Door, Me, Routes};
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Line, dates};
use maud::{Markup, html};
use serde::Deserialize;
use service::account::{Opened, Own};
use service::browser::KNOWN_SECONDS;
use service::one_time_link::Purpose;
use service::rate::Rate;
use service::security_log::Shown;
use service::session::Session;

pub fn declare(routes: &mut Routes) {
    routes.get("/account", Door::SignedIn, show);
    routes.get_proved("/account/passphrase", Door::SignedIn, show_passphrase);
    routes.post_proved(Rate::Account, "/account/passphrase", Door::SignedIn, change_passphrase);
    routes.post_proved(Rate::Account, "/account/sessions/end", Door::SignedIn, end_session);
    routes.post_proved(Rate::Account, "/account/sessions/end-others", Door::SignedIn, end_others);
    prove::declare(routes);
    second_step::declare(routes);
    happened::declare(routes);
    lost::declare(routes);
    routes.get("/recover", Door::Anyone, show_recover);
    routes.post_at_most(Rate::Recover, "/recover", Door::Anyone, recover);
    routes.get("/recovery/{token}", Door::Anyone, show_recovery);
    routes.post_at_most(Rate::Link, "/recovery/{token}", Door::Anyone, use_recovery);
    routes.post_at_most(Rate::Link, "/recovery/{token}/browser", Door::Anyone, trust_browser);
    routes.get("/invitation/{token}", Door::Anyone, show_invitation);
    routes.post_at_most(Rate::Link, "/invitation/{token}", Door::Anyone, use_invitation);
}

fn shell<'a>(visit: &'a Visit, me: Option<&Me>, title: &'a str, form: &Form) -> Shell<'a> {
    let mut shell = Shell::of(visit, title);
    shell.errors = !form.is_ok();
    if let Some(me) = me {
        shell.kind = Kind::Person;
        shell.signed_in = Some(WhoAmI { name: me.actor.name.clone(), role_words: String::new() });
    }
    shell
}

// ---- the account

/// How many events of one's own sign-in stand on the page of the account.
const NEWEST: usize = 6;

#[derive(Debug, Default, Deserialize)]
struct Done {
    #[serde(default)]
    done: String,
}

async fn show(me: Me, Query(done): Query<Done>) -> Answer<Markup> {
    let own = me.web().app.own_account(me.actor.account).await?;
    let mut shell = shell(&me.visit, Some(&me), "Your account", &Form::empty());
    shell.back = Some((Place::Home.path(), "Back to your home page".into()));
    shell.flash = match done.done.as_str() {
        "passphrase" => Some("Your passphrase is changed. You are signed out everywhere else."),
        "stopped" => Some("It is stopped. Your second step stays as it is."),
        "ended" => Some("You are signed out there."),
        "others" => Some("You are signed out everywhere else."),
        _ => None,
    }
    .map(str::to_owned);
    let is_offered = me.web().app.is_to_be_offered(me.actor.account).await?;
    let happened = me.web().app.own_security(me.actor.account, None).await?;
    let newest = &happened.events[..happened.events.len().min(NEWEST)];
    Ok(page(&shell, account_content(&me, &own, is_offered, newest)))
}

fn account_content(me: &Me, own: &Own, is_offered: bool, newest: &[Shown]) -> Markup {
    let email = own.account.email.as_ref().map_or("", |e| e.as_str());
    let change = if own.steps.any() { "Change" } else { "Set up" };
    let rows = vec![
        Row::text("Name", &me.actor.name),
        Row::text("Email address", email),
        Row::text("Passphrase", "You chose it, and only you know it").action(RowLink::new(
            Place::Account(AccountPage::Passphrase).path(),
            "Change",
            "passphrase",
        )),
        Row::text("Second step", second_step::in_words(own)).action(RowLink::new(
            Place::Account(AccountPage::SecondStep).path(),
            change,
            "second step",
        )),
    ];
    html! {
        h1 { "Your account" }
        (summary_list(&SummaryList::new(rows)))
        @if is_offered { (second_step::offer(me)) }
        h2 { "Where you are signed in" }
        p { "If you do not know one of these, end it and change your passphrase." }
        @for session in &own.sessions {
            (session_card(me, session))
        }
        @if own.sessions.len() > 1 {
            form method="post" action=(PostTo::Account(AccountPost::EndOtherSessions).path()) {
                (csrf_field(&me.csrf))
                (button(&Button::secondary("Sign out everywhere else")))
            }
        }
        h2 { "What happened with your sign-in" }
        (happened::days(newest))
        p { a href=(Place::Account(AccountPage::Happened).path()) { "Everything that happened with your sign-in, and what to do if it was not you" } }
    }
}

fn session_card(me: &Me, session: &Session) -> Markup {
    let is_this = session.token_hash == me.session.token_hash;
    let number = hex::encode(&session.token_hash[..4]);
    let which = format!("({}, since {}, sign-in {number})", session.label, dates::moment(session.started));
    html! {
        div class="nhsuk-card" {
            div class="nhsuk-card__content" {
                h3 class="nhsuk-card__heading nhsuk-heading-s" {
                    (session.label) @if is_this { " (this one)" }
                }
                p class="nhsuk-card__description" {
                    "Since " (dates::moment(session.started)) ", last used " (dates::moment(session.last_seen))
                }
                @if !is_this {
                    form method="post" action=(PostTo::Account(AccountPost::EndSession).path()) {
                        (csrf_field(&me.csrf))
                        (hidden("session", &hex::encode(session.token_hash)[..20]))
                        (button(&Button { small: true, hidden: Some(&which), ..Button::secondary("Sign out there") }))
                    }
                }
            }
        }
    }
}

async fn end_session(me: Me, form: Form) -> Answer {
    me.web().app.end_own_session(&me.session, form.text("session")).await?;
    Ok(answer::see_other(Place::Account(AccountPage::Overview).done("ended")))
}

async fn end_others(me: Me) -> Answer {
    me.web().app.end_other_sessions(&me.session).await?;
    Ok(answer::see_other(Place::Account(AccountPage::Overview).done("others")))
}

// ---- the passphrase

async fn show_passphrase(me: Me) -> Markup {
    passphrase_page(&me, &Form::empty())
}

fn passphrase_page(me: &Me, form: &Form) -> Markup {
    let mut shell = shell(&me.visit, Some(me), "Change your passphrase", form);
    shell.back = Some((Place::Account(AccountPage::Overview).path(), "Back to your account".into()));
    page(
        &shell,
        html! {
            (form.error_summary())
            h1 { "Change your passphrase" }
            form method="post" action=(Place::Account(AccountPage::Passphrase).path()) novalidate {
                (csrf_field(&me.csrf))
                (new_passphrase(form))
                (button(&Button::submit("Change it")))
            }
            p { "You will be signed out everywhere else." }
        },
    )
}

/// Two fields for a passphrase that somebody chooses.
fn new_passphrase(form: &Form) -> Markup {
    let hint = "12 characters or more. Three or four words that do not belong together are good, and easy to remember";
    html! {
        (password(&Password {
            hint: Some(hint),
            autocomplete: "new-password",
            ..Password::new("passphrase", "New passphrase")
        }.with(form)))
        (password(&Password { autocomplete: "new-password", ..Password::new("passphrase-again", "The same again") }.with(form)))
    }
}

/// Reads the two fields of a new passphrase.
fn read_new(form: &mut Form) -> Option<String> {
    let (one, two) = (form.text("passphrase").to_owned(), form.text("passphrase-again").to_owned());
    if one.is_empty() {
        return form.wrong("passphrase", "Enter a new passphrase");
    }
    if one != two {
        return form.wrong("passphrase-again", "The two passphrases are not the same. Type both again");
    }
    Some(one)
}

async fn change_passphrase(me: Me, mut form: Form) -> Answer {
    let new = read_new(&mut form);
    let (Some(new), true) = (new, form.is_ok()) else {
        return Ok(invalid(passphrase_page(&me, &form)));
    };
    if form.accepted(me.web().app.change_passphrase(&me.session, &new).await)?.is_none() {
        return Ok(invalid(passphrase_page(&me, &form)));
    }
    Ok(answer::see_other(Place::Account(AccountPage::Overview).done("passphrase")))
}

// ---- forgotten passphrases

async fn show_recover(visit: Visit) -> Markup {
    recover_page(&visit, &Form::empty())
}

fn recover_page(visit: &Visit, form: &Form) -> Markup {
    let shell = shell(visit, None, "Choose a new passphrase", form);
    let email = Input {
        autocomplete: Some("email"),
        spellcheck: Some(false),
        ..Input::new("email", "Email address")
    };
    page(
        &shell,
        html! {
            (form.error_summary())
            h1 { "Choose a new passphrase" }
            p { "Tell us the email address that you sign in with. We send a link to it." }
            p { "If you know your passphrase, you can keep it: the link also lets you sign in at once where you were told to wait. Open it in this browser." }
            form method="post" action=(Place::Recover.path()) novalidate {
                (csrf_field(&visit.csrf))
                (input(&email.with(form)))
                (button(&Button::submit("Send me a link")))
            }
        },
    )
}

async fn recover(Here(web): Here, visit: Visit, mut form: Form) -> Answer {
    let Some(email) = form.login_email("email", "your email address") else {
        return Ok(invalid(recover_page(&visit, &form)));
    };
    web.app.ask_for_recovery(&email).await?;
    let shell = shell(&visit, None, "Look in your email", &form);
    Ok(page(
        &shell,
        html! {
            h1 { "Look in your email" }
            p { "If " strong { (email) } " has a sign-in here, a link is on its way to it. You can choose one new passphrase with it, within one hour." }
            p { "We send at most 3 letters in an hour. Look for the newest: only its link works." }
            p { "If nothing comes: look in the folder for junk, check the address, or " a href=(Place::Contact.path()) { "ask us to get in touch" } "." }
        },
    )
    .into_response())
}

// ---- links that work once

/// Pages whose address is a secret: it must not travel in a link from them.
fn secret_page(answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

async fn show_recovery(visit: Visit, Path(token): Path<String>) -> Answer {
    show_link(Purpose::Recovery, &visit, &token, &Form::empty()).await
}

async fn show_invitation(visit: Visit, Path(token): Path<String>) -> Answer {
    show_link(Purpose::Invitation, &visit, &token, &Form::empty()).await
}

async fn use_recovery(
    visit: Visit,
    source: Source,
    headers: HeaderMap,
    Path(token): Path<String>,
    form: Form,
) -> Answer {
    use_link(Purpose::Recovery, &visit, &source, &headers, &token, form).await
}

/// The browser has the link, so it is its owner's: they sign in with the
/// passphrase that they have, and wait for nobody.
async fn trust_browser(
    Here(web): Here,
    visit: Visit,
    source: Source,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Answer {
    match web.app.trust_browser(&token, &browser(&web, &headers, &source)).await? {
        Some(known) => {
            let mut response = answer::see_other(Place::SignIn.done("browser"));
            set_cookie(response.headers_mut(), &web, KNOWN_COOKIE, &known, KNOWN_SECONDS);
            Ok(secret_page(response))
        }
        None => Ok(secret_page(dead_link(Purpose::Recovery, &visit, false))),
    }
}

async fn use_invitation(
    visit: Visit,
    source: Source,
    headers: HeaderMap,
    Path(token): Path<String>,
    form: Form,
) -> Answer {
    use_link(Purpose::Invitation, &visit, &source, &headers, &token, form).await
}

async fn show_link(purpose: Purpose, visit: &Visit, token: &str, form: &Form) -> Answer {
    let web = &visit.web;
    match web.app.open_link(purpose, token).await? {
        Opened::Good { name, email, .. } => {
            let markup = link_page(purpose, visit, token, &name, &email, form);
            Ok(secret_page(answer::page(form, markup)))
        }
        Opened::Used => Ok(secret_page(dead_link(purpose, visit, true))),
        Opened::Gone => Ok(secret_page(dead_link(purpose, visit, false))),
    }
}

fn link_page(purpose: Purpose, visit: &Visit, token: &str, name: &str, email: &str, form: &Form) -> Markup {
    let (title, here) = match purpose {
        Purpose::Invitation => ("Set up your sign-in", Place::Invitation(LinkToken(token.to_owned()))),
        Purpose::Recovery | Purpose::Removal => {
            ("Choose a new passphrase", Place::Recovery(LinkToken(token.to_owned())))
        }
    };
    let shell = shell(visit, None, title, form);
    page(
        &shell,
        html! {
            (form.error_summary())
            h1 { (title) }
            @if purpose == Purpose::Invitation {
                p { "Hello " (name) ". You have been invited to the personal health budget service." }
                p { "You will sign in with " strong { (email) } " and a passphrase that you choose now." }
            } @else {
                p { "For " strong { (email) } ". You will be signed out everywhere else." }
            }
            form method="post" action=(here.path()) novalidate {
                (csrf_field(&visit.csrf))
                @if purpose == Purpose::Invitation { (own_name(name, form)) }
                (new_passphrase(form))
                (button(&Button::submit("Save and sign in")))
            }
            @if purpose == Purpose::Recovery {
                h2 class="nhsuk-heading-m" { "If you know your passphrase" }
                p { "You can keep it. We then know that this browser is yours, and you do not have to wait to sign in." }
                form method="post" action=(PostTo::KnowBrowser(LinkToken(token.to_owned())).path()) novalidate {
                    (csrf_field(&visit.csrf))
                    (button(&Button::secondary("Keep my passphrase and sign in")))
                }
            }
        },
    )
}

/// The name that they were invited under, to be put right by its owner.
fn own_name(name: &str, form: &Form) -> Markup {
    let field = Input {
        hint: Some("This is how others see you here. Put it right if it is wrong"),
        autocomplete: Some("name"),
        spellcheck: Some(false),
        ..Input::new("name", "Your name").with(form)
    };
    input(&if form.texts("name").next().is_none() { Input { value: name, ..field } } else { field })
}

/// Their name as they put it right. A page from before it was asked for has no
/// such field: then it stays.
fn read_name(purpose: Purpose, form: &mut Form) -> Option<Line> {
    let is_asked = purpose == Purpose::Invitation && form.texts("name").next().is_some();
    if is_asked { form.line("name", "your name") } else { None }
}

fn dead_link(purpose: Purpose, visit: &Visit, used: bool) -> Response {
    let title = if used { "This link has been used" } else { "This link does not work any more" };
    let form = Form::empty();
    let shell = shell(visit, None, title, &form);
    let markup = page(
        &shell,
        html! {
            h1 { (title) }
            @if used {
                p { "Each link works once. Your passphrase has been chosen, so you can " a href=(Place::SignIn.path()) { "sign in" } "." }
                p { "If you do not know the passphrase, " a href=(Place::Recover.path()) { "choose a new one" } "." }
            } @else if purpose == Purpose::Invitation {
                p { "A link that sets up a sign-in works for 14 days. Ask whoever invited you to send a new one, or " a href=(Place::Contact.path()) { "ask us to get in touch" } "." }
                p { "If you were sent more than one, only the newest works. If you copied the link, check that you copied all of it." }
            } @else {
                p { "A link that chooses a new passphrase works for one hour. " a href=(Place::Recover.path()) { "Ask for a new one" } "." }
                p { "If you were sent more than one, only the newest works." }
            }
        },
    );
    (StatusCode::GONE, markup).into_response()
}

async fn use_link(
    purpose: Purpose,
    visit: &Visit,
    source: &Source,
    headers: &HeaderMap,
    token: &str,
    mut form: Form,
) -> Answer {
    let web = &visit.web;
    let (name, new) = (read_name(purpose, &mut form), read_new(&mut form));
    let Some(new) = new.filter(|_| form.is_ok()) else {
        return show_link(purpose, visit, token, &form).await;
    };
    let used = web.app.use_link(purpose, token, (name, &new), browser(&visit.web, headers, source)).await;
    let Some(used) = form.accepted(used)? else { return show_link(purpose, visit, token, &form).await };
    let Some(entered) = used else { return show_link(purpose, visit, token, &Form::empty()).await };
    let to = if entered.lacks_code { Place::SignInCode.path() } else { Place::Home.path() };
    Ok(with_session(web, &entered, answer::see_other(to)))
}
