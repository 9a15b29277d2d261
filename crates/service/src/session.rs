//! Who a browser's token stands for.

use crate::{App, No, people};
use domain::AccountId;
use domain::access::Actor;
use sha2::{Digest, Sha256};
use store::accounts;
pub use store::accounts::Session;

/// Sessions end by themselves after this long without a page …
pub const IDLE_SECONDS: i64 = 60 * 60;
/// … and are noted as seen at most this often.
const TOUCH_SECONDS: i64 = 5 * 60;

/// Only the hash of a token is kept, so that the database opens no doors.
#[must_use]
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// … and by force after this long.
pub const LONGEST_SECONDS: i64 = 12 * 60 * 60;

/// A token that nobody can guess: 32 random bytes in hex.
#[must_use]
pub fn new_token() -> String {
    let bytes: [u8; 32] = rand::random();
    hex::encode(bytes)
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
    ) -> Result<String, No> {
        let (token, now) = (new_token(), self.clock.now());
        let session = Session {
            token_hash: token_hash(&token),
            account,
            started: now,
            last_seen: now,
            expires: now.saturating_add(jiff::SignedDuration::from_secs(LONGEST_SECONDS)).unwrap_or(now),
            ended: None,
            label: label.to_owned(),
            second_factor,
            acting_as,
        };
        self.db.write(move |tx| accounts::start_session(tx, &session)).await?;
        Ok(token)
    }

    /// The actor and session of a token that is good now.
    pub async fn signed_in(&self, token: &str) -> Result<Option<(Actor, Session)>, No> {
        let (hash, now) = (token_hash(token), self.clock.now());
        let found = self
            .db
            .read(move |tx| {
                let Some(session) = accounts::session(tx, &hash)? else { return Ok::<_, No>(None) };
                let idle = now.as_second() - session.last_seen.as_second() > IDLE_SECONDS;
                if session.ended.is_some() || session.expires <= now || idle {
                    return Ok(None);
                }
                let actor = people::actor(tx, session.account, session.second_factor)?;
                Ok(actor.map(|actor| (actor, session)))
            })
            .await?;
        if let Some((_, session)) = &found
            && now.as_second() - session.last_seen.as_second() > TOUCH_SECONDS
        {
            let expires = session.expires;
            self.db.write(move |tx| accounts::touch_session(tx, &hash, now, expires)).await?;
        }
        Ok(found)
    }
}
