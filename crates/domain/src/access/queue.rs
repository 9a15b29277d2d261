//! What waits for a role of a whole area, and is listed for whoever has it.

use super::{Action, Post, Role};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// A role of a whole area that has a list of what waits for it. Its word stands in
/// addresses and in the rows of that list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Queue {
    Commissioner,
    Finance,
}

/// What there is to know of a queue.
struct Row {
    /// Whose work it is.
    role: Role,
    /// The post that gives the role.
    post: Post,
    /// Who may do this sees what waits.
    seen_by: Action,
    /// What a family calls them, at the start of a sentence.
    told: &'static str,
}

impl Queue {
    const fn row(self) -> Row {
        match self {
            Self::Commissioner => Row {
                role: Role::Commissioner,
                post: Post::Commissioner,
                seen_by: Action::SeeDecisionsDue,
                told: "The commissioner",
            },
            Self::Finance => Row {
                role: Role::Finance,
                post: Post::Finance,
                seen_by: Action::SeePaymentsDue,
                told: "The finance team",
            },
        }
    }

    /// Whoever may do one of these sees what waits in some queue.
    pub const SEEN_BY: &[Action] = &{
        let mut actions = [Action::SeeDecisionsDue; Self::VARIANTS.len()];
        let mut at = 0;
        while at < actions.len() {
            actions[at] = Self::VARIANTS[at].row().seen_by;
            at += 1;
        }
        actions
    };

    #[must_use]
    pub fn role(self) -> Role {
        self.row().role
    }

    #[must_use]
    pub fn post(self) -> Post {
        self.row().post
    }

    #[must_use]
    pub fn seen_by(self) -> Action {
        self.row().seen_by
    }

    #[must_use]
    pub fn told(self) -> &'static str {
        self.row().told
    }

    /// The queue of a role, if what waits for it is listed for a whole area.
    #[must_use]
    pub fn of(role: Role) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|queue| queue.role() == role)
    }

    /// The queue of a post.
    #[must_use]
    pub fn of_post(post: Post) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|queue| queue.post() == post)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Facts, HeldPost, Kind, RULES, Verdict, decide};
    use crate::testing::id;
    use std::collections::BTreeSet;

    #[test]
    fn each_queue_is_of_one_role_which_its_post_gives_and_which_sees_it() {
        for &queue in Queue::VARIANTS {
            let (post, kind) = (queue.post(), Kind::NhsBody);
            let held = HeldPost { area: id(1), organisation: id(2), kind, post };
            assert_eq!(held.role(), Some(queue.role()));
            let seen = decide(queue.role(), queue.seen_by(), Facts::default());
            assert_eq!(seen, Verdict::Allowed, "{queue:?}");
            assert_eq!((Queue::of(queue.role()), Queue::of_post(post)), (Some(queue), Some(queue)));
            assert_eq!(<&str>::from(queue).parse(), Ok(queue));
            assert!(Queue::SEEN_BY.contains(&queue.seen_by()));
        }
        assert!("commissoner".parse::<Queue>().is_err());
        assert_eq!((Queue::of(Role::Auditor), Queue::of_post(Post::Auditor)), (None, None));
    }

    /// A turn waits for whoever may make the move: where that is a role of the area,
    /// somebody has to see that it waits.
    #[test]
    fn a_role_of_the_area_that_acts_in_cases_has_a_queue() {
        let acts = RULES
            .iter()
            .filter(|rule| !rule.action.only_reads() && rule.subject == super::super::Subject::Case);
        let roles: BTreeSet<Role> = acts.flat_map(|rule| rule.grants()).map(|grant| grant.role).collect();
        let without = roles.into_iter().filter(|role| Queue::of(*role).is_none());
        let without: Vec<Role> = without.filter(|role| !matches!(role, Role::Case(_))).collect();
        assert_eq!(without, [Role::ThirdParty], "who sees what waits for it by its organisation");
    }
}
