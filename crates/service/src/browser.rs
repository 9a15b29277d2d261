//! The browser that somebody signs in with, and whether it is known as theirs.

use crate::token::{new_token, token_hash};
use domain::dates::later;
use domain::{AccountId, Timestamp};
use store::accounts::{self, OneTimeLink};
use store::{StoreError, Tx};

/// For how long a browser is remembered as one that signed in.
pub const KNOWN_SECONDS: i64 = 180 * 24 * 60 * 60;
const KNOWN: &str = "known-browser";
/// For how long the link of a letter makes a browser one: a day.
const TRUSTED_SECONDS: i64 = 24 * 60 * 60;
const TRUSTED: &str = "trusted-browser";

/// The browser that somebody signs in with.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// Where the request came from: an address of a computer.
    pub source: String,
    /// The token it was given when somebody signed in with it before.
    pub known: Option<String>,
    /// What it is, in words its owner would know it by.
    pub label: String,
    /// The session that it had until now, which ends.
    pub session: Option<String>,
}

/// The hash under which a browser is known for one account.
fn known_hash(known: &str, account: AccountId) -> [u8; 32] {
    token_hash(&format!("{known} {account}"))
}

/// The same where a letter says so, and nobody signed in with it yet.
fn trusted_hash(known: &str, account: AccountId) -> [u8; 32] {
    token_hash(&format!("by letter {known} {account}"))
}

/// Why a browser is known as an owner's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// They signed in with it before; the token that it was given.
    SignedIn(String),
    /// It has the link of a letter to them.
    ByLetter,
}

/// Whether, and why, a browser is known as the owner's of an account.
pub(crate) fn known(
    tx: &mut Tx<'_>,
    browser: &Browser,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<Known>, StoreError> {
    let Some(known) = &browser.known else { return Ok(None) };
    for (hash, purpose) in [(known_hash(known, account), KNOWN), (trusted_hash(known, account), TRUSTED)] {
        let link = accounts::one_time_link(tx, &hash)?;
        if link.is_some_and(|l| l.purpose == purpose && l.account == Some(account) && l.expires > now) {
            let signed_in = || Known::SignedIn(known.clone());
            return Ok(Some(if purpose == KNOWN { signed_in() } else { Known::ByLetter }));
        }
    }
    Ok(None)
}

/// From now on for a day a browser is its owner's as far as a letter can say
/// it. One browser of each account is, the one that was last.
pub(crate) fn trust(
    tx: &mut Tx<'_>,
    account: AccountId,
    browser: &Browser,
    now: Timestamp,
) -> Result<String, StoreError> {
    let known = browser.known.clone().unwrap_or_else(new_token);
    accounts::drop_one_time_links(tx, account, TRUSTED)?;
    let link = OneTimeLink {
        token_hash: trusted_hash(&known, account),
        purpose: TRUSTED.into(),
        account: Some(account),
        body: "{}".into(),
        expires: later(now, TRUSTED_SECONDS),
        used: None,
    };
    accounts::add_one_time_link(tx, &link)?;
    Ok(known)
}

/// From now on a browser is known as one that somebody signed in with.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    account: AccountId,
    known: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let token_hash = known_hash(known, account);
    if accounts::one_time_link(tx, &token_hash)?.is_some() {
        return Ok(());
    }
    let link = OneTimeLink {
        token_hash,
        purpose: KNOWN.into(),
        account: Some(account),
        body: "{}".into(),
        expires: later(now, KNOWN_SECONDS),
        used: None,
    };
    accounts::add_one_time_link(tx, &link)
}
