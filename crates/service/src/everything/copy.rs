//! The archive that somebody gets: data, a page, a paper and files. It is put
//! together away from the database, from one snapshot of it.

use super::gather::{MOST_OF_FILES, Of, gather, looked};
use super::left_out::Gives;
use super::readable::{readable, without_paper};
use super::{Contents, Whole};
use crate::limit::{Place, Work};
use crate::papers::Source;
use crate::{App, Error};
use domain::case::Case;
use domain::case::arrangement::sight::Accounts;
use domain::paper::Paper;
use domain::{AccountId, Aggregate, CaseId};
use formats::everything::archive::{Part, pack};
use formats::everything::page::{Picture, page};
use formats::everything::{DATA, Everything, File, PAGE, PAPER, SCHEMA, SCHEMA_FILE};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::HashMap;
use store::{StoreError, Tx, files};

/// What an archive is made of, as one snapshot has it.
pub(crate) struct Gathered {
    pub(crate) all: Everything,
    pub(crate) contents: Contents,
    paper: Paper,
    /// Whom to ring.
    phone: String,
    files: Vec<Vec<u8>>,
    /// The number of the newest event of the case that is in it.
    pub(crate) version: u64,
}

/// An archive, ready to be given.
#[derive(Clone, Debug)]
pub struct Copy {
    pub bytes: Vec<u8>,
    pub sha256: [u8; 32],
    pub version: u64,
    /// Whether the paper to print could not be made.
    pub lacks_paper: bool,
}

impl App {
    /// Everything that is held in a case, as data, for the commands of whoever
    /// runs the service.
    pub async fn everything_in(&self, id: CaseId, whole: Whole) -> Result<(Everything, Contents), Error> {
        let gathered = self.gather_all(id, whole).await?;
        Ok((gathered.all, gathered.contents))
    }

    /// The same as an archive.
    pub async fn archive_of(&self, id: CaseId, whole: Whole) -> Result<Copy, Error> {
        let gathered = self.gather_all(id, whole).await?;
        self.put_together(gathered, &id.to_string()).await
    }

    async fn gather_all(&self, id: CaseId, whole: Whole) -> Result<Gathered, Error> {
        let app = self.clone();
        self.db
            .read(move |tx| {
                let case = app.case(tx, id)?;
                let gives = match whole {
                    Whole::WithWhatWasSaidInConfidence => Gives::All,
                    Whole::Without => Gives::Nothing,
                };
                app.gather(tx, &case, gives)
            })
            .await
    }

    /// Reads all that an archive is made of, in the snapshot of `tx`.
    pub(crate) fn gather(&self, tx: &mut Tx<'_>, case: &Case, gives: Gives<'_>) -> Result<Gathered, Error> {
        let Some(area) = case.area() else { return Err(Error::Hidden) };
        let (framework, contents) = (self.framework(tx, area)?, Contents::of(tx, case)?);
        let now = self.clock.now();
        let of = Of { case, framework: &framework, contents: &contents, gives, now };
        let all = gather(self, tx, of)?;
        let names: HashMap<AccountId, String> =
            all.accounts.iter().map(|account| (account.id, account.name.clone())).collect();
        let source = Source {
            case,
            framework: &framework,
            names: &names,
            accounts: &Accounts::Every,
            sees_how: true,
            on: domain::dates::london(now),
        };
        let looked = looked(self, tx, of)?;
        let mut paper = readable(of, &source, &all, &looked);
        if self.settings.demo {
            crate::papers::say_made_up(&mut paper);
        }
        let mut bytes = vec![];
        for file in all.files.iter().filter(|file| file.path.is_some()) {
            let id = file.id.to_string();
            let missing = StoreError::Corrupt { table: "files".into(), column: "bytes".into(), id };
            bytes.push(files::get(tx, file.id)?.ok_or(missing)?.1);
        }
        let phone = framework.phone.to_string();
        Ok(Gathered { all, contents, paper, phone, files: bytes, version: case.version() })
    }

    /// Puts an archive together, away from the threads that answer pages.
    pub(crate) async fn put_together(&self, gathered: Gathered, who: &str) -> Result<Copy, Error> {
        let app = self.clone();
        self.limits.run(Work::Paper, who, move |place| app.pack(place, &gathered)).await?
    }

    fn pack(&self, place: &mut Place, gathered: &Gathered) -> Result<Copy, Error> {
        let Gathered { all, paper, phone, files, version, .. } = gathered;
        let broken = |what: String| Error::Broken(StoreError::Io { what });
        let data = serde_json::to_vec(all).map_err(|why| broken(why.to_string()))?;
        let with_bytes = || all.files.iter().filter(|file| file.path.is_some()).zip(files);
        let words: Vec<String> = with_bytes().map(|(file, _)| said_of(file)).collect();
        let pictures: Vec<Picture<'_>> = with_bytes()
            .zip(&words)
            .filter(|((file, _), _)| is_shown(file))
            .map(|((file, bytes), words)| Picture { words, media_type: &file.media_type, bytes })
            .collect();
        // What the page says to be there, is: so the paper comes first.
        let pdf = self.pdf.render(place, paper);
        let pdf = pdf.inspect_err(|why| {
            tracing::error!(case = %all.about.case, why, "the paper of a copy could not be set");
        });
        let paper = if pdf.is_ok() { Cow::Borrowed(paper) } else { Cow::Owned(without_paper(paper, phone)) };
        let html = page(&paper, &pictures).into_bytes();
        let mut parts: Vec<Part<'_>> = vec![
            (PAGE.to_owned(), Cow::Owned(html)),
            (DATA.to_owned(), Cow::Owned(data)),
            (SCHEMA_FILE.to_owned(), Cow::Borrowed(SCHEMA.as_bytes())),
        ];
        let lacks_paper = pdf.is_err();
        parts.extend(pdf.ok().map(|pdf| (PAPER.to_owned(), Cow::Owned(pdf))));
        parts.extend(with_bytes().filter_map(|(file, bytes)| {
            file.path.clone().map(|path| (path, Cow::Borrowed(bytes.as_slice())))
        }));
        let bytes = pack(&parts).map_err(broken)?;
        let sha256 = Sha256::digest(&bytes).into();
        Ok(Copy { bytes, sha256, version: *version, lacks_paper })
    }
}

/// A picture that every browser shows.
fn is_shown(file: &File) -> bool {
    matches!(file.media_type.as_str(), "image/jpeg" | "image/png" | "image/webp")
}

fn said_of(file: &File) -> String {
    let day = domain::dates::long(domain::dates::london(file.added));
    format!("{}, added by {} on {day}", file.name, file.by_name)
}

// What does not fit into an archive is never read for one.
const _: () = assert!(MOST_OF_FILES < formats::everything::archive::MOST_BYTES);
