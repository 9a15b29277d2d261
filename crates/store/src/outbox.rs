//! Messages on their way out. A message is queued in the transaction that
//! caused it, claimed before it is sent, and marked when it has gone. Its id
//! is its Message-ID, so that a mail server can drop a second copy if the
//! program dies between sending and marking.

use crate::jobs::{AfterFailure, until};
use crate::value::Row;
use crate::{StoreError, Tx};
use domain::{MessageId, Timestamp};

/// One message to somebody outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    pub to_address: String,
    pub subject: String,
    pub body: String,
    pub queued: Timestamp,
    /// How often sending was begun.
    pub attempts: u32,
    pub sent: Option<Timestamp>,
    /// When we gave up.
    pub failed: Option<Timestamp>,
    pub last_error: Option<String>,
}

const INSERT: &str = "INSERT INTO messages (id, to_address, subject, body, queued, attempts)
    VALUES ($1, $2, $3, $4, $5, 0)";
const WAITING: &str = "SELECT id, to_address, subject, body, queued, attempts, sent, failed, last_error
    FROM messages WHERE sent IS NULL AND failed IS NULL
    AND (claimed_until IS NULL OR claimed_until < $1) ORDER BY queued, id LIMIT $2";
const CLAIM: &str = "UPDATE messages SET claimed_until = $2, attempts = attempts + 1 WHERE id = $1";
const SENT: &str = "UPDATE messages SET sent = $2, claimed_until = NULL WHERE id = $1 AND sent IS NULL";
const RETRY: &str = "UPDATE messages SET claimed_until = $2, last_error = $3 WHERE id = $1 AND sent IS NULL";
const GIVE_UP: &str = "UPDATE messages SET failed = $2, claimed_until = NULL, last_error = $3
    WHERE id = $1 AND sent IS NULL";
const LATEST: &str = "SELECT id, to_address, subject, body, queued, attempts, sent, failed, last_error
    FROM messages ORDER BY queued DESC, id DESC LIMIT $1";
const COUNT_WAITING: &str = "SELECT COUNT(*) FROM messages WHERE sent IS NULL AND failed IS NULL";
const COUNT_FAILED: &str = "SELECT COUNT(*) FROM messages WHERE failed IS NOT NULL";

#[cfg(test)]
pub(crate) const ALL: &[&str] =
    &[INSERT, WAITING, CLAIM, SENT, RETRY, GIVE_UP, LATEST, COUNT_WAITING, COUNT_FAILED];

/// How many messages wait to be sent, and how many were given up.
pub fn message_counts(tx: &mut Tx<'_>) -> Result<(u64, u64), StoreError> {
    let mut count = |sql| tx.query_opt(sql, &[])?.map_or(Ok(0), |row| row.number());
    Ok((count(COUNT_WAITING)?.unsigned_abs(), count(COUNT_FAILED)?.unsigned_abs()))
}

/// Puts a message in the queue.
pub fn queue_message(tx: &mut Tx<'_>, message: &Message) -> Result<(), StoreError> {
    let params = [
        message.id.0.into(),
        (&message.to_address).into(),
        (&message.subject).into(),
        (&message.body).into(),
        message.queued.into(),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// Claims up to `limit` messages that wait to be sent, for `lease_seconds`.
/// Whoever gets them is the only one to send them in that time.
pub fn messages_to_send(
    tx: &mut Tx<'_>,
    now: Timestamp,
    lease_seconds: u32,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    let rows = tx.query(WAITING, &[now.into(), limit.into()])?;
    let mut messages = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    for message in &mut messages {
        tx.execute(CLAIM, &[message.id.0.into(), until(now, lease_seconds).into()])?;
        message.attempts += 1;
    }
    Ok(messages)
}

/// Notes that a message has gone; `false` if that was known.
pub fn mark_sent(tx: &mut Tx<'_>, id: MessageId, now: Timestamp) -> Result<bool, StoreError> {
    tx.execute(SENT, &[id.0.into(), now.into()]).map(|touched| touched == 1)
}

/// Notes why a message could not be sent and what is to become of it.
pub fn mark_failed(
    tx: &mut Tx<'_>,
    id: MessageId,
    error: &str,
    then: AfterFailure,
) -> Result<(), StoreError> {
    let (sql, at) = match then {
        AfterFailure::RetryAt(at) => (RETRY, at),
        AfterFailure::GiveUp(at) => (GIVE_UP, at),
    };
    tx.execute(sql, &[id.0.into(), at.into(), error.into()]).map(drop)
}

/// The newest messages, sent or not.
pub fn latest_messages(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Message>, StoreError> {
    tx.query(LATEST, &[limit.into()])?.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<Message, StoreError> {
    let mut row = row.of("messages", 1);
    Ok(Message {
        id: MessageId(row.take("id")?),
        to_address: row.take("to_address")?,
        subject: row.take("subject")?,
        body: row.take("body")?,
        queued: row.take("queued")?,
        attempts: row.take("attempts")?,
        sent: row.take("sent")?,
        failed: row.take("failed")?,
        last_error: row.take("last_error")?,
    })
}
