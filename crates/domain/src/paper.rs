//! What a paper that people can hold is made of: plain data, which says nothing
//! of how it looks. `documents` sets it in print.

use crate::access::Action;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The papers there are.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Kind {
    Plan,
    Budget,
    Decision,
    Agreement,
}

impl Kind {
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Plan => "The plan",
            Self::Budget => "The budget, explained",
            Self::Decision => "The decision",
            Self::Agreement => "The agreement",
        }
    }

    /// What it is, for a list of papers.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Plan => {
                "Who the person is, what they want to change, who does what and what the money buys"
            }
            Self::Budget => "How much money there is, and how it was worked out, step by step",
            Self::Decision => {
                "What was decided about the plan, by whom, why, and what to do if it is not right"
            }
            Self::Agreement => "What everyone has agreed to do, how the money is held and when it is paid",
        }
    }

    /// What opens it.
    #[must_use]
    pub fn opened_by(self) -> Action {
        match self {
            Self::Plan => Action::OpenPlanPaper,
            Self::Budget => Action::OpenBudgetPaper,
            Self::Decision => Action::OpenDecisionPaper,
            Self::Agreement => Action::OpenAgreementPaper,
        }
    }
}

/// A paper to be set. All text is plain: no markup is understood in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// What the paper is, for example "Alice's care and support plan".
    pub title: String,
    /// Who sends it; stands at the top of the first page and in the header.
    pub organisation: String,
    /// The reference people quote when they ring; in the header of each page.
    pub reference: String,
    /// When it was true, in words: "As agreed on 3 March 2027".
    pub as_of: String,
    /// Language of the text: "en", "en-GB", "cy". Anything else counts as "en".
    pub language: String,
    /// A paragraph or two under the title, in slightly larger letters.
    pub intro: Option<String>,
    /// The body, in reading order.
    pub blocks: Vec<Block>,
    /// A line at the foot of each page, beside the page number.
    pub footer: String,
    /// Date of the paper (year, month 1 to 12, day) for the PDF's properties.
    pub date: (i32, u8, u8),
}

/// One line of a list to go through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub done: bool,
    pub what: String,
    /// May be empty.
    pub note: String,
}

impl Checked {
    /// Something to go through, done or not.
    #[must_use]
    pub fn new(done: bool, what: impl Into<String>, note: impl Into<String>) -> Self {
        Self { done, what: what.into(), note: note.into() }
    }
}

/// One piece of a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Block {
    /// A heading of level 1 to 3. A level that would skip one (a 3 after a 1)
    /// is raised, because screen readers rely on the order.
    Heading(u8, String),
    /// Text; a blank line starts a new paragraph, a line end a new line.
    Paragraph(String),
    /// Somebody's own words.
    Quote {
        /// What they said.
        words: String,
        /// Who said it; may be empty.
        who: String,
    },
    /// Label and value, one pair a line.
    Facts(Vec<(String, String)>),
    /// A table. Breaks over pages and repeats its head.
    Table {
        /// What the table shows.
        caption: String,
        /// Column names.
        head: Vec<String>,
        /// Cells; short rows are filled up, long ones cut to the head.
        rows: Vec<Vec<String>>,
        /// Columns (from 0) that hold numbers, set to the right.
        numeric: Vec<usize>,
        /// A last row that sums up.
        total: Option<Vec<String>>,
    },
    /// What is done, and what is not.
    Checklist(Vec<Checked>),
    /// A plain list.
    Bullets(Vec<String>),
    /// How money divides, drawn as a bar with the same facts in a table.
    MoneyBar {
        /// What the money is for.
        title: String,
        /// Name and pence. Parts below zero are listed but not drawn.
        parts: Vec<(String, i64)>,
    },
    /// Steps of a process; true for those behind us.
    Stages(Vec<(String, bool)>),
    /// A box for the one thing not to miss.
    Callout {
        /// Its heading.
        title: String,
        /// Its text.
        body: String,
    },
    /// Places to sign, one for each person or role.
    Signatures(Vec<String>),
    /// What follows starts on a new page.
    PageBreak,
}
