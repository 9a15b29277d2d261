//! Somebody asks for a copy of everything: asked for, put together in the
//! background, looked through where something was said in confidence, fetched.

use super::copy::Copy;
use super::left_out::Gives;
use crate::mail::Letter;
use crate::signoff::with_role;
use crate::stream::load;
use crate::{App, Effects, Error, OpenCase, directory, news};
use domain::access::{Action, Actor};
use domain::case::circle::{self, Matter};
use domain::case::history::{Description, describe};
use domain::case::rights::{self, Found, Made};
use domain::case::{self, Case, CaseRole, Voice};
use domain::place::{CasePage, Place};
use domain::{
    AccountId, Aggregate, Author, CaseId, CopyId, Date, Prose, Recorded, Refusal, RequestId, Timestamp, dates,
};
use std::sync::Arc;
use store::jobs::Job;
use store::{StoreError, Tx, copies, jobs, record};

/// The job that puts a copy together.
pub(crate) const MAKE: &str = "make-copy";

/// A copy that a job has put together, and for which request it is.
pub(crate) struct Prepared {
    case: CaseId,
    request: RequestId,
    id: CopyId,
    copy: Copy,
    left_out: u64,
    too_large: u64,
}

/// Something that was said in confidence, as it is shown to whoever decides.
#[derive(Clone, Debug)]
pub struct Passage {
    pub found: Found,
    pub at: Timestamp,
    pub by_name: String,
    /// Whether anybody can still decide about it.
    pub can_be_decided: bool,
    /// What it says; none where this reader may not read it.
    pub said: Option<Description>,
}

/// What was said in confidence up to a place in the record.
struct SoFar {
    events: Vec<Recorded<case::Event>>,
    version: u64,
}

/// A copy that was fetched.
#[derive(Clone, Debug)]
pub struct Fetched {
    pub bytes: Vec<u8>,
    pub reference: String,
    pub made: Date,
}

impl App {
    /// Asks for a copy of everything. `request` comes with the form, so that what
    /// is sent twice is asked for once.
    pub async fn ask_for_copy(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        voice: Voice,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        // All that ever happened is read before the one writer is asked for.
        let so_far = self.read_in_confidence(id).await?;
        self.act(actor, id, Action::AskForCopy, move |open| {
            let passages = found(&app, open.tx, open.case, &so_far)?;
            let to_look_at = !passages.is_empty();
            let events = rights::ask(open.case, open.framework, request, voice, passages, open.today)?;
            if !events.is_empty() {
                app.queue_making(open.tx, open.case, request)?;
            }
            let mail = app.told_of_copy(open, &events, "A copy of the record was asked for")?;
            let mut decided = Effects { events, mail, ..Effects::default() };
            if to_look_at && !decided.events.is_empty() {
                decided.mail.extend(to_those_who_look(open.case));
            }
            Ok(decided)
        })
        .await
    }

    /// Queues the making of a copy of a case, as it is after what is decided now.
    pub(super) fn queue_making(
        &self,
        tx: &mut Tx<'_>,
        case: &Case,
        request: RequestId,
    ) -> Result<(), StoreError> {
        let body = serde_json::to_string(&(case.id, request)).expect("our own values can be written as JSON");
        let key = format!("copy {request} {}", case.version);
        jobs::enqueue(tx, &Job::new(self.id(), MAKE, body, self.clock.now()).once(key))?;
        Ok(())
    }

    async fn read_in_confidence(&self, id: CaseId) -> Result<SoFar, Error> {
        let app = self.clone();
        self.read(move |tx| {
            let case = app.case(tx, id)?;
            let mut events: Vec<Recorded<case::Event>> = record::load(tx, case.stream())?;
            let version = events.last().map_or(0, |event| event.seq);
            events.retain(|event| case::in_confidence::of(&case, event).is_some());
            Ok(SoFar { events, version })
        })
        .await
    }

