//! Files that people added to a case, for whoever may open documents.

use crate::directory::Names;
use crate::{App, Error};
use domain::access::{Action, Actor};
use domain::case::arrangement::sight::may_open;
use domain::{Author, CaseId, FileId, Timestamp};
pub use store::files::FileInfo;

/// A file in a list, with the name of whoever added it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub file: FileInfo,
    pub by: String,
}

/// How many files one page shows.
const PAGE: usize = 50;
/// How many one page looks through for those that the reader may open.
const LOOKED_THROUGH: usize = 200;

/// Where a page of files ended.
pub type Place = (Timestamp, FileId);

impl App {
    /// A page of the files of a case that this reader may open, newest first,
    /// before a place (none: the newest); and from where to go further back.
    pub async fn files(
        &self,
        actor: &Actor,
        id: CaseId,
        before: Option<Place>,
    ) -> Result<(Vec<Listed>, Option<Place>), Error> {
        let who = actor.clone();
        let (_, page) = self
            .see_with(actor, id, Action::SeeDocuments, "documents", move |tx, seen| {
                let (mut all, mut place) = (vec![], before);
                let mut names = Names::default();
                let mut looked = 0;
                loop {
                    let batch = store::files::before(tx, id, place, 51)?;
                    let is_last = batch.len() < 51;
                    for file in batch {
                        if all.len() == PAGE || looked == LOOKED_THROUGH {
                            return Ok((all, place));
                        }
                        place = Some((file.added, file.id));
                        looked += 1;
                        if may_open(&who, &seen.case, file.id) {
                            let by = file.by.map_or(Author::System, Author::Account);
                            all.push(Listed { by: names.of(tx, by)?, file });
                        }
                    }
                    if is_last {
                        return Ok((all, None));
                    }
                }
            })
            .await?;
        Ok(page)
    }

    /// One file of a case with its bytes. A file of another case is hidden,
    /// like one that is not there or is not for this reader.
    pub async fn file(&self, actor: &Actor, id: CaseId, file: FileId) -> Result<(FileInfo, Vec<u8>), Error> {
        let seen = self.see(actor, id, Action::SeeDocuments, "documents").await?;
        if !may_open(actor, &seen.case, file) {
            return Err(Error::Hidden);
        }
        let found = self.read(move |tx| Ok(store::files::get(tx, file)?)).await?;
        found.filter(|(info, _)| info.case == id).ok_or(Error::Hidden)
    }
}
