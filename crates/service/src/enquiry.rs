//! Requests to be contacted: from anyone, and what staff do with them.

use crate::address::Address as _;
use crate::administer::rows_with;
use crate::app::adopted;
use crate::mail::Letter;
use crate::shown::List;
use crate::tally::{Crowd, Tally};
use crate::{App, Error, directory, lists, mail, stream};
use domain::access::{Actor, HeldPost, Kind, Post};
use domain::case::circle::ContactBy;
use domain::enquiry::{self, Asked, Enquiry, Event};
use domain::framework::Framework;
use domain::place::Place;
use domain::{
    AccountId, AreaId, Author, Date, EmailAddress, EnquiryId, MessageId, OrganisationId, Prose, Refusal,
    Timestamp, dates,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{StoreError, Tx, outbox};

/// How many requests one browser can send in an hour.
const MOST_AN_HOUR: u64 = 5;
/// How many come in an hour. A library or an office has many people in it; and
/// what many networks send together shuts out none that sends little.
const REQUESTS: Crowd = Crowd { name: "enquiries", of_source: 20, of_all: 600 };
/// How many letters to one address follow from this form in a day, whoever
/// asks, so that nobody can be buried in them …
const MOST_TO_ONE: u64 = 3;
/// … and how many to all addresses in an hour.
const LETTERS: Crowd = Crowd { name: "letters about enquiries", of_source: 20, of_all: 200 };

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
    /// They want to hear by email, and gave an address.
    pub wants_email: bool,
    /// A letter with the reference was put out to that address.
    pub by_email: bool,
    /// When something in it was put right last, if anything was.
    pub corrected: Option<Timestamp>,
}

/// A body of the NHS that can be asked, where there are several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedBody {
    pub area: AreaId,
    pub id: OrganisationId,
    pub name: String,
}

impl App {
    /// The framework of an area, for pages that need no case.
    pub async fn framework_of(&self, area: AreaId) -> Result<Arc<Framework>, Error> {
        let app = self.clone();
        let area = self
            .db
            .read(move |tx| {
                let area = app.area(tx, area)?;
                if area.version == 0 { Err(Error::Hidden) } else { Ok(area) }
            })
            .await?;
        self.keep_area(&area);
        Ok(adopted(&area)?)
    }

