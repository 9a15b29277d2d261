//! Organisations: registered and renamed.

use super::{Done, Id, InArea, frame, is_administrator};
use crate::address::{Address as _, AreaPage, Place};
use crate::answer;
use crate::components::{Button, Choice, Choices, Column, Input, Table, button, cell, input, radios, table};
use crate::error_page::Answer;
use crate::form::Form;
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Door, ErrorPage, Me, Routes};
use axum::extract::Query;
use domain::access::Action;
use domain::organisation::Kind;
use domain::{AreaId, OrganisationId};
use maud::html;
use strum::VariantArray;

pub fn declare(routes: &mut Routes) {
    routes.get("/admin/{area}/organisations", Door::Area(&[Action::SeeOffice]), list);
    routes.get("/admin/{area}/organisations/new", Door::Area(&[Action::ManageOrganisations]), show_new);
    routes.post("/admin/{area}/organisations/new", Door::Area(&[Action::ManageOrganisations]), register);
    routes.get("/admin/{area}/organisations/{id}", Door::Area(&[Action::ManageOrganisations]), show);
    routes.post("/admin/{area}/organisations/{id}", Door::Area(&[Action::ManageOrganisations]), rename);
}

async fn list(me: Me, InArea(area): InArea, Query(done): Query<Done>) -> Answer {
    let all = me.web().app.area_organisations(&me.actor, area).await?;
    let administers = is_administrator(&me, area);
    let rows = all
        .iter()
        .map(|(id, name, kind)| {
            let rename = html! {
                @if administers {
                    a href=(Place::Area(area, AreaPage::Organisation(*id)).path()) {
                        "Rename" span class="nhsuk-u-visually-hidden" { " " (name) }
                    }
                }
            };
            vec![cell(name), cell(kind.words()), rename]
        })
        .collect();
    let columns = vec![Column::text("Name"), Column::text("What it is"), Column::text("What you can do")];
    let content = html! {
        h1 { "Organisations" }
        @if administers {
            (button(&Button::to("Register an organisation", &Place::Area(area, AreaPage::NewOrganisation).path())))
        }
        (table(&Table::new("The organisations of this area", columns, rows)))
    };
    let flash = match done.done.as_str() {
        "registered" => Some("The organisation is registered."),
        "renamed" => Some("The organisation has its new name."),
        _ => None,
    };
    Ok(frame(&me, area, "Organisations", "organisations", flash, &Form::empty(), &content))
}

async fn show_new(me: Me, InArea(area): InArea) -> Answer {
    let form = Form::filled([(KEY_FIELD, me.web().app.id().to_string())]);
    new_page(&me, area, &form)
}

fn new_page(me: &Me, area: AreaId, form: &Form) -> Answer {
    if !is_administrator(me, area) {
        return Err(ErrorPage::Hidden);
    }
    let choices = Kind::VARIANTS.iter().map(|kind| Choice::new(kind.into_str(), kind.words())).collect();
    let content = html! {
        h1 { "Register an organisation" }
        form method="post" action=(Place::Area(area, AreaPage::NewOrganisation).path()) novalidate {
            (csrf_field(&me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (input(&Input::new("name", "Name").with(form)))
            (radios(&Choices::new("kind", "What it is", choices).with(form)))
            (button(&Button::submit("Register it")))
        }
        p { a href=(Place::Area(area, AreaPage::Organisations).path()) { "Back to organisations" } }
    };
    Ok(frame(me, area, "Register an organisation", "organisations", None, form, &content))
}

async fn register(me: Me, InArea(area): InArea, mut form: Form) -> Answer {
    let name = form.line("name", "its name");
    let kind = form.choice::<Kind>("kind", "what it is");
    let id: OrganisationId = form.key(me.web().app.id());
    let (Some(name), Some(kind)) = (name, kind) else { return new_page(&me, area, &form) };
    if form.accepted(me.web().app.register_organisation(&me.actor, area, id, name, kind).await)?.is_none() {
        return new_page(&me, area, &form);
    }
    Ok(answer::see_other(Place::Area(area, AreaPage::Organisations).done("registered")))
}

async fn show(me: Me, InArea(area): InArea, Id(id): Id<OrganisationId>) -> Answer {
    let all = me.web().app.area_organisations(&me.actor, area).await?;
    let (_, name, _) = all.into_iter().find(|(other, ..)| *other == id).ok_or(ErrorPage::Hidden)?;
    rename_page(&me, area, id, &Form::filled([("name", name)]))
}

fn rename_page(me: &Me, area: AreaId, id: OrganisationId, form: &Form) -> Answer {
    if !is_administrator(me, area) {
        return Err(ErrorPage::Hidden);
    }
    let content = html! {
        h1 { "Rename an organisation" }
        p { "Everything that it did and holds stays with it." }
        form method="post" action=(Place::Area(area, AreaPage::Organisation(id)).path()) novalidate {
            (csrf_field(&me.csrf))
            (input(&Input::new("name", "Name").with(form)))
            (button(&Button::submit("Save")))
        }
        p { a href=(Place::Area(area, AreaPage::Organisations).path()) { "Back to organisations" } }
    };
    Ok(frame(me, area, "Rename an organisation", "organisations", None, form, &content))
}

async fn rename(me: Me, InArea(area): InArea, Id(id): Id<OrganisationId>, mut form: Form) -> Answer {
    let Some(name) = form.line("name", "its name") else { return rename_page(&me, area, id, &form) };
    if form.accepted(me.web().app.rename_organisation(&me.actor, area, id, name).await)?.is_none() {
        return rename_page(&me, area, id, &form);
    }
    Ok(answer::see_other(Place::Area(area, AreaPage::Organisations).done("renamed")))
}
