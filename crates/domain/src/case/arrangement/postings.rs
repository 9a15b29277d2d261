//! The ledger entries that each decision about money comes to.
//!
//! Ids and keys follow from what an entry is about, so that the same thing
//! can never be posted twice: a promise has the id of its instalment, and what
//! left an account that of its bank line.

use super::Scheduled;
use crate::case::Case;
use crate::ledger::{Account, Cause, Entry, Funder, Heading, Layer, Posting, Purpose, transfer};
use crate::{
    AccountId, BankLineId, CaseId, Date, EntryId, HoldingId, InstalmentId, LineId, Pence, Timestamp,
};
use uuid::Uuid;

/// Who acts, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By {
    pub who: AccountId,
    pub now: Timestamp,
    /// Today in London.
    pub today: Date,
}

/// The entry that set an instalment's money aside.
#[must_use]
pub fn hold_of(instalment: InstalmentId) -> EntryId {
    EntryId(instalment.0)
}

struct Draft {
    id: EntryId,
    purpose: Purpose,
    cause: Cause,
    about: Uuid,
    happened: Date,
    key: String,
}

fn entry(case: CaseId, by: By, draft: Draft, postings: Vec<Posting>) -> Entry {
    let Draft { id, purpose, cause, about, happened, key } = draft;
    let heading =
        Heading { id, case, purpose, cause, about, by: Some(by.who), happened, recorded: by.now, key };
    Entry::new(heading, postings).expect("made of transfers of more than nothing, which always balance")
}

/// `amount` from one account to another; below nought it goes the other way.
fn moved(layer: Layer, from: Account, to: Account, amount: Pence) -> [Posting; 2] {
    if amount.is_negative() { transfer(layer, to, from, -amount) } else { transfer(layer, from, to, amount) }
}

pub(super) fn promise(case: &Case, by: By, planned: &Scheduled) -> Entry {
    let (from, to) = (Account::Funding(planned.funder), Account::Holding(planned.holding));
    let draft = Draft {
        id: hold_of(planned.id),
        purpose: Purpose::Hold { expires: None },
        cause: Cause::InstalmentPromised,
        about: planned.id.0,
        happened: by.today,
        key: format!("instalment:{}:promise", planned.id),
    };
    entry(case.id, by, draft, transfer(Layer::Commitment, from, to, planned.amount).to_vec())
}

/// What pays an instalment: the promise is settled and the money moves, in one entry.
pub(super) fn paid(case: &Case, by: By, id: EntryId, planned: &Scheduled, on: Date) -> Entry {
    let (from, to) = (Account::Funding(planned.funder), Account::Holding(planned.holding));
    let mut postings = transfer(Layer::Commitment, to, from, planned.amount).to_vec();
    postings.extend(transfer(Layer::Actual, from, to, planned.amount));
    let draft = Draft {
        id,
        purpose: Purpose::Post { hold: hold_of(planned.id) },
        cause: Cause::InstalmentPaid,
        about: planned.id.0,
        happened: on,
        key: format!("instalment:{}:paid", planned.id),
    };
    entry(case.id, by, draft, postings)
}

pub(super) fn given_up(case: &Case, by: By, id: EntryId, planned: &Scheduled) -> Entry {
    let (from, to) = (Account::Holding(planned.holding), Account::Funding(planned.funder));
    let draft = Draft {
        id,
        purpose: Purpose::Release { hold: hold_of(planned.id) },
        cause: Cause::InstalmentCancelled,
        about: planned.id.0,
        happened: by.today,
        key: format!("instalment:{}:cancelled", planned.id),
    };
    entry(case.id, by, draft, transfer(Layer::Commitment, from, to, planned.amount).to_vec())
}

/// What brings the budget layer from what it says to what was agreed; none
/// where it says so already. `changes` are the differences line by line.
pub(super) fn budget(
    case: &Case,
    by: By,
    id: EntryId,
    from: Date,
    changes: &[(Funder, LineId, Pence)],
) -> Option<Entry> {
    let postings: Vec<Posting> = changes
        .iter()
        .filter(|(.., amount)| !amount.is_zero())
        .flat_map(|(funder, line, amount)| {
            moved(Layer::Budget, Account::Funding(*funder), Account::Line(*line), *amount)
        })
        .collect();
    let draft = Draft {
        id,
        purpose: Purpose::Plain,
        cause: Cause::BudgetSet,
        about: id.0,
        happened: from,
        key: format!("budget:{}", case.arrangement.agreements.len()),
    };
    (!postings.is_empty()).then(|| entry(case.id, by, draft, postings))
}

