//! The care and support plan, in the person's own terms.
//!
//! Two people may write at once: each writing says which version it was based
//! on, and where two were based on the same one both stand, side by side,
//! until somebody brings them together. Nobody's words are lost.

use super::Voice;
use crate::ledger::Funder;
use crate::{
    ActionId, Author, Date, HoldingId, Line, LineId, NeedId, OrganisationId, OutcomeId, Pence, Prose,
    Recorded, RiskId, Timestamp,
};
use serde::{Deserialize, Serialize};

/// The parts of the plan that are written as prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// Strengths, skills, family and social life, and health (003:365).
    WhoIAm,
    /// How a decision about capacity was reached and who speaks (003:365).
    WhoSpeaks,
    Working,
    NotWorking,
    ImportantToMe,
    ImportantForMyHealth,
    /// What happens if things go wrong, and whom to call in health services.
    IfThingsGoWrong,
    /// How the money will be held and managed, in broad terms.
    HowMoneyIsHeld,
    /// How we will know if it goes well or badly, and how it is reviewed.
    HowWeReview,
}

impl Section {
    pub const ALL: [Self; 9] = [
        Self::WhoIAm,
        Self::WhoSpeaks,
        Self::Working,
        Self::NotWorking,
        Self::ImportantToMe,
        Self::ImportantForMyHealth,
        Self::IfThingsGoWrong,
        Self::HowMoneyIsHeld,
        Self::HowWeReview,
    ];

    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::WhoIAm => "Who I am",
            Self::WhoSpeaks => "How I decide, and who speaks for me",
            Self::Working => "What is working",
            Self::NotWorking => "What is not working",
            Self::ImportantToMe => "What is important to me",
            Self::ImportantForMyHealth => "What is important for my health",
            Self::IfThingsGoWrong => "If things go wrong",
            Self::HowMoneyIsHeld => "How the money is held",
            Self::HowWeReview => "How we will know it is going well",
        }
    }
}

/// How often something is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    Week,
    FourWeeks,
    Month,
    Year,
    Once,
}

impl Every {
    pub const ALL: [Self; 5] = [Self::Week, Self::FourWeeks, Self::Month, Self::Year, Self::Once];

    /// How many times in the first year.
    #[must_use]
    pub fn times_a_year(self) -> i64 {
        match self {
            Self::Week => 52,
            Self::FourWeeks => 13,
            Self::Month => 12,
            Self::Year | Self::Once => 1,
        }
    }

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Week => "every week",
            Self::FourWeeks => "every 4 weeks",
            Self::Month => "every month",
            Self::Year => "every year",
            Self::Once => "once",
        }
    }
}

/// The ways the money can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The NHS or council holds it and arranges the care.
    Notional,
    /// An organisation holds it for the person.
    ThirdParty,
    /// The person, or someone they choose, holds it.
    DirectPayment,
}

impl Mode {
    pub const ALL: [Self; 3] = [Self::Notional, Self::ThirdParty, Self::DirectPayment];

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Notional => "notional budget",
            Self::ThirdParty => "held by an organisation",
            Self::DirectPayment => "direct payment",
        }
    }

    #[must_use]
    pub fn explained(self) -> &'static str {
        match self {
            Self::Notional => "The NHS or the council looks after the money and arranges the care you chose.",
            Self::ThirdParty => {
                "An organisation you choose looks after the money and pays for the care you chose."
            }
            Self::DirectPayment => {
                "The money is paid to you, or to someone you choose, in its own bank account, and you arrange the care."
            }
        }
    }
}

