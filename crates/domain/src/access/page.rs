//! What opens each page of a case: the action that its door asks for. Tabs,
//! turns and whatever else leads somewhere ask here whether it would open.

use super::Action;
use crate::place::{CasePage, MoneyPage, NeedsPage, PlanPage};

impl CasePage {
    /// The action that whoever opens the page needs.
    #[must_use]
    pub fn opened_by(&self) -> Action {
        match self {
            Self::Overview | Self::Help => Action::SeeCase,
            Self::Agreement | Self::Money | Self::Payments | Self::Payment(_) => Action::SeeMoney,
            Self::ChangeAgreement => Action::MakeAgreement,
            Self::Budget => Action::SeeBudget,
            Self::AdjustBudget => Action::WorkOutBudget,
            Self::AnswerOnBudget => Action::AnswerQuestion,
            Self::QuestionBudget => Action::QuestionBudget,
            Self::Communication => Action::DescribeCommunication,
            Self::Consent(_) => Action::WithdrawConsent,
            Self::Documents | Self::Paper(_) | Self::File(_) => Action::SeeDocuments,
            Self::History => Action::SeeHistory,
            Self::Notes => Action::SeeNotes,
            Self::Costs => Action::SeeCosts,
            Self::SharingWith(_) => Action::RecordConsent,
            Self::EndSharing(_) => Action::WithdrawConsent,
            Self::Looks => Action::SeeLooks,
            Self::InMoney(page) => page.opened_by(),
            Self::Needs => Action::SeeNeeds,
            Self::InNeeds(page) => page.opened_by(),
            Self::Offer
            | Self::People
            | Self::Sharing
            | Self::Member(_)
            | Self::Questions
            | Self::Question(_) => Action::SeePeople,
            Self::PlanPayments => Action::SchedulePayments,
            Self::NewMember => Action::ManageCircle,
            Self::Plan | Self::SignOff | Self::Sent(_) => Action::SeePlan,
            Self::InPlan(page) => page.opened_by(),
            Self::Reviews | Self::Review(_) | Self::ReviewCalendar(_) => Action::SeeReviews,
            Self::HoldReview(_) => Action::HoldReview,
        }
    }
}

impl MoneyPage {
    fn opened_by(&self) -> Action {
        match self {
            Self::Account(_) | Self::Entries | Self::File(_) | Self::Payment(_) | Self::Statement(_) => {
                Action::SeeMoney
            }
            Self::Match => Action::MatchSpending,
            Self::Notional => Action::RecordNotionalSpending,
            Self::Receipts => Action::AddReceipt,
            Self::TakeInStatement => Action::ImportStatement,
        }
    }
}

impl NeedsPage {
    fn opened_by(&self) -> Action {
        match self {
            Self::Add | Self::List | Self::Question(_) | Self::Settle(_) | Self::Withdraw(_) => {
                Action::AnswerNeeds
            }
            Self::Check => Action::SeeNeeds,
            Self::Reopen => Action::CompleteNeeds,
        }
    }
}

impl PlanPage {
    fn opened_by(self) -> Action {
        match self {
            Self::List(_) | Self::Holding | Self::Thread | Self::Whole => Action::SeePlan,
            Self::On => Action::SeeHistory,
            Self::Add(_)
            | Self::Item(_)
            | Self::Remove(_)
            | Self::AddHolding
            | Self::EndHolding(_)
            | Self::ReviewDate
            | Self::Write(_) => Action::WritePlan,
        }
    }
}
