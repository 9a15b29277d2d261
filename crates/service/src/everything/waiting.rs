//! What was said in confidence and waits for somebody to look at it. Before the day
//! by which they do, they are reminded once. What somebody noted for themselves
//! alone and nobody else may read does not wait for longer than that.

use super::request::{can_be_decided, to_those_who_look};
use crate::stream::load;
use crate::{App, Effects, Error, directory};
use domain::case::Case;
use domain::case::circle::ContactBy;
use domain::case::rights::{self, Found, Request};
use domain::{AccountId, Author, CaseId, Date, RequestId, dates};
use std::sync::Arc;
use store::jobs::{self, Job};
use store::{StoreError, Tx};

/// The job that looks once a day at what waits in a case.
pub(crate) const TEND: &str = "tend-copies";
/// The job that reminds those who look.
pub(crate) const REMIND_LOOK: &str = "remind-look";

/// Those who look are reminded so many days before the day.
const REMIND_DAYS: i32 = 3;

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("our own values can be written as JSON")
}

fn read<T: serde::de::DeserializeOwned>(body: &str, kind: &str) -> Result<T, StoreError> {
    let corrupt = |_| StoreError::Corrupt { table: "jobs".into(), column: "body".into(), id: kind.into() };
    serde_json::from_str(body).map_err(corrupt)
}

impl App {
    /// Queues it for a case, once on a day.
    pub(crate) fn queue_tending(&self, tx: &mut Tx<'_>, case: CaseId, today: Date) -> Result<(), StoreError> {
        let job = Job::new(self.id(), TEND, json(&case), self.clock.now());
        jobs::enqueue(tx, &job.once(format!("{TEND} {case} {today}"))).map(drop)
    }

    /// Lets what only its writer could decide about stay out, where they did not or
    /// cannot any more, and has those reminded who look at the rest.
    pub(crate) fn tend_copies(&self, tx: &mut Tx<'_>, body: &str) -> Result<(), Error> {
        let id: CaseId = read(body, TEND)?;
        let requests: Vec<RequestId> =
            load::<Case>(tx, id)?.rights.requests.iter().map(|request| request.id).collect();
        for request in requests {
            let case = Arc::new(load::<Case>(tx, id)?);
            let case = self.leave_to_writers(tx, case, request)?;
            let today = self.clock.today();
            if case.rights.is_newest(request) && case.rights.get(request).is_some_and(|r| is_near(r, today)) {
                let job = Job::new(self.id(), REMIND_LOOK, json(&(id, request)), self.clock.now());
                jobs::enqueue(tx, &job.once(format!("{REMIND_LOOK} {request}")))?;
            }
        }
        Ok(())
    }

    fn leave_to_writers(
        &self,
        tx: &mut Tx<'_>,
        case: Arc<Case>,
        request: RequestId,
    ) -> Result<Arc<Case>, Error> {
        let mut cannot: Vec<Found> = vec![];
        for passage in case.rights.get(request).into_iter().flat_map(Request::open) {
            if !can_be_decided(self, tx, &case, passage.found)? {
                cannot.push(passage.found);
            }
        }
        let (now, today) = (self.clock.now(), self.clock.today());
        let events = rights::leave_to_writers(&case, request, today, |found| cannot.contains(&found))?;
        if events.is_empty() {
            return Ok(case);
        }
        let after = self.commit(tx, &case, Author::System, now, &Effects::from(events))?;
        if after.rights.get(request).is_some_and(Request::is_being_made) {
            self.queue_making(tx, &after, request)?;
        }
        Ok(after)
    }

    /// Writes to those who can decide about something that still waits.
    pub(crate) fn remind_look(&self, tx: &mut Tx<'_>, body: &str) -> Result<(), Error> {
        let (id, request): (CaseId, RequestId) = read(body, REMIND_LOOK)?;
        let case = self.case(tx, id)?;
        let Some(request) = case.rights.get(request).filter(|request| request.time.paused.is_none()) else {
            return Ok(());
        };
        let day = request.look_by.map(dates::long).unwrap_or_default();
        for mut letter in to_those_who_look(&case) {
            let voice = case.circle.voice_of(letter.to);
            let reads_letters = voice.is_none_or(|voice| case.circle.may_contact(voice, ContactBy::Email));
            if !reads_letters || !self.can_decide_one(tx, &case, request, letter.to)? {
                continue;
            }
            letter.subject = "Something still waits for you to look at".to_owned();
            letter.body = format!(
                "Somebody asked for a copy of everything in a personal health budget. Something in it was said \
                 in confidence, and waits for you to look at it by {day}.\n\n{}\
                 We do not remind you of it again.\n",
                letter.body
            );
            self.write_of(tx, &case, &letter, self.clock.now())?;
        }
        Ok(())
    }

    fn can_decide_one(
        &self,
        tx: &mut Tx<'_>,
        case: &Case,
        request: &Request,
        account: AccountId,
    ) -> Result<bool, StoreError> {
        let actor = directory::by_posts(self, tx, account)?;
        let may = |found| actor.as_ref().is_some_and(|actor| rights::may_decide_on(case, found, actor));
        Ok(request.open().any(|passage| may(passage.found)))
    }
}

/// Whether the day by which somebody looks is near, and something waits for it.
fn is_near(request: &Request, today: Date) -> bool {
    let near = |day: Date| dates::days_after(day, -REMIND_DAYS) <= today && today <= day;
    request.look_by.is_some_and(near) && request.open().next().is_some()
}
