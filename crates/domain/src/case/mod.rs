//! One person's personal health budget, from first contact to review.
//!
//! The case is a fold over its events. It is made of sections, each a module
//! with its own `Event`, state and decisions; this root holds them and answers
//! the questions that span them. Decisions look like
//! `plan::write_section(&case, …) -> Result<Vec<case::Event>, Refusal>`.

mod access;
pub mod arrangement;
pub mod assessment;
pub mod budget;
pub mod circle;
pub mod history;
pub mod lists;
pub mod notes;
pub mod offer;
pub mod plan;
pub mod review;
pub mod signoff;
pub mod stage;

use crate::{Aggregate, AreaId, CaseId, Recorded, StreamKind, Timestamp};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Arc;

pub use circle::{CaseRole, Voice};
pub use stage::{Stage, Turn};

/// The words before the point in the names of events.
pub const SECTIONS: [&str; 9] =
    ["offer", "circle", "assessment", "budget", "plan", "signoff", "arrangement", "review", "notes"];

/// One fact of a case. On the record it is `{"type":"plan.section-written",
/// "data":{…}}`; the word before the point names the section. A released event
/// never changes meaning: a new shape is a new name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    Offer(offer::Event),
    Circle(circle::Event),
    Assessment(assessment::Event),
    Budget(budget::Event),
    Plan(plan::Event),
    Signoff(signoff::Event),
    Arrangement(arrangement::Event),
    Review(review::Event),
    Notes(notes::Event),
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Peek<'a> {
            #[serde(rename = "type", borrow)]
            kind: &'a str,
        }
        fn read<'a, T: Deserialize<'a>, E: serde::de::Error>(text: &'a str) -> Result<T, E> {
            serde_json::from_str(text).map_err(E::custom)
        }
        let raw = <&serde_json::value::RawValue>::deserialize(from)?;
        let text = raw.get();
        let kind = read::<Peek<'_>, D::Error>(text)?.kind;
        match kind.split('.').next().unwrap_or_default() {
            "offer" => read(text).map(Self::Offer),
            "circle" => read(text).map(Self::Circle),
            "assessment" => read(text).map(Self::Assessment),
            "budget" => read(text).map(Self::Budget),
            "plan" => read(text).map(Self::Plan),
            "signoff" => read(text).map(Self::Signoff),
            "arrangement" => read(text).map(Self::Arrangement),
            "review" => read(text).map(Self::Review),
            "notes" => read(text).map(Self::Notes),
            _ => Err(D::Error::custom(format!("no section of a case has the event {kind}"))),
        }
    }
}

macro_rules! from_section {
    ($($name:ident $section:ident)*) => {$(
        impl From<$section::Event> for Event {
            fn from(event: $section::Event) -> Self {
                Self::$name(event)
            }
        }
    )*};
}
from_section! {
    Offer offer Circle circle Assessment assessment Budget budget Plan plan
    Signoff signoff Arrangement arrangement Review review Notes notes
}

/// The state of a case: what its events add up to. Clones share what neither
/// of them has changed: each section as a whole, and within a section whatever
/// grows with a life. So to write one more sentence costs the same after ten
/// years as on the first day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub id: CaseId,
    /// How many events it has seen.
    pub version: u64,
    /// When its last event was recorded.
    pub last: Option<Timestamp>,
    pub offer: Arc<offer::Offer>,
    pub circle: Arc<circle::Circle>,
    pub assessment: Arc<assessment::Assessment>,
    pub budget: Arc<budget::Budget>,
    pub plan: Arc<plan::Plan>,
    pub signoff: Arc<signoff::Signoff>,
    pub arrangement: Arc<arrangement::Arrangement>,
    pub review: Arc<review::Reviews>,
    pub notes: Arc<notes::Notes>,
}

impl Aggregate for Case {
    type Id = CaseId;
    type Event = Event;
    const KIND: StreamKind = StreamKind::Case;

    fn new(id: CaseId) -> Self {
        Self {
            id,
            version: 0,
            last: None,
            offer: Default::default(),
            circle: Default::default(),
            assessment: Default::default(),
            budget: Default::default(),
            plan: Default::default(),
            signoff: Default::default(),
            arrangement: Default::default(),
            review: Default::default(),
            notes: Default::default(),
        }
    }

    fn id(&self) -> CaseId {
        self.id
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn apply(&mut self, recorded: &Recorded<Event>) {
        self.version = recorded.seq;
        self.last = Some(recorded.at);
        match &recorded.event {
            Event::Offer(e) => Arc::make_mut(&mut self.offer).apply(e, recorded),
            Event::Circle(e) => Arc::make_mut(&mut self.circle).apply(e, recorded),
            Event::Assessment(e) => Arc::make_mut(&mut self.assessment).apply(e, recorded),
            Event::Budget(e) => Arc::make_mut(&mut self.budget).apply(e, recorded),
            Event::Plan(e) => Arc::make_mut(&mut self.plan).apply(e, recorded),
            Event::Signoff(e) => {
                Arc::make_mut(&mut self.plan).hear(e);
                Arc::make_mut(&mut self.signoff).apply(e, recorded);
            }
            Event::Arrangement(e) => Arc::make_mut(&mut self.arrangement).apply(e, recorded),
            Event::Review(e) => Arc::make_mut(&mut self.review).apply(e, recorded),
            Event::Notes(e) => Arc::make_mut(&mut self.notes).apply(e, recorded),
        }
    }
}

impl Case {
    /// Whether anything has been recorded.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.version > 0
    }

    /// The area that the case belongs to; none before it is opened.
    #[must_use]
    pub fn area(&self) -> Option<AreaId> {
        self.offer.opened.as_ref().map(|o| o.area)
    }

    /// The person's name as it is used to address them.
    #[must_use]
    pub fn person_name(&self) -> &str {
        self.circle.person.as_ref().map_or("", |p| p.name.as_str())
    }
}
