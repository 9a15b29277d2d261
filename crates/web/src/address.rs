//! Where links and forms lead, as values: a [`Place`] is a page that can be
//! opened, a [`PostTo`] takes a form and has no page of its own. No other file
//! of the pages writes an address, but for the routes themselves.

pub use domain::place::{
    AccountPage, AreaPage, CasePage, FrameworkPart, GuidePage, LinkToken, MoneyPage, NeedsPage, Place,
    PlanItem, PlanList, PlanPage,
};
pub use service::address::Address;

use domain::case::Voice;
use domain::case::circle::ConsentAbout;
use domain::{
    AccountId, ActionId, AreaId, BankLineId, CaseId, EnquiryId, InstalmentId, ProposalId, QuestionId,
    RequestId, ReviewId,
};
use strum::{EnumCount, IntoStaticStr};

/// What a form is sent to that is not also a page. Where it is, the form goes
/// to the [`Place`].
#[derive(Clone, Debug, PartialEq, Eq, EnumCount)]
pub enum PostTo {
    SignOut,
    Account(AccountPost),
    /// Chooses no new passphrase, but makes the browser known.
    KnowBrowser(LinkToken),
    Person(AreaId, AccountId, PersonPost),
    Proposal(AreaId, ProposalId, ProposalPost),
    /// Answers an offer of a post.
    Offered(ProposalId, OfferedPost),
    Enquiry(EnquiryId, EnquiryPost),
    OpenCase,
    Case(CaseId, CasePost),
    DemoSignIn,
    DemoFollowLetter,
}

/// A form of somebody's own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount)]
pub enum AccountPost {
    RemovePasskey,
    RemoveSecondFactor,
    /// Stops that a second step is taken off.
    StopRemoval,
    SecondStepNotNow,
    EndSession,
    EndOtherSessions,
}

/// A form about a colleague.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount)]
pub enum PersonPost {
    Close,
    EndSessions,
    InviteAgain,
    Reopen,
    ConfirmReopening,
    AskForRemoval,
    AgreeToRemoval,
    StopRemoval,
}

/// A form about a post that somebody was put forward for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ProposalPost {
    Again,
    Confirm,
    TakeBack,
    TurnDown,
}

/// The answers to an offer of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum OfferedPost {
    Accept,
    Decline,
}

/// A form about a request to be contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum EnquiryPost {
    Close,
    TakeOn,
    Tried,
}

/// A form inside a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount)]
pub enum CasePost {
    MakeAgreement,
    SignAgreement,
    CountersignAgreement,
    ShareBudget,
    WorkOutBudget,
    CommunicationWrong,
    WithdrawConsent(ConsentAbout),
    CompleteNeeds,
    AnswerOffer,
    RecordConversation,
    ApproveAccount,
    TakeBackAccount,
    PlanPayment,
    SchedulePayments,
    Payment(InstalmentId, PaymentPost),
    BankLine(BankLineId, BankLinePost),
    Member(Voice, MemberPost),
    FinishAction(ActionId),
    AssignHoldings,
    Question(QuestionId, QuestionPost),
    AskForReview,
    BookReview,
    SayBeforeReview(ReviewId),
    SignOff(SignOffPost),
    FetchCopy(RequestId),
}

impl CasePost {
    /// This form of that case.
    #[must_use]
    pub fn of(self, case: CaseId) -> PostTo {
        PostTo::Case(case, self)
    }
}

/// A form about one payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum PaymentPost {
    Cancel,
    Confirm,
    Release,
    SendBack,
}

/// A form about one line of a bank statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum BankLinePost {
    CameIn,
    Split,
    Undo,
}

/// A form about somebody in the circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum MemberPost {
    Address,
    Confirm,
    Contact,
    Footing,
    FootingEnds,
    Invite,
    InviteAgain,
    Leave,
    SignInEnds,
    SignInStays,
    TakeBack,
    TurnDown,
}

/// A form about a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum QuestionPost {
    Answer,
    Open,
}

/// A form about whether a plan is agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum SignOffPost {
    Answer,
    Appeal,
    Decide,
    DecideAbove,
    PassOn,
    Send,
    TakeBack,
}

