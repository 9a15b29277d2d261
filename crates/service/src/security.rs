//! The writing down of security events.
//!
//! Whatever is done in a transaction is written in that transaction
//! ([`App::note`]): where it cannot be written it is not done, so nobody comes in
//! unlogged. What has none (refusals, wrong passphrases, waits) is counted
//! ([`App::count_event`]) and written by the worker.

mod told;

pub(crate) use told::{of_account, of_area, of_organisation};

use crate::happened::{Happened, Origin, Summed};
use crate::networks::around;
use crate::{App, Error, known_networks, lists};
use domain::case::Case;
use domain::security::Kind;
use domain::{Aggregate as _, Timestamp, dates};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::security::{self, SecurityEvent};
use store::{StoreError, Tx};
use uuid::Uuid;

/// How many rows are written in one transaction.
const PAGE: usize = 200;
/// How many logs are emptied in a day, so that it holds nobody up.
const LOGS_A_DAY: u32 = 50;

impl App {
    /// The same use cases, asked by somebody somewhere.
    #[must_use]
    pub fn asked_from(&self, origin: Origin) -> Self {
        let mut app = self.clone();
        app.origin = Some(Arc::new(origin));
        app
    }

    /// Writes down what is done in this transaction.
    pub(crate) fn note(&self, tx: &mut Tx<'_>, what: &Happened) -> Result<(), StoreError> {
        let now = self.clock.now();
        let origin = self.origin.as_deref();
        let network = origin.map(|origin| near(&origin.source)).unwrap_or_default();
        let network = self.under_key(tx, &network)?;
        let of = |text: fn(&Origin) -> &String| origin.map(|o| text(o).clone()).unwrap_or_default();
        let event = SecurityEvent {
            at: now,
            last_at: now,
            times: 1,
            network,
            reached: of(|origin| &origin.reached),
            browser: of(|origin| &origin.browser),
            reference: of(|origin| &origin.reference),
            ..plain(tx, what)?
        };
        security::add(tx, self.log_of(now), &[event])
    }

    /// Writes down something that has no transaction of its own, before it is
    /// answered. Where there is no space it is counted, and written later.
    pub async fn note_now(&self, what: Happened) -> Result<(), Error> {
        let (app, mine) = (self.clone(), what.clone());
        match self.db.write(move |tx| app.note(tx, &mine)).await {
            Err(StoreError::Full) => {
                tracing::error!(kind = what.kind.into_str(), "no space to write down a security event");
                self.count_event(what);
                Ok(())
            }
            other => Ok(other?),
        }
    }

    /// Counts something that happens as often as somebody wants; the worker
    /// writes it down. It waits for nothing.
    pub fn count_event(&self, what: Happened) {
        let origin = self.origin.as_deref();
        let network = origin.map(|origin| near(&origin.source)).unwrap_or_default();
        self.keeping.sums.add(what, origin, network, self.clock.now());
    }

    /// Writes down what was counted: what is due, or everything. What cannot be
    /// written is kept.
    pub async fn write_counted(&self, everything: bool) {
        let due = self.keeping.sums.due(self.clock.now(), everything);
        let mut failed = vec![];
        for page in due.chunks(PAGE) {
            let (app, rows) = (self.clone(), page.to_vec());
            if let Err(error) = self.db.write(move |tx| app.add_counted(tx, &rows)).await {
                tracing::error!(%error, "security events could not be written, and are kept");
                failed.extend_from_slice(page);
            }
        }
        self.keeping.sums.put_back(failed);
    }

    fn add_counted(&self, tx: &mut Tx<'_>, rows: &[Summed]) -> Result<(), StoreError> {
        let mut events = vec![];
        for row in rows {
            events.push(SecurityEvent {
                at: row.first,
                last_at: row.last,
                times: row.times,
                network: self.under_key(tx, row.network())?,
                reached: row.reached().to_owned(),
                browser: row.browser.clone(),
                reference: row.reference.clone(),
                ..plain(tx, row.what())?
            });
        }
        security::add(tx, self.log_of(self.clock.now()), &events)
    }

    /// Removes the events of days that are old enough, and writes down that it did.
    pub(crate) fn remove_old_events(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let (now, today) = (self.clock.now(), self.clock.today());
        let days = i32::try_from(self.settings.security_days).unwrap_or(i32::MAX);
        for (log, events) in security::older_than(tx, dates::days_after(today, -days), LOGS_A_DAY)? {
            security::remove(tx, log, today)?;
            let event = SecurityEvent {
                at: now,
                last_at: now,
                times: events,
                detail: log.day.to_string(),
                ..plain(tx, &Happened::new(Kind::LogRemoved))?
            };
            security::add(tx, self.log_of(now), &[event])?;
        }
        Ok(())
    }

    fn log_of(&self, now: Timestamp) -> security::Log {
        self.keeping.log(dates::london(now), || self.id())
    }

    /// A network under the key of this installation, as it is written down.
    fn under_key(&self, tx: &mut Tx<'_>, network: &str) -> Result<String, StoreError> {
        if network.is_empty() {
            return Ok(String::new());
        }
        let key = known_networks::key(tx)?;
        let _ = self.keeping.key.set(key.as_str().into());
        Ok(known_networks::named(&key, network))
    }

    /// The same for the log of the process; none before the key was read once.
    #[must_use]
    pub fn network_named(&self, source: &str) -> Option<String> {
        let key = self.keeping.key.get()?;
        Some(known_networks::named(key, &near(source))).filter(|_| !source.is_empty())
    }

    /// Reads the key under which networks are written down, and makes it where
    /// there is none.
    pub async fn read_networks_key(&self) -> Result<(), Error> {
        let key = self.db.write(known_networks::key).await?;
        let _ = self.keeping.key.set(key.as_str().into());
        Ok(())
    }
}

/// The network around a source, or the source itself.
fn near(source: &str) -> String {
    around(source).into_iter().next().map_or_else(|| source.to_owned(), |(_, network)| network)
}

/// The areas whose administrators and auditors read of it: the one that it
/// happened in, that of the case which was tried, whoever tried it, and those in
/// which the account that it is about has anything.
fn areas_of(tx: &mut Tx<'_>, what: &Happened) -> Result<Vec<Uuid>, StoreError> {
    let mut areas: BTreeSet<Uuid> = what.area.iter().map(|area| area.0).collect();
    if let (Some(about), true) = (what.about.or(what.account), areas.is_empty()) {
        for lists in [(lists::POSTS, lists::ORGANISATIONS), (lists::PLACES, lists::CASES)] {
            areas.extend(store::lists::areas_of_owner(tx, lists, about.0)?);
        }
    }
    if let Some(case) = what.case {
        let listed = store::lists::of_stream(tx, Case::stream_of(case))?;
        areas.extend(listed.into_iter().filter_map(|row| row.row.area));
    }
    Ok(areas.into_iter().collect())
}

/// An event without when and where.
fn plain(tx: &mut Tx<'_>, what: &Happened) -> Result<SecurityEvent, StoreError> {
    let about = what.about.or(what.account);
    let areas = areas_of(tx, what)?;
    Ok(SecurityEvent {
        at: Timestamp::UNIX_EPOCH,
        last_at: Timestamp::UNIX_EPOCH,
        times: 1,
        kind: what.kind,
        outcome: what.kind.outcome(),
        account: what.account,
        about,
        areas: security::areas_text(&areas),
        case: what.case,
        reached: String::new(),
        network: String::new(),
        browser: String::new(),
        reference: String::new(),
        detail: what.detail.to_owned(),
    })
}
