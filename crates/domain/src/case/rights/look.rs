//! Who touches one request, and who is told of it: both follow from the rows of
//! the policy.

use super::Asked;
use crate::Refusal;
use crate::access::{Action, Actor, Facts, Verdict};
use crate::case::Case;

/// What the policy looks at, of one request and somebody.
#[must_use]
pub fn facts(case: &Case, asked: &Asked, actor: &Actor) -> Facts {
    Facts {
        decided_by_another: !asked.was_first_answered_by(actor.account),
        asked_by_another: asked.by.account() != Some(actor.account),
        ..Facts::of(case)
    }
}

/// Whether somebody may do this with one request.
#[must_use]
pub fn may(case: &Case, asked: &Asked, action: Action, actor: &Actor) -> bool {
    actor.verdict_about(action, case, facts(case, asked, actor)) == Verdict::Allowed
}

/// Refuses it otherwise.
pub(super) fn must(case: &Case, asked: &Asked, action: Action, actor: &Actor) -> Result<(), Refusal> {
    if may(case, asked, action, actor) {
        return Ok(());
    }
    let wrote_it = asked.by.account() == Some(actor.account);
    if action == Action::GrantErasure && wrote_it && may(case, asked, Action::AnswerRequest, actor) {
        let message = "You wrote this request down, so somebody else grants that all of it is erased";
        return Err(Refusal::not_allowed(message));
    }
    Err(Refusal::not_allowed(if asked.was_first_answered_by(actor.account) {
        "You gave the first answer, so somebody else looks at it again. What they do about it is theirs"
            .into()
    } else {
        format!("You cannot do this: {}", action.words())
    }))
}

/// Whether somebody is told of what happens to one request: who may read it. Of a
/// second look whoever answered first learns on the page, and gets no letter.
#[must_use]
pub fn is_told(case: &Case, asked: &Asked, actor: &Actor) -> bool {
    actor.may(Action::SeeRequests, case) && !asked.was_first_answered_by(actor.account)
}
