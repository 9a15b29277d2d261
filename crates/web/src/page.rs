//! The shell of every page: head, header, main, footer.

use crate::assets::{self, Logo};
use crate::components::{
    AccountItem, Header, NavItem, back_link, breadcrumb, footer, header, hidden, skip_link, success,
};
use crate::session::{Visit, mark_of};
use crate::trouble::WITH_VISIT;
use maud::{DOCTYPE, Markup, html};

/// The font of the pages. Only fonts that a computer has: nothing is fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Font {
    #[default]
    Arial,
    Verdana,
    /// Whatever the computer itself uses.
    System,
}

impl std::str::FromStr for Font {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "arial" => Ok(Self::Arial),
            "verdana" => Ok(Self::Verdana),
            "system" => Ok(Self::System),
            other => Err(format!("{other} is not a font that we have: use arial, verdana or system")),
        }
    }
}

impl Font {
    fn class(self) -> &'static str {
        match self {
            Self::Arial => "phb-font-arial",
            Self::Verdana => "phb-font-verdana",
            Self::System => "phb-font-system",
        }
    }
}

/// What one installation says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    pub service_name: String,
    /// Empty where the service has no organisation to name.
    pub organisation_name: String,
    /// The organisation's own picture.
    pub logo: Option<Logo>,
    pub font: Font,
    /// Whether this is the demonstration: every page says so.
    pub demo: bool,
    /// Whether one administrator is enough to give posts: every page says so.
    pub one_administrator: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            service_name: "Personal health budgets".into(),
            organisation_name: String::new(),
            logo: None,
            font: Font::Arial,
            demo: false,
            one_administrator: false,
        }
    }
}

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
        }
    }
}

/// What the pages may load: only what this server sends, nothing inline, no
/// frames. Drawings inside style sheets are `data:` addresses.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// The name of the hidden field with the token against forged requests.
pub const CSRF_FIELD: &str = "csrf";
/// The name of the hidden field that makes a request sent twice count once.
pub const KEY_FIELD: &str = "key";
/// The name of the hidden field with the version of the record that was seen.
pub const SEEN_FIELD: &str = "seen";

/// The token against forged requests, in a form.
#[must_use]
pub fn csrf_field(token: &str) -> Markup {
    hidden(CSRF_FIELD, token)
}

/// The key that makes a request sent twice count once.
#[must_use]
pub fn key_field(key: &str) -> Markup {
    hidden(KEY_FIELD, key)
}

/// The version of the record that the page was made from.
#[must_use]
pub fn seen_field(version: u64) -> Markup {
    hidden(SEEN_FIELD, &version.to_string())
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
                        @if let Some(csrf) = to_be_warned(shell) { (crate::account::lost::banner(&csrf)) }
                        (content)
                    }
                }
                (foot(shell.look))
            }
        }
    }
}

/// The token for the one press that stops it, where the second step of whoever
/// is signed in is to be taken away.
fn to_be_warned(shell: &Shell<'_>) -> Option<String> {
    let asked = |visit: &Option<Visit>| {
        visit
            .as_ref()
            .filter(|visit| visit.removal_asked && shell.signed_in.is_some())
            .map(|v| v.csrf.clone())
    };
    WITH_VISIT.try_with(asked).ok().flatten()
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
                a href="/demo" { "Sign in as someone else" }
            }
        }
    }
}

fn top(shell: &Shell<'_>) -> Markup {
    let account = match &shell.signed_in {
        None => vec![AccountItem::Link("/sign-in".into(), "Sign in".into())],
        Some(who) => {
            let name = if who.role_words.is_empty() {
                who.name.clone()
            } else {
                format!("{}, {}", who.name, within_a_sentence(&who.role_words))
            };
            vec![
                AccountItem::Name(name),
                AccountItem::Link("/account".into(), "Your account".into()),
                AccountItem::Post("/sign-out".into(), csrf_field(shell.csrf), "Sign out".into()),
            ]
        }
    };
    let logo = shell.look.logo.as_ref().map(Logo::url);
    header(&Header {
        service_name: &shell.look.service_name,
        organisation_name: &shell.look.organisation_name,
        logo: logo.as_deref(),
        home: if shell.signed_in.is_some() { "/home" } else { "/" },
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
            ("/contact", "Contact us"),
            ("/accessibility", "Accessibility statement"),
            ("/privacy", "Privacy and cookies"),
        ],
        &line,
    )
}
