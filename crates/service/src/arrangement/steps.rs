//! Money step by step: pages of the ledger and of an account, and the payments
//! that wait for somebody to say what they were. Each reads one page and no
//! more, however much there is.

use super::money::{Names, names_of};
use crate::{App, Error, Seen};
use domain::access::{Action, Actor};
use domain::case::Case;
use domain::case::arrangement::sight::{Accounts, accounts_handled, accounts_seen, sees_every_line};
use domain::ledger::{Account, Cause, Entry};
use domain::{AccountId, BankLineId, Date, HoldingId, LineId, dates};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::bank::{self, BankLine, LinePlace};
use store::ledger::{self, Place, Shown};
use store::open_lines::{self, Which};
use store::sums::{self, Flow};
use uuid::Uuid;

/// How many entries or lines one page has.
pub const PAGE: u32 = 50;
/// Of what waits is counted no further than this.
pub const MOST_COUNTED: u32 = 1_000;
/// How many payments that were matched last a suggestion is drawn from.
const LATELY: u32 = 200;
/// How many months of an account are shown to those who see sums.
const MONTHS: i32 = 24;

/// A page of the ledger, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    pub entries: Vec<Entry>,
    pub names: Names,
    pub older: Option<Place>,
    lines: BTreeMap<Uuid, BankLine>,
}

impl Steps {
    /// The line of a bank statement that an entry is about, if it is about one.
    #[must_use]
    pub fn line(&self, entry: &Entry) -> Option<&BankLine> {
        self.lines.get(&entry.about)
    }
}

/// A page of one account, the newest line first.
#[derive(Clone, Debug, Default)]
pub struct AccountPage {
    pub lines: Vec<BankLine>,
    pub older: Option<LinePlace>,
}

/// What waits for somebody to say what it was, counted up to [`MOST_COUNTED`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub went_out: u64,
    pub came_in: u64,
}

impl Waiting {
    #[must_use]
    pub fn all(self) -> u64 {
        self.went_out + self.came_in
    }
}

/// After which lines a page of matching begins; none: at the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct After {
    pub went_out: Option<BankLineId>,
    pub came_in: Option<BankLineId>,
}

/// What page of matching shows: the first payments that wait, in every account
/// that the reader sees, and what they can be compared with.
#[derive(Clone, Debug, Default)]
pub struct ToMatch {
    pub waiting: Waiting,
    /// Oldest first within each account.
    pub went_out: Vec<BankLine>,
    pub came_in: Vec<BankLine>,
    /// After which lines the next page begins, where there is one.
    pub more: After,
    /// Payments that were matched lately to one line of the plan, newest last.
    pub lately: Vec<(BankLine, LineId)>,
}

/// The sums of one account, month by month (`2026-03`), the newest first.
pub type Months = Vec<(String, Flow)>;

impl App {
    /// A page of the ledger of a case that was opened with `see`. Whoever does
    /// not see the lines of every account gets what was decided, and nothing
    /// that stands on a bank statement. `moved` leaves out budgets and promises.
    pub async fn money_steps(
        &self,
        actor: &Actor,
        case: Arc<Case>,
        moved: bool,
        before: Option<Place>,
    ) -> Result<Steps, Error> {
        let shown = match (sees_every_line(actor, &case), moved) {
            (false, _) => Shown::Decided,
            (true, true) => Shown::Moved,
            (true, false) => Shown::All,
        };
        let accounts = Accounts::of(actor, &case);
        self.read(move |tx| {
            let page = page_of(tx, &case, shown, before, &accounts)?;
            let of_lines = page.entries.iter().filter(|e| is_of_a_line(e.cause));
            let ids: Vec<BankLineId> = of_lines.map(|e| BankLineId(e.about)).collect();
            let lines = bank::some(tx, &ids)?.into_iter().filter(|l| l.case == case.id);
            let lines = lines.map(|l| (l.id.0, l)).collect();
            let by: Vec<AccountId> = page.entries.iter().filter_map(|e| e.by).collect();
            let names = names_of(tx, &by)?;
            Ok(Steps { entries: page.entries, names, older: page.older, lines })
        })
        .await
    }

