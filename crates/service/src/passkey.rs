//! Passkeys: added, used as a second step, and taken away.
//!
//! The challenge is made here, kept here for the session that asked for it,
//! and taken once. What a browser sends back is checked by `webauthn-rs`:
//! origin, challenge, signature, that the owner was asked (by a finger, a face
//! or a number of their own), and that the passkey counted on.

use crate::browser::Browser;
use crate::factor::{UNFINISHED_SECONDS, must_be_live};
use crate::second_steps::steps;
use crate::session::Session;
use crate::sign_in::Entered;
use crate::told::Told;
use crate::{App, Error, account, directory, stream};
use domain::account::{Account, Event};
use domain::dates::later;
use domain::{AccountId, Author, Line, PasskeyId, Refusal};
use store::Tx;
use store::factors::{self, Passkey as Kept, Unfinished};
use url::Url;
use webauthn_rs::prelude::{
    CredentialID, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Webauthn, WebauthnBuilder,
};

/// The most passkeys that one account has.
pub const MOST_PASSKEYS: usize = 10;

const ADDING: &str = "passkey-to-add";
const GIVING: &str = "passkey-to-give";

/// What the owner sees of a passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub id: PasskeyId,
    pub name: String,
    pub added: domain::Timestamp,
    pub used: Option<domain::Timestamp>,
}

impl App {
    /// Passkeys belong to the name of a site; there are none where the site
    /// has only a number for an address.
    fn webauthn(&self) -> Option<Webauthn> {
        let origin = Url::parse(&self.settings.base_url).ok()?;
        let name = origin.domain()?.to_owned();
        let builder = WebauthnBuilder::new(&name, &origin).ok()?;
        builder.rp_name("Personal health budgets").build().ok()
    }

    #[must_use]
    pub fn can_have_passkeys(&self) -> bool {
        self.webauthn().is_some()
    }

    /// One's own passkeys.
    pub async fn passkeys_of(&self, account: AccountId) -> Result<Vec<Shown>, Error> {
        self.db
            .read(move |tx| {
                let all = factors::passkeys_of(tx, account)?.into_iter();
                let shown =
                    |key: Kept| Shown { id: key.id, name: key.name, added: key.added, used: key.used };
                Ok(all.map(shown).collect())
            })
            .await
    }

    /// What the browser needs to make a passkey, as JSON; the challenge in it
    /// is good for this session, once, for a quarter of an hour.
    pub async fn passkey_to_add(&self, session: &Session) -> Result<String, Error> {
        let webauthn = self.webauthn().ok_or(Error::Hidden)?;
        let (app, session) = (self.clone(), session.clone());
        self.db
            .write(move |tx| {
                app.must_be_proven(tx, &session)?;
                let account = session.account;
                let named = directory::named(tx, account)?.ok_or(Error::Hidden)?;
                let there = factors::passkeys_of(tx, account)?;
                if there.len() >= MOST_PASSKEYS {
                    return Err(Refusal::not_yet(
                        "You have 10 passkeys, which is as many as there can be",
                        "Take one away first",
                    )
                    .into());
                }
                let ids: Vec<CredentialID> =
                    there.into_iter().map(|key| CredentialID::from(key.credential)).collect();
                let (asked, state) = webauthn
                    .start_passkey_registration(account.0, &named.email, &named.name, Some(ids))
                    .map_err(|_| Error::Hidden)?;
                app.begin(tx, &session, ADDING, &state)?;
                Ok(json(&asked))
            })
            .await
    }

    /// Adds the passkey that the browser made. `None` where its answer does not
    /// fit what was asked, or came too late: then it is asked anew.
    pub async fn add_passkey(
        &self,
        session: &Session,
        name: Line,
        answer: &str,
        browser: Browser,
    ) -> Result<Option<Entered>, Error> {
        let webauthn = self.webauthn().ok_or(Error::Hidden)?;
        let answer: Option<RegisterPublicKeyCredential> = serde_json::from_str(answer).ok();
        let (app, session, id) = (self.clone(), session.clone(), PasskeyId(self.id()));
        self.db
            .write(move |tx| {
                app.must_be_proven(tx, &session)?;
                let state: Option<PasskeyRegistration> = app.take(tx, &session, ADDING)?;
                let made = answer.as_ref().zip(state.as_ref());
                let made =
                    made.and_then(|(answer, state)| webauthn.finish_passkey_registration(answer, state).ok());
                let Some(passkey) = made else { return Ok(None) };
                let (account, now) = (session.account, app.clock.now());
                let key = Kept {
                    id,
                    account,
                    credential: passkey.cred_id().to_vec(),
                    name: name.as_str().to_owned(),
                    body: json(&passkey),
                    counter: 0,
                    added: now,
                    used: None,
                };
                if !factors::add_passkey(tx, &key)? {
                    return Ok(None);
                }
                let event = Event::PasskeyAdded { id, name: name.clone() };
                app.record_account(tx, Author::Account(account), account, &[event])?;
                app.tell(tx, account, Told::PasskeyAdded)?;
                app.enter_anew(tx, &session, &browser, false).map(Some)
            })
            .await
    }

