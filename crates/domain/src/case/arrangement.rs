//! Organising: the agreement, the payments and what was matched to the plan.
//! Amounts that move are in the ledger; here stands who decided what and why.

pub mod agreement;
mod bought;
pub mod costs;
mod describe;
mod fold;
mod given_back;
mod limits;
pub mod notional;
pub mod outlook;
pub mod payments;
mod planned;
pub mod postings;
pub mod sight;
pub mod spending;
pub mod suggest;
mod turns;
pub mod words;
pub mod years;

pub use crate::place::Waits;
pub use bought::{Bought, Purchase};
pub(super) use describe::describe;
pub(super) use planned::does_not_fit;
pub use postings::By;
pub use spending::{Leftover, Movement};
pub use turns::is_being_arranged;
pub(super) use turns::{next_step, turns};

use super::Voice;
use super::budget::Amounts;
use super::plan::HoldingWords;
use crate::ledger::{Entry, Funder};
use crate::{
    AccountId, Author, BankLineId, Date, FileId, HoldingId, InstalmentId, Line, LineId, Pence, Prose,
    StatementId, Timestamp, dates,
};
use rpds::{RedBlackTreeMapSync, VectorSync};
use serde::{Deserialize, Serialize};

/// The parts of the one agreement document; only those that apply are in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    Everyone,
    Notional,
    ThirdParty,
    DirectPayment,
    EmployingPeople,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstalmentKind {
    StartUp,
    Regular,
    OneOff,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheduled {
    pub id: InstalmentId,
    pub holding: HoldingId,
    pub due: Date,
    pub funder: Funder,
    pub kind: InstalmentKind,
    pub amount: Pence,
}

/// What money was that came into an account and is not one of our payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum CameIn {
    /// Money of the person's or family's own.
    OwnMoney,
    /// Interest that the bank paid.
    Interest,
    /// Money back for something in the plan.
    Refund { line: LineId },
}

/// What a decision about money comes to: facts for the record and entries for
/// the ledger, written together or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    pub events: Vec<super::Event>,
    pub entries: Vec<Entry>,
}

