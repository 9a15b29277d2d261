//! Records that are destroyed: what was proposed, by whom, why each was due, and who
//! destroyed it. It says that something was there and why it went, by number alone,
//! and outlives what it is about.

use crate::access::{Action, Actor, Facts, Verdict};
use crate::case::arrangement::PaymentState;
use crate::case::rights::Asked;
use crate::case::{Case, Kept};
use crate::enquiry::Enquiry;
use crate::framework::Retention;
use crate::known::{Known, known};
use crate::{
    AccountId, Aggregate, AreaId, Author, CaseId, Date, DisposalId, EnquiryId, OfNoCase, Prose, Recorded,
    Refusal, RequestId, StreamKind, Timestamp, dates,
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
    Erased {
        request: RequestId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        granted: Option<Granted>,
    },
}

/// Who granted that all is erased, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    pub by: Author,
    pub on: Date,
}

impl Ground {
    /// The ground of a request by which all is erased, as it was granted.
    fn erased(asked: &Asked) -> Self {
        let granted = asked.answer().map(|given| Granted { by: given.by, on: dates::london(given.at) });
        Self::Erased { request: asked.id, granted }
    }

    /// Whether it is due whatever its age, and not by a rule of the area.
    #[must_use]
    pub fn is_erasure(&self) -> bool {
        matches!(self, Self::Erased { .. })
    }

    /// Who granted it, where somebody did.
    #[must_use]
    pub fn granted(&self) -> Option<Granted> {
        match self {
            Self::Erased { granted, .. } => *granted,
            Self::Kept { .. } => None,
        }
    }

    /// In words; `name` is that of whoever granted it.
    #[must_use]
    pub fn words(&self, name: &str) -> String {
        match self {
            Self::Kept { until, rule } => format!("Kept until {}: {rule}", dates::long(*until)),
            Self::Erased { granted: Some(Granted { on, by: _ }), .. } => {
                format!("It was granted that all of it is erased, on {}, by {name}", dates::long(*on))
            }
            Self::Erased { granted: None, .. } => {
                "It was asked that all of it is erased, and granted".to_owned()
            }
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

/// What still goes on in a case, so that nothing in it is due by whatever ground.
/// Whether an account holds money stands in the ledger, and is asked there.
fn goes_on(case: &Case, today: Date) -> Option<String> {
    let is_any = |state| case.arrangement.instalments.iter().any(|one| one.state == state);
    if is_any(PaymentState::Planned) {
        return Some("A payment is planned. It is paid or cancelled first".into());
    }
    if is_any(PaymentState::Released) {
        return Some("A payment is released and not confirmed. It is confirmed or sent back first".into());
    }
    let newest = case.arrangement.years().iter().map(|year| year.end).max();
    if let Some(end) = newest.filter(|end| today < *end && case.plan.open_holdings().next().is_some()) {
        let last = dates::long(dates::days_after(end, -1));
        return Some(format!("The agreement about the money runs until {last}, and an account is open"));
    }
    if case.signoff.appealed().next().is_some() {
        return Some("An appeal waits for an answer".into());
    }
    if case.signoff.waiting().is_some() {
        return Some("A plan waits for somebody to decide on it".into());
    }
    case.rights.is_anything_waiting().then(|| "Something that was asked about it waits for an answer".into())
}

/// Why a case is not due while an account of it holds money.
pub const HOLDS_MONEY: &str = "An account still holds money. It is settled first";

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
    if let Some(why) = goes_on(case, today) {
        return Err(why);
    }
    match kept {
        Kept::Held => Err("It is held".into()),
        Kept::Restricted => Err("Its use is restricted".into()),
        Kept::BirthNotKnown => Err("It is not known when they were born".into()),
        Kept::Erased => match case.rights.erased() {
            Some(asked) => Ok(item(Ground::erased(asked))),
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

/// What the policy looks at when somebody proposes that these are destroyed: whether
/// they are close to somebody of them, or ended a hold that kept one.
#[must_use]
pub fn facts_to_propose(cases: &[&Case], account: AccountId) -> Facts {
    let me = Author::Account(account);
    Facts {
        apart: cases.iter().all(|case| !case.circle.is_close(account)),
        ended_no_hold: !cases.iter().any(|case| case.rights.ended_a_hold(me)),
        ..Facts::default()
    }
}

/// Why somebody does not propose it, in words.
#[must_use]
pub fn not_theirs_to_propose(facts: Facts) -> &'static str {
    if facts.apart {
        "You ended a hold that kept one of them, so somebody else sees to it"
    } else {
        "You are close to somebody whose record this is, so somebody else sees to it"
    }
}

/// A case of a proposal, as it is now: it stops it too that whoever proposed it has
/// ended a hold on it since.
pub fn case_proposed(proposed: &Proposed, case: &Case, now: Result<Item, String>) -> Result<Item, String> {
    if case.rights.ended_a_hold(proposed.by) {
        return Err("Who proposed it ended a hold on it, so somebody else proposes it".into());
    }
    now
}

/// What the policy looks at when somebody destroys what was proposed: whether they
/// proposed it, answered alone that it is erased, ended a hold on it, or are close to
/// somebody of it.
#[must_use]
pub fn facts(proposed: &Proposed, cases: &[&Case], actor: &Actor) -> Facts {
    let me = Author::Account(actor.account);
    let erased = |case: &&Case| {
        case.rights.erased().is_some_and(|asked| asked.answers.iter().any(|given| given.by == me))
    };
    Facts {
        decided_by_another: proposed.by != me && !cases.iter().any(erased),
        ..facts_to_propose(cases, actor.account)
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
            "Somebody else destroys them: who proposed it, granted alone that it is erased, or ended a hold on it, does not"
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
