//! What is kept about spending, read again: statements, their lines, files.

use crate::{App, Error, Seen};
use domain::access::{Action, Actor};
use domain::case::arrangement::sight::{may_open, sees_lines};
use domain::{BankLineId, CaseId, FileId, StatementId};
use store::files;

pub use formats::bank::{Balance, Statement as Contents};
pub use store::bank::{BankLine, Statement};

/// A statement that was taken in.
#[derive(Clone, Debug)]
pub struct Kept {
    pub statement: Statement,
    /// How many lines were new when it came.
    pub new: u64,
    /// The file, read again: what it holds, and what of it was left out.
    pub contents: Option<Contents>,
    /// How many of its new lines have the day and the amount of a line of
    /// another statement: the same payment, perhaps, in another kind of file.
    pub alike: u64,
}

/// A statement of which not all payments are taken in: just now, or since it
/// broke off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfinished {
    pub statement: StatementId,
    /// How many payments are in its file.
    pub lines: u64,
    /// How many of them are taken in.
    pub new: u64,
    /// How many had come before in other files.
    pub already: u64,
}

impl Unfinished {
    /// How many of its payments are not taken in.
    #[must_use]
    pub fn rest(&self) -> u64 {
        self.lines.saturating_sub(self.new + self.already)
    }
}

impl App {
    /// Opens a case to see its money, with the statements that are not taken in
    /// to their end, of the accounts whose lines this person sees.
    pub async fn see_money(&self, actor: &Actor, id: CaseId) -> Result<(Seen, Vec<Unfinished>), Error> {
        let who = actor.clone();
        self.see_with(actor, id, Action::SeeMoney, "money", move |tx, seen| {
            let begun = store::bank::begun(tx, id)?;
            let of = |begun: store::bank::Begun| {
                let so_far = seen.case.arrangement.statements.get(&begun.statement)?;
                let (new, gone) = (so_far.new_lines(), so_far.gone_through());
                let (statement, lines, already) = (begun.statement, begun.lines, gone - new);
                sees_lines(&who, &seen.case, so_far.holding).then_some(Unfinished {
                    statement,
                    lines,
                    new,
                    already,
                })
            };
            Ok(begun.into_iter().filter_map(of).collect())
        })
        .await
    }

    /// A statement of a case that `reader` opened to see its money: of an account
    /// whose lines they see.
    pub async fn statement(
        &self,
        reader: &Actor,
        seen: &Seen,
        id: StatementId,
    ) -> Result<Option<Kept>, Error> {
        seen.must_be_for(&[Action::SeeMoney])?;
        let of = seen.case.arrangement.statement_of(FileId(id.0));
        if !of.is_some_and(|holding| sees_lines(reader, &seen.case, holding)) {
            return Ok(None);
        }
        let case = seen.case.id;
        let found = self.read(move |tx| {
            let found = store::bank::statement(tx, id)?.filter(|s| s.case == case);
            let Some(statement) = found else { return Ok(None) };
            let (new, alike) = store::bank::new_and_alike(tx, id)?;
            let file = files::get(tx, FileId(id.0))?.map(|(info, bytes)| (info.name, bytes));
            Ok(Some((statement, (new, alike), file)))
        });
        let Some((statement, (new, alike), file)) = found.await? else { return Ok(None) };
        let contents = self.read_again(reader.account, file).await?;
        Ok(Some(Kept { statement, new, contents, alike }))
    }

    /// A line of a bank statement of a case that `reader` opened to see its money,
    /// or to say what it was for: of an account whose lines they see.
    pub async fn bank_line(
        &self,
        reader: &Actor,
        seen: &Seen,
        id: BankLineId,
    ) -> Result<Option<BankLine>, Error> {
        seen.must_be_for(&[Action::SeeMoney, Action::MatchSpending])?;
        let found = self.read(move |tx| Ok(store::bank::line(tx, id)?)).await?;
        let is_seen = |l: &BankLine| l.case == seen.case.id && sees_lines(reader, &seen.case, l.holding);
        Ok(found.filter(is_seen))
    }

    /// A file about the money of a case that `reader` opened to see it, where it is
    /// one that they may open: its media type and bytes.
    pub async fn money_file(
        &self,
        reader: &Actor,
        seen: &Seen,
        id: FileId,
    ) -> Result<Option<(String, Vec<u8>)>, Error> {
        seen.must_be_for(&[Action::SeeMoney])?;
        let arrangement = &seen.case.arrangement;
        let of_money = arrangement.receipt(id).is_some() || arrangement.statement_of(id).is_some();
        // Receipts can say something of health; finance sees amounts, not those.
        if !of_money || !may_open(reader, &seen.case, id) {
            return Ok(None);
        }
        let case = seen.case.id;
        self.read(move |tx| {
            let found = files::get(tx, id)?.filter(|(info, _)| info.case == case);
            Ok(found.map(|(info, bytes)| (info.media_type, bytes)))
        })
        .await
    }
}
