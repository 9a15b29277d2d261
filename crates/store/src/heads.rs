//! The heads of chains that a transaction has read or moved on. Between its
//! beginning and its commit nobody else can change them, so each is asked for
//! once, and those that are known to be wanted are asked for together.

use crate::chain::Hash;
use crate::engine::Connection;
use crate::record::{self, Stream, StreamKind};
use crate::value::Value;
use crate::{Engine, StoreError, ledger};
use domain::CaseId;
use std::collections::{BTreeSet, HashMap};

#[derive(Default)]
pub(crate) struct Heads {
    /// Version and hash of streams.
    pub streams: HashMap<Stream, (u64, Hash)>,
    /// Number of entries and hash of the ledgers of cases.
    pub ledgers: HashMap<CaseId, (u64, Hash)>,
}

impl Heads {
    /// Asks for the heads of these streams, and of the ledgers of those that
    /// are cases, in one round trip. To SQLite there is no trip to save.
    pub fn fetch(
        connection: &mut Connection,
        streams: impl Iterator<Item = Stream>,
    ) -> Result<Self, StoreError> {
        let mut heads = Self::default();
        if connection.engine() == Engine::Sqlite {
            return Ok(heads);
        }
        let streams: BTreeSet<Stream> = streams.collect();
        let cases: Vec<CaseId> =
            streams.iter().filter(|s| s.kind == StreamKind::Case).map(|s| CaseId(s.id)).collect();
        let mut asked: Vec<(&'static str, Vec<Value>)> =
            streams.iter().map(|stream| record::ask_head(*stream)).collect();
        asked.extend(cases.iter().map(|case| ledger::ask_head(*case)));
        let mut answers = connection.query_all(&asked)?.into_iter().map(|rows| rows.into_iter().next());
        for (stream, row) in streams.into_iter().zip(answers.by_ref()) {
            heads.streams.insert(stream, record::read_head(row)?);
        }
        for (case, row) in cases.into_iter().zip(answers) {
            heads.ledgers.insert(case, ledger::read_head(row)?);
        }
        Ok(heads)
    }
}
