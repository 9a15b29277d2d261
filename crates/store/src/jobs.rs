//! Work to be done after a commit: reminders, sweeps, sending. A job is
//! claimed for a while; if whoever claimed it dies, it is claimed again.

use crate::value::{Row, Value};
use crate::{StoreError, Tx, keyed};
use domain::Timestamp;
use uuid::Uuid;

/// One piece of background work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub id: Uuid,
    pub kind: String,
    /// What it needs to know, as JSON.
    pub body: String,
    pub due: Timestamp,
    /// How often it has been claimed.
    pub attempts: u32,
    /// A second job with the same key is not added.
    pub unique_key: Option<String>,
}

impl Job {
    #[must_use]
    pub fn new(id: Uuid, kind: &str, body: impl Into<String>, due: Timestamp) -> Self {
        Self { id, kind: kind.to_owned(), body: body.into(), due, attempts: 0, unique_key: None }
    }

    /// The same job, which is added only once under this key.
    #[must_use]
    pub fn once(self, key: impl Into<String>) -> Self {
        Self { unique_key: Some(key.into()), ..self }
    }
}

/// What is to become of work that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    RetryAt(Timestamp),
    GiveUp(Timestamp),
}

const SAME_KEY: &str = "SELECT id FROM jobs WHERE unique_key = $1";
const NEXT: &str = "SELECT id FROM jobs
    WHERE done IS NULL AND failed IS NULL AND due <= $1 AND (claimed_until IS NULL OR claimed_until < $1)
    ORDER BY due, id LIMIT $2";
const CLAIM: &str = "UPDATE jobs SET claimed_until = $2, attempts = attempts + 1 WHERE id = $1";
const CLAIMED: &str = "SELECT COUNT(*) FROM jobs
    WHERE id = $1 AND attempts = $2 AND done IS NULL AND failed IS NULL";
const FINISH: &str = "UPDATE jobs SET done = $2, claimed_until = NULL WHERE id = $1 AND done IS NULL";
const RETRY: &str = "UPDATE jobs SET due = $2, claimed_until = NULL, last_error = $3
    WHERE id = $1 AND done IS NULL AND attempts = $4";
const GIVE_UP: &str = "UPDATE jobs SET failed = $2, claimed_until = NULL, last_error = $3
    WHERE id = $1 AND done IS NULL AND attempts = $4";
const DISCARD: &str = "UPDATE jobs SET failed = $2, claimed_until = NULL, last_error = $3 WHERE id = $1";
const OLD: &str = "SELECT id FROM jobs WHERE done IS NOT NULL AND done < $1";
const DROP: &str = "DELETE FROM jobs WHERE id = $1";
const WAITING_ABOUT: &str = "SELECT id FROM jobs WHERE done IS NULL AND body LIKE $1";
const COUNT_WAITING: &str = "SELECT COUNT(*) FROM jobs WHERE done IS NULL AND failed IS NULL";
const COUNT_FAILED: &str = "SELECT COUNT(*) FROM jobs WHERE failed IS NOT NULL";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    SAME_KEY,
    NEXT,
    CLAIM,
    CLAIMED,
    FINISH,
    RETRY,
    GIVE_UP,
    DISCARD,
    OLD,
    DROP,
    WAITING_ABOUT,
    COUNT_WAITING,
    COUNT_FAILED,
];

/// Why work that the program did not write down is not done.
pub(crate) const NOT_OURS: &str = "it was not written by this program";

/// How many jobs wait to be done, and how many were given up.
pub fn job_counts(tx: &mut Tx<'_>) -> Result<(u64, u64), StoreError> {
    let mut count = |sql| tx.query_opt(sql, &[])?.map_or(Ok(0), |row| row.number());
    Ok((count(COUNT_WAITING)?.unsigned_abs(), count(COUNT_FAILED)?.unsigned_abs()))
}

