//! Taking in a bank statement. Whatever can be refused is decided before the
//! first line is written. A long statement is then written down part by part,
//! each a short transaction with its own event, so that others' writing comes
//! between; where it breaks off, the same file takes in the rest.

use super::reading::ReadStatement;
use super::spending::{movement, must_handle};
use crate::limit::{Turn, Work};
use crate::settings::Most;
use crate::stored::must_fit;
use crate::{App, Effects, Error, OpenCase};
use domain::access::{Action, Actor};
use domain::case::Case;
use domain::case::arrangement::{ApprovedAccount, spending};
use domain::{AccountId, BankLineId, CaseId, FileId, HoldingId, Refusal, StatementId};
use formats::bank as file;
use std::sync::Arc;
use std::time::Duration;
use store::bank::{self, BankLine, Begun, Statement};
use store::files::{self, NewFile};
use store::stored::Amount;
use store::{StoreError, Tx};
use tokio::time::{Instant, sleep};

/// How often a statement that has begun asks for its next turn.
const MOST_ASKED: usize = 20;
/// The longest that is left to others between two parts.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// What became of a statement that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenIn {
    /// The statement as it is kept; none where all of it was known.
    pub statement: Option<StatementId>,
    pub new: u32,
    /// Lines that were there before this file was sent.
    pub already: u32,
    /// Lines of the file that are not taken in, because it broke off.
    pub rest: u32,
}

/// A statement that was read, ready for the store.
#[derive(Debug)]
struct Ready {
    statement: Statement,
    lines: Vec<BankLine>,
    file: NewFile,
    /// The last four digits of the account, where the file says them.
    last_four: Option<String>,
}

/// A statement on its way into the store.
#[derive(Debug)]
struct Sent {
    ready: Arc<Ready>,
    /// Of each line, whether it was known before the first part. What is known
    /// stays known, so that a part need not look these up again.
    known: Vec<bool>,
    /// How many new lines make a part.
    part: usize,
}

/// What one transaction wrote down.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// None where all of it was known.
    statement: Option<StatementId>,
    new: usize,
    /// How many lines of the file are gone through by now.
    until: usize,
}

impl Sent {
    /// Where a part ends that begins here: behind so many new lines, and the
    /// known ones after them.
    fn end_of_part(&self, from: usize) -> usize {
        let mut new = 0;
        let is_one_too_many = |known: &bool| {
            new += usize::from(!known);
            new > self.part
        };
        let rest = self.known.get(from..).unwrap_or_default();
        rest.iter().position(is_one_too_many).map_or(self.known.len(), |at| from + at)
    }
}

fn count(lines: usize) -> u32 {
    u32::try_from(lines).unwrap_or(u32::MAX)
}

