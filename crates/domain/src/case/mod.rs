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
pub mod confidence;
pub mod consent;
pub mod history;
pub mod in_confidence;
mod in_their_name;
pub mod lists;
mod movers;
pub mod notes;
pub mod offer;
pub mod plan;
pub mod plan_section;
mod read_by;
pub mod review;
pub mod rights;
pub mod signoff;
pub mod stage;
pub mod turn;
mod turns;
pub mod voice;

use crate::case::rights::Restricted;
use crate::framework::Retention;
use crate::{
    Aggregate, AreaId, CaseId, Date, HoldingId, InACopy, OfCase, Recorded, StreamKind, Timestamp, Told, dates,
};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Arc;

pub use crate::access::CaseRole;
pub use stage::Stage;
pub use turn::{Meant, Turn};
pub use voice::Voice;

/// Declares the sections of a case, each a line: its event in [`Event`], its
/// module (whose name stands before the point in the names of its events), its
/// state in [`Case`], and its part of the history. The module gives `Event`, the
/// state with `apply`, and `describe`; what waits because of it is in its `turns`.
macro_rules! sections {
    ($($name:ident $section:ident: $state:ident, $part:ident;)*) => {
        /// One fact of a case. On the record it is `{"type":"plan.section-written",
        /// "data":{…}}`; the word before the point names the section. A released event
        /// never changes meaning: a new shape is a new name.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        pub enum Event { $($name($section::Event)),* }

        $(impl From<$section::Event> for Event {
            fn from(event: $section::Event) -> Self {
                Self::$name(event)
            }
        })*

        /// The words before the point in the names of events.
        pub const SECTIONS: &[&str] = &[$(stringify!($section)),*];

        /// Reads an event of a section from its JSON.
        fn read(section: &str, text: &str) -> Option<serde_json::Result<Event>> {
            match section {
                $(stringify!($section) => Some(serde_json::from_str(text).map(Event::$name)),)*
                _ => None,
            }
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
            /// When something last happened in it that is not about the record itself:
            /// how long it is kept begins there.
            pub used: Option<Timestamp>,
            $(pub $section: Arc<$section::$state>,)*
        }

        impl Case {
            fn empty(id: CaseId) -> Self {
                Self { id, version: 0, last: None, used: None, $($section: Arc::default(),)* }
            }

            fn take(&mut self, recorded: &Recorded<Event>) {
                match &recorded.event {
                    $(Event::$name(event) => Arc::make_mut(&mut self.$section).apply(event, recorded),)*
                }
            }
        }

        fn describe(event: &Event, cx: &history::Context<'_>) -> history::Description {
            match event { $(Event::$name(event) => $section::describe(event, cx)),* }
        }

        impl history::Part {
            /// The part that an event belongs to.
            #[must_use]
            pub fn of(event: &Event) -> Self {
                match event { $(Event::$name(_) => Self::$part),* }
            }
        }
    };
}

sections! {
    Offer offer: Offer, Offer;
    Circle circle: Circle, People;
    Assessment assessment: Assessment, Needs;
    Budget budget: Budget, Budget;
    Plan plan: Plan, Plan;
    Signoff signoff: Signoff, Signoff;
    Arrangement arrangement: Arrangement, Payments;
    Review review: Reviews, Reviews;
    Notes notes: Notes, Notes;
    Rights rights: Rights, Rights;
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Peek<'a> {
            #[serde(rename = "type", borrow)]
            kind: &'a str,
        }
        let raw = <&serde_json::value::RawValue>::deserialize(from)?;
        let kind = serde_json::from_str::<Peek<'_>>(raw.get()).map_err(D::Error::custom)?.kind;
        let section = kind.split('.').next().unwrap_or_default();
        match read(section, raw.get()) {
            Some(event) => event.map_err(D::Error::custom),
            None => Err(D::Error::custom(format!("no section of a case has the event {kind}"))),
        }
    }
}

impl Aggregate for Case {
    type Id = CaseId;
    type Event = Event;
    const KIND: StreamKind = StreamKind::Case;

