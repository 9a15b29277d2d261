//! Receipts: a photograph or a PDF, beside the payment that it belongs to.

use super::frame::{line_words, lines_seen, older};
use crate::address::{Address as _, CasePage, MoneyPage};
use crate::case_page::{At, Opened, nothing_here};
use crate::components::{
    Button, Column, FileUpload, Input, Select, Table, button, cell, file_upload, input, page_heading, select,
    table,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::upload::Upload;
use crate::{Answer, ErrorPage, Me};
use axum::extract::Query;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::case::arrangement::Receipt;
use domain::case::arrangement::sight::may_open;
use domain::{BankLineId, CaseId, FileId, LineId, dates};
use maud::{Markup, html};
use serde::Deserialize;
use service::arrangement::kept::BankLine;
use service::rate::Rate;

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/money/receipts", Door::Case(Action::AddReceipt), show);
    routes.upload("/cases/{id}/money/receipts", Door::Case(Action::AddReceipt), save);
    let door = Door::Case(Action::SeeMoney);
    routes.get_at_most(Rate::Paper, "/cases/{id}/money/files/{file}", door, open_file);
}

const TITLE: &str = "Receipts";
/// How many payments a receipt can be put beside, newest first.
const RECENT: u32 = 100;

/// How many of the receipts that are kept one page shows.
const PAGE: usize = 30;

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    line: String,
    /// The place of the oldest receipt on the page before.
    before: Option<usize>,
}

/// What the page shows beside the form.
struct Shown {
    /// The payments that a receipt can be put beside, newest first.
    payments: Vec<BankLine>,
    /// The receipts of this page, newest first.
    receipts: Vec<Receipt>,
    /// The payments that they are beside.
    beside: Vec<BankLine>,
    before: Option<usize>,
    older: Option<usize>,
}

async fn shown(opened: &Opened, before: Option<usize>) -> Answer<Shown> {
    let (app, case) = (opened.app(), &opened.seen.case);
    let all = &case.arrangement.receipts;
    let places = 0..before.unwrap_or(usize::MAX).min(all.len());
    let mut readable = places
        .rev()
        .filter_map(|at| Some((at, all.get(at)?)))
        .filter(|(_, receipt)| may_open(&opened.me.actor, case, receipt.file));
    let page: Vec<(usize, Receipt)> = readable.by_ref().take(PAGE).map(|(at, r)| (at, r.clone())).collect();
    let older = page.last().map(|(at, _)| *at).filter(|_| readable.next().is_some());
    let receipts: Vec<Receipt> = page.into_iter().map(|(_, receipt)| receipt).collect();
    let asked = receipts.iter().filter_map(|r| r.bank_line).collect();
    let beside = app.bank_lines(&opened.me.actor, &opened.seen, asked).await?;
    let payments = app.recent_payments(&opened.me.actor, case.clone(), RECENT).await?;
    Ok(Shown { payments, receipts, beside, before, older })
}

async fn show(me: Me, At(id): At<CaseId>, Query(asked): Query<Asked>) -> Answer {
    let opened = me.open(id, Action::AddReceipt, "money").await?;
    let money = shown(&opened, asked.before).await?;
    let form = Form::filled([("bank-line", asked.line), (KEY_FIELD, me.web().app.id().to_string())]);
    let content = page(&opened, &money, &form);
    Ok(opened.page(TITLE, None, &content))
}

/// The value and the words of each choice.
type Options = Vec<(String, String)>;

/// The payments and the things in the plan that a receipt can be for.
fn targets(opened: &Opened, shown: &Shown) -> (Options, Options) {
    let payments = shown
        .payments
        .iter()
        .map(|l| (l.id.to_string(), format!("{}, {} {}", dates::long(l.date), -l.amount, l.description)));
    let lines =
        lines_seen(opened.case(), &opened.me.actor).map(|l| (l.id.to_string(), l.words.what.to_string()));
    (payments.collect(), lines.collect())
}

