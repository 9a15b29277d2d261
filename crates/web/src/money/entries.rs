//! Every movement of money: a list in words, and for staff the ledger with
//! both sides of each entry.

use super::frame::{account_words, older, whose};
use crate::address::{Address as _, CasePage, MoneyPage};
use crate::case_page::{At, Opened, nothing_here};
use crate::components::{Column, Table, cell, page_heading, table};
use crate::form::Form;
use crate::{Answer, Me};
use axum::extract::RawQuery;
use domain::access::Action;
use domain::case::arrangement::Bought;
use domain::case::arrangement::sight::{
    Accounts, accounts_seen, sees_every_line, sees_lines, sees_what_was_bought,
};
use domain::ledger::{Account, Cause, Entry, Layer, Posting};
use domain::{CaseId, Date, HoldingId, Pence, dates};
use maud::{Markup, html};
use service::arrangement::steps::{Months, Steps, place_of};

pub(super) async fn show(me: Me, At(id): At<CaseId>, RawQuery(raw): RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeMoney, "money").await?;
    let query = Form::parse(raw.unwrap_or_default().as_bytes());
    let before = place_of(query.text("before"));
    let (app, family) = (&me.web().app, opened.is_family());
    let steps = app.money_steps(&me.actor, opened.seen.case.clone(), family, before).await?;
    let months = match sees_every_line(&me.actor, opened.case()) {
        true => vec![],
        false => app.account_months(&me.actor, opened.seen.case.clone()).await?,
    };
    let title = format!("{} money, step by step", whose(&opened.seen));
    let here = CasePage::InMoney(MoneyPage::Entries).of(id).path();
    let next = steps.older.map(|place| format!("{here}?before={}.{}", place.happened, place.seq));
    let content = html! {
        (page_heading("", &title))
        @if steps.entries.is_empty() { (nothing_here(&opened.seen, "Nothing has happened with the money yet.")) }
        @else if family { (in_words(&opened, &steps)) }
        @else { (ledger(&opened, &steps)) }
        (older(before.is_some().then_some(here.as_str()), next.as_deref()))
        @if before.is_none() { (by_month(&opened, &months)) (accounts(&opened)) }
        p { a href=(CasePage::Money.of(id).path()) { "Back to the money" } }
    };
    Ok(opened.page(&title, None, &content))
}

/// The accounts whose single payments this reader sees.
fn accounts(opened: &Opened) -> Markup {
    let all = accounts_seen(&opened.me.actor, opened.case());
    html! {
        @if !all.is_empty() {
            h2 { "Payment by payment, as the bank writes it" }
            ul { @for holding in all { li {
                a href=(opened.path(CasePage::InMoney(MoneyPage::Account(holding.id)))) { (holding.words.name) }
            } } }
        }
    }
}

/// What came into and went out of accounts, for those who see sums of them.
fn by_month(opened: &Opened, all: &[(HoldingId, Months)]) -> Markup {
    let hidden = |(id, months): &&(HoldingId, Months)| {
        !months.is_empty() && !sees_lines(&opened.me.actor, opened.case(), *id)
    };
    let columns = || vec![Column::text("Month"), Column::number("Came in"), Column::number("Went out")];
    html! {
        @for (id, months) in all.iter().filter(hidden) {
            @let name = account_words(Account::Holding(*id), opened.case(), &opened.me.actor);
            @let rows = months.iter().map(|(month, flow)| vec![
                cell(month_words(month)), cell(flow.money_in), cell(flow.money_out),
            ]);
            (table(&Table::new(&format!("{name}, month by month"), columns(), rows.collect())))
        }
        @if all.iter().any(|each| hidden(&each)) {
            p { "What an account is used for, payment by payment, is seen by the person, those who help them, and whoever holds it." }
        }
    }
}

/// `2026-03` as it is said.
fn month_words(month: &str) -> String {
    let first = format!("{month}-01").parse::<Date>().map(dates::long);
    first.map_or_else(|_| month.to_owned(), |day| day.trim_start_matches("1 ").to_owned())
}

fn layer_words(layer: Layer) -> &'static str {
    match layer {
        Layer::Budget => "Agreed",
        Layer::Commitment => "Promised",
        Layer::Actual => "Really moved",
    }
}

