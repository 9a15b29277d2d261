//! What stands beside a passphrase: proofs that it is them, what was begun in
//! a session, printed codes and passkeys.

use crate::beside::Beside;
use crate::value::{Row, Value};
use crate::{StoreError, Tx, keyed};
use domain::{AccountId, PasskeyId, Timestamp};

/// Something that was begun in a session, for this session alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    pub token_hash: [u8; 32],
    pub purpose: String,
    pub account: AccountId,
    pub body: String,
    pub expires: Timestamp,
}

/// One passkey, as far as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    pub id: PasskeyId,
    pub account: AccountId,
    /// The id that the passkey itself goes by.
    pub credential: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// Its public key, as JSON.
    pub body: String,
    /// How often it was used, as it counts itself; 0 where it does not count.
    pub counter: u32,
    pub added: Timestamp,
    pub used: Option<Timestamp>,
}

const PROVE: &str = "INSERT INTO proofs (token_hash, account_id, at) VALUES ($1, $2, $3)
    ON CONFLICT (token_hash) DO UPDATE SET at = EXCLUDED.at";
const BEGIN: &str = "INSERT INTO unfinished (token_hash, purpose, account_id, body, expires)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (token_hash, purpose) DO UPDATE SET
    account_id = EXCLUDED.account_id, body = EXCLUDED.body, expires = EXCLUDED.expires";
const FINISH: &str = "DELETE FROM unfinished WHERE token_hash = $1 AND purpose = $2 AND body = $3";
const BEGUN_BY: &str = "SELECT token_hash, purpose FROM unfinished WHERE account_id = $1";
const DROP_BEGUN: &str = "DELETE FROM unfinished WHERE token_hash = $1 AND purpose = $2";
const USE_CODE: &str =
    "UPDATE printed_codes SET used = $3 WHERE code_hash = $1 AND account_id = $2 AND used IS NULL";
const CODES_LEFT: &str = "SELECT COUNT(*) FROM printed_codes WHERE account_id = $1 AND used IS NULL";
const CODES_OF: &str = "SELECT code_hash FROM printed_codes WHERE account_id = $1";
const DROP_CODE: &str = "DELETE FROM printed_codes WHERE code_hash = $1";
const PASSKEYS_OF: &str = "SELECT id, account_id, credential, name, body, counter, added, used FROM passkeys
    WHERE account_id = $1 ORDER BY added, id";
const BY_CREDENTIAL: &str =
    "SELECT id, account_id, credential, name, body, counter, added, used FROM passkeys
    WHERE credential = $1";
const USE_PASSKEY: &str = "UPDATE passkeys SET body = $3, counter = $4, used = $5
    WHERE id = $1 AND account_id = $2 AND (counter < $4 OR counter = 0 AND $4 = 0)";
const REMOVE_PASSKEY: &str = "DELETE FROM passkeys WHERE id = $1 AND account_id = $2";
const OLD_PROOFS: &str = "SELECT token_hash FROM proofs WHERE at < $1";
const DROP_PROOF: &str = "DELETE FROM proofs WHERE token_hash = $1";
const OLD_BEGUN: &str = "SELECT token_hash, purpose FROM unfinished WHERE expires < $1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    PROVE,
    BEGIN,
    FINISH,
    BEGUN_BY,
    DROP_BEGUN,
    USE_CODE,
    CODES_LEFT,
    CODES_OF,
    DROP_CODE,
    PASSKEYS_OF,
    BY_CREDENTIAL,
    USE_PASSKEY,
    REMOVE_PASSKEY,
    OLD_PROOFS,
    DROP_PROOF,
    OLD_BEGUN,
];

/// Notes that somebody has shown in this session that it is them.
pub fn prove(
    tx: &mut Tx<'_>,
    token_hash: &[u8; 32],
    account: AccountId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let params = [(*token_hash).into(), account.0.into(), at.into()];
    keyed::change(tx, "proofs", &params[..1], (PROVE, &params)).map(drop)
}

/// When somebody last showed in this session that it is them.
pub fn proof(
    tx: &mut Tx<'_>,
    token_hash: &[u8; 32],
    account: AccountId,
) -> Result<Option<Timestamp>, StoreError> {
    let Some(row) = keyed::get(tx, "proofs", &[(*token_hash).into()])? else { return Ok(None) };
    let mut row = row.of("proofs", 1);
    row.take::<[u8; 32]>("token_hash")?;
    let whose = AccountId(row.take("account_id")?);
    let at = row.take("at")?;
    Ok(Some(at).filter(|_| whose == account))
}

/// Begins something in a session, instead of what was begun before.
pub fn begin(tx: &mut Tx<'_>, begun: &Unfinished) -> Result<(), StoreError> {
    let beside = Beside::to_write(tx, begun.account, "unfinished")?;
    let body = beside.close_text("body", &row_of(&begun.token_hash, &begun.purpose), &begun.body);
    let params = [
        begun.token_hash.into(),
        (&begun.purpose).into(),
        begun.account.0.into(),
        body.into(),
        begun.expires.into(),
    ];
    keyed::change(tx, "unfinished", &params[..2], (BEGIN, &params)).map(drop)
}

/// What was begun in a session; the caller judges whether it is too late.
pub fn begun(
    tx: &mut Tx<'_>,
    token_hash: &[u8; 32],
    purpose: &str,
) -> Result<Option<Unfinished>, StoreError> {
    Ok(stored_begun(tx, token_hash, purpose)?.map(|(begun, _)| begun))
}

