//! The local framework of an area: its names, limits, clocks, question set,
//! published method and list of kinds of spending. Data, never code.

mod decide;
mod retention;
mod told;

pub use decide::{Amendment, BANK_HOLIDAYS, amend};
pub use retention::Retention;
pub use told::tell;

use crate::case::budget::Amounts;
use crate::ledger::Funder;
use crate::working_days::BankHolidays;
use crate::{AreaId, Line, Pence, Prose, Refusal};
use serde::{Deserialize, Serialize};

/// One question of the self-assessment, with its published points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub key: String,
    pub title: Line,
    pub hint: Option<Line>,
    /// Mainly a health or a social care question.
    pub funder: Funder,
    /// The levels from least to most help: words and points.
    pub levels: Vec<(Line, u32)>,
}

/// The published method: how points become pounds, in whole pence a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    pub version: u32,
    pub questions: Vec<Question>,
    /// Pence for a year for each point of a health question.
    pub nhs_per_point: Pence,
    /// Pence for a year for each point of a social care question.
    pub council_per_point: Pence,
    /// Once, to begin with.
    pub start_up: Pence,
    /// What the method is, in words for a family.
    pub explained: Prose,
}

impl Method {
    #[must_use]
    pub fn question(&self, key: &str) -> Option<&Question> {
        self.questions.iter().find(|q| q.key == key)
    }

    /// Pence for a year for one point of a question of this funder.
    #[must_use]
    pub fn per_point(&self, funder: Funder) -> Pence {
        match funder {
            Funder::Nhs => self.nhs_per_point,
            Funder::Council => self.council_per_point,
        }
    }

    /// What it gives to somebody who gives the answer of this level to every
    /// question, or the highest there is: an example of what it does.
    #[must_use]
    pub fn example(&self, level: usize) -> Amounts {
        let mut amounts = Amounts { nhs: Pence::ZERO, council: Pence::ZERO, start_up: self.start_up };
        for question in &self.questions {
            let points =
                question.levels.get(level).or(question.levels.last()).map_or(0, |(_, points)| *points);
            let pence = self.per_point(question.funder).times(i64::from(points), 1);
            match question.funder {
                Funder::Nhs => amounts.nhs += pence,
                Funder::Council => amounts.council += pence,
            }
        }
        amounts
    }

    /// Whether the method can be published; otherwise the first thing that is
    /// wrong with it.
    pub fn check(&self) -> Result<(), Refusal> {
        self.problems().into_iter().next().map_or(Ok(()), Err)
    }

    /// Everything that is wrong with it, each beside the field that it belongs
    /// to: every question has its own key and at least two answers, the lowest
    /// answer gives no points, a higher answer never gives fewer, and no amount
    /// is below nought.
    #[must_use]
    pub fn problems(&self) -> Vec<Refusal> {
        let mut found = vec![];
        if self.questions.is_empty() {
            found.push(Refusal::invalid("add", "A method needs at least one question"));
        }
        for (place, question) in self.questions.iter().enumerate() {
            question.problems(&self.questions[..place], &mut found);
        }
        let amounts = [
            ("nhs-per-point", self.nhs_per_point),
            ("council-per-point", self.council_per_point),
            ("start-up", self.start_up),
        ];
        for (field, amount) in amounts {
            if amount.is_negative() || amount > crate::money::MOST {
                found.push(Refusal::invalid(field, "Amounts must be from £0.00 to £10,000,000.00"));
            }
        }
        found
    }
}

impl Question {
    fn problems(&self, before: &[Self], found: &mut Vec<Refusal>) {
        let (key, title) = (&self.key, &self.title);
        let mut wrong = |field: String, message: String| found.push(Refusal::invalid(&field, message));
        let plain = |c: char| c.is_ascii_lowercase() || c == '-';
        if key.is_empty() || !key.chars().all(plain) {
            wrong(format!("title-{key}"), format!("“{title}” needs a short key of small letters"));
        }
        if before.iter().any(|q| q.key == *key) {
            wrong(format!("title-{key}"), format!("Two questions have the key “{key}”"));
        }
        if before.iter().any(|q| q.title == *title) {
            wrong(format!("title-{key}"), format!("Two questions are called “{title}”"));
        }
        if !(2..=10).contains(&self.levels.len()) {
            wrong(format!("words-{key}-0"), format!("“{title}” needs between 2 and 10 answers"));
        }
        if self.levels.first().is_some_and(|(_, points)| *points != 0) {
            wrong(format!("points-{key}-0"), format!("The lowest answer to “{title}” must give no points"));
        }
        for (place, pair) in (1..).zip(self.levels.windows(2)) {
            if pair[1].1 < pair[0].1 {
                wrong(
                    format!("points-{key}-{place}"),
                    format!("A higher answer to “{title}” gives fewer points than a lower one"),
                );
            }
        }
        for (place, (_, points)) in self.levels.iter().enumerate() {
            if *points > 10_000 {
                wrong(
                    format!("points-{key}-{place}"),
                    format!("An answer to “{title}” gives more than 10,000 points"),
                );
            }
        }
    }

