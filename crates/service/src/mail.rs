//! Letters to people: queued with what caused them, sent after the commit.
//!
//! A letter is claimed before it is sent and never sent twice: one whose
//! sending was begun and not answered for (the program was killed) is given up
//! for a person to look at, since it may have gone.
//!
//! A one-time link never stands in the outbox. It is made when the letter is
//! carried, and each time anew; only its hash is kept, and the one that was
//! made for an earlier try works no more. A letter that has gone is emptied.

use crate::address::Address as _;
use crate::one_time_link::Purpose;
use crate::token::token_hash;
use crate::{App, Error, Settings, directory, stream};
use domain::account::Account;
use domain::{AccountId, Timestamp, dates};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;
use store::jobs::AfterFailure;
use store::{StoreError, Tx, accounts, outbox};
use uuid::Uuid;

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

/// Where the one-time link goes in a letter that has one.
const LINK: &str = "{link}";
/// How a letter from the demonstration ends.
const MADE_UP: &str = "\nThis is from a demonstration. Everyone and everything in it is made up.\n";

/// Puts a letter in the outbox, in the transaction of what caused it.
pub(crate) fn queue(tx: &mut Tx<'_>, app: &App, letter: &Letter, now: Timestamp) -> Result<(), StoreError> {
    queue_for(tx, app, letter, None, now)
}

/// The same for a letter with a one-time link, which is made when the letter is
/// carried and put where the body says `{link}`.
pub(crate) fn queue_with_link(
    tx: &mut Tx<'_>,
    app: &App,
    letter: &Letter,
    purpose: Purpose,
    now: Timestamp,
) -> Result<(), StoreError> {
    queue_for(tx, app, letter, Some(purpose), now)
}

fn queue_for(
    tx: &mut Tx<'_>,
    app: &App,
    letter: &Letter,
    link: Option<Purpose>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(named) = directory::named(tx, letter.to)? else { return Ok(()) };
    if directory::is_closed(tx, letter.to)? {
        return Ok(());
    }
    let message = outbox::Message {
        id: domain::MessageId(app.id()),
        account: Some(letter.to),
        link: link.map(|purpose| purpose.into_str().to_owned()),
        to_address: named.email,
        subject: letter.subject.clone(),
        body: letter.body.replace("{site}", &app.settings.base_url),
        queued: now,
        attempts: 0,
        sent: None,
        failed: None,
        last_error: None,
    };
    put(tx, app, message)
}

/// Every message goes through here into the outbox.
pub(crate) fn put(tx: &mut Tx<'_>, app: &App, mut message: outbox::Message) -> Result<(), StoreError> {
    if app.settings.demo {
        message.body.push_str(MADE_UP);
    }
    outbox::queue_message(tx, &message)
}

/// A letter as its reader gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub body: String,
    /// The token of the one-time link that is in it.
    pub token: Option<String>,
}

/// Writes a letter out: the one-time link that goes into it is made now, and
/// works until so long after the letter was queued as was promised. None if it
/// is too late for that, or the link is not needed any more.
pub(crate) fn write_out(
    tx: &mut Tx<'_>,
    app: &App,
    letter: &outbox::Message,
) -> Result<Option<Written>, StoreError> {
    let (Some(link), Some(account)) = (&letter.link, letter.account) else {
        return Ok(Some(Written { body: letter.body.clone(), token: None }));
    };
    let Ok(purpose) = link.parse::<Purpose>() else { return Ok(None) };
    let waited = app.clock.now().duration_since(letter.queued).as_secs();
    let left = purpose.seconds() - waited.max(0);
    let state: Account = stream::load(tx, account)?;
    let is_done = match purpose {
        Purpose::Invitation => state.is_set_up,
        // Asked for before a passphrase was chosen: choosing one ends older links.
        Purpose::Recovery => state.passphrase_changed.is_some_and(|at| at > letter.queued),
        _ => false,
    };
    let is_from_before = state.last_closed.is_some_and(|at| at > letter.queued)
        || purpose == Purpose::Invitation && state.last_withdrawn.is_some_and(|at| at >= letter.queued);
    if left <= 0 || state.closed.is_some() || is_from_before || is_done {
        return Ok(None);
    }
    let token = app.one_time_link(tx, purpose, account, left)?;
    let address = format!("{}{}", app.settings.base_url, purpose.leads_to(token.clone()).path());
    Ok(Some(Written { body: letter.body.replacen(LINK, &address, 1), token: Some(token) }))
}

