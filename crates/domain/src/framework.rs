//! The local framework of an area: its names, limits, clocks, question set,
//! published method and list of kinds of spending. Data, never code.

use crate::ledger::Funder;
use crate::{AreaId, Line, Pence, Prose, Recorded};
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
