//! Files that people added to a case, for whoever may open documents.

use crate::{App, No};
use domain::access::{Action, Actor};
use domain::{Author, CaseId, FileId};
pub use store::files::FileInfo;

/// A file in a list, with the name of whoever added it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub file: FileInfo,
    pub by: String,
}

impl App {
    /// The files of a case, newest first.
    pub async fn files(&self, actor: &Actor, id: CaseId) -> Result<Vec<Listed>, No> {
        self.see(actor, id, Action::SeeDocuments, "documents").await?;
        self.read(move |tx| {
            let mut all = vec![];
            for file in store::files::list(tx, id)?.into_iter().rev() {
                let by = file.by.map_or(Author::System, Author::Account);
                all.push(Listed { by: crate::people::author_name(tx, by)?, file });
            }
            Ok(all)
        })
        .await
    }

    /// One file of a case with its bytes. A file of another case is hidden,
    /// like one that is not there.
    pub async fn file(&self, actor: &Actor, id: CaseId, file: FileId) -> Result<(FileInfo, Vec<u8>), No> {
        self.see(actor, id, Action::SeeDocuments, "documents").await?;
        let found = self.read(move |tx| Ok(store::files::get(tx, file)?)).await?;
        found.filter(|(info, _)| info.case == id).ok_or(No::Hidden)
    }
}