    /// Takes one of one's own passkeys away; other sessions end.
    pub async fn remove_passkey(&self, session: &Session, id: PasskeyId) -> Result<(), Error> {
        let (app, session) = (self.clone(), session.clone());
        self.db
            .write(move |tx| {
                app.must_be_proven(tx, &session)?;
                let account = session.account;
                let state = account::load(tx, account)?;
                let remove = |state: &Account, _| state.remove_passkey(id);
                // One that was never theirs is not there for them.
                let events =
                    stream::decided(tx, &state, app.clock.now(), remove).map_err(|_| Error::Hidden)?;
                if events.is_empty() {
                    return Ok(());
                }
                factors::remove_passkey(tx, account, id)?;
                let has_another = steps(tx, account)?.any();
                app.must_keep_one(tx, account, has_another)?;
                app.record_account(tx, Author::Account(account), account, &events)?;
                app.after_removal(tx, &session, has_another, Told::PasskeyRemoved)
            })
            .await
    }

    /// What the browser needs to use a passkey of theirs, as JSON; nothing
    /// where they have none.
    pub async fn passkey_to_give(&self, session: &Session) -> Result<Option<String>, Error> {
        let Some(webauthn) = self.webauthn() else { return Ok(None) };
        let (app, session) = (self.clone(), session.clone());
        self.db
            .write(move |tx| {
                must_be_live(tx, &session, app.clock.now())?;
                let all = factors::passkeys_of(tx, session.account)?;
                let keys: Vec<Passkey> = all.iter().filter_map(readable).collect();
                if keys.is_empty() {
                    return Ok(None);
                }
                let (asked, state) =
                    webauthn.start_passkey_authentication(&keys).map_err(|_| Error::Hidden)?;
                app.begin(tx, &session, GIVING, &state)?;
                Ok(Some(json(&asked)))
            })
            .await
    }

    /// Whether an answer is one of their passkeys', to what this session was
    /// asked last. The challenge is used up either way.
    pub(crate) fn is_their_passkey(
        &self,
        tx: &mut Tx<'_>,
        session: &Session,
        answer: &str,
    ) -> Result<bool, Error> {
        let state: Option<PasskeyAuthentication> = self.take(tx, session, GIVING)?;
        let answer: Option<PublicKeyCredential> = serde_json::from_str(answer).ok();
        let (Some(webauthn), Some(state), Some(answer)) = (self.webauthn(), state, answer) else {
            return Ok(false);
        };
        let Ok(given) = webauthn.finish_passkey_authentication(&answer, &state) else { return Ok(false) };
        // It may have been taken away, or used further, since it was asked.
        let kept = factors::passkey_by_credential(tx, given.cred_id().as_ref())?;
        let Some(mut kept) = kept.filter(|kept| kept.account == session.account) else { return Ok(false) };
        if let Some(mut passkey) = readable(&kept) {
            passkey.update_credential(&given);
            kept.body = json(&passkey);
        }
        kept.counter = given.counter();
        Ok(given.user_verified() && factors::use_passkey(tx, &kept, self.clock.now())?)
    }

    fn begin(
        &self,
        tx: &mut Tx<'_>,
        session: &Session,
        purpose: &str,
        state: &impl serde::Serialize,
    ) -> Result<(), Error> {
        let begun = Unfinished {
            token_hash: session.token_hash,
            purpose: purpose.into(),
            account: session.account,
            body: json(state),
            expires: later(self.clock.now(), UNFINISHED_SECONDS),
        };
        Ok(factors::begin(tx, &begun)?)
    }

    /// Takes what was begun in a session: nobody takes it again.
    fn take<T: serde::de::DeserializeOwned>(
        &self,
        tx: &mut Tx<'_>,
        session: &Session,
        purpose: &str,
    ) -> Result<Option<T>, Error> {
        let Some(begun) = self.begun(tx, session, purpose)? else { return Ok(None) };
        let is_mine = factors::finish(tx, &begun)?;
        Ok(serde_json::from_str(&begun.body).ok().filter(|_| is_mine))
    }
}

/// A passkey as the library knows it. One that cannot be read is told to
/// whoever looks after the program, and keeps nobody from using another way.
fn readable(kept: &Kept) -> Option<Passkey> {
    let read = serde_json::from_str(&kept.body);
    read.inspect_err(|_| tracing::error!(passkey = %kept.id, "a stored passkey cannot be read")).ok()
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("what the library hands out can be written as JSON")
}
