//! How long records are kept: what has been kept long enough, and what is held
//! whatever its age. By number alone: the office does not open a case for it.

mod again;
mod destroy;
pub use destroy::{Disposed, Listed as ListedDisposal, Shown, ToDestroy, WasThere};

use crate::administer::{must, must_now};
use crate::shown::List;
use crate::stream::load;
use crate::{App, Effects, Error, lists};
use domain::access::{Action, Actor};
use domain::case::{Case, rights};
use domain::framework::Retention;
use domain::{AreaId, Author, CaseId, Date, EnquiryId, HoldId, Prose, Refusal, dates};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::lists::{Cursor, Filter, Listed, by_area, count_by_area};
use store::{StoreError, Tx};

/// A hold that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub id: HoldId,
    /// In no list: it is read from the case when it is shown.
    #[serde(skip)]
    pub why: String,
    pub since: Date,
}

/// Until when a case is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub case: CaseId,
    pub reference: String,
    /// The day of the last thing that happened in it.
    pub last: Date,
    /// The last day on which it is kept, where that can be said.
    pub until: Option<Date>,
    /// Whether something that was asked about it waits for an answer.
    pub is_something_asked: bool,
    pub holds: Vec<Held>,
}

/// A request to be contacted that led to no case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRequest {
    pub request: EnquiryId,
    pub reference: String,
    pub last: Date,
}

/// What has been kept long enough in an area, and what is held: a page of each,
/// the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FallsDue {
    pub cases: Vec<Kept>,
    pub requests: Vec<KeptRequest>,
    pub held: Vec<Kept>,
    /// Whose use is restricted, which keeps them too.
    pub restricted: Vec<Kept>,
    /// Of whom nobody can say how long they are kept, since it is not known when
    /// somebody was born.
    pub not_known: Vec<Kept>,
    /// All of which is to be erased, as was granted.
    pub erased: Vec<Kept>,
    /// How many there are in all, of each.
    pub all: [u64; 6],
    /// Where each goes on.
    pub more: [Option<Cursor>; 6],
}

/// Which of the lists goes on, and from where; its place in [`FallsDue::more`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Cases,
    Requests,
    Held,
    Restricted,
    NotKnown,
    Erased,
}

/// How many rows of each are shown at once.
pub const A_PAGE: u32 = 25;

impl App {
    /// What has been kept long enough in an area, and what is held. `after` is
    /// where one of the lists goes on.
    pub async fn falls_due(
        &self,
        actor: &Actor,
        area: AreaId,
        after: Option<(Which, Cursor)>,
    ) -> Result<FallsDue, Error> {
        must(actor, Action::SeeFallsDue, area)?;
        let (app, today) = (self.clone(), self.clock.today());
        let found = self
            .db
            .read(move |tx| {
                let rules = app.framework(tx, area)?.retention.clone();
                read(tx, area, (&rules, today), after.as_ref())
            })
            .await?;
        let cases = found.cases.iter().chain(&found.held).chain(&found.restricted);
        let cases = cases.chain(&found.not_known).chain(&found.erased);
        let cases = cases.map(|kept| kept.case.0);
        let shown = cases.chain(found.requests.iter().map(|kept| kept.request.0));
        self.shows(actor.account, List::Kept, shown.collect::<Vec<_>>()).await?;
        Ok(found)
    }

    /// Holds the record with this number. The id comes with the form.
    pub async fn hold_record(
        &self,
        actor: &Actor,
        area: AreaId,
        (reference, id, why): (String, HoldId, Prose),
    ) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let actor = must_now(&app, tx, &actor, Action::HoldRecords, area)?;
                let no = || Refusal::invalid("reference", "No record of this area has this number");
                let case = with_number(tx, area, &reference)?.ok_or_else(no)?;
                app.change_hold(tx, &actor, case, |case| rights::put_hold(case, id, why.clone()))
            })
            .await
    }

    /// Ends a hold.
    pub async fn end_hold(
        &self,
        actor: &Actor,
        area: AreaId,
        (id, hold, why): (CaseId, HoldId, Prose),
    ) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let actor = must_now(&app, tx, &actor, Action::HoldRecords, area)?;
                let case = load::<Case>(tx, id)?;
                let is_here = case.area() == Some(area) && case.rights.hold(hold).is_some();
                if !is_here {
                    return Err(Error::Hidden);
                }
                app.change_hold(tx, &actor, case, |case| rights::end_hold(case, hold, why.clone()))
            })
            .await
    }

    /// A hold that stands, for whoever may end it.
    pub async fn standing_hold(
        &self,
        actor: &Actor,
        area: AreaId,
        (id, hold): (CaseId, HoldId),
    ) -> Result<(String, Held), Error> {
        must(actor, Action::HoldRecords, area)?;
        self.db
            .read(move |tx| {
                let case = load::<Case>(tx, id)?;
                let reference = case.offer.opened.as_ref().filter(|opened| opened.area == area);
                let found = reference.zip(case.rights.hold(hold));
                let (opened, hold) = found.ok_or(Error::Hidden)?;
                let held = Held { id: hold.id, why: hold.why.to_string(), since: dates::london(hold.at) };
                Ok((opened.reference.clone(), held))
            })
            .await
    }

    fn change_hold(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        case: Case,
        decide: impl FnOnce(&Case) -> Result<Vec<domain::case::Event>, Refusal>,
    ) -> Result<(), Error> {
        let decided = Effects::from(decide(&case)?);
        let by = Author::Account(actor.account);
        self.commit(tx, &Arc::new(case), by, self.clock.now(), &decided).map(drop)
    }
}

