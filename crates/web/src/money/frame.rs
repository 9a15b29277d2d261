//! What the pages about money share.

use crate::case_page::is_family;
use domain::access::{Action, Actor};
use domain::case::Case;
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

/// An account of the ledger in words. What a line of the plan is about is not
/// for everyone.
#[must_use]
pub fn account_words(account: Account, case: &Case, reader: &Actor) -> String {
    match account {
        Account::Funding(Funder::Nhs) => "The NHS".to_owned(),
        Account::Funding(Funder::Council) => "The council".to_owned(),
        Account::Holding(id) => case
            .plan
            .holding(id)
            .map_or_else(|| "An earlier holding".to_owned(), |h| h.words.name.to_string()),
        Account::Line(_) if !reader.may(Action::SeePlan, case) => "The plan".to_owned(),
        Account::Line(id) => {
            case.plan.line(id).map_or_else(|| "The plan".to_owned(), |l| l.words.what.to_string())
        }
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
