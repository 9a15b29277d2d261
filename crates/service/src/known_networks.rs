//! Which networks somebody signed in from lately.
//!
//! A network that somebody really signed in from is worth more than one that
//! nobody did: its strangers do not wait behind others'. It says nothing of whom:
//! it holds for every name that is tried from there, known or not. One account
//! makes few networks known in a day, so that nobody makes a rented one theirs.

use crate::App;
use crate::networks::around;
use crate::tally::Tally;
use crate::token::{new_token, token_hash};
use domain::dates::later;
use domain::{AccountId, Timestamp};
use store::accounts::{self, OneTimeLink};
use store::{StoreError, Tx, marks};

/// For how long it is remembered that somebody signed in from a source: 90 days,
/// of which the last half is renewed by signing in again.
const KNOWN_SECONDS: i64 = 90 * 24 * 60 * 60;
const KNOWN: &str = "known-network";

/// A source under the key of this installation, so that nobody reads addresses
/// in that table, nor finds two that are the same there.
fn hash(key: &str, source: &str) -> [u8; 32] {
    token_hash(&format!("network\0{key}\0{source}"))
}

/// What a network is called where it is written down: the same each time, and
/// nobody reads an address in it.
pub(crate) fn named(key: &str, network: &str) -> String {
    hex::encode(&hash(key, &format!("named {network}"))[..8])
}

/// The key of this installation, made where there is none.
pub(crate) fn key(tx: &mut Tx<'_>) -> Result<String, StoreError> {
    if let Some(key) = marks::mark(tx, marks::NETWORKS)? {
        return Ok(key);
    }
    let key = new_token();
    marks::set(tx, marks::NETWORKS, &key)?;
    Ok(key)
}

/// Whether somebody, whoever it was, signed in from a source lately.
pub(crate) fn is_known(tx: &mut Tx<'_>, source: &str, now: Timestamp) -> Result<bool, StoreError> {
    let Some(key) = marks::mark(tx, marks::NETWORKS)? else { return Ok(false) };
    let link = accounts::one_time_link(tx, &hash(&key, source))?;
    Ok(link.is_some_and(|link| link.purpose == KNOWN && link.expires > now))
}

/// How many sources one account makes known in a day; of one /24 or /56 one.
const NEW_IN_A_DAY: u64 = 3;

/// Whether an account may make one more source known today, and counts it. It
/// is counted under the key of this installation, and forgotten in two days.
fn may_be_new(
    app: &App,
    tx: &mut Tx<'_>,
    (account, key): (AccountId, &str),
    source: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let account = account.to_string();
    let all = Tally::of_a_day(&["new networks", key, &account]);
    let networks = around(source);
    let near = networks.first().map_or(source, |(_, network)| network);
    let near = Tally::of_a_day(&["new networks near", key, &account, near]);
    if all.so_far(tx, now)? >= NEW_IN_A_DAY || near.so_far(tx, now)? > 0 {
        return Ok(false);
    }
    all.add(app, tx, now)?;
    near.add(app, tx, now)?;
    Ok(true)
}

/// Remembers that somebody has just signed in from a source; not who. What an
/// account signs in from beyond a few new ones in a day stays unknown.
pub(crate) fn remember(
    app: &App,
    tx: &mut Tx<'_>,
    account: AccountId,
    source: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if source.is_empty() {
        return Ok(());
    }
    let key = key(tx)?;
    let token_hash = hash(&key, source);
    let was = accounts::one_time_link(tx, &token_hash)?.map(|link| link.expires);
    if was.is_some_and(|expires| expires > later(now, KNOWN_SECONDS / 2)) {
        return Ok(());
    }
    if was.is_none_or(|expires| expires <= now) && !may_be_new(app, tx, (account, &key), source, now)? {
        return Ok(());
    }
    accounts::drop_one_time_link(tx, &token_hash)?;
    let expires = later(now, KNOWN_SECONDS);
    let link = OneTimeLink {
        token_hash,
        purpose: KNOWN.into(),
        account: None,
        body: "{}".into(),
        expires,
        used: None,
    };
    accounts::add_one_time_link(tx, &link)
}
