//! What the first page of a case shows at a glance.

use crate::history::{self, Entry, Reader};
use crate::{App, No};
use domain::case::Case;
use domain::framework::Framework;
use domain::ledger::Balances;
use std::sync::Arc;

/// The money and the newest events.
#[derive(Clone, Debug)]
pub struct Glance {
    pub balances: Balances,
    /// Newest first; empty where the reader may not open the history.
    pub newest: Vec<Entry>,
}

impl App {
    /// Reads it in one snapshot. `reader` is none where the history is not theirs.
    pub async fn glance(
        &self,
        case: Arc<Case>,
        framework: Arc<(u64, Framework)>,
        reader: Option<Reader>,
        most: usize,
    ) -> Result<Glance, No> {
        self.read(move |tx| {
            let balances = store::ledger::balances(tx, case.id)?;
            let newest = match &reader {
                Some(reader) => history::newest(tx, &case, &framework.1, reader, most)?,
                None => vec![],
            };
            Ok(Glance { balances, newest })
        })
        .await
    }
}
