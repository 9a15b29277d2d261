//! Letters to people: queued with what caused them, sent after the commit.
//!
//! A letter is claimed before it is sent and never sent twice: one whose
//! sending was begun and not answered for (the program was killed) is given up
//! for a person to look at, since it may have gone.

use crate::{App, No, people};
use domain::{AccountId, Timestamp};
use jiff::SignedDuration;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;
use store::jobs::AfterFailure;
use store::{StoreError, Tx, outbox};

/// For how long a letter is claimed; sending takes a minute at most.
const CLAIM_SECONDS: u32 = 5 * 60;
/// Tries before a letter is given up: the last about ten hours after the first.
const MOST_TRIES: u32 = 8;

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

/// What carries letters to a mail server.
pub struct Carrier {
    smtp: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The host in each letter's Message-ID.
    host: String,
}

/// Whether a name and a passphrase would go to the server before the
/// connection is encrypted.
fn tells_a_secret(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("smtp://") else { return false };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    place.contains('@') && !query.split('&').any(|part| part == "tls=required")
}

impl Carrier {
    /// Reads the settings; none if no mail server is set, or in the
    /// demonstration, where nothing is sent.
    pub fn of(app: &App) -> Result<Option<Self>, String> {
        let settings = &app.settings;
        let Some(url) = settings.smtp.as_ref().filter(|_| !settings.demo) else { return Ok(None) };
        if tells_a_secret(url) {
            return Err(
                "the mail server's address has a passphrase in it, which would be sent in the clear: \
                        add ?tls=required to it, or begin it with smtps://"
                    .to_owned(),
            );
        }
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|why| format!("the mail server's address cannot be used: {why}"))?
            .timeout(Some(Duration::from_secs(30)))
            .build();
        let from = settings.mail_from.parse().map_err(|why| {
            format!("the sender of emails, {:?}, is not an address: {why}", settings.mail_from)
        })?;
        let host = settings.base_url.split("://").last().unwrap_or_default();
        let host = host.split(['/', ':']).next().unwrap_or("localhost").to_owned();
        Ok(Some(Self { smtp, from, host }))
    }

    async fn carry(&self, letter: &outbox::Message) -> Result<(), (String, bool)> {
        let refuse = |why: String| (why, true);
        let to: Mailbox = letter.to_address.parse().map_err(|_| refuse("the address is not one".into()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body.clone())
            .map_err(|why| refuse(why.to_string()))?;
        match self.smtp.send(message).await {
            Ok(_) => Ok(()),
            Err(why) => Err((why.to_string(), why.is_permanent())),
        }
    }
}

impl App {
    /// Sends the letters that wait, up to `most`; how many went.
    pub async fn send_letters(&self, carrier: &Carrier, most: u32) -> Result<u32, No> {
        let now = self.clock.now();
        let claimed = self
            .db
            .write(move |tx| Ok::<_, No>(outbox::messages_to_send(tx, now, CLAIM_SECONDS, most)?))
            .await?;
        let mut sent = 0;
        for letter in claimed {
            let outcome = if was_cut_off(&letter) {
                Err(("it may have been sent already".into(), true))
            } else {
                carrier.carry(&letter).await
            };
            let now = self.clock.now();
            let (id, tries) = (letter.id, letter.attempts);
            match outcome {
                Ok(()) => {
                    self.db.write(move |tx| Ok::<_, No>(outbox::mark_sent(tx, id, now)?)).await?;
                    sent += 1;
                }
                Err((why, is_final)) => {
                    tracing::warn!(letter = %id, tries, is_final, "a letter could not be sent");
                    let then = if is_final || tries >= MOST_TRIES {
                        AfterFailure::GiveUp(now)
                    } else {
                        AfterFailure::RetryAt(after(now, 60 << tries.min(12)))
                    };
                    // Mail servers repeat the address; it is not for this column.
                    let why = format!("try {tries}: {}", why.replace(&letter.to_address, "the address"));
                    self.db.write(move |tx| Ok::<_, No>(outbox::mark_failed(tx, id, &why, then)?)).await?;
                }
            }
        }
        Ok(sent)
    }
}

/// An earlier try was begun, and how it ended was never noted.
fn was_cut_off(letter: &outbox::Message) -> bool {
    let before = letter.attempts.saturating_sub(1);
    before > 0 && !letter.last_error.as_deref().is_some_and(|e| e.starts_with(&format!("try {before}:")))
}

fn after(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_goes_only_where_it_is_encrypted() {
        for told in
            ["smtp://a:b@host:587", "smtp://a:b@host?tls=opportunistic", "smtp://a:b@host?x=tls=required"]
        {
            assert!(tells_a_secret(told), "{told}");
        }
        for kept in ["smtp://host:25", "smtp://a:b@host:587?tls=required", "smtps://a:b@host"] {
            assert!(!tells_a_secret(kept), "{kept}");
        }
    }
}
