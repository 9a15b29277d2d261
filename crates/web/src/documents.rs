//! Documents: the papers of a case as they stood on a day, and its files.

use crate::address::{Address as _, CasePage};
use crate::case_page::{At, Opened, is_family, nothing_here};
use crate::components::{Button, DateInput, Row, Size, SummaryList, button, date_input, summary_list};
use crate::form::Form;
use crate::money::frame::older;
use crate::routes::{Door, Routes};
use crate::{Answer, ErrorPage, Me};
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::{CaseId, Date, FileId, Timestamp, dates};
use maud::{Markup, html};
use service::Seen;
use service::documents::{Listed, Place};
use service::papers::{Kind, Stood, is_in};
use service::rate::Rate;
use strum::VariantArray;

pub fn declare(routes: &mut Routes) {
    let door = Door::Case(Action::SeeDocuments);
    routes.get("/cases/{id}/documents", door, show);
    routes.get_at_most(Rate::Paper, "/cases/{id}/documents/{paper}", door, open);
    routes.get_at_most(Rate::Paper, "/cases/{id}/documents/files/{file}", door, file);
}

/// The list, as it is now or as it stood on a day that was asked for.
async fn show(me: Me, At(id): At<CaseId>, RawQuery(query): RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeDocuments, "documents").await?;
    let mut form = Form::parse(query.unwrap_or_default().as_bytes());
    let on = form.optional_date("on", "the day");
    let app = &me.web().app;
    let mut stood = app.stood(&me.actor, id, None).await?;
    if let Some(on) = on
        && let Some(then) = form.accepted(app.stood(&me.actor, id, Some(on)).await)?
    {
        stood = then;
    }
    let before = file_place(form.text("before"));
    let (files, older) = app.files(&me.actor, id, before).await?;
    let files = Files { files, again: before.is_some(), older };
    let page = content(&opened, &stood, &files, &form);
    let title = title(&opened.seen);
    if form.is_ok() {
        return Ok(opened.page(title, None, &page));
    }
    Ok(opened.again(title, &page))
}

/// A page of files.
struct Files {
    files: Vec<Listed>,
    /// Whether newer ones came before these.
    again: bool,
    older: Option<Place>,
}

/// A place among files as it stands in an address: `1767225600000000.0197…`.
fn file_place(text: &str) -> Option<Place> {
    let (added, id) = text.split_once('.')?;
    Some((Timestamp::from_microsecond(added.parse().ok()?).ok()?, id.parse().ok()?))
}

fn title(seen: &Seen) -> &'static str {
    if is_family(&seen.roles) { "Your documents" } else { "Documents" }
}

fn content(opened: &Opened, stood: &Stood, files: &Files, form: &Form) -> Markup {
    let now = stood.on == opened.seen.today;
    html! {
        (form.error_summary())
        h1 class="nhsuk-heading-l" { (title(&opened.seen)) }
        p { "Papers you can read, print and keep. Each is made from what is on the record, and says which day it is from." }
        @if now {
            h2 { "Papers, as things are today" }
        } @else {
            h2 { "Papers, as things stood on " (dates::long(stood.on)) }
            p { a href=(opened.path(CasePage::Documents)) { "Show them as they are today" } }
        }
        (papers(opened, stood, now))
        (another_day(&opened.seen, form))
        h2 { "Files" }
        (files_list(&opened.seen, files))
    }
}

fn papers(opened: &Opened, stood: &Stood, now: bool) -> Markup {
    let may = |kind: &Kind| opened.may(kind.opened_by());
    let (there, missing): (Vec<Kind>, Vec<Kind>) =
        Kind::VARIANTS.iter().copied().filter(may).partition(|kind| is_in(*kind, &stood.case));
    let rows = there
        .iter()
        .map(|kind| {
            let paper = CasePage::Paper(*kind).of(opened.case().id);
            let href = if now { paper.path() } else { paper.with("on", &stood.on.to_string()) };
            let value = html! {
                p class="nhsuk-u-margin-bottom-1" { (kind.words()) "." }
                a href=(href) { "Open " (kind.title().to_lowercase()) " (PDF)" }
            };
            Row::html(kind.title(), value)
        })
        .collect();
    html! {
        @if there.is_empty() {
            (nothing_here(&opened.seen, "There are no papers yet. They appear here as soon as there is something to put in them."))
        } @else {
            (summary_list(&SummaryList::new(rows)))
        }
        @if !missing.is_empty() && !there.is_empty() {
            p class="nhsuk-hint" { @if now { "Not there yet: " } @else { "Not there on that day: " } (names(&missing)) "." }
        }
    }
}