impl Decision {
    fn join(&mut self, other: Self) {
        self.events.extend(other.events);
        self.entries.extend(other.entries);
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "arrangement.agreement-made")]
    AgreementMade { parts: Vec<Part>, from: Date },
    #[serde(rename = "arrangement.agreement-signed")]
    AgreementSigned { voice: Voice, how: Prose },
    /// The body that pays signed its side.
    #[serde(rename = "arrangement.agreement-countersigned")]
    AgreementCountersigned,
    /// The account money may be paid into was checked. Only its last digits stand here.
    #[serde(rename = "arrangement.account-approved")]
    AccountApproved { holding: HoldingId, name: Line, last_four: String },
    /// Another account was entered in place of one that had been checked: it counts
    /// when a second person enters and so approves it.
    #[serde(rename = "arrangement.account-change-entered")]
    AccountChangeEntered { holding: HoldingId, name: Line, last_four: String },
    /// It was taken back before a second person had entered it.
    #[serde(rename = "arrangement.account-change-taken-back")]
    AccountChangeTakenBack { holding: HoldingId, why: Prose },
    #[serde(rename = "arrangement.payments-scheduled")]
    PaymentsScheduled { instalments: Vec<Scheduled> },
    /// One finance person released it …
    #[serde(rename = "arrangement.payment-released")]
    PaymentReleased { instalment: InstalmentId },
    /// … and another confirmed it: only now does money move.
    #[serde(rename = "arrangement.payment-confirmed")]
    PaymentConfirmed { instalment: InstalmentId, paid: Date },
    #[serde(rename = "arrangement.payment-sent-back")]
    PaymentSentBack { instalment: InstalmentId, why: Prose },
    #[serde(rename = "arrangement.payment-cancelled")]
    PaymentCancelled { instalment: InstalmentId, why: Prose },
    #[serde(rename = "arrangement.statement-taken-in")]
    StatementTakenIn { statement: StatementId, holding: HoldingId, new_lines: u32, already: u32 },
    /// Money that came in was recognised as payments of ours.
    #[serde(rename = "arrangement.payment-arrived")]
    PaymentArrived { bank_line: BankLineId, instalments: Vec<InstalmentId> },
    /// Other money that came in, as somebody explained it.
    #[serde(rename = "arrangement.money-in-explained")]
    MoneyInExplained { bank_line: BankLineId, what: CameIn },
    #[serde(rename = "arrangement.spending-matched")]
    SpendingMatched { bank_line: BankLineId, to: Vec<(LineId, Pence)> },
    #[serde(rename = "arrangement.spending-unmatched")]
    SpendingUnmatched { bank_line: BankLineId, why: Prose },
    /// Spending from a notional budget, told by the body that holds it.
    #[serde(rename = "arrangement.notional-spent")]
    NotionalSpent { holding: HoldingId, line: LineId, amount: Pence, on: Date, what: Line },
    /// What was left in a way of holding money when it ended, in pence: it moved on
    /// to the new one, or went back to whoever had paid it in.
    #[serde(rename = "arrangement.leftover-settled")]
    LeftoverSettled { holding: HoldingId, leftover: Leftover, left: Pence, nhs: Pence, council: Pence },
    /// An account was ended in the plan while there was money in it, in pence.
    #[serde(rename = "arrangement.money-left")]
    MoneyLeft { holding: HoldingId, left: Pence },
    /// What became of that money, in pence: it moved on into another way of holding
    /// money, or went back to whoever had paid it in.
    #[serde(rename = "arrangement.money-left-settled")]
    MoneyLeftSettled { holding: HoldingId, into: Option<HoldingId>, left: Pence, nhs: Pence, council: Pence },
    #[serde(rename = "arrangement.receipt-added")]
    ReceiptAdded { file: FileId, bank_line: Option<BankLineId>, line: Option<LineId>, what: Option<Line> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaymentState {
    Planned,
    /// Released by one person, waiting for another.
    Released,
    Paid,
    Cancelled,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instalment {
    pub planned: Scheduled,
    pub state: PaymentState,
    pub released_by: Option<AccountId>,
    pub confirmed_by: Option<AccountId>,
    pub paid: Option<Date>,
    /// The account that it was paid to, where it has been paid and one was known.
    pub account: Option<ApprovedAccount>,
    /// Why it was sent back or cancelled, newest last.
    pub reasons: Vec<Prose>,
    /// The first day of those that were scheduled with it.
    pub first_due: Date,
    /// What of it is for which cost of the plan that is paid once.
    for_lines: Vec<ForLine>,
    /// How it was called off, if it was.
    called_off: Option<CalledOff>,
}

/// What of a payment is for a cost of the plan that was paid once when it was planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ForLine {
    line: LineId,
    part: Pence,
    /// Whether it still is, as the newest agreement of its year says.
    is_once: bool,
}

/// How a payment was called off.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CalledOff {
    by: Author,
    at: Timestamp,
    /// What of it finance called off on purpose of what is paid through the year, in
    /// pence: it does not come back by itself. Nothing where it did not fit what was
    /// signed, or the money is held otherwise; and less where it was planned anew.
    on_purpose: Pence,
    /// The same of each cost that is paid once.
    once_on_purpose: Vec<(LineId, Pence)>,
    /// Whether it went with the way of holding money that ended, or did not fit what
    /// was signed: what it was to pay is still to be paid where it was signed for.
    is_owed: bool,
}

impl Instalment {
    /// What of it was called off on purpose of what is paid through the year, in pence.
    fn off_on_purpose(&self) -> Pence {
        self.called_off.as_ref().map_or(Pence::ZERO, |off| off.on_purpose)
    }

    /// What of it was called off on purpose of a cost that is paid once, in pence.
    fn off_for(&self, line: LineId) -> Pence {
        let off = self.called_off.iter().flat_map(|off| &off.once_on_purpose);
        off.filter(|(id, _)| *id == line).map(|(_, part)| *part).sum()
    }

    fn was_not_on_purpose(&mut self) {
        if let Some(off) = &mut self.called_off {
            (off.on_purpose, off.is_owed) = (Pence::ZERO, true);
            off.once_on_purpose.clear();
        }
    }

