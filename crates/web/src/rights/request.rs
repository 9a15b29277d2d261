//! A request about the record, as its pages show it and what can follow.

use crate::Answer;
use crate::case_page::Opened;
use crate::components::{Row, typed};
use crate::error_page::ErrorPage;
use domain::case::rights::{Ask, Asked, Right};
use domain::{RequestId, dates};

/// The request of an address, which is of this case or leads nowhere.
pub fn one(opened: &Opened, id: RequestId) -> Answer<&Asked> {
    opened.case().rights.asked(id).ok_or(ErrorPage::Hidden)
}

/// What was asked, label by label.
pub fn what(ask: &Ask) -> Vec<Row> {
    match ask {
        Ask::PutRight { about, wrong, instead } => vec![
            Row::text("Where it stands", about.words()),
            Row::html("What is wrong", typed(wrong.as_str())),
            Row::html("What would be right", typed(instead.as_str())),
        ],
        Ask::Restrict { why, until } => vec![
            Row::html("Why", typed(why.as_str())),
            Row::text("Until", until.map_or_else(|| "No day was named".to_owned(), dates::long)),
        ],
        Ask::Object { what, why } => {
            vec![Row::html("What to stop", typed(what.as_str())), Row::html("Why", typed(why.as_str()))]
        }
        Ask::Erase { what, why } => {
            vec![Row::html("What to erase", typed(what.as_str())), Row::html("Why", typed(why.as_str()))]
        }
    }
}

/// Whether there is an answer that somebody can disagree with.
pub fn disagrees(asked: &Asked) -> bool {
    asked.withdrawn.is_none() && !asked.answers.is_empty() && !asked.is_granted_in_full()
}

pub fn can_state(asked: &Asked) -> bool {
    disagrees(asked) && asked.ask.right() == Right::PutRight && asked.statement.is_none()
}
