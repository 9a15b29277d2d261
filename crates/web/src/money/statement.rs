//! Taking in a bank statement, and what was and was not taken in of it.

use crate::address::{Address as _, CasePage, MoneyPage};
use crate::answer;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Column, FileUpload, Row, Select, SummaryList, Table, action_link, button, cell, file_upload,
    inset_text, page_heading, select, summary_list, table,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::upload::Upload;
use crate::{Answer, ErrorPage, Me};
use axum::response::Response;
use domain::access::Action;
use domain::case::arrangement::sight::accounts_handled;
use domain::{CaseId, FileId, HoldingId, StatementId, dates};
use maud::{Markup, html};
use service::arrangement::kept::{Balance, Kept, Unfinished};

pub(super) fn declare(routes: &mut Routes) {
    let import = Door::Case(Action::ImportStatement);
    routes.get("/cases/{id}/money/statement", import, show);
    routes.upload("/cases/{id}/money/statement", import, save);
    routes.get("/cases/{id}/money/statements/{statement}", Door::Case(Action::SeeMoney), taken_in);
}

/// How many lines that were left out, and how many notes, are told of.
const MOST_TOLD: usize = 100;

const TITLE: &str = "Add a bank statement";

async fn show(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = me.open(id, Action::ImportStatement, "money").await?;
    Ok(opened.page(TITLE, None, &page(&opened, &Form::empty())))
}

fn page(opened: &Opened, form: &Form) -> Markup {
    let holdings: Vec<(String, String)> = accounts_handled(&opened.me.actor, opened.case())
        .iter()
        .map(|h| (h.id.to_string(), h.words.name.to_string()))
        .collect();
    let options: Vec<(&str, &str)> = holdings.iter().map(|(v, t)| (v.as_str(), t.as_str())).collect();
    html! {
        (form.error_summary())
        (page_heading(opened.case().person_name(), TITLE))
        @if options.is_empty() {
            p { "There is no bank account in this plan, so there are no statements to add." }
        } @else {
            p { "Sign in to your bank on a computer, choose to download payments, and pick CSV or OFX: those are names for kinds of files. Then send us that file as it is." }
            p { "Is that hard, or have you no computer? Call " strong { (opened.seen.framework().phone) } ", and we find another way together." }
            p { "You can send a file that covers days we have already. Nothing is added twice." }
            form method="post" enctype="multipart/form-data" novalidate {
                (csrf_field(&opened.me.csrf))
                @if let [(only, name)] = options.as_slice() {
                    (crate::components::hidden("holding", only))
                    p { "Account: " strong { (name) } }
                } @else {
                    (select(&Select::new("holding", "Which account is it from?", &options).with(form)))
                }
                (file_upload(&FileUpload { accept: Some(".csv,.ofx,.qfx,text/csv"),
                    hint: Some("CSV or OFX, up to 5 MB and 20,000 payments."), ..FileUpload::new("file", "The statement").with(form) }))
                (button(&Button::submit("Add the statement")))
            }
        }
        p { a href=(opened.path(CasePage::Money)) { "Back to the money" } }
    }
}

async fn save(me: Me, At(id): At<CaseId>, mut upload: Upload) -> Answer {
    let opened = me.open(id, Action::ImportStatement, "money").await?;
    let again = |form: &Form| -> Response { opened.again(TITLE, &page(&opened, form)) };
    let holding = upload.form.choice::<HoldingId>("holding", "which account it is from");
    let file = upload.file("file", "a bank statement");
    let (Some(holding), Some(file)) = (holding, file) else { return Ok(again(&upload.form)) };
    let Some(taken) = upload
        .form
        .accepted(me.web().app.take_in_statement(&me.actor, id, holding, &file.name, file.bytes).await)?
    else {
        return Ok(again(&upload.form));
    };
    Ok(answer::see_other(&match taken.statement {
        Some(statement) => CasePage::InMoney(MoneyPage::Statement(statement)).of(id).path(),
        None => CasePage::Money.of(id).done("nothing-new"),
    }))
}

