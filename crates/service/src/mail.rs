//! Letters to people: queued with what caused them, sent after the commit.

use crate::{App, people};
use domain::{AccountId, Timestamp};
use store::{StoreError, Tx, outbox};

/// Something to tell someone by email. It names nobody and says nothing of
/// health: who can read the letter may not be who it is meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub to: AccountId,
    pub subject: String,
    /// Plain text. `{site}` becomes the address of this service.
    pub body: String,
}

/// Puts a letter in the outbox, in the transaction of what caused it.
pub fn queue(tx: &mut Tx<'_>, app: &App, letter: &Letter, now: Timestamp) -> Result<(), StoreError> {
    let Some(named) = people::named(tx, letter.to)? else { return Ok(()) };
    let body = letter.body.replace("{site}", &app.settings.base_url);
    let message = outbox::Message {
        id: domain::MessageId(app.id()),
        to_address: named.email,
        subject: letter.subject.clone(),
        body,
        queued: now,
        attempts: 0,
        sent: None,
        failed: None,
        last_error: None,
    };
    outbox::queue_message(tx, &message)
}
