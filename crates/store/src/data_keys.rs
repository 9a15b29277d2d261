//! The keys with which what is personal is encrypted: one for each stream that
//! somebody's life is in, made with its first event. What lies beside the record
//! and belongs to a case or to an account is encrypted with the key of that one.
//!
//! A key stands here wrapped: encrypted with a key that is made from the ring's
//! first and that no database holds ([`crate::keys`]). Whoever copies the database
//! has nothing that opens it.
//!
//! A key is asked for in the transaction that reads or writes, together with the
//! head of its stream, and unwrapped where it is used; none is kept beyond that. So
//! one that was destroyed is gone at once, for every server. Its row stays, with
//! the moment at which that was: `verify` tells it from one that somebody took away.

use crate::held::{Held, Owner};
use crate::keys::{Key, KeyId};
use crate::value::{Row, Value};
use crate::{StoreError, Tx, keyed};
use domain::{Stream, Timestamp};
use phb_cipher::{Place, Secret};
use uuid::Uuid;
use zeroize::Zeroizing;

const OF: &str = "SELECT kind, id, wrapped, destroyed FROM data_keys WHERE kind = $1 AND id = $2";
const REWRAP: &str = "UPDATE data_keys SET wrapped = $3 WHERE kind = $1 AND id = $2 AND destroyed IS NULL";
const DESTROY: &str = "UPDATE data_keys SET wrapped = NULL, destroyed = $3
    WHERE kind = $1 AND id = $2 AND destroyed IS NULL";
const ANY: &str = "SELECT kind FROM data_keys LIMIT 1";
const COUNT: &str = "SELECT COUNT(*) FROM data_keys WHERE destroyed IS NULL";
const NEXT: &str = "SELECT kind, id, wrapped, destroyed FROM data_keys WHERE (kind, id) > ($1, $2)
    ORDER BY kind, id LIMIT $3";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[OF, REWRAP, DESTROY, ANY, COUNT, NEXT];

fn key_of(owner: Owner) -> [Value; 2] {
    [owner.kind.into(), owner.id.into()]
}

/// Where a wrapped key stands.
fn place(owner: Owner) -> Place {
    Place::new(&[b"data_keys", b"wrapped", owner.kind.as_bytes(), owner.id.as_bytes()])
}

fn wrap(key: &Key, owner: Owner, secret: &Secret) -> Vec<u8> {
    [key.id().bytes().as_slice(), &key.wraps().close(&place(owner), secret.bytes())].concat()
}

fn unwrap(tx: &Tx<'_>, owner: Owner, wrapped: &[u8]) -> Result<Secret, StoreError> {
    let not_ours = || StoreError::not_ours("data_keys", owner);
    let (id, closed) = KeyId::before(wrapped).ok_or_else(not_ours)?;
    let key = tx.keys().get(id).ok_or_else(|| StoreError::no_key(id))?;
    let opened = Zeroizing::new(key.wraps().open(&place(owner), closed).ok_or_else(not_ours)?);
    let bytes: [u8; 32] = opened.as_slice().try_into().map_err(|_| not_ours())?;
    Ok(Secret::new(Zeroizing::new(bytes)))
}

fn held(tx: &mut Tx<'_>, owner: Owner) -> Result<Held, StoreError> {
    if let Some(known) = known(tx, owner) {
        return Ok(known);
    }
    let row = tx.query_opt(OF, &key_of(owner))?;
    remember(tx, owner, row)
}

/// What is known of a key without asking.
fn known(tx: &mut Tx<'_>, owner: Owner) -> Option<Held> {
    let own = || tx.own_key().map(|wrapped| Held::Wrapped(wrapped.to_vec()));
    let own = if owner == Owner::DATABASE { own() } else { None };
    own.or_else(|| tx.held().get(&owner).cloned())
}

