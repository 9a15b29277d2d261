//! What a case's money adds up to, by holding, by line of the plan and by
//! outcome: read from the sums that are kept beside the ledger.

use super::spending::looks_until;
use crate::shown::List;
use crate::{App, Error, directory, lists};
use domain::access::{Action, Actor};
use domain::case::Case;
use domain::case::arrangement::notional::to_come;
use domain::case::arrangement::outlook::{Day, Outlook, Past, looks_from, outlook};
use domain::case::arrangement::sight::Accounts;
use domain::case::arrangement::years::Year;
use domain::case::arrangement::{ApprovedAccount, PaymentState, Waits, costs, payments};
use domain::case::plan::Holding;
use domain::ledger::{Account, Balances, Layer};
use domain::{AccountId, AreaId, CaseId, Date, HoldingId, InstalmentId, LineId, Pence, dates};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::iter::Sum;
use std::sync::Arc;
use store::lists::{Cursor, Filter, ListRow};
use store::sums::{self, Flow};
use store::{StoreError, Tx, ledger};

/// What the money of a case adds up to, read in one snapshot. It is no more to
/// read after ten years than after one.
#[derive(Clone, Debug)]
pub struct Money {
    pub balances: Balances,
    /// What came into and went out of each account.
    flows: BTreeMap<Account, Flow>,
    past: Past,
    /// The accounts that are shown to whoever reads.
    pub accounts: Accounts,
    /// The day on which it was read.
    pub today: Date,
}

/// Before and after everything that happens with money.
const FIRST_DAY: Date = Date::constant(1, 1, 1);
const LAST_DAY: Date = Date::constant(9999, 12, 31);

/// The four facts of money held somewhere, or of all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub came_in: Pence,
    pub spent: Pence,
    /// Agreed and not paid yet.
    pub promised: Pence,
    pub left: Pence,
}

impl Facts {
    /// What all accounts come to, without what is not spent yet of a notional
    /// budget.
    #[must_use]
    pub fn of(balances: &Balances) -> Self {
        Self {
            came_in: balances.come_in(),
            spent: balances.spent(),
            promised: balances.promised(),
            left: balances.left(),
        }
    }
}

impl Sum for Facts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            came_in: sum.came_in + one.came_in,
            spent: sum.spent + one.spent,
            promised: sum.promised + one.promised,
            left: sum.left + one.left,
        })
    }
}

/// What these accounts come to, read from the sums beside the ledger.
pub(crate) fn facts_of(tx: &mut Tx<'_>, case: CaseId, accounts: &Accounts) -> Result<Facts, StoreError> {
    let all = sums::all_time(tx, case)?;
    let Accounts::These(seen) = accounts else { return Ok(Facts::of(&sums::balances_of(&all))) };
    let of_one = |sum: &sums::Sum| {
        let (held, flow) = (sum.flow.money_in - sum.flow.money_out, sum.flow);
        match (sum.layer, sum.account) {
            (Layer::Actual, Account::Holding(id)) if seen.contains(&id) => {
                Facts { came_in: flow.money_in, spent: flow.money_out, left: held, ..Facts::default() }
            }
            (Layer::Commitment, Account::Holding(id)) if seen.contains(&id) => {
                Facts { promised: held, ..Facts::default() }
            }
            _ => Facts::default(),
        }
    };
    Ok(all.iter().map(of_one).sum())
}

impl App {
    /// Reads what the money of a case that was opened with `see` adds up to, in
    /// the accounts that this reader sees.
    pub async fn money(&self, actor: &Actor, case: Arc<Case>) -> Result<Money, Error> {
        let today = self.clock.today();
        let accounts = Accounts::of(actor, &case);
        self.read(move |tx| {
            let all = sums::all_time(tx, case.id)?;
            let balances = sums::balances_of(&all);
            let past = past_of(tx, &case, &accounts, &balances, today)?;
            let actual = all.into_iter().filter(|sum| sum.layer == Layer::Actual);
            let flows = actual.map(|sum| (sum.account, sum.flow)).collect();
            Ok(Money { balances, flows, past, accounts: accounts.clone(), today })
        })
        .await
    }