    /// Takes in a request, or what whoever asked puts right in it. It is counted
    /// for the browser, the source, the networks around it and all together, so
    /// that nobody floods the people who answer; and the letters that follow are
    /// counted for whoever gets them.
    pub async fn ask_for_contact(&self, id: EnquiryId, asked: Asked, from: Asker) -> Result<Receipt, Error> {
        let framework = self.framework_of(asked.area).await?;
        let (app, now) = (self.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let enquiry = load(tx, id)?;
                let by =
                    framework.bank_holidays.working_days_after(dates::london(now), framework.contact_days);
                let bodies: Vec<_> = asked_bodies(tx, asked.area)?.into_iter().map(|(id, _)| id).collect();
                // Where a request was sent from is counted, not kept: after a day, or in
                // another browser, what is put right is a request of its own.
                let sent_here = Tally::of_a_day(&["enquiry of a browser", &from.browser, &id.to_string()]);
                let is_theirs = sent_here.so_far(tx, now)? > 0;
                let events = enquiry::ask(&enquiry, id, asked.clone(), &bodies, by, is_theirs)?;
                if !events.is_empty() {
                    let phone = framework.phone.as_str();
                    let browser = Tally::of_an_hour(&["enquiries of a browser", &from.browser]);
                    if !browser.take(&app, tx, MOST_AN_HOUR, now)? {
                        return Err(too_many_of_theirs(phone).into());
                    }
                    if !REQUESTS.take(&app, tx, &from.source, now)? {
                        return Err(too_many(phone).into());
                    }
                    app.record_enquiry(tx, id, Author::Public, now, &events)?;
                    sent_here.add(&app, tx, now)?;
                }
                let enquiry = load(tx, id)?;
                let receipt = receipt(&enquiry).ok_or(Error::Hidden)?;
                if let (false, Some(to), Some(_)) = (events.is_empty(), enquiry.taken_on, receipt.corrected) {
                    mail::queue(tx, &app, &corrected(id, to), now)?;
                }
                let written = enquiry::write_receipt(&enquiry);
                if !events.is_empty()
                    && !written.is_empty()
                    && let Some(to) = email_of(&enquiry)
                    && app.may_write_to(tx, &to, &from.source, now)?
                {
                    let message = confirmation(MessageId(app.id()), to, &receipt, &framework, now);
                    mail::put(tx, &app, message)?;
                    app.record_enquiry(tx, id, Author::System, now, &written)?;
                    return Ok(Receipt { by_email: true, ..receipt });
                }
                Ok(receipt)
            })
            .await
    }

    /// Whether one more letter may go to an address because of this form, and
    /// counts it. Parts of an address that post offices pass over are passed
    /// over here too, as far as they are known.
    fn may_write_to(
        &self,
        tx: &mut Tx<'_>,
        to: &str,
        source: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(mailbox) = mailbox(to) else { return Ok(false) };
        let to_one = Tally::of_a_day(&["letter about an enquiry", &mailbox]);
        if to_one.so_far(tx, now)? >= MOST_TO_ONE || !LETTERS.take(self, tx, source, now)? {
            return Ok(false);
        }
        to_one.add(self, tx, now)?;
        Ok(true)
    }

    /// Those whom somebody can choose from who asks: the bodies of the NHS of each
    /// area that has several in which somebody answers.
    pub async fn whom_to_ask(&self) -> Result<Vec<AskedBody>, Error> {
        self.db
            .read(move |tx| {
                let mut found = vec![];
                for (area, _) in directory::areas(tx)? {
                    let bodies = asked_bodies(tx, area)?;
                    if bodies.len() > 1 {
                        found.extend(bodies.into_iter().map(|(id, name)| AskedBody { area, id, name }));
                    }
                }
                Ok(found)
            })
            .await
    }

    /// The receipt of a request, for whoever has its address.
    pub async fn receipt(&self, id: EnquiryId) -> Result<Receipt, Error> {
        self.db.read(move |tx| receipt(&load(tx, id)?).ok_or(Error::Hidden)).await
    }

    /// A request, for those who answer requests in its area.
    pub async fn enquiry(&self, actor: &Actor, id: EnquiryId) -> Result<Enquiry, Error> {
        let (reader, actor) = (actor.account, actor.clone());
        let found = self.db.read(move |tx| of_theirs(tx, &actor, id)).await?;
        self.shows(reader, List::Request, [id.0]).await?;
        Ok(found)
    }

    /// Takes a request on: whoever does so answers it.
    pub async fn take_on_enquiry(&self, actor: &Actor, id: EnquiryId) -> Result<(), Error> {
        let account = actor.account;
        self.on_enquiry(actor, id, move |e, _| enquiry::take_on(e, account)).await
    }

    /// Notes that somebody tried to reach whoever asked, and whether they did.
    pub async fn note_contact(
        &self,
        actor: &Actor,
        id: EnquiryId,
        on: Date,
        by: ContactBy,
        reached: bool,
        words: Option<Prose>,
    ) -> Result<(), Error> {
        let note = move |e: &Enquiry, today| enquiry::note_contact(e, on, by, reached, words.clone(), today);
        self.on_enquiry(actor, id, note).await
    }

    /// Closes a request from which no case comes.
    pub async fn close_enquiry(&self, actor: &Actor, id: EnquiryId, why: Prose) -> Result<(), Error> {
        self.on_enquiry(actor, id, move |e, _| enquiry::close(e, why.clone())).await
    }

    /// Does something with a request, as `decide` says.
    async fn on_enquiry(
        &self,
        actor: &Actor,
        id: EnquiryId,
        mut decide: impl FnMut(&Enquiry, Date) -> Result<Vec<Event>, Refusal> + Send + 'static,
    ) -> Result<(), Error> {
        let (app, actor, now) = (self.clone(), actor.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let actor = directory::as_now(&app, tx, &actor)?;
                let enquiry = of_theirs(tx, &actor, id)?;
                let at = |enquiry: &Enquiry, at| decide(enquiry, dates::london(at));
                let events = stream::decided(tx, &enquiry, now, at)?;
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
        let before = load(tx, id)?;
        self.append(tx, &before, by, now, events).map(drop)
    }
}

/// Whose mailbox an address is, for counting alone: as names to sign in with
/// are compared, without what stands after a plus sign. Nothing is ever sent
/// to what this gives. None for what is no address.
fn mailbox(address: &str) -> Option<String> {
    let address = EmailAddress::parse(address).ok()?;
    let (name, host) = address.key().rsplit_once('@')?;
    Some(format!("{}@{host}", name.split('+').next().unwrap_or_default()))
}

fn too_many_of_theirs(phone: &str) -> Refusal {
    Refusal::not_yet(
        format!("You have sent {MOST_AN_HOUR} requests in the last hour, and we have them all"),
        format!("If there is more to say, call us on {phone}"),
    )
}

