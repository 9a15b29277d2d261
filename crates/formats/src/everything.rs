//! Everything that is held about one person, as data: what they get when they
//! ask for it (UK GDPR, article 15), what they carry away (article 20), and what
//! another area takes in.
//!
//! The shape is described to other programs by [`SCHEMA`], which is in each
//! archive beside the data. It has a version: a program that reads it refuses
//! one that it does not know.

pub mod archive;
pub mod page;

use domain::ledger::Entry;
use domain::{
    AccountId, AreaId, BankLineId, CaseId, Date, FileId, HoldingId, MessageId, Pence, StatementId,
    StreamKind, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// What the data says that it is.
pub const FORMAT: &str = "openphb-everything";
/// The version of the shape. A change that an older reader cannot bear raises it.
pub const VERSION: u32 = 1;
/// The shape, as JSON Schema (draft 2020-12).
pub const SCHEMA: &str = include_str!("../../../docs/everything.schema.json");

/// What the archive calls the data, its schema, the page to read and the paper.
pub const DATA: &str = "everything.json";
pub const SCHEMA_FILE: &str = "everything.schema.json";
pub const PAGE: &str = "everything.html";
pub const PAPER: &str = "everything.pdf";

/// All of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Everything {
    pub format: String,
    pub version: u32,
    pub made: Timestamp,
    pub about: About,
    /// Who the accounts are that wrote, decided, looked or added something.
    pub accounts: Vec<Account>,
    pub circle: Vec<Member>,
    pub consents: Vec<Consent>,
    pub shares: Vec<Share>,
    pub decisions: Vec<Decision>,
    pub streams: Vec<EventsOf>,
    pub ledger: Ledger,
    pub statements: Vec<Statement>,
    pub bank_lines: Vec<BankLine>,
    pub files: Vec<File>,
    pub looks: Vec<Look>,
    pub letters: Vec<Letter>,
    pub left_out: Vec<LeftOut>,
}

/// Whose it is, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    pub case: CaseId,
    /// What people quote when they ring.
    pub reference: String,
    pub person: String,
    pub area: AreaId,
    pub area_name: String,
    pub nhs_body: String,
    pub council: String,
    /// The address of the service that made it.
    pub site: String,
    /// The newest seal over the whole record of that service, `12:9f86d0…`.
    pub seal: Option<String>,
}

/// Somebody who did something in the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    /// What they are to the person, or "from the services".
    pub relation: String,
}

/// Somebody who is or was in the circle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub name: String,
    pub relation: String,
    pub place: String,
    pub joined: Timestamp,
    pub left: Option<Timestamp>,
    /// On what footing they speak for the person, and about what.
    pub speaks: Vec<String>,
}

/// What somebody answered who was asked to agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    Given,
    Refused,
    Withdrawn,
}

/// The newest word on something that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    pub about: String,
    pub state: Answer,
    pub whose_words: String,
    pub how: String,
    pub at: Timestamp,
    pub recorded_by: String,
}

/// What somebody sees of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    pub with: String,
    pub parts: Vec<String>,
    pub until: Option<Date>,
    pub ended: bool,
    pub whose_words: String,
    pub how: String,
    pub at: Timestamp,
}

/// What was decided about a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Agreed,
    NotYet,
    TakenBack,
}

/// What became of a plan that was sent to be agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    pub sent: Timestamp,
    /// None while it waits.
    pub outcome: Option<Outcome>,
    pub reasons: Option<String>,
    pub by: Option<String>,
    pub at: Option<Timestamp>,
}

/// A sequence of events, each chained to the one before.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventsOf {
    pub kind: StreamKind,
    pub id: Uuid,
    /// What it is, and where it comes from, in words.
    pub from: String,
    /// How many events there are.
    pub version: u64,
    /// The hash of the last one: 64 figures (hex).
    pub head: String,
    pub events: Vec<Event>,
}

/// One event.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    pub seq: u64,
    pub at: Timestamp,
    /// `public`, `system` or the id of an account.
    pub by: String,
    pub by_name: String,
    /// What happened, in words; none where it is left out.
    pub told: Option<Told>,
    /// The event to the byte, `{"type":…,"data":…}`; none where it is left out.
    pub body: Option<Box<RawValue>>,
    /// Over the hash before it and all of the event: 64 figures (hex).
    pub hash: String,
}

/// An event in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    pub part: String,
    pub title: String,
    /// Label and words.
    pub detail: Vec<(String, String)>,
    /// Whose words or choice it was, where somebody spoke.
    pub said_by: Option<String>,
}

/// The money: every entry of the ledger, chained like events.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    pub from: String,
    pub head: String,
    pub entries: Vec<Moved>,
}

/// One entry, and what it is in words.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    pub what: String,
    pub by_name: String,
    pub entry: Entry,
}

/// A bank statement that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    pub id: StatementId,
    pub holding: HoldingId,
    /// What the file was called.
    pub name: String,
    pub format: String,
    pub sha256: String,
    pub opening: Option<Pence>,
    pub closing: Option<Pence>,
    pub from: Date,
    pub to: Date,
    pub taken_in: Timestamp,
    pub by: Option<AccountId>,
    pub by_name: String,
}

/// A line of a statement: where it is from is the statement and its place there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankLine {
    pub id: BankLineId,
    pub statement: StatementId,
    pub holding: HoldingId,
    pub line: u32,
    pub date: Date,
    pub amount: Pence,
    pub description: String,
    pub reference: String,
    /// The same for the same payment in another statement.
    pub key: String,
}

/// A file that somebody added, as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub id: FileId,
    pub name: String,
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    pub sha256: String,
    pub added: Timestamp,
    pub by: Option<AccountId>,
    pub by_name: String,
    /// Where it is in the archive; none where it is too large for one.
    pub path: Option<String>,
}

/// Somebody looked at a part of the case, once or more often in a quarter of an
/// hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    pub by: AccountId,
    pub by_name: String,
    pub part: String,
    pub first: Timestamp,
    pub last: Timestamp,
    pub times: u64,
}

/// What is kept of a letter to the person: nothing of its words, once it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    pub id: MessageId,
    pub from: String,
    pub written: Timestamp,
    pub sent: Option<Timestamp>,
    pub given_up: Option<Timestamp>,
    /// While it waits to be sent.
    pub subject: Option<String>,
    pub body: Option<String>,
}

/// An event that is left out, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The id of its stream, where that is not the record of the case itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<Uuid>,
    pub seq: u64,
    pub why: String,
    /// Somebody is looking at it until this day; none: it was decided.
    pub looked_at_by: Option<Date>,
}
