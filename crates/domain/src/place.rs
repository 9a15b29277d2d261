//! Every page there is, as a value: what a turn, a refusal or a letter leads
//! to. A place that does not exist does not compile. How its address is
//! written stands in one place above the rules (`service::address`).

use crate::access::{Action, Post, Queue};
use crate::case::consent::{ConsentAbout, SharedWith};
use crate::case::plan_section::Section;
use crate::case::rights::Right;
use crate::case::voice::Voice;
use crate::paper::Kind;
use crate::{
    AccountId, ActionId, AreaId, BankLineId, CaseId, DisposalId, EnquiryId, FileId, HoldId, HoldingId,
    InstalmentId, LineId, NeedId, OrganisationId, OutcomeId, ProposalId, QuestionId, RequestId, ReviewId,
    RiskId, StatementId, SubmissionId,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{EnumCount, EnumString, IntoStaticStr, VariantArray, VariantNames};

/// The payments that wait for finance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Waits {
    /// Released, for a second person to confirm.
    Released,
    /// Planned, and due by a day.
    Due,
}

/// A page of the site.
#[derive(Clone, Debug, PartialEq, Eq, EnumCount)]
pub enum Place {
    Start,
    Guide(GuidePage),
    Accessibility,
    Privacy,
    Contact,
    /// After somebody asked to be contacted.
    ContactSent(EnquiryId),
    SignIn,
    SignInCode,
    /// For those who cannot give the code.
    SignInCodeLost,
    SignedOut,
    StillSignedIn,
    /// Asks for a link to choose a new passphrase.
    Recover,
    Recovery(LinkToken),
    Invitation(LinkToken),
    /// Where a second step is taken off that is lost.
    Lost(LinkToken),
    Home,
    /// The requests to be contacted of an area, from a place on.
    Requests(AreaId),
    /// The cases of an area that wait in a queue, from a place on.
    Waiting(Queue, AreaId),
    Account(AccountPage),
    /// Administration, of the first area that is theirs.
    Admin,
    Area(AreaId, AreaPage),
    NewCase,
    Case(CaseId, CasePage),
    Enquiry(EnquiryId),
    /// Opens a case from an enquiry.
    OpenCase(EnquiryId),
    Finance,
    FinanceWaits(Waits, AreaId),
    Demo,
    DemoOutbox,
    Health,
    Metrics,
}

/// What a letter's one-time link carries. It opens an account, so it is not
/// shown where a place is written down for those who look for faults.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(pub String);

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

/// A page of what anybody can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum GuidePage {
    /// The first: what a personal health budget is.
    About,
    Disagree,
    Holding,
    Method,
    Questions,
    Stages,
    Support,
    Uses,
}

/// A page of somebody's own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum AccountPage {
    Overview,
    /// What happened with their sign-in.
    Happened,
    Passkeys,
    Passphrase,
    PrintedCodes,
    /// Where they show again that it is them.
    Prove,
    SecondFactor,
    SecondStep,
}

/// A page of the administration of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount)]
pub enum AreaPage {
    Overview,
    Framework,
    ChangeFramework(FrameworkPart),
    Organisations,
    NewOrganisation,
    Organisation(OrganisationId),
    People,
    /// Those who work here, from a place on.
    PeopleHere,
    /// Those who have left, from a place on.
    PeopleLeft,
    Invite,
    Proposal(ProposalId),
    Person(AccountId),
    HandOver(AccountId),
    EndPost(AccountId, OrganisationId, Post),
    System,
    Security,
    /// How long records are kept: those that fall due, and those that are held.
    Keeping,
    /// Where a record is held.
    Hold,
    /// Where a hold is ended.
    EndHold(CaseId, HoldId),
    /// Where it is proposed that records are destroyed.
    Destroy,
    /// What was proposed and destroyed.
    Disposals,
    Disposal(DisposalId),
    /// Where a second person destroys what was proposed.
    DestroyProposed(DisposalId),
    TakeDisposalBack(DisposalId),
}

/// A part of the local framework that its owner changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum FrameworkPart {
    BankHolidays,
    Clocks,
    Limit,
    Method,
    Retention,
    Spending,
    Words,
}

/// A page inside a case. The first page of a section has the section's name;
/// list rows keep it by that name, and where nothing else is said it is the
/// page's address.
#[derive(Clone, Debug, PartialEq, Eq, EnumCount, IntoStaticStr, VariantNames, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum CasePage {
    Overview,
    Agreement,
    ChangeAgreement,
    /// What becomes of money that was left in an account.
    MoneyLeft(HoldingId),
    Budget,
    AdjustBudget,
    /// Answers what was said about the budget.
    AnswerOnBudget,
    QuestionBudget,
    Communication,
    Consent(ConsentAbout),
    /// What is bought, without the rest of the plan.
    Costs,
    Documents,
    /// What is held about the person, to be asked for and fetched.
    Everything,
    /// Where what was said in confidence is looked at, for a copy.
    LookThrough(RequestId),
    /// Where the time for a copy is paused or lengthened.
    CopyTime(RequestId),
    /// What is held about the person, and what they may ask about it.
    Rights,
    /// Where one of these is asked.
    AskAbout(Right),
    Asked(RequestId),
    AnswerAsked(RequestId),
    /// Where somebody else is asked to look at it again.
    AskAgain(RequestId),
    /// Where their own words are put beside it.
    SayBeside(RequestId),
    TakeBack(RequestId),
    TakeStatementBack(RequestId),
    /// Where a restriction is ended.
    EndRestriction(RequestId),
    /// Where the time for that answer is paused or lengthened.
    AnswerTime(RequestId),
    Paper(Kind),
    File(FileId),
    Help,
    History,
    Looks,
    Money,
    InMoney(MoneyPage),
    Needs,
    InNeeds(NeedsPage),
    Notes,
    Offer,
    Payments,
    PlanPayments,
    Payment(InstalmentId),
    People,
    NewMember,
    /// The person, or somebody in the circle.
    Member(Voice),
    /// Who sees what of the record.
    Sharing,
    /// What one of them sees.
    SharingWith(SharedWith),
    EndSharing(SharedWith),
    Plan,
    InPlan(PlanPage),
    Questions,
    Question(QuestionId),
    Reviews,
    Review(ReviewId),
    ReviewCalendar(ReviewId),
    HoldReview(ReviewId),
    SignOff,
    Sent(SubmissionId),
    Team,
    BeginTeam,
}

