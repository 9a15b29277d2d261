//! Requests to be contacted: from anyone, and what staff do with them.

use crate::{App, No, lists, mail, people, session};
use domain::access::{Action, Actor};
use domain::case::circle::ContactBy;
use domain::dates::ago;
use domain::enquiry::{self, Asked, Enquiry, Event};
use domain::framework::Framework;
use domain::{
    AreaId, Author, Date, EmailAddress, EnquiryId, MessageId, Refusal, Timestamp, dates, working_days,
};
use std::sync::Arc;
use store::{StoreError, Stream, StreamKind, Tx, accounts, outbox, record};

/// How many requests one browser can send in an hour.
const MOST_AN_HOUR: u64 = 5;
/// How many come from one source in an hour, whatever its browsers say: a
/// library or an office has many people in it.
const MOST_OF_A_SOURCE: u64 = 20;
/// How many come in an hour from all together; what is more is a program.
const MOST_OF_ALL: u64 = 600;
/// How many letters to one address follow from this form in a day, whoever
/// asks, so that nobody can be buried in them …
const MOST_TO_ONE: u64 = 3;
/// … and how many to all addresses in an hour.
const MOST_LETTERS: u64 = 200;

/// Who asks, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// Stands for the browser.
    pub browser: String,
    /// Where the request comes from.
    pub source: String,
}

/// What someone who asked is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub reference: String,
    pub area: AreaId,
    /// The day by which someone will have been in touch.
    pub answer_by: Date,
    pub by_email: bool,
}

impl App {
    /// The framework of an area, for pages that need no case.
    pub async fn framework_of(&self, area: AreaId) -> Result<Arc<(u64, Framework)>, No> {
        let app = self.clone();
        let framework = self
            .db
            .read(move |tx| {
                if record::version(tx, Stream { kind: StreamKind::Area, id: area.0 })? == 0 {
                    return Err(No::Hidden);
                }
                Ok(app.framework(tx, area)?)
            })
            .await?;
        self.keep_framework(&framework);
        Ok(framework)
    }

    /// Takes in a request. It is counted for the browser, the source and all
    /// together, so that nobody floods the people who answer; and the letters
    /// that follow are counted for whoever gets them.
    pub async fn ask_for_contact(&self, id: EnquiryId, asked: Asked, by: Asker) -> Result<Receipt, No> {
        let framework = self.framework_of(asked.area).await?;
        let (app, now) = (self.clone(), self.clock.now());
        let counts = [
            (key("browser", &by.browser), MOST_AN_HOUR),
            (key("source", &by.source), MOST_OF_A_SOURCE),
            (key("all", ""), MOST_OF_ALL),
        ];
        self.db
            .write(move |tx| {
                let enquiry = load(tx, id)?;
                let by = working_days::after(dates::london(now), framework.1.contact_days);
                let events = enquiry::ask(&enquiry, id, asked.clone(), by)?;
                if !events.is_empty() {
                    for (key, most) in &counts {
                        if accounts::attempts_since(tx, key, ago(now, HOUR))? >= *most {
                            return Err(too_many(*most, framework.1.phone.as_str()).into());
                        }
                        accounts::add_attempt(tx, app.id(), key, now)?;
                    }
                    app.record_enquiry(tx, id, Author::Public, now, &events)?;
                }
                let enquiry = load(tx, id)?;
                let receipt = receipt(&enquiry).ok_or(No::Hidden)?;
                if !events.is_empty()
                    && let Some(to) = email_of(&enquiry)
                    && app.may_write_to(tx, &to, now)?
                {
                    let message = confirmation(MessageId(app.id()), to, &receipt, &framework.1, now);
                    mail::put(tx, &app, message)?;
                }
                Ok(receipt)
            })
            .await
    }

    /// Whether one more letter may go to an address because of this form, and
    /// counts it. Parts of an address that post offices pass over are passed
    /// over here too, as far as they are known.
    fn may_write_to(&self, tx: &mut Tx<'_>, to: &str, now: Timestamp) -> Result<bool, StoreError> {
        let Some(mailbox) = mailbox(to) else { return Ok(false) };
        let (address, all) = (key("letter", &mailbox), key("letters", ""));
        let to_one = accounts::attempts_since(tx, &address, ago(now, 24 * HOUR))?;
        let to_all = accounts::attempts_since(tx, &all, ago(now, HOUR))?;
        if to_one >= MOST_TO_ONE || to_all >= MOST_LETTERS {
            return Ok(false);
        }
        accounts::add_attempt(tx, self.id(), &address, now)?;
        accounts::add_attempt(tx, self.id(), &all, now)?;
        Ok(true)
    }

    /// The receipt of a request, for whoever has its address.
    pub async fn receipt(&self, id: EnquiryId) -> Result<Receipt, No> {
        self.db.read(move |tx| receipt(&load(tx, id)?).ok_or(No::Hidden)).await
    }

