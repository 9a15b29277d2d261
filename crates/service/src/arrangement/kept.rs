//! What is kept about spending, read again: statements, their lines, files.

use crate::{App, No};
use domain::{AccountId, BankLineId, CaseId, FileId, StatementId};
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

impl App {
    /// A statement of a case that `reader` opened with `see`.
    pub async fn statement(
        &self,
        reader: AccountId,
        case: CaseId,
        id: StatementId,
    ) -> Result<Option<Kept>, No> {
        let found = self.read(move |tx| {
            let found = store::bank::statement(tx, id)?.filter(|s| s.case == case);
            let Some(statement) = found else { return Ok(None) };
            let (new, alike) = store::bank::new_and_alike(tx, id)?;
            let file = files::get(tx, FileId(id.0))?.map(|(info, bytes)| (info.name, bytes));
            Ok(Some((statement, (new, alike), file)))
        });
        let Some((statement, (new, alike), file)) = found.await? else { return Ok(None) };
        let contents = self.read_again(reader, file).await?;
        Ok(Some(Kept { statement, new, contents, alike }))
    }

    /// A line of a bank statement of a case that was opened with `see`.
    pub async fn bank_line(&self, case: CaseId, id: BankLineId) -> Result<Option<BankLine>, No> {
        self.read(move |tx| Ok(store::bank::line(tx, id)?.filter(|l| l.case == case))).await
    }

    /// A file of a case that was opened with `see`: its media type and bytes.
    pub async fn money_file(&self, case: CaseId, id: FileId) -> Result<Option<(String, Vec<u8>)>, No> {
        self.read(move |tx| {
            let found = files::get(tx, id)?.filter(|(info, _)| info.case == case);
            Ok(found.map(|(info, bytes)| (info.media_type, bytes)))
        })
        .await
    }
}