    /// What one year has of the money of a case that was opened with `see`: the year
    /// that begins on `starts`, or the one that it is now. What happened before the
    /// first year counts in that, and what happened after one and before the next in
    /// the earlier.
    pub async fn money_of_year(&self, case: Arc<Case>, starts: Option<Date>) -> Result<OfYear, Error> {
        let today = self.clock.today();
        self.read(move |tx| {
            let years = case.arrangement.years();
            let shown = year_shown(years, starts, today);
            let before = shown.checked_sub(1).and_then(|number| years.get(number)).copied();
            let (year, after) = (years.get(shown).copied(), years.get(shown + 1).copied());
            let from = year.filter(|_| before.is_some()).map_or(FIRST_DAY, |year| year.start);
            let until = after.map_or(LAST_DAY, |next| next.start);
            let mut all = vec![];
            for layer in [Layer::Budget, Layer::Actual] {
                all.extend(sums::between(tx, case.id, layer, (from, until))?);
            }
            Ok(OfYear { year, before, after, balances: sums::balances_of(&all) })
        })
        .await
    }

    /// The names of those who released or confirmed payments, or did something
    /// else in a case that was opened with `see`.
    pub async fn names(&self, accounts: Vec<AccountId>) -> Result<Names, Error> {
        self.read(move |tx| Ok(names_of(tx, &accounts)?)).await
    }
}

/// What is looked back at in the accounts that are shown, for an outlook.
fn past_of(
    tx: &mut Tx<'_>,
    case: &Case,
    accounts: &Accounts,
    balances: &Balances,
    today: Date,
) -> Result<Past, StoreError> {
    let (id, from) = (case.id, looks_from(today));
    let rate_from = case.arrangement.year_of(today).map(|year| year.start);
    let Accounts::These(shown) = accounts else {
        let (first_moved, _) = sums::first_days(tx, id)?;
        let mut days = sums::days(tx, id, from)?;
        of_what_is_open(tx, case, &mut days, from)?;
        return Ok(Past { first_moved, rate_from, held: balances.left(), days });
    };
    let mut past = Past { rate_from, ..Past::default() };
    for holding in shown {
        let account = Account::Holding(*holding);
        let (moved, _) = sums::first_days_of(tx, id, account)?;
        past.first_moved = past.first_moved.into_iter().chain(moved).min();
        past.held += balances.get(Layer::Actual, account);
        past.days.extend(ledger::days_of(tx, id, *holding, from)?);
    }
    past.days.sort_by_key(|day| day.day);
    Ok(past)
}

/// Leaves of what was spent each day what left the ways of holding money that there
/// are now: one that ended says nothing of the rate.
fn of_what_is_open(tx: &mut Tx<'_>, case: &Case, days: &mut [Day], from: Date) -> Result<(), StoreError> {
    let mut spent: BTreeMap<Date, Pence> = BTreeMap::new();
    for holding in case.plan.open_holdings() {
        for day in ledger::days_of(tx, case.id, holding.id, from)? {
            *spent.entry(day.day).or_default() += day.spent;
        }
    }
    for day in days {
        day.spent = spent.get(&day.day).copied().unwrap_or_default();
    }
    Ok(())
}

/// Names of accounts.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<AccountId, String>);

impl Names {
    #[must_use]
    pub fn of(&self, account: Option<AccountId>) -> &str {
        account.and_then(|a| self.0.get(&a)).map_or("", String::as_str)
    }
}

/// Each name is looked up once.
pub(crate) fn names_of(tx: &mut Tx<'_>, accounts: &[AccountId]) -> Result<Names, StoreError> {
    let mut names = BTreeMap::new();
    for account in accounts {
        if let std::collections::btree_map::Entry::Vacant(place) = names.entry(*account) {
            let named = directory::named(tx, *account)?;
            place.insert(named.map_or_else(|| "Someone".to_owned(), |n| n.name));
        }
    }
    Ok(Names(names))
}