/// Refuses a statement of another account than the one that was approved.
fn check_account(case: &Case, holding: HoldingId, said: Option<&str>) -> Result<(), Refusal> {
    let approved = case.arrangement.accounts.iter().find(|account| account.holding == holding);
    if let (Some(said), Some(ApprovedAccount { last_four, .. })) = (said, approved)
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
        let lines: Vec<BankLine> = lines.collect();
        let last_four = read.account.and_then(|account| account.number_last4);
        // The file has the id of its statement, so that each leads to the other.
        let (id, name, media_type) = (FileId(id.0), name.to_owned(), media_type.to_owned());
        let file = NewFile { id, case, name, media_type, added: now, by: Some(who), bytes };
        Ok(Ready { statement, lines, file, last_four })
    }

    /// Takes in a bank statement of a holding. A file that is not one, is cut
    /// off or does not add up is refused whole; lines that came before are
    /// left alone; the file itself is kept. Where writing it down breaks off,
    /// it says how many lines are left, and the same file takes them in.
    pub async fn take_in_statement(
        &self,
        actor: &Actor,
        id: CaseId,
        holding: HoldingId,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<TakenIn, Error> {
        let read = self.read_statement(actor, name, bytes).await?;
        let ready = self.ready(read, (id, holding, actor.account), name)?;
        let ready = Arc::new(ready);
        let looked_up = Arc::clone(&ready);
        let look = move |tx: &mut Tx<'_>| {
            let lines: Vec<&BankLine> = looked_up.lines.iter().collect();
            Ok(bank::are_known(tx, &lines)?)
        };
        let known = self.read(look).await?;
        let part = self.parts.of_statement(known.iter().filter(|known| !**known).count());
        let sent = Arc::new(Sent { ready, known, part });
        // It goes on where whoever sent it has closed their browser.
        let (app, actor) = (self.clone(), actor.clone());
        let done = tokio::spawn(async move { app.write_down(&actor, &sent).await });
        done.await.map_err(|why| StoreError::Io { what: format!("a statement broke off: {why}") })?
    }

    /// Writes a statement down, part by part.
    async fn write_down(&self, actor: &Actor, sent: &Arc<Sent>) -> Result<TakenIn, Error> {
        let total = sent.known.len();
        let (mut statement, mut new, mut until) = (None, 0, None);
        loop {
            let (began, of_it, first) = (Instant::now(), Arc::clone(sent), until.is_none());
            let most = self.settings.most;
            let work = move |open: &mut OpenCase<'_, '_>| {
                if first {
                    decide(open, &of_it, most)?;
                }
                write_part(open, &of_it)
            };
            let case = sent.ready.statement.case;
            let written = match self.turn_for_part(actor, sent, first).await {
                Ok(turn) => {
                    let written = self.act_and_tell(actor, case, Action::ImportStatement, work).await;
                    drop(turn);
                    written
                }
                Err(no) => Err(no),
            };
            match written {
                Ok((_, part)) => {
                    statement = statement.or(part.statement);
                    new += part.new;
                    until = Some(part.until);
                }
                Err(no) => return broken_off(no, statement, new, (until, total)),
            }
            if until >= Some(total) {
                let (new, already) = (count(new), count(total - new));
                return Ok(TakenIn { statement: statement.filter(|_| new > 0), new, already, rest: 0 });
            }
            // As long for others as for this.
            sleep(began.elapsed().min(LONGEST_PAUSE)).await;
        }
    }
}

impl App {
    /// A turn for the next part of a long statement: parts of several go round,
    /// so that none of them keeps another out. What is one part waits for nobody
    /// but the database. Once it has begun, it does not give up because many
    /// others came.
    async fn turn_for_part(&self, actor: &Actor, sent: &Sent, is_first: bool) -> Result<Option<Turn>, Error> {
        if sent.known.iter().filter(|known| !**known).count() <= sent.part {
            return Ok(None);
        }
        let who = actor.account.to_string();
        for _ in 0..MOST_ASKED {
            match self.limits.turn(Work::Statement, &who).await {
                Ok(turn) => return Ok(Some(turn)),
                Err(Error::Busy) if !is_first => sleep(LONGEST_PAUSE).await,
                Err(no) => return Err(no),
            }
        }
        Err(Error::Busy)
    }
}

/// What is said of a statement that could not be written down to its end.
fn broken_off(
    no: Error,
    statement: Option<StatementId>,
    new: usize,
    (until, total): (Option<usize>, usize),
) -> Result<TakenIn, Error> {
    let (Some(until), Some(statement)) = (until, statement) else { return Err(no) };
    match no {
        // They sent these payments and are told what became of them, and nothing else.
        Error::Hidden => {
            let no =
                Refusal::not_allowed("You cannot open this budget any more, so you cannot send the rest");
            Err(Error::Refused(after_part(until, total, no)))
        }
        Error::Refused(refusal) => Err(Error::Refused(after_part(until, total, refusal))),
        other => {
            tracing::error!(error = %other, %statement, until, total, "a statement broke off");
            let (already, rest) = (count(until.saturating_sub(new)), count(total - until));
            Ok(TakenIn { statement: Some(statement), new: count(new), already, rest })
        }
    }
}

