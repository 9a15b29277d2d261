//! Somebody asks for a copy of everything: asked for, put together in the
//! background, looked through where something was said in confidence, fetched.

use super::copy::{Copy, in_confidence};
use crate::mail::Letter;
use crate::signoff::with_role;
use crate::stream::load;
use crate::{App, Effects, Error, OpenCase, directory, news};
use domain::access::{Action, Actor};
use domain::case::circle::{self, Matter};
use domain::case::confidence::Confidence;
use domain::case::history::{Description, describe};
use domain::case::rights::{self, Found, Made, Request};
use domain::case::{self, Case, CaseRole, Voice};
use domain::place::CasePage;
use domain::{
    AccountId, Aggregate, Author, CaseId, CopyId, Date, Prose, Recorded, Refusal, RequestId, Timestamp, dates,
};
use formats::everything::LeftOut;
use std::collections::BTreeMap;
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
}

/// Something that was said in confidence, as it is shown to whoever decides.
#[derive(Clone, Debug)]
pub struct Passage {
    pub found: Found,
    pub at: Timestamp,
    pub by_name: String,
    /// What it says; none where this reader may not read it.
    pub said: Option<Description>,
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
        self.act(actor, id, Action::AskForCopy, move |open| {
            let passages = found(open.tx, open.case)?;
            let to_look_at = !passages.is_empty();
            let events = rights::ask(open.case, open.framework, request, voice, passages, open.today)?;
            if !events.is_empty() {
                app.queue_making(open, id, request)?;
            }
            let mut decided = Effects::from(events).told_to_their_side(
                open.case,
                open.actor.account,
                "A copy of the record was asked for",
                &CasePage::Everything,
            );
            if to_look_at && !decided.events.is_empty() {
                decided.mail.extend(to_those_who_look(open.case));
            }
            Ok(decided)
        })
        .await
    }

    fn queue_making(
        &self,
        open: &mut OpenCase<'_, '_>,
        case: CaseId,
        request: RequestId,
    ) -> Result<(), Error> {
        let body = serde_json::to_string(&(case, request)).expect("our own values can be written as JSON");
        let key = format!("copy {request} {}", open.case.version);
        jobs::enqueue(open.tx, &Job::new(self.id(), MAKE, body, open.now).once(key))?;
        Ok(())
    }

    /// What was said in confidence, for whoever decides whether it is given.
    pub async fn passages(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
    ) -> Result<(crate::Seen, Vec<Passage>), Error> {
        let who = actor.clone();
        self.see_with(actor, id, Action::LookThrough, "in-confidence", move |tx, seen| {
            let case = &seen.case;
            let Some(request) = case.rights.get(request) else { return Err(Error::Hidden) };
            let events: Vec<Recorded<case::Event>> = record::load(tx, case.stream())?;
            let mut passages = vec![];
            for passage in request.open() {
                let found = passage.found;
                let event = events.iter().find(|event| event.seq == found.seq);
                let Some(event) = event else { continue };
                let may_read = rights::may_decide_on(case, found, &who);
                let said = may_read.then(|| describe(case, seen.framework(), event));
                let by_name = directory::author_name(tx, found.by)?;
                passages.push(Passage { found, at: event.at, by_name, said });
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
                app.queue_making(open, id, request)?;
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
                let Some(made) = request.ready(today) else { return Err(no_more().into()) };
                let mut sha256 = [0; 32];
                let is_sum = hex::decode_to_slice(&made.sha256, &mut sha256).is_ok();
                let kept = if is_sum { copies::get(tx, id, made.copy, sha256)? } else { None };
                Ok((made.clone(), kept.ok_or_else(no_more)?))
            })
            .await?;
        let copy = made.copy;
        self.act(actor, id, Action::FetchCopy, move |open| {
            let events = rights::fetch(open.case, request, copy, open.actor.account, open.now)?;
            let told = open.case.circle.told_on_their_side(None).into_iter().filter(|_| !events.is_empty());
            let mail = told.map(|to| was_fetched(open.case, to, open.now)).collect();
            Ok(Effects { events, mail, ..Effects::default() })
        })
        .await?;
        let reference = seen.case.offer.opened.as_ref().map_or_else(String::new, |o| o.reference.clone());
        Ok(Fetched { bytes, reference, made: dates::london(self.clock.now()) })
    }

    /// Lets the clock of a request stand still, and says why.
    pub async fn pause_copy(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        self.change_time(actor, id, "We need to know something for your copy", move |open| {
            rights::pause(open.case, request, why.clone())
        })
        .await
    }

    /// Lets it go on.
    pub async fn resume_copy(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
    ) -> Result<Arc<Case>, Error> {
        self.change_time(actor, id, "We go on with your copy", move |open| {
            rights::resume(open.case, request, open.today)
        })
        .await
    }

    /// Takes longer, and says why.
    pub async fn extend_copy(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        (due, why): (Date, Prose),
    ) -> Result<Arc<Case>, Error> {
        self.change_time(actor, id, "Your copy takes longer", move |open| {
            rights::extend(open.case, open.framework, request, (due, why.clone()), open.today)
        })
        .await
    }

    async fn change_time(
        &self,
        actor: &Actor,
        id: CaseId,
        subject: &'static str,
        mut decide: impl FnMut(&OpenCase<'_, '_>) -> Result<Vec<case::Event>, Refusal> + Send + 'static,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::KeepTheTime, move |open| {
            let decided = Effects::from(decide(open)?);
            Ok(decided.told_to_their_side(open.case, open.actor.account, subject, &CasePage::Everything))
        })
        .await
    }
}

