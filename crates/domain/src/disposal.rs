//! Records that are destroyed: what was proposed, by whom, why each was due, and who
//! destroyed it. It says that something was there and why it went, by number alone,
//! and outlives what it is about.

use crate::access::{Action, Actor, Facts, Verdict};
use crate::case::{Case, Kept};
use crate::enquiry::Enquiry;
use crate::framework::Retention;
use crate::known::{Known, known};
use crate::{
    Aggregate, AreaId, Author, CaseId, Date, DisposalId, EnquiryId, OfNoCase, Prose, Recorded, Refusal,
    RequestId, StreamKind, Timestamp, dates,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many records are destroyed in one step at most: all of it is one transaction.
pub const MOST: usize = 25;

/// A record that can be destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    Case(CaseId),
    /// A request to be contacted that led to no case.
    Request(EnquiryId),
}

impl What {
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::Case(id) => id.0,
            Self::Request(id) => id.0,
        }
    }

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Case(_) => "Case",
            Self::Request(_) => "Request to be contacted",
        }
    }
}

/// Why a record is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// It was kept until this day, by this rule of the area.
    Kept { until: Date, rule: String },
    /// It was asked for, and granted, that all of it is erased.
    Erased { request: RequestId },
}

impl Ground {
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Kept { until, rule } => format!("Kept until {}: {rule}", dates::long(*until)),
            Self::Erased { request: _ } => "It was asked that all of it is erased, and granted".to_owned(),
        }
    }
}

/// One record, as it was when it was proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub what: What,
    pub reference: String,
    /// The day on which it began.
    pub from: Date,
    /// When the last thing happened in it.
    pub last: Timestamp,
    pub ground: Ground,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// `source` is where the area's periods are written.
    #[serde(rename = "disposal.proposed")]
    Proposed { area: AreaId, items: Vec<Item>, source: Prose },
    #[serde(rename = "disposal.taken-back")]
    TakenBack { why: Prose },
    #[serde(rename = "disposal.destroyed")]
    Destroyed {},
}

/// How a proposal ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    TakenBack { why: Prose, by: Author, at: Timestamp },
    Destroyed { by: Author, at: Timestamp },
}

/// What was proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    pub area: AreaId,
    pub items: Vec<Item>,
    pub source: Prose,
    pub by: Author,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disposal {
    pub id: DisposalId,
    pub version: u64,
    pub proposed: Option<Proposed>,
    pub ended: Option<Ended>,
}

impl Disposal {
    /// Who destroyed it, and when.
    #[must_use]
    pub fn destroyed(&self) -> Option<(Author, Timestamp)> {
        match self.ended {
            Some(Ended::Destroyed { by, at }) => Some((by, at)),
            _ => None,
        }
    }

    /// What is proposed and not ended.
    #[must_use]
    pub fn waits(&self) -> Option<&Proposed> {
        self.proposed.as_ref().filter(|_| self.ended.is_none())
    }
}

impl Aggregate for Disposal {
    type Id = DisposalId;
    type Event = Event;
    const KIND: StreamKind = StreamKind::Disposal;

    fn new(id: DisposalId) -> Self {
        Self { id, version: 0, proposed: None, ended: None }
    }