    /// The words of a level; none if there is no such level.
    #[must_use]
    pub fn level_words(&self, level: u8) -> Option<&str> {
        self.levels.get(usize::from(level)).map(|(words, _)| words.as_str())
    }

    #[must_use]
    pub fn points(&self, level: u8) -> Option<u32> {
        self.levels.get(usize::from(level)).map(|(_, points)| *points)
    }
}

/// A kind of spending. What the law excludes is named with its source and is
/// never allowed, whatever the plan says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpendingKind {
    pub key: String,
    pub name: Line,
    /// The reason it cannot be bought, and where that is written.
    pub excluded: Option<(Line, Line)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "framework.adopted")]
    Adopted { framework: Box<Framework> },
    #[serde(rename = "framework.method-published")]
    MethodPublished { method: Method },
    #[serde(rename = "framework.limit-changed")]
    LimitChanged { clinician_limit: Pence },
    #[serde(rename = "framework.words-changed")]
    WordsChanged { words: Words },
    #[serde(rename = "framework.clocks-changed")]
    ClocksChanged { clocks: Clocks },
    #[serde(rename = "framework.spending-changed")]
    SpendingChanged { spending: Vec<SpendingKind> },
    #[serde(rename = "framework.bank-holidays-changed")]
    BankHolidaysChanged { bank_holidays: BankHolidays },
    #[serde(rename = "framework.retention-changed")]
    RetentionChanged { retention: Retention },
}

/// What an area calls itself and its bodies, how to reach it, and how to appeal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub service_name: Line,
    pub nhs_body: Line,
    pub council: Line,
    pub phone: Line,
    pub email: Line,
    pub appeal: Prose,
}

/// How soon things are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    /// Working days.
    pub contact_days: i32,
    /// Days.
    pub decision_days: i32,
    /// Months.
    pub first_review_months: i32,
    /// Months.
    pub review_months: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framework {
    pub area: AreaId,
    pub area_name: Line,
    /// The name over every page.
    pub service_name: Line,
    pub nhs_body: Line,
    pub council: Line,
    pub phone: Line,
    pub email: Line,
    /// Working days within which someone who asks is contacted.
    pub contact_days: i32,
    /// Days within which a plan that was sent is decided on.
    pub decision_days: i32,
    /// What the clinician closest to the person may agree for a first year.
    pub clinician_limit: Pence,
    /// Months after money first moved (reg. 14: 3).
    pub first_review_months: i32,
    /// The most months between reviews (reg. 14: 12).
    pub review_months: i32,
    /// How to appeal, in words; goes into every "not yet".
    pub appeal: Prose,
    /// Every method ever published, newest last; a case keeps its version.
    pub methods: Vec<Method>,
    pub spending: Vec<SpendingKind>,
    /// Those of whole years; no part of what was adopted, and kept when a
    /// framework is adopted anew.
    #[serde(skip)]
    pub bank_holidays: BankHolidays,
    /// How long records are kept: as the Code says, until the owner says
    /// otherwise. No part of what was adopted either.
    #[serde(skip)]
    pub retention: Retention,
}

impl Framework {
    pub(crate) fn apply(&mut self, event: &Event) {
        match event.clone() {
            Event::Adopted { framework } => {
                let bank_holidays = std::mem::take(&mut self.bank_holidays);
                let retention = std::mem::take(&mut self.retention);
                *self = Self { bank_holidays, retention, ..*framework };
            }
            Event::MethodPublished { method } => self.methods.push(method),
            Event::LimitChanged { clinician_limit } => self.clinician_limit = clinician_limit,
            Event::WordsChanged { words } => {
                let Words { service_name, nhs_body, council, phone, email, appeal } = words;
                (self.service_name, self.nhs_body, self.council) = (service_name, nhs_body, council);
                (self.phone, self.email, self.appeal) = (phone, email, appeal);
            }
            Event::ClocksChanged { clocks } => {
                (self.contact_days, self.decision_days) = (clocks.contact_days, clocks.decision_days);
                self.first_review_months = clocks.first_review_months;
                self.review_months = clocks.review_months;
            }
            Event::SpendingChanged { spending } => self.spending = spending,
            Event::BankHolidaysChanged { bank_holidays } => self.bank_holidays = bank_holidays,
            Event::RetentionChanged { retention } => self.retention = retention,
        }
    }

