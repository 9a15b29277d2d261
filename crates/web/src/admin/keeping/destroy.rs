//! Destroying records: one person chooses, another destroys. By number alone.

use super::super::{Done, Id, InArea, frame};
use crate::address::{Address as _, AreaPage, Place};
use crate::answer;
use crate::components::{
    Button, Choice, Choices, Column, Row, SummaryList, Table, Textarea, button, cell, checkboxes,
    nothing_yet, summary_list, table, textarea, typed, warning_callout,
};
use crate::error_page::Answer;
use crate::form::Form;
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Door, Me, Routes};
use axum::extract::Query;
use axum::response::Response;
use domain::access::Action;
use domain::disposal::{Ended, Item, MOST, What};
use domain::{AreaId, DisposalId, dates};
use maud::{Markup, html};
use service::keeping::{FallsDue, Shown};
use service::rate::Rate;
use std::str::FromStr;

const TAB: &str = "keeping";
const CHOOSE: &str = "Choose records to destroy";
const LIST: &str = "What was destroyed, and what is proposed";
const ONE: &str = "Records to destroy";
const DESTROY: &str = "Destroy these records";
const BACK: &str = "Take it back";

pub fn declare(routes: &mut Routes) {
    let see = Door::Area(&[Action::SeeDisposals]);
    let act = Door::Area(&[Action::DestroyRecords]);
    routes.get("/admin/{area}/keeping/destroy", act, show_choose);
    routes.post("/admin/{area}/keeping/destroy", act, choose);
    routes.get("/admin/{area}/disposals", see, list);
    routes.get("/admin/{area}/disposals/{id}", see, show);
    routes.get("/admin/{area}/disposals/{id}/destroy", act, show_destroy);
    routes.post_proved(Rate::Account, "/admin/{area}/disposals/{id}/destroy", act, destroy);
    routes.get("/admin/{area}/disposals/{id}/take-back", act, show_back);
    routes.post("/admin/{area}/disposals/{id}/take-back", act, back);
}

/// A record as a form names it.
struct Chosen(What);

impl FromStr for Chosen {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, id) = text.split_once(':').ok_or(())?;
        match kind {
            "case" => id.parse().map(|id| Self(What::Case(id))).map_err(|_| ()),
            "request" => id.parse().map(|id| Self(What::Request(id))).map_err(|_| ()),
            _ => Err(()),
        }
    }
}

/// What can be chosen: (value, words).
fn choices(due: &FallsDue) -> Vec<(String, String)> {
    let case = |kept: &service::keeping::Kept, why: &str| {
        let last = dates::long(kept.last);
        (
            format!("case:{}", kept.case),
            format!("{}, {why}. The last thing happened on {last}", kept.reference),
        )
    };
    let mut all: Vec<_> = due.erased.iter().map(|kept| case(kept, "all of it is to be erased")).collect();
    all.extend(due.cases.iter().map(|kept| case(kept, "a case that was kept long enough")));
    all.extend(due.requests.iter().map(|kept| {
        let (number, last) = (&kept.reference, dates::long(kept.last));
        let words = format!("{number}, a request that led to nothing. The last thing happened on {last}");
        (format!("request:{}", kept.request), words)
    }));
    all
}

async fn show_choose(me: Me, InArea(area): InArea) -> Answer {
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    choose_page(&me, area, &form).await
}

async fn choose(me: Me, InArea(area): InArea, mut form: Form) -> Answer {
    let id: DisposalId = form.key(me.web().app.id());
    if let Some(chosen) = form.choices::<Chosen>("records", "records from this list") {
        let chosen: Vec<What> = chosen.into_iter().map(|Chosen(what)| what).collect();
        let done = me.web().app.propose_destroying(&me.actor, area, (id, chosen)).await;
        if form.accepted(done)?.is_some() {
            return Ok(answer::see_other(Place::Area(area, AreaPage::Disposal(id)).done("proposed")));
        }
        form.put(KEY_FIELD, me.web().app.id().to_string());
    }
    choose_page(&me, area, &form).await
}

