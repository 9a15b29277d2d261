//! One's own second step: the code app, passkeys, printed codes.

use super::prove::passkey_button;
use super::{Done, shell};
use crate::address::{AccountPage, AccountPost, Address as _, Place, PostTo};
use crate::answer::{self, invalid};
use crate::browser::{browser, with_session};
use crate::components::{
    Button, Card, Input, Keyboard, Row, SummaryList, button, card, hidden, input, inset_text, summary_list,
};
use crate::error_page::{Answer, ErrorPage};
use crate::form::Form;
use crate::page::page;
use crate::source::Source;
use crate::tokens::csrf_field;
use crate::visit::Visit;
use crate::{Door, Me, Routes};
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use domain::{PasskeyId, dates};
use maud::{Markup, html};
use service::account::Own;
use service::rate::Rate;
use service::{passkey, secrets};

pub fn declare(routes: &mut Routes) {
    routes.get("/account/second-step", Door::SignedIn, show);
    routes.post("/account/second-step/not-now", Door::SignedIn, not_now);
    routes.get_proved("/account/second-factor", Door::HalfSignedIn, show_code_app);
    routes.post_proved(Rate::Account, "/account/second-factor", Door::HalfSignedIn, set_up_code_app);
    routes.post_proved(Rate::Account, "/account/second-factor/remove", Door::SignedIn, remove_code_app);
    routes.get_proved("/account/passkeys", Door::HalfSignedIn, show_add_passkey);
    routes.post_proved(Rate::Account, "/account/passkeys", Door::HalfSignedIn, add_passkey);
    routes.post_proved(Rate::Account, "/account/passkeys/remove", Door::SignedIn, remove_passkey);
    routes.get_proved("/account/printed-codes", Door::SignedIn, show_printed_codes);
    routes.post_proved(Rate::Account, "/account/printed-codes", Door::SignedIn, make_printed_codes);
}

/// A second step in words, for the account page.
pub fn in_words(own: &Own) -> String {
    let mut parts = vec![];
    if own.steps.code_app {
        parts.push("You type a code from an app".to_owned());
    }
    match own.steps.passkeys {
        0 => {}
        1 => parts.push("You have a passkey".to_owned()),
        many => parts.push(format!("You have {many} passkeys")),
    }
    match (own.steps.any(), own.steps.printed_left) {
        (true, 1) => parts.push("1 printed code is left".to_owned()),
        (true, left) => parts.push(format!("{left} printed codes are left")),
        (false, _) if own.needs_second_factor => parts.push("Needed, and not set up yet".to_owned()),
        (false, _) => parts.push("Not set up. It makes your sign-in safer".to_owned()),
    }
    parts.join(". ")
}

/// The offer of a second step, for whoever may be without one.
pub fn offer(me: &Me) -> Markup {
    let words = html! {
        p {
            "With a second step, somebody who learns your passphrase still cannot sign in as you. You can use an app on your phone"
            @if me.web().app.can_have_passkeys() { ", or a passkey" }
            ". It takes five minutes."
        }
        p { "You do not have to. Everything works without it." }
        p { a href=(Place::Account(AccountPage::SecondStep).path()) { "Have a look" } }
        form method="post" action=(PostTo::Account(AccountPost::SecondStepNotNow).path()) {
            (csrf_field(&me.csrf))
            (button(&Button { small: true, ..Button::secondary("Not now") }))
        }
    };
    card(&Card::new("Make your sign-in safer", words))
}

async fn not_now(me: Me) -> Answer {
    me.web().app.put_offer_away(me.actor.account).await?;
    Ok(answer::see_other(Place::Home.path()))
}

