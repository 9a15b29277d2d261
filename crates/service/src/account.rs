//! One's own account: inviting somebody to have one, setting it up, changing
//! and recovering the passphrase, the second factor, and where one is signed in.

use crate::address::Address as _;
use crate::browser::{self, Browser};
use crate::happened::Happened;
use crate::limit::Work;
use crate::mail::{self, Letter};
use crate::one_time_link::Purpose;
use crate::passphrase::Owner;
use crate::second_steps::{Steps, must_have_second_factor, steps};
use crate::session::Session;
use crate::sign_in::{By, Entered};
use crate::tally::Tally;
use crate::token::token_hash;
use crate::told::Told;
use crate::{App, Error, directory, stream};
use domain::account::{Account, Event};
use domain::place::Place;
use domain::security::Kind;
use domain::{AccountId, Author, EmailAddress, Line, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use store::accounts::{self, Credential};
use store::jobs::{self, Job};
use store::{StoreError, Tx};
use uuid::Uuid;

/// The most links to choose a new passphrase that one account is sent in an hour.
const MOST_RECOVERIES: u64 = 3;

/// The job that writes the letter to whoever forgot their passphrase.
pub(crate) const RECOVER: &str = "recover";

/// Whose passphrase was forgotten: nobody's (the nil id) where an address has
/// no account, so that the job is the same.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Forgotten {
    account: AccountId,
}

/// What a one-time link opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It can be used by this person.
    Good { account: AccountId, name: String, email: String },
    /// It was used, and the account is there.
    Used,
    /// It is too old, or was never given.
    Gone,
}

/// An account as its owner sees it.
#[derive(Clone, Debug)]
pub struct Own {
    pub account: Account,
    /// What they can be asked for besides their passphrase.
    pub steps: Steps,
    pub needs_second_factor: bool,
    /// Where they are signed in now, newest first.
    pub sessions: Vec<Session>,
}

/// The events of an account, put together.
pub(crate) fn load(tx: &mut Tx<'_>, id: AccountId) -> Result<Account, StoreError> {
    stream::load(tx, id)
}

impl App {
    /// The account of an address, opened if it has none. Nobody is written to.
    pub(crate) fn account_at(
        &self,
        tx: &mut Tx<'_>,
        by: Author,
        name: &Line,
        email: &EmailAddress,
    ) -> Result<AccountId, StoreError> {
        match accounts::account_by_email(tx, email)? {
            Some(account) => Ok(account),
            None => {
                let account = AccountId(self.id());
                self.open_account(tx, by, account, name, email)?;
                Ok(account)
            }
        }
    }

    /// Until somebody has set up their sign-in they have the name that whoever
    /// invited them last knows them by. The first who typed it may have been
    /// anybody, and may have thought better of it.
    pub(crate) fn call_until_set_up(
        &self,
        tx: &mut Tx<'_>,
        by: Author,
        account: AccountId,
        name: &Line,
    ) -> Result<(), StoreError> {
        let state = load(tx, account)?;
        if state.is_set_up || state.closed.is_some() || state.name.as_ref().is_none_or(|now| now == name) {
            return Ok(());
        }
        self.record_account(tx, by, account, &[Event::Renamed { name: name.clone() }]).map(drop)
    }

    /// Sends an account a new invitation; where it is set up already, a letter
    /// that there is something new for them. A closed account gets nothing.
    pub(crate) fn invite_again(
        &self,
        tx: &mut Tx<'_>,
        by: Author,
        account: AccountId,
        why: &Line,
    ) -> Result<(), StoreError> {
        if self.invited(tx, by, account, why)? {
            return Ok(());
        }
        let letter = Letter {
            to: account,
            subject: "Set up your sign-in".into(),
            body: "You have been invited to the personal health budget service.\n\n\
                   Use this link to choose a passphrase. It works once, for 14 days:\n\
                   {link}\n\n\
                   If you did not expect this, you can leave it.\n"
                .into(),
        };
        mail::queue_with_link(tx, self, &letter, Purpose::Invitation, self.clock.now())
    }

    /// The same for whoever stands at the computer: no letter goes out, and the
    /// link is given here. None if they have a sign-in already.
    pub(crate) fn invite_here(
        &self,
        tx: &mut Tx<'_>,
        by: Author,
        account: AccountId,
        why: &Line,
    ) -> Result<Option<String>, StoreError> {
        if self.invited(tx, by, account, why)? {
            return Ok(None);
        }
        let purpose = Purpose::Invitation;
        let token = self.one_time_link(tx, purpose, account, purpose.seconds())?;
        Ok(Some(format!("{}{}", self.settings.base_url, purpose.leads_to(token).path())))
    }

