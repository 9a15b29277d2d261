//! The second step of a sign-in, and showing again that it is you.
//!
//! A second step is a code from an app, a passkey, or a printed code. What it
//! takes to change any of them is a *proof*: the passphrase and a second step,
//! given again in this session, kept for ten minutes. Signing in is not one:
//! who finds a browser that somebody has just signed in with can read, and
//! cannot make the account theirs.

use crate::browser::{self, Browser, Known};
use crate::guessing::{Attempt, Count};
use crate::happened::Happened;
use crate::limit::Work;
use crate::second_steps::{Steps, must_have_second_factor, steps};
use crate::session::{Session, is_good};
use crate::sign_in::{By, Entered, Entry};
use crate::token::token_hash;
use crate::told::Told;
use crate::{App, Error, account, directory, secrets, stream};
use domain::account::{Account, Event};
use domain::dates::later;
use domain::security::Kind;
use domain::{AccountId, Author, Line, Refusal, Timestamp};
use rand::RngExt as _;
use store::accounts::{self, Credential};
use store::factors::{self, Unfinished};
use store::{StoreError, Tx};

/// For how long a proof is good, seconds.
pub const PROOF_SECONDS: i64 = 10 * 60;
/// How long somebody has for setting up an app or using a passkey, seconds.
pub(crate) const UNFINISHED_SECONDS: i64 = 15 * 60;
/// How many printed codes there are at a time.
pub const PRINTED_CODES: usize = 10;
/// The letters of a printed code: none that look alike. 12 of 31 are 59 bits.
const PRINTED_LETTERS: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";
const PRINTED_LENGTH: usize = 12;

const CODE_APP: &str = "code-app";

/// What somebody gives besides their passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A code from the app, or a printed one, as typed.
    Code(String),
    /// The answer of a passkey, as the browser wrote it.
    Passkey(String),
}

/// Whether somebody has shown again that it is them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proven {
    Yes,
    No,
    /// They have not given their second step at all in this session.
    CodeFirst,
}

/// What became of showing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Proven,
    WrongPassphrase,
    WrongStep,
    /// Too many wrong ones: seconds to wait.
    Wait(i64),
}

/// Whether a session is still good, inside the transaction that relies on it:
/// it may have ended since the request came in.
pub(crate) fn must_be_live(tx: &mut Tx<'_>, session: &Session, now: Timestamp) -> Result<(), Error> {
    let kept = accounts::session(tx, &session.token_hash)?;
    if kept.is_some_and(|kept| kept.account == session.account && is_good(&kept, now)) {
        Ok(())
    } else {
        Err(Error::Hidden)
    }
}

/// The hash under which a printed code is kept for one account.
fn printed_hash(account: AccountId, typed: &str) -> [u8; 32] {
    let code: String =
        typed.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    token_hash(&format!("printed code\0{account}\0{code}"))
}

fn new_printed_code() -> String {
    let mut random = rand::rng();
    let letter = |_| char::from(PRINTED_LETTERS[random.random_range(0..PRINTED_LETTERS.len())]);
    let letters: Vec<char> = (0..PRINTED_LENGTH).map(letter).collect();
    let groups: Vec<String> = letters.chunks(4).map(|four| four.iter().collect()).collect();
    groups.join("-")
}

impl App {
    /// The second steps of an account.
    pub async fn steps_of(&self, account: AccountId) -> Result<Steps, Error> {
        self.db.read(move |tx| Ok(steps(tx, account)?)).await
    }

    /// Whether this session may do now what asks for a proof.
    pub async fn is_proven(&self, session: &Session) -> Result<Proven, Error> {
        let (app, session) = (self.clone(), session.clone());
        self.db.read(move |tx| app.proven(tx, &session)).await
    }