    /// A page of one account of a case that `reader` opened to see its money:
    /// hidden where they do not see the lines of this one.
    pub async fn account_page(
        &self,
        reader: &Actor,
        seen: &Seen,
        holding: HoldingId,
        before: Option<LinePlace>,
    ) -> Result<AccountPage, Error> {
        seen.must_be_for(&[Action::SeeMoney])?;
        if !accounts_seen(reader, &seen.case).iter().any(|account| account.id == holding) {
            return Err(Error::Hidden);
        }
        self.read(move |tx| {
            let mut lines = bank::lines_before(tx, holding, before, PAGE + 1)?;
            let more = lines.len() > PAGE as usize;
            lines.truncate(PAGE as usize);
            let older = lines.last().map(BankLine::place).filter(|_| more);
            Ok(AccountPage { lines, older })
        })
        .await
    }

    /// What came into and went out of the accounts of a case, month by month,
    /// for those who see sums of them: the last two years.
    pub async fn account_months(
        &self,
        actor: &Actor,
        case: Arc<Case>,
    ) -> Result<Vec<(HoldingId, Months)>, Error> {
        let accounts = Accounts::of(actor, &case);
        let tomorrow = dates::days_after(self.clock.today(), 1);
        let from = dates::months_after(tomorrow, -MONTHS).first_of_month();
        self.read(move |tx| {
            let mut all = vec![];
            for holding in case.plan.holdings.iter().filter(|holding| accounts.has(holding.id)) {
                let account = Account::Holding(holding.id);
                all.push((holding.id, sums::months(tx, case.id, account, (from, tomorrow))?));
            }
            Ok(all)
        })
        .await
    }

    /// How much waits for this reader to say what it was.
    pub async fn waiting(&self, actor: &Actor, case: Arc<Case>) -> Result<Waiting, Error> {
        let holdings: Vec<HoldingId> = accounts_handled(actor, &case).iter().map(|h| h.id).collect();
        self.read(move |tx| Ok(waiting(tx, &holdings)?)).await
    }

    /// The first payments of each account that wait for this reader, `most` of
    /// each kind: those after the lines named in `after`, where they are of these
    /// accounts.
    pub async fn to_match(
        &self,
        actor: &Actor,
        case: Arc<Case>,
        after: After,
        most: u32,
    ) -> Result<ToMatch, Error> {
        let holdings: Vec<HoldingId> = accounts_handled(actor, &case).iter().map(|h| h.id).collect();
        self.read(move |tx| {
            let mut found = ToMatch { waiting: waiting(tx, &holdings)?, ..ToMatch::default() };
            let (out, came) = (after.went_out, after.came_in);
            (found.went_out, found.more.went_out) = some_open(tx, &holdings, Which::WentOut, out, most)?;
            (found.came_in, found.more.came_in) = some_open(tx, &holdings, Which::CameIn, came, most)?;
            let to_one = |line: BankLine| match case.arrangement.match_of(line.id)? {
                [(to, _)] => Some((line, *to)),
                _ => None,
            };
            let lately = ledger::matched_lately(tx, case.id, LATELY)?;
            found.lately =
                lately.into_iter().filter(|l| holdings.contains(&l.holding)).filter_map(to_one).collect();
            found.lately.reverse();
            Ok(found)
        })
        .await
    }

    /// The payments out of accounts that this reader sees, the newest first.
    pub async fn recent_payments(
        &self,
        actor: &Actor,
        case: Arc<Case>,
        most: u32,
    ) -> Result<Vec<BankLine>, Error> {
        let holdings: Vec<HoldingId> = accounts_seen(actor, &case).iter().map(|h| h.id).collect();
        self.read(move |tx| {
            let mut found = vec![];
            for holding in &holdings {
                found.extend(bank::lines_before(tx, *holding, None, most)?);
            }
            found.retain(|line| line.amount.is_negative());
            found.sort_by_key(|line| std::cmp::Reverse((line.date, line.line_no)));
            found.truncate(most as usize);
            Ok(found)
        })
        .await
    }

