//! The local framework of an area: its names, limits, clocks, question set,
//! published method and list of kinds of spending. Data, never code.

use crate::ledger::Funder;
use crate::{AreaId, Line, Pence, Prose, Recorded, Refusal};
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

    /// Whether the method can be published: every question has its own key
    /// and at least two answers, the lowest answer gives no points, a higher
    /// answer never gives fewer, and no amount is below nought.
    pub fn check(&self) -> Result<(), Refusal> {
        let wrong = |message: String| Err(Refusal::invalid("method", message));
        if self.questions.is_empty() {
            return wrong("A method needs at least one question".into());
        }
        for (place, question) in self.questions.iter().enumerate() {
            let title = &question.title;
            let plain = |c: char| c.is_ascii_lowercase() || c == '-';
            if question.key.is_empty() || !question.key.chars().all(plain) {
                return wrong(format!("“{title}” needs a short key of small letters"));
            }
            if self.questions[..place].iter().any(|q| q.key == question.key) {
                return wrong(format!("Two questions have the key “{}”", question.key));
            }
            if !(2..=10).contains(&question.levels.len()) {
                return wrong(format!("“{title}” needs between 2 and 10 answers"));
            }
            if question.levels[0].1 != 0 {
                return wrong(format!("The lowest answer to “{title}” must give no points"));
            }
            if question.levels.windows(2).any(|pair| pair[1].1 < pair[0].1) {
                return wrong(format!("A higher answer to “{title}” gives fewer points than a lower one"));
            }
            if question.levels.iter().any(|(_, points)| *points > 10_000) {
                return wrong(format!("An answer to “{title}” gives more than 10,000 points"));
            }
        }
        let most = crate::money::MOST;
        let amounts = [self.nhs_per_point, self.council_per_point, self.start_up];
        if amounts.iter().any(|amount| amount.is_negative() || *amount > most) {
            return wrong("Amounts must be from £0.00 to £10,000,000.00".into());
        }
        Ok(())
    }
}

impl Question {
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
}

impl Framework {
    /// Folds an area's stream; none before a framework is adopted.
    #[must_use]
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Recorded<Event>>) -> Option<Self> {
        let mut framework: Option<Self> = None;
        for recorded in events {
            match (&recorded.event, &mut framework) {
                (Event::Adopted { framework: adopted }, _) => framework = Some((**adopted).clone()),
                (Event::MethodPublished { method }, Some(f)) => f.methods.push(method.clone()),
                (Event::LimitChanged { clinician_limit }, Some(f)) => f.clinician_limit = *clinician_limit,
                (_, None) => {}
            }
        }
        framework
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
pub(crate) mod tests {
    use super::*;

    pub(crate) fn question(key: &str, funder: Funder, points: &[u32]) -> Question {
        let level = |p: &u32| (Line::parse(&format!("{p} points of help")).expect("words"), *p);
        Question {
            key: key.into(),
            title: Line::parse(&format!("About {key}")).expect("words"),
            hint: None,
            funder,
            levels: points.iter().map(level).collect(),
        }
    }

    /// Two health questions and two of social care.
    pub(crate) fn method() -> Method {
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
            explained: Prose::parse("Points for answers, pounds for points.").expect("words"),
        }
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
        assert!(refused(|m| m.start_up = Pence(-1)).contains("Amounts"));
        assert!(refused(|m| m.nhs_per_point = Pence(i64::MAX)).contains("Amounts"));
    }
}
