//! A case that was opened, and the frame of every page inside it, for the person
//! and for staff.

use crate::address::{Address as _, CasePage, Place};
use crate::answer;
use crate::components::{NavItem, feeling, nothing_yet};
use crate::error_page::ErrorPage;
use crate::page::{Kind, Shell, WhoAmI, page};
use crate::{Answer, Me, beside};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use domain::access::{Action, Role};
use domain::case::{Case, CaseRole, Stage};
use domain::{CaseId, EnquiryId};
use maud::{Markup, html};
use service::{App, Seen};
use std::str::FromStr;
use std::sync::Arc;

/// An id in a path. One that is not an id is "not found", like any other
/// address that leads nowhere. For several, `At<(CaseId, LineId)>`.
pub struct At<T>(pub T);

async fn segments(parts: &mut Parts) -> Result<Vec<String>, ErrorPage> {
    let found = axum::extract::RawPathParams::from_request_parts(parts, &()).await;
    let params = found.map_err(|_| ErrorPage::Hidden)?;
    Ok(params.iter().map(|(_, value)| value.to_owned()).collect())
}

fn id<T: FromStr>(segments: &[String], at: usize) -> Result<T, ErrorPage> {
    segments.get(at).and_then(|text| text.parse().ok()).ok_or(ErrorPage::Hidden)
}

impl<S: Send + Sync> FromRequestParts<S> for At<CaseId> {
    type Rejection = ErrorPage;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ErrorPage> {
        id(&segments(parts).await?, 0).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for At<EnquiryId> {
    type Rejection = ErrorPage;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ErrorPage> {
        id(&segments(parts).await?, 0).map(Self)
    }
}

impl<S: Send + Sync, A: FromStr, B: FromStr> FromRequestParts<S> for At<(A, B)> {
    type Rejection = ErrorPage;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ErrorPage> {
        let found = segments(parts).await?;
        Ok(Self((id(&found, 0)?, id(&found, 1)?)))
    }
}

/// Whether the reader is the person or of their family, rather than staff.
#[must_use]
pub fn is_family(roles: &[Role]) -> bool {
    roles.iter().any(|role| role.is_family())
}

/// Whether a reader sees what the person shares with them, part by part, and
/// nothing else.
#[must_use]
pub fn sees_parts(roles: &[Role]) -> bool {
    let by_part = |role: &Role| matches!(role, Role::Case(CaseRole::Supporter) | Role::ThirdParty);
    !roles.is_empty() && roles.iter().all(by_part)
}

/// What an empty list says. Whoever sees some parts of the record is not told
/// that there is nothing: there may be, in the others.
#[must_use]
pub fn nothing_here(seen: &Seen, words: &str) -> Markup {
    let of_parts = "Nothing of the parts shared with you is here.";
    nothing_yet(if sees_parts(&seen.roles) { of_parts } else { words })
}

/// Whose case a page is about, above its heading: the family knows.
pub fn caption(seen: &Seen) -> &str {
    if is_family(&seen.roles) { "" } else { seen.case.person_name() }
}

/// What stands at the top of each page that a stage is done on: its 'I'
/// statement, as the measure of how the stage should feel (001:236).
#[must_use]
pub fn how_it_should_feel(seen: &Seen, stage: Stage) -> Markup {
    let whose =
        if is_family(&seen.roles) { "How this should feel:" } else { "How this should feel for them:" };
    feeling(whose, stage.i_statement())
}

/// A case that somebody opened to read one section of it: what every page of a
/// case hands on, and the frame in which it is shown.
pub struct Opened {
    pub me: Me,
    pub seen: Seen,
    section: &'static str,
}

impl Me {
    /// Opens a case to show one section of it; the look is recorded.
    pub async fn open(&self, id: CaseId, action: Action, section: &'static str) -> Answer<Opened> {
        Ok(Opened::of(self, self.see(id, action, section).await?, section))
    }
}

impl Opened {
    /// A case that a use case opened, with more of it, and recorded the look.
    #[must_use]
    pub fn of(me: &Me, seen: Seen, section: &'static str) -> Self {
        Self { me: me.clone(), seen, section }
    }

    /// The same as it is after something was done to it.
    #[must_use]
    pub fn after(mut self, case: Arc<Case>) -> Self {
        self.seen.case = case;
        self
    }

    #[must_use]
    pub fn case(&self) -> &Case {
        &self.seen.case
    }

    #[must_use]
    pub fn app(&self) -> &App {
        &self.me.web().app
    }

    /// Whether the reader may do this, and is shown the way to it.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.me.actor.may(action, self.case())
    }

    #[must_use]
    pub fn is_family(&self) -> bool {
        is_family(&self.seen.roles)
    }

    /// A page of this section, with a word on what was just done.
    #[must_use]
    pub fn page(&self, title: &str, flash: Option<&str>, content: &Markup) -> Response {
        self.framed(title, flash, false, content).into_response()
    }

    /// The page again with what is wrong in what was typed: status 422.
    #[must_use]
    pub fn again(&self, title: &str, content: &Markup) -> Response {
        answer::invalid(self.framed(title, None, true, content))
    }

    /// The address of a page of this case.
    pub fn path(&self, page: impl Into<CasePage>) -> String {
        page.into().of(self.case().id).path()
    }

    /// On to another page of this case, which says what was done.
    pub fn go(&self, page: impl Into<CasePage>, done: &str) -> Response {
        answer::see_other(page.into().of(self.case().id).done(done))
    }

    /// The place in the menu where the section stands: its name there, or none.
    fn tab(&self) -> &'static str {
        match self.section {
            "home" => "",
            "agreement" | "payments" => "money",
            "looks" => "history",
            "questions" if self.is_family() => "help",
            "questions" => "offer",
            "team" | "everything" | "rights" => "people",
            section => section,
        }
    }