    pub(crate) fn proven(&self, tx: &mut Tx<'_>, session: &Session) -> Result<Proven, Error> {
        // Whoever came in by "sign in as" has no passphrase to give; that door
        // is there in the demonstration alone.
        if self.settings.demo && session.acting_as.is_some() {
            return Ok(Proven::Yes);
        }
        let (now, account) = (self.clock.now(), session.account);
        let has_step = steps(tx, account)?.any();
        if has_step && !session.second_factor {
            return Ok(Proven::CodeFirst);
        }
        let mut shown = factors::proof(tx, &session.token_hash, account)?;
        if shown.is_none() && !has_step && !session.second_factor {
            // Those who must set up a second step before anything opens have
            // given the only thing they have: their passphrase, just now.
            let actor = directory::by_posts(self, tx, account)?.ok_or(Error::Hidden)?;
            shown = must_have_second_factor(tx, &actor)?.then_some(session.started);
        }
        let age = shown.map(|at| now.as_second() - at.as_second());
        let is_fresh = age.is_some_and(|seconds| (0..=PROOF_SECONDS).contains(&seconds));
        Ok(if is_fresh { Proven::Yes } else { Proven::No })
    }

    /// The same as a rule inside a use case, whichever route led to it.
    pub(crate) fn must_be_proven(&self, tx: &mut Tx<'_>, session: &Session) -> Result<(), Error> {
        must_be_live(tx, session, self.clock.now())?;
        match self.proven(tx, session)? {
            Proven::Yes => Ok(()),
            Proven::No | Proven::CodeFirst => Err(Refusal::not_allowed(
                "Show first that it is you: this needs your passphrase and your second step again",
            )
            .into()),
        }
    }

    /// Shows again that it is them: the passphrase, and a second step where
    /// they have one. A wrong one of either counts once, for this session and
    /// (more of them are free) for all sessions of the account: whoever has
    /// found a session slows it, and a second one hardly helps them.
    pub async fn show_again(
        &self,
        session: &Session,
        passphrase: &str,
        given: Given,
    ) -> Result<Shown, Error> {
        let who = session.account.to_string();
        let counts = Count::of_session(&who, &hex::encode(session.token_hash));
        let (app, mine) = (self.clone(), session.clone());
        let claim = self.db.write(move |tx| {
            let now = app.clock.now();
            must_be_live(tx, &mine, now)?;
            let hash = accounts::credential(tx, mine.account)?.map(|c| c.passphrase_hash);
            Ok::<_, Error>((hash, Attempt::claim(&app, tx, counts.clone(), now)?))
        });
        let (kept, attempt) = claim.await?;
        let happened = |kind| Happened::new(kind).by(session.account).saying("again");
        let attempt = match attempt {
            Ok(attempt) => attempt,
            Err(seconds) => {
                self.count_event(happened(Kind::ToldToWait));
                return Ok(Shown::Wait(seconds));
            }
        };
        let turn = match self.limits.turn(Work::KnownPassphrase, &who).await {
            Ok(turn) => turn,
            Err(no) => {
                self.db.write(move |tx| Ok::<_, Error>(attempt.take_back(tx)?)).await?;
                return Err(no);
            }
        };
        if !self.check_passphrase(turn, passphrase, kept.clone()).await?.is_right {
            self.count_event(happened(Kind::SignInFailed));
            return Ok(Shown::WrongPassphrase);
        }
        let (app, session) = (self.clone(), session.clone());
        self.db
            .write(move |tx| {
                let now = app.clock.now();
                must_be_live(tx, &session, now)?;
                // It was changed while it was being checked.
                if accounts::credential(tx, session.account)?.map(|c| c.passphrase_hash) != kept {
                    return Ok(Shown::WrongPassphrase);
                }
                let has_step = steps(tx, session.account)?.any();
                if has_step && !app.second_step(tx, &session, &given)? {
                    app.note(tx, &Happened::new(Kind::StepFailed).by(session.account).saying("again"))?;
                    return Ok(Shown::WrongStep);
                }
                attempt.was_right(tx)?;
                factors::prove(tx, &session.token_hash, session.account, now)?;
                app.note(tx, &Happened::new(Kind::StepGiven).by(session.account).saying("again"))?;
                Ok(Shown::Proven)
            })
            .await
    }

