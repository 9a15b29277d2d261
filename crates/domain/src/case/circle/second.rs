//! Who may be the second one, where something about who is in the circle or
//! how they sign in takes two.

use crate::access::{Action, Facts, Role, Verdict, decide};
use crate::case::{Case, Meant, Turn};
use crate::place::CasePage;
use crate::{AccountId, Author, MemberId, Refusal};

/// The same of anything that takes a second one: `asker` asked for it, and it is
/// about a member and the account that is or would be theirs.
pub(super) fn may_say(
    case: &Case,
    by: AccountId,
    asker: Author,
    member: MemberId,
    account: Option<AccountId>,
) -> Result<(), Refusal> {
    let circle = &case.circle;
    if asker.account() == Some(by) {
        return Err(Refusal::not_allowed("You asked for this yourself, so somebody else has to confirm it"));
    }
    let is_about = circle.member(member).is_some_and(|m| m.account == Some(by));
    if is_about || account == Some(by) {
        return Err(Refusal::not_allowed("This is about you, so somebody else has to confirm it"));
    }
    if !lets(case, by) {
        return Err(Refusal::not_allowed(
            "You are family here or speak for the person, so somebody who works with them has to confirm it",
        ));
    }
    Ok(())
}

/// Whether the policy lets somebody be the second one, whatever they work as: it
/// lets the person, and of those who work here whoever has nothing else to do with them.
fn lets(case: &Case, by: AccountId) -> bool {
    let own = case.circle.member_of(by).map(|member| Role::Case(member.role));
    let facts = Facts { shared_with_council: true, ..Facts::of_account(case, by) };
    let may = |role: &Role| decide(*role, Action::ConfirmSpeaker, facts) == Verdict::Allowed;
    let roles = Action::ConfirmSpeaker.roles().into_iter().filter(may);
    roles.into_iter().any(|role| !role.is_family() || own == Some(role))
}

/// What waits for a second one: `asker` asked for it, and it is about a member and
/// the account that is or would be theirs.
pub(super) fn turn(
    case: &Case,
    (task, words): (&str, &str),
    asker: Author,
    member: MemberId,
    account: Option<AccountId>,
) -> Turn {
    let own = case.circle.member(member).and_then(|member| member.account);
    let mut not_of: Vec<AccountId> = [asker.account(), own, account].into_iter().flatten().collect();
    not_of.sort_unstable();
    not_of.dedup();
    let turn = Turn::new(Action::ConfirmSpeaker, task, words, CasePage::People).meant(Meant::Second);
    Turn { not_of, ..turn }
}
