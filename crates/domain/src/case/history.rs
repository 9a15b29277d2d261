//! Every event in words, for anyone with the right to open the history.
//!
//! The match over events has no catch-all: an event without words does not
//! compile. Who recorded it and when stand on the event itself; here is what
//! happened, whose words it was, and what was said.

mod after;
mod before;
mod planned;

pub use planned::InFull;

use super::notes::{self, ReadBy};
use super::{Case, Event, Voice, arrangement};
use crate::framework::Framework;
use crate::ledger::Funder;
use crate::{Date, Recorded, dates};
use std::fmt::Display;

/// The parts of a case's history, to look at one by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Offer,
    People,
    Needs,
    Budget,
    Plan,
    Signoff,
    Payments,
    Reviews,
    Notes,
}

impl Part {
    pub const ALL: [Self; 9] = [
        Self::Offer,
        Self::People,
        Self::Needs,
        Self::Budget,
        Self::Plan,
        Self::Signoff,
        Self::Payments,
        Self::Reviews,
        Self::Notes,
    ];

    /// The word for an address: `?part=plan`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::People => "people",
            Self::Needs => "needs",
            Self::Budget => "budget",
            Self::Plan => "plan",
            Self::Signoff => "sign-off",
            Self::Payments => "payments",
            Self::Reviews => "reviews",
            Self::Notes => "notes",
        }
    }

    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.key() == key)
    }

    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Offer => "Finding out",
            Self::People => "People and consent",
            Self::Needs => "Needs",
            Self::Budget => "The budget",
            Self::Plan => "The plan",
            Self::Signoff => "Sign-off",
            Self::Payments => "Payments and spending",
            Self::Reviews => "Reviews",
            Self::Notes => "Notes",
        }
    }

    /// The part that an event belongs to.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        match event {
            Event::Offer(_) => Self::Offer,
            Event::Circle(_) => Self::People,
            Event::Assessment(_) => Self::Needs,
            Event::Budget(_) => Self::Budget,
            Event::Plan(_) => Self::Plan,
            Event::Signoff(_) => Self::Signoff,
            Event::Arrangement(_) => Self::Payments,
            Event::Review(_) => Self::Reviews,
            Event::Notes(_) => Self::Notes,
        }
    }
}

/// One event in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub part: Part,
    /// A whole sentence without a full stop: "The plan was sent to be agreed".
    pub title: String,
    /// What was said and chosen: (label, words).
    pub detail: Vec<(String, String)>,
    /// Whose words or choice it was, where somebody spoke.
    pub voice: Option<Voice>,
    /// Not for everyone who may open the history: ask [`notes::may_read`].
    pub private: Option<ReadBy>,
}

impl Told {
    fn new(part: Part, title: impl Into<String>) -> Self {
        Self { part, title: title.into(), detail: vec![], voice: None, private: None }
    }

    fn by(mut self, voice: Voice) -> Self {
        self.voice = Some(voice);
        self
    }

    fn with(mut self, label: &str, words: impl Display) -> Self {
        self.detail.push((label.to_owned(), words.to_string()));
        self
    }

    fn maybe<T: Display>(self, label: &str, words: Option<T>) -> Self {
        match words {
            Some(words) => self.with(label, words),
            None => self,
        }
    }

    /// A list in one line; nothing where it is empty.
    fn list(self, label: &str, all: impl IntoIterator<Item = String>) -> Self {
        let all: Vec<String> = all.into_iter().collect();
        if all.is_empty() { self } else { self.with(label, all.join(", ")) }
    }
}

/// An event in words. `case` is the case as it is now (what was removed since
/// is still known by name in it).
#[must_use]
pub fn tell(case: &Case, framework: &Framework, recorded: &Recorded<Event>) -> Told {
    let teller = Teller { case, framework };
    match &recorded.event {
        Event::Offer(e) => teller.offer(e),
        Event::Circle(e) => teller.circle(e),
        Event::Assessment(e) => teller.assessment(e),
        Event::Budget(e) => teller.budget(e),
        Event::Plan(e) => teller.plan(e, recorded.seq),
        Event::Signoff(e) => teller.signoff(e),
        Event::Arrangement(e) => teller.arrangement(e, recorded.seq),
        Event::Review(e) => teller.review(e),
        Event::Notes(notes::Event::Written { text, read_by }) => {
            let mut told = Told::new(Part::Notes, "A note was written").with("Note", text);
            if *read_by != ReadBy::Everyone {
                told.private = Some(*read_by);
            }
            told.with("Who can read it", read_by.words())
        }
    }
}

/// Whether an event is told by itself. Of the parts that a long statement is
/// taken in by, the last tells of all.
#[must_use]
pub fn is_told(case: &Case, recorded: &Recorded<Event>) -> bool {
    match &recorded.event {
        Event::Arrangement(arrangement::Event::StatementTakenIn { statement, .. }) => {
            case.arrangement.sending(*statement, recorded.seq).is_some()
        }
        _ => true,
    }
}

/// What the words are looked up in.
struct Teller<'a> {
    case: &'a Case,
    framework: &'a Framework,
}

impl Teller<'_> {
    fn name(&self, voice: Voice) -> String {
        self.case.circle.name_of(voice).to_owned()
    }

    fn names(&self, voices: &[Voice]) -> Vec<String> {
        voices.iter().map(|v| self.name(*v)).collect()
    }

    /// A question of the assessment as it was put.
    fn question(&self, key: &str) -> String {
        self.asked(key).map_or_else(|| key.to_owned(), |q| q.title.to_string())
    }

    /// A level of a question in its own words.
    fn level(&self, key: &str, level: u8) -> String {
        let words = self.asked(key).and_then(|q| q.levels.get(usize::from(level)));
        words.map_or_else(|| format!("Level {level}"), |(words, _)| words.to_string())
    }

    fn asked(&self, key: &str) -> Option<&crate::framework::Question> {
        let version = self.case.assessment.questions?;
        let method = self.framework.method_version(version).or_else(|| self.framework.method())?;
        method.questions.iter().find(|q| q.key == key)
    }
}

fn funder(funder: Funder) -> &'static str {
    match funder {
        Funder::Nhs => "NHS",
        Funder::Council => "Council",
    }
}

fn day(date: Date) -> String {
    dates::long(date)
}

/// The beginning of long words, for naming a thing by them.
fn short(words: &str) -> String {
    let first = words.lines().next().unwrap_or_default();
    if first.chars().count() <= 80 {
        return first.to_owned();
    }
    let cut: String = first.chars().take(77).collect();
    format!("{}…", cut.trim_end())
}
