//! What tests tell again and again: words, ids, instants, people of a circle,
//! an area. It is there for tests and for made-up people; a program for real
//! ones is built without it (the feature `testing`).
//!
//! Each of these panics where its words cannot be read.

use crate::case::circle::{self, CaseRole, NewMember};
use crate::case::{self, Case, offer};
use crate::framework::{Framework, Method, Question, SpendingKind};
use crate::ledger::Funder;
use crate::{
    AccountId, Aggregate, AreaId, Author, CaseId, Line, MemberId, Pence, Prose, Recorded, Timestamp,
};
use uuid::Uuid;

/// Our own words as a line.
#[must_use]
pub fn line(text: &str) -> Line {
    Line::parse(text).expect("our own words are a line")
}

/// Our own words as prose.
#[must_use]
pub fn prose(text: &str) -> Prose {
    Prose::parse(text).expect("our own words are prose")
}

/// The id of this number, of whatever kind is wanted.
#[must_use]
pub fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

/// So many seconds after a day in February 2026.
#[must_use]
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_772_000_000 + seconds).expect("an instant")
}

/// So many days after it.
#[must_use]
pub fn on_day(days: i64) -> Timestamp {
    at(days * 24 * 60 * 60)
}

/// What happened, in this order, each by somebody at a moment.
pub fn recorded<E>(told: impl IntoIterator<Item = (Author, Timestamp, E)>) -> Vec<Recorded<E>> {
    (1..).zip(told).map(|(seq, (by, at, event))| Recorded { seq, at, by, event }).collect()
}

/// Adds what happened to a state, all by one author and at one moment: the
/// order in the record is what counts.
pub fn add<A: Aggregate, E: Into<A::Event>>(state: &mut A, by: Author, events: impl IntoIterator<Item = E>) {
    let events: Vec<A::Event> = events.into_iter().map(Into::into).collect();
    *state = state.after(by, Timestamp::UNIX_EPOCH, &events);
}

/// The same, where nobody asks who it was.
pub fn given<A: Aggregate, E: Into<A::Event>>(state: &mut A, events: impl IntoIterator<Item = E>) {
    add(state, Author::System, events);
}

/// The case that these events add up to.
#[must_use]
pub fn case_of(events: &[case::Event]) -> Case {
    Case::new(CaseId(Uuid::nil())).after(Author::System, Timestamp::UNIX_EPOCH, events)
}

/// A case was opened in an area.
#[must_use]
pub fn opened(area: AreaId) -> case::Event {
    offer::Event::CaseOpened { area, reference: "MV-2027-0001".into(), enquiry: None, contact_by: None }
        .into()
}

/// Whose case it is.
#[must_use]
pub fn named(name: &str) -> case::Event {
    circle::Event::PersonNamed { name: line(name), known_as: None, born: None }.into()
}

/// Somebody joined a circle.
#[must_use]
pub fn joined(id: MemberId, name: &str, role: CaseRole, account: Option<AccountId>) -> case::Event {
    let (name, relation) = (line(name), line("someone"));
    circle::Event::MemberJoined { id, name, relation, role, account, organisation: None }.into()
}

/// Somebody who is to join a circle.
#[must_use]
pub fn new_member(id: MemberId, name: &str, role: CaseRole, account: Option<AccountId>) -> NewMember {
    let (name, relation) = (line(name), line("someone"));
    NewMember { id, name, relation, role, account, organisation: None, speaks: None }
}

/// A question whose answers give these points.
#[must_use]
pub fn question(key: &str, funder: Funder, points: &[u32]) -> Question {
    let level = |points: &u32| (line(&format!("{points} points of help")), *points);
    let levels = points.iter().map(level).collect();
    Question { key: key.into(), title: line(&format!("About {key}")), hint: None, funder, levels }
}

/// Two health questions and two of social care.
#[must_use]
pub fn method() -> Method {
    Method {
        version: 1,
        questions: vec![
            question("breathing", Funder::Nhs, &[0, 10, 30, 80]),
            question("eating", Funder::Nhs, &[0, 5, 14, 36]),
            question("washing", Funder::Council, &[0, 5, 14, 34]),
            question("going-out", Funder::Council, &[0, 4, 10, 20]),
        ],
        nhs_per_point: Pence(31_000),
        council_per_point: Pence(24_001),
        start_up: Pence(100_000),
        explained: prose("Points for answers, pounds for points."),
    }
}

/// A kind of spending that is allowed.
#[must_use]
pub fn spending(key: &str, name: &str) -> SpendingKind {
    SpendingKind { key: key.into(), name: line(name), excluded: None }
}

/// What an area might have set, with [`method`]. Clinicians may agree up to
/// £50,000.
#[must_use]
pub fn framework() -> Framework {
    Framework {
        area: AreaId(Uuid::from_u128(2)),
        area_name: line("Mendip Vale"),
        service_name: line("Budgets"),
        nhs_body: line("NHS"),
        council: line("Council"),
        phone: line("01632 960 000"),
        email: line("a@b.example"),
        contact_days: 3,
        decision_days: 10,
        clinician_limit: Pence(5_000_000),
        first_review_months: 3,
        review_months: 12,
        appeal: prose("Write to us."),
        methods: vec![method()],
        spending: vec![spending("agency", "Care from an agency")],
        bank_holidays: crate::working_days::BankHolidays::published(),
        retention: crate::framework::Retention::default(),
    }
}