/// What the words of an outcome are. Outcomes are changes, not services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeWords {
    pub words: Prose,
    pub needs: Vec<NeedId>,
    /// How the person will know.
    pub sign: Option<Prose>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskWords {
    pub words: Prose,
    /// What we do so that it is acceptable to everyone.
    pub what_we_do: Prose,
    pub who: Line,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionWords {
    pub what: Prose,
    pub who: Line,
    /// Unpaid help counts just as much (000:250).
    pub paid: bool,
    /// When, in words ("every Tuesday", "before Christmas") …
    pub when: Line,
    /// … and as a day, where there is one.
    pub by: Option<Date>,
    pub outcomes: Vec<OutcomeId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineWords {
    pub what: Line,
    /// A key of the area's list of kinds of spending; some are not allowed by law.
    pub kind: String,
    pub funder: Funder,
    /// Pence each time.
    pub amount: Pence,
    pub every: Every,
    pub outcomes: Vec<OutcomeId>,
    /// Which holding pays for it, once that is decided.
    pub holding: Option<HoldingId>,
}

impl LineWords {
    /// Pence in the first year.
    #[must_use]
    pub fn yearly(&self) -> Pence {
        Pence(self.amount.0 * self.every.times_a_year())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldingWords {
    pub mode: Mode,
    /// Who holds it, for a third party.
    pub organisation: Option<OrganisationId>,
    /// In words: "Alice's personal assistants", "Somerset Supported Lives".
    pub name: Line,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "plan.section-written")]
    SectionWritten {
        section: Section,
        text: Prose,
        voice: Voice,
        /// The event number of the version the writer had before them; 0 for none.
        based_on: u64,
    },
    #[serde(rename = "plan.outcome-added")]
    OutcomeAdded { id: OutcomeId, outcome: OutcomeWords, voice: Voice },
    #[serde(rename = "plan.outcome-changed")]
    OutcomeChanged { id: OutcomeId, outcome: OutcomeWords, voice: Voice },
    #[serde(rename = "plan.outcome-removed")]
    OutcomeRemoved { id: OutcomeId, why: Prose },
    #[serde(rename = "plan.risk-added")]
    RiskAdded { id: RiskId, risk: RiskWords, voice: Voice },
    #[serde(rename = "plan.risk-changed")]
    RiskChanged { id: RiskId, risk: RiskWords, voice: Voice },
    #[serde(rename = "plan.risk-removed")]
    RiskRemoved { id: RiskId, why: Prose },
    #[serde(rename = "plan.action-added")]
    ActionAdded { id: ActionId, action: ActionWords, voice: Voice },
    #[serde(rename = "plan.action-changed")]
    ActionChanged { id: ActionId, action: ActionWords, voice: Voice },
    #[serde(rename = "plan.action-done")]
    ActionDone { id: ActionId, on: Date },
    #[serde(rename = "plan.action-removed")]
    ActionRemoved { id: ActionId, why: Prose },
    #[serde(rename = "plan.line-added")]
    LineAdded { id: LineId, line: LineWords, voice: Voice },
    #[serde(rename = "plan.line-changed")]
    LineChanged { id: LineId, line: LineWords, voice: Voice },
    #[serde(rename = "plan.line-removed")]
    LineRemoved { id: LineId, why: Prose },
    #[serde(rename = "plan.holding-added")]
    HoldingAdded { id: HoldingId, holding: HoldingWords, from: Date },
    #[serde(rename = "plan.holding-ended")]
    HoldingEnded { id: HoldingId, on: Date, why: Prose },
    #[serde(rename = "plan.first-review-set")]
    FirstReviewSet { on: Date },
}

/// One writing of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writing {
    /// The event number that wrote it.
    pub seq: u64,
    pub text: Prose,
    pub voice: Voice,
    pub by: Author,
    pub at: Timestamp,
}

/// A section as it stands: one writing, or several that were made side by
/// side and wait to be brought together. The first is the one written first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub section: Section,
    pub standing: Vec<Writing>,
}

impl Written {
    /// What the next writer must say they are based on: the newest writing.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.standing.iter().map(|w| w.seq).max().unwrap_or(0)
    }

    #[must_use]
    pub fn is_contested(&self) -> bool {
        self.standing.len() > 1
    }
}

/// One thing in the plan, with whose it is and whether it was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<I, W> {
    pub id: I,
    pub words: W,
    pub voice: Voice,
    pub at: Timestamp,
    pub removed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    pub id: HoldingId,
    pub words: HoldingWords,
    pub from: Date,
    pub ended: Option<Date>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub sections: Vec<Written>,
    pub outcomes: Vec<Item<OutcomeId, OutcomeWords>>,
    pub risks: Vec<Item<RiskId, RiskWords>>,
    pub actions: Vec<Item<ActionId, ActionWords>>,
    pub actions_done: Vec<(ActionId, Date)>,
    pub lines: Vec<Item<LineId, LineWords>>,
    pub holdings: Vec<Holding>,
    pub first_review: Option<Date>,
    /// The number of the newest event that changed the plan.
    pub changed: u64,
}

