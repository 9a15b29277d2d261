//! Who may be the second one, where something about who is in the circle or
//! how they sign in takes two.

use super::CaseRole;
use crate::access;
use crate::case::Case;
use crate::{AccountId, Author, MemberId, Refusal};
use strum::VariantArray;

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
    let is_the_person = circle.member_of(by).is_some_and(|m| m.role == CaseRole::Person);
    if circle.is_on_their_side(by) && !is_the_person {
        return Err(Refusal::not_allowed(
            "You are family here or speak for the person, so somebody who works with them has to confirm it",
        ));
    }
    Ok(())
}

/// Who has the policy and the place to be the second one.
pub(super) fn who_may_say(
    case: &Case,
    asker: Author,
    member: MemberId,
    about: Option<AccountId>,
) -> Vec<access::Role> {
    let facts = access::Facts::of(case);
    let may = |role: CaseRole| {
        let role = access::Role::Case(role);
        access::decide(role, access::Action::ConfirmSpeaker, facts) == access::Verdict::Allowed
    };
    let mut of = vec![];
    for role in CaseRole::VARIANTS.iter().copied().filter(|role| may(*role)) {
        let is_there = case.circle.present().any(|m| {
            m.place() == Some(role)
                && m.account.is_some_and(|account| may_say(case, account, asker, member, about).is_ok())
        });
        if is_there {
            of.push(access::Role::Case(role));
        }
    }
    // It may be too much to ask of the person alone.
    if of.iter().all(|role| *role == access::Role::Case(CaseRole::Person)) {
        of.push(access::Role::Commissioner);
    }
    of
}