/// Adds a job; `false` if one with its unique key was added before.
pub fn enqueue(tx: &mut Tx<'_>, job: &Job) -> Result<bool, StoreError> {
    if let Some(key) = &job.unique_key
        && tx.query_opt(SAME_KEY, &[key.into()])?.is_some()
    {
        return Ok(false);
    }
    let row = vec![
        job.id.into(),
        (&job.kind).into(),
        (&job.body).into(),
        job.due.into(),
        0_i64.into(),
        Value::Null,
        Value::Null,
        Value::Null,
        Value::Null,
        job.unique_key.as_deref().into(),
    ];
    keyed::insert(tx, "jobs", row).map(|()| true)
}

/// Whether a job was added under this unique key.
pub fn has_key(tx: &mut Tx<'_>, key: &str) -> Result<bool, StoreError> {
    Ok(tx.query_opt(SAME_KEY, &[key.into()])?.is_some())
}

/// Takes the next job that is due, for `lease` seconds. One that the program
/// did not write is given up; it stays as it is, for `verify` to name.
pub fn claim(tx: &mut Tx<'_>, now: Timestamp, lease_seconds: u32) -> Result<Option<Job>, StoreError> {
    loop {
        let Some(row) = tx.query_opt(NEXT, &[now.into(), 1_u32.into()])? else { return Ok(None) };
        let id: Uuid = row.of("jobs", 1).take("id")?;
        let found = match keyed::get(tx, "jobs", &[id.into()]) {
            Err(StoreError::NotOurs { .. }) => {
                tracing::error!(job = %id, "it was not written by this program: not done");
                tx.execute(DISCARD, &[id.into(), now.into(), NOT_OURS.into()])?;
                continue;
            }
            other => other?,
        };
        let Some(mut job) = found.map(read).transpose()? else { return Ok(None) };
        tx.execute(CLAIM, &[job.id.into(), until(now, lease_seconds).into()])?;
        job.attempts += 1;
        return Ok(Some(job));
    }
}

/// Whether a job is still whose it was when it was claimed: nobody has done it,
/// given it up or claimed it since. Asked in the transaction that does it, it is
/// done once, however long that took and whatever the clocks say.
pub fn is_claimed(tx: &mut Tx<'_>, job: &Job) -> Result<bool, StoreError> {
    let row = tx.query_opt(CLAIMED, &[job.id.into(), job.attempts.into()])?;
    Ok(row.map_or(Ok(0), |row| row.number())? == 1)
}

/// Notes that a job is done.
pub fn finish(tx: &mut Tx<'_>, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    let params = [id.into(), now.into()];
    keyed::change(tx, "jobs", &params[..1], (FINISH, &params)).map(drop)
}

/// Notes why a job failed and what is to become of it, unless somebody else has
/// claimed it since.
pub fn fail(tx: &mut Tx<'_>, job: &Job, error: &str, then: AfterFailure) -> Result<(), StoreError> {
    let (sql, at) = match then {
        AfterFailure::RetryAt(at) => (RETRY, at),
        AfterFailure::GiveUp(at) => (GIVE_UP, at),
    };
    let params = [job.id.into(), at.into(), error.into(), job.attempts.into()];
    keyed::change(tx, "jobs", &params[..1], (sql, &params)).map(drop)
}

/// Throws away jobs that were done before an instant.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    keyed::remove_each(tx, "jobs", DROP, (OLD, &[before.into()]))
}

/// Throws away what is not done of the work that names something by its id.
pub fn drop_about(tx: &mut Tx<'_>, id: Uuid) -> Result<u64, StoreError> {
    keyed::remove_each(tx, "jobs", DROP, (WAITING_ABOUT, &[format!("%{id}%").into()]))
}

/// The end of a claim made now.
pub(crate) fn until(now: Timestamp, seconds: u32) -> Timestamp {
    now.saturating_add(jiff::SignedDuration::from_secs(i64::from(seconds))).unwrap_or(Timestamp::MAX)
}

fn read(row: Row) -> Result<Job, StoreError> {
    let mut row = row.of("jobs", 1);
    Ok(Job {
        id: row.take("id")?,
        kind: row.take("kind")?,
        body: row.take("body")?,
        due: row.take("due")?,
        attempts: row.take("attempts")?,
        unique_key: row.take("unique_key")?,
    })
}
