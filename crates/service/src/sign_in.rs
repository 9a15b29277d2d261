//! Signing in with a passphrase and a code, and out.
//!
//! How guessing is slowed down, and that nobody can lock somebody else out by
//! it, is in [`crate::guessing`].

use crate::browser::{self, Browser, known};
use crate::guessing::{Attempt, Count};
use crate::happened::Happened;
use crate::limit::{Turn, Work};
use crate::passphrase::Checked;
use crate::rate::Rate;
use crate::second_steps::lacks_second_factor;
use crate::session::is_good;
use crate::token::{new_token, token_hash};
use crate::told::Told;
use crate::{App, Error, directory, known_networks};
use domain::security::Kind;
use domain::{AccountId, EmailAddress, dates};
use store::accounts::{self, Credential};
use store::{StoreError, Tx};

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

/// What somebody came in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Passphrase,
    /// A link of a letter, with a new passphrase.
    Link,
    /// A passphrase, and a second step after it.
    Code,
    Passkey,
    /// They set up a second step in this session.
    NewStep,
}

impl By {
    /// Whether it counts as a second step.
    fn is_whole(self) -> bool {
        match self {
            Self::Passphrase | Self::Link => false,
            Self::Code | Self::Passkey | Self::NewStep => true,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::Link => "link",
            Self::Code => "code",
            Self::Passkey => "passkey",
            Self::NewStep => "new-step",
        }
    }
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
    ) -> Result<Entry, Error> {
        let asker = self.asker(email, &browser).await?;
        let (turn, rank) = self.turn_to_sign_in(&asker, &browser).await?;
        // Counted once it is their turn, and before it is checked: what is sent
        // away costs no writing, and of any number at once no more are checked
        // than one after another.
        let is_near = matches!(asker, Asker::Stranger { is_near: true });
        let claim = match self.claim(email.clone(), browser.clone(), is_near).await? {
            Ok(claim) => claim,
            Err((account, wait)) => {
                self.count_event(Happened::new(Kind::ToldToWait).by(account).saying("passphrase"));
                let is_owner = matches!(asker, Asker::Owner(_));
                return Ok(if is_owner { Entry::WaitThere(wait) } else { Entry::Wait(wait) });
            }
        };
        let checked = self.check_passphrase(turn, passphrase, claim.hash.clone()).await?;
        let failed = Happened::new(Kind::SignInFailed).by(claim.account);
        let (Some(account), true) = (claim.account, checked.is_right) else {
            self.count_event(failed);
            return Ok(Entry::Wrong);
        };
        if let Some(rank) = rank {
            self.lately.take_back(&browser.source, rank);
        }
        let app = self.clone();
        let entered = self
            .db
            .write(move |tx| {
                claim.attempt.was_right(tx)?;
                if directory::is_closed(tx, account)? {
                    return Ok::<_, Error>(Entry::Closed);
                }
                renew(tx, account, claim.hash.as_deref(), &checked)?;
                app.removal_takes_effect(tx, account)?;
                app.enter(tx, account, &browser, By::Passphrase).map(Entry::In)
            })
            .await?;
        if matches!(entered, Entry::Closed) {
            self.count_event(failed.saying("closed"));
        }
        Ok(entered)
    }

    /// Who asks. A browser that does not even say that it is known is not looked
    /// up, and what is asked of a stranger does not depend on the name.
    async fn asker(&self, email: &EmailAddress, browser: &Browser) -> Result<Asker, Error> {
        let (email, browser, now) = (email.clone(), browser.clone(), self.clock.now());
        self.db
            .read(move |tx| {
                if browser.known.is_some()
                    && let Some(account) = accounts::account_by_email(tx, &email)?
                    && known(tx, &browser, account, now)?.is_some()
                {
                    return Ok(Asker::Owner(account));
                }
                Ok(Asker::Stranger { is_near: known_networks::is_known(tx, &browser.source, now)? })
            })
            .await
    }

    /// A turn to be checked. A browser that is known has places of its own: no
    /// burst of strangers keeps its owner waiting, nor uses up how often they may
    /// try. Strangers are counted by where they come from, and who asked least
    /// from there lately goes first: the rank of a stranger is given too.
    async fn turn_to_sign_in(&self, asker: &Asker, browser: &Browser) -> Result<(Turn, Option<u64>), Error> {
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
    ) -> Result<Result<Claim, (Option<AccountId>, i64)>, Error> {
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
                Ok(attempt.map(|attempt| Claim { account, hash, attempt }).map_err(|wait| (account, wait)))
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
        by: By,
    ) -> Result<Entered, Error> {
        let (now, second_factor) = (self.clock.now(), by.is_whole());
        if let Some(old) = &browser.session {
            accounts::end_session(tx, &token_hash(old), now)?;
        }
        let token = self.open_session(tx, account, &browser.label, second_factor, None)?;
        let actor =
            directory::actor(self, tx, account, second_factor, dates::london(now))?.ok_or(Error::Hidden)?;
        let lacks_code = lacks_second_factor(tx, &actor)?;
        self.end_beyond_the_most(tx, account, &token)?;
        let kind = if lacks_code { Kind::PassphraseRight } else { Kind::SignedIn };
        self.note(tx, &Happened::new(kind).by(account).saying(by.word()))?;
        let known = browser.known.clone().unwrap_or_else(new_token);
        if !lacks_code {
            browser::remember(tx, account, &known, now)?;
            known_networks::remember(self, tx, account, &browser.source, now)?;
        }
        Ok(Entered { account, token, known, lacks_code })
    }

    /// Ends the oldest sessions of an account where it has more than it may, and
    /// tells its owner. The one that has just begun stays.
    fn end_beyond_the_most(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        token: &str,
    ) -> Result<(), StoreError> {
        let (now, newest) = (self.clock.now(), token_hash(token));
        let mut others = accounts::sessions_of(tx, account, 1_000)?;
        others.retain(|session| is_good(session, now) && session.token_hash != newest);
        let most = usize::try_from(self.settings.sign_ins).unwrap_or(usize::MAX).saturating_sub(1);
        for session in others.iter().skip(most) {
            accounts::end_session(tx, &session.token_hash, now)?;
            self.note(tx, &Happened::new(Kind::SessionEnded).by(account).saying("too-many"))?;
        }
        if others.len() > most {
            self.tell(tx, account, Told::TooManyPlaces)?;
        }
        Ok(())
    }

    /// Ends the session of a token.
    pub async fn sign_out(&self, token: &str) -> Result<(), Error> {
        let (app, hash, now) = (self.clone(), token_hash(token), self.clock.now());
        self.db
            .write(move |tx| {
                let whose = accounts::session(tx, &hash)?.map(|session| session.account);
                if accounts::end_session(tx, &hash, now)? {
                    app.note(tx, &Happened::new(Kind::SignedOut).by(whose))?;
                }
                Ok(())
            })
            .await
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