/// A refusal that comes when some of a file is taken in.
fn after_part(until: usize, total: usize, no: Refusal) -> Refusal {
    let message = format!(
        "The first {until} of the {total} payments in this file are taken in, and the others are not. {}",
        no.message
    );
    Refusal { message, ..no }
}

/// What can be refused, before anything is written.
fn decide(open: &mut OpenCase<'_, '_>, sent: &Sent, most: Most) -> Result<(), Error> {
    let Ready { statement, file, .. } = sent.ready.as_ref();
    may_go_on(open, sent)?;
    let bytes = match bank::same_file(open.tx, statement.holding, statement.file_sha256)? {
        Some(_) => 0,
        None => u64::try_from(file.bytes.len()).unwrap_or(u64::MAX),
    };
    let new = sent.known.iter().filter(|known| !**known).count();
    if new == 0 {
        return Ok(());
    }
    let more = Amount { bytes, lines: u64::try_from(new).unwrap_or(u64::MAX) };
    must_fit(open, most, more)
}

/// What must hold for each part.
fn may_go_on(open: &OpenCase<'_, '_>, sent: &Sent) -> Result<(), Error> {
    let holding = sent.ready.statement.holding;
    must_handle(open.actor, open.case, holding)?;
    spending::can_take_in(open.case, holding)?;
    Ok(check_account(open.case, holding, sent.ready.last_four.as_deref())?)
}

/// Where the next part of a statement begins.
enum Next {
    /// Nothing of the file is there yet.
    First,
    /// Of the statement, so many lines are gone through.
    From(StatementId, usize),
    /// All of it is there.
    Nothing,
}

fn next(open: &mut OpenCase<'_, '_>, sent: &Sent) -> Result<Next, StoreError> {
    let Statement { case, holding, file_sha256, .. } = sent.ready.statement;
    let Some(id) = bank::same_file(open.tx, holding, file_sha256)? else {
        return Ok(if sent.known.iter().all(|known| *known) { Next::Nothing } else { Next::First });
    };
    if !bank::begun(open.tx, case)?.iter().any(|begun| begun.statement == id) {
        return Ok(Next::Nothing);
    }
    let so_far = open.case.arrangement.statements.get(&id).map_or(0, |s| s.gone_through());
    Ok(Next::From(id, usize::try_from(so_far).unwrap_or(usize::MAX)))
}