impl CasePage {
    /// This page of that case.
    #[must_use]
    pub fn of(self, case: CaseId) -> Place {
        Place::Case(case, self)
    }
}

/// A page about the money of a case.
#[derive(Clone, Debug, PartialEq, Eq, EnumCount, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MoneyPage {
    Account(HoldingId),
    Entries,
    File(FileId),
    Match,
    Notional,
    Payment(BankLineId),
    Receipts,
    TakeInStatement,
    Statement(StatementId),
}

/// A page of the questions about needs. A question is named by its key in the
/// area's method.
#[derive(Clone, Debug, PartialEq, Eq, EnumCount, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NeedsPage {
    Add,
    Check,
    List,
    Question(String),
    Reopen,
    Settle(String),
    Withdraw(NeedId),
}

/// A page of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanPage {
    List(PlanList),
    Add(PlanList),
    Item(PlanItem),
    Remove(PlanItem),
    Holding,
    AddHolding,
    EndHolding(HoldingId),
    /// The plan as it stood on a day.
    On,
    ReviewDate,
    Thread,
    Whole,
    Write(Section),
}

impl From<PlanPage> for CasePage {
    fn from(page: PlanPage) -> Self {
        Self::InPlan(page)
    }
}

/// The lists of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, IntoStaticStr, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum PlanList {
    Actions,
    Money,
    Outcomes,
    Risks,
}

/// Something that stands in a list of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanItem {
    Action(ActionId),
    Line(LineId),
    Outcome(OutcomeId),
    Risk(RiskId),
}

impl PlanItem {
    /// The list that it stands in.
    #[must_use]
    pub fn list(self) -> PlanList {
        match self {
            Self::Action(_) => PlanList::Actions,
            Self::Line(_) => PlanList::Money,
            Self::Outcome(_) => PlanList::Outcomes,
            Self::Risk(_) => PlanList::Risks,
        }
    }
}

impl From<ActionId> for PlanItem {
    fn from(id: ActionId) -> Self {
        Self::Action(id)
    }
}

impl From<LineId> for PlanItem {
    fn from(id: LineId) -> Self {
        Self::Line(id)
    }
}

impl From<OutcomeId> for PlanItem {
    fn from(id: OutcomeId) -> Self {
        Self::Outcome(id)
    }
}

impl From<RiskId> for PlanItem {
    fn from(id: RiskId) -> Self {
        Self::Risk(id)
    }
}

// What opens each page of a case: the action that its door asks for. Tabs, turns
// and whatever else leads somewhere ask here whether it would open.

impl CasePage {
    /// The action that whoever opens the page needs.
    #[must_use]
    pub fn opened_by(&self) -> Action {
        match self {
            Self::Overview | Self::Help => Action::SeeCase,
            Self::Agreement | Self::Money | Self::Payments | Self::Payment(_) => Action::SeeMoney,
            Self::ChangeAgreement | Self::MoneyLeft(_) => Action::MakeAgreement,
            Self::Budget => Action::SeeBudget,
            Self::AdjustBudget => Action::WorkOutBudget,
            Self::AnswerOnBudget => Action::AnswerQuestion,
            Self::QuestionBudget => Action::QuestionBudget,
            Self::Communication => Action::DescribeCommunication,
            Self::Consent(_) => Action::Decide,
            Self::Documents | Self::Paper(_) | Self::File(_) => Action::SeeDocuments,
            Self::Everything => Action::SeeCopies,
            Self::LookThrough(_) => Action::LookThrough,
            Self::CopyTime(_) | Self::AnswerTime(_) => Action::KeepTheTime,
            Self::Rights | Self::Asked(_) => Action::SeeRequests,
            Self::AskAbout(_)
            | Self::AskAgain(_)
            | Self::SayBeside(_)
            | Self::TakeBack(_)
            | Self::TakeStatementBack(_) => Action::AskAboutRecord,
            Self::AnswerAsked(_) | Self::EndRestriction(_) => Action::AnswerAboutRecord,
            Self::History => Action::SeeHistory,
            Self::Notes => Action::SeeNotes,
            Self::Costs => Action::SeeCosts,
            Self::SharingWith(_) | Self::EndSharing(_) => Action::DecideSharing,
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
            Self::NewMember => Action::AddMember,
            Self::Plan | Self::SignOff | Self::Sent(_) => Action::SeePlan,
            Self::InPlan(page) => page.opened_by(),
            Self::Reviews | Self::Review(_) | Self::ReviewCalendar(_) => Action::SeeReviews,
            Self::HoldReview(_) => Action::HoldReview,
            Self::Team => Action::SeeTeam,
            Self::BeginTeam => Action::BeginTeam,
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
