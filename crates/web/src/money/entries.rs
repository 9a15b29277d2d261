//! Every movement of money: a list in words, and for staff the ledger with
//! both sides of each entry.

use super::frame::{account_words, older, whose};
use crate::address::{Address as _, CasePage, MoneyPage};
use crate::case_page::{At, case_page, is_family};
use crate::components::{Column, Table, cell, nothing_yet, page_heading, table};
use crate::form::Form;
use crate::{Answer, Me};
use axum::extract::RawQuery;
use axum::response::IntoResponse;
use domain::access::Action;
use domain::case::arrangement::sight::{
    Accounts, accounts_seen, sees_every_line, sees_lines, sees_what_was_bought,
};
use domain::case::arrangement::spending::Bought;
use domain::ledger::{Account, Cause, Entry, Layer, Posting};
use domain::{CaseId, Date, HoldingId, Pence, dates};
use maud::{Markup, html};
use service::Seen;
use service::arrangement::steps::{Months, Steps, place_of};

pub(super) async fn show(me: Me, At(id): At<CaseId>, RawQuery(raw): RawQuery) -> Answer {
    let seen = me.see(id, Action::SeeMoney, "money").await?;
    let query = Form::parse(raw.unwrap_or_default().as_bytes());
    let before = place_of(query.text("before"));
    let (app, family) = (&me.web().app, is_family(&seen.roles));
    let steps = app.money_steps(&me.actor, seen.case.clone(), family, before).await?;
    let months = match sees_every_line(&me.actor, &seen.case) {
        true => vec![],
        false => app.account_months(&me.actor, seen.case.clone()).await?,
    };
    let title = format!("{} money, step by step", whose(&seen));
    let here = CasePage::InMoney(MoneyPage::Entries).of(id).path();
    let next = steps.older.map(|place| format!("{here}?before={}.{}", place.happened, place.seq));
    let content = html! {
        (page_heading("", &title))
        @if steps.entries.is_empty() { (nothing_yet("Nothing has happened with the money yet.")) }
        @else if family { (in_words(&me, &seen, &steps)) }
        @else { (ledger(&me, &seen, &steps)) }
        (older(before.is_some().then_some(here.as_str()), next.as_deref()))
        @if before.is_none() { (by_month(&me, &seen, &months)) (accounts(&me, &seen)) }
        p { a href=(CasePage::Money.of(id).path()) { "Back to the money" } }
    };
    Ok(case_page(&me, &seen, &title, "money", None, &content).into_response())
}

/// The accounts whose single payments this reader sees.
fn accounts(me: &Me, seen: &Seen) -> Markup {
    let all = accounts_seen(&me.actor, &seen.case);
    html! {
        @if !all.is_empty() {
            h2 { "Payment by payment, as the bank writes it" }
            ul { @for holding in all { li {
                a href=(CasePage::InMoney(MoneyPage::Account(holding.id)).of(seen.case.id).path()) { (holding.words.name) }
            } } }
        }
    }
}

/// What came into and went out of accounts, for those who see sums of them.
fn by_month(me: &Me, seen: &Seen, all: &[(HoldingId, Months)]) -> Markup {
    let hidden =
        |(id, months): &&(HoldingId, Months)| !months.is_empty() && !sees_lines(&me.actor, &seen.case, *id);
    let columns = || vec![Column::text("Month"), Column::number("Came in"), Column::number("Went out")];
    html! {
        @for (id, months) in all.iter().filter(hidden) {
            @let name = account_words(Account::Holding(*id), &seen.case, &me.actor);
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

fn what(entry: &Entry) -> &'static str {
    match entry.cause {
        Cause::BudgetSet => "Agreed for the year",
        Cause::InstalmentPromised => "Promised",
        Cause::InstalmentPaid => "Paid in",
        Cause::InstalmentCancelled => "No longer promised",
        Cause::BankLineMatched => "Matched to the plan",
        Cause::BankLineTakenIn => "On a bank statement",
        Cause::NotionalSpend => "Bought from the notional budget",
        Cause::MoneyReturned => "Moved on or given back",
        Cause::Correction => "Put right",
    }
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
fn text<'a>(me: &Me, seen: &'a Seen, steps: &'a Steps, entry: &Entry) -> &'a str {
    if entry.cause == Cause::NotionalSpend {
        let is_it = |b: &&Bought| {
            let paid = |p: &Posting| p.account == Account::Line(b.line) && p.amount == b.amount;
            b.on == entry.happened && entry.postings().iter().any(paid)
        };
        let bought = seen.case.arrangement.bought.iter().find(is_it);
        return bought
            .filter(|b| sees_what_was_bought(&me.actor, &seen.case, b.holding))
            .filter(|b| {
                me.actor.may(Action::SeePlan, &seen.case) || sees_lines(&me.actor, &seen.case, b.holding)
            })
            .map_or("", |b| b.what.as_str());
    }
    let line = steps.line(entry).filter(|l| sees_lines(&me.actor, &seen.case, l.holding));
    line.map_or("", |l| l.description.as_str())
}

fn what_and_text(me: &Me, seen: &Seen, steps: &Steps, entry: &Entry) -> Markup {
    let text = text(me, seen, steps, entry);
    html! { (what(entry)) @if !text.is_empty() { ": " span dir="auto" { (text) } } }
}

/// Where the money came from in the end, where it went, and how much. What
/// only passes through an account on the way is neither, nor counted twice.
fn sides(me: &Me, seen: &Seen, entry: &Entry, layer: Layer) -> (String, String, Pence) {
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
            of_side.map(|(account, _)| account_words(*account, &seen.case, &me.actor)).collect();
        all.dedup();
        all.join(", ")
    };
    let amount = net.iter().filter(|(_, sum)| sum.0 > 0).map(|(_, sum)| *sum).sum();
    (names(false), names(true), amount)
}

fn in_words(me: &Me, seen: &Seen, steps: &Steps) -> Markup {
    let moved = |e: &&Entry| e.postings().iter().any(|p| p.layer == Layer::Actual);
    let rows = steps.entries.iter().filter(moved).map(|entry| {
        let (from, to, amount) = sides(me, seen, entry, Layer::Actual);
        vec![
            cell(dates::long(entry.happened)),
            what_and_text(me, seen, steps, entry),
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

fn ledger(me: &Me, seen: &Seen, steps: &Steps) -> Markup {
    let mut rows = vec![];
    let accounts = Accounts::of(&me.actor, &seen.case);
    for entry in &steps.entries {
        for posting in entry.postings().iter().filter(|p| accounts.is_posted(p, &seen.case)) {
            let (mut into, mut out) = (cell(""), cell(""));
            if posting.amount.is_negative() {
                out = cell(-posting.amount);
            } else {
                into = cell(posting.amount);
            }
            rows.push(vec![
                cell(dates::long(entry.happened)),
                what_and_text(me, seen, steps, entry),
                cell(layer_words(posting.layer)),
                cell(account_words(posting.account, &seen.case, &me.actor)),
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
