//! Telling people about what was sent, decided, appealed and booked. Each
//! letter goes into the outbox with the events that cause it.

use crate::Decided;
use crate::mail::Letter;
use domain::case::{self, Case, CaseRole};
use domain::{AccountId, MemberId};

/// Events with a letter about them to each of `to`, but not to whoever did it.
#[must_use]
pub fn and_tell(
    case: &Case,
    events: Vec<case::Event>,
    to: impl IntoIterator<Item = AccountId>,
    by: AccountId,
) -> Decided {
    let mut accounts: Vec<AccountId> = to.into_iter().filter(|account| *account != by).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let mail =
        if events.is_empty() { vec![] } else { accounts.into_iter().map(|to| letter(case, to)).collect() };
    Decided { events, entries: vec![], mail }
}

fn letter(case: &Case, to: AccountId) -> Letter {
    Letter {
        to,
        subject: "There is news for you to read".into(),
        body: format!(
            "There is news about a personal health budget.\n\nSign in to see it: {{site}}/cases/{}\n",
            case.id
        ),
    }
}

/// The person, their representatives and their family.
pub fn family(case: &Case) -> impl Iterator<Item = AccountId> + '_ {
    let is_family =
        |role| matches!(role, CaseRole::Person | CaseRole::Representative | CaseRole::FamilyCarer);
    case.circle.present().filter(move |m| m.place().is_some_and(is_family)).filter_map(|m| m.account)
}

/// Those in the circle with a role.
pub fn with_role(case: &Case, role: CaseRole) -> impl Iterator<Item = AccountId> + '_ {
    case.circle.present().filter(move |m| m.place() == Some(role)).filter_map(|m| m.account)
}

/// The account of someone in the circle.
#[must_use]
pub fn account_of(case: &Case, member: Option<MemberId>) -> Option<AccountId> {
    member.and_then(|id| case.circle.member(id)).and_then(|m| m.account)
}