/// What was begun, and its body as it is stored.
fn stored_begun(
    tx: &mut Tx<'_>,
    token_hash: &[u8; 32],
    purpose: &str,
) -> Result<Option<(Unfinished, String)>, StoreError> {
    let found = keyed::get(tx, "unfinished", &[(*token_hash).into(), purpose.into()])?;
    let Some(row) = found else { return Ok(None) };
    let mut row = row.of("unfinished", 1);
    let token_hash = row.take("token_hash")?;
    let purpose: String = row.take("purpose")?;
    let account = AccountId(row.take("account_id")?);
    let stored: String = row.take("body")?;
    let beside = Beside::to_read(tx, account, "unfinished")?;
    let body = beside.open_text("body", &row_of(&token_hash, &purpose), stored.clone())?;
    Ok(Some((Unfinished { token_hash, purpose, account, body, expires: row.take("expires")? }, stored)))
}

fn row_of(token_hash: &[u8; 32], purpose: &str) -> Vec<u8> {
    [token_hash.as_slice(), purpose.as_bytes()].concat()
}

/// Takes what was begun, so that nobody takes it again; `false` if it is gone.
pub fn finish(tx: &mut Tx<'_>, begun: &Unfinished) -> Result<bool, StoreError> {
    let Some((there, stored)) = stored_begun(tx, &begun.token_hash, &begun.purpose)? else {
        return Ok(false);
    };
    if there.body != begun.body {
        return Ok(false);
    }
    let params = [begun.token_hash.into(), (&begun.purpose).into(), stored.into()];
    keyed::remove(tx, "unfinished", &params[..2], (FINISH, &params)).map(|touched| touched == 1)
}

/// Forgets all that was begun in any session of an account.
pub fn forget_begun(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    keyed::remove_each(tx, "unfinished", DROP_BEGUN, (BEGUN_BY, &[account.0.into()])).map(drop)
}

/// Gives an account printed codes, by their hashes; those from before are gone.
pub fn set_printed_codes(
    tx: &mut Tx<'_>,
    account: AccountId,
    hashes: &[[u8; 32]],
    now: Timestamp,
) -> Result<(), StoreError> {
    keyed::remove_each(tx, "printed_codes", DROP_CODE, (CODES_OF, &[account.0.into()]))?;
    for hash in hashes {
        let row = vec![(*hash).into(), account.0.into(), now.into(), Value::Null];
        keyed::insert(tx, "printed_codes", row)?;
    }
    Ok(())
}

/// Uses a printed code up; `false` if it is not one of theirs or was used.
pub fn use_printed_code(
    tx: &mut Tx<'_>,
    account: AccountId,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let params = [(*hash).into(), account.0.into(), now.into()];
    keyed::change(tx, "printed_codes", &params[..1], (USE_CODE, &params)).map(|touched| touched == 1)
}

/// How many printed codes are not used yet.
pub fn printed_codes_left(tx: &mut Tx<'_>, account: AccountId) -> Result<u64, StoreError> {
    let count = tx.query_opt(CODES_LEFT, &[account.0.into()])?.map_or(Ok(0), |row| row.number())?;
    Ok(count.unsigned_abs())
}

/// Adds a passkey; `false` if this one is somebody's already.
pub fn add_passkey(tx: &mut Tx<'_>, key: &Passkey) -> Result<bool, StoreError> {
    if passkey_by_credential(tx, &key.credential)?.is_some() {
        return Ok(false);
    }
    let row = vec![
        key.id.0.into(),
        key.account.0.into(),
        key.credential.as_slice().into(),
        (&key.name).into(),
        (&key.body).into(),
        key.counter.into(),
        key.added.into(),
        Value::Null,
    ];
    keyed::insert(tx, "passkeys", row).map(|()| true)
}

/// The passkeys of an account, in the order in which they were added.
pub fn passkeys_of(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Passkey>, StoreError> {
    let rows = tx.query(PASSKEYS_OF, &[account.0.into()])?;
    keyed::checked(tx, "passkeys", rows)?.into_iter().map(read_passkey).collect()
}

/// The passkey that goes by this id of its own.
pub fn passkey_by_credential(tx: &mut Tx<'_>, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
    let rows = tx.query(BY_CREDENTIAL, &[credential.into()])?;
    keyed::checked(tx, "passkeys", rows)?.into_iter().next().map(read_passkey).transpose()
}

/// Notes a use; `false` if the passkey is gone, or counted no further than
/// the last time, as a copy of it would.
pub fn use_passkey(tx: &mut Tx<'_>, key: &Passkey, now: Timestamp) -> Result<bool, StoreError> {
    let params = [key.id.0.into(), key.account.0.into(), (&key.body).into(), key.counter.into(), now.into()];
    keyed::change(tx, "passkeys", &params[..1], (USE_PASSKEY, &params)).map(|touched| touched == 1)
}

/// Takes a passkey away; whether it was there.
pub fn remove_passkey(tx: &mut Tx<'_>, account: AccountId, id: PasskeyId) -> Result<bool, StoreError> {
    let params = [id.0.into(), account.0.into()];
    keyed::remove(tx, "passkeys", &params[..1], (REMOVE_PASSKEY, &params)).map(|touched| touched == 1)
}

/// Throws away proofs given, and what was to end, before an instant.
pub(crate) fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    let when = [before.into()];
    let proofs = keyed::remove_each(tx, "proofs", DROP_PROOF, (OLD_PROOFS, &when))?;
    Ok(proofs + keyed::remove_each(tx, "unfinished", DROP_BEGUN, (OLD_BEGUN, &when))?)
}

fn read_passkey(row: Row) -> Result<Passkey, StoreError> {
    let mut row = row.of("passkeys", 1);
    Ok(Passkey {
        id: PasskeyId(row.take("id")?),
        account: AccountId(row.take("account_id")?),
        credential: row.take("credential")?,
        name: row.take("name")?,
        body: row.take("body")?,
        counter: row.take("counter")?,
        added: row.take("added")?,
        used: row.take("used")?,
    })
}
