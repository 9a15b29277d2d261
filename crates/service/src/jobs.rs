//! What goes on in the background: letters are sent, once a day reminders are
//! queued for what is due, every hour the record and the ledger are sealed, and
//! rows are made right after a framework changed.

use crate::address::Address as _;
use crate::circle::{Second, asked_about};
use crate::everything::request::{MAKE, Prepared};
use crate::everything::waiting::{REMIND_LOOK, TEND};
use crate::mail::{Carrier, Letter};
use crate::signoff::{family, with_role};
use crate::{App, Error, account, directory, framework, lists};
use domain::case::CaseRole;
use domain::case::circle::ContactBy;
use domain::case::lists::CaseRow;
use domain::place::CasePage;
use domain::{AccountId, AreaId, CaseId, Date, Timestamp, dates};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::jobs::{self, AfterFailure, Job};
use store::lists::{Cursor, Filter};
use store::{StoreError, Tx, accounts, outbox};
use tokio::sync::watch;

/// How often the worker looks for something to do.
const LOOK_EVERY: Duration = Duration::from_secs(2);
const LEASE_SECONDS: u32 = 5 * 60;
const MOST_TRIES: u32 = 5;
/// A review is spoken of this many days before it is due.
const REMIND_DAYS: i32 = 28;
/// What is looked at for a copy is due within so many days, holidays among them.
const LOOK_DAYS: i32 = 28;

/// A letter that nobody carried for so many days is given up.
const LETTERS_WAIT_DAYS: i64 = 90;
/// A letter that was given up is emptied after so many days.
const LETTERS_KEPT_DAYS: i64 = 30;

/// The job that reminds those who can confirm something in a circle.
const REMIND_SECOND: &str = "remind-second";

/// What a reminder is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Reminder {
    case: CaseId,
    due: Date,
    overdue: bool,
}

impl App {
    /// Works in the background until it is told to stop, while no other server
    /// of this database does. What it is doing then is finished first, and what
    /// was written last is sealed.
    pub async fn work_behind(self, carrier: Option<Carrier>, mut stop: watch::Receiver<bool>) {
        let (mut seal_next, mut tidy_next) = (self.clock.now(), self.clock.now());
        let next = || self.clock.now().saturating_add(self.settings.seal_every).unwrap_or(Timestamp::MAX);
        while !*stop.borrow() {
            let is_runner = self.work_once(carrier.as_ref()).await.unwrap_or_else(|no| {
                tracing::error!(error = %no, "background work could not be done");
                // A seal too many does no harm.
                true
            });
            self.write_counted(false).await;
            if is_runner && self.clock.now() >= seal_next {
                if let Err(error) = self.end_what_ran_out().await {
                    tracing::error!(%error, "sessions that ran out could not be written down");
                }
                self.seal().await;
                if let Err(error) = self.write_disposals().await {
                    tracing::error!(%error, "the list of what was destroyed could not be written");
                }
                seal_next = next();
            }
            if self.clock.now() >= tidy_next {
                self.rates.tidy();
                tidy_next = next();
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                changed = stop.changed() => if changed.is_err() { break },
            }
        }
        self.write_counted(true).await;
        self.seal().await;
        self.stop_running().await;
    }

    /// Seals what moved since the last seal. Each seal is told to the log,
    /// since a log that is kept elsewhere is out of a forger's reach.
    async fn seal(&self) {
        match store::seal::seal(&self.db, self.clock.now()).await {
            Ok(None) => {}
            Ok(Some(seal)) => tracing::info!(%seal, "sealed"),
            Err(why) => tracing::error!(error = %why, "the record could not be sealed"),
        }
    }

