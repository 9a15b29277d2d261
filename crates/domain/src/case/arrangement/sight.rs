//! Of which accounts somebody sees the single lines: what the bank wrote about
//! each payment, and the receipts for it. Who does is the policy's business;
//! every page, paper, file and list asks here of which accounts.

use crate::access::{Action, Actor, Facts, HeldPost, Role, Verdict};
use crate::case::plan::{Holding, LineItem, Mode};
use crate::case::{Case, Event, arrangement};
use crate::ledger::{self, Account, Entry};
use crate::{FileId, HoldingId, InstalmentId};

/// Whether somebody sees the lines of every account of a case.
#[must_use]
pub fn sees_every_line(actor: &Actor, case: &Case) -> bool {
    actor.may(Action::SeeLines, case)
}

/// The answer for one account: whose it is counts too.
fn may_about(action: Action, actor: &Actor, case: &Case, holding: HoldingId) -> bool {
    let holding = case.plan.holding(holding);
    let held_by_theirs = holding.is_some_and(|h| is_held_by(actor, case, h));
    let of_direct_payment = holding.is_some_and(|h| h.words.mode == Mode::DirectPayment);
    let facts = Facts { held_by_theirs, of_direct_payment, ..Facts::of(case) };
    actor.verdict_about(action, case, facts) == Verdict::Allowed
}

/// Whether somebody sees what one account comes to, and the payments to it.
#[must_use]
pub fn sees_account(actor: &Actor, case: &Case, holding: HoldingId) -> bool {
    may_about(Action::SeeAccount, actor, case, holding)
}

/// The accounts whose sums, and payments to which, somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accounts {
    Every,
    These(Vec<HoldingId>),
}

impl Accounts {
    /// Those that this reader sees: an organisation sees those that it holds,
    /// unless the person shares payments with it.
    #[must_use]
    pub fn of(actor: &Actor, case: &Case) -> Self {
        if actor.may(Action::SeeAccount, case) {
            return Self::Every;
        }
        let all = case.plan.holdings.iter().map(|holding| holding.id);
        Self::These(all.filter(|id| sees_account(actor, case, *id)).collect())
    }

    #[must_use]
    pub fn has(&self, holding: HoldingId) -> bool {
        match self {
            Self::Every => true,
            Self::These(seen) => seen.contains(&holding),
        }
    }

    /// Whether a line of the plan is paid from one of them. Where it is held
    /// nowhere yet, it is for whoever sees every account.
    #[must_use]
    pub fn pay_for(&self, line: &LineItem) -> bool {
        match line.words.holding {
            Some(holding) => self.has(holding),
            None => *self == Self::Every,
        }
    }

    /// Whether an entry of the ledger is about one of them, or about a line of
    /// the plan that is paid from one.
    #[must_use]
    pub fn are_moved(&self, entry: &Entry, case: &Case) -> bool {
        *self == Self::Every || entry.postings().iter().any(|posting| self.is_posted(posting, case))
    }

    /// Whether one side of an entry is theirs.
    #[must_use]
    pub fn is_posted(&self, posting: &ledger::Posting, case: &Case) -> bool {
        match (self, posting.account) {
            (Self::Every, _) => true,
            (_, Account::Holding(id)) => self.has(id),
            (_, Account::Line(id)) => case.plan.line(id).is_some_and(|line| self.pay_for(line)),
            (_, Account::Funding(_) | Account::Unmatched | Account::Own) => false,
        }
    }

    /// Whether an event of a case is about these accounts, or about none.
    #[must_use]
    pub fn are_told(&self, event: &Event, case: &Case) -> bool {
        use arrangement::Event as E;
        let (Self::These(_), Event::Arrangement(event)) = (self, event) else { return true };
        let is_to = |id: &InstalmentId| {
            case.arrangement.instalment(*id).is_some_and(|instalment| self.has(instalment.planned.holding))
        };
        match event {
            E::AgreementMade { .. } | E::AgreementSigned { .. } | E::AgreementCountersigned => true,
            E::AccountApproved { holding, .. }
            | E::AccountChangeEntered { holding, .. }
            | E::AccountChangeTakenBack { holding, .. }
            | E::MoneyLeft { holding, .. }
            | E::MoneyLeftSettled { holding, .. }
            | E::StatementTakenIn { holding, .. }
            | E::LeftoverSettled { holding, .. }
            | E::NotionalSpent { holding, .. } => self.has(*holding),
            E::PaymentsScheduled { instalments } => instalments.iter().all(|i| self.has(i.holding)),
            E::PaymentReleased { instalment }
            | E::PaymentConfirmed { instalment, .. }
            | E::PaymentSentBack { instalment, .. }
            | E::PaymentCancelled { instalment, .. } => is_to(instalment),
            E::PaymentArrived { instalments, .. } => instalments.iter().all(is_to),
            E::SpendingMatched { to, .. } => {
                to.iter().all(|(line, _)| case.plan.line(*line).is_some_and(|line| self.pay_for(line)))
            }
            // They do not say of which account they are.
            E::MoneyInExplained { .. } | E::SpendingUnmatched { .. } | E::ReceiptAdded { .. } => false,
        }
    }
}

/// Whether somebody who reads the plan reads what was bought from a notional
/// budget.
#[must_use]
pub fn sees_what_was_bought(actor: &Actor, case: &Case, holding: HoldingId) -> bool {
    may_about(Action::SeeBought, actor, case, holding)
}

/// Whether somebody sees what the money of one account is to buy.
#[must_use]
pub fn sees_planned(actor: &Actor, case: &Case, holding: HoldingId) -> bool {
    may_about(Action::SeePlanned, actor, case, holding)
}

/// Whether somebody sees what one line of the plan buys. A line that is held
/// nowhere yet is for whoever sees all of them.
#[must_use]
pub fn sees_line_of_plan(actor: &Actor, case: &Case, line: &LineItem) -> bool {
    match line.words.holding {
        Some(holding) => sees_planned(actor, case, holding),
        None => actor.may(Action::SeePlanned, case),
    }
}

/// Whether somebody sees the lines of one account.
#[must_use]
pub fn sees_lines(actor: &Actor, case: &Case, holding: HoldingId) -> bool {
    may_about(Action::SeeLines, actor, case, holding)
}

/// Whether somebody takes in statements of one account, and says what its money
/// was for.
#[must_use]
pub fn handles_lines(actor: &Actor, case: &Case, holding: HoldingId) -> bool {
    may_about(Action::HandleLines, actor, case, holding)
}

fn is_held_by(actor: &Actor, case: &Case, holding: &Holding) -> bool {
    let theirs = |posting: &HeldPost| {
        posting.role() == Some(Role::ThirdParty)
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

/// The accounts whose statements somebody takes in. A notional budget has none.
#[must_use]
pub fn accounts_handled<'c>(actor: &Actor, case: &'c Case) -> Vec<&'c Holding> {
    let all = case.plan.holdings.iter().filter(|h| h.words.mode != Mode::Notional);
    all.filter(|h| handles_lines(actor, case, h.id)).collect()
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
        | E::AccountChangeEntered { .. }
        | E::AccountChangeTakenBack { .. }
        | E::MoneyLeft { .. }
        | E::MoneyLeftSettled { .. }
        | E::PaymentsScheduled { .. }
        | E::PaymentReleased { .. }
        | E::PaymentConfirmed { .. }
        | E::PaymentSentBack { .. }
        | E::PaymentCancelled { .. }
        | E::StatementTakenIn { .. }
        | E::LeftoverSettled { .. }
        | E::NotionalSpent { .. } => false,
    }
}