/// What an older program wrote: what was sent or given up is emptied. Where a
/// letter still waits with a link in it, that link dies and leaves the letter,
/// which gets a new one when it is carried.
pub(crate) async fn take_links_out(app: &App) -> Result<(), Error> {
    const PAGE: u32 = 200;
    app.db.write(|tx| Ok::<_, Error>(outbox::empty_done(tx)?)).await?;
    let mut from = Some(Uuid::nil());
    while let Some(here) = from {
        let app = app.clone();
        let page = app.db.clone();
        from = page
            .write(move |tx| {
                let letters = outbox::not_sent(tx, here, PAGE)?;
                for letter in letters.iter().filter(|letter| letter.account.is_none()) {
                    take_link_out(tx, letter, app.clock.now())?;
                }
                let last = letters.last().filter(|_| letters.len() == PAGE as usize);
                Ok::<_, Error>(
                    last.and_then(|letter| letter.id.0.as_u128().checked_add(1)).map(Uuid::from_u128),
                )
            })
            .await?;
    }
    // Those that could not be mended were given up a moment ago.
    app.db.write(|tx| Ok::<_, Error>(outbox::empty_done(tx)?)).await?;
    Ok(())
}

fn take_link_out(tx: &mut Tx<'_>, letter: &outbox::Message, now: Timestamp) -> Result<(), StoreError> {
    let Some((purpose, address, token)) = letter.body.split_whitespace().find_map(one_time_link_in) else {
        return Ok(());
    };
    let known = accounts::one_time_link(tx, &token_hash(token))?.filter(|link| link.used.is_none());
    match known.and_then(|link| link.account) {
        Some(account) => {
            accounts::drop_one_time_link(tx, &token_hash(token))?;
            outbox::reword(tx, letter.id, &letter.body.replace(address, LINK), account, purpose.into_str())
        }
        None => {
            let then = AfterFailure::GiveUp(now);
            outbox::mark_failed(tx, letter.id, "the link in it was used or is too old", then)
        }
    }
}

/// The purpose, the whole address and the token of a one-time link.
fn one_time_link_in(word: &str) -> Option<(Purpose, &str, &str)> {
    let (before, token) = word.rsplit_once('/')?;
    let purpose = before.rsplit_once('/')?.1.parse::<Purpose>().ok()?;
    (!token.is_empty()).then_some((purpose, word, token))
}

/// What carries letters to a mail server.
pub struct Carrier {
    smtp: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The host in each letter's Message-ID.
    host: String,
}

/// How a mail server is spoken to, as its address says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spoken {
    /// From the start or before anything that matters, or not at all.
    encrypted: bool,
    /// Whether a name or a passphrase is told.
    secret: bool,
    /// Whether the server is this very computer.
    here: bool,
}

fn spoken(url: &str) -> Result<Spoken, String> {
    let url =
        url::Url::parse(url).map_err(|why| format!("the mail server's address cannot be used: {why}"))?;
    // Said once, since of two the one that is carried by is the first.
    let mut said = url.query_pairs().filter(|(key, _)| key == "tls");
    let required = said.next().is_some_and(|(_, value)| value == "required") && said.next().is_none();
    let name = url.host_str().unwrap_or_default();
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    Ok(Spoken {
        encrypted: url.scheme() == "smtps" || (url.scheme() == "smtp" && required),
        secret: !url.username().is_empty() || url.password().is_some(),
        here: bare.eq_ignore_ascii_case("localhost")
            || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()),
    })
}

