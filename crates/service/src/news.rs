//! Letters that say that there is news about somebody's budget, and where. They
//! name nobody and say nothing of health or money: whoever can read the letter
//! may not be whom it is meant for.

use crate::address::Address as _;
use crate::administer::holders;
use crate::mail::Letter;
use crate::{Effects, Error, OpenCase, Steps, directory};
use domain::access::{Action, Queue};
use domain::case::{self, Case, Voice};
use domain::place::CasePage;
use domain::{AccountId, Author, dates};
use std::collections::BTreeSet;

/// A letter about news, which is on this page.
pub(crate) fn letter(case: &Case, to: AccountId, subject: &str, page: CasePage) -> Letter {
    Letter {
        to,
        subject: subject.to_owned(),
        body: format!(
            "There is news about a personal health budget.\n\nSign in to see it: {}\n",
            page.of(case.id).in_letter()
        ),
    }
}

/// Those with a post in the area whose move something is once this has happened, and
/// who can sign in: those who may do it, by the policy, and for whom the case waits.
pub(crate) fn movers_of_the_area(
    open: &mut OpenCase<'_, '_>,
    events: &[case::Event],
    action: Action,
) -> Result<Vec<AccountId>, Error> {
    let mut steps = Steps::upon(open.case, Author::Account(open.actor.account), open.now);
    steps.then(|_| Ok(events.to_vec()))?;
    let after = steps.case();
    let mut turns = after.turns(open.framework);
    turns.retain(|turn| turn.action == action);
    let Some(area) = after.area() else { return Ok(vec![]) };
    let mut found: BTreeSet<AccountId> = BTreeSet::new();
    for turn in &turns {
        for queue in after.movers(turn).into_iter().filter_map(Queue::of) {
            for account in holders(open.tx, area, queue.post())? {
                let actor = directory::as_listed(open.tx, account)?;
                found.extend(actor.filter(|actor| actor.is_to_move(turn, after)).map(|actor| actor.account));
            }
        }
    }
    Ok(found.into_iter().collect())
}

impl Effects {
    /// With such a letter to everyone on the person's side but whoever did it,
    /// if anything happened: a form that is sent twice is told of once.
    pub(crate) fn told_to_their_side(
        mut self,
        case: &Case,
        by: AccountId,
        subject: &str,
        page: &CasePage,
    ) -> Self {
        if !self.events.is_empty() {
            let told = case.circle.told_on_their_side(Some(by)).into_iter();
            self.mail.extend(told.map(|to| letter(case, to, subject, page.clone())));
        }
        self
    }

    /// With such a letter to the person and those who decide for them, where
    /// somebody else wrote in the person's own name; once on each
    /// day of the calendar for each who writes, however much that is. It is not
    /// once in twenty-four hours: whoever writes every evening would be told of once
    /// and never again.
    pub(crate) fn told_of_words_in_their_name(
        mut self,
        open: &OpenCase<'_, '_>,
        voice: Voice,
        page: &CasePage,
    ) -> Self {
        let (case, writer) = (open.case, open.actor.account);
        let is_theirs = voice != Voice::Person || case.circle.voice_of(writer) == Some(Voice::Person);
        let is_told = case.wrote_as_the_person(Author::Account(writer), dates::begin(open.today));
        if self.events.is_empty() || is_theirs || is_told {
            return self;
        }
        let told: BTreeSet<AccountId> =
            case.circle.deciders_told().filter(|account| *account != writer).collect();
        let subject = "Somebody wrote something down in the person’s own name";
        self.mail.extend(told.into_iter().map(|to| letter(case, to, subject, page.clone())));
        self
    }
}
