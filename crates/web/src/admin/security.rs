//! Who signed in, what was refused and what was taken out, day by day.

use super::{InArea, frame};
use crate::address::{Address as _, AreaPage, Place as Page};
use crate::components::{
    Button, Column, DateInput, Select, Size, Table, button, cell, date_input, nothing_yet, select, table,
};
use crate::error_page::Answer;
use crate::form::Form;
use crate::money::frame::older;
use crate::security::{place_text, read_place};
use crate::{Door, ErrorPage, Me, Routes};
use axum::extract::RawQuery;
use domain::access::Action;
use domain::security::Kind;
use domain::{AreaId, dates};
use maud::{Markup, html};
use service::security_log::{Shown, Wanted};
use strum::VariantArray as _;

pub fn declare(routes: &mut Routes) {
    routes.get("/admin/{area}/security", Door::Area(&[Action::SeeSecurity]), show);
}

async fn show(me: Me, InArea(area): InArea, RawQuery(raw): RawQuery) -> Answer {
    if !me.actor.may_in(Action::SeeSecurity, area) {
        return Err(ErrorPage::Hidden);
    }
    let app = &me.web().app;
    let mut asked = Form::parse(raw.unwrap_or_default().as_bytes());
    let today = app.clock.today();
    let is_given = ["on-day", "on-month", "on-year"].iter().any(|part| !asked.text(part).is_empty());
    let day = if is_given { asked.date("on", "the day") } else { asked.text("day").parse().ok() };
    let wanted = Wanted {
        day: day.unwrap_or(today),
        kind: asked.text("kind").parse().ok(),
        account: asked.text("account").parse().ok(),
        before: read_place(asked.text("before")),
    };
    let found = app.security_of(&me.actor, area, wanted.clone()).await?;
    let address = |wanted: &Wanted| address(area, wanted);
    let next = found.older.map(|place| address(&Wanted { before: Some(place), ..wanted.clone() }));
    let newest = wanted.before.map(|_| address(&Wanted { before: None, ..wanted.clone() }));
    let yesterday =
        address(&Wanted { day: dates::days_after(wanted.day, -1), before: None, ..wanted.clone() });
    let rows = found.events.iter().map(|shown| row(area, &wanted, shown)).collect();
    let caption = format!("What happened on {}", dates::long(wanted.day));
    let columns = ["When", "What", "Who", "Where from", "What was asked for"].map(Column::text).to_vec();
    let content = html! {
        h1 { "Security events" }
        p { "Who signed in, what did not work, who was refused, and what was downloaded. No passphrases, no codes and nothing of what people wrote. A network is shown as a name that stands for it: the same network has the same name. That you looked here is written down too." }
        (filters(area, &wanted, &asked))
        @if found.events.is_empty() { (nothing_yet("Nothing of this kind happened on that day.")) }
        @else { (table(&Table { first_names_row: false, ..Table::new(&caption, columns, rows) })) }
        (older(newest.as_deref(), next.as_deref()))
        @if found.first_day.is_some_and(|first| first < wanted.day) {
            p { a href=(yesterday) { "The day before" } }
        }
    };
    Ok(frame(&me, area, "Security events", "security", None, &asked, &content))
}

fn address(area: AreaId, wanted: &Wanted) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.append_pair("day", &wanted.day.to_string());
    if let Some(kind) = wanted.kind {
        text.append_pair("kind", kind.into_str());
    }
    if let Some(account) = wanted.account {
        text.append_pair("account", &account.to_string());
    }
    if let Some(before) = wanted.before {
        text.append_pair("before", &place_text(before));
    }
    Page::Area(area, AreaPage::Security).asking(&text.finish())
}

fn filters(area: AreaId, wanted: &Wanted, asked: &Form) -> Markup {
    let mut kinds = vec![("", "Everything")];
    kinds.extend(Kind::VARIANTS.iter().map(|kind| (kind.into_str(), kind.words())));
    let kind = wanted.kind.map_or("", |kind| kind.into_str());
    let day = DateInput { size: Size::S, ..DateInput::new("on", "Day") };
    let day = if asked.is_ok() { day.on(wanted.day) } else { day.with(asked) };
    let all = Wanted { account: None, before: None, ..wanted.clone() };
    html! {
        form method="get" action=(Page::Area(area, AreaPage::Security).path()) novalidate {
            (date_input(&day))
            (select(&Select { value: kind, ..Select::new("kind", "What happened", &kinds) }))
            @if let Some(account) = wanted.account {
                input type="hidden" name="account" value=(account);
                p { "Only what one account did, or what concerns it. " a href=(address(area, &all)) { "Show everybody’s" } }
            }
            (button(&Button { small: true, once: false, ..Button::secondary("Show") }))
        }
    }
}

fn row(area: AreaId, wanted: &Wanted, shown: &Shown) -> Vec<Markup> {
    let event = &shown.event;
    let who = |account: Option<domain::AccountId>, name: &Option<String>| {
        let Some(account) = account else { return html! { "Nobody that is known" } };
        let only = Wanted { account: Some(account), before: None, ..wanted.clone() };
        let number = &account.to_string()[24..];
        // Two who are called the same are told apart by whoever only hears it too.
        html! {
            a href=(address(area, &only)) {
                @match name {
                    Some(name) => { (name) span class="nhsuk-u-visually-hidden" { ", account " (number) } }
                    None => { "Account " (number) }
                }
            }
        }
    };
    let is_anothers = event.about != event.account && event.about.is_some();
    vec![
        html! {
            (dates::moment(event.at))
            @if event.times > 1 { br; (event.times) " times until " (dates::moment(event.last_at)) }
        },
        html! {
            (event.kind.words())
            @if !event.detail.is_empty() { " (" (event.detail.replace('-', " ")) ")" }
        },
        html! {
            (who(event.account, &shown.by))
            @if is_anothers { ", about " (who(event.about, &shown.about)) }
        },
        html! {
            (event.browser)
            @if !event.network.is_empty() { br; "network " (event.network) }
        },
        html! {
            (cell(&event.reached))
            @if let Some(case) = event.case { br; "case " (case) }
            @if !event.reference.is_empty() { br; "reference " (event.reference) }
        },
    ]
}
