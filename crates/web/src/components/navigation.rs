//! Ways to go somewhere: buttons, links, breadcrumbs, pages, header, footer.

use super::{Icon, classes, icon};
use maud::{Markup, html};

/// How a button looks. A page has one primary button.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    #[default]
    Primary,
    Secondary,
    /// On a dark background.
    Reverse,
    /// For what cannot be undone.
    Warning,
    /// A button that looks like a link.
    Link,
}

/// A button; with `href` it is a link that looks like one.
#[derive(Clone, Debug, Default)]
pub struct Button<'a> {
    pub text: &'a str,
    pub look: Look,
    pub href: Option<&'a str>,
    pub name: Option<&'a str>,
    pub value: Option<&'a str>,
    /// Where this one button sends its form, instead of the form's address.
    pub formaction: Option<&'a str>,
    pub small: bool,
    /// Which one is meant, where a page has several of these buttons: for whoever
    /// hears it and does not see what stands beside it.
    pub hidden: Option<&'a str>,
    /// Stops a second press within a second. Forms that change something
    /// carry a key as well, since this needs JavaScript.
    pub once: bool,
}

impl<'a> Button<'a> {
    /// The one main thing to do: sends the form it stands in, once.
    #[must_use]
    pub fn submit(text: &'a str) -> Self {
        Self { text, once: true, ..Self::default() }
    }

    #[must_use]
    pub fn secondary(text: &'a str) -> Self {
        Self { look: Look::Secondary, ..Self::submit(text) }
    }

    /// A link that looks like a button.
    #[must_use]
    pub fn to(text: &'a str, href: &'a str) -> Self {
        Self { text, href: Some(href), ..Self::default() }
    }
}

#[must_use]
pub fn button(a: &Button<'_>) -> Markup {
    let look = match a.look {
        Look::Primary => "",
        Look::Secondary => "nhsuk-button--secondary",
        Look::Reverse => "nhsuk-button--reverse",
        Look::Warning => "nhsuk-button--warning",
        Look::Link => "phb-button--link",
    };
    let small = if a.small { "nhsuk-button--small" } else { "" };
    let class = classes(&["nhsuk-button", look, small]);
    let hidden = html! { @if let Some(which) = a.hidden { (super::unseen(which)) } };
    match a.href {
        Some(href) => html! {
            a class=(class) data-module="nhsuk-button" href=(href) role="button" draggable="false" { (a.text) (hidden) }
        },
        None => html! {
            button class=(class) name=[a.name] data-module="nhsuk-button"
                data-prevent-double-click=[a.once.then_some("true")] type="submit" value=[a.value]
                formaction=[a.formaction] { (a.text) (hidden) }
        },
    }
}

#[must_use]
pub fn back_link(href: &str, text: &str) -> Markup {
    html! { a class="nhsuk-back-link" href=(href) { (text) } }
}

/// Where this page is: `(href, text)` from the top down, without this page.
#[must_use]
pub fn breadcrumb(items: &[(String, String)]) -> Markup {
    html! {
        nav class="nhsuk-breadcrumb" aria-label="Breadcrumb" {
            ol class="nhsuk-breadcrumb__list" {
                @for (href, text) in items {
                    li class="nhsuk-breadcrumb__list-item" {
                        a class="nhsuk-breadcrumb__link" href=(href) { (text) }
                    }
                }
            }
            @if let Some((href, text)) = items.last() {
                a class="nhsuk-back-link" href=(href) {
                    span class="nhsuk-u-visually-hidden" { "Back to " }
                    (text)
                }
            }
        }
    }
}

/// The first link of a page, for people who use a keyboard.
#[must_use]
pub fn skip_link() -> Markup {
    html! {
        a class="nhsuk-skip-link" data-module="nhsuk-skip-link" href="#maincontent" { "Skip to main content" }
    }
}

/// The next step on a page of information.
#[must_use]
pub fn action_link(href: &str, text: &str) -> Markup {
    html! {
        a class="nhsuk-action-link" href=(href) {
            (icon(Icon::ArrowRightCircle))
            span class="nhsuk-action-link__text" { (text) }
        }
    }
}

/// One page of a guide, or one place in the main menu.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NavItem {
    pub href: String,
    pub text: String,
    /// Whether it is this page.
    pub current: bool,
}

impl NavItem {
    #[must_use]
    pub fn new(href: impl Into<String>, text: impl Into<String>, current: bool) -> Self {
        Self { href: href.into(), text: text.into(), current }
    }
}

