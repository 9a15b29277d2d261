//! Information for anyone, without an account: the start page, a guide to
//! personal health budgets, privacy, accessibility.

mod guide;
mod legal;

use crate::address::{Address as _, GuidePage, Place};
use crate::components::{
    Button, Card, NavItem, action_link, button, card, card_group, contents_list, guide_pagination,
};
use crate::page::{Shell, page};
use crate::picture::{Stage as Step, StageStatus, path_of_stages};
use crate::routes::{Door, Routes};
use crate::visit::Visit;
use domain::case::Stage;
use maud::{Markup, html};
use strum::VariantArray;

pub fn declare(routes: &mut Routes) {
    routes.get("/", Door::Anyone, start);
    guide::declare(routes);
    legal::declare(routes);
}

/// The frame of a page for anyone.
fn shown(visit: &Visit, title: &str, back: Option<(Place, &str)>, content: &Markup) -> Markup {
    let mut shell = Shell::of(visit, title).signed_in_if_they_are();
    shell.back = back.map(|(place, text)| (place.path(), text.to_owned()));
    page(&shell, html! { (content) })
}

/// A page of the guide: its heading, what is in the guide, and the way on.
fn guide_page(visit: &Visit, shown_now: GuidePage, content: &Markup) -> Markup {
    let at = guide::PAGES.iter().position(|one| one.page == shown_now).unwrap_or(0);
    let this = &guide::PAGES[at];
    let path = |one: &guide::Page| Place::Guide(one.page).path();
    let items: Vec<NavItem> = guide::PAGES
        .iter()
        .enumerate()
        .map(|(place, one)| NavItem::new(path(one), one.title, place == at))
        .collect();
    let link = |one: &guide::Page| (path(one), one.title);
    let previous = at.checked_sub(1).map(|before| link(&guide::PAGES[before]));
    let next = guide::PAGES.get(at + 1).map(link);
    let content = html! {
        div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
            h1 {
                span class="nhsuk-caption-xl" { "Personal health budgets" span class="nhsuk-u-visually-hidden" { " – " } }
                (this.title)
            }
            (contents_list(&items))
            (content)
            (guide_pagination(previous.as_ref().map(|(href, title)| (href.as_str(), *title)), next.as_ref().map(|(href, title)| (href.as_str(), *title))))
            @if next.is_none() { (action_link(&Place::Contact.path(), "Ask us to get in touch")) }
        } }
    };
    shown(visit, this.title, Some((Place::Start, "Start page")), &content)
}

async fn start(visit: Visit) -> Markup {
    let place = |(number, stage): (usize, &Stage)| Step {
        href: Some(Place::Guide(GuidePage::Stages).part(&format!("stage-{}", number))),
        ..Step::new(stage.title(), StageStatus::Ahead, "")
    };
    let places: Vec<Step> = (1..).zip(Stage::VARIANTS.iter()).map(place).collect();
    let content = html! {
        div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
            h1 class="nhsuk-heading-xl" { "Money for your health and care, planned by you" }
            p class="nhsuk-lede-text" {
                "A personal health budget is an amount of money for your health and care needs. You decide with the NHS how it is used, so that care fits your life."
            }
            (button(&Button::to("Ask us to get in touch", &Place::Contact.path())))
            p { "You do not need an account, and nothing is decided when you ask. " a href=(Place::Guide(GuidePage::About).path()) { "Read about it first" } "." }
        } }
        section aria-labelledby="how-it-goes" {
            h2 id="how-it-goes" { "How it goes, in six stages" }
            p { "You go at your own speed. You can stop at any time, and your care does not get worse because you said no." }
            (path_of_stages(&places))
        }
        section aria-labelledby="who-for" {
            h2 id="who-for" { "Who it is for" }
            (card_group(3, &[
                card(&Card::to("You", &Place::Guide(GuidePage::About).path(), html! { p { "You have a long illness, a disability or a mental health need, and get help from the NHS over a long time." } })),
                card(&Card::to("Your family", &Place::Guide(GuidePage::Support).path(), html! { p { "You look after someone, or speak for someone who needs help to say what they want." } })),
                card(&Card::to("People who help", &Place::Guide(GuidePage::Stages).path(), html! { p { "You are a nurse, a broker, an advocate or a friend, and want to see how it works." } })),
            ]))
        }
        section aria-labelledby="find-out" {
            h2 id="find-out" { "Find out more" }
            ul class="nhsuk-list" {
                @for one in guide::PAGES { li { a href=(Place::Guide(one.page).path()) { (one.title) } } }
            }
        }
    };
    shown(&visit, "Money for your health and care, planned by you", None, &content)
}
