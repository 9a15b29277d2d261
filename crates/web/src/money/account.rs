//! One account, payment by payment, the newest first: for those who see the
//! lines of accounts at all.

use super::frame::{line_words, older, whose};
use crate::address::{Address as _, CasePage, MoneyPage};
use crate::case_page::{At, Opened};
use crate::components::{Column, Table, cell, nothing_yet, page_heading, table};
use crate::form::Form;
use crate::{Answer, ErrorPage, Me};
use axum::extract::RawQuery;
use domain::access::Action;
use domain::case::arrangement::CameIn;
use domain::case::arrangement::sight::accounts_seen;
use domain::{CaseId, HoldingId, dates};
use maud::{Markup, html};
use service::arrangement::kept::BankLine;
use service::arrangement::steps::{AccountPage, line_place_of};

pub(super) async fn show(
    me: Me,
    At((id, holding)): At<(CaseId, HoldingId)>,
    RawQuery(raw): RawQuery,
) -> Answer {
    let opened = me.open(id, Action::SeeMoney, "money").await?;
    let accounts = accounts_seen(&me.actor, opened.case());
    let Some(account) = accounts.into_iter().find(|h| h.id == holding) else { return Err(ErrorPage::Hidden) };
    let query = Form::parse(raw.unwrap_or_default().as_bytes());
    let before = line_place_of(query.text("before"));
    let page = me.web().app.account_page(&me.actor, &opened.seen, holding, before).await?;
    let title = format!("{} account, payment by payment", whose(&opened.seen));
    let here = CasePage::InMoney(MoneyPage::Account(holding)).of(id).path();
    let next = page.older.map(|p| format!("{here}?before={}.{}.{}", p.date, p.line_no, p.id));
    let content = html! {
        (page_heading("", &title))
        p { "Account: " strong { (account.words.name) } }
        @if page.lines.is_empty() { (nothing_yet("No bank statement of this account has been added yet.")) }
        @else { (lines(&opened, &page)) }
        (older(before.is_some().then_some(here.as_str()), next.as_deref()))
        p { a href=(CasePage::InMoney(MoneyPage::Entries).of(id).path()) { "Every movement of money" } }
        p { a href=(CasePage::Money.of(id).path()) { "Back to the money" } }
    };
    Ok(opened.page(&title, None, &content))
}

fn lines(opened: &Opened, page: &AccountPage) -> Markup {
    let rows = page.lines.iter().map(|line| {
        let (mut into, mut out) = (cell(""), cell(""));
        if line.amount.is_negative() {
            out = cell(-line.amount);
        } else {
            into = cell(line.amount);
        }
        let text = html! { span dir="auto" { (line.description) } };
        vec![
            cell(dates::long(line.date)),
            html! { a href=(opened.path(CasePage::InMoney(MoneyPage::Payment(line.id)))) { (text) } },
            cell(what_it_was(opened, line)),
            into,
            out,
        ]
    });
    let columns = vec![
        Column::text("Day"),
        Column::text("The bank calls it"),
        Column::text("What it was"),
        Column::number("In"),
        Column::number("Out"),
    ];
    table(&Table::new("Newest first", columns, rows.collect()))
}

fn what_it_was(opened: &Opened, line: &BankLine) -> String {
    let case = opened.case();
    let name = |id| line_words(id, case, &opened.me.actor).to_owned();
    if let Some(to) = case.arrangement.match_of(line.id) {
        return to.iter().map(|(id, _)| name(*id)).collect::<Vec<_>>().join(", ");
    }
    match case.arrangement.explained.get(&line.id) {
        Some(CameIn::OwnMoney) => "Own money".to_owned(),
        Some(CameIn::Interest) => "Interest from the bank".to_owned(),
        Some(CameIn::Refund { line }) => format!("Money back: {}", name(*line)),
        None if case.arrangement.arrived.contains_key(&line.id) => "Paid in".to_owned(),
        None => String::new(),
    }
}
