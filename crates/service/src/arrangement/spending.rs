//! Statements, matching, receipts: what was spent, and on what.

use super::reading::ReadStatement;
use crate::limit::Work;
use crate::{App, Decided, Desk, No};
use domain::access::{Action, Actor, Role};
use domain::case::Case;
use domain::case::arrangement::sight::{accounts_seen, sees_lines};
use domain::case::arrangement::spending::{self, Bought};
use domain::case::arrangement::{CameIn, Movement};
use domain::{
    AccountId, BankLineId, CaseId, EntryId, FileId, HoldingId, Line, LineId, Pence, Prose, Refusal,
    StatementId, dates,
};
use formats::bank as file;
use std::sync::Arc;
use store::bank::{self, BankLine, Statement};
use store::files::{self, NewFile};
use store::ledger;
use uuid::Uuid;

/// What became of a statement that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenIn {
    /// The statement as it is kept; none where all of it was known.
    pub statement: Option<StatementId>,
    pub new: u32,
    pub already: u32,
}

fn must_handle(actor: &Actor, case: &Case, holding: HoldingId) -> Result<(), No> {
    if accounts_seen(actor, case).iter().any(|h| h.id == holding) {
        return Ok(());
    }
    if case.plan.holding(holding).is_none() || is_only_third_party(actor, case) {
        return Err(Refusal::invalid("holding", "Choose which account it is").into());
    }
    Ok(spending::can_take_in(case, holding)?)
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
fn line_of(desk: &mut Desk<'_, '_>, id: BankLineId) -> Result<BankLine, No> {
    let line = bank::line(desk.tx, id)?.filter(|l| l.case == desk.case.id).ok_or(No::Hidden)?;
    if !sees_lines(desk.actor, desk.case, line.holding) {
        return Err(No::Hidden);
    }
    Ok(line)
}

/// Refuses a statement of another account than the one that was approved.
fn check_account(case: &Case, holding: HoldingId, read: &file::Statement) -> Result<(), Refusal> {
    let said = read.account.as_ref().and_then(|a| a.number_last4.as_deref());
    let approved = case.arrangement.accounts.iter().find(|(h, ..)| *h == holding);
    if let (Some(said), Some((_, _, last_four))) = (said, approved)
        && said != last_four
    {
        return Err(Refusal::invalid(
            "file",
            format!(
                "This statement is of an account ending in {said}. The one for this budget ends in {last_four}"
            ),
        ));
    }
    Ok(())
}

/// A statement that was read, ready for the store.
#[derive(Clone)]
struct Ready {
    statement: Statement,
    lines: Vec<BankLine>,
    file: NewFile,
}

impl App {
    fn ready(
        &self,
        read: ReadStatement,
        at: (CaseId, HoldingId, AccountId),
        name: &str,
    ) -> Result<Ready, Refusal> {
        let (case, holding, who) = at;
        let ReadStatement { statement: read, sha256, bytes } = read;
        let days = || read.lines.iter().map(|l| l.date);
        let (Some(from), Some(to)) = (days().min(), days().max()) else {
            return Err(Refusal::invalid("file", "There are no payments in this file"));
        };
        let (id, now) = (StatementId(self.id()), self.clock.now());
        let lines = read.lines.iter().zip(file::dedupe_keys(&read)).map(|(line, dedupe_key)| BankLine {
            id: BankLineId(self.id()),
            statement: id,
            case,
            holding,
            line_no: line.line_no,
            date: line.date,
            amount: line.amount,
            description: line.description.clone(),
            reference: line.reference.clone().unwrap_or_default(),
            dedupe_key,
        });
        let (format, media_type) = match read.format {
            file::Format::Csv(bank) => (format!("csv {bank}"), "text/csv"),
            file::Format::Ofx => ("ofx".to_owned(), "application/x-ofx"),
        };
        let statement = Statement {
            id,
            case,
            holding,
            file_sha256: sha256,
            name: name.to_owned(),
            format,
            opening: read.opening,
            closing: read.closing,
            from: read.from.unwrap_or(from).min(from),
            to: read.to.unwrap_or(to).max(to),
            imported: now,
            by: Some(who),
        };
        let lines = lines.collect();
        // The file has the id of its statement, so that each leads to the other.
        let (id, name, media_type) = (FileId(id.0), name.to_owned(), media_type.to_owned());
        let file = NewFile { id, case, name, media_type, added: now, by: Some(who), bytes };
        Ok(Ready { statement, lines, file })
    }

    /// Takes in a bank statement of a holding. A file that is not one, is cut
    /// off or does not add up is refused whole; lines that came before are
    /// left alone; the file itself is kept.
    pub async fn take_in_statement(
        &self,
        actor: &Actor,
        id: CaseId,
        holding: HoldingId,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<TakenIn, No> {
        let read = self.read_statement(actor, name, bytes).await?;
        let contents = read.statement.clone();
        let ready = self.ready(read, (id, holding, actor.account), name)?;
        let total = u32::try_from(ready.lines.len()).unwrap_or(u32::MAX);
        let statement = ready.statement.id;
        let work = move |desk: &mut Desk<'_, '_>| {
            must_handle(desk.actor, desk.case, holding)?;
            spending::can_take_in(desk.case, holding)?;
            check_account(desk.case, holding, &contents)?;
            take_in(desk, &ready)
        };
        let _turn = self.limits.turn(Work::Statement, &actor.account.to_string()).await?;
        let (_, new) = self.act_and_tell(actor, id, Action::ImportStatement, work).await?;
        Ok(TakenIn { statement: (new > 0).then_some(statement), new, already: total - new })
    }

    /// Says what a payment was for.
    pub async fn match_spending(
        &self,
        actor: &Actor,
        id: CaseId,
        bank_line: BankLineId,
        to: Vec<(LineId, Pence)>,
    ) -> Result<Arc<Case>, No> {
        let app = self.clone();
        self.act(actor, id, Action::MatchSpending, move |desk| {
            let line = line_of(desk, bank_line)?;
            let entry = EntryId(app.id());
            Ok(spending::match_spending(desk.case, &movement(&line), to.clone(), desk.by(), entry)?.into())
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
    ) -> Result<Arc<Case>, No> {
        let app = self.clone();
        self.act(actor, id, Action::MatchSpending, move |desk| {
            let line = line_of(desk, bank_line)?;
            let already = || Refusal::already_done("This payment is not matched to the plan");
            let matched = ledger::last_match(desk.tx, id, line.id)?.ok_or_else(already)?;
            let (entry, by) = (EntryId(app.id()), desk.by());
            Ok(spending::unmatch(desk.case, line.id, why.clone(), &matched, by, entry)?.into())
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
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::MatchSpending, move |desk| {
            let line = line_of(desk, bank_line)?;
            Ok(spending::explain_money_in(desk.case, &movement(&line), what, desk.by())?.into())
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
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::RecordNotionalSpending, move |desk| {
            if ledger::entry(desk.tx, id, EntryId(key))?.is_some() {
                return Ok(Decided::default());
            }
            Ok(spending::record_notional(desk.case, bought.clone(), desk.by(), EntryId(key))?.into())
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
    ) -> Result<Arc<Case>, No> {
        let (name, bytes) = file;
        let (kind, bytes) = self.read_picture(actor, bytes).await?;
        let media_type = kind.mime().to_owned();
        let now = self.clock.now();
        let (case, by) = (id, Some(actor.account));
        let file = NewFile { id: key, case, name, media_type, added: now, by, bytes };
        self.act(actor, id, Action::AddReceipt, move |desk| {
            let (bank_line, line, what) = about.clone();
            if let Some(bank_line) = bank_line {
                line_of(desk, bank_line).map_err(|no| match no {
                    No::Hidden => Refusal::invalid("bank-line", "Choose a payment from the list").into(),
                    other => other,
                })?;
            }
            let events = spending::add_receipt(desk.case, key, bank_line, line, what)?;
            if !events.is_empty() {
                files::put(desk.tx, &file)?;
            }
            Ok(events.into())
        })
        .await
    }
}

/// What is decided about a statement, and how many of its lines are new.
fn take_in(desk: &mut Desk<'_, '_>, ready: &Ready) -> Result<(Decided, u32), No> {
    let Ready { statement, lines, file } = ready;
    let new = bank::insert_statement(desk.tx, statement, lines)?;
    if new.is_empty() {
        return Ok((Decided::default(), 0));
    }
    let count = |lines: usize| u32::try_from(lines).unwrap_or(u32::MAX);
    let (already, new_lines) = (count(lines.len() - new.len()), count(new.len()));
    let new: Vec<Movement> = new.into_iter().map(movement).collect();
    files::put(desk.tx, file)?;
    let by = desk.by();
    let decision = spending::take_in(desk.case, statement.id, statement.holding, &new, already, by)?;
    Ok((decision.into(), new_lines))
}

/// The last day that an outlook looks at: the end of the agreement's year.
#[must_use]
pub fn looks_until(case: &Case, today: domain::Date) -> domain::Date {
    let year_end = case.arrangement.agreement().map(|a| dates::months_after(a.from, 12));
    year_end.filter(|end| *end > today).unwrap_or_else(|| dates::months_after(today, 12))
}