    fn id(&self) -> DisposalId {
        self.id
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn apply(&mut self, recorded: &Recorded<Event>) {
        self.version = recorded.seq;
        let (by, at) = (recorded.by, recorded.at);
        match recorded.event.clone() {
            Event::Proposed { area, items, source } => {
                self.proposed = Some(Proposed { area, items, source, by, at });
            }
            Event::TakenBack { why } => self.ended = Some(Ended::TakenBack { why, by, at }),
            Event::Destroyed {} => self.ended = Some(Ended::Destroyed { by, at }),
        }
    }
}

impl OfNoCase for Disposal {}

/// A case as it can be destroyed now, or in words why not: everything that stops it
/// is asked here, when it is proposed and again when it is destroyed.
pub fn case_due(case: &Case, rules: &Retention, today: Date) -> Result<Item, String> {
    let opened = case.offer.opened.as_ref().ok_or("There is no such record")?;
    let last = case.used.ok_or("There is no such record")?;
    let item = |ground| Item {
        what: What::Case(case.id),
        reference: opened.reference.clone(),
        from: dates::london(opened.at),
        last,
        ground,
    };
    let kept = case.kept(rules).ok_or("There is no such record")?;
    if case.rights.restriction(today).is_some() {
        return Err("Its use is restricted".into());
    }
    if case.rights.is_anything_waiting() {
        return Err("Something that was asked about it waits for an answer".into());
    }
    match kept {
        Kept::Held => Err("It is held".into()),
        Kept::Restricted => Err("Its use is restricted".into()),
        Kept::BirthNotKnown => Err("It is not known when they were born".into()),
        Kept::Erased => match case.rights.erased() {
            Some(asked) => Ok(item(Ground::Erased { request: asked.id })),
            None => Err("It was not granted that it is erased".into()),
        },
        Kept::Until(day) if day < today => {
            let born = case.circle.person.as_ref().and_then(|person| person.born);
            let rule = born.map_or_else(String::new, |born| rules.rule(dates::london(last), born));
            Ok(item(Ground::Kept { until: day, rule }))
        }
        Kept::Until(day) => Err(format!("It is kept until {}", dates::long(day))),
    }
}

/// The same of a request to be contacted.
pub fn request_due(request: &Enquiry, rules: &Retention, today: Date) -> Result<Item, String> {
    let made = request.made.as_ref().ok_or("There is no such record")?;
    let last = request.last.ok_or("There is no such record")?;
    if request.case.is_some() {
        return Err("A case was opened from it, so it is kept as long as that".into());
    }
    let until = rules.enquiry_until(dates::london(last));
    if until >= today {
        return Err(format!("It is kept until {}", dates::long(until)));
    }
    let rule = format!("{} years after the last thing that happened", rules.enquiry_years);
    Ok(Item {
        what: What::Request(request.id),
        reference: made.reference.clone(),
        from: dates::london(made.at),
        last,
        ground: Ground::Kept { until, rule },
    })
}

/// Proposes that these are destroyed.
pub fn propose(
    disposal: &Disposal,
    area: AreaId,
    items: Vec<Item>,
    source: Prose,
) -> Result<Vec<Event>, Refusal> {
    let kept = disposal.proposed.as_ref();
    if known(kept, |kept| kept.area == area && kept.items == items) == Known::Same {
        return Ok(vec![]);
    }
    if kept.is_some() {
        return Err(Refusal::already_done("This page was sent before, with other records"));
    }
    if items.is_empty() {
        return Err(Refusal::invalid("records", "Choose at least one record"));
    }
    if items.len() > MOST {
        return Err(Refusal::invalid("records", format!("Choose {MOST} records at most")));
    }
    Ok(vec![Event::Proposed { area, items, source }])
}

fn waits(disposal: &Disposal) -> Result<&Proposed, Refusal> {
    match &disposal.ended {
        Some(Ended::Destroyed { .. }) => Err(Refusal::already_done("These records are destroyed already")),
        Some(Ended::TakenBack { .. }) => Err(Refusal::already_done("It was taken back already")),
        None => disposal.waits().ok_or_else(|| Refusal::invalid("records", "Nothing was proposed")),
    }
}

/// Takes it back, before anything is destroyed.
pub fn take_back(disposal: &Disposal, why: Prose) -> Result<Vec<Event>, Refusal> {
    if matches!(&disposal.ended, Some(Ended::TakenBack { why: kept, .. }) if *kept == why) {
        return Ok(vec![]);
    }
    waits(disposal)?;
    Ok(vec![Event::TakenBack { why }])
}

/// What the policy looks at when somebody destroys what was proposed: whether they
/// proposed it, answered alone that it is erased, or are close to somebody of it.
#[must_use]
pub fn facts(proposed: &Proposed, cases: &[&Case], actor: &Actor) -> Facts {
    let me = Author::Account(actor.account);
    let erased = |case: &&Case| {
        case.rights.erased().is_some_and(|asked| asked.answers.iter().any(|given| given.by == me))
    };
    Facts {
        decided_by_another: proposed.by != me && !cases.iter().any(erased),
        apart: cases.iter().all(|case| !case.circle.is_close(actor.account)),
        ..Facts::default()
    }
}

/// Destroys what was proposed, where everything is as it was then. `now` are the same
/// records as they are in the transaction that destroys them.
pub fn destroy(
    disposal: &Disposal,
    now: &[Result<Item, String>],
    facts: Facts,
    actor: &Actor,
) -> Result<Vec<Event>, Refusal> {
    let proposed = waits(disposal)?;
    if actor.verdict_in(Action::DestroyProposed, proposed.area, facts) != Verdict::Allowed {
        let message = if facts.apart {
            "Somebody else destroys them: who proposed it, or granted alone that it is erased, does not"
        } else {
            "You are close to somebody whose record this is, so somebody else destroys it"
        };
        return Err(Refusal::not_allowed(message));
    }
    for (then, now) in proposed.items.iter().zip(now) {
        let why = match now {
            Ok(now) if now == then => continue,
            Ok(_) => "Something has happened in it, or about it, since this was proposed",
            Err(why) => why,
        };
        let message = format!("{} cannot be destroyed: {why}", then.reference);
        return Err(Refusal::not_yet(message, "Take this back, and propose the others again"));
    }
    Ok(vec![Event::Destroyed {}])
}

#[cfg(test)]
#[path = "disposal/tests.rs"]
mod tests;