fn remember(tx: &mut Tx<'_>, owner: Owner, row: Option<Row>) -> Result<Held, StoreError> {
    let held = row.map_or(Ok(Held::Never), |row| one(row).map(|(_, _, held)| held))?;
    if let Held::Wrapped(wrapped) = &held
        && owner == Owner::DATABASE
    {
        tx.keep_own_key(wrapped);
    }
    tx.held().insert(owner, held.clone());
    Ok(held)
}

/// Asks for rows along with the key that opens them, in one round trip.
pub(crate) fn along(
    tx: &mut Tx<'_>,
    owner: Owner,
    (sql, params): (&'static str, &[Value]),
) -> Result<Vec<Row>, StoreError> {
    if !tx.is_encrypted() || known(tx, owner).is_some() {
        return tx.query(sql, params);
    }
    let mut answers = tx.query_all(&[(OF, key_of(owner).to_vec()), (sql, params.to_vec())])?;
    let rows = answers.pop().unwrap_or_default();
    let key = answers.pop().unwrap_or_default().into_iter().next();
    remember(tx, owner, key)?;
    Ok(rows)
}

/// Refuses what was encrypted with a key that is gone, without unwrapping it.
pub(crate) fn must_be_there(tx: &mut Tx<'_>, owner: Owner) -> Result<(), StoreError> {
    held(tx, owner)?.wrapped(owner).map(drop)
}

/// The key of something that was encrypted.
pub(crate) fn secret(tx: &mut Tx<'_>, owner: impl Into<Owner>) -> Result<Secret, StoreError> {
    let owner = owner.into();
    let held = held(tx, owner)?;
    unwrap(tx, owner, held.wrapped(owner)?)
}

/// The same, for what is written; a new key where there was never one.
pub(crate) fn secret_or_new(tx: &mut Tx<'_>, owner: impl Into<Owner>) -> Result<Secret, StoreError> {
    let owner = owner.into();
    if held(tx, owner)? != Held::Never {
        return secret(tx, owner);
    }
    let secret = Secret::by_chance();
    let key = tx.keys().current().ok_or_else(StoreError::no_ring)?;
    let wrapped = wrap(key, owner, &secret);
    let [kind, id] = key_of(owner);
    let rows = keyed::to_insert(tx, "data_keys", vec![kind, id, wrapped.as_slice().into(), Value::Null]);
    tx.write_rows(rows, || format!("the key of {owner}"))?;
    tx.held().insert(owner, Held::Wrapped(wrapped));
    Ok(secret)
}

/// How it is with the key of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Here,
    Destroyed,
    /// There is no row, and no MAC of one.
    Gone,
    /// Nobody who had the ring's key wrapped it.
    Forged,
    /// What it is wrapped with is not here, so nothing can be said of it.
    NoRing,
}

/// How it is with the key of a stream, for `verify`. Of a row that is gone alone
/// its MAC is left, which is named there with those of all other rows.
pub(crate) fn state(tx: &mut Tx<'_>, stream: Stream) -> Result<State, StoreError> {
    let owner = Owner::from(stream);
    Ok(match held(tx, owner)? {
        Held::Destroyed => State::Destroyed,
        Held::Never => match keyed::get(tx, "data_keys", &key_of(owner)) {
            Err(StoreError::NotOurs { .. }) => State::Here,
            _ => State::Gone,
        },
        Held::Wrapped(wrapped) => match unwrap(tx, owner, &wrapped) {
            Ok(_) => State::Here,
            Err(StoreError::NoKey { .. }) => State::NoRing,
            Err(_) => State::Forged,
        },
    })
}

/// Whether there is, or was, a key of an owner.
pub(crate) fn was_made(tx: &mut Tx<'_>, owner: Owner) -> Result<bool, StoreError> {
    Ok(held(tx, owner)? != Held::Never)
}

/// Whether any key was ever made here.
pub(crate) fn any(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(tx.query_opt(ANY, &[])?.is_some())
}