/// Refuses a mail server's address by which letters, or the passphrase for it,
/// could be read on the way. `allowed`: a setting says in words that letters may.
/// Whether they can be read on the way.
pub fn check_address(url: &str, allowed: bool) -> Result<bool, String> {
    let Spoken { encrypted, secret, here } = spoken(url)?;
    if encrypted {
        return Ok(false);
    }
    if secret {
        return Err("the mail server's address has a passphrase in it, which would be sent in the clear: \
                    add ?tls=required to it, or begin it with smtps://"
            .to_owned());
    }
    if here || allowed {
        return Ok(!here);
    }
    Err("letters would go to the mail server unencrypted, and they hold links to sign in with: add \
         ?tls=required to its address, or begin it with smtps://. If nobody can read what goes there, \
         say so: in-the-clear = mail"
        .to_owned())
}

impl Carrier {
    /// Reads the settings; none if no mail server is set, or in the
    /// demonstration, where nothing is sent.
    pub fn of(settings: &Settings) -> Result<Option<Self>, String> {
        let from = settings.mail_from.parse().map_err(|why| {
            format!("the sender of emails, {:?}, is not an address: {why}", settings.mail_from)
        })?;
        let Some(url) = settings.smtp.as_ref().filter(|_| !settings.demo) else { return Ok(None) };
        check_address(url, settings.mail_in_the_clear)?;
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|why| format!("the mail server's address cannot be used: {why}"))?
            .timeout(Some(Duration::from_secs(30)))
            .build();
        let host = settings.base_url.split("://").last().unwrap_or_default();
        let host = host.split(['/', ':']).next().unwrap_or("localhost").to_owned();
        Ok(Some(Self { smtp, from, host }))
    }

    async fn carry(&self, letter: &outbox::Message, body: String) -> Result<(), (String, bool)> {
        let refuse = |why: String| (why, true);
        let to: Mailbox = letter.to_address.parse().map_err(|_| refuse("the address is not one".into()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(|why| refuse(why.to_string()))?;
        match self.smtp.send(message).await {
            Ok(_) => Ok(()),
            Err(why) => Err((in_short(&why), why.is_permanent())),
        }
    }
}

/// Why a letter was not taken. A server's own words are left out but for its
/// numbers, since it may repeat the address or the letter in them.
fn in_short(why: &lettre::transport::smtp::Error) -> String {
    let Some(code) = why.status() else { return why.to_string() };
    let number = |word: &&str| word.contains('.') && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    let told = why.to_string();
    let more =
        told.split_whitespace().map(|word| word.trim_end_matches('.')).find(number).unwrap_or_default();
    format!("the server said {code} {more}").trim_end().to_owned()
}

impl App {
    /// Sends the letters that wait, up to `most`; how many went.
    pub async fn send_letters(&self, carrier: &Carrier, most: u32) -> Result<u32, Error> {
        let mut sent = 0;
        for _ in 0..most {
            match self.send_next(carrier).await? {
                Some(went) => sent += u32::from(went),
                None => break,
            }
        }
        Ok(sent)
    }

    /// Sends the next letter that waits, and whether it went; none if none waits.
    /// It is claimed just before it is carried: claimed with others it might
    /// wait behind them for so long that another server took it for one that
    /// was cut off.
    pub(crate) async fn send_next(&self, carrier: &Carrier) -> Result<Option<bool>, Error> {
        let now = self.clock.now();
        let claim =
            move |tx: &mut Tx<'_>| Ok::<_, Error>(outbox::messages_to_send(tx, now, CLAIM_SECONDS, 1)?);
        let Some(letter) = self.db.write(claim).await?.into_iter().next() else { return Ok(None) };
        let (id, tries) = (letter.id, letter.attempts);
        let (outcome, token) = self.try_to_send(carrier, letter).await?;
        let now = self.clock.now();
        let Err((why, is_final)) = outcome else {
            self.db.write(move |tx| Ok::<_, Error>(outbox::mark_sent(tx, id, now)?)).await?;
            return Ok(Some(true));
        };
        tracing::warn!(letter = %id, tries, is_final, "a letter could not be sent");
        let then = if is_final || tries >= MOST_TRIES {
            AfterFailure::GiveUp(now)
        } else {
            AfterFailure::RetryAt(dates::later(now, 60 << tries.min(12)))
        };
        let why = format!("try {tries}: {why}");
        let link = token.map(|token| token_hash(&token));
        self.db
            .write(move |tx| {
                // Nobody has it, or nobody should.
                if let Some(link) = &link {
                    accounts::drop_one_time_link(tx, link)?;
                }
                Ok::<_, Error>(outbox::mark_failed(tx, id, &why, then)?)
            })
            .await?;
        Ok(Some(false))
    }

    /// Writes a letter out and gives it to the mail server: how that ended,
    /// and the token of the link that was made for it.
    async fn try_to_send(
        &self,
        carrier: &Carrier,
        letter: outbox::Message,
    ) -> Result<(Result<(), (String, bool)>, Option<String>), Error> {
        if was_cut_off(&letter) {
            return Ok((Err(("it may have been sent already".into(), true)), None));
        }
        let written = if letter.link.is_none() {
            Some(Written { body: letter.body.clone(), token: None })
        } else {
            let (app, letter) = (self.clone(), letter.clone());
            self.db.write(move |tx| Ok::<_, Error>(write_out(tx, &app, &letter)?)).await?
        };
        let Some(Written { body, token }) = written else {
            return Ok((Err(("the link in it is too old, or not needed any more".into(), true)), None));
        };
        Ok((carrier.carry(&letter, body).await, token))
    }
}

/// An earlier try was begun, and how it ended was never noted.
fn was_cut_off(letter: &outbox::Message) -> bool {
    let before = letter.attempts.saturating_sub(1);
    before > 0 && !letter.last_error.as_deref().is_some_and(|e| e.starts_with(&format!("try {before}:")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_goes_only_where_it_is_encrypted() {
        for told in [
            "smtp://a:b@host:587",
            "smtp://a:b@host?tls=opportunistic",
            "smtp://a:b@host?tls=opportunistic&tls=required",
            "smtp://a:b@localhost?x=tls=required",
        ] {
            for allowed in [false, true] {
                let why = check_address(told, allowed).expect_err(told);
                assert!(why.contains("passphrase"), "{told}: {why}");
            }
        }
        for kept in ["smtp://a:b@host:587?tls=required", "smtps://a:b@host", "smtps://host"] {
            assert_eq!(check_address(kept, false), Ok(false), "{kept}");
        }
    }

    #[test]
    fn letters_go_unencrypted_only_where_somebody_said_so() {
        for clear in [
            "smtp://mail.example.org:25",
            "smtp://mail.example.org?tls=opportunistic",
            "smtp://10.0.0.7",
            "smtp://localhost.example.org",
            "smtp://mail.example.org?TLS=required",
        ] {
            let why = check_address(clear, false).expect_err(clear);
            assert!(why.contains("in-the-clear = mail"), "{clear}: {why}");
            assert_eq!(check_address(clear, true), Ok(true), "{clear}: it is warned of");
        }
        for here in ["smtp://localhost:25", "smtp://127.0.0.1:2525", "smtp://[::1]:25"] {
            assert_eq!(check_address(here, false), Ok(false), "{here}");
        }
        assert!(check_address("mail.example.org", true).is_err());
    }

    #[test]
    fn the_link_of_an_older_letter_is_found() {
        let found = one_time_link_in("https://phb.example/x/invitation/abc123");
        assert_eq!(found, Some((Purpose::Invitation, "https://phb.example/x/invitation/abc123", "abc123")));
        for other in
            ["https://phb.example/sign-in", "https://phb.example/cases/1/reviews", "/recovery/", "once."]
        {
            assert_eq!(one_time_link_in(other), None, "{other}");
        }
    }
}