fn too_many(phone: &str) -> Refusal {
    Refusal::not_yet(
        "Very many requests came from near you in the last hour, so this one could not be sent",
        format!("Try again in an hour, or call us on {phone}. What you typed is still here"),
    )
}

pub(crate) fn load(tx: &mut Tx<'_>, id: EnquiryId) -> Result<Enquiry, StoreError> {
    stream::load(tx, id)
}

/// The bodies of the NHS in an area that can be asked, by name: those in which
/// somebody answers.
fn asked_bodies(tx: &mut Tx<'_>, area: AreaId) -> Result<Vec<(OrganisationId, String)>, StoreError> {
    let answering = Answering::of(tx, area, None)?;
    let all = directory::organisations(tx, area)?.into_iter();
    let all = all.filter(|(id, _, kind)| *kind == Kind::NhsBody && answering.bodies.contains(id));
    Ok(all.map(|(id, name, _)| (id, name)).collect())
}

/// The bodies of an area in which somebody answers requests to be contacted.
pub(crate) struct Answering {
    bodies: BTreeSet<OrganisationId>,
}

impl Answering {
    /// As it is, or as it is without one who leaves.
    pub(crate) fn of(tx: &mut Tx<'_>, area: AreaId, without: Option<AccountId>) -> Result<Self, StoreError> {
        let mut bodies = BTreeSet::new();
        for row in rows_with(tx, lists::POSTS, area, Some(Post::Practitioner.into_str()))? {
            let post = directory::body::<HeldPost>(&row)?;
            let body = post.organisation;
            let owner = row.row.owner.map(AccountId).filter(|account| Some(*account) != without);
            let Some(account) = owner else { continue };
            if !bodies.contains(&body)
                && post.answers_request(Some(body))
                && !directory::is_closed(tx, account)?
            {
                bodies.insert(body);
            }
        }
        Ok(Self { bodies })
    }

    /// Whom a request waits for (none: every body of the NHS there). The body that
    /// was asked, while anybody works there; after that whoever there is, so that
    /// nobody who asked waits for an empty chair.
    pub(crate) fn whom(&self, sent_to: Option<OrganisationId>) -> Option<OrganisationId> {
        sent_to.filter(|body| self.bodies.contains(body))
    }

    /// Whether nobody at all answers.
    pub(crate) fn is_nobody(&self) -> bool {
        self.bodies.is_empty()
    }

    /// The bodies of the NHS in the area in which nobody answers.
    pub(crate) fn empty_chairs(
        &self,
        tx: &mut Tx<'_>,
        area: AreaId,
    ) -> Result<Vec<OrganisationId>, StoreError> {
        let all = directory::organisations(tx, area)?.into_iter().map(|(id, ..)| id);
        Ok(all.filter(|id| !self.bodies.contains(id)).collect())
    }
}

/// A request that somebody answers.
pub(crate) fn of_theirs(tx: &mut Tx<'_>, actor: &Actor, id: EnquiryId) -> Result<Enquiry, Error> {
    let enquiry = load(tx, id)?;
    may_see(tx, actor, enquiry)
}

/// Only those whom the policy lets answer it know of a request.
fn may_see(tx: &mut Tx<'_>, actor: &Actor, enquiry: Enquiry) -> Result<Enquiry, Error> {
    let Some(made) = &enquiry.made else { return Err(Error::Hidden) };
    // Looked up only where it matters: most ask for what was sent to their own.
    if actor.answers_request(made.area, enquiry.sent_to) {
        return Ok(enquiry);
    }
    let sent_to = Answering::of(tx, made.area, None)?.whom(enquiry.sent_to);
    if actor.answers_request(made.area, sent_to) { Ok(enquiry) } else { Err(Error::Hidden) }
}

fn receipt(enquiry: &Enquiry) -> Option<Receipt> {
    let made = enquiry.made.as_ref()?;
    Some(Receipt {
        reference: made.reference.clone(),
        area: made.area,
        answer_by: made.answer_by,
        wants_email: email_of(enquiry).is_some(),
        by_email: enquiry.receipt_written,
        corrected: enquiry.earlier.last().map(|earlier| earlier.until),
    })
}

/// Tells whoever took a request on that it says something else now.
fn corrected(id: EnquiryId, to: AccountId) -> Letter {
    Letter {
        to,
        subject: "A request that you took on was put right".into(),
        body: format!(
            "Somebody who asked to be contacted has sent their request again, with something put right.\n\n\
             Sign in to see it: {}\n",
            Place::Enquiry(id).in_letter()
        ),
    }
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