/// The pages of a guide.
#[must_use]
pub fn contents_list(items: &[NavItem]) -> Markup {
    html! {
        nav class="nhsuk-contents-list" role="navigation" aria-label="Pages in this guide" {
            h2 class="nhsuk-u-visually-hidden" { "Contents" }
            ol class="nhsuk-contents-list__list" {
                @for item in items {
                    li class="nhsuk-contents-list__item" aria-current=[item.current.then_some("page")] {
                        @if item.current { span class="nhsuk-contents-list__current" { (item.text) } }
                        @else { a class="nhsuk-contents-list__link" href=(item.href) { (item.text) } }
                    }
                }
            }
        }
    }
}

/// The page before and the page after in a guide: `(href, title)`.
#[must_use]
pub fn guide_pagination(previous: Option<(&str, &str)>, next: Option<(&str, &str)>) -> Markup {
    let link = |(href, title): (&str, &str), rel: &str, word: &str, class: &str, drawing: Icon| {
        html! {
            li class={ "nhsuk-pagination-item--" (word.to_lowercase()) } {
                a class={ "nhsuk-pagination__link nhsuk-pagination__link--" (class) } href=(href) rel=(rel) {
                    span class="nhsuk-pagination__title" {
                        (word)
                        span class="nhsuk-u-visually-hidden" { " page" }
                    }
                    span class="nhsuk-u-visually-hidden" { ":" }
                    span class="nhsuk-pagination__page" { (title) }
                    (icon(drawing))
                }
            }
        }
    };
    html! {
        nav class="nhsuk-pagination" role="navigation" aria-label="Pagination" {
            ul class="nhsuk-list nhsuk-pagination__list" {
                @if let Some(page) = previous { (link(page, "prev", "Previous", "prev", Icon::ArrowLeft)) }
                @if let Some(page) = next { (link(page, "next", "Next", "next", Icon::ArrowRight)) }
            }
        }
    }
}

/// Pages of a long list. `href` gives the address of a page; pages count
/// from 1. Nothing where there is one page.
#[must_use]
pub fn pagination(page: u32, pages: u32, href: impl Fn(u32) -> String) -> Markup {
    if pages < 2 {
        return html! {};
    }
    let page = page.clamp(1, pages);
    let shown = |n: u32| n == 1 || n == pages || n.abs_diff(page) <= 1;
    let side = |class: &str, to: u32, rel: &str, word: &str, drawing: Icon| {
        let title = html! {
            span class="nhsuk-pagination__title" { (word) span class="nhsuk-u-visually-hidden" { " page" } }
        };
        html! {
            a href=(href(to)) class=(class) rel=(rel) {
                @if drawing == Icon::ArrowLeft { (icon(drawing)) (title) } @else { (title) (icon(drawing)) }
            }
        }
    };
    html! {
        nav class="nhsuk-pagination nhsuk-pagination--numbered" role="navigation" aria-label="Pagination" {
            @if page > 1 { (side("nhsuk-pagination__previous", page - 1, "prev", "Previous", Icon::ArrowLeft)) }
            ul class="nhsuk-pagination__list" {
                @for n in 1..=pages {
                    @if shown(n) {
                        li .nhsuk-pagination__item .nhsuk-pagination__item--current[n == page] {
                            a class="nhsuk-pagination__link" href=(href(n)) aria-label={ "Page " (n) }
                                aria-current=[(n == page).then_some("page")] { (n) }
                        }
                    } @else if shown(n - 1) {
                        li class="nhsuk-pagination__item nhsuk-pagination__item--ellipsis" { "⋯" }
                    }
                }
            }
            @if page < pages { (side("nhsuk-pagination__next", page + 1, "next", "Next", Icon::ArrowRight)) }
        }
    }
}

/// One tab: its id, its label and what is in it.
#[derive(Clone, Debug)]
pub struct Tab<'a> {
    pub id: &'a str,
    pub label: &'a str,
    pub content: Markup,
}

