//! A local area as its stream has it.

use crate::framework::{Event, Framework};
use crate::{Aggregate, AreaId, OfNoCase, Recorded, StreamKind};
use std::sync::Arc;

/// A local area: its framework, from the day on which it was adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    pub id: AreaId,
    pub version: u64,
    pub framework: Option<Arc<Framework>>,
}

impl Aggregate for Area {
    type Id = AreaId;
    type Event = Event;
    const KIND: StreamKind = StreamKind::Area;

    fn new(id: AreaId) -> Self {
        Self { id, version: 0, framework: None }
    }

    fn id(&self) -> AreaId {
        self.id
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn apply(&mut self, recorded: &Recorded<Event>) {
        self.version = recorded.seq;
        match (&recorded.event, &mut self.framework) {
            (event, Some(framework)) => Arc::make_mut(framework).apply(event),
            (Event::Adopted { framework }, None) => self.framework = Some(Arc::new((**framework).clone())),
            (_, None) => {}
        }
    }
}

impl OfNoCase for Area {}