    /// What was said in confidence, for whoever decides whether it is given.
    pub async fn passages(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
    ) -> Result<(crate::Seen, Vec<Passage>), Error> {
        let (app, who) = (self.clone(), actor.clone());
        self.see_with(actor, id, Action::LookThrough, "in-confidence", move |tx, seen| {
            let case = &seen.case;
            let Some(request) = case.rights.get(request) else { return Err(Error::Hidden) };
            let numbers = request.open().map(|passage| passage.found.seq);
            let events: Vec<Recorded<case::Event>> = record::load_some(tx, case.stream(), numbers)?;
            let mut passages = vec![];
            for passage in request.open() {
                let found = passage.found;
                let event = events.iter().find(|event| event.seq == found.seq);
                let Some(event) = event else { continue };
                let can_be_decided = can_be_decided(&app, tx, case, found)?;
                let may_read = rights::may_decide_on(case, found, &who);
                let said = may_read.then(|| describe(case, seen.framework(), event));
                let by_name = directory::author_name(tx, found.by)?;
                passages.push(Passage { found, at: event.at, by_name, can_be_decided, said });
            }
            Ok(passages)
        })
        .await
    }

    /// Decides whether something that was said in confidence is given. When
    /// nothing is left to look at, the copy is made again with what is.
    pub async fn decide_on_passage(
        &self,
        actor: &Actor,
        id: CaseId,
        (request, seq): (RequestId, u64),
        (give, why): (bool, Prose),
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, id, Action::LookThrough, move |open| {
            let decision = (give, why.clone());
            let events = rights::decide_on(open.case, request, seq, decision, open.actor)?;
            let is_last = open.case.rights.get(request).is_some_and(|one| one.open().count() == 1);
            if is_last && !events.is_empty() {
                app.queue_making(open.tx, open.case, request)?;
            }
            Ok(events.into())
        })
        .await
    }

    /// Gives a copy to whoever may have it, writes down that they fetched it, and
    /// tells everyone on the person's side, themselves too.
    pub async fn fetch_copy(&self, actor: &Actor, id: CaseId, request: RequestId) -> Result<Fetched, Error> {
        let today = self.clock.today();
        let (seen, (made, bytes)) = self
            .see_with(actor, id, Action::FetchCopy, "copy", move |tx, seen| {
                let request = seen.case.rights.get(request).ok_or(Error::Hidden)?;
                let Some(made) = request.ready(today) else {
                    return Err(rights::gone(&seen.case, today).into());
                };
                let mut sha256 = [0; 32];
                let is_sum = hex::decode_to_slice(&made.sha256, &mut sha256).is_ok();
                let kept = if is_sum { copies::get(tx, id, made.copy, sha256)? } else { None };
                Ok((made.clone(), kept.ok_or_else(|| rights::gone(&seen.case, today))?))
            })
            .await?;
        let (copy, app) = (made.copy, self.clone());
        self.act(actor, id, Action::FetchCopy, move |open| {
            let events = rights::fetch(open.case, request, copy, open.actor.account, open.now)?;
            let told = if events.is_empty() { vec![] } else { app.who_see_copies(open, None)? };
            let mail = told.into_iter().map(|to| was_fetched(open.case, to, open.now)).collect();
            Ok(Effects { events, mail, ..Effects::default() })
        })
        .await?;
        let reference = seen.case.offer.opened.as_ref().map_or_else(String::new, |o| o.reference.clone());
        Ok(Fetched { bytes, reference, made: dates::london(self.clock.now()) })
    }

    /// Lets the clock of a request stand still, and says why.
    pub async fn pause_time(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        let told = ("We need to know something for your copy", "We need to know something for your request");
        self.change_time(actor, id, (request, told), move |open| {
            rights::pause(open.case, request, why.clone(), open.actor, open.today)
        })
        .await
    }

    /// Lets it go on.
    pub async fn resume_time(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
    ) -> Result<Arc<Case>, Error> {
        let told = ("We go on with your copy", "We go on with your request");
        self.change_time(actor, id, (request, told), move |open| {
            rights::resume(open.case, open.framework, request, open.actor, open.today)
        })
        .await
    }

    /// Takes longer, and says why.
    pub async fn extend_time(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        (due, why): (Date, Prose),
    ) -> Result<Arc<Case>, Error> {
        let told = ("Your copy takes longer", "Your answer takes longer");
        self.change_time(actor, id, (request, told), move |open| {
            let put_off = (due, why.clone());
            rights::extend(open.case, open.framework, request, put_off, open.actor, open.today)
        })
        .await
    }

    /// `told` is what the letter is about: for a copy, and for another request.
    async fn change_time(
        &self,
        actor: &Actor,
        id: CaseId,
        (request, told): (RequestId, (&'static str, &'static str)),
        mut decide: impl FnMut(&OpenCase<'_, '_>) -> Result<Vec<case::Event>, Refusal> + Send + 'static,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, id, Action::KeepTheTime, move |open| {
            let events = decide(open)?;
            let mail = match open.case.rights.asked(request) {
                Some(_) => app.told_of_request(open, request, &events, (told.1, false))?,
                None => app.told_of_copy(open, &events, told.0)?,
            };
            Ok(Effects { events, mail, ..Effects::default() })
        })
        .await
    }

    /// The letters about a copy, to those on the person's side who may see which
    /// copies were asked for, but whoever did it.
    fn told_of_copy(
        &self,
        open: &mut OpenCase<'_, '_>,
        events: &[case::Event],
        subject: &str,
    ) -> Result<Vec<Letter>, Error> {
        if events.is_empty() {
            return Ok(vec![]);
        }
        let told = self.who_see_copies(open, Some(open.actor.account))?.into_iter();
        Ok(told.map(|to| news::letter(open.case, to, subject, CasePage::Everything)).collect())
    }

    fn who_see_copies(
        &self,
        open: &mut OpenCase<'_, '_>,
        but: Option<AccountId>,
    ) -> Result<Vec<AccountId>, Error> {
        let mut told = vec![];
        for account in open.case.circle.told_on_their_side(but) {
            let actor = directory::actor(self, open.tx, account, false, open.today)?;
            if actor.is_some_and(|actor| actor.may(Action::SeeCopies, open.case)) {
                told.push(account);
            }
        }
        Ok(told)
    }
}

