//! The money: a double-entry ledger, exact to the penny and never changed.
//!
//! An entry has postings in one or more layers, and in every layer that it
//! touches its postings sum to zero. Budgeted, committed and paid money are
//! separate layers, so a promise can never be mistaken for a payment. No
//! personal data stands here: ids only.

use crate::{AccountId, CaseId, Date, EntryId, HoldingId, LineId, Pence, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Whose money it is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Funder {
    Nhs,
    Council,
}

/// What kind of money fact a posting states.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Layer {
    /// What was agreed for a year of the plan.
    Budget,
    /// What has been promised and not yet paid.
    Commitment,
    /// What has really moved.
    Actual,
}

/// One place that money comes from, rests in or goes to, inside a case.
/// The sign is the double-entry one: money into an account is positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Account {
    /// Where the money starts (runs negative as it is given).
    Funding(Funder),
    /// Money held for the person: a direct payment account, a third party's
    /// account, or the NHS's own notional budget.
    Holding(HoldingId),
    /// Money used for a line of the plan.
    Line(LineId),
    /// Money that left a holding and is not yet matched to the plan.
    Unmatched,
    /// Money the person adds from their own pocket. Social care may be topped
    /// up; the NHS part never is, which is decided before an entry is made.
    Own,
}

/// One side of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    pub layer: Layer,
    pub account: Account,
    pub amount: Pence,
}

/// What an entry does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Purpose {
    /// Stands by itself.
    Plain,
    /// Sets money aside, until it is posted, released or (after `expires`) expires.
    Hold { expires: Option<Date> },
    /// Pays what `hold` set aside. A hold is settled once.
    Post { hold: EntryId },
    /// Gives up what `hold` set aside.
    Release { hold: EntryId },
    /// `hold` ran out.
    Expire { hold: EntryId },
    /// Puts `entry` right; `reason` names no one.
    Correct { entry: EntryId, reason: String },
}

impl Purpose {
    /// The hold that this entry settles, if it settles one.
    #[must_use]
    pub fn settles(&self) -> Option<EntryId> {
        match self {
            Self::Post { hold } | Self::Release { hold } | Self::Expire { hold } => Some(*hold),
            Self::Plain | Self::Hold { .. } | Self::Correct { .. } => None,
        }
    }

    /// The entry that this one puts right, if it puts one right.
    #[must_use]
    pub fn corrects(&self) -> Option<EntryId> {
        match self {
            Self::Correct { entry, .. } => Some(*entry),
            _ => None,
        }
    }
}

/// What brought an entry about: a word from a closed set, and the id of the
/// instalment, bank line or other thing it is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Cause {
    BudgetSet,
    InstalmentPromised,
    InstalmentPaid,
    InstalmentCancelled,
    BankLineMatched,
    BankLineTakenIn,
    NotionalSpend,
    MoneyReturned,
    Correction,
}

impl Cause {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::BudgetSet => "Agreed for the year",
            Self::InstalmentPromised => "Promised",
            Self::InstalmentPaid => "Paid in",
            Self::InstalmentCancelled => "No longer promised",
            Self::BankLineMatched => "Matched to the plan",
            Self::BankLineTakenIn => "On a bank statement",
            Self::NotionalSpend => "Bought from the notional budget",
            Self::MoneyReturned => "Moved on or given back",
            Self::Correction => "Put right",
        }
    }
}

/// An entry that is known to balance. Build it with [`Entry::new`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: EntryId,
    pub case: CaseId,
    pub purpose: Purpose,
    pub cause: Cause,
    /// The instalment, bank line, budget event … it is about, as its bare id.
    pub about: uuid::Uuid,
    pub by: Option<AccountId>,
    /// The day it happened in the world.
    pub happened: Date,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// The same request sent twice has the same key and posts once; the same
    /// key with another body is refused. Unique within a case.
    pub key: String,
    postings: Vec<Posting>,
}

/// Why postings do not make an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAnEntry {
    TooFew,
    ZeroPosting,
    Unbalanced { layer: Layer, by: Pence },
    NoKey,
}

