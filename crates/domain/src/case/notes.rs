//! Notes that are not part of the plan: a person's own, a professional's, or
//! shared with everyone in the circle.

use crate::{Author, Prose, Recorded, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadBy {
    /// Only whoever wrote it.
    Me,
    /// Those who work with the person.
    Professionals,
    /// Everyone in the circle.
    Everyone,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "notes.written")]
    Written { text: Prose, read_by: ReadBy },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub text: Prose,
    pub read_by: ReadBy,
    pub by: Author,
    pub at: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    pub all: Vec<Note>,
}

impl Notes {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        let Event::Written { text, read_by } = event.clone();
        self.all.push(Note { text, read_by, by: recorded.by, at: recorded.at });
    }
}