// ---- in the background

impl App {
    /// Puts the copy together that a job is about, from one snapshot and away from
    /// the database. None where it is there already.
    pub(crate) async fn prepare_copy(&self, body: &str) -> Result<Option<Prepared>, Error> {
        let corrupt =
            |_| StoreError::Corrupt { table: "jobs".into(), column: "body".into(), id: MAKE.into() };
        let (id, request): (CaseId, RequestId) = serde_json::from_str(body).map_err(corrupt)?;
        let app = self.clone();
        let gathered = self
            .db
            .read(move |tx| {
                let case = app.case(tx, id)?;
                let Some(asked) = case.rights.get(request).filter(|asked| asked.is_being_made()) else {
                    return Ok(None);
                };
                Ok::<_, Error>(Some(app.gather(tx, &case, Gives::DecidedFor(asked))?))
            })
            .await?;
        let Some(gathered) = gathered else { return Ok(None) };
        let left_out = u64::try_from(gathered.all.left_out.len()).unwrap_or(u64::MAX);
        let too_large = gathered.all.files.iter().filter(|file| file.path.is_none()).count();
        let too_large = u64::try_from(too_large).unwrap_or(u64::MAX);
        let copy = self.put_together(gathered, &id.to_string()).await?;
        Ok(Some(Prepared { case: id, request, id: CopyId(self.id()), copy, left_out, too_large }))
    }