fn no_more() -> Refusal {
    Refusal::not_yet("The copy is not here any more", "Ask for a new one")
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
                let left_out = left_out(tx, &case, asked)?;
                let gathered = app.gather(tx, &case, &left_out)?;
                Ok::<_, Error>(Some((gathered, left_out.len())))
            })
            .await?;
        let Some((gathered, left_out)) = gathered else { return Ok(None) };
        let copy = self.put_together(gathered, &id.to_string()).await?;
        let left_out = u64::try_from(left_out).unwrap_or(u64::MAX);
        Ok(Some(Prepared { case: id, request, id: CopyId(self.id()), copy, left_out }))
    }

    /// Keeps a copy, in the transaction in which its job is done.
    pub(crate) fn keep_copy(&self, tx: &mut Tx<'_>, prepared: &Prepared) -> Result<(), Error> {
        let Prepared { case: id, request, id: copy, copy: made, left_out } = prepared;
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

/// What was said in confidence so far, for a request.
fn found(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<Found>, StoreError> {
    let events: Vec<Recorded<case::Event>> = record::load(tx, case.stream())?;
    let of = |event: &Recorded<case::Event>| {
        let what = case::confidence::of(case, event)?;
        Some(Found { seq: event.seq, what, by: event.by })
    };
    let all = events.iter().filter_map(of);
    Ok(all.filter(|found| rights::can_be_decided(case, *found)).collect())
}

/// What is left out of a copy: what nobody has decided to give.
fn left_out(tx: &mut Tx<'_>, case: &Case, asked: &Request) -> Result<BTreeMap<u64, LeftOut>, StoreError> {
    let found = in_confidence(tx, case)?;
    Ok(found.into_iter().filter_map(|(seq, what)| Some((seq, why_left_out(asked, seq, what)?))).collect())
}

fn why_left_out(asked: &Request, seq: u64, what: Confidence) -> Option<LeftOut> {
    let out = |why: String, looked_at_by| Some(LeftOut { seq, why, looked_at_by });
    match asked.passage(seq) {
        None => out(format!("{}. It was written after you asked", what.words()), None),
        Some(passage) => match &passage.decided {
            None => out(what.words().to_owned(), asked.look_by),
            Some(decided) if decided.give => None,
            Some(decided) => out(format!("{}. {}", what.words(), decided.why), None),
        },
    }
}

// ---- letters

/// To those who look at what was said in confidence.
fn to_those_who_look(case: &Case) -> Vec<Letter> {
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
    let page = CasePage::Everything.of(case.id).path();
    Letter {
        to,
        subject: "A copy was fetched".into(),
        body: format!(
            "A copy of everything in a personal health budget was fetched on {}.\n\n\
             If it was you, there is nothing to do.\n\n\
             If you do not know who it was: sign in, and look who fetched it: {{site}}{page}\n\
             Then tell the people who run this service: {{site}}/contact\n",
            dates::moment(now)
        ),
    }
}