impl Money {
    /// Whether nothing has happened with the money yet.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.balances.iter().next().is_none()
    }

    /// What was spent on a line of the plan.
    #[must_use]
    pub fn spent_on(&self, line: LineId) -> Pence {
        self.balances.get(Layer::Actual, Account::Line(line))
    }

    /// What is not spent yet of the notional budgets that are shown.
    #[must_use]
    pub fn notional_to_come(&self, case: &Case) -> Pence {
        let shown = to_come(case, self.today).into_iter().filter(|(holding, _)| self.accounts.has(*holding));
        shown.map(|(_, amount)| amount).sum()
    }

    /// What the ledger says of one holding.
    #[must_use]
    pub fn of_holding(&self, holding: HoldingId) -> Facts {
        let account = Account::Holding(holding);
        let flow = self.flows.get(&account).copied().unwrap_or_default();
        Facts {
            came_in: flow.money_in,
            spent: flow.money_out,
            promised: self.balances.get(Layer::Commitment, account),
            left: self.balances.get(Layer::Actual, account),
        }
    }

    /// What the accounts that are shown come to. A notional budget's unspent
    /// rest counts as promised.
    #[must_use]
    pub fn all(&self, case: &Case) -> Facts {
        let shown = self.shown(case);
        let mut facts = match self.accounts {
            Accounts::Every => Facts::of(&self.balances),
            Accounts::These(_) => shown.map(|h| self.of_holding(h.id)).sum(),
        };
        facts.promised += self.notional_to_come(case);
        facts
    }

    /// The accounts that are shown.
    pub fn shown<'c>(&'c self, case: &'c Case) -> impl Iterator<Item = &'c Holding> + Clone {
        case.plan.holdings.iter().filter(|holding| self.accounts.has(holding.id))
    }

    /// What has left accounts and was not yet said to be for something. It is
    /// not kept of which account it is, so it is for whoever sees all of them.
    #[must_use]
    pub fn unmatched(&self) -> Pence {
        match self.accounts {
            Accounts::Every => self.balances.get(Layer::Actual, Account::Unmatched),
            Accounts::These(_) => Pence::ZERO,
        }
    }

    /// How long what is in the accounts that are shown lasts at this rate; nothing
    /// where none is. Of payments to come those are counted that can be made as
    /// things are; the rest of a notional budget is there to be used at any time.
    #[must_use]
    pub fn lasts(&self, case: &Case, today: Date) -> Option<Lasts> {
        if matches!(&self.accounts, Accounts::These(shown) if shown.is_empty()) {
            return None;
        }
        let planned: Vec<(Date, Pence)> = payments::that_can_be_made(case)
            .into_iter()
            .filter(|i| self.accounts.has(i.planned.holding))
            .map(|i| (i.planned.due, i.planned.amount))
            .collect();
        let counted: Pence = planned.iter().map(|(_, amount)| *amount).sum();
        let waits = case.arrangement.instalments.iter().filter(|i| i.waits());
        let seen = waits.filter(|i| self.accounts.has(i.planned.holding));
        let not_counted = seen.map(|i| i.planned.amount).sum::<Pence>() - counted;
        let notional = self.notional_to_come(case);
        let until = looks_until(case, today);
        let mut outlook = outlook(&self.past, self.past.held + notional, &planned, today, until);
        if !notional.is_zero() {
            // What was to come of it on an earlier day is not known.
            outlook.past.clear();
        }
        let ends_year = case.arrangement.year_of(today).is_some();
        let weekly = costs::weekly(case, |holding| self.accounts.has(holding));
        Some(Lasts { outlook, counted, not_counted, notional, ends_year, weekly })
    }
}

/// How long the money lasts, and what that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lasts {
    pub outlook: Outlook,
    /// What of it are payments to come, in pence.
    pub counted: Pence,
    /// What is planned and cannot be paid as things are, in pence: it is left out.
    pub not_counted: Pence,
    /// What of it is in no account, since it is the rest of a notional budget, in pence.
    pub notional: Pence,
    /// Whether it is looked at up to the end of a year of agreements.
    pub ends_year: bool,
    /// What the plan costs in an average week, in pence.
    pub weekly: Pence,
}