async fn taken_in(me: Me, At((id, statement)): At<(CaseId, StatementId)>) -> Answer {
    let (seen, unfinished) = me.web().app.see_money(&me.actor, id).await?;
    let opened = Opened::of(&me, seen, "money");
    let kept = me.web().app.statement(&me.actor, &opened.seen, statement).await?.ok_or(ErrorPage::Hidden)?;
    let unfinished = unfinished.into_iter().find(|one| one.statement == statement);
    let title = "What was taken in";
    let content = result(&opened, (&kept, unfinished), title);
    Ok(opened.page(title, None, &content))
}

/// What is said of a statement that is not taken in to its end, on its own page
/// and on that of the money.
pub(super) fn not_all_of_it(opened: &Opened, one: &Unfinished, elsewhere: bool) -> Markup {
    let id = opened.case().id;
    let may_send = opened.may(Action::ImportStatement);
    inset_text(&html! {
        p {
            "We have " (one.new + one.already) " of the " (one.lines) " payments of a bank statement so far. "
            (one.rest()) " are not taken in yet."
        }
        p { "If you were just sending it, look again in a minute. If the number stays the same, send us the same file again. We take in what is missing, and nothing is added twice." }
        @if elsewhere { p { a href=(CasePage::InMoney(MoneyPage::Statement(one.statement)).of(id).path()) { "See what was taken in" } } }
        @if may_send { p { a href=(CasePage::InMoney(MoneyPage::TakeInStatement).of(id).path()) { "Send the statement again" } } }
    })
}

fn result(opened: &Opened, (kept, unfinished): (&Kept, Option<Unfinished>), title: &str) -> Markup {
    let read = kept.contents.as_ref();
    let total = read.map_or(kept.new, |r| r.lines.len() as u64);
    let (new, already) =
        unfinished.map_or((kept.new, total.saturating_sub(kept.new)), |one| (one.new, one.already));
    let checked = match read.map(|r| r.balance) {
        Some(Balance::Adds { checked }) => format!("Yes: {checked} balances were worked out again and agree"),
        _ => "The file gives no balances to check".to_owned(),
    };
    // Of a file that broke off, the days that were taken in, which stand first in it.
    let gone = unfinished.and_then(|one| usize::try_from(one.new + one.already).ok());
    let days = || read.into_iter().flat_map(|r| &r.lines).take(gone.unwrap_or(0)).map(|line| line.date);
    let from = days().min().unwrap_or(kept.statement.from);
    let to = days().max().unwrap_or(kept.statement.to);
    let at = |page: MoneyPage| opened.path(CasePage::InMoney(page));
    html! {
        (page_heading(opened.case().person_name(), title))
        @if let Some(one) = &unfinished { (not_all_of_it(opened, one, false)) }
        (summary_list(&SummaryList::new(vec![
            Row::text("New payments", new.to_string()),
            Row::text("We had already", already.to_string()),
            Row::text("From", dates::long(from)),
            Row::text("To", dates::long(to)),
            Row::text("Does it add up?", checked),
            Row::html("The file", html! { a href=(at(MoneyPage::File(FileId(kept.statement.id.0)))) { "Open the file as you sent it" } }),
        ])))
        @if kept.alike > 0 {
            (inset_text(&html! { p { (kept.alike) " of the new lines have the same day and amount as a line from another file. If they are the same payments, tell your care co-ordinator." } }))
        }
        @if let Some(read) = read {
            @for note in read.notes.iter().take(MOST_TOLD) { p { @if let Some(line) = note.line_no { "Line " (line) ": " } (note.what) } }
            @if read.left_out.len() > MOST_TOLD {
                p { (read.left_out.len()) " lines were not taken in. Here are the first " (MOST_TOLD) "." }
            }
            @if !read.left_out.is_empty() {
                (table(&Table::new("Not taken in",
                    vec![Column::number("Line"), Column::text("What it says"), Column::text("Why")],
                    read.left_out.iter().take(MOST_TOLD).map(|l| vec![cell(l.line_no), html! { span dir="auto" { (l.text) } }, cell(&l.why)]).collect())))
            }
        }
        @if opened.may(Action::MatchSpending) {
            p { (action_link(&at(MoneyPage::Match), "Say what the payments were for")) }
        }
        p { a href=(opened.path(CasePage::Money)) { "Back to the money" } }
    }
}