    /// The names, contacts and the way to appeal, as they are now.
    #[must_use]
    pub fn words(&self) -> Words {
        let Self { service_name, nhs_body, council, phone, email, appeal, .. } = self.clone();
        Words { service_name, nhs_body, council, phone, email, appeal }
    }

    #[must_use]
    pub fn clocks(&self) -> Clocks {
        let Self { contact_days, decision_days, first_review_months, review_months, .. } = *self;
        Clocks { contact_days, decision_days, first_review_months, review_months }
    }

    /// A framework for an area that has just been made: the statutory clocks,
    /// no question set, no method, and nothing that clinicians may agree by
    /// themselves, until its owner publishes their own.
    #[must_use]
    pub fn to_start_from(area: AreaId, name: &Line) -> Self {
        let line = |text: &str| Line::parse(text).expect("our own words are a line");
        Self {
            area,
            area_name: name.clone(),
            service_name: line("Personal health budgets"),
            nhs_body: name.clone(),
            council: line("The council"),
            phone: line("Not set yet"),
            email: line("Not set yet"),
            contact_days: 3,
            decision_days: 28,
            clinician_limit: Pence::ZERO,
            first_review_months: 3,
            review_months: 12,
            appeal: Prose::parse(
                "You can ask us to look again, and someone who was not part of the first decision will \
                 look at it and answer you.",
            )
            .expect("our own words are prose"),
            methods: vec![],
            spending: vec![],
            bank_holidays: BankHolidays::published(),
            retention: Retention::default(),
        }
    }

    /// The newest method.
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.methods.last()
    }

    #[must_use]
    pub fn method_version(&self, version: u32) -> Option<&Method> {
        self.methods.iter().find(|m| m.version == version)
    }

    #[must_use]
    pub fn spending_kind(&self, key: &str) -> Option<&SpendingKind> {
        self.spending.iter().find(|k| k.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::method;

    #[test]
    fn an_example_is_worked_out_like_a_budget() {
        let (second, most) = (method().example(1), method().example(9));
        assert_eq!((second.nhs, second.council), (Pence(15 * 31_000), Pence(9 * 24_001)));
        assert_eq!((most.nhs, most.council), (Pence(116 * 31_000), Pence(54 * 24_001)));
        assert_eq!(method().example(0).yearly(), Pence::ZERO);
    }

    #[test]
    fn all_that_is_wrong_is_said_beside_its_field() {
        let mut wrong = method();
        wrong.nhs_per_point = Pence(-1);
        wrong.questions[0].levels[0].1 = 1;
        wrong.questions[3].levels[2].1 = 2;
        let fields: Vec<_> = wrong.problems().into_iter().filter_map(|no| no.field).collect();
        assert_eq!(fields, ["points-breathing-0", "points-going-out-2", "nhs-per-point"]);
    }

    fn refused(change: impl FnOnce(&mut Method)) -> String {
        let mut method = method();
        change(&mut method);
        method.check().expect_err("refused").message
    }

    #[test]
    fn a_sound_method_may_be_published() {
        assert_eq!(method().check(), Ok(()));
    }

    #[test]
    fn an_unsound_method_is_refused_and_says_why() {
        assert!(refused(|m| m.questions.clear()).contains("at least one question"));
        assert!(refused(|m| m.questions[1].key = "breathing".into()).contains("Two questions"));
        assert!(refused(|m| m.questions[0].key = "A b".into()).contains("small letters"));
        assert!(refused(|m| m.questions[0].key.clear()).contains("small letters"));
        assert!(refused(|m| m.questions[0].levels.truncate(1)).contains("between 2 and 10"));
        assert!(refused(|m| m.questions[0].levels[0].1 = 1).contains("lowest answer"));
        assert!(refused(|m| m.questions[0].levels[3].1 = 29).contains("fewer points"));
        assert!(refused(|m| m.questions[0].levels[3].1 = 10_001).contains("10,000 points"));
        assert!(
            refused(|m| m.questions[1].title = m.questions[0].title.clone())
                .contains("are called “About breathing”")
        );
        assert!(refused(|m| m.start_up = Pence(-1)).contains("Amounts"));
        assert!(refused(|m| m.nhs_per_point = Pence(i64::MAX)).contains("Amounts"));
    }
}
