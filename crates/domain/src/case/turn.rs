//! Whose move it is. Each section says in its own `turns` what waits because of
//! it; [`Case::turns`](super::Case::turns) puts them together.

use crate::access::{Action, CaseRole, Role};
use crate::place::CasePage;
use crate::{AccountId, Date};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// Whose move it is and what the move is, in words for both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The kind of people who can make the move.
    pub of: Vec<Role>,
    /// For the person: "Jo, your care co-ordinator, will …".
    pub words: String,
    /// For a work list: "Answer 2 questions".
    pub task: String,
    /// Where to do it.
    pub page: CasePage,
    pub due: Option<Date>,
    /// It waits from this day on; none: already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// It waits up to this day; none: until it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Those whose move it is not, whatever part they have: who released a
    /// payment does not confirm it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_of: Vec<AccountId>,
}

impl Turn {
    /// Whether it waits on this day.
    #[must_use]
    pub fn waits(&self, today: Date) -> bool {
        self.from.is_none_or(|from| from <= today) && self.until.is_none_or(|last| today <= last)
    }

    /// Whether somebody who has this role can make the move.
    #[must_use]
    pub fn is_for(&self, role: Role, account: AccountId) -> bool {
        self.of.contains(&role) && !self.not_of.contains(&account)
    }
}

impl Turn {
    /// A move that is not bound to a day.
    pub(in crate::case) fn new(of: Vec<Role>, task: &str, words: &str, page: CasePage) -> Self {
        Self {
            of,
            words: words.to_owned(),
            task: task.to_owned(),
            page,
            due: None,
            from: None,
            until: None,
            not_of: vec![],
        }
    }

    pub(super) fn of_coordinator(task: &str, words: &str, page: CasePage) -> Self {
        Self::new(vec![Role::Case(CaseRole::CareCoordinator)], task, words, page)
    }

    pub(super) fn of_family(task: &str, words: &str, page: CasePage) -> Self {
        Self::new(family(), task, words, page)
    }

    /// Whether it is the move of somebody with these roles who may do these
    /// things. What the family decides is of whoever of them may decide it.
    #[must_use]
    pub fn is_of(&self, roles: &[Role], may: impl Fn(Action) -> bool) -> bool {
        let is_family = |of: &[Role]| of.iter().any(|role| role.is_family());
        match self.page.decided_by().filter(|_| is_family(roles)) {
            Some(decides) => is_family(&self.of) && may(decides),
            None => self.of.iter().any(|role| roles.contains(role)),
        }
    }

    pub(super) fn by(self, due: Option<Date>) -> Self {
        Self { due, ..self }
    }
}

/// Whoever has a place of the family.
pub(super) fn family() -> Vec<Role> {
    CaseRole::VARIANTS.iter().copied().filter(|role| role.is_family()).map(Role::Case).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_family_decides_is_the_move_of_whoever_may() {
        let turn = |page| Turn::of_family("A task", "Words", page);
        let (carer, nurse) = ([Role::Case(CaseRole::FamilyCarer)], [Role::Case(CaseRole::Clinician)]);
        let representative = [Role::Case(CaseRole::Representative)];
        for (page, decides) in [
            (CasePage::Offer, Action::AnswerOffer),
            (CasePage::Agreement, Action::SignAgreement),
            (CasePage::Sharing, Action::DecideSharing),
        ] {
            for roles in [&carer, &representative] {
                assert!(turn(page.clone()).is_of(roles, |action| action == decides), "{page:?}");
                assert!(!turn(page.clone()).is_of(roles, |action| action != decides), "{page:?}");
            }
            assert!(!turn(page).is_of(&nurse, |_| true));
        }
        assert!(turn(CasePage::Plan).is_of(&carer, |_| false), "they write it together");
    }
}
