//! From one key that wraps to the next: what keys of streams are wrapped with
//! ([`crate::data_keys`]) when the ring has another key at its top. What was encrypted
//! stays as it is, since its own key does.

pub use crate::data_keys::Rewrapped;
use crate::{Db, StoreError, data_keys};
use uuid::Uuid;

/// Wraps every key anew that is under an older key of the ring, a thousand in a
/// transaction, while others go on working. Broken off and begun again it does
/// what is left. `progress` hears how many were looked at, and of how many.
///
/// # Errors
/// Where the database may not be written ([`Db::may_be_written`]).
pub async fn rewrap(db: &Db, mut progress: impl FnMut(u64, u64)) -> Result<Rewrapped, StoreError> {
    db.may_be_written()?;
    let total = count(db).await?;
    let mut all = Rewrapped::default();
    let mut after = Some((String::new(), Uuid::nil()));
    while let Some(from) = after {
        let (page, last) = db.write(move |tx| data_keys::rewrap_page(tx, &from)).await?;
        all.seen += page.seen;
        all.wrapped += page.wrapped;
        all.left += page.left;
        progress(all.seen, total);
        after = last;
    }
    Ok(all)
}

/// How many keys there are that open something.
pub async fn count(db: &Db) -> Result<u64, StoreError> {
    db.read(data_keys::count).await
}