async fn choose_page(me: &Me, area: AreaId, form: &Form) -> Answer {
    let due = me.web().app.falls_due(&me.actor, area, None).await?;
    let all = choices(&due);
    let boxes = all.iter().map(|(value, words)| Choice::new(value, words)).collect();
    let hint = format!("{MOST} at once at most. Somebody else destroys them after you.");
    let content = html! {
        h1 { (CHOOSE) }
        p { "What is destroyed cannot be read by anybody any more. What was paid stays in the accounts, without words. The number, the days and the rule stay too." }
        @if all.is_empty() { (nothing_yet("Nothing is due.")) } @else {
            form method="post" action=(Place::Area(area, AreaPage::Destroy).path()) novalidate {
                (csrf_field(&me.csrf))
                (key_field(form.text(KEY_FIELD)))
                (checkboxes(&Choices { small: true, hint: Some(&hint), ..Choices::new("records", "Which records?", boxes).with(form) }))
                (button(&Button::submit("Propose that they are destroyed")))
            }
        }
        p { a href=(Place::Area(area, AreaPage::Keeping).path()) { "Back" } }
    };
    Ok(frame(me, area, CHOOSE, TAB, None, form, &content))
}

async fn list(me: Me, InArea(area): InArea) -> Answer {
    let all = me.web().app.disposals(&me.actor, area).await?;
    let columns = ["When", "Records", "How far it is"].map(Column::text).to_vec();
    let rows = all.iter().enumerate().map(|(before, one)| {
        let here = Place::Area(area, AreaPage::Disposal(one.id)).path();
        // Several may be of the same day.
        let which =
            html! { span class="nhsuk-u-visually-hidden" { ", " (one.how_far) ", line " (before + 1) } };
        let link = html! { a href=(here) { (dates::long(one.on)) (which) } };
        vec![link, cell(one.records.to_string()), cell(&one.how_far)]
    });
    let rows: Vec<_> = rows.collect();
    let content = html! {
        h1 { (LIST) }
        @if rows.is_empty() { (nothing_yet("Nothing was destroyed, and nothing is proposed.")) }
        @else { (table(&Table::new(LIST, columns, rows))) }
        p { a href=(Place::Area(area, AreaPage::Keeping).path()) { "Back" } }
    };
    Ok(frame(&me, area, LIST, TAB, None, &Form::empty(), &content))
}

async fn show(me: Me, InArea(area): InArea, Id(id): Id<DisposalId>, Query(done): Query<Done>) -> Answer {
    let shown = me.web().app.disposal(&me.actor, area, id).await?;
    let flash = match done.done.as_str() {
        "proposed" => Some("It is proposed. Somebody else destroys them now, or takes it back."),
        "destroyed" => Some("They are destroyed."),
        "taken-back" => Some("It is taken back. Nothing was destroyed."),
        _ => None,
    };
    let at = |page: AreaPage| Place::Area(area, page).path();
    let waits = shown.disposal.waits().is_some();
    let may = waits && me.actor.may_in(Action::DestroyRecords, area);
    let content = html! {
        h1 { (ONE) }
        (about(&shown))
        (items(&shown))
        @if may && shown.may_destroy {
            p { a href=(at(AreaPage::DestroyProposed(id))) { (DESTROY) } }
        } @else if may {
            p { "Somebody else destroys them: not who proposed it, not who granted alone that all is erased, not who ended a hold on one of them, and nobody who is close to one of them." }
        }
        @if waits && me.actor.may_in(Action::TakeDisposalBack, area) { p { a href=(at(AreaPage::TakeDisposalBack(id))) { (BACK) } } }
        p { a href=(at(AreaPage::Disposals)) { "Back to all" } }
    };
    Ok(frame(&me, area, ONE, TAB, flash, &Form::empty(), &content))
}

fn about(shown: &Shown) -> Markup {
    let Some(proposed) = &shown.disposal.proposed else { return html! {} };
    let by = shown.ended_by.as_deref().unwrap_or_default();
    let mut rows =
        vec![Row::text("Proposed by", format!("{}, {}", shown.proposed_by, dates::moment(proposed.at)))];
    // What is erased as was granted is due by no rule.
    if proposed.items.iter().any(|item| !item.ground.is_erasure()) {
        rows.push(Row::html("Where the rules stand", typed(proposed.source.as_str())));
    }
    rows.push(match &shown.disposal.ended {
        None => Row::text("How far it is", "It waits for a second person"),
        Some(Ended::Destroyed { at, .. }) => {
            Row::text("Destroyed by", format!("{by}, {}", dates::moment(*at)))
        }
        Some(Ended::TakenBack { at, .. }) => {
            Row::text("Taken back by", format!("{by}, {}", dates::moment(*at)))
        }
    });
    if let Some(Ended::TakenBack { why, .. }) = &shown.disposal.ended {
        rows.push(Row::html("Why", typed(why.as_str())));
    }
    summary_list(&SummaryList::new(rows))
}

