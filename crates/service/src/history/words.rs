//! Who looked, in words: the same on the page and in the copy of everything.

use super::InList;
use crate::shown::List;

/// `once`, `3 times`.
#[must_use]
pub fn how_often(times: u64) -> String {
    match times {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

/// In which list a name stood, and who saw it. `whose` is "your" to the person, and
/// "the" to everyone else.
#[must_use]
pub fn in_list(one: &InList, whose: &str) -> String {
    let name = if whose == "your" { "Your name" } else { "The name" };
    let people = if one.people == 1 { "one person".to_owned() } else { format!("{} people", one.people) };
    let days = if one.days == 1 { "on one day".to_owned() } else { format!("on {} days", one.days) };
    let list = match one.list {
        Some(List::Work) => "a list of work to do",
        Some(List::Search) => "what a search found",
        Some(List::Payments) => "a list of payments",
        Some(List::Requests) => "a list of requests to be contacted",
        Some(List::Kept) => "a list of how long records are kept",
        Some(List::Request) => {
            return format!("{people} of {} opened {whose} request to be contacted, {days}", one.body);
        }
        // A list that there is no more.
        None => "a list",
    };
    format!("{name} was in {list} that {people} of {} saw, {days}", one.body)
}

/// A part of a case that somebody looked at, in words.
#[must_use]
pub fn section(section: &str, whose: &str) -> String {
    match section {
        "home" => "the first page".to_owned(),
        "looks" => "who looked".to_owned(),
        "help" => "how to get help".to_owned(),
        "people" => format!("{whose} circle"),
        "sign-off" => format!("the decision on {whose} plan"),
        "everything" => format!("the page about {whose} copy"),
        "copy" => format!("{whose} copy of everything"),
        "in-confidence" => "what was said in confidence".to_owned(),
        "costs" => "what is bought".to_owned(),
        other => format!("{whose} {other}"),
    }
}
