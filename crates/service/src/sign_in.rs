//! Signing in with a passphrase and a code, and out.
//!
//! How guessing is slowed down, and that nobody can lock somebody else out by
//! it, is in [`crate::guessing`].

use crate::guessing::{Attempt, Count};
use crate::limit::{Turn, Work};
use crate::passphrase::Checked;
use crate::rate::Rate;
use crate::session::{new_token, token_hash};
use crate::{App, No, directory, lists, networks};
use domain::access::Actor;
use domain::dates::later;
use domain::{AccountId, EmailAddress, Timestamp, dates};
use store::accounts::{self, Credential, OneTimeLink};
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

/// What became of an attempt to sign in.
#[derive(Clone, Debug)]
pub enum Entry {
    In(Entered),
    Wrong,
    /// It is right, and the account is closed: said only to its owner.
    Closed,
    /// Too many wrong ones: seconds to wait.
    Wait(i64),
    /// The same in a browser that is known, all of them its own: no letter
    /// makes that shorter.
    WaitThere(i64),
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
/// by everyone who must have one, and by whoever set one up.
pub fn lacks_second_factor(tx: &mut Tx<'_>, actor: &Actor) -> Result<bool, StoreError> {
    if actor.second_factor {
        return Ok(false);
    }
    Ok(must_have_second_factor(tx, actor)? || crate::factor::steps(tx, actor.account)?.any())
}

/// Whether this person may not be without a second factor, by the one rule
/// [`domain::access::needs_second_factor`]: their posts are at hand, and places
/// in cases that need one are a list.
pub fn must_have_second_factor(tx: &mut Tx<'_>, actor: &Actor) -> Result<bool, StoreError> {
    Ok(domain::access::needs_second_factor(&actor.posts, [])
        || !store::lists::by_owner(tx, lists::NEEDS_FACTOR, actor.account.0)?.is_empty())
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

/// Who asks to sign in, before anything is counted or checked.
enum Asker {
    /// With a browser that is known as theirs.
    Owner(AccountId),
    /// Anybody else; whether somebody signed in from there lately.
    Stranger { is_near: bool },
}

/// Who somebody says they are, as far as the database knows, with the attempt
/// that was counted for it.
struct Claim {
    account: Option<AccountId>,
    hash: Option<String>,
    attempt: Attempt,
}

impl App {
    /// Checks an address and a passphrase. The answer and the work are the same
    /// for an address that nobody has and a passphrase that is wrong.
    pub async fn sign_in(
        &self,
        email: &EmailAddress,
        passphrase: &str,
        browser: Browser,
    ) -> Result<Entry, No> {
        let asker = self.asker(email, &browser).await?;
        let (turn, rank) = self.turn_to_sign_in(&asker, &browser).await?;
        // Counted once it is their turn, and before it is checked: what is sent
        // away costs no writing, and of any number at once no more are checked
        // than one after another.
        let is_near = matches!(asker, Asker::Stranger { is_near: true });
        let claim = match self.claim(email.clone(), browser.clone(), is_near).await? {
            Ok(claim) => claim,
            Err(wait) if matches!(asker, Asker::Owner(_)) => return Ok(Entry::WaitThere(wait)),
            Err(wait) => return Ok(Entry::Wait(wait)),
        };
        let checked = self.check_passphrase(turn, passphrase, claim.hash.clone()).await?;
        let (Some(account), true) = (claim.account, checked.is_right) else { return Ok(Entry::Wrong) };
        if let Some(rank) = rank {
            self.lately.take_back(&browser.source, rank);
        }
        let app = self.clone();
        let entered = self
            .db
            .write(move |tx| {
                claim.attempt.was_right(tx)?;
                if directory::is_closed(tx, account)? {
                    return Ok::<_, No>(Entry::Closed);
                }
                renew(tx, account, claim.hash.as_deref(), &checked)?;
                app.removal_takes_effect(tx, account)?;
                app.enter(tx, account, &browser, false).map(Entry::In)
            })
            .await?;
        Ok(entered)
    }

    /// Who asks. A browser that does not even say that it is known is not looked
    /// up, and what is asked of a stranger does not depend on the name.
    async fn asker(&self, email: &EmailAddress, browser: &Browser) -> Result<Asker, No> {
        let (email, browser, now) = (email.clone(), browser.clone(), self.clock.now());
        self.db
            .read(move |tx| {
                if browser.known.is_some()
                    && let Some(account) = accounts::account_by_email(tx, &email)?
                    && known(tx, &browser, account, now)?.is_some()
                {
                    return Ok(Asker::Owner(account));
                }
                Ok(Asker::Stranger { is_near: networks::is_known(tx, &browser.source, now)? })
            })
            .await
    }

    /// A turn to be checked. A browser that is known has places of its own: no
    /// burst of strangers keeps its owner waiting, nor uses up how often they may
    /// try. Strangers are counted by where they come from, and who asked least
    /// from there lately goes first: the rank of a stranger is given too.
    async fn turn_to_sign_in(&self, asker: &Asker, browser: &Browser) -> Result<(Turn, Option<u64>), No> {
        match asker {
            Asker::Owner(account) => {
                Ok((self.limits.turn(Work::KnownPassphrase, &account.to_string()).await?, None))
            }
            Asker::Stranger { is_near } => {
                let source = browser.source.as_str();
                self.rates.count(Rate::SignIn, None, source)?;
                let rank = self.lately.rank(source, *is_near);
                let turn = self.limits.turn_of_rank(Work::StrangersPassphrase, source, rank).await?;
                Ok((turn, Some(rank)))
            }
        }
    }

    /// Counts the attempt and looks up whose it is, in one transaction.
    async fn claim(
        &self,
        email: EmailAddress,
        browser: Browser,
        is_near: bool,
    ) -> Result<Result<Claim, i64>, No> {
        let (app, now) = (self.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let account = accounts::account_by_email(tx, &email)?;
                let credential = match account {
                    Some(account) => accounts::credential(tx, account)?,
                    None => None,
                };
                let known = match account {
                    Some(account) => known(tx, &browser, account, now)?,
                    None => None,
                };
                let counts = match &known {
                    Some(known) => Count::of_known(email.key(), known),
                    None => Count::of_stranger(tx, email.key(), (&browser.source, is_near), now)?,
                };
                let hash = credential.map(|c| c.passphrase_hash);
                let attempt = Attempt::claim(&app, tx, counts, now)?;
                Ok(attempt.map(|attempt| Claim { account, hash, attempt }))
            })
            .await
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
        let actor = directory::actor(tx, account, second_factor, dates::london(now))?.ok_or(No::Hidden)?;
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
        if !lacks_code {
            networks::remember(self, tx, account, &browser.source, now)?;
        }
        Ok(Entered { account, token, known, lacks_code })
    }

    /// Ends the session of a token.
    pub async fn sign_out(&self, token: &str) -> Result<(), No> {
        let (hash, now) = (token_hash(token), self.clock.now());
        self.db.write(move |tx| Ok(accounts::end_session(tx, &hash, now).map(drop)?)).await
    }
}

/// Puts the hash in place that was made anew with today's parameters, unless
/// the passphrase was changed meanwhile.
fn renew(
    tx: &mut Tx<'_>,
    account: AccountId,
    was: Option<&str>,
    checked: &Checked,
) -> Result<(), StoreError> {
    let Some(renewed) = &checked.renewed else { return Ok(()) };
    match accounts::credential(tx, account)? {
        Some(credential) if Some(credential.passphrase_hash.as_str()) == was => {
            let passphrase_hash = renewed.clone();
            accounts::set_credential(tx, &Credential { passphrase_hash, ..credential })
        }
        _ => Ok(()),
    }
}
