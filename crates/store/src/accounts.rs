//! What signing in needs: passphrases (hashed), second factors, names to sign
//! in with, sessions, one-time links, and how often somebody tried. Tokens
//! are stored as their SHA-256 only.

use crate::beside::Beside;
use crate::held::Owner;
use crate::value::Row;
use crate::{StoreError, Tx, keyed};
use domain::{AccountId, EmailAddress, Timestamp};
use uuid::Uuid;

/// How an account proves itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    pub account: AccountId,
    /// An argon2 hash in its own text form.
    pub passphrase_hash: String,
    pub totp_secret: Option<Vec<u8>>,
    /// The last time step whose code was used: a code works once.
    pub totp_last_step: Option<u64>,
    pub changed: Timestamp,
}

/// One signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub token_hash: [u8; 32],
    pub account: AccountId,
    pub started: Timestamp,
    pub last_seen: Timestamp,
    pub expires: Timestamp,
    pub ended: Option<Timestamp>,
    /// The browser, in words that its owner would know it by.
    pub label: String,
    /// Whether a second factor was given.
    pub second_factor: bool,
    /// In the demo: who it was entered as.
    pub acting_as: Option<String>,
}

/// A link that works once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTimeLink {
    pub token_hash: [u8; 32],
    pub purpose: String,
    pub account: Option<AccountId>,
    /// What it is for, as JSON.
    pub body: String,
    pub expires: Timestamp,
    pub used: Option<Timestamp>,
}

const LOGIN_NAMES: &str = "login_names";
const SET_CREDENTIAL: &str = "INSERT INTO credentials
    (account_id, passphrase_hash, totp_secret, totp_last_step, changed) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account_id) DO UPDATE SET passphrase_hash = EXCLUDED.passphrase_hash,
    totp_secret = EXCLUDED.totp_secret, totp_last_step = EXCLUDED.totp_last_step, changed = EXCLUDED.changed";
const USE_STEP: &str = "UPDATE credentials SET totp_last_step = $2
    WHERE account_id = $1 AND (totp_last_step IS NULL OR totp_last_step < $2)";
const NAMES_OF: &str = "SELECT name, account_id FROM login_names WHERE account_id = $1 ORDER BY name";
const ALL_NAMES: &str = "SELECT name, account_id FROM login_names ORDER BY name";
const AN_OLD_NAME: &str = "SELECT name, account_id FROM login_names WHERE name NOT LIKE '%@%' LIMIT 1";
const REMOVE_NAME: &str = "DELETE FROM login_names WHERE name = $1 AND account_id = $2";
const SESSIONS_OF: &str = "SELECT token_hash, account_id, started, last_seen, expires, ended, label,
    second_factor, acting_as FROM sessions WHERE account_id = $1 ORDER BY started DESC LIMIT $2";
const SEEN: &str = "UPDATE sessions SET last_seen = $2, expires = $3 WHERE token_hash = $1 AND ended IS NULL";
const RAN_OUT: &str = "SELECT token_hash, account_id, started, last_seen, expires, ended, label,
    second_factor, acting_as FROM sessions
    WHERE ended IS NULL AND (expires < $1 OR last_seen < $2) ORDER BY token_hash LIMIT $3";
const END: &str = "UPDATE sessions SET ended = $2 WHERE token_hash = $1 AND ended IS NULL";
const OTHERS: &str =
    "SELECT token_hash FROM sessions WHERE account_id = $1 AND ended IS NULL AND token_hash <> $2";
const EXPIRED_SESSIONS: &str = "SELECT token_hash FROM sessions WHERE expires < $1";
const DROP_SESSION: &str = "DELETE FROM sessions WHERE token_hash = $1";
const USE_LINK: &str =
    "UPDATE one_time_links SET used = $2 WHERE token_hash = $1 AND used IS NULL AND expires > $2";
const DROP_LINK: &str = "DELETE FROM one_time_links WHERE token_hash = $1 AND used IS NULL";
const LINKS_FOR: &str =
    "SELECT token_hash FROM one_time_links WHERE account_id = $1 AND purpose = $2 AND used IS NULL";