    fn new(id: CaseId) -> Self {
        Self::empty(id)
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
        if !matches!(recorded.event, Event::Rights(_)) {
            self.used = Some(recorded.at);
        }
        // What was agreed is part of the plan too.
        if let Event::Signoff(event) = &recorded.event {
            Arc::make_mut(&mut self.plan).hear(event);
        }
        let did_not_fit = match &recorded.event {
            Event::Arrangement(arrangement::Event::PaymentCancelled { instalment, .. }) => {
                arrangement::does_not_fit(self, *instalment).then_some(*instalment)
            }
            _ => None,
        };
        let is_another = match &recorded.event {
            Event::Arrangement(arrangement::Event::AccountApproved { holding, name, last_four }) => {
                arrangement::agreement::is_another(self, *holding, name, last_four)
            }
            _ => false,
        };
        self.take(recorded);
        if is_another {
            Arc::make_mut(&mut self.arrangement).approved_as(is_another);
        }
        if let Some(instalment) = did_not_fit {
            Arc::make_mut(&mut self.arrangement).did_not_fit(instalment);
        }
        match &recorded.event {
            Event::Plan(plan::Event::HoldingEnded { id, .. }) => self.held_no_more(*id),
            Event::Offer(offer::Event::CaseTakenIn { .. }) => {
                Arc::make_mut(&mut self.arrangement).is_elsewhere_now();
            }
            Event::Plan(plan::Event::HoldingAdded { id, .. }) => {
                Arc::make_mut(&mut self.arrangement).begun(*id);
            }
            Event::Arrangement(arrangement::Event::AgreementMade { .. }) => {
                let agreed = arrangement::costs::agreed_amounts(self).unwrap_or_default();
                Arc::make_mut(&mut self.arrangement).written_for(&self.plan, agreed);
            }
            Event::Arrangement(arrangement::Event::PaymentsScheduled { instalments }) => {
                Arc::make_mut(&mut self.arrangement).paid_for(&self.plan, instalments.len());
                for (which, sum) in arrangement::costs::planned_after_all(self, instalments) {
                    Arc::make_mut(&mut self.arrangement).planned_after_all(&which, sum);
                }
            }
            Event::Arrangement(arrangement::Event::NotionalSpent { .. }) => {
                Arc::make_mut(&mut self.arrangement).bought_with(&self.plan);
            }
            _ => {}
        }
    }

    fn describe(event: &Event, cx: &history::Context<'_>) -> Option<(history::Part, history::Description)> {
        Some((history::Part::of(event), describe(event, cx)))
    }
}

impl OfCase for Case {
    const IN_A_COPY: Option<InACopy> = Some(InACopy {
        title: "All that happened, from the first day on",
        from: "The record of this personal health budget",
    });

    fn is_part_of(&self, case: &Case) -> bool {
        self.id == case.id
    }

    fn in_confidence(recorded: &Recorded<Event>, case: &Case) -> Option<confidence::Confidence> {
        in_confidence::of(case, recorded)
    }

    fn tell(event: &Event, cx: &history::Context<'_>) -> Option<Told> {
        Self::describe(event, cx).map(Told::in_part)
    }
}

/// How long a case is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// The last day.
    Until(Date),
    /// While its use is restricted: until somebody ends that.
    Restricted,
    /// Nobody can say, since it is not known when the person was born.
    BirthNotKnown,
    /// While a hold stands.
    Held,
    /// It was granted that all of it is erased: it is due, whatever its age.
    Erased,
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

    /// How long it is kept, if nothing more happens in it; nothing where nothing ever
    /// did.
    #[must_use]
    pub fn kept(&self, rules: &Retention) -> Option<Kept> {
        let last = dates::london(self.used?);
        if self.rights.holds().next().is_some() {
            return Some(Kept::Held);
        }
        let restricted = self.rights.restricted_until();
        if restricted == Restricted::Open {
            return Some(Kept::Restricted);
        }
        if self.rights.erased().is_some() {
            return Some(Kept::Erased);
        }
        // Nobody knows whether it is the record of a child.
        let Some(born) = self.circle.person.as_ref().and_then(|person| person.born) else {
            return Some(Kept::BirthNotKnown);
        };
        let by_the_rules = rules.case_until(last, born);
        Some(Kept::Until(match restricted {
            Restricted::Until(day) => by_the_rules.max(day),
            _ => by_the_rules,
        }))
    }

    /// A holding has ended; where it was the last of an organisation, what was
    /// shared with that is over too.
    fn held_no_more(&mut self, id: HoldingId) {
        let organisation = self.plan.holding(id).and_then(|holding| holding.words.organisation);
        let goes_on = |organisation| self.plan.open_holdings().any(|h| h.words.organisation == organisation);
        if let Some(organisation) = organisation.filter(|_| !goes_on(organisation)) {
            Arc::make_mut(&mut self.circle).holds_no_more(organisation);
        }
    }

    /// The person's name as it is used to address them.
    #[must_use]
    pub fn person_name(&self) -> &str {
        self.circle.person.as_ref().map_or("", |p| p.name.as_str())
    }
}
