//! Every movement of money: a list in words, and for staff the ledger with
//! both sides of each entry.

use super::frame::{account_words, whose};
use crate::case_page::{At, case_page, is_family};
use crate::components::{Column, Table, cell, nothing_yet, page_heading, table};
use crate::{Answer, Me};
use axum::response::IntoResponse;
use domain::access::{Action, may};
use domain::case::arrangement::spending::Bought;
use domain::ledger::{Account, Cause, Entry, Layer, Posting};
use domain::{CaseId, Pence, dates};
use maud::{Markup, html};
use service::Seen;
use service::arrangement::money::Money;

/// The most entries on the page, newest first.
const MOST: usize = 500;

pub(super) async fn show(me: Me, At(id): At<CaseId>) -> Answer {
    let seen = me.see(id, Action::SeeMoney, "money").await?;
    let money = me.web().app.money(seen.case.clone()).await?;
    let title = format!("{} money, step by step", whose(&seen));
    let content = html! {
        (page_heading("", &title))
        @if money.entries.is_empty() { (nothing_yet("Nothing has happened with the money yet.")) }
        @else if is_family(&seen.roles) { (in_words(&me, &seen, &money)) }
        @else { (ledger(&me, &seen, &money)) }
        p { a href={ "/cases/" (id) "/money" } { "Back to the money" } }
    };
    Ok(case_page(&me, &seen, &title, "money", None, &content).into_response())
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

/// By the day it happened; on one day what was recorded last comes first.
fn newest_first(money: &Money) -> Vec<&Entry> {
    let mut all: Vec<&Entry> = money.entries.iter().rev().collect();
    all.sort_by_key(|e| std::cmp::Reverse(e.happened));
    all
}

fn layer_words(layer: Layer) -> &'static str {
    match layer {
        Layer::Budget => "Agreed",
        Layer::Commitment => "Promised",
        Layer::Actual => "Really moved",
    }
}

/// What a bank wrote about the line that an entry is about, or what was bought
/// with a notional budget: that says what the plan is about, so it is only for
/// those who see the plan.
fn text<'a>(me: &Me, seen: &'a Seen, money: &'a Money, entry: &Entry) -> &'a str {
    if entry.cause == Cause::NotionalSpend && may(&me.actor, Action::SeePlan, &seen.case) {
        let is_it = |b: &&Bought| {
            let paid = |p: &Posting| p.account == Account::Line(b.line) && p.amount == b.amount;
            b.on == entry.happened && entry.postings().iter().any(paid)
        };
        return seen.case.arrangement.bought.iter().find(is_it).map_or("", |b| b.what.as_str());
    }
    money.lines.iter().find(|l| l.id.0 == entry.about).map_or("", |l| l.description.as_str())
}

fn what_and_text(me: &Me, seen: &Seen, money: &Money, entry: &Entry) -> Markup {
    let text = text(me, seen, money, entry);
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

fn in_words(me: &Me, seen: &Seen, money: &Money) -> Markup {
    let moved = |e: &&Entry| e.postings().iter().any(|p| p.layer == Layer::Actual);
    let rows = newest_first(money).into_iter().filter(moved).take(MOST).map(|entry| {
        let (from, to, amount) = sides(me, seen, entry, Layer::Actual);
        vec![
            cell(dates::long(entry.happened)),
            what_and_text(me, seen, money, entry),
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

fn ledger(me: &Me, seen: &Seen, money: &Money) -> Markup {
    let mut rows = vec![];
    for entry in newest_first(money).into_iter().take(MOST) {
        for posting in entry.postings() {
            let (mut into, mut out) = (cell(""), cell(""));
            if posting.amount.is_negative() {
                out = cell(-posting.amount);
            } else {
                into = cell(posting.amount);
            }
            rows.push(vec![
                cell(dates::long(entry.happened)),
                what_and_text(me, seen, money, entry),
                cell(layer_words(posting.layer)),
                cell(account_words(posting.account, &seen.case, &me.actor)),
                into,
                out,
                cell(money.name(entry.by)),
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