fn read(
    tx: &mut Tx<'_>,
    area: AreaId,
    (rules, today): (&Retention, Date),
    after: Option<&(Which, Cursor)>,
) -> Result<FallsDue, Error> {
    let from = |which: Which| after.filter(|(of, _)| *of == which).map(|(_, place)| place.clone());
    let of = |state: Option<&str>, due: Option<Date>, which: Which| Filter {
        state: state.map(str::to_owned),
        due_on_or_before: due,
        after: from(which),
        limit: A_PAGE + 1,
        ..Filter::default()
    };
    let yesterday = dates::days_after(today, -1);
    let cases = of(Some(lists::FREE), Some(yesterday), Which::Cases);
    let requests = of(None, Some(rules.last_of_requests(today)), Which::Requests);
    let held = of(Some(lists::HELD), None, Which::Held);
    let restricted = of(Some(lists::RESTRICTED), None, Which::Restricted);
    let not_known = of(Some(lists::NOT_KNOWN), None, Which::NotKnown);
    let erased = of(Some(lists::ERASED), None, Which::Erased);
    let mut found = FallsDue::default();
    found.all[Which::Requests as usize] = count_by_area(tx, lists::KEPT_REQUESTS, area.0, &requests)?;
    (found.requests, found.more[Which::Requests as usize]) =
        page(by_area(tx, lists::KEPT_REQUESTS, area.0, &requests)?)?;
    let mut of_cases = |which: Which, filter: &Filter| {
        found.all[which as usize] = count_by_area(tx, lists::KEPT, area.0, filter)?;
        let (rows, more) = page(by_area(tx, lists::KEPT, area.0, filter)?)?;
        found.more[which as usize] = more;
        Ok::<Vec<Kept>, StoreError>(rows)
    };
    let (cases, restricted) = (of_cases(Which::Cases, &cases)?, of_cases(Which::Restricted, &restricted)?);
    let (mut held, not_known) = (of_cases(Which::Held, &held)?, of_cases(Which::NotKnown, &not_known)?);
    let erased = of_cases(Which::Erased, &erased)?;
    held.iter_mut().try_for_each(|kept| say_why(tx, kept))?;
    Ok(FallsDue { cases, held, restricted, not_known, erased, ..found })
}

/// Why each hold on a case stands, which no list says.
fn say_why(tx: &mut Tx<'_>, kept: &mut Kept) -> Result<(), StoreError> {
    let case = load::<Case>(tx, kept.case)?;
    for held in &mut kept.holds {
        held.why = case.rights.hold(held.id).map_or_else(String::new, |hold| hold.why.to_string());
    }
    Ok(())
}

/// The rows of a page, and where the next begins.
fn page<T: DeserializeOwned>(mut rows: Vec<Listed>) -> Result<(Vec<T>, Option<Cursor>), StoreError> {
    let is_cut = rows.len() > A_PAGE as usize;
    rows.truncate(A_PAGE as usize);
    let more = rows.last().filter(|_| is_cut).map(Listed::place);
    let read = rows.iter().map(crate::directory::body::<T>).collect::<Result<_, _>>()?;
    Ok((read, more))
}

/// The case with a number, of those of an area.
fn with_number(tx: &mut Tx<'_>, area: AreaId, reference: &str) -> Result<Option<Case>, StoreError> {
    let text = Some(reference.to_owned());
    let rows = by_area(tx, lists::KEPT, area.0, &Filter { text, ..Filter::default() })?;
    for row in &rows {
        let kept: Kept = crate::directory::body(row)?;
        if kept.reference.eq_ignore_ascii_case(reference.trim()) {
            return load::<Case>(tx, kept.case).map(Some);
        }
    }
    Ok(None)
}
