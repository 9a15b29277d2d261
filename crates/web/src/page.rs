//! The shell of every page: head, header, main, footer.

use crate::address::{AccountPage, AccountPost, Address as _, Place, PostTo};
use crate::assets::{self, Logo};
use crate::carried::what_you_wrote;
use crate::components::{
    self, AccountItem, Button, Header, NavItem, back_link, breadcrumb, button, footer, header, skip_link,
    success, warning_callout,
};
use crate::form::Form;
use crate::look::Look;
use crate::tokens::{csrf_field, mark_of};
use crate::visit::Visit;
use maud::{DOCTYPE, Markup, html};

/// Who is signed in, as the page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhoAmI {
    pub name: String,
    /// What they are here, in words: "family carer", "finance".
    pub role_words: String,
}

/// The three looks of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Information for anyone.
    #[default]
    Public,
    /// A person's and family's own pages.
    Person,
    /// Work: denser.
    Staff,
}

/// Everything around a page's content. Start with [`Shell::new`] and fill in
/// what the page has.
#[derive(Clone, Debug)]
pub struct Shell<'a> {
    pub look: &'a Look,
    pub kind: Kind,
    /// The page's title: the same words as its heading.
    pub title: &'a str,
    pub signed_in: Option<WhoAmI>,
    pub nav: &'a [NavItem],
    /// Where "Back" leads, and its words.
    pub back: Option<(String, String)>,
    /// From the top down, without this page.
    pub breadcrumbs: &'a [(String, String)],
    /// That something has just been done.
    pub flash: Option<String>,
    /// Whether something typed is wrong: the title begins with "Error".
    pub errors: bool,
    /// Whether the content uses the whole width.
    pub wide: bool,
    /// The token for the form that signs out.
    pub csrf: &'a str,
    /// Whose request is answered; none where a page is made without one.
    pub visit: Option<&'a Visit>,
}

impl<'a> Shell<'a> {
    #[must_use]
    pub fn new(look: &'a Look, title: &'a str) -> Self {
        Self {
            look,
            kind: Kind::Public,
            title,
            signed_in: None,
            nav: &[],
            back: None,
            breadcrumbs: &[],
            flash: None,
            errors: false,
            wide: false,
            csrf: "",
            visit: None,
        }
    }

    /// The shell of an answer to whoever is calling, without their name.
    #[must_use]
    pub fn of(visit: &'a Visit, title: &'a str) -> Self {
        Self { csrf: &visit.csrf, visit: Some(visit), ..Self::new(&visit.web.look, title) }
    }

    /// The same with the name of whoever is signed in.
    #[must_use]
    pub fn signed_in_if_they_are(mut self) -> Self {
        let actor = self.visit.and_then(|visit| visit.signed_in.as_ref()).map(|(actor, _)| actor);
        self.signed_in = actor.map(|actor| WhoAmI { name: actor.name.clone(), role_words: String::new() });
        self
    }
}

/// The whole document.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "a page's content is made to be put in its page")]
pub fn page(shell: &Shell<'_>, content: Markup) -> Markup {
    let kind = match shell.kind {
        Kind::Public => "phb-public",
        Kind::Person => "phb-person",
        Kind::Staff => "phb-staff",
    };
    html! {
        (DOCTYPE)
        html lang="en-GB" class=(shell.look.font.class()) {
            (head(shell))
            body.phb.(kind).phb-wide[shell.wide || shell.kind == Kind::Staff] {
                script src=(assets::url("ready.js")) {}
                (skip_link())
                @if shell.look.demo { (demo_strip()) }
                (top(shell))
                div class="nhsuk-width-container" {
                    @if let Some((href, text)) = &shell.back { nav aria-label="Back" { (back_link(href, text)) } }
                    @if !shell.breadcrumbs.is_empty() { (breadcrumb(shell.breadcrumbs)) }
                    main class="nhsuk-main-wrapper" id="maincontent" tabindex="-1" {
                        @if let Some(message) = &shell.flash { (success(message)) }
                        @if is_to_be_warned(shell) { (removal_warning(shell.csrf)) }
                        (content)
                        // Where the form is not on it any more, because somebody else was quicker.
                        @if shell.errors { (what_you_wrote(typed(shell), &content)) }
                    }
                }
                (foot(shell.look))
            }
        }
    }
}