/// Tabs; without JavaScript they are a list of contents with sections below.
#[must_use]
pub fn tabs(title: &str, all: &[Tab<'_>]) -> Markup {
    html! {
        div class="nhsuk-tabs" data-module="nhsuk-tabs" {
            h2 class="nhsuk-tabs__heading" { (title) }
            ul class="nhsuk-tabs__list" {
                @for (i, tab) in all.iter().enumerate() {
                    li .nhsuk-tabs__list-item .nhsuk-tabs__list-item--selected[i == 0] {
                        a class="nhsuk-tabs__tab" href={ "#" (tab.id) } { (tab.label) }
                    }
                }
            }
            @for (i, tab) in all.iter().enumerate() {
                div .nhsuk-tabs__panel .nhsuk-tabs__panel--hidden[i > 0] id=(tab.id) { (tab.content) }
            }
        }
    }
}

/// One entry beside the service's name: who is signed in, or a way out.
#[derive(Clone, Debug)]
pub enum AccountItem {
    /// Plain text with a picture of a person.
    Name(String),
    Link(String, String),
    /// A small form: its address, its hidden fields, its button's text.
    Post(String, Markup, String),
}

/// The top of every page.
#[derive(Clone, Debug, Default)]
pub struct Header<'a> {
    pub service_name: &'a str,
    pub organisation_name: &'a str,
    /// The address of the organisation's own picture.
    pub logo: Option<&'a str>,
    pub home: &'a str,
    pub account: Vec<AccountItem>,
    pub nav: &'a [NavItem],
}

/// The header of the design system without its own logo: the organisation
/// that runs the service gives its name, and a logo if it has one.
#[must_use]
pub fn header(a: &Header<'_>) -> Markup {
    let name = format!("{} {}", a.organisation_name, a.service_name);
    let home_label = format!("{} homepage", name.trim());
    html! {
        header class="nhsuk-header nhsuk-header--organisation" data-module="nhsuk-header" role="banner" {
            div class="nhsuk-header__container nhsuk-width-container" {
                div class="nhsuk-header__service" {
                    a class="nhsuk-header__service-logo" href=(a.home) aria-label=(home_label) {
                        @if let Some(src) = a.logo {
                            img class="nhsuk-header__organisation-logo" src=(src) width="280" alt="";
                        }
                        @if !a.organisation_name.is_empty() {
                            span class="nhsuk-header__organisation-name" { (a.organisation_name) }
                        }
                        span class="nhsuk-header__service-name" { (a.service_name) }
                    }
                }
                @if !a.account.is_empty() {
                    nav class="nhsuk-header__account" aria-label="Account" {
                        ul class="nhsuk-header__account-list" {
                            @for item in &a.account { li class="nhsuk-header__account-item" { (account_item(item)) } }
                        }
                    }
                }
            }
            @if !a.nav.is_empty() { (menu(a.nav)) }
        }
    }
}

fn account_item(item: &AccountItem) -> Markup {
    match item {
        AccountItem::Name(text) => html! { (icon(Icon::User)) (text) },
        AccountItem::Link(href, text) => html! {
            a class="nhsuk-header__account-link" href=(href) { (text) }
        },
        AccountItem::Post(action, fields, text) => html! {
            form class="nhsuk-header__account-form" action=(action) method="post" novalidate {
                (fields)
                button class="nhsuk-header__account-button" { (text) }
            }
        },
    }
}

fn menu(items: &[NavItem]) -> Markup {
    html! {
        nav class="nhsuk-header__navigation" aria-label="Menu" {
            div class="nhsuk-header__navigation-container nhsuk-width-container" {
                ul class="nhsuk-header__navigation-list" {
                    @for item in items {
                        li .nhsuk-header__navigation-item
                            .nhsuk-header__navigation-item--current[item.current] {
                            a class="nhsuk-header__navigation-link" href=(item.href)
                                aria-current=[item.current.then_some("page")] {
                                @if item.current {
                                    strong class="nhsuk-header__navigation-item-current-fallback" { (item.text) }
                                } @else { (item.text) }
                            }
                        }
                    }
                    li class="nhsuk-header__menu" hidden {
                        button class="nhsuk-header__menu-toggle nhsuk-header__navigation-link" id="toggle-menu"
                            aria-expanded="false" {
                            span class="nhsuk-u-visually-hidden" { "Browse " }
                            "More"
                        }
                    }
                }
            }
        }
    }
}

/// The foot of every page: `(href, text)` links and a line of text.
#[must_use]
pub fn footer(links: &[(&str, &str)], line: &str) -> Markup {
    html! {
        footer class="nhsuk-footer" role="contentinfo" {
            div class="nhsuk-width-container" {
                div class="nhsuk-footer__meta" {
                    h2 class="nhsuk-u-visually-hidden" { "Support links" }
                    ul class="nhsuk-footer__list" {
                        @for (href, text) in links {
                            li class="nhsuk-footer__list-item" {
                                a class="nhsuk-footer__list-item-link" href=(href) { (text) }
                            }
                        }
                    }
                    p class="nhsuk-body-s" { (line) }
                }
            }
        }
    }
}
