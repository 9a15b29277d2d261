//! Messages on their way out. A message is queued in the transaction that
//! caused it, claimed before it is sent, and marked when it has gone. Its id
//! is its Message-ID, so that a mail server can drop a second copy if the
//! program dies between sending and marking.
//!
//! A message that has gone is emptied: what stays is when it was queued and
//! sent, and for which account. A one-time link never stands in one; what it is
//! for does, and it is made when the message is carried.

use crate::beside::Beside;
use crate::held::Owner;
use crate::jobs::{AfterFailure, NOT_OURS, until};
use crate::value::{Readable as _, Row, Value};
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
const REWORD: &str = "UPDATE messages SET to_address = $2, subject = $3, body = $4 WHERE id = $1";
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
const NOT_EMPTY: &str = messages!("WHERE m.body <> '' ORDER BY m.queued, m.id");
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
    NOT_EMPTY,
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
    let [to_address, subject, body] = stored(tx, message)?;
    let row = vec![
        message.id.0.into(),
        to_address.into(),
        subject.into(),
        body.into(),
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

/// Address, subject and body as they are stored: with the key of the account that
/// it is for.
fn stored(tx: &mut Tx<'_>, message: &Message) -> Result<[String; 3], StoreError> {
    let beside = Beside::to_write(tx, owner(message.account), "messages")?;
    let key = message.id.0.as_bytes();
    Ok([
        beside.close_text("to_address", key, &message.to_address),
        beside.close_text("subject", key, &message.subject),
        beside.close_text("body", key, &message.body),
    ])
}

fn owner(account: Option<AccountId>) -> Owner {
    account.map_or(Owner::DATABASE, Owner::from)
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
        let id = MessageId(id_of(&row)?);
        let message = match read(tx, row) {
            Ok(message) if is_ours(tx, id)? => Some(message),
            Ok(_) | Err(StoreError::NotOurs { .. } | StoreError::KeyGone { .. }) => None,
            Err(other) => return Err(other),
        };
        let Some(mut message) = message else {
            tracing::error!(message = %id, "it was not written by this program: not sent");
            tx.execute(DISCARD, &[id.0.into(), now.into(), NOT_OURS.into()])?;
            continue;
        };
        tx.execute(CLAIM, &[message.id.0.into(), until(now, lease_seconds).into()])?;
        message.attempts += 1;
        messages.push(message);
    }
    Ok(messages)
}

fn id_of(row: &Row) -> Result<Uuid, StoreError> {
    let id = row.first().cloned().and_then(Uuid::read);
    id.ok_or_else(|| StoreError::corrupt("messages", "id", ""))
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
    tx.query_opt(ONE, &[id.0.into()])?.map(|row| read(tx, row)).transpose()
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
    tx.query(NOT_SENT, &[from.into(), limit.into()])?.into_iter().map(|row| read(tx, row)).collect()
}

/// How many messages are read at once.
const PAGE: u32 = 500;

/// Gives up and empties every message that waits and names one of these words; how
/// many. What cannot be read any more is left as it is.
pub fn drop_about(tx: &mut Tx<'_>, words: &[String], now: Timestamp, why: &str) -> Result<u64, StoreError> {
    let (mut dropped, mut from) = (0, Uuid::nil());
    loop {
        let rows = tx.query(NOT_SENT, &[from.into(), PAGE.into()])?;
        let is_last = rows.len() < PAGE as usize;
        for row in rows {
            let id = row.get("id").cloned().and_then(Uuid::read);
            let id = id.ok_or_else(|| StoreError::corrupt("messages", "id", from))?;
            from = Uuid::from_u128(id.as_u128().saturating_add(1));
            let message = match read(tx, row) {
                Err(StoreError::NotOurs { .. } | StoreError::KeyGone { .. }) => continue,
                other => other?,
            };
            let names = |text: &str| words.iter().any(|word| text.contains(word.as_str()));
            if names(&message.body) || names(&message.subject) {
                let key = [id.into()];
                keyed::change(tx, "messages", &key, (GIVE_UP, &[id.into(), now.into(), why.into()]))?;
                dropped += keyed::change(tx, "messages", &key, (EMPTY, &key))?;
            }
        }
        if is_last {
            return Ok(dropped);
        }
    }
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
    let Some(there) = message(tx, id)? else { return Ok(()) };
    let again = Message { account: Some(account), body: body.to_owned(), ..there };
    let [to_address, subject, body] = stored(tx, &again)?;
    let params = [id.0.into(), to_address.into(), subject.into(), body.into()];
    keyed::change(tx, "messages", &params[..1], (REWORD, &params))?;
    address(tx, id, account, Some(link))
}

/// How many messages were sent and still hold something, and how many hold a
/// one-time link: none of either, unless somebody changed the database.
pub fn told_too_much(tx: &mut Tx<'_>) -> Result<(u64, u64), StoreError> {
    let not_emptied = tx.query_opt(NOT_EMPTIED, &[])?.map_or(Ok(0), |row| row.number())?.unsigned_abs();
    if tx.is_encrypted() && tx.keys().is_empty() {
        return Ok((not_emptied, 0));
    }
    let holds_a_link = |body: &str| body.contains("/invitation/") || body.contains("/recovery/");
    let mut with_link = 0;
    for row in tx.query(NOT_EMPTY, &[])? {
        match read(tx, row) {
            Ok(message) => with_link += u64::from(holds_a_link(&message.body)),
            // For its MAC to name, or destroyed.
            Err(StoreError::NotOurs { .. } | StoreError::KeyGone { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    Ok((not_emptied, with_link))
}

/// What is kept of the messages to an account, the oldest first.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Message>, StoreError> {
    tx.query(OF_ACCOUNT, &[account.0.into()])?.into_iter().map(|row| read(tx, row)).collect()
}

/// The newest messages, sent or not.
pub fn latest_messages(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Message>, StoreError> {
    tx.query(LATEST, &[limit.into()])?.into_iter().map(|row| read(tx, row)).collect()
}

/// A message as it was written; one that was emptied needs no key.
fn read(tx: &mut Tx<'_>, row: Row) -> Result<Message, StoreError> {
    let mut row = row.of("messages", 1);
    let id: Uuid = row.take("id")?;
    let account = row.take::<Option<Uuid>>("account_id")?.map(AccountId);
    let [mut to_address, mut subject, mut body]: [String; 3] =
        [row.take("to_address")?, row.take("subject")?, row.take("body")?];
    if !(to_address.is_empty() && subject.is_empty() && body.is_empty()) {
        let beside = Beside::to_read(tx, owner(account), "messages")?;
        to_address = beside.open_text("to_address", id.as_bytes(), to_address)?;
        subject = beside.open_text("subject", id.as_bytes(), subject)?;
        body = beside.open_text("body", id.as_bytes(), body)?;
    }
    Ok(Message {
        id: MessageId(id),
        account,
        link: row.take("link")?,
        to_address,
        subject,
        body,
        queued: row.take("queued")?,
        attempts: row.take("attempts")?,
        sent: row.take("sent")?,
        failed: row.take("failed")?,
        last_error: row.take("last_error")?,
    })
}
