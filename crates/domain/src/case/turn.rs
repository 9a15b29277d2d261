//! Whose move it is. Each section says in its own `turns` what waits because of
//! it; [`Case::turns`](super::Case::turns) puts them together. A turn names what
//! is to be done; whom it waits for is asked of the policy
//! ([`Case::movers`](super::Case::movers)).

use crate::access::{Action, CaseRole, Role};
use crate::place::CasePage;
use crate::{AccountId, Date};

/// What the move is, in words for both sides, and what whoever makes it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// What is done. It waits for those who may.
    pub action: Action,
    /// For whom of them it is meant.
    pub meant: Meant,
    /// For the person: "Jo, your care co-ordinator, will …".
    pub words: String,
    /// For a work list: "Answer 2 questions".
    pub task: String,
    /// Where to do it.
    pub page: CasePage,
    pub due: Option<Date>,
    /// It waits from this day on; none: already.
    pub from: Option<Date>,
    /// It waits up to this day; none: until it is done.
    pub until: Option<Date>,
    /// Those whose move it is not, whatever part they have: who released a
    /// payment does not confirm it.
    pub not_of: Vec<AccountId>,
    /// The only one whose move it is: nobody else reads what they wrote for
    /// themselves.
    pub only_of: Option<AccountId>,
}

/// For whom a move is meant, of those who may make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meant {
    /// Whoever may.
    Anyone,
    /// The person and their family, also where somebody else may write it down.
    Family,
    /// Whoever goes with the person from beginning to end, also where others may.
    Coordinator,
    /// These two, together.
    FamilyAndCoordinator,
    /// A second one, who signs in themselves. It may be too much to ask of the
    /// person alone, so that where no colleague there can, it is for those of the area.
    Second,
}

impl Meant {
    pub(super) fn is_for(self, role: Role) -> bool {
        let is_coordinator = role == Role::Case(CaseRole::CareCoordinator);
        match self {
            Self::Anyone | Self::Second => true,
            Self::Family => role.is_family(),
            Self::Coordinator => is_coordinator,
            Self::FamilyAndCoordinator => role.is_family() || is_coordinator,
        }
    }
}

/// Whether something waits on a day, where it waits from a day on and until one.
pub(super) fn waits(from: Option<Date>, until: Option<Date>, today: Date) -> bool {
    from.is_none_or(|from| from <= today) && until.is_none_or(|last| today <= last)
}

impl Turn {
    /// A move of whoever may, that is not bound to a day.
    pub(in crate::case) fn new(action: Action, task: &str, words: &str, page: CasePage) -> Self {
        Self {
            action,
            meant: Meant::Anyone,
            words: words.to_owned(),
            task: task.to_owned(),
            page,
            due: None,
            from: None,
            until: None,
            not_of: vec![],
            only_of: None,
        }
    }

    pub(in crate::case) fn meant(self, meant: Meant) -> Self {
        Self { meant, ..self }
    }

    pub(in crate::case) fn by(self, due: Option<Date>) -> Self {
        Self { due, ..self }
    }

    /// Whether it waits on this day.
    #[must_use]
    pub fn waits(&self, today: Date) -> bool {
        waits(self.from, self.until, today)
    }

    /// Whether it can be the move of somebody who signs in with this.
    pub(super) fn is_open_to(&self, account: Option<AccountId>) -> bool {
        let is_of =
            |account| !self.not_of.contains(&account) && self.only_of.is_none_or(|only| only == account);
        account.map_or(self.only_of.is_none() && self.meant != Meant::Second, is_of)
    }
}