/// What one year of agreements has of the money of a case.
#[derive(Clone, Debug)]
pub struct OfYear {
    /// None before there is an agreement.
    pub year: Option<Year>,
    pub before: Option<Year>,
    pub after: Option<Year>,
    pub balances: Balances,
}

/// The year that is shown: the one that begins on a day, or else the one that it is.
fn year_shown(years: &[Year], starts: Option<Date>, today: Date) -> usize {
    let asked = years.iter().position(|year| Some(year.start) == starts);
    let now = years.iter().rposition(|year| year.start <= today);
    asked.or(now).unwrap_or_default()
}

/// A payment in the work list of finance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToPay {
    pub case: CaseId,
    pub reference: String,
    pub person: String,
    pub instalment: InstalmentId,
    pub to: String,
    pub due: Date,
    pub amount: Pence,
    /// Who released it, if somebody has.
    pub released_by: Option<AccountId>,
    /// What is in the way of paying it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_up: Option<String>,
    /// The account that it goes to: whose it is, and its last numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Since when it goes to another account than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub another_since: Option<Date>,
}

/// The rows of a case in finance's work list: every payment that was released or
/// is planned, so that none that is due is out of sight, however many there are.
#[must_use]
pub(crate) fn rows(case: &Case, area: uuid::Uuid, reference: &str) -> Vec<ListRow> {
    let mut open: Vec<_> = case
        .arrangement
        .instalments
        .iter()
        .filter(|i| matches!(i.state, PaymentState::Planned | PaymentState::Released))
        .collect();
    open.sort_by_key(|i| (i.state == PaymentState::Planned, i.planned.due, i.planned.id));
    let row = |i: &&domain::case::arrangement::Instalment| {
        let holding = case.plan.holding(i.planned.holding);
        let account = case.arrangement.account_of(i.planned.holding);
        let to_pay = ToPay {
            case: case.id,
            reference: reference.to_owned(),
            person: case.person_name().to_owned(),
            instalment: i.planned.id,
            to: holding.map_or_else(String::new, |h| h.words.name.to_string()),
            due: i.planned.due,
            amount: i.planned.amount,
            released_by: i.released_by,
            held_up: payments::held_up(case, i).map(|why| why.message),
            account: account.map(ApprovedAccount::words),
            another_since: account.filter(|a| a.is_another).map(|a| dates::london(a.since)),
        };
        let state = if i.state == PaymentState::Released { "released" } else { "planned" };
        ListRow {
            list: lists::PAYMENTS.into(),
            area: Some(area),
            due: Some(i.planned.due),
            state: Some(state.into()),
            sort: Some(format!("{} {}", i.planned.due, i.planned.id)),
            body: serde_json::to_string(&to_pay).expect("our own values can be written as JSON"),
            ..ListRow::default()
        }
    };
    open.iter().map(row).collect()
}

/// Where what waits of a kind goes on in an area.
#[derive(Clone, Debug)]
pub struct MoreToPay {
    pub waits: Waits,
    pub area: AreaId,
    pub after: Cursor,
}

/// What finance has to do.
#[derive(Clone, Debug, Default)]
pub struct FinanceWork {
    /// Released by somebody, waiting for another.
    pub released: Vec<ToPay>,
    /// Due by the day that was asked for, or overdue.
    pub due: Vec<ToPay>,
    /// Where each goes on, for each area that has more.
    pub more: Vec<MoreToPay>,
    /// How many there are of each in all; the lists have the first page of an area.
    pub all_released: u64,
    pub all_due: u64,
    /// How many of those that are due are late.
    pub all_late: u64,
    /// How many of those that were released are late, and still not paid.
    pub late_released: u64,
    pub names: BTreeMap<AccountId, String>,
}

/// How many payments of a kind a page has.
const A_PAGE: u32 = 100;

