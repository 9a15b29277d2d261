//! Whose move it is about a copy, or something else that was asked.

use super::{Asked, Request, only_by};
use crate::access::Action;
use crate::case::{Case, Meant, Turn};
use crate::place::CasePage;
use crate::{AccountId, dates};
use std::collections::BTreeMap;

pub(in crate::case) fn turns(case: &Case) -> Vec<Turn> {
    let newest = case.rights.requests.last();
    let copies = newest.map_or_else(Vec::new, |request| {
        let rest = [making(request), fetching(request)].into_iter().flatten();
        looking(case, request).into_iter().chain(rest).collect()
    });
    let asked = case.rights.asks.iter().filter(|asked| asked.is_waiting());
    copies.into_iter().chain(asked.map(answering)).collect()
}

/// The care co-ordinator answers; a second look is for whoever gave no answer yet.
fn answering(asked: &Asked) -> Turn {
    let right = asked.ask.right().words();
    let (meant, task) = match asked.again {
        None => (Meant::Coordinator, format!("Answer the request to {right}")),
        Some(_) => (Meant::Anyone, format!("Look again at the request to {right}")),
    };
    let day = dates::long(asked.time.due);
    // Nothing is late while they are asked something.
    let due = asked.time.paused.is_none().then_some(asked.time.due);
    let words = match &asked.time.paused {
        Some(_) => "We asked you something about your request, and wait for what you say.".to_owned(),
        None => format!("We answer your request to {right}. We do it by {day}."),
    };
    let not_of = asked.answers.iter().filter_map(|given| given.by.account()).collect();
    let turn = Turn::new(Action::AnswerAboutRecord, &task, &words, CasePage::Asked(asked.id));
    Turn { not_of, ..turn.meant(meant).by(due) }
}

/// What was said in confidence waits for those who may decide about it; what somebody
/// wrote for themselves alone, for nobody but them. Where they cannot any more it
/// waits for nobody.
fn looking(case: &Case, request: &Request) -> Vec<Turn> {
    if request.time.paused.is_some() {
        return vec![];
    }
    let mut open: BTreeMap<Option<AccountId>, usize> = BTreeMap::new();
    for found in request.open().map(|passage| passage.found) {
        *open.entry(only_by(found)).or_default() += 1;
    }
    let turns = open.into_iter().map(|(only_of, count)| look(request, only_of, count));
    turns.filter(|turn| turn.only_of.is_none() || !case.movers(turn).is_empty()).collect()
}

fn look(request: &Request, only_of: Option<AccountId>, open: usize) -> Turn {
    let (one, more) = match only_of {
        None => ("thing said in confidence", "things said in confidence"),
        Some(_) => ("note that nobody but its writer reads", "notes that nobody but their writer reads"),
    };
    let task = format!("Look at {open} {}, for the copy", if open == 1 { one } else { more });
    let by = request.look_by.map_or_else(String::new, |day| format!(" We do it by {}.", dates::long(day)));
    let words = format!("We look at what others said in confidence, for your copy.{by}");
    let turn = Turn::new(Action::LookThrough, &task, &words, CasePage::Everything).by(request.look_by);
    Turn { only_of, ..turn }
}

fn making(request: &Request) -> Option<Turn> {
    let words = "We are putting your copy together.";
    let turn = Turn::new(
        Action::KeepTheTime,
        "See that the copy of the record is made",
        words,
        CasePage::Everything,
    );
    (request.is_being_made() && request.time.paused.is_none()).then(|| turn.by(Some(request.time.due)))
}

fn fetching(request: &Request) -> Option<Turn> {
    let (made, _) = request.made.as_ref()?;
    let was_fetched =
        request.made.as_ref().is_some_and(|(_, made)| request.fetched.iter().any(|(_, at)| at >= made));
    if was_fetched || request.is_being_made() {
        return None;
    }
    let words = format!("Your copy is ready. You can fetch it until {}.", dates::long(made.until));
    let turn = Turn::new(Action::FetchCopy, "Fetch the copy of everything", &words, CasePage::Everything);
    Some(Turn { until: Some(made.until), ..turn })
}
