//! The one way to read a stream, to add to it, and to make its rows again.
//!
//! Every use case that writes events does it by [`App::append`], so none can
//! leave the lists behind.

use crate::app::Cache;
use crate::happened::Happened;
use crate::lists::OF_CASE;
use crate::{App, Error};
use domain::area::Area;
use domain::done::was_this_act;
use domain::framework::Framework;
use domain::{Aggregate, AreaId, Author, CaseId, Refusal, Stream, Timestamp, Why, of_kind};
use std::sync::Arc;
use store::lists::{ListRow, Listed};
use store::{StoreError, Tx, record};
use uuid::Uuid;

/// What the database keeps beside the events of a stream, made from them
/// alone, so that it can be thrown away and made again.
pub(crate) trait Projected: Aggregate {
    /// The area whose framework the rows depend on too, where they do.
    fn ruled_by(&self) -> Option<AreaId> {
        None
    }

    /// The stream's rows in all lists; none where there is nothing to list.
    /// The framework is that of the area it is ruled by.
    fn rows(&self, framework: Option<&Framework>) -> Vec<ListRow>;

    /// What an event that was added is among the security events, if it is one.
    fn in_security_log(&self, _: Author, _: &Self::Event) -> Option<Happened> {
        None
    }

    /// Keeps what else follows from one event that was added.
    fn note(&self, _: &mut Tx<'_>, _: &Self::Event) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The rows of any stream, from its events alone.
pub(crate) fn rows_again(tx: &mut Tx<'_>, stream: Stream) -> Result<Vec<ListRow>, StoreError> {
    of_kind!(stream.kind, A => rows_of::<A>(tx, stream.id))
}

fn rows_of<A: Projected>(tx: &mut Tx<'_>, id: Uuid) -> Result<Vec<ListRow>, StoreError> {
    let state = load::<A>(tx, id.into())?;
    let framework = match state.ruled_by() {
        // One that cannot be ruled by anything is in no list.
        Some(area) => match load::<Area>(tx, area)?.framework {
            None => return Ok(vec![]),
            framework => framework,
        },
        None => None,
    };
    Ok(all_rows(&state, framework.as_deref()))
}

/// The rows that a stream gives, and the one by which the case that it belongs
/// to finds it.
fn all_rows<A: Projected>(state: &A, framework: Option<&Framework>) -> Vec<ListRow> {
    let in_case = state.belongs_to().map(|case| ListRow {
        list: OF_CASE.into(),
        owner: Some(case.0),
        state: Some(A::KIND.into_str().into()),
        ..ListRow::default()
    });
    in_case.into_iter().chain(state.rows(framework)).collect()
}

/// The streams that belong to a case. A list says which they may be, and each
/// says itself whether it does, so that a row of a list opens no other's.
pub(crate) fn streams_in(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<Stream>, StoreError> {
    let mut streams = vec![];
    for Listed { stream, .. } in store::lists::by_owner(tx, OF_CASE, case.0)? {
        if of_kind!(stream.kind, A => load::<A>(tx, stream.id.into())?.belongs_to()) == Some(case) {
            streams.push(stream);
        }
    }
    Ok(streams)
}

/// The one of a kind that belongs to a case, the first where there are several.
pub(crate) fn in_case<A: Aggregate>(tx: &mut Tx<'_>, case: CaseId) -> Result<Option<A>, StoreError> {
    let found = streams_in(tx, case)?.into_iter().find(|stream| stream.kind == A::KIND);
    found.map(|stream| load(tx, stream.id.into())).transpose()
}

/// A stream as its events add up to; as new if there is none.
pub(crate) fn load<A: Aggregate>(tx: &mut Tx<'_>, id: A::Id) -> Result<A, StoreError> {
    record::check_head(tx, A::stream_of(id))?;
    caught_up(tx, A::new(id))
}

/// The stream that a form begins, under the id that came with it: as new, or as
/// it is where the form was sent before, which is for the rule to answer.
///
/// # Errors
/// Where something else has this id (`is_theirs` says no). Whoever sent it is
/// told nothing of that; the page is shown again with a new id.
pub(crate) fn to_begin<A: Aggregate>(
    tx: &mut Tx<'_>,
    id: A::Id,
    is_theirs: impl FnOnce(&A) -> bool,
) -> Result<A, Error> {
    let state = load::<A>(tx, id)?;
    if state.version() == 0 || is_theirs(&state) {
        return Ok(state);
    }
    Err(Refusal::already_done("This page was used before, and nothing was kept now. Send it once more")
        .into())
}

/// The same, for one that belongs to a case: no id of another case's begins it.
pub(crate) fn to_begin_in<A: Aggregate>(tx: &mut Tx<'_>, case: CaseId, id: A::Id) -> Result<A, Error> {
    to_begin(tx, id, |state: &A| state.belongs_to() == Some(case))
}

/// The same as it stood at an instant, what was recorded then included.
pub(crate) fn load_until<A: Aggregate>(tx: &mut Tx<'_>, id: A::Id, at: Timestamp) -> Result<A, StoreError> {
    record::check_head(tx, A::stream_of(id))?;
    Ok(A::fold(id, &record::load_until::<A::Event>(tx, A::stream_of(id), at)?))
}

/// What a decision gives now. Nothing where the very act has been done already:
/// whoever presses twice is told the same, and nothing is recorded again.
///
/// # Errors
/// What the decision refuses, also as done already where somebody decided
/// otherwise.
pub(crate) fn decided<A: Aggregate>(
    tx: &mut Tx<'_>,
    state: &A,
    now: Timestamp,
    mut decide: impl FnMut(&A, Timestamp) -> Result<Vec<A::Event>, Refusal>,
) -> Result<Vec<A::Event>, Error>
where
    A::Event: PartialEq,
{
    match decide(state, now) {
        Err(no) if no.why == Why::AlreadyDone => {
            let events = record::load::<A::Event>(tx, state.stream())?;
            if was_this_act(state.id(), &events, decide) { Ok(vec![]) } else { Err(no.into()) }
        }
        other => Ok(other?),
    }
}

/// With the events that it has not seen yet.
fn caught_up<A: Aggregate>(tx: &mut Tx<'_>, mut state: A) -> Result<A, StoreError> {
    for event in record::load_after::<A::Event>(tx, state.stream(), state.version())? {
        state.apply(&event);
    }
    Ok(state)
}

impl App {
    /// Adds events to a stream as it was when they were decided, replaces its
    /// rows if they are others now, and gives it as it is if the transaction
    /// is committed.
    pub(crate) fn append<A: Projected>(
        &self,
        tx: &mut Tx<'_>,
        before: &A,
        by: Author,
        at: Timestamp,
        events: &[A::Event],
    ) -> Result<A, StoreError> {
        if events.is_empty() {
            return Ok(before.clone());
        }
        record::append(tx, before.stream(), before.version(), by, at, events)?;
        let after = before.after(by, at, events);
        for event in events {
            after.note(tx, event)?;
            if let Some(what) = after.in_security_log(by, event) {
                self.note(tx, &what)?;
            }
        }
        let framework = after.ruled_by().map(|area| self.framework(tx, area)).transpose()?;
        let rows = all_rows(&after, framework.as_deref());
        if rows != all_rows(before, framework.as_deref()) {
            store::lists::replace(tx, before.stream(), &rows)?;
        }
        Ok(after)
    }

    /// A stream inside a transaction. A cached fold is used when it is of the
    /// version on the record, or brought up to it.
    pub(crate) fn cached<A: Aggregate>(
        &self,
        tx: &mut Tx<'_>,
        cache: &Cache<A>,
        id: A::Id,
    ) -> Result<Arc<A>, StoreError> {
        let version = record::version(tx, A::stream_of(id))?;
        // One of a later version was read after this transaction began.
        match cache.get(id).filter(|state| state.version() <= version) {
            Some(state) if state.version() == version => Ok(state),
            Some(state) => Ok(Arc::new(caught_up(tx, (*state).clone())?)),
            None => Ok(Arc::new(load(tx, id)?)),
        }
    }
}