    /// The person's pages are calm, staff's dense.
    fn framed(&self, title: &str, flash: Option<&str>, errors: bool, content: &Markup) -> Markup {
        let case = self.case();
        let nav: Vec<NavItem> = self.menu();
        let mut shell = Shell::of(&self.me.visit, title);
        shell.kind = if self.is_family() { Kind::Person } else { Kind::Staff };
        shell.nav = &nav;
        shell.flash = flash.map(str::to_owned);
        shell.errors = errors;
        let relation = case.circle.member_of(self.me.actor.account).map(|m| m.relation.as_str());
        let role_words = self.seen.roles.first().map(|role| role_words(*role, relation));
        shell.signed_in =
            Some(WhoAmI { name: self.me.actor.name.clone(), role_words: role_words.unwrap_or_default() });
        let first = self.path(CasePage::Overview);
        let crumbs =
            [(Place::Home.path(), "Your work".to_owned()), (first.clone(), case.person_name().to_owned())];
        if !self.is_family() {
            shell.breadcrumbs = if self.tab().is_empty() { &crumbs[..1] } else { &crumbs };
        } else if !self.tab().is_empty() {
            shell.back = Some((first, "Back to my budget".to_owned()));
        }
        let restricted = beside::restricted(case, self.seen.today);
        let said = beside::statements(case, self.section, |action| self.may(action));
        page(&shell, html! { (restricted) (content) (said) })
    }

    /// Only doors that open: finance, say, has no plan to read.
    fn menu(&self) -> Vec<NavItem> {
        let tabs = if self.is_family() { FOR_FAMILY } else { FOR_STAFF };
        tabs.iter()
            .filter(|(page, ..)| self.may(page.opened_by()))
            // Whoever reads the plan finds there what is bought.
            .filter(|(page, ..)| *page != CasePage::Costs || !self.may(Action::SeePlan))
            .map(|(page, name, text)| NavItem::new(self.path(page.clone()), *text, *name == self.tab()))
            .collect()
    }
}

/// A page in the menu, its name there, and its words.
type Tabs = &'static [(CasePage, &'static str, &'static str)];

const FOR_FAMILY: Tabs = &[
    (CasePage::Overview, "", "Home"),
    (CasePage::Plan, "plan", "Plan"),
    (CasePage::Money, "money", "Money"),
    (CasePage::People, "people", "People"),
    (CasePage::Reviews, "reviews", "Reviews"),
    (CasePage::History, "history", "History"),
    (CasePage::Documents, "documents", "Documents"),
    (CasePage::Help, "help", "Help"),
];

const FOR_STAFF: Tabs = &[
    (CasePage::Overview, "", "Case"),
    (CasePage::Offer, "offer", "Offer"),
    (CasePage::Needs, "needs", "Needs"),
    (CasePage::Budget, "budget", "Budget"),
    (CasePage::Plan, "plan", "Plan"),
    (CasePage::Costs, "costs", "What is bought"),
    (CasePage::SignOff, "sign-off", "Sign-off"),
    (CasePage::Money, "money", "Money"),
    (CasePage::People, "people", "People"),
    (CasePage::Reviews, "reviews", "Reviews"),
    (CasePage::History, "history", "History"),
    (CasePage::Documents, "documents", "Documents"),
];

/// What someone is here, in their own words where there are any.
fn role_words(role: Role, relation: Option<&str>) -> String {
    match (role, relation) {
        (Role::Case(CaseRole::Person), _) => String::new(),
        (Role::Case(_), Some(relation)) => relation.to_owned(),
        (role, _) => role.words().to_owned(),
    }
}
