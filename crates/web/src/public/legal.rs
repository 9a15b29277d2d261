//! Privacy and cookies, and the accessibility statement.

use super::shown;
use crate::address::{Address as _, Place};
use crate::components::{Column, Table, cell, table};
use crate::cookies::{KNOWN_COOKIE, SESSION_COOKIE, VISIT_COOKIE};
use crate::routes::{Door, Routes};
use crate::visit::Visit;
use domain::access::{CaseRole, Facts, Role, sees};
use maud::{Markup, html};

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/privacy", Door::Anyone, privacy);
    routes.get("/accessibility", Door::Anyone, accessibility);
}

const BACK: Option<(Place, &str)> = Some((Place::Start, "Start page"));

async fn privacy(visit: Visit) -> Markup {
    let columns =
        vec![Column::text("Cookie"), Column::text("What it is for"), Column::text("How long it stays")];
    let rows = vec![
        vec![
            cell(VISIT_COOKIE),
            cell("Makes sure that a form you send comes from our page"),
            cell("30 days"),
        ],
        vec![
            cell(SESSION_COOKIE),
            cell("Keeps you signed in"),
            cell("Until you sign out, an hour without a new page, or 12 hours"),
        ],
        vec![
            cell(KNOWN_COOKIE),
            cell("Knows this computer as yours, so that wrong guesses from elsewhere do not make you wait"),
            cell("180 days"),
        ],
    ];
    let content = html! {
        div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
            h1 { "Privacy and cookies" }
            p { "We keep what you tell us so that we can plan and pay for your care with you. We do not sell it, and we do not use it for advertising." }
            h2 { "When you ask us to get in touch" }
            p { "We keep your name, how to reach you and what you wrote. Only the people who answer requests in your area see it." }
            h2 { "When you have a personal health budget" }
            ul {
                li { "On these pages you see " (sees(Role::Case(CaseRole::Person), Facts::default()).words()) ". You can ask us for those too." }
                li { "The council, and brokers and organisations that help, see it only while you agree. When you take that back, they stop seeing it at once." }
                li { "People whose work it is to decide, pay and check see it without asking you: whoever decides about money for the NHS (" (sees(Role::Commissioner, Facts::default()).words()) "), whoever checks (" (sees(Role::Auditor, Facts::default()).words()) ") and whoever pays (" (sees(Role::Finance, Facts::default()).words()) ")." }
                li { "Whenever somebody opens your record, that is written down, and you can see who it was." }
                li { "Nothing is rubbed out. A mistake is put right by a new entry that says so." }
            }
            h2 { "Your rights" }
            p { "You can ask for everything we hold about you, ask us to put mistakes right, and complain to the Information Commissioner's Office. " a href=(Place::Contact.path()) { "Ask us" } " if you want any of this." }
            h2 { "Cookies" }
            p { "We use three small files called cookies. The service does not work without the first two. There are no others, and nobody else sets any." }
            (table(&Table { first_names_row: true, ..Table::new("The cookies we use", columns, rows) }))
        } }
    };
    shown(&visit, "Privacy and cookies", BACK, &content)
}

async fn accessibility(visit: Visit) -> Markup {
    let content = html! {
        div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
            h1 { "Accessibility statement" }
            p { "We want everyone to be able to use this service. You should be able to:" }
            ul {
                li { "make everything four times as big without losing anything" }
                li { "get everywhere with a keyboard, a switch or your voice" }
                li { "listen to it with a screen reader" }
                li { "use it on a phone, with a slow connection, and without JavaScript" }
                li { "print any page" }
            }
            p { "Every picture says the same in words. We write short sentences, and explain the words we use." }
            h2 { "What does not work as well as it should" }
            p { "These pages are in English only, and there is no easy read version with pictures yet. Ask us, and a person will go through them with you, or send you the words in another form." }
            h2 { "Other ways to use the service" }
            p { "You never have to use a computer. We can do everything with you on the phone, on paper, or on a visit. " a href=(Place::Contact.path()) { "Ask us to get in touch" } "." }
            h2 { "If something does not work for you" }
            p { a href=(Place::Contact.path()) { "Tell us" } " which page it was and what happened. If you are not happy with our answer, the Equality Advisory and Support Service can help you." }
        } }
    };
    shown(&visit, "Accessibility statement", BACK, &content)
}
