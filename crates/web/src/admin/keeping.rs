//! Which records were kept long enough, and which are held whatever their age. By
//! number alone: nobody of the office reads a case for this.

mod destroy;

use super::{Done, InArea, frame};
use crate::address::{Address as _, AreaPage, FrameworkPart, Place};
use crate::answer;
use crate::components::{
    Button, Column, Input, Row, SummaryList, Table, Textarea, button, cell, input, nothing_yet, summary_list,
    table, textarea, typed,
};
use crate::error_page::Answer;
use crate::form::Form;
use crate::frame::{place, place_words};
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Door, ErrorPage, Me, Routes};
use axum::extract::{FromRequestParts, Query, RawQuery};
use axum::http::request::Parts;
use axum::response::Response;
use domain::access::Action;
use domain::{AreaId, CaseId, Date, HoldId, dates};
use maud::{Markup, html};
use service::keeping::{FallsDue, Held, Kept, Which};

pub fn declare(routes: &mut Routes) {
    routes.get("/admin/{area}/keeping", Door::Area(&[Action::SeeFallsDue]), show);
    destroy::declare(routes);
    let door = Door::Area(&[Action::HoldRecords]);
    routes.get("/admin/{area}/keeping/hold", door, show_hold);
    routes.post("/admin/{area}/keeping/hold", door, hold);
    routes.get("/admin/{area}/keeping/{case}/holds/{hold}/end", door, show_end);
    routes.post("/admin/{area}/keeping/{case}/holds/{hold}/end", door, end);
}

const TITLE: &str = "Keeping records";
const HOLD: &str = "Hold a record";
const END: &str = "End a hold";

/// The case and the hold in the path.
struct OfCase((CaseId, HoldId));

impl<S: Send + Sync> FromRequestParts<S> for OfCase {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ErrorPage> {
        let found = axum::extract::RawPathParams::from_request_parts(parts, &()).await;
        let params = found.map_err(|_| ErrorPage::Hidden)?;
        let of = |wanted: &str| params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value);
        let case = of("case").and_then(|text| text.parse().ok());
        let hold = of("hold").and_then(|text| text.parse().ok());
        case.zip(hold).map(Self).ok_or(ErrorPage::Hidden)
    }
}

/// What an address calls the lists that go on.
const LISTS: [(Which, &str); 6] = [
    (Which::Cases, "cases"),
    (Which::Requests, "requests"),
    (Which::Held, "held"),
    (Which::Restricted, "restricted"),
    (Which::NotKnown, "not-known"),
    (Which::Erased, "erased"),
];

async fn show(me: Me, InArea(area): InArea, Query(done): Query<Done>, RawQuery(query): RawQuery) -> Answer {
    let form = Form::parse(query.unwrap_or_default().as_bytes());
    let which = LISTS.iter().find(|(_, word)| *word == form.text("list")).map(|(which, _)| *which);
    let due = me.web().app.falls_due(&me.actor, area, which.zip(place(&form))).await?;
    let framework = me.web().app.area_framework(&me.actor, area).await?;
    let flash = match done.done.as_str() {
        "held" => Some("The record is held."),
        "ended" => Some("The hold has ended."),
        _ => None,
    };
    let content = html! {
        h1 { (TITLE) }
        p { "How long records are kept is in the "
            a href=(Place::Area(area, AreaPage::Framework).path()) { "local framework" } ". " (typed(framework.retention.why.as_str())) }
        @if me.actor.may_in(Action::ChangeFramework, area) {
            p { a href=(Place::Area(area, AreaPage::ChangeFramework(FrameworkPart::Retention)).path()) { "Change how long records are kept" } }
        }
        (to_destroy(&me, area, &due))
        (cases(area, &due))
        (requests(area, &due))
        (held(&me, area, &due))
        (kept_too(area, &due))
    };
    Ok(frame(&me, area, TITLE, "keeping", flash, &Form::empty(), &content))
}

/// The way to more of a list.
fn more(area: AreaId, due: &FallsDue, which: Which) -> Markup {
    let (_, word) = LISTS[which as usize];
    let link = due.more[which as usize].as_ref().map(|after| {
        Place::Area(area, AreaPage::Keeping).asking(&format!("list={word}&{}", place_words(after)))
    });
    html! { @if let Some(href) = link { p { a href=(href) { "Show more" } } } }
}

