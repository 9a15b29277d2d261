//! Matching, receipts: what was spent, and on what. Statements are taken in by
//! [`super::statement`].

use crate::stored::must_fit;
use crate::{App, Error, OpenCase};
use domain::access::{Action, Actor, Role};
use domain::case::Case;
use domain::case::arrangement::sight::{accounts_handled, handles_lines, sees_lines};
use domain::case::arrangement::{Bought, CameIn, Movement, spending};
use domain::known::known;
use domain::{BankLineId, CaseId, EntryId, FileId, HoldingId, Line, LineId, Pence, Prose, Refusal, dates};
use std::sync::Arc;
use store::bank::{self, BankLine};
use store::files::{self, FileInfo, NewFile};
use store::ledger;
use store::stored::Amount;
use uuid::Uuid;

/// Refuses who may not handle the lines of an account.
pub(super) fn must_handle(actor: &Actor, case: &Case, holding: HoldingId) -> Result<(), Error> {
    if accounts_handled(actor, case).iter().any(|h| h.id == holding) {
        return Ok(());
    }
    if !is_only_third_party(actor, case) {
        spending::can_take_in(case, holding)?;
    }
    Err(Refusal::invalid("holding", "Choose which account it is").into())
}

fn is_only_third_party(actor: &Actor, case: &Case) -> bool {
    actor.roles_on(case).iter().all(|r| *r == Role::ThirdParty)
}

/// What a bank line is to the rules.
#[must_use]
pub fn movement(line: &BankLine) -> Movement {
    Movement {
        id: line.id,
        holding: line.holding,
        date: line.date,
        amount: line.amount,
        text: line.description.clone(),
    }
}

/// A bank line of this case that this person may handle; else it is not there.
fn line_of(open: &mut OpenCase<'_, '_>, id: BankLineId) -> Result<BankLine, Error> {
    let line = bank::line(open.tx, id)?.filter(|l| l.case == open.case.id).ok_or(Error::Hidden)?;
    if !sees_lines(open.actor, open.case, line.holding) {
        return Err(Error::Hidden);
    }
    Ok(line)
}

/// The same, to say what it was for.
fn line_to_explain(open: &mut OpenCase<'_, '_>, id: BankLineId) -> Result<BankLine, Error> {
    let line = line_of(open, id)?;
    if handles_lines(open.actor, open.case, line.holding) {
        return Ok(line);
    }
    let message = "You look after the direct payment, and this payment is of another account";
    Err(Refusal::not_allowed(message).into())
}

/// Refuses a file under the id of another one, of this case or of any.
fn must_be_its_file(open: &mut OpenCase<'_, '_>, sent: &NewFile) -> Result<(), Error> {
    let found = files::get(open.tx, sent.id)?;
    let is_it = |(info, bytes): &(FileInfo, Vec<u8>)| info.case == sent.case && *bytes == sent.bytes;
    known(found, is_it).is_new(|(info, _)| match open.case.arrangement.receipt(info.id) {
        Some(receipt) => spending::kept_receipt(receipt),
        None => "another file".to_owned(),
    })?;
    Ok(())
}

impl App {
    /// Says what a payment was for.
    pub async fn match_spending(
        &self,
        actor: &Actor,
        id: CaseId,
        bank_line: BankLineId,
        to: Vec<(LineId, Pence)>,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, id, Action::MatchSpending, move |open| {
            let line = line_to_explain(open, bank_line)?;
            let entry = EntryId(app.id());
            Ok(spending::match_spending(open.case, &movement(&line), to.clone(), open.by(), entry)?.into())
        })
        .await
    }

    /// Takes back what a payment was said to be for.
    pub async fn unmatch_spending(
        &self,
        actor: &Actor,
        id: CaseId,
        bank_line: BankLineId,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, id, Action::MatchSpending, move |open| {
            let line = line_to_explain(open, bank_line)?;
            let already = || Refusal::already_done("This payment is not matched to the plan");
            let matched = ledger::last_match(open.tx, id, line.id)?.ok_or_else(already)?;
            let (entry, by) = (EntryId(app.id()), open.by());
            Ok(spending::unmatch(open.case, line.id, why.clone(), &matched, by, entry)?.into())
        })
        .await
    }

    /// Says what money was that came in and is not one of our payments.
    pub async fn explain_money_in(
        &self,
        actor: &Actor,
        id: CaseId,
        bank_line: BankLineId,
        what: CameIn,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::MatchSpending, move |open| {
            let line = line_to_explain(open, bank_line)?;
            Ok(spending::explain_money_in(open.case, &movement(&line), what, open.by())?.into())
        })
        .await
    }

    /// Records what was bought with a notional budget; `key` makes a form that
    /// is sent twice count once.
    pub async fn record_notional(
        &self,
        actor: &Actor,
        id: CaseId,
        bought: Bought,
        key: Uuid,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::RecordNotionalSpending, move |open| {
            let kept = ledger::entry(open.tx, id, EntryId(key))?.is_some();
            Ok(spending::record_notional(open.case, bought.clone(), open.by(), EntryId(key), kept)?.into())
        })
        .await
    }

    /// Keeps a receipt: a photograph (where it was taken is stripped off) or a
    /// PDF. `key` is its id.
    pub async fn add_receipt(
        &self,
        actor: &Actor,
        id: CaseId,
        file: (String, Vec<u8>),
        about: (Option<BankLineId>, Option<LineId>, Option<Line>),
        key: FileId,
    ) -> Result<Arc<Case>, Error> {
        let (name, bytes) = file;
        let (kind, bytes) = self.read_picture(actor, bytes).await?;
        let media_type = kind.mime().to_owned();
        let now = self.clock.now();
        let (case, by) = (id, Some(actor.account));
        let file = NewFile { id: key, case, name, media_type, added: now, by, bytes };
        let most = self.settings.most;
        self.act(actor, id, Action::AddReceipt, move |open| {
            let (bank_line, line, what) = about.clone();
            if let Some(bank_line) = bank_line {
                line_of(open, bank_line).map_err(|no| match no {
                    Error::Hidden => Refusal::invalid("bank-line", "Choose a payment from the list").into(),
                    other => other,
                })?;
            }
            must_be_its_file(open, &file)?;
            let events = spending::add_receipt(open.case, key, bank_line, line, what)?;
            if !events.is_empty() {
                let bytes = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
                must_fit(open, most, Amount { bytes, lines: 0 })?;
                files::put(open.tx, &file)?;
            }
            Ok(events.into())
        })
        .await
    }
}

/// The last day that an outlook looks at: the last of the agreement's year.
#[must_use]
pub fn looks_until(case: &Case, today: domain::Date) -> domain::Date {
    let year = case.arrangement.year_of(today);
    year.map_or_else(|| dates::months_after(today, 12), |year| dates::days_after(year.end, -1))
}
