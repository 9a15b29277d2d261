//! For whom something waits: those who may do it by the rows of the policy, as the
//! case is. No turn lists them.

use super::Case;
use super::circle::Member;
use super::turn::{Meant, Turn};
use crate::AccountId;
use crate::access::{Actor, Facts, Role, Verdict, decide};
use std::collections::BTreeSet;

impl Case {
    /// The roles whose move it is: those that may make it by the rows of the policy,
    /// as this case is, in the order of the row. One that nobody has here is
    /// among them, so that it is seen who is missing.
    #[must_use]
    pub fn movers(&self, turn: &Turn) -> Vec<Role> {
        let mut roles = turn.action.roles();
        roles.retain(|role| turn.meant.is_for(*role) && self.is_move_of(turn, *role));
        let is_colleague = |role: &Role| matches!(role, Role::Case(place) if place.is_professional());
        if turn.meant == Meant::Second && roles.iter().any(is_colleague) {
            roles.retain(|role| matches!(role, Role::Case(_)));
        }
        roles
    }

    fn is_move_of(&self, turn: &Turn, role: Role) -> bool {
        let may = |facts| decide(role, turn.action, facts) == Verdict::Allowed;
        let Role::Case(place) = role else { return turn.only_of.is_none() && may(Facts::of_a_stranger()) };
        let mut there = self.circle.present().filter(|member| member.role == place).peekable();
        if there.peek().is_some() {
            return there.any(|member| self.is_move_of_member(turn, member));
        }
        turn.is_open_to(None) && may(Facts { apart: true, ..Facts::of(self) })
    }

    /// Whether it is the move of one of the circle, by the place that counts of them.
    #[must_use]
    pub fn is_move_of_member(&self, turn: &Turn, member: &Member) -> bool {
        let may = |place| {
            let role = Role::Case(place);
            let is_allowed = decide(role, turn.action, Facts::of_member(self, member)) == Verdict::Allowed;
            turn.meant.is_for(role) && is_allowed
        };
        turn.is_open_to(member.account) && member.place().is_some_and(may)
    }

    /// Those whom the case knows and whose move it is not by any role of the area,
    /// whatever posts they have: they are close to the person, or decided what is to
    /// be looked at again.
    pub(super) fn kept_from(&self, turn: &Turn, roles: &[Role]) -> Vec<AccountId> {
        let decided = self.signoff.appealed().filter_map(|sent| sent.outcome.as_ref()?.by.account());
        let mut known: BTreeSet<AccountId> = self.accounts().chain(decided).collect();
        let of_the_area = roles.iter().filter(|role| !matches!(role, Role::Case(_)));
        let of_the_area: Vec<Role> = of_the_area.copied().collect();
        known.retain(|account| {
            let facts = Facts::of_account(self, *account);
            !of_the_area.iter().any(|role| decide(*role, turn.action, facts) == Verdict::Allowed)
        });
        known.extend(&turn.not_of);
        known.into_iter().collect()
    }
}

impl Actor {
    /// Whether it is their move.
    #[must_use]
    pub fn is_to_move(&self, turn: &Turn, case: &Case) -> bool {
        let movers = case.movers(turn);
        turn.is_open_to(Some(self.account))
            && self.roles_to(turn.action, case).any(|role| movers.contains(&role))
    }
}

#[cfg(test)]
#[path = "movers/tests.rs"]
mod tests;
