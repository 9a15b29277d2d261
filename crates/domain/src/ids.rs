//! Typed ids: an id of one kind cannot be handed where another is meant.

use std::fmt;

/// Text that is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not an id")
    }
}

impl std::error::Error for NotAnId {}

/// Declares ids. Those of many nouns stand in this file; a noun that nobody
/// else names has its own beside it.
macro_rules! id {
    ($(#[$doc:meta] $name:ident)*) => {$(
        #[$doc]
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::NotAnId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::try_parse(text).map(Self).map_err(|_| $crate::ids::NotAnId)
            }
        }
    )*};
}

id! {
    /// One passkey of an account.
    PasskeyId
    /// A local area: the border that no role crosses.
    AreaId
    /// Someone who can sign in, or has been invited to.
    AccountId
    /// A post that somebody has been put forward for.
    ProposalId
    /// One person's personal health budget, from first contact on.
    CaseId
    /// A body: integrated care board, council, provider, third-party organisation, charity.
    OrganisationId
    /// A request to be contacted, before there is a case.
    EnquiryId
    /// One question a person brought.
    QuestionId
    /// Someone in the person's circle (they may have no account).
    MemberId
    /// One need found by the assessment.
    NeedId
    /// One outcome: a change the person wants.
    OutcomeId
    /// One risk and what is done about it.
    RiskId
    /// One thing somebody will do.
    ActionId
    /// One line of what the money buys.
    LineId
    /// One part of how the money is held.
    HoldingId
    /// One planned payment.
    InstalmentId
    /// One review.
    ReviewId
    /// One change asked for or made after sign-off.
    ChangeId
    /// One decision, appeal or sending for sign-off.
    SubmissionId
    /// One stored file.
    FileId
    /// One bank statement taken in.
    StatementId
    /// One line of a bank statement.
    BankLineId
    /// One ledger entry.
    EntryId
    /// One conversation on the record.
    ConversationId
    /// One message to someone outside (email).
    MessageId
    /// One request of a person about their own record.
    RequestId
    /// One hold, by which a record is kept however old it is.
    HoldId
    /// One copy of everything that is held about a person.
    CopyId
    /// Some records that are destroyed together.
    DisposalId
    /// One contribution to a section of the plan.
    DraftId
}