fn items(shown: &Shown) -> Markup {
    let items = shown.disposal.proposed.iter().flat_map(|proposed| &proposed.items);
    let columns = ["Record", "From", "Last thing that happened", "Why it is due"].map(Column::text).to_vec();
    let row = |((item, ground), stopped): ((&Item, &String), &Option<String>)| {
        let why = html! {
            (ground)
            @if let Some(why) = stopped { br; strong { "It cannot be destroyed now: " (why) } }
        };
        let last = dates::long(dates::london(item.last));
        vec![
            cell(format!("{} ({})", item.reference, item.what.words())),
            cell(dates::long(item.from)),
            cell(last),
            why,
        ]
    };
    table(&Table::new(
        "The records",
        columns,
        items.zip(&shown.grounds).zip(&shown.stopped).map(row).collect(),
    ))
}

async fn show_destroy(me: Me, InArea(area): InArea, Id(id): Id<DisposalId>) -> Answer {
    destroy_page(&me, area, id, &Form::empty()).await
}

async fn destroy(me: Me, InArea(area): InArea, Id(id): Id<DisposalId>, mut form: Form) -> Answer {
    if form.ticked("sure") {
        let done = me.web().app.destroy_proposed(&me.actor, area, id).await;
        if form.accepted(done)?.is_some() {
            return Ok(answer::see_other(Place::Area(area, AreaPage::Disposal(id)).done("destroyed")));
        }
    } else {
        form.wrong::<()>("sure", "Tick this to say what you have checked");
    }
    destroy_page(&me, area, id, &form).await
}

async fn destroy_page(me: &Me, area: AreaId, id: DisposalId, form: &Form) -> Answer {
    let shown = me.web().app.disposal(&me.actor, area, id).await?;
    let sure = vec![Choice::new("yes", "I have checked the number, the days and the reason of each")];
    let content = html! {
        h1 { (DESTROY) }
        (warning_callout("For ever", 2, &html! { p { "Nobody can bring them back, we neither." } }))
        (about(&shown))
        (items(&shown))
        @if shown.may_destroy {
            form method="post" action=(Place::Area(area, AreaPage::DestroyProposed(id)).path()) novalidate {
                (csrf_field(&me.csrf))
                (checkboxes(&Choices::new("sure", "Are you sure?", sure).with(form)))
                (button(&Button::submit(DESTROY)))
            }
        }
        p { a href=(Place::Area(area, AreaPage::Disposal(id)).path()) { "Back" } }
    };
    Ok(frame(me, area, DESTROY, TAB, None, form, &content))
}

async fn show_back(me: Me, InArea(area): InArea, Id(id): Id<DisposalId>) -> Answer {
    let page = back_page(&me, area, id, &Form::empty()).await?;
    Ok(page)
}

async fn back(me: Me, InArea(area): InArea, Id(id): Id<DisposalId>, mut form: Form) -> Answer {
    if let Some(why) = form.prose("why", "why it is taken back") {
        let done = me.web().app.take_disposal_back(&me.actor, area, (id, why)).await;
        if form.accepted(done)?.is_some() {
            return Ok(answer::see_other(Place::Area(area, AreaPage::Disposal(id)).done("taken-back")));
        }
    }
    back_page(&me, area, id, &form).await
}

async fn back_page(me: &Me, area: AreaId, id: DisposalId, form: &Form) -> Answer<Response> {
    let shown = me.web().app.disposal(&me.actor, area, id).await?;
    let content = html! {
        h1 { (BACK) }
        (items(&shown))
        form method="post" action=(Place::Area(area, AreaPage::TakeDisposalBack(id)).path()) novalidate {
            (csrf_field(&me.csrf))
            (textarea(&Textarea { rows: 4, ..Textarea::new("why", "Why is it taken back?").with(form) }))
            (button(&Button::submit(BACK)))
        }
        p { a href=(Place::Area(area, AreaPage::Disposal(id)).path()) { "Back" } }
    };
    Ok(frame(me, area, BACK, TAB, None, form, &content))
}