    /// Gives the second step of a session that lacks it. What was a half
    /// session ends, and a whole one begins under a new token.
    pub async fn give_second_step(
        &self,
        session: &Session,
        given: Given,
        browser: Browser,
    ) -> Result<Entry, Error> {
        let (app, session) = (self.clone(), session.clone());
        let waits = Happened::new(Kind::ToldToWait).by(session.account).saying("code");
        let entry = self
            .db
            .write(move |tx| {
                let (now, account) = (app.clock.now(), session.account);
                must_be_live(tx, &session, now)?;
                // A browser that only a letter speaks for is none of theirs here:
                // who reads their mailbox gets no codes to try by that.
                let known = match browser::known(tx, &browser, account, now)? {
                    Some(Known::SignedIn(known)) => Some(known),
                    Some(Known::ByLetter) | None => None,
                };
                let counts = Count::of_code(&account.to_string(), known.as_deref());
                let attempt = match Attempt::claim(&app, tx, counts, now)? {
                    Ok(attempt) => attempt,
                    Err(wait) => return Ok(Entry::Wait(wait)),
                };
                if !app.second_step(tx, &session, &given)? {
                    app.note(tx, &Happened::new(Kind::StepFailed).by(account))?;
                    return Ok(Entry::Wrong);
                }
                attempt.was_right(tx)?;
                let by = if matches!(given, Given::Passkey(_)) { By::Passkey } else { By::Code };
                app.enter(tx, account, &browser, by).map(Entry::In)
            })
            .await?;
        if matches!(entry, Entry::Wait(_)) {
            self.count_event(waits);
        }
        Ok(entry)
    }

    /// Checks a second step and uses it up. Whoever has theirs has not lost
    /// it: a removal that was asked for is stopped by it.
    fn second_step(&self, tx: &mut Tx<'_>, session: &Session, given: &Given) -> Result<bool, Error> {
        let (now, account) = (self.clock.now(), session.account);
        let is_right = match given {
            Given::Passkey(answer) => self.is_their_passkey(tx, session, answer)?,
            Given::Code(typed) => {
                let secret = accounts::credential(tx, account)?.and_then(|c| c.totp_secret);
                let step = secret.and_then(|s| secrets::step_of(&s, typed, now.as_second()));
                match step {
                    Some(step) => accounts::use_totp_step(tx, account, step)?,
                    None => self.is_printed_code(tx, account, typed)?,
                }
            }
        };
        if is_right {
            self.stop_removal(tx, Author::Account(account), account)?;
        }
        Ok(is_right)
    }

    fn is_printed_code(&self, tx: &mut Tx<'_>, account: AccountId, typed: &str) -> Result<bool, Error> {
        let is_one = steps(tx, account)?.any()
            && factors::use_printed_code(tx, account, &printed_hash(account, typed), self.clock.now())?;
        if is_one {
            self.record_account(tx, Author::Account(account), account, &[Event::PrintedCodeUsed])?;
            let left = factors::printed_codes_left(tx, account)?;
            self.tell(tx, account, Told::PrintedCodeUsed(left))?;
        }
        Ok(is_one)
    }

    /// The secret of the code app that is being set up in this session, made
    /// here and kept here: what a browser sends is never one.
    pub async fn code_app_to_set_up(&self, session: &Session) -> Result<Vec<u8>, Error> {
        let (app, session) = (self.clone(), session.clone());
        let fresh = secrets::new_second_factor();
        self.db
            .write(move |tx| {
                app.must_be_proven(tx, &session)?;
                if let Some((_, secret)) = app.begun_code_app(tx, &session)? {
                    return Ok(secret);
                }
                let begun = Unfinished {
                    token_hash: session.token_hash,
                    purpose: CODE_APP.into(),
                    account: session.account,
                    body: hex::encode(&fresh),
                    expires: later(app.clock.now(), UNFINISHED_SECONDS),
                };
                factors::begin(tx, &begun)?;
                Ok(fresh.clone())
            })
            .await
    }

    fn begun_code_app(
        &self,
        tx: &mut Tx<'_>,
        session: &Session,
    ) -> Result<Option<(Unfinished, Vec<u8>)>, StoreError> {
        Ok(self.begun(tx, session, CODE_APP)?.and_then(|begun| {
            let secret = hex::decode(&begun.body).ok().filter(|secret| secret.len() == 20)?;
            Some((begun, secret))
        }))
    }