/// What a bank wrote about the line that an entry is about, or what was bought
/// with a notional budget: for those who see the lines of that account. What was
/// bought says what the plan is about, so it is also for those who see the plan,
/// and for nobody who sees neither.
fn text<'a>(opened: &'a Opened, steps: &'a Steps, entry: &Entry) -> &'a str {
    if entry.cause == Cause::NotionalSpend {
        let is_it = |b: &&Bought| {
            let paid = |p: &Posting| p.account == Account::Line(b.line) && p.amount == b.amount;
            b.on == entry.happened && entry.postings().iter().any(paid)
        };
        let bought = opened.case().arrangement.bought.iter().map(|purchase| &purchase.bought).find(is_it);
        return bought
            .filter(|b| sees_what_was_bought(&opened.me.actor, opened.case(), b.holding))
            .filter(|b| opened.may(Action::SeePlan) || sees_lines(&opened.me.actor, opened.case(), b.holding))
            .map_or("", |b| b.what.as_str());
    }
    let line = steps.line(entry).filter(|l| sees_lines(&opened.me.actor, opened.case(), l.holding));
    line.map_or("", |l| l.description.as_str())
}

fn what_and_text(opened: &Opened, steps: &Steps, entry: &Entry) -> Markup {
    let text = text(opened, steps, entry);
    html! { (entry.cause.words()) @if !text.is_empty() { ": " span dir="auto" { (text) } } }
}

/// Where the money came from in the end, where it went, and how much. What
/// only passes through an account on the way is neither, nor counted twice.
fn sides(opened: &Opened, entry: &Entry, layer: Layer) -> (String, String, Pence) {
    let mut net: Vec<(Account, Pence)> = vec![];
    for posting in entry.postings().iter().filter(|p| p.layer == layer) {
        match net.iter_mut().find(|(account, _)| *account == posting.account) {
            Some((_, sum)) => *sum += posting.amount,
            None => net.push((posting.account, posting.amount)),
        }
    }
    net.retain(|(_, sum)| !sum.is_zero());
    let names = |into: bool| {
        let of_side = net.iter().filter(|(_, sum)| sum.is_negative() != into);
        let mut all: Vec<String> =
            of_side.map(|(account, _)| account_words(*account, opened.case(), &opened.me.actor)).collect();
        all.dedup();
        all.join(", ")
    };
    let amount = net.iter().filter(|(_, sum)| sum.0 > 0).map(|(_, sum)| *sum).sum();
    (names(false), names(true), amount)
}

fn in_words(opened: &Opened, steps: &Steps) -> Markup {
    let moved = |e: &&Entry| e.postings().iter().any(|p| p.layer == Layer::Actual);
    let rows = steps.entries.iter().filter(moved).map(|entry| {
        let (from, to, amount) = sides(opened, entry, Layer::Actual);
        vec![
            cell(dates::long(entry.happened)),
            what_and_text(opened, steps, entry),
            cell(from),
            cell(to),
            cell(amount),
        ]
    });
    let columns = vec![
        Column::text("Day"),
        Column::text("What"),
        Column::text("From"),
        Column::text("To"),
        Column::number("Amount"),
    ];
    table(&Table::new("Newest first", columns, rows.collect()))
}

fn ledger(opened: &Opened, steps: &Steps) -> Markup {
    let mut rows = vec![];
    let accounts = Accounts::of(&opened.me.actor, opened.case());
    for entry in &steps.entries {
        for posting in entry.postings().iter().filter(|p| accounts.is_posted(p, opened.case())) {
            let (mut into, mut out) = (cell(""), cell(""));
            if posting.amount.is_negative() {
                out = cell(-posting.amount);
            } else {
                into = cell(posting.amount);
            }
            rows.push(vec![
                cell(dates::long(entry.happened)),
                what_and_text(opened, steps, entry),
                cell(layer_words(posting.layer)),
                cell(account_words(posting.account, opened.case(), &opened.me.actor)),
                into,
                out,
                cell(steps.names.of(entry.by)),
            ]);
        }
    }
    let columns = vec![
        Column::text("Day"),
        Column::text("What"),
        Column::text("Kind"),
        Column::text("Account"),
        Column::number("In"),
        Column::number("Out"),
        Column::text("Recorded by"),
    ];
    table(&Table::new("The ledger, newest first: each entry has both its sides", columns, rows))
}
