//! What the owner of a local framework changes: the method, the limit, the
//! clocks, the words and the kinds of spending.
//!
//! The rows of an area's cases depend on its framework. A change queues a job,
//! in the same transaction, that makes them right page by page.

use crate::administer::{must, must_now};
use crate::app::adopted;
use crate::stream::Projected;
use crate::{App, Error, directory};
use domain::access::{Action, Actor};
use domain::area::Area;
use domain::framework::{self, Amendment, Event, Framework};
use domain::{Aggregate, AreaId, Author, CaseId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::jobs::{self, Job};
use store::{StoreError, StreamKind, Tx, record};
use uuid::Uuid;

/// The kind of the job that makes rows right.
pub(crate) const REMAKE: &str = "remake-rows";
/// How many cases are looked at in one transaction.
const A_PAGE: u32 = 50;

/// A page of cases whose rows are to be made right: those after `after`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Remaking {
    area: AreaId,
    after: Option<Uuid>,
}

/// Something that happened to a local framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub at: Timestamp,
    pub who: String,
    pub what: String,
}

impl App {
    /// The local framework of the area.
    pub async fn area_framework(&self, actor: &Actor, area: AreaId) -> Result<Arc<Framework>, Error> {
        must(actor, Action::SeeOffice, area)?;
        let app = self.clone();
        self.db.read(move |tx| Ok(app.framework(tx, area)?)).await
    }

    /// What happened to the local framework, newest first.
    pub async fn framework_history(&self, actor: &Actor, area: AreaId) -> Result<Vec<Told>, Error> {
        must(actor, Action::SeeOffice, area)?;
        self.db
            .read(move |tx| {
                let events = record::load::<Event>(tx, Area::stream_of(area))?;
                let (mut told, mut before) = (Vec::with_capacity(events.len()), Area::new(area));
                for recorded in &events {
                    let what = framework::tell(before.framework.as_deref(), &recorded.event);
                    let who = directory::author_name(tx, recorded.by)?;
                    told.push(Told { at: recorded.at, who, what });
                    before.apply(recorded);
                }
                told.reverse();
                Ok(told)
            })
            .await
    }

    /// The framework for its owner, and its version, which what they change is
    /// based on.
    pub async fn framework_to_amend(
        &self,
        actor: &Actor,
        area: AreaId,
    ) -> Result<(Arc<Framework>, u64), Error> {
        must(actor, Action::ChangeFramework, area)?;
        let app = self.clone();
        self.db
            .read(move |tx| {
                let now = app.area(tx, area)?;
                Ok((adopted(&now)?, now.version))
            })
            .await
    }

    /// Whether a change would be taken, without making it: what its owner is
    /// shown before they say that they are sure.
    pub async fn try_amendment(
        &self,
        actor: &Actor,
        area: AreaId,
        amendment: Amendment,
    ) -> Result<(), Error> {
        let (now, _) = self.framework_to_amend(actor, area).await?;
        Ok(framework::amend(&now, amendment, &[]).map(drop)?)
    }

    /// Changes a part of the framework, for somebody who had its version
    /// `based_on` before them. Decisions that were made keep what they were made
    /// under.
    pub async fn amend_framework(
        &self,
        actor: &Actor,
        area: AreaId,
        amendment: Amendment,
        based_on: u64,
    ) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let by = Author::Account(must_now(&app, tx, &actor, Action::ChangeFramework, area)?.account);
                let before = app.area(tx, area)?;
                let since = record::load_after::<Event>(tx, before.stream(), based_on)?;
                let since: Vec<Event> = since.into_iter().map(|recorded| recorded.event).collect();
                let events = framework::amend(&*adopted(&before)?, amendment.clone(), &since)?;
                if events.is_empty() {
                    return Ok(());
                }
                app.append(tx, &*before, by, app.clock.now(), &events)?;
                Ok(app.queue_remaking(tx, Remaking { area, after: None })?)
            })
            .await
    }

    fn queue_remaking(&self, tx: &mut Tx<'_>, page: Remaking) -> Result<(), StoreError> {
        let body = serde_json::to_string(&page).expect("our own values can be written as JSON");
        jobs::enqueue(tx, &Job::new(self.id(), REMAKE, body, self.clock.now())).map(drop)
    }

    /// Makes the rows of a page of cases right, and queues the next page.
    pub(crate) fn remake_rows(&self, tx: &mut Tx<'_>, body: &str) -> Result<(), Error> {
        let corrupt =
            |_| StoreError::Corrupt { table: "jobs".into(), column: "body".into(), id: REMAKE.into() };
        let page: Remaking = serde_json::from_str(body).map_err(corrupt)?;
        let framework = self.framework(tx, page.area)?;
        let found = record::all_streams(tx, StreamKind::Case, page.after, A_PAGE)?;
        for (id, _) in &found {
            let case = match self.case(tx, CaseId(*id)) {
                // One that cannot be read, which `verify` names, does not keep
                // the others from being right.
                Err(why @ StoreError::Corrupt { .. }) => {
                    tracing::error!(case = %id, error = %why, "rows of a case could not be made right");
                    continue;
                }
                read => read?,
            };
            if case.area() == Some(page.area) {
                store::lists::replace(tx, case.stream(), &case.rows(Some(&framework)))?;
            }
        }
        if let Some((last, _)) = found.last() {
            self.queue_remaking(tx, Remaking { after: Some(*last), ..page })?;
        }
        Ok(())
    }
}