const ALL_LINKS: &str = "SELECT token_hash FROM one_time_links WHERE account_id = $1 AND used IS NULL";
const LIGHT: &str = "SELECT COUNT(*) FROM credentials WHERE passphrase_hash LIKE $1";
const NOT_LIGHT: &str = "SELECT COUNT(*) FROM credentials WHERE passphrase_hash NOT LIKE $1";
const WITH_SECRET: &str = "SELECT account_id, totp_secret FROM credentials WHERE totp_secret IS NOT NULL";
const EXPIRED_LINKS: &str = "SELECT token_hash FROM one_time_links WHERE expires < $1";
const DROP_EXPIRED_LINK: &str = "DELETE FROM one_time_links WHERE token_hash = $1";
const ADD_ATTEMPT: &str = "INSERT INTO attempts (id, key, at) VALUES ($1, $2, $3)";
const ATTEMPTS: &str = "SELECT COUNT(*) FROM attempts WHERE key = $1 AND at >= $2";
const REMOVE_ATTEMPT: &str = "DELETE FROM attempts WHERE id = $1";
const FORGET_ATTEMPTS: &str = "DELETE FROM attempts WHERE key = $1";
const PRUNE_ATTEMPTS: &str = "DELETE FROM attempts WHERE at < $1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    SET_CREDENTIAL,
    USE_STEP,
    NAMES_OF,
    ALL_NAMES,
    AN_OLD_NAME,
    REMOVE_NAME,
    SESSIONS_OF,
    SEEN,
    END,
    OTHERS,
    EXPIRED_SESSIONS,
    DROP_SESSION,
    USE_LINK,
    DROP_LINK,
    LINKS_FOR,
    ALL_LINKS,
    LIGHT,
    NOT_LIGHT,
    WITH_SECRET,
    EXPIRED_LINKS,
    DROP_EXPIRED_LINK,
    ADD_ATTEMPT,
    ATTEMPTS,
    REMOVE_ATTEMPT,
    FORGET_ATTEMPTS,
    PRUNE_ATTEMPTS,
    RAN_OUT,
];

