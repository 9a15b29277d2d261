//! The local framework as it stands, and the one limit that is changed here.

use super::{Done, InArea, frame};
use crate::components::{
    Action, Button, Column, Input, Row, SummaryList, Table, button, cell, hidden, input, summary_list, table,
};
use crate::form::Form;
use crate::page::csrf_field;
use crate::trouble::Answer;
use crate::{Door, Me, Routes, Trouble};
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use domain::access::Post;
use domain::framework::{Framework, Method};
use domain::{AreaId, Pence};
use maud::{Markup, html};
use service::administer::READERS;

const OWNERS: &[Post] = &[Post::FrameworkOwner];

pub fn declare(routes: &mut Routes) {
    routes.get("/admin/{area}/framework", Door::Post(READERS), show);
    routes.get("/admin/{area}/framework/limit", Door::Post(OWNERS), show_limit);
    routes.post("/admin/{area}/framework/limit", Door::Post(OWNERS), change_limit);
}

async fn show(me: Me, InArea(area): InArea, Query(done): Query<Done>) -> Answer {
    let kept = me.web().app.area_framework(&me.actor, area).await?;
    let framework = &kept.1;
    let limit =
        Row::text("A clinician may agree, for a first year, up to", framework.clinician_limit.to_string());
    let limit = if me.actor.has_post(area, Post::FrameworkOwner) {
        limit.action(Action::new(format!("/admin/{area}/framework/limit"), "Change", "the limit"))
    } else {
        limit
    };
    let rows = vec![
        Row::text("Name over every page", framework.service_name.as_str()),
        Row::text("NHS body", framework.nhs_body.as_str()),
        Row::text("Council", framework.council.as_str()),
        Row::text("Phone", framework.phone.as_str()),
        Row::text("Email", framework.email.as_str()),
        limit,
        Row::text("Someone who asks is contacted within", format!("{} working days", framework.contact_days)),
        Row::text("A plan that was sent is decided on within", format!("{} days", framework.decision_days)),
        Row::text(
            "First review, after money first moved, within",
            format!("{} months", framework.first_review_months),
        ),
        Row::text("Then a review at least every", format!("{} months", framework.review_months)),
        Row::text("How to appeal", framework.appeal.as_str()),
    ];
    let content = html! {
        h1 { "Local framework of " (framework.area_name) }
        (summary_list(&SummaryList::new(rows)))
        @match framework.method() {
            Some(method) => { (method_content(method)) }
            None => { p { "No questions and no method have been published yet." } }
        }
        (spending(framework))
    };
    let flash =
        (done.done == "limit").then_some("The limit is changed. It counts for decisions made from now on.");
    Ok(frame(&me, area, "Local framework", "framework", flash, &Form::empty(), &content))
}

fn method_content(method: &Method) -> Markup {
    let rows = method
        .questions
        .iter()
        .map(|question| {
            let levels = html! {
                @for (words, points) in &question.levels { (words) ": " (points) br; }
            };
            vec![cell(&question.title), levels]
        })
        .collect();
    let columns = vec![Column::text("Question"), Column::text("Answers, with their points")];
    html! {
        h2 { "How a budget is worked out (version " (method.version) ")" }
        p { (method.explained) }
        (table(&Table::new("The questions", columns, rows)))
    }
}

fn spending(framework: &Framework) -> Markup {
    let rows = framework
        .spending
        .iter()
        .map(|kind| match &kind.excluded {
            None => vec![cell(&kind.name), cell("Yes")],
            Some((why, source)) => vec![cell(&kind.name), html! { "No. " (why) ". " (source) }],
        })
        .collect();
    let columns = vec![Column::text("Kind of spending"), Column::text("Can be bought")];
    html! {
        @if !framework.spending.is_empty() {
            (table(&Table::new("What the money can buy", columns, rows)))
        }
    }
}

async fn show_limit(me: Me, InArea(area): InArea) -> Answer {
    limit_page(&me, area, &Form::empty()).await
}

async fn limit_page(me: &Me, area: AreaId, form: &Form) -> Answer {
    if !me.actor.has_post(area, Post::FrameworkOwner) {
        return Err(Trouble::Hidden);
    }
    let kept = me.web().app.area_framework(&me.actor, area).await?;
    let content = html! {
        h1 { "Change what a clinician may agree" }
        p { "It is " (kept.1.clinician_limit) " for a first year now. Plans above it go to a commissioner." }
        form method="post" action={ "/admin/" (area) "/framework/limit" } novalidate {
            (csrf_field(&me.csrf))
            (input(&Input::money("limit", "New limit for a first year, in pounds").with(form)))
            (button(&Button::submit("Go on")))
        }
        p { a href={ "/admin/" (area) "/framework" } { "Back to the local framework" } }
    };
    Ok(frame(me, area, "Change what a clinician may agree", "framework", None, form, &content))
}

async fn change_limit(me: Me, InArea(area): InArea, mut form: Form) -> Answer {
    let Some(limit) = form.money("limit", "the new limit") else { return limit_page(&me, area, &form).await };
    if form.text("sure") != "yes" {
        return confirm(&me, area, limit).await;
    }
    match me.web().app.change_limit(&me.actor, area, limit).await {
        Ok(()) => Ok(Redirect::to(&format!("/admin/{area}/framework?done=limit")).into_response()),
        Err(no) => {
            Trouble::into_form(no, &mut form)?;
            limit_page(&me, area, &form).await
        }
    }
}

/// What would change, before it does.
async fn confirm(me: &Me, area: AreaId, limit: Pence) -> Answer {
    let kept = me.web().app.area_framework(&me.actor, area).await?;
    let content = html! {
        h1 { "Check before you change it" }
        p { "Clinicians could agree plans up to " strong { (limit) } " for a first year. Until now it was " (kept.1.clinician_limit) "." }
        p { "Decisions that have been made stay as they are." }
        form method="post" action={ "/admin/" (area) "/framework/limit" } {
            (csrf_field(&me.csrf))
            (hidden("limit", &limit.to_string()))
            (hidden("sure", "yes"))
            (button(&Button::submit("Change the limit")))
        }
        p { a href={ "/admin/" (area) "/framework" } { "Leave it as it is" } }
    };
    Ok(frame(me, area, "Check before you change it", "framework", None, &Form::empty(), &content))
}