/// The way to destroying what is due, and to what was destroyed.
fn to_destroy(me: &Me, area: AreaId, due: &FallsDue) -> Markup {
    let is_any = !(due.cases.is_empty() && due.requests.is_empty() && due.erased.is_empty());
    let at = |page: AreaPage| Place::Area(area, page).path();
    html! {
        @if is_any && me.actor.may_in(Action::DestroyRecords, area) {
            p { a href=(at(AreaPage::Destroy)) { "Choose records to destroy" } }
        }
        p { a href=(at(AreaPage::Disposals)) { "What was destroyed, and what is proposed" } }
    }
}

fn day(until: Option<Date>) -> String {
    until.map_or_else(|| "Not known".to_owned(), dates::long)
}

/// What is kept although nobody holds it: while its use is restricted, and while
/// nobody knows whether it is the record of a child.
fn kept_too(area: AreaId, due: &FallsDue) -> Markup {
    let row = |kept: &Kept| vec![cell(&kept.reference), cell(dates::long(kept.last))];
    let list = |title: &str, none: &str, explained: &str, (which, all): (Which, &[Kept])| {
        let columns = ["Record", "Last thing that happened"].map(Column::text).to_vec();
        html! {
            h2 { (title) " (" (due.all[which as usize]) ")" }
            @if all.is_empty() { (nothing_yet(none)) } @else {
                p { (explained) }
                (table(&Table::new(title, columns, all.iter().map(row).collect())))
            }
            (more(area, due, which))
        }
    };
    html! {
        (list("Records all of which is to be erased, as was granted", "None is to be erased.",
            "They are due, whatever their age.", (Which::Erased, &due.erased)))
        (list("Records whose use is restricted", "No record is restricted.",
            "They are kept until the restriction ends.", (Which::Restricted, &due.restricted)))
        (list("Records of whom it is not known when they were born", "It is known of everybody.",
            "They may be records of children, which are kept longer. None of them falls due until somebody writes the date of birth down.",
            (Which::NotKnown, &due.not_known)))
    }
}

fn cases(area: AreaId, due: &FallsDue) -> Markup {
    let columns = ["Record", "Last thing that happened", "Kept until", "Still open"].map(Column::text);
    let row = |kept: &Kept| {
        let open =
            if kept.is_something_asked { "Something that was asked waits for an answer" } else { "Nothing" };
        vec![cell(&kept.reference), cell(dates::long(kept.last)), cell(day(kept.until)), cell(open)]
    };
    html! {
        h2 { "Cases that were kept long enough (" (due.all[Which::Cases as usize]) ")" }
        @if due.cases.is_empty() { (nothing_yet("No case was kept for longer than the rules say.")) }
        @else {
            (table(&Table::new("Cases", columns.to_vec(), due.cases.iter().map(row).collect())))
            p { "Nothing is destroyed by itself. Two people see to it, one after the other." }
        }
        (more(area, due, Which::Cases))
    }
}

fn requests(area: AreaId, due: &FallsDue) -> Markup {
    let columns = ["Request", "Last thing that happened"].map(Column::text);
    let rows = due.requests.iter().map(|kept| vec![cell(&kept.reference), cell(dates::long(kept.last))]);
    html! {
        h2 { "Requests that led to nothing, and were kept long enough (" (due.all[Which::Requests as usize]) ")" }
        @if due.requests.is_empty() { (nothing_yet("No request was kept for longer than the rules say.")) }
        @else { (table(&Table::new("Requests to be contacted", columns.to_vec(), rows.collect()))) }
        (more(area, due, Which::Requests))
    }
}

