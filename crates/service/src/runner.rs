//! Which server works in the background, where several serve one database: one
//! at a time, by a lease that it renews while it lives.
//!
//! The lease spares the others the work and keeps them from being in each
//! other's way. That nothing is done twice does not hang on it: a job asks in
//! its own transaction whether it is still claimed, and a letter is claimed
//! before it is carried.

use crate::server_name::ServerName;
use crate::{App, Error};
use domain::Timestamp;
use store::leases::{self, Lease};
use store::{Engine, StoreError, Tx};

/// The lease of all work in the background.
pub const WORK: &str = "background-work";
/// For how long it is given: so long nobody works after a server has died.
pub const SECONDS: u32 = 60;

impl App {
    /// Whether the work in the background is this server's. Takes or renews the
    /// lease where it is time for that; mostly it only reads.
    pub async fn is_runner(&self) -> Result<bool, Error> {
        let (engine, name) = (self.db.engine(), self.name.clone());
        let seen = self
            .db
            .read(move |tx| {
                let lease = leases::lease(tx, WORK)?;
                Ok::<_, Error>((lease, leases::clock(tx, engine)?))
            })
            .await?;
        if let (Some(lease), now) = &seen
            && let Some(known) = without_writing(lease, &name, *now)
        {
            return Ok(known);
        }
        let was = seen.0.map(|lease| lease.holder);
        let taker = name.clone();
        let taken = self
            .db
            .write(move |tx| {
                let now = leases::clock(tx, engine)?;
                Ok::<_, Error>(leases::take(tx, WORK, taker.as_str(), now, SECONDS)?)
            })
            .await?;
        if taken && was.as_deref() != Some(name.as_str()) {
            tracing::info!(server = name.as_str(), "this server works in the background now");
        }
        Ok(taken)
    }

    /// Lets another server work in the background at once.
    pub(crate) async fn stop_running(&self) {
        let name = self.name.clone();
        let given = self.db.write(move |tx| leases::give_back(tx, WORK, name.as_str())).await;
        if let Err(error) = given {
            tracing::warn!(%error, "the background work was not given back: another takes it when it runs out");
        }
    }

    /// Whoever worked in the background before is gone: nobody waits for them.
    /// Only for one who has the database for itself.
    pub async fn nobody_else_runs(&self) -> Result<(), Error> {
        self.db.write(|tx| Ok(leases::end(tx, WORK)?)).await
    }
}

/// Whether a server has the lease, and it has not run out.
pub(crate) fn is_it(tx: &mut Tx<'_>, engine: Engine, name: &ServerName) -> Result<bool, StoreError> {
    let now = leases::clock(tx, engine)?;
    let lease = leases::lease(tx, WORK)?;
    Ok(lease.is_some_and(|lease| lease.holder == name.as_str() && !lease.is_over(now, SECONDS)))
}

/// Whose the work is, where the lease says so for long enough.
fn without_writing(lease: &Lease, name: &ServerName, now: Timestamp) -> Option<bool> {
    if lease.is_over(now, SECONDS) {
        return None;
    }
    if lease.holder != name.as_str() {
        return Some(false);
    }
    let left = lease.until.duration_since(now).as_secs();
    (left > i64::from(SECONDS / 2)).then_some(true)
}
