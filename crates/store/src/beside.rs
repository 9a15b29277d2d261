//! What is personal and stands beside the record: files, what a bank wrote, letters,
//! secrets of code apps, addresses. Each value is encrypted for its table, its column
//! and its row, with the key of the case or the account that it belongs to.
//!
//! In a database that is not encrypted everything here gives back what it gets. What
//! MACs and registers cover is what is stored.

use crate::data_keys;
use crate::held::Owner;
use crate::{StoreError, Tx};
use phb_cipher::{Place, Secret};

/// The personal columns of a table, of the rows that belong to one owner.
pub(crate) struct Beside {
    table: &'static str,
    secret: Option<Secret>,
}

impl Beside {
    /// For what is written.
    pub fn to_write(
        tx: &mut Tx<'_>,
        owner: impl Into<Owner>,
        table: &'static str,
    ) -> Result<Self, StoreError> {
        let secret = tx.is_encrypted().then(|| data_keys::secret_or_new(tx, owner)).transpose()?;
        Ok(Self { table, secret })
    }

    /// For what is read.
    pub fn to_read(
        tx: &mut Tx<'_>,
        owner: impl Into<Owner>,
        table: &'static str,
    ) -> Result<Self, StoreError> {
        if tx.is_encrypted() && tx.keys().is_empty() {
            return Err(StoreError::no_ring());
        }
        let secret = tx.is_encrypted().then(|| data_keys::secret(tx, owner)).transpose()?;
        Ok(Self { table, secret })
    }

    /// For what is looked for and may be of an owner of whom nothing is there yet.
    pub fn to_find(
        tx: &mut Tx<'_>,
        owner: impl Into<Owner>,
        table: &'static str,
    ) -> Result<Option<Self>, StoreError> {
        let owner = owner.into();
        if tx.is_encrypted() && !data_keys::was_made(tx, owner)? {
            return Ok(None);
        }
        Self::to_read(tx, owner, table).map(Some)
    }

    fn place(&self, column: &'static str, row: &[u8]) -> Place {
        Place::new(&[self.table.as_bytes(), column.as_bytes(), row])
    }

    /// A text as it is stored. Nothing stays nothing.
    pub fn close_text(&self, column: &'static str, row: &[u8], clear: &str) -> String {
        match &self.secret {
            Some(secret) if !clear.is_empty() => secret.close_text(&self.place(column, row), clear),
            _ => clear.to_owned(),
        }
    }

    /// A text that is looked for as it is stored: the same gives the same again. It
    /// is encrypted for the table and for what it is unique in, not for its row.
    pub fn close_same(&self, column: &'static str, within: &[u8], clear: &str) -> String {
        match &self.secret {
            Some(secret) => secret.close_text_same(&self.place(column, within), clear),
            None => clear.to_owned(),
        }
    }

    pub fn close_bytes(&self, column: &'static str, row: &[u8], clear: &[u8]) -> Vec<u8> {
        match &self.secret {
            Some(secret) => secret.close(&self.place(column, row), clear),
            None => clear.to_vec(),
        }
    }

    /// A text as it was written; an error that names the row where the program did
    /// not write it there.
    pub fn open_text(&self, column: &'static str, row: &[u8], stored: String) -> Result<String, StoreError> {
        match &self.secret {
            Some(secret) if !stored.is_empty() => {
                secret.open_text(&self.place(column, row), &stored).ok_or_else(|| self.not_ours(row))
            }
            _ => Ok(stored),
        }
    }

    pub fn open_bytes(
        &self,
        column: &'static str,
        row: &[u8],
        stored: Vec<u8>,
    ) -> Result<Vec<u8>, StoreError> {
        match &self.secret {
            Some(secret) => secret.open(&self.place(column, row), &stored).ok_or_else(|| self.not_ours(row)),
            None => Ok(stored),
        }
    }

    fn not_ours(&self, row: &[u8]) -> StoreError {
        match uuid::Uuid::from_slice(row) {
            Ok(id) => StoreError::not_ours(self.table, id),
            Err(_) => StoreError::not_ours(self.table, hex::encode(row)),
        }
    }
}