fn held(me: &Me, area: AreaId, due: &FallsDue) -> Markup {
    let may = me.actor.may_in(Action::HoldRecords, area);
    let columns = ["Record", "Held since", "Why"].map(Column::text);
    let row = |kept: &Kept, hold: &Held| {
        let end = Place::Area(area, AreaPage::EndHold(kept.case, hold.id)).path();
        let record = html! {
            (kept.reference)
            @if may { br; a href=(end) { "End the hold" span class="nhsuk-u-visually-hidden" { " on " (kept.reference) ", since " (dates::long(hold.since)) } } }
        };
        vec![record, cell(dates::long(hold.since)), typed(&hold.why)]
    };
    let rows: Vec<_> =
        due.held.iter().flat_map(|kept| kept.holds.iter().map(move |hold| row(kept, hold))).collect();
    html! {
        h2 { "Records that are held (" (due.all[Which::Held as usize]) ")" }
        @if rows.is_empty() { (nothing_yet("No record is held.")) }
        @else { (table(&Table::new("Held", columns.to_vec(), rows))) }
        (more(area, due, Which::Held))
        @if may { p { a href=(Place::Area(area, AreaPage::Hold).path()) { (HOLD) } } }
    }
}

async fn show_hold(me: Me, InArea(area): InArea) -> Answer {
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    Ok(hold_page(&me, area, &form))
}

async fn hold(me: Me, InArea(area): InArea, mut form: Form) -> Answer {
    let id: HoldId = form.key(me.web().app.id());
    let reference = form.line("reference", "the number of the record");
    let why = form.prose("why", "why it is held");
    if let (Some(reference), Some(why)) = (reference, why) {
        let wanted = (reference.to_string(), id, why);
        let held = me.web().app.hold_record(&me.actor, area, wanted).await;
        if form.accepted(held)?.is_some() {
            return Ok(answer::see_other(Place::Area(area, AreaPage::Keeping).done("held")));
        }
        form.put(KEY_FIELD, me.web().app.id().to_string());
    }
    Ok(hold_page(&me, area, &form))
}

fn hold_page(me: &Me, area: AreaId, form: &Form) -> Response {
    let hint =
        Some("A claim, an inquiry or a complaint, for example. The person reads this too: name nobody");
    let content = html! {
        h1 { (HOLD) }
        p { "A record that is held is kept, however old it is, until somebody ends the hold." }
        form method="post" action=(Place::Area(area, AreaPage::Hold).path()) novalidate {
            (csrf_field(&me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (input(&Input { width: Some(20), hint: Some("For example, MV-2026-0001"), ..Input::new("reference", "Number of the record").with(form) }))
            (textarea(&Textarea { rows: 4, hint, ..Textarea::new("why", "Why is it held?").with(form) }))
            (button(&Button::submit(HOLD)))
        }
        p { a href=(Place::Area(area, AreaPage::Keeping).path()) { "Back" } }
    };
    frame(me, area, HOLD, "keeping", None, form, &content)
}

async fn show_end(me: Me, InArea(area): InArea, OfCase(of): OfCase) -> Answer {
    end_page(&me, area, of, &Form::empty()).await
}

async fn end(me: Me, InArea(area): InArea, OfCase((case, hold)): OfCase, mut form: Form) -> Answer {
    if let Some(why) = form.prose("why", "why it ends") {
        let ended = me.web().app.end_hold(&me.actor, area, (case, hold, why)).await;
        if form.accepted(ended)?.is_some() {
            return Ok(answer::see_other(Place::Area(area, AreaPage::Keeping).done("ended")));
        }
    }
    end_page(&me, area, (case, hold), &form).await
}

async fn end_page(me: &Me, area: AreaId, of: (CaseId, HoldId), form: &Form) -> Answer {
    let (reference, held) = me.web().app.standing_hold(&me.actor, area, of).await?;
    let rows = vec![
        Row::text("Record", reference),
        Row::text("Held since", dates::long(held.since)),
        Row::html("Why", typed(&held.why)),
    ];
    let content = html! {
        h1 { (END) }
        (summary_list(&SummaryList::new(rows)))
        form method="post" action=(Place::Area(area, AreaPage::EndHold(of.0, of.1)).path()) novalidate {
            (csrf_field(&me.csrf))
            (textarea(&Textarea { rows: 4, ..Textarea::new("why", "Why does it end?").with(form) }))
            (button(&Button::submit(END)))
        }
        p { a href=(Place::Area(area, AreaPage::Keeping).path()) { "Back" } }
    };
    Ok(frame(me, area, END, "keeping", None, form, &content))
}
