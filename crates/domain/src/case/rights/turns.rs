//! Whose move it is about a copy, or something else that was asked.

use super::{Asked, Request};
use crate::access::{CaseRole, Role};
use crate::case::{Case, Turn};
use crate::dates;
use crate::place::CasePage;

pub(in crate::case) fn turns(case: &Case) -> Vec<Turn> {
    let newest = case.rights.requests.last();
    let copies = newest.map_or_else(Vec::new, |request| {
        [looking(request), making(request), fetching(request)].into_iter().flatten().collect()
    });
    let asked = case.rights.asks.iter().filter(|asked| asked.is_waiting());
    copies.into_iter().chain(asked.map(answering)).collect()
}

/// The care co-ordinator answers; a second look is for whoever gave no answer yet.
fn answering(asked: &Asked) -> Turn {
    let mut of = vec![Role::Case(CaseRole::CareCoordinator)];
    let right = asked.ask.right().words();
    let mut task = format!("Answer the request to {right}");
    if asked.again.is_some() {
        of.push(Role::Commissioner);
        task = format!("Look again at the request to {right}");
    }
    let day = dates::long(asked.due);
    let words = match &asked.paused {
        Some(_) => "We asked you something about your request, and wait for what you say.".to_owned(),
        None => format!("We answer your request to {right}. We do it by {day}."),
    };
    let not_of = asked.answers.iter().filter_map(|given| given.by.account()).collect();
    Turn { not_of, ..Turn::new(of, &task, &words, CasePage::Asked(asked.id)).by(Some(asked.due)) }
}

fn looking(request: &Request) -> Option<Turn> {
    let open = request.open().count();
    if open == 0 || request.paused.is_some() {
        return None;
    }
    let of = vec![Role::Case(CaseRole::CareCoordinator), Role::Case(CaseRole::Clinician)];
    let task = match open {
        1 => "Look at 1 thing said in confidence, for the copy".to_owned(),
        more => format!("Look at {more} things said in confidence, for the copy"),
    };
    let by = request.look_by.map_or_else(String::new, |day| format!(" We do it by {}.", dates::long(day)));
    let words = format!("We look at what others said in confidence, for your copy.{by}");
    Some(Turn::new(of, &task, &words, CasePage::Everything).by(request.look_by))
}

fn making(request: &Request) -> Option<Turn> {
    let words = "We are putting your copy together.";
    let turn = Turn::of_coordinator("See that the copy of the record is made", words, CasePage::Everything);
    (request.is_being_made() && request.paused.is_none()).then(|| turn.by(Some(request.due)))
}

fn fetching(request: &Request) -> Option<Turn> {
    let (made, _) = request.made.as_ref()?;
    let was_fetched =
        request.made.as_ref().is_some_and(|(_, made)| request.fetched.iter().any(|(_, at)| at >= made));
    if was_fetched || request.is_being_made() {
        return None;
    }
    let words = format!("Your copy is ready. You can fetch it until {}.", dates::long(made.until));
    let turn = Turn::of_family("Fetch the copy of everything", &words, CasePage::Everything);
    Some(Turn { until: Some(made.until), ..turn })
}
