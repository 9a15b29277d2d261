//! Messages on their way out. A message is queued in the transaction that
//! caused it, claimed before it is sent, and marked when it has gone. Its id
//! is its Message-ID, so that a mail server can drop a second copy if the
//! program dies between sending and marking.
//!
//! A message that has gone is emptied: what stays is when it was queued and
//! sent, and for which account. A one-time link never stands in one; what it is
//! for does, and it is made when the message is carried.

use crate::jobs::{AfterFailure, NOT_OURS, until};
use crate::value::{Row, Value};
use crate::{StoreError, Tx, keyed};
use domain::{AccountId, MessageId, Timestamp};
use uuid::Uuid;

/// One message to somebody outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    /// Whose account it is for, where it is for one.
    pub account: Option<AccountId>,
    /// What the one-time link is for that is put into it on its way out.
    pub link: Option<String>,
    /// Nothing once it was sent; nor subject and body.
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

macro_rules! messages {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, a.account_id, a.link, m.to_address, m.subject, m.body, m.queued, m.attempts, m.sent,
            m.failed, m.last_error FROM messages m LEFT JOIN addressees a ON a.message_id = m.id ",
            $rest
        )
    };
}

const WAITING: &str = messages!(
    "WHERE m.sent IS NULL AND m.failed IS NULL
    AND (m.claimed_until IS NULL OR m.claimed_until < $1) ORDER BY m.queued, m.id LIMIT $2"
);
const ONE: &str = messages!("WHERE m.id = $1");
const NOT_SENT: &str =
    messages!("WHERE m.sent IS NULL AND m.failed IS NULL AND m.id >= $1 ORDER BY m.id LIMIT $2");
const CLAIM: &str = "UPDATE messages SET claimed_until = $2, attempts = attempts + 1 WHERE id = $1";
const SENT: &str = "UPDATE messages SET sent = $2, claimed_until = NULL, to_address = '', subject = '',
    body = '', last_error = NULL, failed = NULL WHERE id = $1 AND sent IS NULL";
const RETRY: &str = "UPDATE messages SET claimed_until = $2, last_error = $3 WHERE id = $1 AND sent IS NULL";
const GIVE_UP: &str = "UPDATE messages SET failed = $2, claimed_until = NULL, last_error = $3
    WHERE id = $1 AND sent IS NULL";
const REWORD: &str = "UPDATE messages SET body = $2 WHERE id = $1";
const DISCARD: &str =
    "UPDATE messages SET failed = $2, claimed_until = NULL, last_error = $3 WHERE id = $1 AND sent IS NULL";
const WAITING_TOO_LONG: &str =
    "SELECT id FROM messages WHERE sent IS NULL AND failed IS NULL AND queued < $1";
const FAILED_BEFORE: &str = "SELECT id FROM messages
    WHERE failed IS NOT NULL AND failed < $1 AND (body <> '' OR subject <> '' OR to_address <> '')";
const NOT_EMPTY_BUT_DONE: &str = "SELECT id FROM messages
    WHERE (sent IS NOT NULL OR failed IS NOT NULL) AND (body <> '' OR subject <> '' OR to_address <> '')";
const EMPTY: &str = "UPDATE messages SET to_address = '', subject = '', body = '' WHERE id = $1";
const EMPTY_DONE: &str =
    "UPDATE messages SET to_address = '', subject = '', body = '', last_error = NULL WHERE id = $1";
const NOT_EMPTIED: &str = "SELECT COUNT(*) FROM messages
    WHERE sent IS NOT NULL AND (body <> '' OR subject <> '' OR to_address <> '')";
const WITH_LINK: &str =
    "SELECT COUNT(*) FROM messages WHERE body LIKE '%/invitation/%' OR body LIKE '%/recovery/%'";
const LATEST: &str = messages!("ORDER BY m.queued DESC, m.id DESC LIMIT $1");
const OF_ACCOUNT: &str = messages!("WHERE a.account_id = $1 ORDER BY m.queued, m.id");
const COUNT_WAITING: &str = "SELECT COUNT(*) FROM messages WHERE sent IS NULL AND failed IS NULL";
const COUNT_FAILED: &str = "SELECT COUNT(*) FROM messages WHERE failed IS NOT NULL";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    WAITING,
    ONE,
    NOT_SENT,
    CLAIM,
    SENT,
    RETRY,
    GIVE_UP,
    REWORD,
    DISCARD,
    WAITING_TOO_LONG,
    FAILED_BEFORE,
    NOT_EMPTY_BUT_DONE,
    EMPTY,
    EMPTY_DONE,
    NOT_EMPTIED,
    WITH_LINK,
    LATEST,
    OF_ACCOUNT,
    COUNT_WAITING,
    COUNT_FAILED,
];

/// How many messages wait to be sent, and how many were given up.
pub fn message_counts(tx: &mut Tx<'_>) -> Result<(u64, u64), StoreError> {
    let mut count = |sql| tx.query_opt(sql, &[])?.map_or(Ok(0), |row| row.number());
    Ok((count(COUNT_WAITING)?.unsigned_abs(), count(COUNT_FAILED)?.unsigned_abs()))
}

/// Puts a message in the queue.
pub fn queue_message(tx: &mut Tx<'_>, message: &Message) -> Result<(), StoreError> {
    let row = vec![
        message.id.0.into(),
        (&message.to_address).into(),
        (&message.subject).into(),
        (&message.body).into(),
        message.queued.into(),
        Value::Null,
        0_i64.into(),
        Value::Null,
        Value::Null,
        Value::Null,
    ];
    keyed::insert(tx, "messages", row)?;
    match message.account {
        Some(account) => address(tx, message.id, account, message.link.as_deref()),
        None => Ok(()),
    }
}