async fn show(me: Me, Query(done): Query<Done>) -> Answer<Markup> {
    let flash = match done.done.as_str() {
        "app" => Some("Your code app is set up."),
        "app-removed" => Some("Your code app is taken away. You are signed out everywhere else."),
        "passkey" => Some("Your passkey is added."),
        "passkey-removed" => Some("The passkey is taken away. You are signed out everywhere else."),
        _ => None,
    };
    let app = &me.web().app;
    let own = app.own_account(me.actor.account).await?;
    let keys = app.passkeys_of(me.actor.account).await?;
    let mut shell = shell(&me.visit, Some(&me), "Your second step", &Form::empty());
    shell.back = Some((Place::Account(AccountPage::Overview).path(), "Back to your account".into()));
    shell.flash = flash.map(str::to_owned);
    let may_go = |another: bool| another || !own.needs_second_factor;
    Ok(page(
        &shell,
        html! {
            h1 { "Your second step" }
            p { "Besides your passphrase we can ask for something that only you have. Then nobody signs in as you who has only learnt your passphrase." }
            @if own.needs_second_factor { p { "You see or decide what is somebody else’s here, so you need one." } }
            h2 { "A code from an app" }
            @if own.steps.code_app {
                p { "An app on your phone shows you a code." }
                (button(&Button { href: Some(&Place::Account(AccountPage::SecondFactor).path()), ..Button::secondary("Change to another phone or app") }))
                @if may_go(!keys.is_empty()) {
                    form method="post" action=(PostTo::Account(AccountPost::RemoveSecondFactor).path()) {
                        (csrf_field(&me.csrf))
                        (button(&Button { small: true, ..Button::secondary("Take the app away") }))
                    }
                }
            } @else {
                p { "An app on your phone shows a code, which you type after your passphrase." }
                (button(&Button { href: Some(&Place::Account(AccountPage::SecondFactor).path()), ..Button::secondary("Set up an app") }))
            }
            @if app.can_have_passkeys() {
                h2 { "Passkeys" }
                p { "Your phone or computer can do it for you, with your finger, your face or its own number. Nothing has to be typed." }
                @for key in &keys { (passkey_card(&me, key, may_go(own.steps.code_app || keys.len() > 1))) }
                @if keys.len() < passkey::MOST_PASSKEYS {
                    (button(&Button { href: Some(&Place::Account(AccountPage::Passkeys).path()), ..Button::secondary("Add a passkey") }))
                }
            }
            @if own.steps.any() {
                h2 { "Printed codes" }
                p { "For when you do not have your phone: ten codes to keep on paper, each for once." }
                (summary_list(&SummaryList::new(vec![Row::text("Left", own.steps.printed_left.to_string())])))
                (button(&Button { href: Some(&Place::Account(AccountPage::PrintedCodes).path()), ..Button::secondary("Make new printed codes") }))
            }
        },
    ))
}

fn passkey_card(me: &Me, key: &passkey::Shown, may_go: bool) -> Markup {
    let used =
        key.used.map_or_else(|| "never used".to_owned(), |at| format!("last used {}", dates::moment(at)));
    let words = html! {
        p { "Added " (dates::moment(key.added)) ", " (used) }
        @if may_go {
            form method="post" action=(PostTo::Account(AccountPost::RemovePasskey).path()) {
                (csrf_field(&me.csrf))
                (hidden("which", &key.id.to_string()))
                (button(&Button { small: true, ..Button::secondary("Take this passkey away") }))
            }
        }
    };
    card(&Card { level: 3, ..Card::new(&key.name, words) })
}

// ---- the code app

async fn show_code_app(me: Me) -> Answer {
    Ok(code_app_page(&me, &Form::empty()).await?.into_response())
}