    /// Records an invitation, and tells those who have a sign-in already;
    /// whether there is nothing more to send: they have one, or it is closed.
    fn invited(
        &self,
        tx: &mut Tx<'_>,
        by: Author,
        account: AccountId,
        why: &Line,
    ) -> Result<bool, StoreError> {
        if directory::is_closed(tx, account)? {
            return Ok(true);
        }
        let state = self.record_account(tx, by, account, &[Event::Invited { why: why.clone() }])?;
        if state.is_set_up {
            let letter = Letter {
                to: account,
                subject: "There is something new for you".into(),
                body: format!(
                    "You have been given a place in the personal health budget service.\n\n\
                     Sign in to see it: {}\n",
                    Place::SignIn.in_letter()
                ),
            };
            mail::queue(tx, self, &letter, self.clock.now())?;
        }
        Ok(state.is_set_up)
    }

    /// What a link opens, without using it up.
    pub async fn open_link(&self, purpose: Purpose, token: &str) -> Result<Opened, Error> {
        let (hash, now) = (token_hash(token), self.clock.now());
        let opened = self.db.read(move |tx| opened(tx, purpose, &hash, now)).await?;
        if matches!(opened, Opened::Used | Opened::Gone) {
            self.count_event(Happened::new(Kind::LinkFailed).saying(purpose.into_str()));
        }
        Ok(opened)
    }

    /// Chooses a passphrase by a one-time link, which is used up, and signs
    /// in. After a recovery every other session of the account ends. By an
    /// invitation they put their name right too, where they typed one.
    pub async fn use_link(
        &self,
        purpose: Purpose,
        token: &str,
        (name, passphrase): (Option<Line>, &str),
        browser: Browser,
    ) -> Result<Option<Entered>, Error> {
        let Opened::Good { account, .. } = self.open_link(purpose, token).await? else { return Ok(None) };
        let mut owner = self.owner(account).await?;
        let name = name.filter(|_| purpose == Purpose::Invitation);
        if let Some(name) = &name {
            owner.name = format!("{} {name}", owner.name);
        }
        // Whoever has the link is no stranger, and does not wait behind any.
        let hash =
            self.choose_passphrase((Work::KnownPassphrase, &account.to_string()), passphrase, owner).await?;
        let (app, link) = (self.clone(), token_hash(token));
        self.db
            .write(move |tx| {
                let now = app.clock.now();
                let Opened::Good { account, .. } = opened(tx, purpose, &link, now)? else { return Ok(None) };
                if !accounts::use_one_time_link(tx, &link, now)? {
                    return Ok(None);
                }
                let state = load(tx, account)?;
                let own = name.clone().filter(|name| state.name.as_ref() != Some(name));
                if let Some(name) = own {
                    app.record_account(tx, Author::Account(account), account, &[Event::Renamed { name }])?;
                }
                let event = if state.is_set_up { Event::PassphraseChanged } else { Event::SetUp };
                app.set_passphrase(tx, account, &hash, event)?;
                app.end_all_for_new_passphrase(tx, account, None)?;
                app.note(tx, &Happened::new(Kind::LinkUsed).by(account).saying(purpose.into_str()))?;
                app.enter(tx, account, &browser, By::Link).map(Some)
            })
            .await
    }

    /// Lets a browser that has the link of a letter sign in as if its owner had
    /// used it before, for a day: it then waits for no strangers. It takes the
    /// passphrase and a second step as always, and does not use the link up, so
    /// that who cannot recall the passphrase can still choose a new one by it.
    /// Gives the token that the browser is known by; none where the link is too
    /// old.
    pub async fn trust_browser(&self, token: &str, browser: &Browser) -> Result<Option<String>, Error> {
        let (app, browser, link) = (self.clone(), browser.clone(), token_hash(token));
        self.db
            .write(move |tx| {
                let now = app.clock.now();
                match opened(tx, Purpose::Recovery, &link, now)? {
                    Opened::Good { account, .. } => Ok(Some(browser::trust(tx, account, &browser, now)?)),
                    Opened::Used | Opened::Gone => Ok(None),
                }
            })
            .await
    }

