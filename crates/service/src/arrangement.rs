//! Organising the money: the agreement, payments and who may do them. What
//! was spent is in [`spending`] and [`statement`], what a page shows of it in
//! [`money`].

pub mod kept;
pub mod money;
mod reading;
pub mod spending;
pub mod statement;
pub mod steps;

use crate::address::Address as _;
use crate::mail::Letter;
use crate::session::Session;
use crate::{App, Effects, Error, OpenCase};
use domain::access::{Action, Actor};
use domain::case::arrangement::payments::Rhythm;
use domain::case::arrangement::spending::{Change, Held};
use domain::case::arrangement::years::year_with;
use domain::case::arrangement::{self, By, Decision, Scheduled, agreement, payments};
use domain::case::{self, Case, Voice};
use domain::ledger::{Account, Layer};
use domain::place::CasePage;
use domain::{CaseId, Date, EntryId, HoldingId, InstalmentId, Line, Prose};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{StoreError, Tx, ledger, sums};
use uuid::Uuid;

impl From<Decision> for Effects {
    fn from(decision: Decision) -> Self {
        Self { events: decision.events, entries: decision.entries, mail: vec![] }
    }
}

impl OpenCase<'_, '_> {
    /// Who acts and when, as decisions about money need it.
    pub(crate) fn by(&self) -> By {
        By { who: self.actor.account, now: self.now, today: self.today }
    }
}

/// What was decided, told to the person's side.
fn told(open: &OpenCase<'_, '_>, decided: impl Into<Effects>, subject: &str, page: &CasePage) -> Effects {
    decided.into().told_to_their_side(open.case, open.actor.account, subject, page)
}

/// What the ledger says of a holding, and of those from which money moved on to it.
fn held(tx: &mut Tx<'_>, case: CaseId, holding: HoldingId) -> Result<Held, StoreError> {
    let through = ledger::through(tx, case, holding)?;
    let mut others = BTreeMap::new();
    for (account, amount) in &through {
        if let Account::Holding(other) = *account
            && amount.0 > 0
        {
            others.insert(other, held(tx, case, other)?);
        }
    }
    Ok(Held::of(&through, |other| others.get(&other).copied().unwrap_or_default()))
}

/// What was in a holding when the ledger had so many entries.
#[derive(Clone, Copy)]
struct AddedUp {
    length: u64,
    held: Held,
}

impl AddedUp {
    /// The same now: added up again only if something moved since.
    fn now(self, tx: &mut Tx<'_>, case: CaseId, holding: HoldingId) -> Result<Held, StoreError> {
        if ledger::length(tx, case)? == self.length { Ok(self.held) } else { held(tx, case, holding) }
    }
}