    /// What was begun in this session, by this account, and is not too late.
    pub(crate) fn begun(
        &self,
        tx: &mut Tx<'_>,
        session: &Session,
        purpose: &str,
    ) -> Result<Option<Unfinished>, StoreError> {
        let now = self.clock.now();
        let begun = factors::begun(tx, &session.token_hash, purpose)?;
        Ok(begun.filter(|begun| begun.account == session.account && begun.expires > now))
    }

    /// Sets the code app up, in place of the one before if there was one: the
    /// code shows that the app has the secret. The session becomes a whole one
    /// under a new token; where an app was replaced all others end. `None`
    /// where it took too long, and there is a new secret now.
    pub async fn set_up_code_app(
        &self,
        session: &Session,
        code: &str,
        browser: Browser,
    ) -> Result<Option<Entered>, Error> {
        let (app, session, code) = (self.clone(), session.clone(), code.to_owned());
        self.db
            .write(move |tx| {
                app.must_be_proven(tx, &session)?;
                let (now, account) = (app.clock.now(), session.account);
                let Some((begun, secret)) = app.begun_code_app(tx, &session)? else { return Ok(None) };
                let Some(step) = secrets::step_of(&secret, &code, now.as_second()) else {
                    let message = "That code is not right. Type the 6 numbers that the app shows now";
                    return Err(Refusal::invalid("code", message).into());
                };
                if !factors::finish(tx, &begun)? {
                    return Ok(None);
                }
                let before = accounts::credential(tx, account)?.ok_or(Error::Hidden)?;
                let is_another = before.totp_secret.is_some();
                let credential = Credential {
                    totp_secret: Some(secret),
                    totp_last_step: Some(step),
                    changed: now,
                    ..before
                };
                accounts::set_credential(tx, &credential)?;
                let (event, told) = if is_another {
                    (Event::SecondFactorReplaced, Told::CodeAppReplaced)
                } else {
                    (Event::SecondFactorAdded, Told::CodeAppAdded)
                };
                app.record_account(tx, Author::Account(account), account, &[event])?;
                app.tell(tx, account, told)?;
                app.enter_anew(tx, &session, &browser, is_another).map(Some)
            })
            .await
    }

    /// A whole session instead of this one, with its proof; the others end
    /// where what they were begun with is there no more.
    pub(crate) fn enter_anew(
        &self,
        tx: &mut Tx<'_>,
        session: &Session,
        browser: &Browser,
        ends_others: bool,
    ) -> Result<Entered, Error> {
        let (now, account) = (self.clock.now(), session.account);
        let proof = factors::proof(tx, &session.token_hash, account)?;
        if ends_others && accounts::end_sessions_of(tx, account, now, Some(&session.token_hash))? > 0 {
            self.note(tx, &Happened::new(Kind::SessionEnded).by(account).saying("another-step"))?;
        }
        accounts::end_session(tx, &session.token_hash, now)?;
        let entered = self.enter(tx, account, browser, By::NewStep)?;
        if let Some(at) = proof {
            factors::prove(tx, &token_hash(&entered.token), account, at)?;
        }
        Ok(entered)
    }

    /// Takes one's own code app away. Whoever has to have a second step keeps
    /// one; with the last one printed codes go too. Other sessions end.
    pub async fn remove_code_app(&self, session: &Session) -> Result<(), Error> {
        let (app, session) = (self.clone(), session.clone());
        self.db
            .write(move |tx| {
                app.must_be_proven(tx, &session)?;
                let account = session.account;
                let has = steps(tx, account)?;
                let before = accounts::credential(tx, account)?.ok_or(Error::Hidden)?;
                let why = Line::parse("Their own wish").expect("a line");
                let remove = |state: &Account, _| state.remove_code_app(why.clone());
                let state = account::load(tx, account)?;
                let events = stream::decided(tx, &state, app.clock.now(), remove)?;
                if events.is_empty() {
                    return Ok(());
                }
                app.must_keep_one(tx, account, has.passkeys > 0)?;
                let now = app.clock.now();
                let gone = Credential { totp_secret: None, totp_last_step: None, changed: now, ..before };
                accounts::set_credential(tx, &gone)?;
                app.record_account(tx, Author::Account(account), account, &events)?;
                app.after_removal(tx, &session, has.passkeys > 0, Told::CodeAppRemoved)
            })
            .await
    }