fn names(kinds: &[Kind]) -> String {
    let all: Vec<String> = kinds.iter().map(|kind| kind.title().to_lowercase()).collect();
    match all.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join("; ")),
        _ => all.join(""),
    }
}

fn another_day(seen: &Seen, form: &Form) -> Markup {
    html! {
        form method="get" action=(CasePage::Documents.of(seen.case.id).path()) novalidate {
            (date_input(&DateInput {
                size: Size::M,
                hint: Some("For example, 27 3 2026. You get the papers as they stood at the end of that day."),
                ..DateInput::new("on", "Look at an earlier day")
            }.with(form)))
            (button(&Button::secondary("Show the papers of that day")))
        }
    }
}

fn files_list(seen: &Seen, files: &Files) -> Markup {
    let here = CasePage::Documents.of(seen.case.id).path();
    let next = files.older.map(|(at, id)| format!("{here}?before={}.{id}", at.as_microsecond()));
    let rows: Vec<Row> = files
        .files
        .iter()
        .map(|listed| {
            let file = &listed.file;
            let href = CasePage::File(file.id).of(seen.case.id).path();
            let value = html! {
                a href=(href) download { "Download (" (size(file.size)) ")" }
                p class="nhsuk-hint nhsuk-u-margin-bottom-0" {
                    "Added by " (listed.by) ", " (dates::long(dates::london(file.added)))
                }
            };
            Row::html(file.name.as_str(), value)
        })
        .collect();
    html! {
        @if rows.is_empty() && next.is_some() {
            p { "None of the files we looked through is for you to open. Choose “Older” to look further back." }
        } @else if rows.is_empty() {
            (nothing_here(seen, "There are no files that you can open. Receipts that are added on the money pages are kept here."))
        } @else {
            (summary_list(&SummaryList::new(rows)))
        }
        (older(files.again.then_some(here.as_str()), next.as_deref()))
    }
}

/// `340 KB`, `1.2 MB`.
fn size(bytes: u64) -> String {
    if bytes < 1_000_000 {
        return format!("{} KB", bytes.div_ceil(1_000));
    }
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// One paper, `plan.pdf`, on the day of `?on=2026-03-27`.
async fn open(me: Me, At((id, name)): At<(CaseId, String)>, RawQuery(query): RawQuery) -> Answer {
    let kind =
        name.strip_suffix(".pdf").and_then(|name| name.parse::<Kind>().ok()).ok_or(ErrorPage::Hidden)?;
    let asked = Form::parse(query.unwrap_or_default().as_bytes());
    let on = match asked.text("on") {
        "" => None,
        text => Some(text.parse::<Date>().map_err(|_| ErrorPage::Hidden)?),
    };
    let app = &me.web().app;
    let pdf = app.paper(&me.actor, id, kind, on).await?;
    let day = on.unwrap_or_else(|| app.clock.today());
    let disposition = format!("inline; filename=\"{}-{day}.pdf\"", kind.into_str());
    Ok(sent("application/pdf", disposition, pdf))
}

/// One file, to be saved rather than shown: what it holds is not ours.
async fn file(me: Me, At((id, file)): At<(CaseId, FileId)>) -> Answer {
    let (info, bytes) = me.web().app.file(&me.actor, id, file).await?;
    let name: String = form_urlencoded::byte_serialize(info.name.as_bytes()).collect();
    let disposition = format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20"));
    Ok(sent(&info.media_type, disposition, bytes))
}

fn sent(media_type: &str, disposition: String, bytes: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, bytes).into_response()
}