impl App {
    /// Makes the agreement for a year from a day, and tells the family.
    pub async fn make_agreement(&self, actor: &Actor, id: CaseId, from: Date) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, id, Action::MakeAgreement, move |open| {
            let year = year_with(open.case, from);
            let of_year = sums::between(open.tx, id, Layer::Budget, (year.start, year.end))?;
            let balances = sums::balances_of(&of_year);
            let made = agreement::make(open.case, from, open.by(), EntryId(app.id()), &balances)?;
            Ok(told(open, made, "An agreement for you to read", &CasePage::Agreement))
        })
        .await
    }

    /// Signs the agreement for the person; `read` is the number of the one that
    /// was read.
    pub async fn sign_agreement(
        &self,
        actor: &Actor,
        id: CaseId,
        read: usize,
        voice: Voice,
        how: Prose,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::SignAgreement, move |open| {
            Ok(agreement::sign(open.case, read, voice, how.clone())?.into())
        })
        .await
    }

    /// Signs the agreement for the NHS; `read` is the number of the one that was
    /// read.
    pub async fn countersign_agreement(
        &self,
        actor: &Actor,
        id: CaseId,
        read: usize,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::CountersignAgreement, move |open| {
            let events = agreement::countersign(open.case, read, open.by())?;
            Ok(told(open, events, "The agreement is signed", &CasePage::Agreement))
        })
        .await
    }

    /// Notes that the account for a holding was checked, so that money can go
    /// there, or that another was entered in its place, and tells the family. Whoever does so has shown that it is them.
    pub async fn approve_account(
        &self,
        actor: &Actor,
        session: &Session,
        id: CaseId,
        holding: HoldingId,
        name: Line,
        last_four: String,
    ) -> Result<Arc<Case>, Error> {
        let (app, session) = (self.clone(), session.clone());
        self.act(actor, id, Action::SchedulePayments, move |open| {
            app.must_be_proven(open.tx, &session)?;
            let events = agreement::approve_account(open.case, holding, name.clone(), &last_four, open.by())?;
            let is_entered = |event: &case::Event| {
                matches!(event, case::Event::Arrangement(arrangement::Event::AccountChangeEntered { .. }))
            };
            let news = if events.iter().any(is_entered) {
                "Another account to pay into was entered"
            } else {
                "An account to pay into was approved"
            };
            Ok(told(open, events, news, &CasePage::History))
        })
        .await
    }

    /// Takes back an account that waits for a second person, and tells the family.
    pub async fn take_back_account(
        &self,
        actor: &Actor,
        id: CaseId,
        holding: HoldingId,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::SchedulePayments, move |open| {
            let events = agreement::take_back_account(open.case, holding, why.clone(), open.by())?;
            Ok(told(open, events, "An account that had been entered was taken back", &CasePage::History))
        })
        .await
    }

    /// Schedules a year of payments into a holding. `key` makes a form that
    /// is sent twice count once.
    pub async fn schedule_payments(
        &self,
        actor: &Actor,
        id: CaseId,
        holding: HoldingId,
        first: Date,
        rhythm: Rhythm,
        key: Uuid,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, id, Action::SchedulePayments, move |open| {
            let mut key = Some(key);
            let ids = || key.take().unwrap_or_else(|| app.id());
            Ok(payments::schedule(open.case, holding, first, rhythm, open.by(), ids)?.into())
        })
        .await
    }

    /// Schedules one more payment; its id is the form's key.
    pub async fn schedule_payment(
        &self,
        actor: &Actor,
        id: CaseId,
        planned: Scheduled,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::SchedulePayments, move |open| {
            Ok(payments::schedule_one(open.case, planned.clone(), open.by())?.into())
        })
        .await
    }

    /// Releases a payment, for somebody else to confirm.
    pub async fn release_payment(
        &self,
        actor: &Actor,
        id: CaseId,
        payment: InstalmentId,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::ReleasePayment, move |open| {
            Ok(payments::release(open.case, payment, open.by())?.into())
        })
        .await
    }

    /// Confirms a payment that somebody else released: the money moves.
    pub async fn confirm_payment(
        &self,
        actor: &Actor,
        id: CaseId,
        payment: InstalmentId,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, id, Action::ConfirmPayment, move |open| {
            let paid = payments::confirm(open.case, payment, open.by(), EntryId(app.id()))?;
            Ok(told(open, paid, "A payment has been made", &CasePage::Money))
        })
        .await
    }

    /// Sends a released payment back, and tells whoever released it.
    pub async fn send_payment_back(
        &self,
        actor: &Actor,
        id: CaseId,
        payment: InstalmentId,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::ConfirmPayment, move |open| {
            let events = payments::send_back(open.case, payment, why.clone(), open.by())?;
            let first = open.case.arrangement.instalment(payment).and_then(|i| i.released_by);
            let letter = |to| Letter {
                to,
                subject: "A payment was sent back".into(),
                body: format!(
                    "A payment that you released was sent back.\n\nSign in to see why: {}\n",
                    CasePage::Payments.of(id).in_letter()
                ),
            };
            Ok(Effects { mail: first.map(letter).into_iter().collect(), ..events.into() })
        })
        .await
    }

    /// Cancels a planned payment, and tells the person's side.
    pub async fn cancel_payment(
        &self,
        actor: &Actor,
        id: CaseId,
        payment: InstalmentId,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, id, Action::SchedulePayments, move |open| {
            let entry = EntryId(app.id());
            let cancelled = payments::cancel(open.case, payment, why.clone(), open.by(), entry)?;
            Ok(told(open, cancelled, "A planned payment was cancelled", &CasePage::Payments))
        })
        .await
    }

    /// Changes how money is held: plan, payments and what is left together, and
    /// tells the person's side. A new agreement is due afterwards.
    pub async fn change_holding(
        &self,
        actor: &Actor,
        id: CaseId,
        change: Change,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        let old = change.old;
        let added_up = self.add_up(actor, id, old).await?;
        self.act(actor, id, Action::MakeAgreement, move |open| {
            let held = added_up.now(open.tx, id, old)?;
            let deal = || EntryId(app.id());
            let by = open.by();
            let changed = arrangement::spending::change_holding(open.case, change.clone(), held, by, deal)?;
            Ok(told(open, changed, "How the money is held is changing", &CasePage::Agreement))
        })
        .await
    }

    /// Says what becomes of money that was left in a way of holding it which ended:
    /// it moves on `into` another, or goes back. Tells the person's side.
    pub async fn settle_left(
        &self,
        actor: &Actor,
        id: CaseId,
        holding: HoldingId,
        into: Option<HoldingId>,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        let added_up = self.add_up(actor, id, holding).await?;
        self.act(actor, id, Action::MakeAgreement, move |open| {
            let held = added_up.now(open.tx, id, holding)?;
            let (by, entry) = (open.by(), EntryId(app.id()));
            let settled = arrangement::spending::settle_left(open.case, holding, into, held, by, entry)?;
            Ok(told(open, settled, "Money that was left in an account", &CasePage::Money))
        })
        .await
    }

    /// Adds up what is in a holding before something is decided, since that goes
    /// through a whole life of payments.
    async fn add_up(&self, actor: &Actor, id: CaseId, holding: HoldingId) -> Result<AddedUp, Error> {
        let add_up = move |tx: &mut Tx<'_>| {
            Ok(AddedUp { length: ledger::length(tx, id)?, held: held(tx, id, holding)? })
        };
        self.heavy_read(actor.account, add_up).await
    }
}