    /// Refuses to leave somebody without a second step who has to have one.
    pub(crate) fn must_keep_one(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        has_another: bool,
    ) -> Result<(), Error> {
        let actor = directory::by_posts(self, tx, account)?.ok_or(Error::Hidden)?;
        if !has_another && must_have_second_factor(tx, &actor)? {
            return Err(Refusal::not_yet(
                "You see or decide what is somebody else's here, so you need a second step",
                "Set up another one first, then take this one away",
            )
            .into());
        }
        Ok(())
    }

    /// What follows from taking away a second step of one's own.
    pub(crate) fn after_removal(
        &self,
        tx: &mut Tx<'_>,
        session: &Session,
        has_another: bool,
        told: Told,
    ) -> Result<(), Error> {
        let (account, now) = (session.account, self.clock.now());
        if !has_another {
            factors::set_printed_codes(tx, account, &[], now)?;
        }
        factors::forget_begun(tx, account)?;
        accounts::end_sessions_of(tx, account, now, Some(&session.token_hash))?;
        Ok(self.tell(tx, account, told)?)
    }

    /// Makes printed codes; those from before work no more. They are shown
    /// once, and only their hashes are kept.
    pub async fn make_printed_codes(&self, session: &Session) -> Result<Vec<String>, Error> {
        let (app, session) = (self.clone(), session.clone());
        let codes: Vec<String> = (0..PRINTED_CODES).map(|_| new_printed_code()).collect();
        self.db
            .write(move |tx| {
                app.must_be_proven(tx, &session)?;
                let account = session.account;
                if !steps(tx, account)?.any() {
                    return Err(Refusal::not_yet(
                        "Printed codes are for when you do not have your phone with you",
                        "Set up a code app or a passkey first",
                    )
                    .into());
                }
                let hashes: Vec<[u8; 32]> = codes.iter().map(|code| printed_hash(account, code)).collect();
                factors::set_printed_codes(tx, account, &hashes, app.clock.now())?;
                app.record_account(tx, Author::Account(account), account, &[Event::PrintedCodesMade])?;
                app.tell(tx, account, Told::PrintedCodesMade)?;
                Ok(codes.clone())
            })
            .await
    }

    /// Puts the offer of a second step away, for whoever may be without one.
    pub async fn put_offer_away(&self, account: AccountId) -> Result<(), Error> {
        let app = self.clone();
        self.db
            .write(move |tx| {
                if !account::load(tx, account)?.offer_put_away {
                    let event = Event::SecondStepOfferPutAway;
                    app.record_account(tx, Author::Account(account), account, &[event])?;
                }
                Ok(())
            })
            .await
    }

    /// Whether a second step is still to be offered to somebody: they have
    /// none, need none, and have not put the offer away.
    pub async fn is_to_be_offered(&self, account: AccountId) -> Result<bool, Error> {
        let app = self.clone();
        self.db
            .read(move |tx| {
                if steps(tx, account)?.any() || account::load(tx, account)?.offer_put_away {
                    return Ok(false);
                }
                let actor = directory::by_posts(&app, tx, account)?.ok_or(Error::Hidden)?;
                Ok(!must_have_second_factor(tx, &actor)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_codes_are_many_and_read_however_they_are_typed() {
        let account = AccountId(uuid::Uuid::from_u128(7));
        let all: std::collections::BTreeSet<String> = (0..500).map(|_| new_printed_code()).collect();
        assert_eq!(all.len(), 500);
        for code in &all {
            assert_eq!((code.len(), code.matches('-').count()), (14, 2), "{code}");
            assert!(code.bytes().all(|b| b == b'-' || PRINTED_LETTERS.contains(&b)), "{code}");
            let typed = format!(" {} ", code.to_uppercase().replace('-', " "));
            assert_eq!(printed_hash(account, code), printed_hash(account, &typed));
        }
        let bits = (PRINTED_LETTERS.len() as f64).log2() * PRINTED_LENGTH as f64;
        assert!(bits > 50.0, "{bits}");
        let other = AccountId(uuid::Uuid::from_u128(8));
        assert_ne!(printed_hash(account, "abcd"), printed_hash(other, "abcd"));
    }
}
