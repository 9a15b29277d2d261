//! Administration: people and posts, organisations, the local framework and
//! how the system is. The auditor reads all of it.

mod framework;
mod keeping;
mod organisations;
mod people;
mod security;
mod system;

use crate::address::{Address as _, AreaPage, Place};
use crate::answer::{self, invalid};
use crate::components::{NavItem, action_link};
use crate::error_page::Answer;
use crate::form::Form;
use crate::page::{Kind, Shell, WhoAmI, page};
use crate::{ErrorPage, Me, Routes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::AreaId;
use domain::access::Action;
use maud::{Markup, html};
use serde::Deserialize;
use std::str::FromStr;

use crate::Door;

pub fn declare(routes: &mut Routes) {
    routes.get("/admin", Door::Area(&[Action::SeeOffice]), start);
    routes.get("/admin/{area}", Door::Area(&[Action::SeeOffice]), overview);
    people::declare(routes);
    organisations::declare(routes);
    framework::declare(routes);
    security::declare(routes);
    keeping::declare(routes);
    system::declare(routes);
}

/// What has just been done, as the address says it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    pub done: String,
}

/// The area in the path, in which the reader has a post that opens this.
pub(crate) struct InArea(pub AreaId);

impl<S: Send + Sync> FromRequestParts<S> for InArea {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ErrorPage> {
        let found = axum::extract::RawPathParams::from_request_parts(parts, &()).await;
        let params = found.map_err(|_| ErrorPage::Hidden)?;
        let area = params.iter().find(|(name, _)| *name == "area").map(|(_, value)| value.parse());
        area.and_then(Result::ok).map(Self).ok_or(ErrorPage::Hidden)
    }
}

/// The id in the path after the area.
pub(crate) struct Id<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ErrorPage> {
        let found = axum::extract::RawPathParams::from_request_parts(parts, &()).await;
        let params = found.map_err(|_| ErrorPage::Hidden)?;
        let id = params.iter().find(|(name, _)| *name == "id").map(|(_, value)| value.parse());
        id.and_then(Result::ok).map(Self).ok_or(ErrorPage::Hidden)
    }
}

/// Whether this person may change people and organisations here.
pub(crate) fn is_administrator(me: &Me, area: AreaId) -> bool {
    me.actor.may_in(Action::ManageColleagues, area)
}

async fn start(me: Me) -> Answer {
    let first = me.actor.areas_of(Action::SeeOffice).into_iter().next().ok_or(ErrorPage::Hidden)?;
    Ok(answer::see_other(Place::Area(first, AreaPage::Overview).path()))
}

async fn overview(me: Me, InArea(area): InArea) -> Answer {
    let framework = me.web().app.area_framework(&me.actor, area).await?;
    let (people, waiting) = me.web().app.how_many_people(&me.actor, area).await?;
    let proposed = me.web().app.posts_waiting(&me.actor, area).await?;
    let proposed = proposed.iter().filter(|one| one.confirmed_by.is_none()).count();
    let at = |page: AreaPage| Place::Area(area, page).path();
    let content = html! {
        h1 { "Administration of " (framework.area_name) }
        div class="nhsuk-grid-row" {
            div class="nhsuk-grid-column-one-half" {
                h2 class="nhsuk-heading-m" { (action_link(&at(AreaPage::People), "People and posts")) }
                p { (people) @if people == 1 { " person has a post" } @else { " people have a post" }
                    @if waiting > 0 { ", " (waiting) " of them have not set up their sign-in yet" } "." }
                @if proposed > 0 {
                    p { strong { (proposed) @if proposed == 1 { " post waits" } @else { " posts wait" } " for a second administrator." } }
                }
                h2 class="nhsuk-heading-m" { (action_link(&at(AreaPage::Organisations), "Organisations")) }
                p { "The NHS body, the council, those that hold money and those that help." }
            }
            div class="nhsuk-grid-column-one-half" {
                h2 class="nhsuk-heading-m" { (action_link(&at(AreaPage::Framework), "Local framework")) }
                p { "The limits, the clocks, the questions and the method of this area." }
                h2 class="nhsuk-heading-m" { (action_link(&at(AreaPage::System), "The system")) }
                p { "How much is in it, and what waits to be sent." }
            }
        }
    };
    Ok(frame(&me, area, "Administration", "", None, &Form::empty(), &content))
}

/// The frame of every page of administration; 422 where something is wrong.
pub(crate) fn frame(
    me: &Me,
    area: AreaId,
    title: &str,
    tab: &str,
    flash: Option<&str>,
    form: &Form,
    content: &Markup,
) -> Response {
    let tabs = [
        (AreaPage::Overview, "", "Administration"),
        (AreaPage::People, "people", "People"),
        (AreaPage::Organisations, "organisations", "Organisations"),
        (AreaPage::Framework, "framework", "Local framework"),
        (AreaPage::Keeping, "keeping", "Keeping records"),
        (AreaPage::System, "system", "System"),
    ];
    let security = me.actor.may_in(Action::SeeSecurity, area);
    let security = security.then_some((AreaPage::Security, "security", "Security events"));
    let nav: Vec<NavItem> = tabs
        .iter()
        .chain(&security)
        .map(|(page, name, text)| NavItem::new(Place::Area(area, *page).path(), *text, *name == tab))
        .collect();
    let role = me.actor.role_for(Action::SeeOffice, area);
    let mut shell = Shell::of(&me.visit, title);
    shell.kind = Kind::Staff;
    shell.nav = &nav;
    shell.flash = flash.map(str::to_owned);
    shell.errors = !form.is_ok();
    shell.signed_in = Some(WhoAmI {
        name: me.actor.name.clone(),
        role_words: role.map(|role| role.words().to_lowercase()).unwrap_or_default(),
    });
    let markup = page(&shell, html! { (form.error_summary()) (content) });
    if form.is_ok() { markup.into_response() } else { invalid(markup) }
}