fn page(opened: &Opened, shown: &Shown, form: &Form) -> Markup {
    let (payments, lines) = targets(opened, shown);
    let with_none = |all: &[(String, String)], none: &'static str| {
        let mut options = vec![(String::new(), none.to_owned())];
        options.extend_from_slice(all);
        options
    };
    let payments = with_none(&payments, "None of these, or not on a statement yet");
    let lines = with_none(&lines, "I am not sure");
    fn text(all: &[(String, String)]) -> Vec<(&str, &str)> {
        all.iter().map(|(v, t)| (v.as_str(), t.as_str())).collect()
    }
    html! {
        (form.error_summary())
        (page_heading(opened.case().person_name(), TITLE))
        p { "A photograph is enough. We take out where it was taken before we keep it. A PDF is kept as it is." }
        form method="post" enctype="multipart/form-data" novalidate {
            (csrf_field(&opened.me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (file_upload(&FileUpload { accept: Some("image/*,application/pdf"), hint: Some("A photograph or a PDF, up to 10 MB."),
                ..FileUpload::new("file", "The receipt").with(form) }))
            (select(&Select::new("bank-line", "Which payment is it for?", &text(&payments)).with(form)))
            (select(&Select::new("line", "What in the plan is it for?", &text(&lines)).with(form)))
            (input(&Input { hint: Some("You can leave this empty."), ..Input::new("what", "What was bought?").with(form) }))
            (button(&Button::submit("Keep this receipt")))
        }
        (kept(opened, shown))
        p { a href=(opened.path(CasePage::Money)) { "Back to the money" } }
    }
}

fn kept(opened: &Opened, shown: &Shown) -> Markup {
    let case = opened.case();
    let here = CasePage::InMoney(MoneyPage::Receipts).of(case.id).path();
    let next = shown.older.map(|at| format!("{here}?before={at}"));
    let rows: Vec<Vec<Markup>> = shown
        .receipts
        .iter()
        .map(|r| {
            let payment = r.bank_line.and_then(|id| shown.beside.iter().find(|l| l.id == id));
            let line = r.line.map(|id| line_words(id, case, &opened.me.actor));
            let day = dates::long(dates::london(r.at));
            let what = r.what.as_ref().map_or_else(
                || line.unwrap_or("A receipt").to_owned(),
                ToString::to_string,
            );
            vec![
                html! { a href=(CasePage::InMoney(MoneyPage::File(r.file)).of(case.id).path()) { (what) span class="nhsuk-u-visually-hidden" { ", added " (day) } } },
                cell(&day),
                html! { @if let Some(l) = payment { (-l.amount) " on " (dates::long(l.date)) } },
            ]
        })
        .collect();
    html! {
        h2 { "Receipts we keep" }
        @if rows.is_empty() { (nothing_here(&opened.seen, "There are none yet.")) }
        @else {
            (table(&Table::new("Newest first",
                vec![Column::text("What"), Column::text("Added"), Column::text("Payment")], rows)))
        }
        (older(shown.before.map(|_| here.as_str()), next.as_deref()))
    }
}

async fn save(me: Me, At(id): At<CaseId>, mut upload: Upload) -> Answer {
    let opened = me.open(id, Action::AddReceipt, "money").await?;
    let money = shown(&opened, None).await?;
    let again = |form: &Form| -> Response { opened.again(TITLE, &page(&opened, &money, form)) };
    let file = upload.file("file", "a receipt");
    let form = &mut upload.form;
    let bank_line = form.optional_choice::<BankLineId>("bank-line", "which payment it is for");
    let line = form.optional_choice::<LineId>("line", "what in the plan it is for");
    let what = form.optional_line("what", "what was bought");
    let key: FileId = form.key(me.web().app.id());
    let Some(file) = file.filter(|_| form.is_ok()) else { return Ok(again(form)) };
    let about = (bank_line, line, what);
    if form
        .accepted(me.web().app.add_receipt(&me.actor, id, (file.name, file.bytes), about, key).await)?
        .is_none()
    {
        return Ok(again(form));
    }
    Ok(opened.go(CasePage::Money, "receipt"))
}

/// A receipt or a statement as it is kept. It is never run as a page of ours:
/// it may have been made by anybody.
async fn open_file(me: Me, At((id, file)): At<(CaseId, FileId)>) -> Answer {
    let opened = me.open(id, Action::SeeMoney, "money").await?;
    let found = me.web().app.money_file(&me.actor, &opened.seen, file).await?;
    let (media_type, bytes) = found.ok_or(ErrorPage::Hidden)?;
    let (disposition, media_type) = match media_type.as_str() {
        "image/jpeg" => ("inline; filename=\"receipt.jpg\"", "image/jpeg"),
        "image/png" => ("inline; filename=\"receipt.png\"", "image/png"),
        "image/webp" => ("inline; filename=\"receipt.webp\"", "image/webp"),
        "image/heic" => ("attachment; filename=\"receipt.heic\"", "image/heic"),
        "application/pdf" => ("attachment; filename=\"receipt.pdf\"", "application/pdf"),
        "text/csv" => ("attachment; filename=\"statement.csv\"", "text/csv; charset=utf-8"),
        _ => ("attachment; filename=\"file.bin\"", "application/octet-stream"),
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let mut set = |name, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, media_type);
    set(header::CONTENT_DISPOSITION, disposition);
    set(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    Ok(response)
}
