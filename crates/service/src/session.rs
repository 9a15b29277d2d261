//! Who a browser's token stands for.

use crate::directory::Known;
use crate::happened::Happened;
use crate::second_steps::lacks_second_factor;
use crate::token::{new_token, token_hash};
use crate::{App, Error};
use domain::access::Actor;
use domain::security::Kind;
use domain::{AccountId, Timestamp, dates};
pub use store::accounts::Session;
use store::{StoreError, Tx, accounts};

/// Sessions end by themselves after this long without a page …
pub const IDLE_SECONDS: i64 = 60 * 60;
/// … and by force after this long.
pub const LONGEST_SECONDS: i64 = 12 * 60 * 60;
/// So many that ran out are ended in one transaction.
const SOME: u32 = 100;
/// They are noted as seen at most this often.
const TOUCH_SECONDS: i64 = 5 * 60;

/// Whether a session can be used now.
#[must_use]
pub fn is_good(session: &Session, now: Timestamp) -> bool {
    let idle = now.as_second() - session.last_seen.as_second() > IDLE_SECONDS;
    session.ended.is_none() && session.expires > now && !idle
}

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Standing {
    pub actor: Actor,
    pub session: Session,
    /// A second factor is still to be given before anything opens.
    pub lacks_second_factor: bool,
    /// It is asked that their second step be taken away.
    pub removal_asked: bool,
}

impl App {
    /// Starts a session for an account and gives the browser's token. Whoever
    /// calls this has checked who it is.
    pub async fn start_session(
        &self,
        account: AccountId,
        label: &str,
        second_factor: bool,
        acting_as: Option<String>,
    ) -> Result<String, Error> {
        let (app, label) = (self.clone(), label.to_owned());
        self.db
            .write(move |tx| {
                app.note(tx, &Happened::new(Kind::SignedIn).by(account).saying("demonstration"))?;
                Ok(app.open_session(tx, account, &label, second_factor, acting_as.clone())?)
            })
            .await
    }

    /// The same inside a transaction.
    pub(crate) fn open_session(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        label: &str,
        second_factor: bool,
        acting_as: Option<String>,
    ) -> Result<String, StoreError> {
        let (token, now) = (new_token(), self.clock.now());
        let session = Session {
            token_hash: token_hash(&token),
            account,
            started: now,
            last_seen: now,
            expires: dates::later(now, LONGEST_SECONDS),
            ended: None,
            label: label.to_owned(),
            second_factor,
            acting_as,
        };
        accounts::start_session(tx, &session)?;
        Ok(token)
    }

    /// Writes down which sessions came to their end by themselves since the last
    /// time; how many.
    pub async fn end_what_ran_out(&self) -> Result<u64, Error> {
        let mut all = 0;
        loop {
            let app = self.clone();
            let some = self
                .db
                .write(move |tx| {
                    let now = app.clock.now();
                    let over = accounts::ran_out(tx, (now, dates::ago(now, IDLE_SECONDS)), SOME)?;
                    for session in &over {
                        accounts::end_session(tx, &session.token_hash, now)?;
                        app.note(tx, &Happened::new(Kind::SessionRanOut).by(session.account))?;
                    }
                    Ok::<_, Error>(over.len())
                })
                .await?;
            all += some as u64;
            if some < SOME as usize {
                return Ok(all);
            }
        }
    }

    /// Who a token that is good now stands for.
    pub async fn signed_in(&self, token: &str) -> Result<Option<Standing>, Error> {
        let (app, hash, now) = (self.clone(), token_hash(token), self.clock.now());
        let found = self
            .db
            .read(move |tx| {
                let Some(session) = accounts::session(tx, &hash)?.filter(|s| is_good(s, now)) else {
                    return Ok::<_, Error>(None);
                };
                let known = Known::of(&app, tx, session.account)?;
                let Some(actor) = known.actor(session.second_factor, dates::london(now)) else {
                    return Ok(None);
                };
                let lacks_second_factor = lacks_second_factor(tx, &actor)?;
                let removal_asked = known.account().open_removal(now).is_some();
                Ok(Some((Standing { actor, session, lacks_second_factor, removal_asked }, known)))
            })
            .await?;
        let found = found.map(|(standing, known)| {
            self.keep_known(known.account(), known.organisations());
            standing
        });
        if let Some(Standing { session, .. }) = &found
            && now.as_second() - session.last_seen.as_second() > TOUCH_SECONDS
        {
            let expires = session.expires;
            match self.db.write(move |tx| accounts::touch_session(tx, &hash, now, expires)).await {
                Ok(_) => {}
                // With no space left nothing can be noted, but reading goes on.
                Err(StoreError::Full) => tracing::error!("no space to note that somebody is still here"),
                Err(other) => return Err(other.into()),
            }
        }
        Ok(found)
    }
}
