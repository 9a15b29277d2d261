//! Requests to be contacted: from anyone, and what staff do with them.

use crate::{App, No, lists, mail, session};
use domain::access::{Actor, Post};
use domain::case::circle::ContactBy;
use domain::enquiry::{self, Asked, Enquiry, Event};
use domain::framework::Framework;
use domain::{AreaId, Author, Date, EnquiryId, MessageId, Refusal, Timestamp, dates, working_days};
use std::sync::Arc;
use store::{StoreError, Stream, StreamKind, Tx, accounts, outbox, record};

/// How many requests one browser can send in an hour.
const MOST_AN_HOUR: u64 = 5;

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

    /// Takes in a request. `visit` stands for the browser, so that nobody
    /// floods the people who answer.
    pub async fn ask_for_contact(&self, id: EnquiryId, asked: Asked, visit: &str) -> Result<Receipt, No> {
        let framework = self.framework_of(asked.area).await?;
        let (app, now) = (self.clone(), self.clock.now());
        let key = format!("enquiry {}", hex::encode(session::token_hash(visit)));
        self.db
            .write(move |tx| {
                let enquiry = load(tx, id)?;
                let by = working_days::after(dates::london(now), framework.1.contact_days);
                let events = enquiry::ask(&enquiry, id, asked.clone(), by)?;
                if !events.is_empty() {
                    let hour_ago = Timestamp::from_second(now.as_second() - 3600).unwrap_or(now);
                    if accounts::attempts_since(tx, &key, hour_ago)? >= MOST_AN_HOUR {
                        return Err(Refusal::not_yet(
                            format!(
                                "You have sent {MOST_AN_HOUR} requests in the last hour, and we have them all"
                            ),
                            format!("If there is more to say, call us on {}", framework.1.phone),
                        )
                        .into());
                    }
                    accounts::add_attempt(tx, app.id(), &key, now)?;
                    app.record_enquiry(tx, id, Author::Public, now, &events)?;
                }
                let enquiry = load(tx, id)?;
                let receipt = receipt(&enquiry).ok_or(No::Hidden)?;
                if !events.is_empty()
                    && let Some(to) = email_of(&enquiry)
                {
                    let message = confirmation(MessageId(app.id()), to, &receipt, &framework.1, now);
                    mail::put(tx, &app, message)?;
                }
                Ok(receipt)
            })
            .await
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

fn stream(id: EnquiryId) -> Stream {
    Stream { kind: StreamKind::Enquiry, id: id.0 }
}

pub(crate) fn load(tx: &mut Tx<'_>, id: EnquiryId) -> Result<Enquiry, StoreError> {
    Ok(Enquiry::fold(&record::load::<Event>(tx, stream(id))?))
}

/// Only those who work with people in the area may know of a request.
pub(crate) fn may_see(actor: &Actor, enquiry: Enquiry) -> Result<Enquiry, No> {
    match &enquiry.made {
        Some(made) if actor.has_post(made.area, Post::Practitioner) => Ok(enquiry),
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