    /// Somebody forgot their passphrase. A link goes to the address if it is
    /// the address of an account; nothing tells the asker whether it is. What
    /// is done here is the same for an address that nobody has; the rest is
    /// done behind it, by a job that both cause.
    pub async fn ask_for_recovery(&self, email: &EmailAddress) -> Result<(), Error> {
        let (app, email) = (self.clone(), email.clone());
        self.db
            .write(move |tx| {
                let now = app.clock.now();
                let letters = Tally::of_an_hour(&["recovery", email.key()]);
                let account = accounts::account_by_email(tx, &email)?;
                // Those that are not taken do not count, so that nobody keeps
                // the owner from asking by asking all the time.
                if letters.take(&app, tx, MOST_RECOVERIES, now)? {
                    let forgotten = Forgotten { account: account.unwrap_or(AccountId(Uuid::nil())) };
                    let body =
                        serde_json::to_string(&forgotten).expect("our own values can be written as JSON");
                    jobs::enqueue(tx, &Job::new(app.id(), RECOVER, body, now))?;
                }
                Ok(())
            })
            .await
    }

    /// Writes the letter with the link to choose a new passphrase, if there is
    /// an account to write to.
    pub(crate) fn send_recovery(&self, tx: &mut Tx<'_>, job: &str) -> Result<(), Error> {
        let corrupt =
            |_| StoreError::Corrupt { table: "jobs".into(), column: "body".into(), id: RECOVER.into() };
        let Forgotten { account } = serde_json::from_str(job).map_err(corrupt)?;
        let state = load(tx, account)?;
        if state.email.is_none() || state.closed.is_some() {
            return Ok(());
        }
        self.record_account(tx, Author::Public, account, &[Event::RecoveryAskedFor])?;
        let letter = Letter {
            to: account,
            subject: "Choose a new passphrase".into(),
            body: "Somebody asked for a new passphrase for this address. If it was you, use this \
                   link. You can choose one passphrase with it, within one hour:\n{link}\n\n\
                   If you know your passphrase and were told to wait, you can keep it: use the same link.\n\n\
                   If it was not you, you can leave it. Your passphrase stays as it is.\n"
                .into(),
        };
        Ok(mail::queue_with_link(tx, self, &letter, Purpose::Recovery, self.clock.now())?)
    }

    /// Changes the passphrase of somebody who has just shown that it is them;
    /// their other sessions end.
    pub async fn change_passphrase(&self, session: &Session, new: &str) -> Result<(), Error> {
        let account = session.account;
        let (app, mine) = (self.clone(), session.clone());
        // Asked here too, so that nobody else makes us work for it.
        let asked = self.db.read(move |tx| {
            app.must_be_proven(tx, &mine)?;
            Ok::<_, Error>(accounts::credential(tx, mine.account)?.map(|c| c.passphrase_hash))
        });
        let was = asked.await?;
        let owner = self.owner(account).await?;
        let hash = self.choose_passphrase((Work::KnownPassphrase, &account.to_string()), new, owner).await?;
        let (app, session) = (self.clone(), session.clone());
        self.db
            .write(move |tx| {
                app.must_be_proven(tx, &session)?;
                // Sent twice at the same moment: the other one was first.
                if accounts::credential(tx, account)?.map(|c| c.passphrase_hash) != was {
                    return Err(Refusal::already_done("Your passphrase was changed a moment ago").into());
                }
                app.set_passphrase(tx, account, &hash, Event::PassphraseChanged)?;
                app.end_all_for_new_passphrase(tx, account, Some(&session.token_hash))?;
                Ok(())
            })
            .await
    }

    /// Ends the sessions that were begun with another passphrase, but for one.
    fn end_all_for_new_passphrase(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        keep: Option<&[u8; 32]>,
    ) -> Result<(), StoreError> {
        if accounts::end_sessions_of(tx, account, self.clock.now(), keep)? > 0 {
            self.note(tx, &Happened::new(Kind::SessionEnded).by(account).saying("new-passphrase"))?;
        }
        Ok(())
    }

    /// What somebody who guesses would know of the owner of an account.
    async fn owner(&self, account: AccountId) -> Result<Owner, Error> {
        self.db
            .read(move |tx| {
                let named = directory::named(tx, account)?.ok_or(Error::Hidden)?;
                let organisations = directory::organisations_of(tx, account)?;
                Ok(Owner { name: named.name, email: named.email, organisations })
            })
            .await
    }