/// Writes down the next part: the record says how far it has come, so that it
/// does not matter who wrote the parts before, or when.
fn write_part(open: &mut OpenCase<'_, '_>, sent: &Sent) -> Result<(Effects, Part), Error> {
    may_go_on(open, sent)?;
    let Ready { statement, lines, file, .. } = sent.ready.as_ref();
    let (by, total) = (open.by(), lines.len());
    let (id, from) = match next(open, sent)? {
        Next::First => (statement.id, 0),
        Next::From(id, from) => (id, from.min(total)),
        Next::Nothing => {
            return Ok((Effects::default(), Part { statement: None, new: 0, until: total }));
        }
    };
    let until = sent.end_of_part(from);
    let of_part = lines.iter().zip(&sent.known).take(until).skip(from);
    let may_be_new: Vec<BankLine> = of_part
        .filter(|(_, known)| !**known)
        .map(|(line, _)| BankLine { statement: id, ..line.clone() })
        .collect();
    let may_be_new: Vec<&BankLine> = may_be_new.iter().collect();
    let known = bank::are_known(open.tx, &may_be_new)?;
    let new: Vec<&BankLine> =
        may_be_new.into_iter().zip(known).filter(|(_, known)| !known).map(|(line, _)| line).collect();
    let is_first = id == statement.id && from == 0;
    if is_first {
        bank::insert_heading(open.tx, statement)?;
        files::put(open.tx, file)?;
    }
    if is_first && until < total {
        let lines = u64::try_from(total).unwrap_or(u64::MAX);
        bank::begin(open.tx, statement.case, Begun { statement: id, lines })?;
    } else if !is_first && until == total {
        bank::end(open.tx, id)?;
    }
    bank::insert_lines(open.tx, &new, Some(by.who), by.now)?;
    let already = count(until - from - new.len());
    let movements: Vec<_> = new.into_iter().map(movement).collect();
    let decision = spending::take_in(open.case, id, statement.holding, &movements, already, by)?;
    Ok((decision.into(), Part { statement: Some(id), new: movements.len(), until }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(known: &[bool], part: usize) -> Vec<usize> {
        let statement = |id| Statement {
            id,
            case: CaseId(uuid::Uuid::nil()),
            holding: HoldingId(uuid::Uuid::nil()),
            file_sha256: [0; 32],
            name: String::new(),
            format: String::new(),
            opening: None,
            closing: None,
            from: domain::Date::constant(2026, 3, 1),
            to: domain::Date::constant(2026, 3, 1),
            imported: domain::Timestamp::UNIX_EPOCH,
            by: None,
        };
        let (id, at) = (StatementId(uuid::Uuid::nil()), domain::Timestamp::UNIX_EPOCH);
        let (case, by) = (CaseId(id.0), None);
        let (name, media_type) = (String::new(), String::new());
        let file = NewFile { id: FileId(id.0), case, name, media_type, added: at, by, bytes: vec![] };
        let ready = Arc::new(Ready { statement: statement(id), lines: vec![], file, last_four: None });
        let sent = Sent { ready, known: known.to_vec(), part };
        let mut ends = vec![0];
        while ends.last() < Some(&known.len()) {
            ends.push(sent.end_of_part(ends[ends.len() - 1]));
        }
        ends
    }

    #[test]
    fn a_part_has_so_many_new_lines_and_the_known_ones_behind_them() {
        let (n, k) = (false, true);
        assert_eq!(sent(&[n, n, n, n, n], 2), [0, 2, 4, 5]);
        assert_eq!(sent(&[k, n, k, n, k, k, n, k], 2), [0, 6, 8]);
        assert_eq!(sent(&[k, k, k], 2), [0, 3], "lines that are known cost no part");
        assert_eq!(sent(&[n, n], 2), [0, 2]);
    }

    #[test]
    fn what_broke_off_half_way_says_how_much_is_there() {
        let statement = StatementId(uuid::Uuid::nil());
        let refused =
            || Error::Refused(Refusal::not_allowed("You do not have permission to take in a bank statement"));
        let at_once = broken_off(refused(), None, 0, (None, 100)).expect_err("nothing is there");
        assert_eq!(at_once.to_string(), "You do not have permission to take in a bank statement");
        let later = broken_off(refused(), Some(statement), 30, (Some(40), 100)).expect_err("it is refused");
        assert_eq!(
            later.to_string(),
            "The first 40 of the 100 payments in this file are taken in, and the others are not. You do not \
             have permission to take in a bank statement"
        );
        assert!(matches!(broken_off(Error::Hidden, None, 0, (None, 100)), Err(Error::Hidden)));
        let closed =
            broken_off(Error::Hidden, Some(statement), 30, (Some(40), 100)).expect_err("it is closed");
        let words = "The first 40 of the 100 payments in this file are taken in, and the others are not. You cannot \
                     open this budget any more, so you cannot send the rest";
        assert_eq!(closed.to_string(), words);
        let taken = broken_off(Error::Broken(StoreError::Full), Some(statement), 30, (Some(40), 100));
        let expected = TakenIn { statement: Some(statement), new: 30, already: 10, rest: 60 };
        assert_eq!(taken.expect("part of it is there"), expected);
    }
}