    /// Keeps a copy, in the transaction in which its job is done.
    pub(crate) fn keep_copy(&self, tx: &mut Tx<'_>, prepared: &Prepared) -> Result<(), Error> {
        let Prepared { case: id, request, id: copy, copy: made, left_out, too_large } = prepared;
        let case = Arc::new(load::<Case>(tx, *id)?);
        let (now, today) = (self.clock.now(), self.clock.today());
        let until = dates::days_after(today, self.settings.copies_kept_days);
        let event = Made {
            copy: *copy,
            size: u64::try_from(made.bytes.len()).unwrap_or(u64::MAX),
            sha256: hex::encode(made.sha256),
            version: made.version,
            until,
            left_out: *left_out,
            too_large: *too_large,
            lacks_paper: made.lacks_paper,
        };
        let events = rights::make(&case, *request, event)?;
        if events.is_empty() {
            return Ok(());
        }
        let bytes = made.bytes.clone();
        copies::keep(tx, &copies::Kept { id: *copy, case: *id, request: *request, until, bytes })?;
        let told = case.circle.told_on_their_side(None).into_iter();
        let may_fetch = |to: &AccountId| {
            let voice = case.circle.voice_of(*to);
            voice.is_some_and(|voice| circle::may_decide(&case, voice, Matter::Sharing))
        };
        let mail = told
            .filter(may_fetch)
            .map(|to| news::letter(&case, to, "Your copy is ready", CasePage::Everything))
            .collect();
        self.commit(tx, &case, Author::System, now, &Effects { events, mail, ..Effects::default() })?;
        Ok(())
    }
}

/// What was said in confidence and somebody can decide about, for a request:
/// what was read before, and what happened since.
fn found(app: &App, tx: &mut Tx<'_>, case: &Case, so_far: &SoFar) -> Result<Vec<Found>, StoreError> {
    let since: Vec<Recorded<case::Event>> = record::load_after(tx, case.stream(), so_far.version)?;
    let mut all = vec![];
    for event in so_far.events.iter().chain(&since) {
        let Some(what) = case::in_confidence::of(case, event) else { continue };
        let found = Found { seq: event.seq, what, by: event.by };
        if can_be_decided(app, tx, case, found)? {
            all.push(found);
        }
    }
    Ok(all)
}

/// Whether anybody can decide about a passage, with the posts that they have now.
pub(super) fn can_be_decided(
    app: &App,
    tx: &mut Tx<'_>,
    case: &Case,
    found: Found,
) -> Result<bool, StoreError> {
    let writer = rights::only_by(found);
    let writer = writer.map(|account| directory::by_posts(app, tx, account)).transpose()?.flatten();
    Ok(rights::can_be_decided(case, found, writer.as_ref()))
}

// ---- letters

/// To those who look at what was said in confidence.
pub(super) fn to_those_who_look(case: &Case) -> Vec<Letter> {
    let mut to: Vec<AccountId> =
        with_role(case, CaseRole::CareCoordinator).chain(with_role(case, CaseRole::Clinician)).collect();
    to.sort_unstable();
    to.dedup();
    let subject = "Something waits for you to look at";
    to.into_iter().map(|to| news::letter(case, to, subject, CasePage::Everything)).collect()
}

/// To everyone on the person's side: it was fetched, and what to do if they do
/// not know by whom.
fn was_fetched(case: &Case, to: AccountId, now: Timestamp) -> Letter {
    use crate::address::Address as _;
    let (page, us) = (CasePage::Everything.of(case.id).in_letter(), Place::Contact.in_letter());
    Letter {
        to,
        subject: "A copy was fetched".into(),
        body: format!(
            "A copy of everything in a personal health budget was fetched on {}.\n\n\
             If it was you, there is nothing to do.\n\n\
             If you do not know who it was: sign in, and look who fetched it: {page}\n\
             Then tell the people who run this service: {us}\n",
            dates::moment(now)
        ),
    }
}