    /// Lines of bank statements of a case that `reader` opened to say what they were
    /// for, or to add a receipt of them: of the accounts whose lines they see.
    pub async fn bank_lines(
        &self,
        reader: &Actor,
        seen: &Seen,
        ids: Vec<BankLineId>,
    ) -> Result<Vec<BankLine>, Error> {
        seen.must_be_for(&[Action::MatchSpending, Action::AddReceipt])?;
        let case = seen.case.id;
        let holdings: Vec<HoldingId> = accounts_seen(reader, &seen.case).iter().map(|h| h.id).collect();
        self.read(move |tx| {
            let found = bank::some(tx, &ids)?;
            let is_seen = |line: &BankLine| line.case == case && holdings.contains(&line.holding);
            Ok(found.into_iter().filter(is_seen).collect())
        })
        .await
    }
}

/// A page of the ledger without what is of other accounts than these.
fn page_of(
    tx: &mut store::Tx<'_>,
    case: &Case,
    shown: Shown,
    before: Option<Place>,
    accounts: &Accounts,
) -> Result<ledger::Entries, store::StoreError> {
    let mut page = ledger::page(tx, case.id, shown, before, PAGE)?;
    page.entries.retain(|entry| accounts.are_moved(entry, case));
    while page.entries.len() < PAGE as usize && page.older.is_some() {
        let next = ledger::page(tx, case.id, shown, page.older, PAGE)?;
        page.older = next.older;
        page.entries.extend(next.entries.into_iter().filter(|entry| accounts.are_moved(entry, case)));
    }
    Ok(page)
}

/// A page of the lines that wait in these accounts, one account after the other,
/// and the last of it where more come after it.
fn some_open(
    tx: &mut store::Tx<'_>,
    holdings: &[HoldingId],
    which: Which,
    after: Option<BankLineId>,
    most: u32,
) -> Result<(Vec<BankLine>, Option<BankLineId>), store::StoreError> {
    let after = match after {
        Some(id) => bank::some(tx, &[id])?.into_iter().find(|line| holdings.contains(&line.holding)),
        None => None,
    };
    let begins = |line: &BankLine| holdings.iter().position(|holding| *holding == line.holding);
    let first = after.as_ref().and_then(begins).unwrap_or_default();
    let mut found = vec![];
    for holding in &holdings[first..] {
        let from = after.as_ref().filter(|line| line.holding == *holding);
        found.extend(open_lines::next(tx, *holding, which, from, most + 1)?);
        if found.len() > most as usize {
            break;
        }
    }
    let is_cut = found.len() > most as usize;
    found.truncate(most as usize);
    let last = found.last().filter(|_| is_cut).map(|line| line.id);
    Ok((found, last))
}

fn waiting(tx: &mut store::Tx<'_>, holdings: &[HoldingId]) -> Result<Waiting, store::StoreError> {
    let mut all = Waiting::default();
    for holding in holdings {
        all.went_out += open_lines::count(tx, *holding, Which::WentOut, MOST_COUNTED)?;
        all.came_in += open_lines::count(tx, *holding, Which::CameIn, MOST_COUNTED)?;
    }
    Ok(all)
}

fn is_of_a_line(cause: Cause) -> bool {
    matches!(cause, Cause::BankLineTakenIn | Cause::BankLineMatched | Cause::Correction)
}

/// A place in the ledger as it stands in an address: `2026-03-01.42`.
#[must_use]
pub fn place_of(text: &str) -> Option<Place> {
    let (day, seq) = text.split_once('.')?;
    Some(Place { happened: day.parse::<Date>().ok()?, seq: seq.parse().ok()? })
}

/// A place in an account as it stands in an address: `2026-03-01.42.0197…`.
#[must_use]
pub fn line_place_of(text: &str) -> Option<LinePlace> {
    let mut parts = text.splitn(3, '.');
    let (date, line_no, id) = (parts.next()?, parts.next()?, parts.next()?);
    Some(LinePlace { date: date.parse().ok()?, line_no: line_no.parse().ok()?, id: id.parse().ok()? })
}
