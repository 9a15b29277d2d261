//! Signing in with a passphrase and a code, and out.
//!
//! Guessing is slowed down by waits that grow, counted for each name together
//! with where the guesses come from; a browser that signed in before as that
//! account has a count of its own, so that nobody can lock somebody else out.

use crate::limit::{Place, Work};
use crate::rate::Rate;
use crate::session::{Session, new_token, token_hash};
use crate::{App, No, lists, people, secrets};
use domain::access::Actor;
use domain::{AccountId, Timestamp};
use jiff::SignedDuration;
use store::accounts::{self, Credential, OneTimeLink};
use store::{StoreError, Tx};

/// Wrong attempts in the last hour that cost no waiting.
const FREE_ATTEMPTS: u64 = 5;
/// For how long a browser is remembered as one that signed in.
pub const KNOWN_SECONDS: i64 = 180 * 24 * 60 * 60;
const KNOWN: &str = "known-browser";

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

/// What became of an attempt to sign in.
#[derive(Clone, Debug)]
pub enum Entry {
    In(Entered),
    Wrong,
    /// Too many wrong ones: seconds to wait.
    Wait(i64),
}

/// A browser that is signed in from now on.
#[derive(Clone, Debug)]
pub struct Entered {
    pub account: AccountId,
    /// The token of the session.
    pub token: String,
    /// The token by which this browser is known from now on.
    pub known: String,
    /// A code is still to be given (or set up) before anything opens.
    pub lacks_code: bool,
}

/// Whether a second factor is still to be given in this session: it must be
/// by everyone with a post that needs one, by the clinicians of any case, and
/// by whoever set one up.
pub fn lacks_second_factor(tx: &mut Tx<'_>, actor: &Actor) -> Result<bool, StoreError> {
    if actor.second_factor {
        return Ok(false);
    }
    Ok(must_have_second_factor(tx, actor)?
        || accounts::credential(tx, actor.account)?.is_some_and(|c| c.totp_secret.is_some()))
}

/// Whether this person may not be without a second factor.
pub fn must_have_second_factor(tx: &mut Tx<'_>, actor: &Actor) -> Result<bool, StoreError> {
    Ok(actor.posts.iter().any(|p| p.post.needs_second_factor())
        || !store::lists::by_owner(tx, lists::DECIDERS, actor.account.0)?.is_empty())
}

/// The wait after so many wrong attempts in an hour, seconds: 10 after the
/// fifth, twice as long after each further one, 15 minutes at most.
#[must_use]
pub fn wait_after(wrong: u64) -> i64 {
    match wrong.checked_sub(FREE_ATTEMPTS) {
        None => 0,
        Some(over) => (10_i64 << over.min(7)).min(15 * 60),
    }
}

/// How long an attempt under this key has to wait, seconds.
fn waits(tx: &mut Tx<'_>, key: &str, now: Timestamp) -> Result<i64, StoreError> {
    let wrong = accounts::attempts_since(tx, key, ago(now, 60 * 60))?;
    let wait = wait_after(wrong);
    let is_over = wait == 0 || accounts::attempts_since(tx, key, ago(now, wait))? == 0;
    Ok(if is_over { 0 } else { wait })
}

