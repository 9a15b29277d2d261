//! The frame of every page inside a case, for the person and for staff.

use crate::Me;
use crate::address::{Address as _, CasePage, Place};
use crate::answer;
use crate::components::{NavItem, feeling};
use crate::error_page::ErrorPage;
use crate::page::{Kind, Shell, WhoAmI, page};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use domain::access::{Action, Role};
use domain::case::{CaseRole, Stage};
use domain::{CaseId, EnquiryId};
use maud::{Markup, html};
use service::Seen;
use std::str::FromStr;

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

/// What stands at the top of each page that a stage is done on: its 'I'
/// statement, as the measure of how the stage should feel (001:236).
#[must_use]
pub fn how_it_should_feel(seen: &Seen, stage: Stage) -> Markup {
    let whose =
        if is_family(&seen.roles) { "How this should feel:" } else { "How this should feel for them:" };
    feeling(whose, stage.i_statement())
}

/// A page inside a case: `tab` is the page's name in the menu (`plan`,
/// `money`, …; empty for none). The person's pages are calm, staff's dense.
#[must_use]
pub fn case_page(
    me: &Me,
    seen: &Seen,
    title: &str,
    tab: &str,
    flash: Option<&str>,
    content: &Markup,
) -> Markup {
    show(me, seen, title, tab, flash, false, content)
}

/// The same page again with what is wrong in what was typed: status 422.
#[must_use]
pub fn case_page_again(me: &Me, seen: &Seen, title: &str, tab: &str, content: &Markup) -> Response {
    answer::invalid(show(me, seen, title, tab, None, true, content))
}

fn show(
    me: &Me,
    seen: &Seen,
    title: &str,
    tab: &str,
    flash: Option<&str>,
    errors: bool,
    content: &Markup,
) -> Markup {
    let case = &seen.case;
    let family = is_family(&seen.roles);
    let tabs: &[(CasePage, &str, &str)] = if family {
        &[
            (CasePage::Overview, "", "Home"),
            (CasePage::Plan, "plan", "Plan"),
            (CasePage::Money, "money", "Money"),
            (CasePage::People, "people", "People"),
            (CasePage::Reviews, "reviews", "Reviews"),
            (CasePage::History, "history", "History"),
            (CasePage::Documents, "documents", "Documents"),
            (CasePage::Help, "help", "Help"),
        ]
    } else {
        &[
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
        ]
    };
    // Only doors that open: finance, say, has no plan to read.
    let nav: Vec<NavItem> = tabs
        .iter()
        .filter(|(page, ..)| me.actor.may(page.opened_by(), case))
        // Whoever reads the plan finds there what is bought.
        .filter(|(page, ..)| *page != CasePage::Costs || !me.actor.may(Action::SeePlan, case))
        .map(|(page, name, text)| NavItem::new(page.clone().of(case.id).path(), *text, *name == tab))
        .collect();
    let mut shell = Shell::of(&me.visit, title);
    shell.kind = if family { Kind::Person } else { Kind::Staff };
    shell.nav = &nav;
    shell.flash = flash.map(str::to_owned);
    shell.errors = errors;
    let role_words = seen
        .roles
        .first()
        .map(|r| role_words(*r, case.circle.member_of(me.actor.account).map(|m| m.relation.as_str())));
    shell.signed_in =
        Some(WhoAmI { name: me.actor.name.clone(), role_words: role_words.unwrap_or_default() });
    let first = CasePage::Overview.of(case.id).path();
    let crumbs =
        [(Place::Home.path(), "Your work".to_owned()), (first.clone(), case.person_name().to_owned())];
    if !family {
        shell.breadcrumbs = if tab.is_empty() { &crumbs[..1] } else { &crumbs };
    } else if !tab.is_empty() {
        shell.back = Some((first, "Back to my budget".to_owned()));
    }
    page(&shell, html! { (content) })
}

/// What someone is here, in their own words where there are any.
fn role_words(role: Role, relation: Option<&str>) -> String {
    match (role, relation) {
        (Role::Case(CaseRole::Person), _) => String::new(),
        (Role::Case(_), Some(relation)) => relation.to_owned(),
        (role, _) => role.words().to_owned(),
    }
}