    fn set_passphrase(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        hash: &str,
        event: Event,
    ) -> Result<(), StoreError> {
        let before = accounts::credential(tx, account)?;
        let credential = Credential {
            account,
            passphrase_hash: hash.to_owned(),
            totp_secret: before.as_ref().and_then(|c| c.totp_secret.clone()),
            totp_last_step: before.and_then(|c| c.totp_last_step),
            changed: self.clock.now(),
        };
        accounts::set_credential(tx, &credential)?;
        for purpose in [Purpose::Invitation, Purpose::Recovery] {
            accounts::drop_one_time_links(tx, account, purpose.into_str())?;
        }
        if event == Event::PassphraseChanged {
            self.tell(tx, account, Told::PassphraseChanged)?;
        }
        self.record_account(tx, Author::Account(account), account, &[event]).map(drop)
    }

    /// One's own account with where one is signed in.
    pub async fn own_account(&self, id: AccountId) -> Result<Own, Error> {
        let (app, now) = (self.clone(), self.clock.now());
        self.db
            .read(move |tx| {
                let actor = directory::by_posts(&app, tx, id)?.ok_or(Error::Hidden)?;
                let mut sessions = accounts::sessions_of(tx, id, 100)?;
                sessions.retain(|s| crate::session::is_good(s, now));
                Ok(Own {
                    account: load(tx, id)?,
                    steps: steps(tx, id)?,
                    needs_second_factor: must_have_second_factor(tx, &actor)?,
                    sessions,
                })
            })
            .await
    }

    /// Ends one of one's own sessions, named by the start of its hash in hex.
    /// The owner is told, unless it is the one that they are in.
    pub async fn end_own_session(&self, session: &Session, start: &str) -> Result<(), Error> {
        let (app, session, start) = (self.clone(), session.clone(), start.to_owned());
        self.db
            .write(move |tx| {
                app.must_be_proven(tx, &session)?;
                let (account, now) = (session.account, app.clock.now());
                let all = accounts::sessions_of(tx, account, 100)?;
                let found =
                    all.iter().find(|s| start.len() >= 16 && hex::encode(s.token_hash).starts_with(&start));
                let found = found.ok_or(Error::Hidden)?;
                if !accounts::end_session(tx, &found.token_hash, now)? {
                    return Ok(());
                }
                if found.token_hash == session.token_hash {
                    app.note(tx, &Happened::new(Kind::SignedOut).by(account))?;
                } else {
                    app.note(tx, &Happened::new(Kind::SessionEnded).by(account).saying("one-other"))?;
                    app.tell(tx, account, Told::SignedOutThere)?;
                }
                Ok(())
            })
            .await
    }

    /// Ends every session of one's own but this one.
    pub async fn end_other_sessions(&self, session: &Session) -> Result<(), Error> {
        let (app, session) = (self.clone(), session.clone());
        self.db
            .write(move |tx| {
                app.must_be_proven(tx, &session)?;
                let (account, keep, now) = (session.account, session.token_hash, app.clock.now());
                if accounts::end_sessions_of(tx, account, now, Some(&keep))? > 0 {
                    let event = Event::SignedOutElsewhere;
                    app.record_account(tx, Author::Account(account), account, &[event])?;
                    app.tell(tx, account, Told::SignedOutElsewhere)?;
                }
                Ok(())
            })
            .await
    }
}

fn opened(tx: &mut Tx<'_>, purpose: Purpose, hash: &[u8; 32], now: Timestamp) -> Result<Opened, Error> {
    let link = accounts::one_time_link(tx, hash)?.filter(|link| link.purpose == purpose.into_str());
    let Some((link, account)) = link.and_then(|link| link.account.map(|account| (link, account))) else {
        return Ok(Opened::Gone);
    };
    let state = load(tx, account)?;
    let is_done = link.used.is_some() || (purpose == Purpose::Invitation && state.is_set_up);
    if state.closed.is_some() {
        return Ok(Opened::Gone);
    }
    if is_done {
        return Ok(Opened::Used);
    }
    let named = directory::named(tx, account)?.filter(|_| link.expires > now);
    Ok(named.map_or(Opened::Gone, |n| Opened::Good { account, name: n.name, email: n.email }))
}
