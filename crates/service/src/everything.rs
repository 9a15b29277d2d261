//! Everything that is held about one person: what a case consists of, and the
//! copy of it that they get.

pub mod contents;
mod gather;

pub use contents::Contents;

use crate::{App, Error};
use domain::CaseId;
use domain::case::confidence::{self, Confidence};
use domain::case::{self, Case};
use domain::{Aggregate, Recorded};
use formats::everything::{Everything, LeftOut};
use gather::{Of, gather};
use std::collections::BTreeMap;
use store::{StoreError, Tx, record};

/// What of a case's events was said in confidence, by their numbers.
fn in_confidence(tx: &mut Tx<'_>, case: &Case) -> Result<BTreeMap<u64, Confidence>, StoreError> {
    let events: Vec<Recorded<case::Event>> = record::load(tx, case.stream())?;
    let each = events.iter().filter_map(|event| Some((event.seq, confidence::of(case, event)?)));
    Ok(each.collect())
}

/// Whether what was said in confidence is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// For another body that takes the case over.
    WithWhatWasSaidInConfidence,
    Without,
}

impl App {
    /// Everything that is held in a case, as data, for the commands of whoever
    /// runs the service.
    pub async fn everything_in(&self, id: CaseId, whole: Whole) -> Result<(Everything, Contents), Error> {
        let app = self.clone();
        self.db
            .read(move |tx| {
                let case = app.case(tx, id)?;
                let Some(area) = case.area() else { return Err(Error::Hidden) };
                let framework = app.framework(tx, area)?;
                let contents = Contents::of(tx, &case)?;
                let left_out = match whole {
                    Whole::WithWhatWasSaidInConfidence => BTreeMap::new(),
                    Whole::Without => in_confidence(tx, &case)?
                        .into_iter()
                        .map(|(seq, what)| {
                            (seq, LeftOut { seq, why: what.words().to_owned(), looked_at_by: None })
                        })
                        .collect(),
                };
                let now = app.clock.now();
                let of =
                    Of { case: &case, framework: &framework, contents: &contents, left_out: &left_out, now };
                Ok((gather(&app, tx, of)?, contents))
            })
            .await
    }
}