impl fmt::Display for NotAnEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew => f.write_str("an entry needs two postings or more in each layer"),
            Self::ZeroPosting => f.write_str("a posting of nothing"),
            Self::Unbalanced { layer, by } => write!(f, "the postings of layer {layer} are out by {by}"),
            Self::NoKey => f.write_str("an entry needs an idempotency key of 1 to 200 characters"),
        }
    }
}

impl std::error::Error for NotAnEntry {}

/// Everything about an entry but its postings.
#[derive(Clone, Debug)]
pub struct Heading {
    pub id: EntryId,
    pub case: CaseId,
    pub purpose: Purpose,
    pub cause: Cause,
    pub about: uuid::Uuid,
    pub by: Option<AccountId>,
    pub happened: Date,
    pub recorded: Timestamp,
    pub key: String,
}

impl Entry {
    /// Refuses postings that do not balance in every layer they touch.
    pub fn new(heading: Heading, postings: Vec<Posting>) -> Result<Self, NotAnEntry> {
        if heading.key.is_empty() || heading.key.len() > 200 {
            return Err(NotAnEntry::NoKey);
        }
        balanced(&postings)?;
        let Heading { id, case, purpose, cause, about, by, happened, recorded, key } = heading;
        Ok(Self { id, case, purpose, cause, about, by, happened, recorded, key, postings })
    }

    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}

/// Whether postings make an entry: used on the way in and by `verify`.
pub fn balanced(postings: &[Posting]) -> Result<(), NotAnEntry> {
    let mut layers: BTreeMap<Layer, (usize, i128)> = BTreeMap::new();
    for posting in postings {
        if posting.amount.is_zero() {
            return Err(NotAnEntry::ZeroPosting);
        }
        let (count, sum) = layers.entry(posting.layer).or_default();
        *count += 1;
        *sum += i128::from(posting.amount.0);
    }
    if layers.is_empty() || layers.values().any(|(count, _)| *count < 2) {
        return Err(NotAnEntry::TooFew);
    }
    match layers.iter().find(|(_, (_, sum))| *sum != 0) {
        Some((layer, (_, sum))) => {
            Err(NotAnEntry::Unbalanced { layer: *layer, by: Pence(i64::try_from(*sum).unwrap_or(i64::MAX)) })
        }
        None => Ok(()),
    }
}

/// Two postings that move `amount` from one account to another in one layer.
#[must_use]
pub fn transfer(layer: Layer, from: Account, to: Account, amount: Pence) -> [Posting; 2] {
    [Posting { layer, account: from, amount: -amount }, Posting { layer, account: to, amount }]
}

/// What each account of a case holds, by layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balances(BTreeMap<(Layer, Account), Pence>);

impl Balances {
    #[must_use]
    pub fn of(postings: impl IntoIterator<Item = Posting>) -> Self {
        let mut balances = Self::default();
        for posting in postings {
            *balances.0.entry((posting.layer, posting.account)).or_default() += posting.amount;
        }
        balances
    }

    #[must_use]
    pub fn get(&self, layer: Layer, account: Account) -> Pence {
        self.0.get(&(layer, account)).copied().unwrap_or_default()
    }

    pub fn iter(&self) -> impl Iterator<Item = (Layer, Account, Pence)> + '_ {
        self.0.iter().map(|((layer, account), amount)| (*layer, *account, *amount))
    }

    /// The sum over the accounts that `which` picks.
    pub fn sum(&self, layer: Layer, which: impl Fn(Account) -> bool) -> Pence {
        self.iter().filter(|(l, a, _)| *l == layer && which(*a)).map(|(_, _, amount)| amount).sum()
    }

    /// What has come in to the person's holdings or been used for them.
    #[must_use]
    pub fn come_in(&self) -> Pence {
        -self.sum(Layer::Actual, |a| matches!(a, Account::Funding(_) | Account::Own))
    }

    /// What has been spent, matched to the plan or not.
    #[must_use]
    pub fn spent(&self) -> Pence {
        self.sum(Layer::Actual, |a| matches!(a, Account::Line(_) | Account::Unmatched))
    }

    /// What has been promised and not yet paid.
    #[must_use]
    pub fn promised(&self) -> Pence {
        self.sum(Layer::Commitment, |a| matches!(a, Account::Holding(_)))
    }

    /// What is left in the holdings.
    #[must_use]
    pub fn left(&self) -> Pence {
        self.sum(Layer::Actual, |a| matches!(a, Account::Holding(_)))
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.into_str())
    }
}