impl Address for PostTo {
    fn path(&self) -> String {
        match self {
            Self::SignOut => "/sign-out".to_owned(),
            Self::Account(post) => format!("/account/{}", of_account(*post)),
            Self::KnowBrowser(token) => format!("/recovery/{}/browser", token.0),
            Self::Person(area, account, post) => {
                format!("/admin/{area}/people/{account}/{}", of_person(*post))
            }
            Self::Proposal(area, id, post) => {
                format!("/admin/{area}/people/proposals/{id}/{}", word(*post))
            }
            Self::Offered(id, post) => format!("/home/posts/{id}/{}", word(*post)),
            Self::Enquiry(id, post) => format!("/enquiries/{id}/{}", word(*post)),
            Self::OpenCase => "/cases".to_owned(),
            Self::Case(case, post) => format!("/cases/{case}/{}", of_case(*post)),
            Self::DemoSignIn => "/demo/sign-in-as".to_owned(),
            Self::DemoFollowLetter => "/demo/outbox/follow".to_owned(),
        }
    }
}

/// The word of one of a closed set.
fn word(one: impl Into<&'static str>) -> &'static str {
    one.into()
}

fn of_account(post: AccountPost) -> &'static str {
    match post {
        AccountPost::RemovePasskey => "passkeys/remove",
        AccountPost::RemoveSecondFactor => "second-factor/remove",
        AccountPost::StopRemoval => "removal/stop",
        AccountPost::SecondStepNotNow => "second-step/not-now",
        AccountPost::EndSession => "sessions/end",
        AccountPost::EndOtherSessions => "sessions/end-others",
    }
}

fn of_person(post: PersonPost) -> &'static str {
    match post {
        PersonPost::Close => "close",
        PersonPost::EndSessions => "end-sessions",
        PersonPost::InviteAgain => "invite-again",
        PersonPost::Reopen => "reopen",
        PersonPost::ConfirmReopening => "reopen/confirm",
        PersonPost::AskForRemoval => "second-step",
        PersonPost::AgreeToRemoval => "second-step/agree",
        PersonPost::StopRemoval => "second-step/stop",
    }
}

fn of_case(post: CasePost) -> String {
    match post {
        CasePost::MakeAgreement => "agreement/make".to_owned(),
        CasePost::SignAgreement => "agreement/sign".to_owned(),
        CasePost::CountersignAgreement => "agreement/countersign".to_owned(),
        CasePost::ShareBudget => "budget/share".to_owned(),
        CasePost::WorkOutBudget => "budget/work-out".to_owned(),
        CasePost::CommunicationWrong => "communication/wrong".to_owned(),
        CasePost::WithdrawConsent(about) => format!("consent/{}/withdraw", word(about)),
        CasePost::CompleteNeeds => "needs/complete".to_owned(),
        CasePost::AnswerOffer => "offer/answer".to_owned(),
        CasePost::RecordConversation => "offer/conversation".to_owned(),
        CasePost::ApproveAccount => "payments/account".to_owned(),
        CasePost::TakeBackAccount => "payments/account/take-back".to_owned(),
        CasePost::PlanPayment => "payments/one".to_owned(),
        CasePost::SchedulePayments => "payments/schedule".to_owned(),
        CasePost::Payment(id, post) => format!("payments/{id}/{}", word(post)),
        CasePost::BankLine(id, post) => format!("money/payments/{id}/{}", word(post)),
        CasePost::Member(Voice::Person, post) => format!("people/person/{}", word(post)),
        CasePost::Member(Voice::Member(id), post) => format!("people/{id}/{}", word(post)),
        CasePost::FinishAction(id) => format!("plan/actions/{id}/done"),
        CasePost::AssignHoldings => "plan/holding/assign".to_owned(),
        CasePost::Question(id, post) => format!("questions/{id}/{}", word(post)),
        CasePost::AskForReview => "reviews/ask".to_owned(),
        CasePost::BookReview => "reviews/book".to_owned(),
        CasePost::SayBeforeReview(id) => format!("reviews/{id}/say"),
        CasePost::SignOff(post) => format!("sign-off/{}", word(post)),
        CasePost::FetchCopy(id) => format!("everything/{id}/fetch"),
    }
}
