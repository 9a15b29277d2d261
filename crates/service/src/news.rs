//! Letters that say that there is news about somebody's budget, and where. They
//! name nobody and say nothing of health or money: whoever can read the letter
//! may not be whom it is meant for.

use crate::Effects;
use crate::address::Address as _;
use crate::mail::Letter;
use domain::AccountId;
use domain::case::Case;
use domain::place::CasePage;

/// A letter about news, which is on this page.
pub(crate) fn letter(case: &Case, to: AccountId, subject: &str, page: CasePage) -> Letter {
    Letter {
        to,
        subject: subject.to_owned(),
        body: format!(
            "There is news about a personal health budget.\n\nSign in to see it: {{site}}{}\n",
            page.of(case.id).path()
        ),
    }
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
}