/// Text in a ledger row that is not one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotOurs(pub String);

/// `funding:nhs`, `holding:<id>`, `line:<id>`, `unmatched`, `own`: as stored
/// and as it stands in the exported journal.
impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Funding(funder) => write!(f, "funding:{}", funder.into_str()),
            Self::Holding(id) => write!(f, "holding:{id}"),
            Self::Line(id) => write!(f, "line:{id}"),
            Self::Unmatched => f.write_str("unmatched"),
            Self::Own => f.write_str("own"),
        }
    }
}

impl FromStr for Account {
    type Err = NotOurs;
    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let not_ours = || NotOurs(text.to_owned());
        match text {
            "unmatched" => return Ok(Self::Unmatched),
            "own" => return Ok(Self::Own),
            _ => {}
        }
        let (kind, id) = text.split_once(':').ok_or_else(not_ours)?;
        match kind {
            "funding" => id.parse().map(Self::Funding).map_err(|_| not_ours()),
            "holding" => id.parse().map(Self::Holding).map_err(|_| not_ours()),
            "line" => id.parse().map(Self::Line).map_err(|_| not_ours()),
            _ => Err(not_ours()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn posting(layer: Layer, amount: i64) -> Posting {
        Posting { layer, account: Account::Unmatched, amount: Pence(amount) }
    }

    #[test]
    fn every_layer_balances_by_itself() {
        assert_eq!(balanced(&[]), Err(NotAnEntry::TooFew));
        assert_eq!(
            balanced(&[posting(Layer::Actual, 0), posting(Layer::Actual, 0)]),
            Err(NotAnEntry::ZeroPosting)
        );
        assert_eq!(
            balanced(&[posting(Layer::Actual, 5), posting(Layer::Actual, -4)]),
            Err(NotAnEntry::Unbalanced { layer: Layer::Actual, by: Pence(1) })
        );
        // Balanced over all, but each layer has only one side.
        assert_eq!(
            balanced(&[posting(Layer::Actual, 5), posting(Layer::Budget, -5)]),
            Err(NotAnEntry::TooFew)
        );
        assert_eq!(balanced(&transfer(Layer::Actual, Account::Own, Account::Unmatched, Pence(7))), Ok(()));
    }

    #[test]
    fn accounts_are_read_as_they_are_written() {
        let id = Uuid::from_u128(7);
        for account in [
            Account::Funding(Funder::Nhs),
            Account::Funding(Funder::Council),
            Account::Holding(HoldingId(id)),
            Account::Line(LineId(id)),
            Account::Unmatched,
            Account::Own,
        ] {
            assert_eq!(account.to_string().parse(), Ok(account));
        }
        assert!("line:x".parse::<Account>().is_err() && "".parse::<Account>().is_err());
    }

    proptest! {
        #[test]
        fn what_comes_in_is_spent_or_left(moves in proptest::collection::vec((0u8..3, 1i64..1_000_000), 0..40)) {
            let holding = Account::Holding(HoldingId(Uuid::nil()));
            let line = Account::Line(LineId(Uuid::nil()));
            let postings = moves.iter().flat_map(|(kind, pence)| {
                let (from, to) = match kind {
                    0 => (Account::Funding(Funder::Nhs), holding),
                    1 => (holding, Account::Unmatched),
                    _ => (Account::Unmatched, line),
                };
                transfer(Layer::Actual, from, to, Pence(*pence))
            });
            let balances = Balances::of(postings);
            prop_assert_eq!(balances.come_in(), balances.spent() + balances.left());
        }
    }
}
