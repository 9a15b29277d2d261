//! The door of the demonstration: sign in as anyone, and read every letter.
//! Its routes answer only where the site was started as a demonstration.

use crate::address::{Address as _, Place, PostTo};
use crate::answer;
use crate::browser::browser;
use crate::components::{Button, button, hidden};
use crate::cookies::{SESSION_COOKIE, set_cookie};
use crate::error_page::Answer;
use crate::page::{Shell, page};
use crate::source::Source;
use crate::tokens::csrf_field;
use crate::visit::{Here, Visit};
use crate::{Door, ErrorPage, Routes, Web};
use axum::extract::State;
use axum::http::HeaderMap;
use domain::{AccountId, MessageId, dates};
use maud::{Markup, html};
use service::demonstration::PASSPHRASE;
use service::rate::Rate;
use service::session::LONGEST_SECONDS;

pub fn declare(routes: &mut Routes) {
    routes.get("/demo", Door::Demo, show);
    routes.post_at_most(Rate::Demo, "/demo/sign-in-as", Door::Demo, sign_in_as);
    routes.get("/demo/outbox", Door::Demo, outbox);
    routes.post_at_most(Rate::Demo, "/demo/outbox/follow", Door::Demo, follow);
}

async fn show(State(web): State<Web>, visit: Visit) -> Answer<Markup> {
    let shell = Shell::of(&visit, "Who would you like to be?");
    let mut people = vec![];
    for who in web.look.made_up {
        people.extend(web.app.account_of(who.email).await?.map(|account| (account, who.name, who.line)));
    }
    Ok(page(
        &shell,
        html! {
            h1 { "Who would you like to be?" }
            p { "This is a demonstration. Everyone in it is made up. Choose somebody to see the service as they see it." }
            ul class="nhsuk-list phb-demo-people" {
                @for (account, name, line) in &people {
                    li {
                        form method="post" action=(PostTo::DemoSignIn.path()) {
                            (csrf_field(&visit.csrf))
                            (hidden("account", &account.to_string()))
                            p {
                                (button(&Button { small: true, once: false, ..Button::secondary(&format!("Be {name}")) }))
                                " " (line)
                            }
                        }
                    }
                }
            }
            p { a href=(Place::DemoOutbox.path()) { "Letters that would have been sent" } }
            p { "Whoever has no post can also sign in the usual way, with the passphrase “" (PASSPHRASE) "”. The others need a code besides, which only their own app would have." }
        },
    ))
}

async fn sign_in_as(Here(web): Here, source: Source, headers: HeaderMap, form: crate::form::Form) -> Answer {
    let account: AccountId = form.text("account").parse().map_err(|_| ErrorPage::Hidden)?;
    let browser = browser(&web, &headers, &source);
    let token = web.app.enter_demo(account, &browser.label).await?;
    if let Some(old) = &browser.session {
        web.app.sign_out(old).await?;
    }
    let mut response = answer::see_other(Place::Home.path());
    set_cookie(response.headers_mut(), &web, SESSION_COOKIE, &token, LONGEST_SECONDS);
    Ok(response)
}

async fn outbox(State(web): State<Web>, visit: Visit) -> Answer<Markup> {
    let shell = Shell::of(&visit, "Letters that would have been sent");
    let letters = web.app.latest_letters(100).await?;
    Ok(page(
        &shell,
        html! {
            h1 { "Letters that would have been sent" }
            p { "Nothing is sent from a demonstration. These would be emails, newest first." }
            @if letters.is_empty() { p { "There are none yet." } }
            @for letter in &letters {
                section class="nhsuk-card" {
                    div class="nhsuk-card__content" {
                        h2 class="nhsuk-card__heading nhsuk-heading-s" { (letter.subject) }
                        p { "To " (letter.to_address) ", " (dates::moment(letter.queued)) }
                        (with_links(&letter.body))
                        @if letter.link.is_some() {
                            form method="post" action=(PostTo::DemoFollowLetter.path()) {
                                (csrf_field(&visit.csrf))
                                (hidden("letter", &letter.id.to_string()))
                                @let which = format!("to {}, {}: {}", letter.to_address, dates::moment(letter.queued), letter.subject);
                                (button(&Button { small: true, once: false, hidden: Some(&which), ..Button::secondary("Follow the link in this letter") }))
                            }
                        }
                    }
                }
            }
            p { a href=(Place::Demo.path()) { "Back to everyone" } }
        },
    ))
}

/// The one-time link of a letter is made when somebody follows it.
async fn follow(State(web): State<Web>, form: crate::form::Form) -> Answer {
    let letter: MessageId = form.text("letter").parse().map_err(|_| ErrorPage::Hidden)?;
    Ok(answer::see_other(&web.app.follow_letter(letter).await?))
}

/// A letter's lines, with its addresses as links.
fn with_links(body: &str) -> Markup {
    html! {
        p class="phb-letter" {
            @for line in body.lines() {
                @for word in line.split(' ') {
                    @if word.starts_with("http://") || word.starts_with("https://") {
                        a href=(word) { (word) }
                    } @else if word == "{link}" {
                        "(the link)"
                    } @else {
                        (word)
                    }
                    " "
                }
                br;
            }
        }
    }
}
