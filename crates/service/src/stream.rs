//! The one way to read a stream, to add to it, and to make its rows again.
//!
//! Every use case that writes events does it by [`App::append`], so none can
//! leave the lists behind.

use crate::App;
use crate::app::Cache;
use domain::case::Case;
use domain::framework::{Area, Framework};
use domain::{
    Aggregate, AreaId, Author, Stream, StreamKind, Timestamp, account::Account, enquiry::Enquiry,
    organisation::Organisation,
};
use std::sync::Arc;
use store::lists::ListRow;
use store::{StoreError, Tx, record};
use uuid::Uuid;

/// What the database keeps beside the events of a stream, made from them
/// alone, so that it can be thrown away and made again.
pub trait Projected: Aggregate {
    /// The area whose framework the rows depend on too, where they do.
    fn ruled_by(&self) -> Option<AreaId> {
        None
    }

    /// The stream's rows in all lists; none where there is nothing to list.
    /// The framework is that of the area it is ruled by.
    fn rows(&self, framework: Option<&Framework>) -> Vec<ListRow>;

    /// Keeps what else follows from one event that was added.
    fn note(&self, _: &mut Tx<'_>, _: &Self::Event) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The rows of any stream, from its events alone. A kind of stream has one
/// line here.
pub(crate) fn rows_again(tx: &mut Tx<'_>, stream: Stream) -> Result<Vec<ListRow>, StoreError> {
    match stream.kind {
        StreamKind::Case => rows_of::<Case>(tx, stream.id),
        StreamKind::Account => rows_of::<Account>(tx, stream.id),
        StreamKind::Organisation => rows_of::<Organisation>(tx, stream.id),
        StreamKind::Area => rows_of::<Area>(tx, stream.id),
        StreamKind::Enquiry => rows_of::<Enquiry>(tx, stream.id),
    }
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
    Ok(state.rows(framework.as_deref()))
}

/// A stream as its events add up to; as new if there is none.
pub(crate) fn load<A: Aggregate>(tx: &mut Tx<'_>, id: A::Id) -> Result<A, StoreError> {
    caught_up(tx, A::new(id))
}

/// The same as it stood at an instant, what was recorded then included.
pub(crate) fn load_until<A: Aggregate>(tx: &mut Tx<'_>, id: A::Id, at: Timestamp) -> Result<A, StoreError> {
    Ok(A::fold(id, &record::load_until::<A::Event>(tx, A::stream_of(id), at)?))
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
    pub fn append<A: Projected>(
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
        }
        let framework = after.ruled_by().map(|area| self.framework(tx, area)).transpose()?;
        let rows = after.rows(framework.as_deref());
        if rows != before.rows(framework.as_deref()) {
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
