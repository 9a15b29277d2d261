//! A transaction, as the closures given to the store see it.

use crate::StoreError;
use crate::engine::Connection;
use crate::heads::Heads;
use crate::held::{Held, Owner};
use crate::keys::Keys;
use crate::value::{Row, Value};
use std::collections::HashMap;

/// One transaction (or one savepoint of a shared one). After the first SQL
/// error everything else asked of it fails with the same error, and its work
/// is rolled back whatever the closure returns.
pub struct Tx<'a> {
    connection: &'a mut Connection,
    failed: Option<StoreError>,
    /// What is known of the chains in this transaction; none where every
    /// statement is waited for and checked at once.
    heads: Option<&'a mut Heads>,
    /// What is known of keys in this transaction, each wrapped as it stands there.
    held: HashMap<Owner, Held>,
    wrote: bool,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(connection: &'a mut Connection) -> Self {
        Self { connection, failed: None, heads: None, held: HashMap::new(), wrote: false }
    }

    /// A transaction that remembers the heads of chains and need not wait for
    /// the answer to each row it writes.
    pub(crate) fn ahead(connection: &'a mut Connection, heads: &'a mut Heads) -> Self {
        Self { connection, failed: None, heads: Some(heads), held: HashMap::new(), wrote: false }
    }

    pub(crate) fn heads(&mut self) -> Option<&mut Heads> {
        self.heads.as_deref_mut()
    }

    /// The keys that this database is written with.
    pub(crate) fn keys(&self) -> &Keys {
        self.connection.keys()
    }

    /// Whether what is personal is encrypted in this database.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.connection.is_encrypted()
    }

    /// The key of the database itself, wrapped, where it was read before.
    pub(crate) fn own_key(&self) -> Option<&[u8]> {
        self.connection.own_key()
    }

    pub(crate) fn keep_own_key(&self, wrapped: &[u8]) {
        self.connection.keep_own_key(wrapped);
    }

    /// What is known of keys. Those who share a transaction share it.
    pub(crate) fn held(&mut self) -> &mut HashMap<Owner, Held> {
        match &mut self.heads {
            Some(heads) => &mut heads.held,
            None => &mut self.held,
        }
    }

    /// Whether anything was written, so that there is something to undo.
    pub(crate) fn wrote(&self) -> bool {
        self.wrote
    }

    /// The error that ended this transaction, if one did.
    pub(crate) fn failure(&self) -> Option<&StoreError> {
        self.failed.as_ref()
    }

    pub(crate) fn query(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.guard(|connection| connection.query(sql, params))
    }

    pub(crate) fn query_opt(
        &mut self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    /// Asks the same many times, in as few round trips as can be; gives the
    /// first row of each answer.
    pub(crate) fn query_each(
        &mut self,
        questions: &[(&'static str, Vec<Value>)],
    ) -> Result<Vec<Option<Row>>, StoreError> {
        let answers = self.query_all(questions)?;
        Ok(answers.into_iter().map(|rows| rows.into_iter().next()).collect())
    }

    /// Asks several things in as few round trips as can be; gives all rows of each
    /// answer.
    pub(crate) fn query_all(
        &mut self,
        questions: &[(&'static str, Vec<Value>)],
    ) -> Result<Vec<Vec<Row>>, StoreError> {
        self.guard(|connection| connection.query_all(questions))
    }

    /// How many rows were touched.
    pub(crate) fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, StoreError> {
        self.wrote = true;
        self.guard(|connection| connection.execute(sql, params))
    }

    /// Runs statements one after another without waiting between them; gives
    /// how many rows each touched.
    pub(crate) fn execute_all(
        &mut self,
        statements: &[(&'static str, Vec<Value>)],
    ) -> Result<Vec<u64>, StoreError> {
        self.wrote = true;
        self.guard(|connection| connection.execute_all(statements))
    }

    /// Runs statements that touch one row each; that one did not is a clash.
    pub(crate) fn write_rows(
        &mut self,
        statements: Vec<(&'static str, Vec<Value>)>,
        what: impl FnOnce() -> String,
    ) -> Result<(), StoreError> {
        if self.heads.is_some() {
            self.wrote = true;
            return self.guard(|connection| connection.later(statements));
        }
        let touched = self.execute_all(&statements)?;
        if touched.iter().any(|rows| *rows != 1) {
            return Err(StoreError::Clash { what: what() });
        }
        Ok(())
    }

    fn guard<T>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(failure) = &self.failed {
            return Err(failure.clone());
        }
        let outcome = work(self.connection);
        if let Err(failure) = &outcome {
            self.failed = Some(failure.clone());
        }
        outcome
    }
}
