//! Who sees the single lines of an account: what the bank wrote about each
//! payment, and the receipts for it. They say where somebody was and what for,
//! so they are for whoever needs them: the person and those who help with
//! their money, whoever answers for the case, whoever holds that account, and
//! an auditor. Everyone else who sees the money sees sums. Every page, paper,
//! file and list asks here and nowhere else.

use crate::access::{self, Action, Actor, Facts, Post, Role, Verdict};
use crate::case::plan::{Holding, Mode};
use crate::case::{Case, CaseRole, Event, arrangement};
use crate::{FileId, HoldingId};

/// What a role sees of the lines of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Every line of every account.
    Lines,
    /// The lines of the accounts that their own organisation holds; of others,
    /// sums.
    OwnAccounts,
    /// Sums.
    Sums,
}

/// The rule. A role that may not see the money at all sees nothing of it
/// whatever stands here.
#[must_use]
pub fn sight(role: Role) -> Sight {
    match role {
        // Their own money, and those whom they let help with it.
        Role::Case(
            CaseRole::Person | CaseRole::Representative | CaseRole::FamilyCarer | CaseRole::Supporter,
        ) => Sight::Lines,
        // Looks at whether the money does what the plan says (001:596).
        Role::Case(CaseRole::CareCoordinator) => Sight::Lines,
        // Holds payments against statements. Reads only, and each look is shown
        // to the person.
        Role::Auditor => Sight::Lines,
        Role::ThirdParty => Sight::OwnAccounts,
        // Their part is the care, the decision, or paying in: for none of them
        // does it matter in which shop something was bought.
        Role::Case(CaseRole::Clinician | CaseRole::CouncilWorker)
        | Role::Commissioner
        | Role::Finance
        | Role::FrameworkOwner
        | Role::Administrator => Sight::Sums,
    }
}

/// The best that somebody's roles on a case give them.
fn has(actor: &Actor, case: &Case, wanted: Sight) -> bool {
    let facts = Facts::of(case);
    let counts = |role: &Role| {
        sight(*role) == wanted && access::decide(*role, Action::SeeMoney, facts) == Verdict::Allowed
    };
    actor.roles_on(case).iter().any(counts)
}

/// Whether somebody sees the lines of every account of a case.
#[must_use]
pub fn sees_every_line(actor: &Actor, case: &Case) -> bool {
    has(actor, case, Sight::Lines)
}

/// Whether somebody who reads the plan reads what was bought from a notional
/// budget: the NHS or the council pays it itself, so it is no account of the
/// person's. An organisation that holds other money for them does not.
#[must_use]
pub fn sees_what_was_bought(actor: &Actor, case: &Case, holding: HoldingId) -> bool {
    has(actor, case, Sight::Sums) || sees_lines(actor, case, holding)
}

/// Whether somebody sees the lines of one account.
#[must_use]
pub fn sees_lines(actor: &Actor, case: &Case, holding: HoldingId) -> bool {
    sees_every_line(actor, case)
        || has(actor, case, Sight::OwnAccounts)
            && case.plan.holding(holding).is_some_and(|h| is_held_by(actor, case, h))
}

fn is_held_by(actor: &Actor, case: &Case, holding: &Holding) -> bool {
    let theirs = |posting: &access::Posting| {
        posting.post == Post::ThirdParty
            && Some(posting.area) == case.area()
            && holding.words.organisation == Some(posting.organisation)
    };
    actor.posts.iter().any(theirs)
}

/// The accounts whose lines somebody sees. A notional budget has none.
#[must_use]
pub fn accounts_seen<'c>(actor: &Actor, case: &'c Case) -> Vec<&'c Holding> {
    let all = case.plan.holdings.iter().filter(|h| h.words.mode != Mode::Notional);
    all.filter(|h| sees_lines(actor, case, h.id)).collect()
}

/// Whether somebody may open a file about money: a statement where they see
/// the lines of its account, a receipt where they see every line or kept it
/// there themselves. A file that is not about money is not for here to say.
#[must_use]
pub fn may_open(actor: &Actor, case: &Case, file: FileId) -> bool {
    if sees_every_line(actor, case) {
        return true;
    }
    if let Some(holding) = case.arrangement.statement_of(file) {
        return sees_lines(actor, case, holding);
    }
    case.arrangement.receipt(file).is_none_or(|receipt| receipt.by.account() == Some(actor.account))
}

/// Whether an event of a case tells of single lines of accounts. Whoever sees
/// sums hears that it happened, and not what it says.
#[must_use]
pub fn tells_of_lines(event: &Event) -> bool {
    use arrangement::Event as E;
    let Event::Arrangement(event) = event else { return false };
    match event {
        E::PaymentArrived { .. }
        | E::MoneyInExplained { .. }
        | E::SpendingMatched { .. }
        | E::SpendingUnmatched { .. }
        | E::ReceiptAdded { .. } => true,
        E::AgreementMade { .. }
        | E::AgreementSigned { .. }
        | E::AgreementCountersigned
        | E::AccountApproved { .. }
        | E::PaymentsScheduled { .. }
        | E::PaymentReleased { .. }
        | E::PaymentConfirmed { .. }
        | E::PaymentSentBack { .. }
        | E::PaymentCancelled { .. }
        | E::StatementTakenIn { .. }
        | E::NotionalSpent { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever changes this reads it as a privacy lead would.
    #[test]
    fn who_sees_the_lines_of_accounts() {
        let with = |wanted| {
            let all = Role::ALL.into_iter().filter(|role| sight(*role) == wanted);
            all.map(Role::words).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(
            with(Sight::Lines),
            "The person, Representative, Family carer, Broker or supporter, Care co-ordinator, Auditor"
        );
        assert_eq!(with(Sight::OwnAccounts), "Organisation that holds money");
        assert_eq!(
            with(Sight::Sums),
            "Clinician, Council worker, Commissioner, Finance, Owner of the local framework, Administrator"
        );
    }
}