/// Money left an account: nobody has said yet for what.
pub(super) fn left_account(
    case: &Case,
    by: By,
    bank_line: BankLineId,
    holding: HoldingId,
    on: Date,
    amount: Pence,
) -> Entry {
    let draft = Draft {
        id: EntryId(bank_line.0),
        purpose: Purpose::Plain,
        cause: Cause::BankLineTakenIn,
        about: bank_line.0,
        happened: on,
        key: format!("bank-line:{bank_line}:taken-in"),
    };
    let postings = transfer(Layer::Actual, Account::Holding(holding), Account::Unmatched, amount);
    entry(case.id, by, draft, postings.to_vec())
}

/// Money came into an account that is not one of our payments.
pub(super) fn came_in(
    case: &Case,
    by: By,
    bank_line: BankLineId,
    holding: HoldingId,
    from: Account,
    on: Date,
    amount: Pence,
) -> Entry {
    let draft = Draft {
        id: EntryId(bank_line.0),
        purpose: Purpose::Plain,
        cause: Cause::BankLineTakenIn,
        about: bank_line.0,
        happened: on,
        key: format!("bank-line:{bank_line}:came-in"),
    };
    entry(case.id, by, draft, transfer(Layer::Actual, from, Account::Holding(holding), amount).to_vec())
}

pub(super) fn matched(
    case: &Case,
    by: By,
    id: EntryId,
    bank_line: BankLineId,
    on: Date,
    to: &[(LineId, Pence)],
) -> Entry {
    let draft = Draft {
        id,
        purpose: Purpose::Plain,
        cause: Cause::BankLineMatched,
        about: bank_line.0,
        happened: on,
        // Told apart by the version of the case: a line may be matched,
        // unmatched and matched again.
        key: format!("bank-line:{bank_line}:match:{}", case.version),
    };
    let postings = to.iter().flat_map(|(line, amount)| {
        transfer(Layer::Actual, Account::Unmatched, Account::Line(*line), *amount)
    });
    entry(case.id, by, draft, postings.collect())
}

/// Takes an entry back by its mirror image. `reason` names no one.
pub(super) fn taken_back(case: &Case, by: By, id: EntryId, wrong: &Entry, reason: &str) -> Entry {
    let mirror = |p: &Posting| Posting { amount: -p.amount, ..*p };
    let draft = Draft {
        id,
        purpose: Purpose::Correct { entry: wrong.id, reason: reason.to_owned() },
        cause: Cause::Correction,
        about: wrong.about,
        happened: wrong.happened,
        key: format!("correct:{}", wrong.id),
    };
    entry(case.id, by, draft, wrong.postings().iter().map(mirror).collect())
}

/// What the NHS or the council bought with a notional budget, in one entry:
/// out of funding, through the budget, into the line.
pub(super) fn notional(
    case: &Case,
    by: By,
    id: EntryId,
    funder: Funder,
    holding: HoldingId,
    to: (LineId, Pence),
    on: Date,
) -> Entry {
    let (line, amount) = to;
    let held = Account::Holding(holding);
    let mut postings = transfer(Layer::Actual, Account::Funding(funder), held, amount).to_vec();
    postings.extend(transfer(Layer::Actual, held, Account::Line(line), amount));
    let draft = Draft {
        id,
        purpose: Purpose::Plain,
        cause: Cause::NotionalSpend,
        about: id.0,
        happened: on,
        key: format!("notional:{id}"),
    };
    entry(case.id, by, draft, postings)
}

/// Money left in a holding that ended, moved on or given back. `to` are the
/// accounts it goes to and how much to each (below nought: it comes from there);
/// `key` tells it from what else became of money there.
pub(super) fn moved_on(
    case: &Case,
    by: By,
    id: EntryId,
    from: HoldingId,
    on: Date,
    to: &[(Account, Pence)],
    key: String,
) -> Option<Entry> {
    let postings: Vec<Posting> = to
        .iter()
        .filter(|(_, amount)| !amount.is_zero())
        .flat_map(|(account, amount)| moved(Layer::Actual, Account::Holding(from), *account, *amount))
        .collect();
    let draft =
        Draft { id, purpose: Purpose::Plain, cause: Cause::MoneyReturned, about: from.0, happened: on, key };
    (!postings.is_empty()).then(|| entry(case.id, by, draft, postings))
}
