//! The lists again from the record: what rebuilding gives must be what stands
//! there already, or something is wrong.

use crate::stream::rows_again;
use crate::{App, Error, upkeep};
use domain::CaseId;
use std::fmt;
use store::{StoreError, Stream, StreamKind, Tx, ledger, open_lines, record};
use strum::VariantArray;
use uuid::Uuid;

/// How many streams are done in one transaction, so that people who work at
/// the same time hardly wait.
const PAGE: u32 = 50;

/// What is wrong with the rows of one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub stream: Stream,
    pub why: Why,
}

/// Why the rows of a stream are not what the record gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// They are others, or too many or too few.
    NotTheSame,
    /// Nothing on the record belongs to them.
    NothingOnRecord,
    /// Sums or lines that wait are not what its ledger and its record give.
    MoneyNotTheSame,
    /// The record of it cannot be read; `verify` says which row.
    CannotBeRead(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "list_rows: {}: ", self.stream)?;
        match &self.why {
            Why::NotTheSame => f.write_str("not what the record gives"),
            Why::MoneyNotTheSame => {
                f.write_str("its sums, or what waits to be matched, are not what the ledger gives")
            }
            Why::NothingOnRecord => f.write_str("nothing on the record belongs to it"),
            Why::CannotBeRead(what) => write!(f, "cannot be made again: {what}"),
        }
    }
}

/// What was gone through and what was not as it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    pub streams: u64,
    pub rows: u64,
    pub differences: Vec<Difference>,
}

/// Whether to put right what differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Do {
    Check,
    /// As the rows of this version of the lists, unless a newer program has
    /// begun to make its own.
    PutRight(u32),
}

impl App {
    /// Makes every row of every list again from the record and says which were
    /// not as they should have been. It can run while people work. `progress`
    /// hears how many streams are done.
    pub async fn rebuild(&self, progress: impl FnMut(u64)) -> Result<Rebuilt, Error> {
        self.remake_lists(upkeep::LISTS, progress).await
    }

    /// The same, as the rows of a version of the lists.
    pub(crate) async fn remake_lists(
        &self,
        version: u32,
        progress: impl FnMut(u64),
    ) -> Result<Rebuilt, Error> {
        self.go_through(Do::PutRight(version), progress).await
    }

    /// Compares every row of every list with what the record gives, and
    /// changes nothing.
    pub async fn check_lists(&self, progress: impl FnMut(u64)) -> Result<Rebuilt, Error> {
        self.go_through(Do::Check, progress).await
    }

    async fn go_through(&self, what: Do, mut progress: impl FnMut(u64)) -> Result<Rebuilt, Error> {
        let mut all = Rebuilt::default();
        for kind in StreamKind::VARIANTS.iter().copied() {
            let mut after: Option<Uuid> = None;
            loop {
                let work = move |tx: &mut Tx<'_>| page(tx, kind, after, what);
                let (done, last) = match what {
                    Do::Check => self.db.read(work).await?,
                    Do::PutRight(_) => self.db.write(work).await?,
                };
                all.add(done);
                progress(all.streams);
                if last.is_none() {
                    break;
                }
                after = last;
            }
        }
        all.differences.extend(self.money_again(what).await?);
        let strays = match what {
            Do::Check => self.db.read::<_, Error>(|tx| Ok(store::lists::strays(tx)?)).await?,
            Do::PutRight(_) => self.db.write(remove_strays).await?,
        };
        let stray = |stream| Difference { stream, why: Why::NothingOnRecord };
        all.differences.extend(strays.into_iter().map(stray));
        Ok(all)
    }
}

impl App {
    /// The sums that are kept beside the ledger, and the lines that wait.
    /// (Whether sums are right is checked by `verify`, with the ledger.)
    async fn money_again(&self, what: Do) -> Result<Vec<Difference>, Error> {
        let mut cases: Vec<CaseId> = match what {
            Do::Check => self.db.read::<_, Error>(|tx| Ok(open_lines::differences(tx)?)).await?,
            Do::PutRight(_) => {
                let again = |tx: &mut Tx<'_>| {
                    let differ = open_lines::differences(tx)?;
                    if !differ.is_empty() {
                        open_lines::remake(tx)?;
                    }
                    Ok::<_, Error>(differ)
                };
                self.db.write(again).await?
            }
        };
        if what != Do::Check {
            let again = self.sums_again().await?;
            let more: Vec<CaseId> = again.into_iter().filter(|case| !cases.contains(case)).collect();
            cases.extend(more);
        }
        let of_case = |case: CaseId| Stream { kind: StreamKind::Case, id: case.0 };
        Ok(cases.into_iter().map(|c| Difference { stream: of_case(c), why: Why::MoneyNotTheSame }).collect())
    }
}

impl App {
    /// Makes the sums of every ledger again, one in a transaction; gives the
    /// cases whose sums were others.
    async fn sums_again(&self) -> Result<Vec<CaseId>, Error> {
        let (mut differed, mut after) = (vec![], None);
        loop {
            let one = move |tx: &mut Tx<'_>| {
                let Some((case, _)) = ledger::cases(tx, after, 1)?.pop() else { return Ok(None) };
                Ok::<_, Error>(Some((case, ledger::remake_sums(tx, case)?)))
            };
            let Some((case, other)) = self.db.write(one).await? else { return Ok(differed) };
            differed.extend(Some(case).filter(|_| other));
            after = Some(case);
        }
    }
}

impl Rebuilt {
    /// How many streams there are whose record cannot be read.
    #[must_use]
    pub fn unreadable(&self) -> u64 {
        self.differences.iter().filter(|d| matches!(d.why, Why::CannotBeRead(_))).count() as u64
    }

    fn add(&mut self, page: Self) {
        self.streams += page.streams;
        self.rows += page.rows;
        self.differences.extend(page.differences);
    }
}

fn page(
    tx: &mut Tx<'_>,
    kind: StreamKind,
    after: Option<Uuid>,
    what: Do,
) -> Result<(Rebuilt, Option<Uuid>), Error> {
    if let Do::PutRight(version) = what {
        upkeep::must_be_newest(tx, upkeep::OF_LISTS, version)?;
    }
    let streams = record::all_streams(tx, kind, after, PAGE)?;
    let mut done = Rebuilt::default();
    for (id, _) in &streams {
        let stream = Stream { kind, id: *id };
        done.streams += 1;
        let rows = match rows_again(tx, stream) {
            Ok(rows) => rows,
            // Of what was destroyed no list says anything.
            Err(StoreError::KeyGone { destroyed: true, .. }) => vec![],
            Err(
                why @ (StoreError::Corrupt { .. } | StoreError::NotOurs { .. } | StoreError::KeyGone { .. }),
            ) => {
                let why = Why::CannotBeRead(why.to_string());
                done.differences.push(Difference { stream, why });
                continue;
            }
            Err(other) => return Err(other.into()),
        };
        done.rows += rows.len() as u64;
        let differs = match what {
            Do::Check => !store::lists::are(tx, stream, &rows)?,
            Do::PutRight(_) => store::lists::replace(tx, stream, &rows)?,
        };
        if differs {
            done.differences.push(Difference { stream, why: Why::NotTheSame });
        }
    }
    Ok((done, streams.last().map(|(id, _)| *id)))
}

fn remove_strays(tx: &mut Tx<'_>) -> Result<Vec<Stream>, Error> {
    let strays = store::lists::strays(tx)?;
    for stream in &strays {
        store::lists::replace(tx, *stream, &[])?;
    }
    Ok(strays)
}