    /// Whether it was called off, and not on purpose.
    fn is_owed(&self) -> bool {
        self.called_off.as_ref().is_some_and(|off| off.is_owed)
    }

    /// Whether it is still to be paid.
    #[must_use]
    pub fn waits(&self) -> bool {
        matches!(self.state, PaymentState::Planned | PaymentState::Released)
    }

    /// What of it is for costs that are paid once, as its year says, in pence.
    fn once(&self) -> Pence {
        self.for_lines.iter().filter(|it| it.is_once).map(|it| it.part).sum()
    }

    /// What of it is paid through the year, in pence: all the rest.
    fn regular(&self) -> Pence {
        self.planned.amount - self.once()
    }

    /// What of it is for a cost that is paid once, or was, in pence.
    fn paid_for(&self, line: LineId) -> Pence {
        self.for_lines.iter().filter(|it| it.line == line).map(|it| it.part).sum()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    pub parts: Vec<Part>,
    /// How the money was held when it was made, and what is paid there: what is
    /// signed. What the plan says afterwards is not in it.
    pub terms: Vec<Term>,
    /// What had been agreed for a year when it was made.
    pub amounts: Amounts,
    /// Each cost of the plan of then, and whether it was paid once.
    costs: Vec<(LineId, bool)>,
    pub from: Date,
    pub made: Timestamp,
    pub made_by: Author,
    pub signed: Option<Signature>,
    pub countersigned: Option<(Author, Timestamp)>,
}

/// One way of holding money that an agreement is about, and what each funder
/// pays there in its year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub holding: HoldingId,
    pub words: HoldingWords,
    pub paid: Vec<Paid>,
    /// What each funder had paid there once before, in the same year.
    pub paid_once: Vec<(Funder, Pence)>,
}

/// What one funder pays into a holding: once to begin with, and through the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    pub by: Funder,
    pub once: Pence,
    pub regular: Pence,
}

impl Paid {
    #[must_use]
    pub fn nothing(by: Funder) -> Self {
        Self { by, once: Pence::ZERO, regular: Pence::ZERO }
    }
}

impl Agreement {
    /// Whether it is about this way of holding money.
    #[must_use]
    pub fn covers(&self, holding: HoldingId) -> bool {
        self.terms.iter().any(|term| term.holding == holding)
    }

    /// What it says that a funder pays into a holding.
    #[must_use]
    pub fn paid(&self, (holding, funder): (HoldingId, Funder)) -> Paid {
        let here = self.terms.iter().filter(|term| term.holding == holding).flat_map(|term| &term.paid);
        here.copied().find(|paid| paid.by == funder).unwrap_or(Paid::nothing(funder))
    }

    /// What a funder had paid once into a holding in its year before it was made.
    fn paid_once(&self, (holding, funder): (HoldingId, Funder)) -> Pence {
        let here = self.terms.iter().filter(|term| term.holding == holding).flat_map(|term| &term.paid_once);
        here.filter(|(by, _)| *by == funder).map(|(_, paid)| *paid).sum()
    }

    /// Whether a cost was paid once when it was made; none for one that was not in the
    /// plan.
    fn is_once(&self, line: LineId) -> Option<bool> {
        self.costs.iter().find(|(id, _)| *id == line).map(|(_, is_once)| *is_once)
    }

    /// What it says is paid once, all in all, in pence.
    #[must_use]
    pub fn once_in_all(&self) -> Pence {
        self.terms.iter().flat_map(|term| &term.paid).map(|paid| paid.once).sum()
    }

    /// What had been paid once in its year before it was made, all in all, in pence.
    #[must_use]
    pub fn once_before(&self) -> Pence {
        self.terms.iter().flat_map(|term| &term.paid_once).map(|(_, paid)| *paid).sum()
    }

    /// Whether both sides have signed it.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.signed.is_some() && self.countersigned.is_some()
    }
}

/// What became of the money in a way of holding it that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    pub holding: HoldingId,
    pub leftover: Leftover,
    pub on: Date,
    /// What went back to each funder, in pence.
    pub nhs: Pence,
    pub council: Pence,
}