    /// Does what waits to be done now, if that is this server's to do; whether
    /// it is.
    pub async fn work_once(&self, carrier: Option<&Carrier>) -> Result<bool, Error> {
        if !self.is_runner().await? {
            return Ok(false);
        }
        let (id, now, today) = (self.id(), self.clock.now(), self.clock.today());
        let daily = Job::new(id, "daily", "{}", now).once(format!("daily {today}"));
        let known =
            self.db.read(move |tx| Ok::<_, Error>(jobs::has_key(tx, &format!("daily {today}"))?)).await?;
        if !known {
            self.db.write(move |tx| Ok::<_, Error>(jobs::enqueue(tx, &daily)?)).await?;
        }
        while self.do_next_job().await? {
            if !self.is_runner().await? {
                return Ok(false);
            }
        }
        if let Some(carrier) = carrier {
            while self.send_some(carrier).await? {
                if !self.is_runner().await? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Sends letters while this server is the one that does, so many that jobs
    /// never wait for long where the mail server does not answer; whether any went.
    async fn send_some(&self, carrier: &Carrier) -> Result<bool, Error> {
        let mut any = false;
        for _ in 0..20 {
            match self.send_next(carrier).await? {
                Some(went) => any |= went,
                None => break,
            }
            if !self.is_runner().await? {
                break;
            }
        }
        Ok(any)
    }

    /// Does the next job that is due; `false` if there is none.
    async fn do_next_job(&self) -> Result<bool, Error> {
        let now = self.clock.now();
        let claimed = self.db.write(move |tx| Ok::<_, Error>(jobs::claim(tx, now, LEASE_SECONDS)?)).await?;
        let Some(job) = claimed else { return Ok(false) };
        match self.do_claimed(job.clone()).await {
            Ok(()) => {}
            // What it was about is destroyed meanwhile, and there is nothing left to do.
            Err(Error::Hidden) => self.end_quietly(job).await?,
            Err(no) => self.try_again_later(job, &no).await?,
        }
        Ok(true)
    }

    async fn end_quietly(&self, job: Job) -> Result<(), Error> {
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                if jobs::is_claimed(tx, &job)? {
                    jobs::finish(tx, job.id, now)?;
                }
                Ok::<_, Error>(())
            })
            .await
    }

    async fn try_again_later(&self, job: Job, no: &Error) -> Result<(), Error> {
        let now = self.clock.now();
        tracing::error!(job = %job.id, kind = job.kind, tries = job.attempts, error = %no, "a job failed");
        // A copy of everything that is owed to somebody is tried until it goes.
        let then = if job.attempts >= MOST_TRIES && job.kind != MAKE {
            AfterFailure::GiveUp(now)
        } else {
            AfterFailure::RetryAt(dates::later(now, 60 << job.attempts.min(10)))
        };
        let why = no.to_string();
        self.db.write(move |tx| Ok::<_, Error>(jobs::fail(tx, &job, &why, then)?)).await
    }

    /// Does a job. What it does and that it is done are one transaction, so that
    /// it is done once; what takes long is prepared before that.
    async fn do_claimed(&self, job: Job) -> Result<(), Error> {
        let prepared = if job.kind == MAKE { self.prepare_copy(&job.body).await? } else { None };
        let app = self.clone();
        self.db
            .write(move |tx| {
                if !jobs::is_claimed(tx, &job)? {
                    return Ok(());
                }
                app.do_job(tx, &job, prepared.as_ref())?;
                Ok::<_, Error>(jobs::finish(tx, job.id, app.clock.now())?)
            })
            .await
    }

    fn do_job(&self, tx: &mut Tx<'_>, job: &Job, prepared: Option<&Prepared>) -> Result<(), Error> {
        match job.kind.as_str() {
            // None: it was there already.
            MAKE => prepared.map_or(Ok(()), |prepared| self.keep_copy(tx, prepared)),
            "daily" => self.daily(tx),
            "remind" => self.remind(tx, &job.body),
            REMIND_SECOND => self.remind_second(tx, &job.body),
            TEND => self.tend_copies(tx, &job.body),
            REMIND_LOOK => self.remind_look(tx, &job.body),
            account::RECOVER => self.send_recovery(tx, &job.body),
            framework::REMAKE => self.remake_rows(tx, &job.body),
            other => Err(StoreError::Corrupt {
                table: "jobs".into(),
                column: "kind".into(),
                id: format!("{} ({other})", job.id),
            }
            .into()),
        }
    }

    /// Once a day: a reminder for each review that is due within four weeks
    /// or overdue, each queued once, what leavers gave alone asked about, and old
    /// sign-in rows thrown away.
    fn daily(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (now, today) = (self.clock.now(), self.clock.today());
        for (area, _) in directory::areas(tx)? {
            for (case, due) in due_by(tx, area, CasePage::Reviews, dates::days_after(today, REMIND_DAYS))? {
                let reminder = Reminder { case, due, overdue: due < today };
                let body = serde_json::to_string(&reminder).expect("our own values can be written as JSON");
                let when = if reminder.overdue { "overdue" } else { "soon" };
                let job =
                    Job::new(self.id(), "remind", body, now).once(format!("review {case} {due} {when}"));
                jobs::enqueue(tx, &job)?;
            }
            for (case, _) in due_by(tx, area, CasePage::Everything, dates::days_after(today, LOOK_DAYS))? {
                self.queue_tending(tx, case, today)?;
            }
        }
        let days_ago = |days: i64| dates::ago(now, days * 24 * 60 * 60);
        self.ask_about_what_leavers_gave(tx)?;
        self.queue_reminders_of_seconds(tx)?;
        accounts::prune(tx, days_ago(2))?;
        jobs::prune(tx, days_ago(800))?;
        self.remove_old_events(tx)?;
        store::stored::prune(tx, dates::days_after(today, -2))?;
        store::copies::prune(tx, today)?;
        // The letters of the demonstration are there to be read, and lie in its past.
        if !self.settings.demo {
            let why = "nobody carried it for three months";
            outbox::prune(tx, days_ago(LETTERS_WAIT_DAYS), days_ago(LETTERS_KEPT_DAYS), now, why)?;
        }
        Ok(())
    }

    /// Tells those who arrange a review, and those it is for.
    fn remind(&self, tx: &mut Tx<'_>, body: &str) -> Result<(), Error> {
        let corrupt =
            |_| StoreError::Corrupt { table: "jobs".into(), column: "body".into(), id: "a reminder".into() };
        let reminder: Reminder = serde_json::from_str(body).map_err(corrupt)?;
        let case = self.case(tx, reminder.case)?;
        let coordinators = with_role(&case, CaseRole::CareCoordinator);
        let mut accounts: Vec<AccountId> = coordinators.chain(family(&case)).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let day = dates::long(reminder.due);
        let page = CasePage::Reviews.of(reminder.case).in_letter();
        let words = if reminder.overdue { "was due by" } else { "is due by" };
        for to in accounts {
            let letter = Letter {
                to,
                subject: "A review of a personal health budget".into(),
                body: format!(
                    "A review of a personal health budget {words} {day}.\n\n\
                     Sign in to see it: {page}\n"
                ),
            };
            self.write_of(tx, &case, &letter, self.clock.now())?;
        }
        Ok(())
    }
}

impl App {
    /// A reminder, once, of each thing in a circle that has waited some days
    /// for a second one.
    fn queue_reminders_of_seconds(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (now, today) = (self.clock.now(), self.clock.today());
        for (area, _) in directory::areas(tx)? {
            let mut after: Option<Cursor> = None;
            loop {
                let filter = Filter { due_on_or_before: Some(today), after, limit: 500, ..Filter::default() };
                let rows = store::lists::by_area(tx, lists::SECONDS, area.0, &filter)?;
                for row in &rows {
                    let (case, what) = (CaseId(row.stream.id), directory::body::<Second>(row)?);
                    let body =
                        serde_json::to_string(&(case, what)).expect("our own values can be written as JSON");
                    let key = format!("second {body} {}", row.row.sort.clone().unwrap_or_default());
                    jobs::enqueue(tx, &Job::new(self.id(), REMIND_SECOND, body, now).once(key))?;
                }
                match rows.last() {
                    Some(last) if rows.len() == 500 => after = Some(last.place()),
                    _ => break,
                }
            }
        }
        Ok(())
    }