/// Whether the second step of whoever is signed in is to be taken away.
fn is_to_be_warned(shell: &Shell<'_>) -> bool {
    shell.signed_in.is_some() && shell.visit.is_some_and(|visit| visit.removal_asked)
}

/// What was typed in the form that is being answered.
fn typed<'a>(shell: &Shell<'a>) -> Option<&'a Form> {
    shell.visit?.asked()?.typed.as_ref()
}

fn head(shell: &Shell<'_>) -> Markup {
    let error = if shell.errors { "Error: " } else { "" };
    html! {
        head {
            meta charset="utf-8";
            title { (error) (shell.title) " – " (shell.look.service_name) }
            meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
            // What the script of the pages asks about when the browser shows one that it kept.
            @if shell.signed_in.is_some() { meta name="phb-mark" content=(mark_of(shell.csrf)); }
            meta name="theme-color" content="#1f5f5b";
            meta name="format-detection" content="telephone=no";
            link rel="icon" href=(assets::url("favicon.svg")) sizes="any" type="image/svg+xml";
            link rel="stylesheet" href=(assets::url("main.css"));
            script type="module" src=(assets::url("start.js")) {}
        }
    }
}

fn demo_strip() -> Markup {
    html! {
        aside class="phb-demo" aria-label="About this demonstration" {
            div class="nhsuk-width-container" {
                "This is a demonstration. The people in it are made up. "
                a href=(Place::Demo.path()) { "Sign in as someone else" }
            }
        }
    }
}

fn top(shell: &Shell<'_>) -> Markup {
    let account = match &shell.signed_in {
        None => vec![AccountItem::Link(Place::SignIn.path(), "Sign in".into())],
        Some(who) => {
            let name = if who.role_words.is_empty() {
                who.name.clone()
            } else {
                format!("{}, {}", who.name, within_a_sentence(&who.role_words))
            };
            vec![
                AccountItem::Name(name),
                AccountItem::Link(Place::Account(AccountPage::Overview).path(), "Your account".into()),
                AccountItem::Post(PostTo::SignOut.path(), csrf_field(shell.csrf), "Sign out".into()),
            ]
        }
    };
    let home = if shell.signed_in.is_some() { Place::Home } else { Place::Start }.path();
    let logo = shell.look.logo.as_ref().map(Logo::url);
    header(&Header {
        service_name: &shell.look.service_name,
        organisation_name: &shell.look.organisation_name,
        logo: logo.as_deref(),
        home: &home,
        account,
        nav: shell.nav,
    })
}

/// Words that began a sentence, for the middle of one: "Finance" is "finance",
/// and "NHS" stays.
fn within_a_sentence(words: &str) -> String {
    let mut letters = words.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => words.to_owned(),
    }
}

fn foot(look: &Look) -> Markup {
    let line = if look.organisation_name.is_empty() {
        "OpenPHB is free software".to_owned()
    } else {
        format!("Run by {} with OpenPHB, which is free software", look.organisation_name)
    };
    let line = if look.one_administrator {
        format!("{line}. It is set so that one administrator can give posts alone")
    } else {
        line
    };
    footer(
        &[
            (&Place::Contact.path(), "Contact us"),
            (&Place::Accessibility.path(), "Accessibility statement"),
            (&Place::Privacy.path(), "Privacy and cookies"),
        ],
        &line,
    )
}

/// On every page of somebody whose second step is to be taken away.
fn removal_warning(csrf: &str) -> Markup {
    warning_callout(
        "Your second step is to be taken away",
        2,
        &html! {
            p { "Somebody asked for it, because it was lost. If that was not you, stop it now, and change your passphrase." }
            form method="post" action=(PostTo::Account(AccountPost::StopRemoval).path()) {
                (csrf_field(csrf))
                (button(&Button { look: components::Look::Warning, ..Button::submit("Stop this") }))
            }
        },
    )
}
