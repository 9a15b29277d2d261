//! What the pages about money share.

use crate::case_page::is_family;
use domain::LineId;
use domain::access::Actor;
use domain::case::Case;
use domain::case::arrangement::sight::{sees_account, sees_line_of_plan};
use domain::case::plan::LineItem;
use domain::ledger::{Account, Funder};
use maud::{Markup, html};
use serde::Deserialize;
use service::Seen;

/// What was just done: a word of a small closed set, nothing personal.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

impl Done {
    /// The sentence for it, of those that the page knows.
    #[must_use]
    pub fn words<'a>(&self, known: &[(&str, &'a str)]) -> Option<&'a str> {
        known.iter().find(|(key, _)| *key == self.done).map(|(_, words)| *words)
    }
}

/// "Your", or the person's name with 's, for whoever reads.
#[must_use]
pub fn whose(seen: &Seen) -> String {
    if is_family(&seen.roles) { "Your".to_owned() } else { format!("{}’s", seen.case.person_name()) }
}

#[must_use]
pub fn funder_words(funder: Funder) -> &'static str {
    match funder {
        Funder::Nhs => "NHS",
        Funder::Council => "council",
    }
}

/// What a line of the plan buys, for whoever sees it.
#[must_use]
pub fn line_words<'a>(id: LineId, case: &'a Case, reader: &Actor) -> &'a str {
    let line = case.plan.line(id).filter(|line| sees_line_of_plan(reader, case, line));
    line.map_or("The plan", |line| line.words.what.as_str())
}

/// The lines of the plan for whose money this reader can say what it bought.
pub fn lines_seen<'a>(case: &'a Case, reader: &'a Actor) -> impl Iterator<Item = &'a LineItem> {
    case.plan.current_lines().filter(move |line| sees_line_of_plan(reader, case, line))
}

/// An account of the ledger in words. What a line of the plan is about is not
/// for everyone.
#[must_use]
pub fn account_words(account: Account, case: &Case, reader: &Actor) -> String {
    match account {
        Account::Funding(Funder::Nhs) => "The NHS".to_owned(),
        Account::Funding(Funder::Council) => "The council".to_owned(),
        Account::Holding(id) if !sees_account(reader, case, id) => "Another account".to_owned(),
        Account::Holding(id) => case
            .plan
            .holding(id)
            .map_or_else(|| "An earlier holding".to_owned(), |h| h.words.name.to_string()),
        Account::Line(id) => line_words(id, case, reader).to_owned(),
        Account::Unmatched => "Not matched to the plan yet".to_owned(),
        Account::Own => "Own money and interest".to_owned(),
    }
}

/// The way back to the newest and on to the older ones, below a list that is
/// shown page by page.
#[must_use]
pub fn older(newest: Option<&str>, next: Option<&str>) -> Markup {
    html! {
        @if newest.is_some() || next.is_some() {
            nav class="phb-further" aria-label="Further" {
                @if let Some(newest) = newest { a href=(newest) { "Back to the newest" } " " }
                @if let Some(next) = next { a href=(next) rel="next" { "Older" } }
            }
        }
    }
}