    /// Writes to those who can confirm it, if it still waits.
    fn remind_second(&self, tx: &mut Tx<'_>, body: &str) -> Result<(), Error> {
        let corrupt =
            |_| StoreError::Corrupt { table: "jobs".into(), column: "body".into(), id: REMIND_SECOND.into() };
        let (id, what): (CaseId, Second) = serde_json::from_str(body).map_err(corrupt)?;
        let case = self.case(tx, id)?;
        let page = CasePage::People.of(id).in_letter();
        let reads_letters = |to: &AccountId| {
            let voice = case.circle.voice_of(*to);
            voice.is_none_or(|voice| case.circle.may_contact(voice, ContactBy::Email))
        };
        for to in asked_about(tx, &case, what)?.into_iter().filter(reads_letters) {
            let letter = Letter {
                to,
                subject: "Something still waits for you to confirm".into(),
                body: format!(
                    "In a personal health budget something has waited for some days until somebody confirms it, \
                     or says no. You can.\n\nSign in to see it: {page}\n\n\
                     We do not remind you of it again.\n"
                ),
            };
            self.write_of(tx, &case, &letter, self.clock.now())?;
        }
        Ok(())
    }
}

/// The cases of an area in which something that is done on a page is due by a day:
/// the first thing, and when.
fn due_by(
    tx: &mut Tx<'_>,
    area: AreaId,
    page: CasePage,
    by: Date,
) -> Result<Vec<(CaseId, Date)>, StoreError> {
    let mut found = vec![];
    let mut after: Option<Cursor> = None;
    loop {
        let filter = Filter { due_on_or_before: Some(by), after, limit: 500, ..Filter::default() };
        let rows = store::lists::by_area(tx, lists::CASES, area.0, &filter)?;
        for row in &rows {
            let row: CaseRow = directory::body(row)?;
            // Of several turns about it, such as a review that was asked for, the one
            // whose day comes first.
            let of_page = row.turns.iter().filter(|t| t.page == page);
            let first = of_page.filter_map(|t| t.due).min();
            found.extend(first.filter(|due| *due <= by).map(|due| (row.case, due)));
        }
        match rows.last() {
            Some(last) if rows.len() == 500 => after = Some(last.place()),
            _ => return Ok(found),
        }
    }
}