impl Settled {
    /// What went back to a funder, in pence.
    #[must_use]
    pub fn to(&self, funder: Funder) -> Pence {
        match funder {
            Funder::Nhs => self.nhs,
            Funder::Council => self.council,
        }
    }
}

/// That the person, or whoever decides for them, agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub voice: Voice,
    pub how: Prose,
    pub at: Timestamp,
}

/// The bank account that money of a holding may be paid to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovedAccount {
    pub holding: HoldingId,
    pub name: Line,
    pub last_four: String,
    pub since: Timestamp,
    /// Whether money of this holding, or of those that it took over from, went to
    /// another account before.
    pub is_another: bool,
}

impl ApprovedAccount {
    /// The account in words: whose it is, and its last numbers.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{}, ending in {}", self.name, self.last_four)
    }
}

/// An account that one person entered in place of another, and nobody else yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnteredAccount {
    pub holding: HoldingId,
    pub name: Line,
    pub last_four: String,
    pub by: Author,
    pub at: Timestamp,
}

/// How long an account that one person entered waits for a second: days. Both have it
/// before them on paper, so that two weeks are enough also where somebody is away; and
/// nobody comes upon a number months later of which nobody knows any more who sent it.
const WAITS_FOR_A_SECOND: i32 = 14;

impl EnteredAccount {
    /// The last day on which a second person can enter it too.
    #[must_use]
    pub fn waits_until(&self) -> Date {
        dates::days_after(dates::london(self.at), WAITS_FOR_A_SECOND)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub file: FileId,
    pub bank_line: Option<BankLineId>,
    pub line: Option<LineId>,
    pub what: Option<Line>,
    pub at: Timestamp,
    pub by: Author,
}

/// A bank statement, as far as it is taken in. A long one is written down
/// part by part, and each part is an event of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub holding: HoldingId,
    /// What was taken in of it, by whom: mostly all of it by one.
    pub sendings: Vec<Sending>,
}

/// What one person took in of a statement in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sending {
    pub by: Author,
    /// The newest event of it, and when that was recorded.
    pub seq: u64,
    pub at: Timestamp,
    pub new_lines: u64,
    pub already: u64,
}

/// Parts of a statement that follow each other more slowly than this were sent
/// anew: seconds.
const ONE_GO: i64 = 10 * 60;

impl Statement {
    fn add(&mut self, part: Sending) {
        match self.sendings.last_mut() {
            Some(last) if last.by == part.by && part.at.as_second() - last.at.as_second() <= ONE_GO => {
                let (new_lines, already) = (last.new_lines + part.new_lines, last.already + part.already);
                *last = Sending { new_lines, already, ..part };
            }
            _ => self.sendings.push(part),
        }
    }

    /// How many lines of the file were gone through: those that were new, and
    /// those that had come before.
    #[must_use]
    pub fn gone_through(&self) -> u64 {
        self.sendings.iter().map(|sending| sending.new_lines + sending.already).sum()
    }