fn ago(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_sub(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MIN)
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// A key of attempts: a hash, so that nobody reads names in that table.
fn attempts_key(parts: &[&str]) -> String {
    hex::encode(token_hash(&parts.join("\0")))
}

/// The hash under which a browser is known for one account.
fn known_hash(known: &str, account: AccountId) -> [u8; 32] {
    token_hash(&format!("{known} {account}"))
}

fn is_known(
    tx: &mut Tx<'_>,
    browser: &Browser,
    account: AccountId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(known) = &browser.known else { return Ok(false) };
    let link = accounts::one_time_link(tx, &known_hash(known, account))?;
    Ok(link.is_some_and(|l| l.purpose == KNOWN && l.account == Some(account) && l.expires > now))
}

/// Who somebody says they are, as far as the database knows.
struct Claim {
    account: Option<AccountId>,
    credential: Option<Credential>,
    key: String,
    wait: i64,
    /// Its browser was used to sign in as this account before.
    is_known: bool,
}

impl App {
    /// Checks a name and a passphrase. The answer and the time are the same
    /// for a name that nobody has and a passphrase that is wrong.
    pub async fn sign_in(&self, email: &str, passphrase: &str, browser: Browser) -> Result<Entry, No> {
        let name = store::lists::fold(email.trim());
        let claim = self.claim(name, browser.clone()).await?;
        if claim.wait > 0 {
            return Ok(Entry::Wait(claim.wait));
        }
        let (typed, hashing) = (passphrase.to_owned(), self.settings.hashing);
        let hash = claim.credential.as_ref().map(|c| c.passphrase_hash.clone());
        // A browser that is known has places of its own: no burst of strangers
        // keeps its owner waiting, nor uses up how often they may try.
        let work = match (claim.account, claim.is_known) {
            (Some(_), true) => Work::KnownPassphrase,
            _ => Work::StrangersPassphrase,
        };
        if work == Work::StrangersPassphrase {
            self.rates.count(Rate::SignIn, None, &browser.source)?;
        }
        let who = claim.account.filter(|_| claim.is_known).map_or(browser.source.clone(), |a| a.to_string());
        let check = move |place: &mut Place| secrets::is_right(place, &typed, hash.as_deref(), hashing);
        let is_right = self.limits.run(work, &who, check).await?;
        let (Some(account), true) = (claim.account, is_right) else {
            self.note_wrong(claim.key).await?;
            return Ok(Entry::Wrong);
        };
        let (app, key) = (self.clone(), claim.key);
        let entered = self
            .db
            .write(move |tx| {
                accounts::forget_attempts(tx, &key)?;
                app.enter(tx, account, &browser, false)
            })
            .await?;
        Ok(Entry::In(entered))
    }

    async fn claim(&self, name: String, browser: Browser) -> Result<Claim, No> {
        let now = self.clock.now();
        self.db
            .read(move |tx| {
                let account = accounts::account_by_login_name(tx, &name)?;
                let credential = match account {
                    Some(account) => accounts::credential(tx, account)?,
                    None => None,
                };
                let is_known = match account {
                    Some(account) => is_known(tx, &browser, account, now)?,
                    None => false,
                };
                let key = if is_known {
                    attempts_key(&["known", &name, browser.known.as_deref().unwrap_or_default()])
                } else {
                    attempts_key(&["from", &name, &browser.source])
                };
                let wait = waits(tx, &key, now)?;
                Ok(Claim { account, credential, key, wait, is_known })
            })
            .await
    }

    async fn note_wrong(&self, key: String) -> Result<(), No> {
        let (id, now) = (self.id(), self.clock.now());
        self.db.write(move |tx| Ok(accounts::add_attempt(tx, id, &key, now)?)).await
    }

    /// Starts a session for somebody who has proved who they are, ends the
    /// one that the browser had, and remembers the browser once nothing is
    /// lacking.
    pub(crate) fn enter(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        browser: &Browser,
        second_factor: bool,
    ) -> Result<Entered, No> {
        let now = self.clock.now();
        if let Some(old) = &browser.session {
            accounts::end_session(tx, &token_hash(old), now)?;
        }
        let token = self.open_session(tx, account, &browser.label, second_factor, None)?;
        let actor = people::actor(tx, account, second_factor)?.ok_or(No::Hidden)?;
        let lacks_code = lacks_second_factor(tx, &actor)?;
        let known = browser.known.clone().unwrap_or_else(new_token);
        let hash = known_hash(&known, account);
        if !lacks_code && accounts::one_time_link(tx, &hash)?.is_none() {
            let link = OneTimeLink {
                token_hash: hash,
                purpose: KNOWN.into(),
                account: Some(account),
                body: "{}".into(),
                expires: later(now, KNOWN_SECONDS),
                used: None,
            };
            accounts::add_one_time_link(tx, &link)?;
        }
        Ok(Entered { account, token, known, lacks_code })
    }

    /// Checks the code of a session that lacks it. A code works once. What
    /// was a half session ends, and a whole one begins under a new token.
    pub async fn give_code(&self, session: &Session, code: &str, browser: Browser) -> Result<Entry, No> {
        let (app, account, typed) = (self.clone(), session.account, code.to_owned());
        self.db
            .write(move |tx| {
                let now = app.clock.now();
                let key = match &browser.known {
                    Some(known) if is_known(tx, &browser, account, now)? => {
                        attempts_key(&["code known", &account.to_string(), known])
                    }
                    _ => attempts_key(&["code", &account.to_string()]),
                };
                let wait = waits(tx, &key, now)?;
                if wait > 0 {
                    return Ok(Entry::Wait(wait));
                }
                let secret = accounts::credential(tx, account)?.and_then(|c| c.totp_secret);
                let step = secret.and_then(|s| secrets::step_of(&s, &typed, now.as_second()));
                let is_right = match step {
                    Some(step) => accounts::use_totp_step(tx, account, step)?,
                    None => false,
                };
                if !is_right {
                    accounts::add_attempt(tx, app.id(), &key, now)?;
                    return Ok(Entry::Wrong);
                }
                accounts::forget_attempts(tx, &key)?;
                app.enter(tx, account, &browser, true).map(Entry::In)
            })
            .await
    }

    /// Ends the session of a token.
    pub async fn sign_out(&self, token: &str) -> Result<(), No> {
        let (hash, now) = (token_hash(token), self.clock.now());
        self.db.write(move |tx| Ok(accounts::end_session(tx, &hash, now).map(drop)?)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_at_a_quarter_of_an_hour() {
        assert_eq!([0, 4, 5, 6, 7].map(wait_after), [0, 0, 10, 20, 40]);
        assert_eq!([11, 12, 1_000, u64::MAX].map(wait_after), [640, 900, 900, 900]);
    }
}