/// How an account proves itself, if it has been set up.
pub fn credential(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Credential>, StoreError> {
    let Some(row) = keyed::get(tx, "credentials", &[account.0.into()])? else { return Ok(None) };
    let mut row = row.of("credentials", 1);
    let account = AccountId(row.take("account_id")?);
    Ok(Some(Credential {
        account,
        passphrase_hash: row.take("passphrase_hash")?,
        totp_secret: read_secret(tx, account, row.take("totp_secret")?)?,
        totp_last_step: row.take("totp_last_step")?,
        changed: row.take("changed")?,
    }))
}

fn read_secret(
    tx: &mut Tx<'_>,
    account: AccountId,
    stored: Option<Vec<u8>>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(stored) = stored else { return Ok(None) };
    let beside = Beside::to_read(tx, account, "credentials")?;
    beside.open_bytes("totp_secret", account.0.as_bytes(), stored).map(Some)
}

/// Sets or changes how an account proves itself.
pub fn set_credential(tx: &mut Tx<'_>, credential: &Credential) -> Result<(), StoreError> {
    let account = credential.account;
    let secret = match &credential.totp_secret {
        None => None,
        Some(secret) => {
            let beside = Beside::to_write(tx, account, "credentials")?;
            Some(beside.close_bytes("totp_secret", account.0.as_bytes(), secret))
        }
    };
    let params = [
        account.0.into(),
        (&credential.passphrase_hash).into(),
        secret.into(),
        credential.totp_last_step.into(),
        credential.changed.into(),
    ];
    keyed::change(tx, "credentials", &params[..1], (SET_CREDENTIAL, &params)).map(drop)
}

/// Marks a code's time step as used; `false` if it (or a later one) was used before.
pub fn use_totp_step(tx: &mut Tx<'_>, account: AccountId, step: u64) -> Result<bool, StoreError> {
    let params = [account.0.into(), step.into()];
    keyed::change(tx, "credentials", &params[..1], (USE_STEP, &params)).map(|touched| touched == 1)
}

/// Whose address to sign in with this is. A name to sign in with is the key of
/// an address and nothing else, so that there is one way to make one.
pub fn account_by_email(tx: &mut Tx<'_>, email: &EmailAddress) -> Result<Option<AccountId>, StoreError> {
    let Some(beside) = Beside::to_find(tx, Owner::DATABASE, LOGIN_NAMES)? else { return Ok(None) };
    let name = beside.close_same("name", b"", email.key());
    let found = keyed::get(tx, LOGIN_NAMES, &[name.into()])?;
    Ok(found.map(|row| read_name(row, &beside)).transpose()?.map(|(_, account)| account))
}

/// Gives an account an address to sign in with; `false` if it is somebody's already.
pub fn add_login_name(tx: &mut Tx<'_>, email: &EmailAddress, account: AccountId) -> Result<bool, StoreError> {
    if account_by_email(tx, email)?.is_some() {
        return Ok(false);
    }
    let name = Beside::to_write(tx, Owner::DATABASE, LOGIN_NAMES)?.close_same("name", b"", email.key());
    keyed::insert(tx, LOGIN_NAMES, vec![name.into(), account.0.into()]).map(|()| true)
}

/// Every name to sign in with and whose it is, by name.
pub fn all_login_names(tx: &mut Tx<'_>) -> Result<Vec<(String, AccountId)>, StoreError> {
    let rows = tx.query(ALL_NAMES, &[])?;
    read_names(tx, rows)
}

/// Whether there are names to sign in with that are no addresses: until 2026
/// they were made by dropping every sign, the @ among them.
pub fn has_old_login_names(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    // An encrypted database was made later, or is brought over from one without any.
    Ok(!tx.is_encrypted() && tx.query_opt(AN_OLD_NAME, &[])?.is_some())
}

fn read_name(row: Row, beside: &Beside) -> Result<(String, AccountId), StoreError> {
    let mut row = row.of(LOGIN_NAMES, 0);
    let (stored, account): (String, Uuid) = (row.take("name")?, row.take("account_id")?);
    let name = beside.open_text("name", b"", stored);
    let name = name.map_err(|_| StoreError::not_ours(LOGIN_NAMES, format!("account {account}")))?;
    Ok((name, AccountId(account)))
}

/// Names as they were written, in the order of the alphabet.
fn read_names(tx: &mut Tx<'_>, rows: Vec<Row>) -> Result<Vec<(String, AccountId)>, StoreError> {
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let beside = Beside::to_read(tx, Owner::DATABASE, LOGIN_NAMES)?;
    let names = rows.into_iter().map(|row| read_name(row, &beside));
    let mut names = names.collect::<Result<Vec<_>, _>>()?;
    names.sort();
    Ok(names)
}

/// The names an account can sign in with.
pub fn login_names(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<String>, StoreError> {
    let rows = tx.query(NAMES_OF, &[account.0.into()])?;
    let rows = keyed::checked(tx, LOGIN_NAMES, rows)?;
    Ok(read_names(tx, rows)?.into_iter().map(|(name, _)| name).collect())
}

/// Takes a name away from an account; whether it had it.
pub fn remove_login_name(tx: &mut Tx<'_>, name: &str, account: AccountId) -> Result<bool, StoreError> {
    let Some(beside) = Beside::to_find(tx, Owner::DATABASE, LOGIN_NAMES)? else { return Ok(false) };
    let params = [beside.close_same("name", b"", name).into(), account.0.into()];
    keyed::remove(tx, LOGIN_NAMES, &params[..1], (REMOVE_NAME, &params)).map(|touched| touched == 1)
}

pub fn start_session(tx: &mut Tx<'_>, session: &Session) -> Result<(), StoreError> {
    let row = vec![
        session.token_hash.into(),
        session.account.0.into(),
        session.started.into(),
        session.last_seen.into(),
        session.expires.into(),
        session.ended.into(),
        (&session.label).into(),
        session.second_factor.into(),
        session.acting_as.as_deref().into(),
    ];
    keyed::insert(tx, "sessions", row)
}

/// The session of a token, ended or not: the caller judges.
pub fn session(tx: &mut Tx<'_>, token_hash: &[u8; 32]) -> Result<Option<Session>, StoreError> {
    keyed::get(tx, "sessions", &[(*token_hash).into()])?.map(read_session).transpose()
}

/// The newest sessions of an account, ended ones too.
pub fn sessions_of(tx: &mut Tx<'_>, account: AccountId, limit: u32) -> Result<Vec<Session>, StoreError> {
    let rows = tx.query(SESSIONS_OF, &[account.0.into(), limit.into()])?;
    keyed::checked(tx, "sessions", rows)?.into_iter().map(read_session).collect()
}

/// Notes that a session is in use and until when it now lasts.
pub fn touch_session(
    tx: &mut Tx<'_>,
    token_hash: &[u8; 32],
    now: Timestamp,
    expires: Timestamp,
) -> Result<bool, StoreError> {
    let params = [(*token_hash).into(), now.into(), expires.into()];
    keyed::change(tx, "sessions", &params[..1], (SEEN, &params)).map(|touched| touched == 1)
}

/// Sessions that nobody ended and that are over: those that expired before `now`,
/// or were last seen before `idle`; `limit` at most.
pub fn ran_out(
    tx: &mut Tx<'_>,
    (now, idle): (Timestamp, Timestamp),
    limit: u32,
) -> Result<Vec<Session>, StoreError> {
    tx.query(RAN_OUT, &[now.into(), idle.into(), limit.into()])?.into_iter().map(read_session).collect()
}

/// Ends a session; whether it was still going.
pub fn end_session(tx: &mut Tx<'_>, token_hash: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
    let params = [(*token_hash).into(), now.into()];
    keyed::change(tx, "sessions", &params[..1], (END, &params)).map(|touched| touched == 1)
}

/// Ends all sessions of an account, but for `keep`; how many were still going.
pub fn end_sessions_of(
    tx: &mut Tx<'_>,
    account: AccountId,
    now: Timestamp,
    keep: Option<&[u8; 32]>,
) -> Result<u64, StoreError> {
    let keep: &[u8] = keep.map_or(&[], |hash| hash);
    let mut ended = 0;
    for mut params in keyed::keys_of(tx, "sessions", (OTHERS, &[account.0.into(), keep.into()]))? {
        params.push(now.into());
        ended += keyed::change(tx, "sessions", &params[..1], (END, &params))?;
    }
    Ok(ended)
}

pub fn add_one_time_link(tx: &mut Tx<'_>, link: &OneTimeLink) -> Result<(), StoreError> {
    let row = vec![
        link.token_hash.into(),
        (&link.purpose).into(),
        link.account.map(|id| id.0).into(),
        (&link.body).into(),
        link.expires.into(),
        link.used.into(),
    ];
    keyed::insert(tx, "one_time_links", row)
}

/// The link of a token, used or not: the caller judges.
pub fn one_time_link(tx: &mut Tx<'_>, token_hash: &[u8; 32]) -> Result<Option<OneTimeLink>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("one_time_links", 1);
        Ok(OneTimeLink {
            token_hash: row.take("token_hash")?,
            purpose: row.take("purpose")?,
            account: row.take::<Option<Uuid>>("account_id")?.map(AccountId),
            body: row.take("body")?,
            expires: row.take("expires")?,
            used: row.take("used")?,
        })
    };
    keyed::get(tx, "one_time_links", &[(*token_hash).into()])?.map(read).transpose()
}

/// Uses a link up; `false` if it was used before or has expired.
pub fn use_one_time_link(tx: &mut Tx<'_>, token_hash: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
    let params = [(*token_hash).into(), now.into()];
    keyed::change(tx, "one_time_links", &params[..1], (USE_LINK, &params)).map(|touched| touched == 1)
}

/// Throws a link away that nobody has used; whether it was there.
pub fn drop_one_time_link(tx: &mut Tx<'_>, token_hash: &[u8; 32]) -> Result<bool, StoreError> {
    let key = [(*token_hash).into()];
    keyed::remove(tx, "one_time_links", &key, (DROP_LINK, &key)).map(|touched| touched == 1)
}

/// Throws away every link of an account for a purpose that nobody has used.
pub fn drop_one_time_links(tx: &mut Tx<'_>, account: AccountId, purpose: &str) -> Result<u64, StoreError> {
    keyed::remove_each(tx, "one_time_links", DROP_LINK, (LINKS_FOR, &[account.0.into(), purpose.into()]))
}

/// Throws away every link of an account that nobody has used, whatever it is for.
pub fn drop_all_one_time_links(tx: &mut Tx<'_>, account: AccountId) -> Result<u64, StoreError> {
    keyed::remove_each(tx, "one_time_links", DROP_LINK, (ALL_LINKS, &[account.0.into()]))
}

/// How many accounts have a passphrase whose hash begins so, and how many have
/// one that does not.
pub fn count_hashes(tx: &mut Tx<'_>, beginning: &str) -> Result<(u64, u64), StoreError> {
    let mut count = |sql| {
        let pattern = format!("{beginning}%");
        tx.query_opt(sql, &[pattern.into()])?.map_or(Ok(0), |row| row.number())
    };
    Ok((count(LIGHT)?.unsigned_abs(), count(NOT_LIGHT)?.unsigned_abs()))
}

/// How many accounts have this secret behind their second factor.
pub fn count_with_secret(tx: &mut Tx<'_>, secret: &[u8]) -> Result<u64, StoreError> {
    let mut count = 0;
    for row in tx.query(WITH_SECRET, &[])? {
        let mut row = row.of("credentials", 1);
        let account = AccountId(row.take("account_id")?);
        let theirs = read_secret(tx, account, row.take("totp_secret")?)?;
        count += u64::from(theirs.as_deref() == Some(secret));
    }
    Ok(count)
}

/// Notes an attempt under a key.
pub fn add_attempt(tx: &mut Tx<'_>, id: Uuid, key: &str, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(ADD_ATTEMPT, &[id.into(), key.into(), at.into()]).map(drop)
}

/// How many attempts there were under a key since an instant.
pub fn attempts_since(tx: &mut Tx<'_>, key: &str, since: Timestamp) -> Result<u64, StoreError> {
    let count = tx.query_opt(ATTEMPTS, &[key.into(), since.into()])?.map_or(Ok(0), |row| row.number())?;
    Ok(count.unsigned_abs())
}

/// Takes one attempt back; whether it was there.
pub fn remove_attempt(tx: &mut Tx<'_>, id: Uuid) -> Result<bool, StoreError> {
    tx.execute(REMOVE_ATTEMPT, &[id.into()]).map(|touched| touched == 1)
}

/// Forgets the attempts under a key, after one that succeeded.
pub fn forget_attempts(tx: &mut Tx<'_>, key: &str) -> Result<u64, StoreError> {
    tx.execute(FORGET_ATTEMPTS, &[key.into()])
}

/// Throws away sessions and links that expired, and attempts made, before an instant.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    let when = [before.into()];
    let mut removed = keyed::remove_each(tx, "sessions", DROP_SESSION, (EXPIRED_SESSIONS, &when))?;
    removed += keyed::remove_each(tx, "one_time_links", DROP_EXPIRED_LINK, (EXPIRED_LINKS, &when))?;
    removed += tx.execute(PRUNE_ATTEMPTS, &when)?;
    Ok(removed + crate::factors::prune(tx, before)?)
}

fn read_session(row: Row) -> Result<Session, StoreError> {
    let mut row = row.of("sessions", 1);
    Ok(Session {
        token_hash: row.take("token_hash")?,
        account: AccountId(row.take("account_id")?),
        started: row.take("started")?,
        last_seen: row.take("last_seen")?,
        expires: row.take("expires")?,
        ended: row.take("ended")?,
        label: row.take("label")?,
        second_factor: row.take("second_factor")?,
        acting_as: row.take("acting_as")?,
    })
}