/// Destroys the key of a stream, and with it everything that was encrypted with
/// it, here and for every other server, from the end of this transaction on. That
/// it was there stays, and so do chains, heads and the ledger. `false` where there
/// is no such key, or no more.
///
/// What lies elsewhere is not reached: a backup that was made before opens with the
/// key that is outside the database for as long as somebody keeps both.
pub fn destroy(tx: &mut Tx<'_>, stream: Stream, at: Timestamp) -> Result<bool, StoreError> {
    let owner = Owner::from(stream);
    let [kind, id] = key_of(owner);
    let params = [kind, id, at.into()];
    let destroyed = keyed::change(tx, "data_keys", &params[..2], (DESTROY, &params))? == 1;
    tx.held().remove(&owner);
    Ok(destroyed)
}

/// Whether anything can be destroyed here: only what has a key can.
#[must_use]
pub fn can_destroy(tx: &Tx<'_>) -> bool {
    tx.is_encrypted() && !tx.keys().is_empty()
}

/// How many keys there are that open something.
pub(crate) fn count(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.query_opt(COUNT, &[])?.map_or(Ok(0), |row| row.number()).map(i64::unsigned_abs)
}

/// How many keys are wrapped anew in one transaction.
const PAGE: u32 = 1_000;

/// What was done when keys were wrapped anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rewrapped {
    /// How many were looked at.
    pub seen: u64,
    /// How many were under an older key of the ring.
    pub wrapped: u64,
    /// How many stay as they are, since the key they are under is not here, or
    /// nobody wrapped them: for `verify` to name.
    pub left: u64,
}

/// What was done with some keys, and where to go on.
type Page = (Rewrapped, Option<(String, Uuid)>);

/// Wraps a page of keys anew that are under an older key of the ring.
pub(crate) fn rewrap_page(tx: &mut Tx<'_>, (kind, id): &(String, Uuid)) -> Result<Page, StoreError> {
    let (mut done, mut last) = (Rewrapped::default(), None);
    for row in tx.query(NEXT, &[kind.into(), (*id).into(), PAGE.into()])? {
        let (kind, id, held) = one(row)?;
        last = Some((kind.clone(), id));
        done.seen += 1;
        let Held::Wrapped(wrapped) = held else { continue };
        match rewrap_one(tx, &kind, id, &wrapped) {
            Ok(false) => {}
            Ok(true) => done.wrapped += 1,
            Err(StoreError::NotOurs { .. } | StoreError::NoKey { .. }) => done.left += 1,
            Err(other) => return Err(other),
        }
    }
    Ok((done, last.filter(|_| done.seen == u64::from(PAGE))))
}

fn one(row: Row) -> Result<(String, Uuid, Held), StoreError> {
    let mut row = row.of("data_keys", 2);
    Ok((row.take("kind")?, row.take("id")?, Held::read(row.take("wrapped")?, row.take("destroyed")?)))
}

/// Whether a key was under an older one, and now is under the first.
fn rewrap_one(tx: &mut Tx<'_>, kind: &str, id: Uuid, wrapped: &[u8]) -> Result<bool, StoreError> {
    let current = tx.keys().current().map(Key::id);
    if KeyId::before(wrapped).map(|(id, _)| id) == current {
        return Ok(false);
    }
    let owner =
        Owner::named(kind, id).ok_or_else(|| StoreError::not_ours("data_keys", format!("{kind} {id}")))?;
    let secret = unwrap(tx, owner, wrapped)?;
    let key = tx.keys().current().ok_or_else(StoreError::no_ring)?;
    let wrapped = wrap(key, owner, &secret);
    let [kind, id] = key_of(owner);
    let params = [kind, id, wrapped.as_slice().into()];
    keyed::change(tx, "data_keys", &params[..2], (REWRAP, &params))?;
    tx.held().insert(owner, Held::Wrapped(wrapped));
    Ok(true)
}