impl Plan {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        self.changed = recorded.seq;
        let at = recorded.at;
        match event.clone() {
            Event::SectionWritten { section, text, voice, based_on } => {
                let writing = Writing { seq: recorded.seq, text, voice, by: recorded.by, at };
                match self.sections.iter_mut().find(|s| s.section == section) {
                    Some(written) if based_on >= written.seq() => written.standing = vec![writing],
                    Some(written) => written.standing.push(writing),
                    None => self.sections.push(Written { section, standing: vec![writing] }),
                }
            }
            Event::OutcomeAdded { id, outcome, voice } => add(&mut self.outcomes, id, outcome, voice, at),
            Event::OutcomeChanged { id, outcome, voice } => {
                change(&mut self.outcomes, id, outcome, voice, at)
            }
            Event::OutcomeRemoved { id, .. } => remove(&mut self.outcomes, id),
            Event::RiskAdded { id, risk, voice } => add(&mut self.risks, id, risk, voice, at),
            Event::RiskChanged { id, risk, voice } => change(&mut self.risks, id, risk, voice, at),
            Event::RiskRemoved { id, .. } => remove(&mut self.risks, id),
            Event::ActionAdded { id, action, voice } => add(&mut self.actions, id, action, voice, at),
            Event::ActionChanged { id, action, voice } => change(&mut self.actions, id, action, voice, at),
            Event::ActionDone { id, on } => self.actions_done.push((id, on)),
            Event::ActionRemoved { id, .. } => remove(&mut self.actions, id),
            Event::LineAdded { id, line, voice } => add(&mut self.lines, id, line, voice, at),
            Event::LineChanged { id, line, voice } => change(&mut self.lines, id, line, voice, at),
            Event::LineRemoved { id, .. } => remove(&mut self.lines, id),
            Event::HoldingAdded { id, holding, from } => {
                self.holdings.push(Holding { id, words: holding, from, ended: None });
            }
            Event::HoldingEnded { id, on, .. } => {
                if let Some(holding) = self.holdings.iter_mut().find(|h| h.id == id) {
                    holding.ended = Some(on);
                }
            }
            Event::FirstReviewSet { on } => self.first_review = Some(on),
        }
    }

    #[must_use]
    pub fn section(&self, section: Section) -> Option<&Written> {
        self.sections.iter().find(|s| s.section == section)
    }

    pub fn current_outcomes(&self) -> impl Iterator<Item = &Item<OutcomeId, OutcomeWords>> {
        self.outcomes.iter().filter(|i| !i.removed)
    }

    pub fn current_risks(&self) -> impl Iterator<Item = &Item<RiskId, RiskWords>> {
        self.risks.iter().filter(|i| !i.removed)
    }

    pub fn current_actions(&self) -> impl Iterator<Item = &Item<ActionId, ActionWords>> {
        self.actions.iter().filter(|i| !i.removed)
    }

    pub fn current_lines(&self) -> impl Iterator<Item = &Item<LineId, LineWords>> {
        self.lines.iter().filter(|i| !i.removed)
    }

    pub fn open_holdings(&self) -> impl Iterator<Item = &Holding> {
        self.holdings.iter().filter(|h| h.ended.is_none())
    }

    #[must_use]
    pub fn outcome(&self, id: OutcomeId) -> Option<&Item<OutcomeId, OutcomeWords>> {
        self.outcomes.iter().find(|o| o.id == id)
    }

    #[must_use]
    pub fn line(&self, id: LineId) -> Option<&Item<LineId, LineWords>> {
        self.lines.iter().find(|l| l.id == id)
    }

    #[must_use]
    pub fn holding(&self, id: HoldingId) -> Option<&Holding> {
        self.holdings.iter().find(|h| h.id == id)
    }

    /// What the plan costs in its first year, pence.
    #[must_use]
    pub fn first_year_cost(&self) -> Pence {
        self.current_lines().map(|l| l.words.yearly()).sum()
    }

    /// The same for one funder.
    #[must_use]
    pub fn first_year_cost_of(&self, funder: Funder) -> Pence {
        self.current_lines().filter(|l| l.words.funder == funder).map(|l| l.words.yearly()).sum()
    }
}

fn add<I, W>(items: &mut Vec<Item<I, W>>, id: I, words: W, voice: Voice, at: Timestamp) {
    items.push(Item { id, words, voice, at, removed: false });
}

fn change<I: PartialEq, W>(items: &mut [Item<I, W>], id: I, words: W, voice: Voice, at: Timestamp) {
    if let Some(item) = items.iter_mut().find(|i| i.id == id) {
        item.words = words;
        item.voice = voice;
        item.at = at;
    }
}

fn remove<I: PartialEq, W>(items: &mut [Item<I, W>], id: I) {
    if let Some(item) = items.iter_mut().find(|i| i.id == id) {
        item.removed = true;
    }
}