    /// How many of them were new.
    #[must_use]
    pub fn new_lines(&self) -> u64 {
        self.sendings.iter().map(|sending| sending.new_lines).sum()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// Every agreement, newest last.
    pub agreements: Vec<Agreement>,
    /// The years of those that count, the first of them first.
    years: Vec<years::Year>,
    /// Each way of holding money that took over from another: the other, and it.
    followed: Vec<(HoldingId, HoldingId)>,
    /// Of the newest that ended so, until it is known which takes over.
    changing: Option<HoldingId>,
    pub accounts: Vec<ApprovedAccount>,
    /// Those that wait for a second person.
    pub entered: Vec<EnteredAccount>,
    pub instalments: Vec<Instalment>,
    pub statements: RedBlackTreeMapSync<StatementId, Statement>,
    pub matched: RedBlackTreeMapSync<BankLineId, Vec<(LineId, Pence)>>,
    /// Of which payments what was matched to costs that are paid once came.
    spent: Vec<given_back::Spent>,
    /// Oldest first.
    pub receipts: VectorSync<Receipt>,
    /// The place of each receipt among them.
    receipt_of: RedBlackTreeMapSync<FileId, usize>,
    /// What was bought with a notional budget.
    pub bought: VectorSync<Purchase>,
    /// Lines of statements that are payments of ours.
    pub arrived: RedBlackTreeMapSync<BankLineId, Vec<InstalmentId>>,
    /// What became of what was left in each way of holding money that ended.
    pub settled: Vec<Settled>,
    /// The ways of holding money that ended with money in them, until that is settled.
    left_in: Vec<(HoldingId, Pence)>,
    /// Other money that came in, and what it was.
    pub explained: RedBlackTreeMapSync<BankLineId, CameIn>,
    /// The first money that was really paid: the statutory clocks start here.
    pub first_paid: Option<Date>,
}

impl Arrangement {
    /// A way of holding money, and those that it took over from, itself first.
    pub(super) fn line_of(&self, holding: HoldingId) -> Vec<HoldingId> {
        let mut line = vec![holding];
        let mut looked_at = 0;
        while let Some(newer) = line.get(looked_at).copied() {
            let before = self.followed.iter().filter(|(_, new)| *new == newer).map(|(old, _)| *old);
            let before: Vec<HoldingId> = before.filter(|old| !line.contains(old)).collect();
            line.extend(before);
            looked_at += 1;
        }
        line
    }

    /// What was left in a way of holding money that ended, in pence, and waits for
    /// somebody to say what becomes of it.
    #[must_use]
    pub fn left_in(&self, holding: HoldingId) -> Option<Pence> {
        self.left_in.iter().find(|(id, _)| *id == holding).map(|(_, left)| *left)
    }

    #[must_use]
    pub fn instalment(&self, id: InstalmentId) -> Option<&Instalment> {
        self.instalments.iter().find(|i| i.planned.id == id)
    }

    /// The account that money of a holding goes to now.
    #[must_use]
    pub fn account_of(&self, holding: HoldingId) -> Option<&ApprovedAccount> {
        self.accounts.iter().find(|account| account.holding == holding)
    }

    /// The account that a payment went to, or is to go to.
    #[must_use]
    pub fn account_for<'a>(&'a self, instalment: &'a Instalment) -> Option<&'a ApprovedAccount> {
        match instalment.state {
            PaymentState::Paid => instalment.account.as_ref(),
            _ => self.account_of(instalment.planned.holding),
        }
    }

    #[must_use]
    pub fn agreement(&self) -> Option<&Agreement> {
        self.agreements.last()
    }

    /// Both sides have signed the newest agreement.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.agreement().is_some_and(Agreement::is_signed)
    }

    /// The newest agreement that both sides have signed.
    #[must_use]
    pub fn in_force(&self) -> Option<&Agreement> {
        self.agreements.iter().rev().find(|agreement| agreement.is_signed())
    }

    /// What a payment was matched to.
    #[must_use]
    pub fn match_of(&self, bank_line: BankLineId) -> Option<&[(LineId, Pence)]> {
        self.matched.get(&bank_line).map(Vec::as_slice)
    }

    /// Of the events that tell of a statement, what the last of each sending
    /// tells of all of it; none for the others, so that it reads as one thing.
    #[must_use]
    pub fn sending(&self, statement: StatementId, seq: u64) -> Option<Sending> {
        self.statements.get(&statement)?.sendings.iter().find(|sending| sending.seq == seq).copied()
    }

    /// Whether it is known what money was that came in.
    #[must_use]
    pub fn knows_what_came_in(&self, bank_line: BankLineId) -> bool {
        self.arrived.contains_key(&bank_line) || self.explained.contains_key(&bank_line)
    }

    /// The receipt that is kept in a file.
    #[must_use]
    pub fn receipt(&self, file: FileId) -> Option<&Receipt> {
        self.receipt_of.get(&file).and_then(|at| self.receipts.get(*at))
    }

    /// The holding of whose account a file is a statement.
    #[must_use]
    pub fn statement_of(&self, file: FileId) -> Option<HoldingId> {
        self.statements.get(&StatementId(file.0)).map(|statement| statement.holding)
    }
}

#[cfg(test)]
mod tests;