async fn code_app_page(me: &Me, form: &Form) -> Answer<Markup> {
    let app = &me.web().app;
    let own = app.own_account(me.actor.account).await?;
    let secret = app.code_app_to_set_up(&me.session).await?;
    let mut shell = shell(&me.visit, Some(me), "Set up your second step", form);
    if own.steps.any() || !own.needs_second_factor {
        shell.back =
            Some((Place::Account(AccountPage::SecondStep).path(), "Back to your second step".into()));
    }
    let email = own.account.email.as_ref().map_or("", |e| e.as_str());
    let typed = secrets::typed(&secret);
    let groups: Vec<&str> =
        (0..typed.len()).step_by(4).map(|at| &typed[at..(at + 4).min(typed.len())]).collect();
    let code = Input {
        keyboard: Some(Keyboard::Numbers),
        autocomplete: Some("one-time-code"),
        width: Some(10),
        spellcheck: Some(false),
        hint: Some("The 6 numbers that the app shows now"),
        error: form.error_for("code"),
        ..Input::new("code", "Code")
    };
    Ok(page(
        &shell,
        html! {
            (form.error_summary())
            h1 { "Set up your second step" }
            @if own.needs_second_factor && !own.steps.any() {
                p { "You see or decide what is somebody else’s here. So besides your passphrase we ask for a code from an app, each time you sign in." }
            }
            @if own.steps.code_app { p { "The app that you have now stops working when you finish. You are signed out everywhere else." } }
            ol class="nhsuk-list nhsuk-list--number" {
                li { "Open an authenticator app on your phone. If you have none, install one: your phone's app shop has several that cost nothing." }
                li { "Add an account in it by taking a picture of this square, or by typing the letters below it." }
                li { "Type the 6 numbers that it shows." }
            }
            (square(&secrets::otpauth(&secret, email)))
            (inset_text(&html! { p { "To type it instead: " br; code class="phb-secret" { (groups.join(" ")) } } }))
            form method="post" action=(Place::Account(AccountPage::SecondFactor).path()) novalidate {
                (csrf_field(&me.csrf))
                (input(&code))
                (button(&Button::submit("Finish")))
            }
            @if app.can_have_passkeys() && !own.steps.any() {
                p { a href=(Place::Account(AccountPage::Passkeys).path()) { "Use a passkey instead" } }
            }
        },
    ))
}

/// A square of dots that an app can read, drawn here so that the secret goes
/// nowhere else.
fn square(text: &str) -> Markup {
    let Ok(code) = qrcode::QrCode::new(text) else { return html! {} };
    let width = code.width();
    let mut path = String::new();
    for (at, colour) in code.to_colors().into_iter().enumerate() {
        if colour == qrcode::Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", at % width + 4, at / width + 4));
        }
    }
    let side = width + 8;
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (side) " " (side) } width="240" height="240"
            role="img" aria-label="The square to take a picture of" shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}

async fn set_up_code_app(me: Me, visit: Visit, source: Source, headers: HeaderMap, mut form: Form) -> Answer {
    if form.text("code").trim().is_empty() {
        form.wrong::<()>("code", "Enter the code from your app");
        return Ok(invalid(code_app_page(&me, &form).await?));
    }
    let code = form.text("code").to_owned();
    let set_up = me.web().app.set_up_code_app(&me.session, &code, browser(me.web(), &headers, &source)).await;
    let Some(set_up) = form.accepted(set_up)? else { return Ok(invalid(code_app_page(&me, &form).await?)) };
    if let Some(entered) = set_up {
        let to = if visit.lacks_second_factor {
            Place::Home.path()
        } else {
            Place::Account(AccountPage::SecondStep).done("app")
        };
        return Ok(with_session(me.web(), &entered, answer::see_other(to)));
    }
    form.wrong::<()>("code", "That took too long. Here is a new square: add it to your app again");
    Ok(invalid(code_app_page(&me, &form).await?))
}

async fn remove_code_app(me: Me) -> Answer {
    me.web().app.remove_code_app(&me.session).await?;
    Ok(answer::see_other(Place::Account(AccountPage::SecondStep).done("app-removed")))
}

// ---- passkeys

async fn show_add_passkey(me: Me) -> Answer {
    Ok(add_passkey_page(&me, &Form::empty()).await?.into_response())
}