fn address(tx: &mut Tx<'_>, id: MessageId, account: AccountId, link: Option<&str>) -> Result<(), StoreError> {
    keyed::insert(tx, "addressees", vec![id.0.into(), account.0.into(), link.into()])
}

/// Claims up to `limit` messages that wait to be sent, for `lease_seconds`.
/// Whoever gets them is the only one to send them in that time. One that the
/// program did not write is given up, and stays as it is, for `verify` to name.
pub fn messages_to_send(
    tx: &mut Tx<'_>,
    now: Timestamp,
    lease_seconds: u32,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    let rows = tx.query(WAITING, &[now.into(), limit.into()])?;
    let mut messages = vec![];
    for row in rows {
        let mut message = read(row)?;
        if !is_ours(tx, message.id)? {
            tracing::error!(message = %message.id, "it was not written by this program: not sent");
            tx.execute(DISCARD, &[message.id.0.into(), now.into(), NOT_OURS.into()])?;
            continue;
        }
        tx.execute(CLAIM, &[message.id.0.into(), until(now, lease_seconds).into()])?;
        message.attempts += 1;
        messages.push(message);
    }
    Ok(messages)
}

/// Whether the program wrote a message, and for whom it is.
fn is_ours(tx: &mut Tx<'_>, id: MessageId) -> Result<bool, StoreError> {
    for table in ["messages", "addressees"] {
        match keyed::get(tx, table, &[id.0.into()]) {
            Err(StoreError::NotOurs { .. }) => return Ok(false),
            other => drop(other?),
        }
    }
    Ok(true)
}

/// Changes each message that a question gives; how many.
fn change_each(
    tx: &mut Tx<'_>,
    (which, params): (&'static str, &[Value]),
    (sql, more): (&'static str, &[Value]),
) -> Result<u64, StoreError> {
    let mut changed = 0;
    for key in keyed::keys_of(tx, "messages", (which, params))? {
        let params = [&key, more].concat();
        match keyed::change(tx, "messages", &key, (sql, &params)) {
            Ok(touched) => changed += touched,
            // For `verify` to name; the others are not kept waiting by it.
            Err(StoreError::NotOurs { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(changed)
}

/// Notes that a message has gone, and empties it; `false` if that was known. It
/// has gone also if another server took it for lost and gave it up meanwhile.
pub fn mark_sent(tx: &mut Tx<'_>, id: MessageId, now: Timestamp) -> Result<bool, StoreError> {
    let params = [id.0.into(), now.into()];
    keyed::change(tx, "messages", &params[..1], (SENT, &params)).map(|touched| touched == 1)
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
    let params = [id.0.into(), at.into(), error.into()];
    keyed::change(tx, "messages", &params[..1], (sql, &params)).map(drop)
}

/// One message, sent or not.
pub fn message(tx: &mut Tx<'_>, id: MessageId) -> Result<Option<Message>, StoreError> {
    tx.query_opt(ONE, &[id.0.into()])?.map(read).transpose()
}

/// Gives up messages that have waited since before `queued`, and empties those
/// that were given up before `failed`.
pub fn prune(
    tx: &mut Tx<'_>,
    queued: Timestamp,
    failed: Timestamp,
    now: Timestamp,
    why: &str,
) -> Result<u64, StoreError> {
    let too_long = (WAITING_TOO_LONG, &[queued.into()][..]);
    let given_up = change_each(tx, too_long, (GIVE_UP, &[now.into(), why.into()]))?;
    Ok(given_up + change_each(tx, (FAILED_BEFORE, &[failed.into()]), (EMPTY, &[]))?)
}

/// Empties what was sent or given up by a program that did not.
pub fn empty_done(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    change_each(tx, (NOT_EMPTY_BUT_DONE, &[]), (EMPTY_DONE, &[]))
}

/// Messages that wait, in the order of their ids, from one on.
pub fn not_sent(tx: &mut Tx<'_>, from: Uuid, limit: u32) -> Result<Vec<Message>, StoreError> {
    tx.query(NOT_SENT, &[from.into(), limit.into()])?.into_iter().map(read).collect()
}

/// Puts other words into a message that waits, in which a link then goes to an
/// account: how those are treated that an older program wrote.
pub fn reword(
    tx: &mut Tx<'_>,
    id: MessageId,
    body: &str,
    account: AccountId,
    link: &str,
) -> Result<(), StoreError> {
    let params = [id.0.into(), body.into()];
    keyed::change(tx, "messages", &params[..1], (REWORD, &params))?;
    address(tx, id, account, Some(link))
}

/// How many messages were sent and still hold something, and how many hold a
/// one-time link: none of either, unless somebody changed the database.
pub fn told_too_much(tx: &mut Tx<'_>) -> Result<(u64, u64), StoreError> {
    let mut count = |sql| tx.query_opt(sql, &[])?.map_or(Ok(0), |row| row.number());
    Ok((count(NOT_EMPTIED)?.unsigned_abs(), count(WITH_LINK)?.unsigned_abs()))
}

/// What is kept of the messages to an account, the oldest first.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Message>, StoreError> {
    tx.query(OF_ACCOUNT, &[account.0.into()])?.into_iter().map(read).collect()
}

/// The newest messages, sent or not.
pub fn latest_messages(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Message>, StoreError> {
    tx.query(LATEST, &[limit.into()])?.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<Message, StoreError> {
    let mut row = row.of("messages", 1);
    Ok(Message {
        id: MessageId(row.take("id")?),
        account: row.take::<Option<Uuid>>("account_id")?.map(AccountId),
        link: row.take("link")?,
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