    /// A request, for those who answer requests in its area.
    pub async fn enquiry(&self, actor: &Actor, id: EnquiryId) -> Result<Enquiry, No> {
        let actor = actor.clone();
        self.db.read(move |tx| may_see(&actor, load(tx, id)?)).await
    }

    /// Does something with a request, as `decide` says.
    pub async fn on_enquiry(
        &self,
        actor: &Actor,
        id: EnquiryId,
        mut decide: impl FnMut(&Enquiry, Date) -> Result<Vec<Event>, Refusal> + Send + 'static,
    ) -> Result<(), No> {
        let (app, actor, now) = (self.clone(), actor.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let actor = people::as_now(tx, &actor)?;
                let enquiry = may_see(&actor, load(tx, id)?)?;
                let events = decide(&enquiry, dates::london(now))?;
                Ok(app.record_enquiry(tx, id, Author::Account(actor.account), now, &events)?)
            })
            .await
    }

    /// Adds events to a request and remakes its list rows.
    pub(crate) fn record_enquiry(
        &self,
        tx: &mut Tx<'_>,
        id: EnquiryId,
        by: Author,
        now: Timestamp,
        events: &[Event],
    ) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let stream = stream(id);
        let seen = record::version(tx, stream)?;
        record::append(tx, stream, seen, by, now, events)?;
        let folded = load(tx, id)?;
        store::lists::replace(tx, stream, &lists::of_enquiry(id, &folded)).map(drop)
    }
}

const HOUR: i64 = 60 * 60;

/// The key of a count: a hash, so that nobody reads addresses in that table.
fn key(kind: &str, of: &str) -> String {
    format!("enquiry {kind} {}", hex::encode(session::token_hash(of)))
}

/// Whose mailbox an address is, for counting alone: as names to sign in with
/// are compared, without what stands after a plus sign. Nothing is ever sent
/// to what this gives. None for what is no address.
fn mailbox(address: &str) -> Option<String> {
    let address = EmailAddress::parse(address).ok()?;
    let (name, host) = address.key().rsplit_once('@')?;
    Some(format!("{}@{host}", name.split('+').next().unwrap_or_default()))
}

fn too_many(most: u64, phone: &str) -> Refusal {
    let what = match most {
        MOST_AN_HOUR => {
            format!("You have sent {MOST_AN_HOUR} requests in the last hour, and we have them all")
        }
        _ => "Very many requests came in the last hour, so this one could not be sent".to_owned(),
    };
    let next = match most {
        MOST_AN_HOUR => format!("If there is more to say, call us on {phone}"),
        _ => format!("Try again in an hour, or call us on {phone}. What you typed is still here"),
    };
    Refusal::not_yet(what, next)
}

fn stream(id: EnquiryId) -> Stream {
    Stream { kind: StreamKind::Enquiry, id: id.0 }
}

pub(crate) fn load(tx: &mut Tx<'_>, id: EnquiryId) -> Result<Enquiry, StoreError> {
    Ok(Enquiry::fold(&record::load::<Event>(tx, stream(id))?))
}

/// Only those whom the policy lets answer requests of the area know of one.
pub(crate) fn may_see(actor: &Actor, enquiry: Enquiry) -> Result<Enquiry, No> {
    match &enquiry.made {
        Some(made) if actor.may_in(Action::AnswerEnquiries, made.area) => Ok(enquiry),
        _ => Err(No::Hidden),
    }
}

fn receipt(enquiry: &Enquiry) -> Option<Receipt> {
    let made = enquiry.made.as_ref()?;
    Some(Receipt {
        reference: made.reference.clone(),
        area: made.area,
        answer_by: made.answer_by,
        by_email: email_of(enquiry).is_some(),
    })
}

/// The address to confirm to, where they want email.
fn email_of(enquiry: &Enquiry) -> Option<String> {
    let preference = &enquiry.made.as_ref()?.preference;
    if !preference.by.contains(&ContactBy::Email) {
        return None;
    }
    let details = preference.details.as_ref()?.as_str();
    details.split([' ', ',', ';']).find(|word| word.contains('@')).map(str::to_owned)
}

fn confirmation(
    id: MessageId,
    to: String,
    receipt: &Receipt,
    framework: &Framework,
    now: Timestamp,
) -> outbox::Message {
    let body = format!(
        "You asked us to get in touch.\n\nYour reference is {}.\nWe will be in touch by {}.\n\n\
         You do not need to do anything. If you want to tell us something before then, call {} and say your reference.\n\n\
         If you did not ask us, you can ignore this email.\n\n{}\n",
        receipt.reference,
        dates::long(receipt.answer_by),
        framework.phone,
        framework.service_name,
    );
    outbox::Message {
        id,
        account: None,
        link: None,
        to_address: to,
        subject: "We have your request".into(),
        body,
        queued: now,
        attempts: 0,
        sent: None,
        failed: None,
        last_error: None,
    }
}