async fn add_passkey_page(me: &Me, form: &Form) -> Answer<Markup> {
    let app = &me.web().app;
    let own = app.own_account(me.actor.account).await?;
    let asked = app.passkey_to_add(&me.session).await?;
    let mut shell = shell(&me.visit, Some(me), "Add a passkey", form);
    let back = if own.steps.any() || !own.needs_second_factor {
        (&Place::Account(AccountPage::SecondStep).path(), "Back to your second step")
    } else {
        (&Place::Account(AccountPage::SecondFactor).path(), "Use an app instead")
    };
    shell.back = Some((back.0.into(), back.1.into()));
    let name = Input {
        hint: Some("So that you know it again: “My phone”, say"),
        ..Input::new("name", "What do you call it?")
    };
    Ok(page(
        &shell,
        html! {
            (form.error_summary())
            h1 { "Add a passkey" }
            p { "Your phone or computer asks for your finger, your face or its own number. That stays there and is not sent to us." }
            form method="post" action=(Place::Account(AccountPage::Passkeys).path()) novalidate {
                (csrf_field(&me.csrf))
                (input(&name.with(form)))
                (passkey_button("make", &asked, "Make the passkey"))
            }
            noscript { p { "This needs JavaScript, which is turned off in your browser. A code from an app works without it." } }
            p { a href=(Place::Account(AccountPage::SecondFactor).path()) { "Use a code from an app instead" } }
        },
    ))
}

async fn add_passkey(me: Me, visit: Visit, source: Source, headers: HeaderMap, mut form: Form) -> Answer {
    let Some(name) = form.line("name", "a name for it") else {
        return Ok(invalid(add_passkey_page(&me, &form).await?));
    };
    let answer = form.text("passkey").to_owned();
    match me.web().app.add_passkey(&me.session, name, &answer, browser(me.web(), &headers, &source)).await? {
        Some(entered) => {
            let to = if visit.lacks_second_factor {
                &Place::Home.path()
            } else {
                &Place::Account(AccountPage::SecondStep).done("passkey")
            };
            Ok(with_session(me.web(), &entered, answer::see_other(to)))
        }
        None => {
            let message = "The passkey could not be added. Press “Make the passkey” to try again";
            form.wrong::<()>("name", message);
            Ok(invalid(add_passkey_page(&me, &form).await?))
        }
    }
}

async fn remove_passkey(me: Me, form: Form) -> Answer {
    let id: PasskeyId = form.text("which").parse().map_err(|_| ErrorPage::Hidden)?;
    me.web().app.remove_passkey(&me.session, id).await?;
    Ok(answer::see_other(Place::Account(AccountPage::SecondStep).done("passkey-removed")))
}

// ---- printed codes

async fn show_printed_codes(me: Me) -> Answer<Markup> {
    let own = me.web().app.own_account(me.actor.account).await?;
    let form = Form::empty();
    let mut shell = shell(&me.visit, Some(&me), "Make printed codes", &form);
    shell.back = Some((Place::Account(AccountPage::SecondStep).path(), "Back to your second step".into()));
    Ok(page(
        &shell,
        html! {
            h1 { "Make printed codes" }
            p { "You get ten codes to print or write down. Each opens your sign-in once, with your passphrase, when you do not have your phone." }
            @if own.steps.printed_left > 0 { p { "The codes that you have now stop working." } }
            p { "We show them once. Keep them where you keep what matters, and not with your passphrase." }
            form method="post" action=(Place::Account(AccountPage::PrintedCodes).path()) {
                (csrf_field(&me.csrf))
                (button(&Button::submit("Make ten codes")))
            }
        },
    ))
}

/// The codes are in the answer itself: they are shown this once, and an
/// address to come back to would have to keep them.
async fn make_printed_codes(me: Me) -> Answer<Markup> {
    let codes = me.web().app.make_printed_codes(&me.session).await?;
    let form = Form::empty();
    let mut shell = shell(&me.visit, Some(&me), "Your printed codes", &form);
    shell.back = Some((Place::Account(AccountPage::SecondStep).path(), "Back to your second step".into()));
    Ok(page(
        &shell,
        html! {
            h1 { "Your printed codes" }
            p { "Print this page or write them down now. They are not shown again." }
            ol class="nhsuk-list nhsuk-list--number" {
                @for code in &codes { li { code class="phb-secret" { (code) } } }
            }
            p { "Each works once. Capital and small letters are the same, and so are spaces and dashes. Cross out what you have used." }
            p { a href=(Place::Account(AccountPage::SecondStep).path()) { "I have kept them" } }
        },
    ))
}