fn filter(waits: Waits, until: Date, after: Option<Cursor>) -> Filter {
    let (state, due_on_or_before) = match waits {
        Waits::Released => ("released", None),
        Waits::Due => ("planned", Some(until)),
    };
    Filter { state: Some(state.into()), due_on_or_before, after, limit: A_PAGE + 1, ..Filter::default() }
}

impl App {
    /// The payments that wait for finance, in every area where this person
    /// has that post: what was released, and what is due up to a day.
    pub async fn finance_work(&self, actor: &Actor, until: Date) -> Result<FinanceWork, Error> {
        let areas = actor.areas_of(Action::SeePaymentsDue);
        let yesterday = dates::days_after(self.clock.today(), -1);
        let reader = actor.account;
        let work = self
            .read(move |tx| {
                let mut work = FinanceWork::default();
                for area in &areas {
                    let (released, due) =
                        (filter(Waits::Released, until, None), filter(Waits::Due, until, None));
                    let by_yesterday =
                        |of: &Filter| Filter { due_on_or_before: Some(yesterday), ..of.clone() };
                    let (late, late_released) = (by_yesterday(&due), by_yesterday(&released));
                    let mut count = |filter| store::lists::count_by_area(tx, lists::PAYMENTS, area.0, filter);
                    work.all_released += count(&released)?;
                    work.all_due += count(&due)?;
                    work.all_late += count(&late)?;
                    work.late_released += count(&late_released)?;
                    for waits in [Waits::Released, Waits::Due] {
                        let (found, more) = some_of(tx, *area, waits, until, None)?;
                        work.more.extend(more.map(|after| MoreToPay { waits, area: *area, after }));
                        match waits {
                            Waits::Released => work.released.extend(found),
                            Waits::Due => work.due.extend(found),
                        }
                    }
                }
                work.names = who_released(tx, &work.released)?;
                Ok(work)
            })
            .await?;
        self.shows_payments(reader, &work).await?;
        Ok(work)
    }

    /// Writes down whose payments somebody is shown.
    async fn shows_payments(&self, reader: AccountId, work: &FinanceWork) -> Result<(), Error> {
        let cases = work.released.iter().chain(&work.due).map(|payment| payment.case.0);
        self.shows(reader, List::Payments, cases).await
    }

    /// A page of what waits for finance in an area, after a place; nothing where
    /// the reader has not that post there.
    pub async fn finance_work_after(
        &self,
        actor: &Actor,
        area: AreaId,
        waits: Waits,
        until: Date,
        after: Option<Cursor>,
    ) -> Result<FinanceWork, Error> {
        if !actor.may_in(Action::SeePaymentsDue, area) {
            return Err(Error::Hidden);
        }
        let reader = actor.account;
        let work = self
            .read(move |tx| {
                let mut work = FinanceWork::default();
                let (found, more) = some_of(tx, area, waits, until, after.clone())?;
                work.more.extend(more.map(|after| MoreToPay { waits, area, after }));
                work.names = who_released(tx, &found)?;
                match waits {
                    Waits::Released => work.released = found,
                    Waits::Due => work.due = found,
                }
                Ok(work)
            })
            .await?;
        self.shows_payments(reader, &work).await?;
        Ok(work)
    }
}

/// A page of payments, and where the next one begins.
fn some_of(
    tx: &mut Tx<'_>,
    area: AreaId,
    waits: Waits,
    until: Date,
    after: Option<Cursor>,
) -> Result<(Vec<ToPay>, Option<Cursor>), StoreError> {
    let mut found = store::lists::by_area(tx, lists::PAYMENTS, area.0, &filter(waits, until, after))?;
    let is_cut = found.len() > A_PAGE as usize;
    found.truncate(A_PAGE as usize);
    let more = found.last().filter(|_| is_cut).map(store::lists::Listed::place);
    Ok((found.iter().map(directory::body).collect::<Result<_, _>>()?, more))
}

fn who_released(tx: &mut Tx<'_>, all: &[ToPay]) -> Result<BTreeMap<AccountId, String>, StoreError> {
    let accounts: Vec<AccountId> = all.iter().filter_map(|p| p.released_by).collect();
    Ok(names_of(tx, &accounts)?.0)
}
