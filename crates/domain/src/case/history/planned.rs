//! In words: the plan and its sign-off.

use super::{Part, Teller, Told, day, funder, short};
use crate::case::plan::{
    ActionWords, Aim, Crossing, HoldingWords, LineWords, OutcomeWords, RiskWords, Version,
};
use crate::case::{Case, plan, signoff};
use crate::framework::Framework;
use crate::{OutcomeId, Pence, Prose};

/// A version of something in the plan, in full. It is told in the same words
/// in the history, on the pages and on paper.
pub trait InFull {
    /// What it says: (label, words).
    fn in_full(&self, case: &Case, framework: &Framework) -> Vec<(String, String)>;
}

impl InFull for Version<OutcomeWords, Aim> {
    fn in_full(&self, case: &Case, framework: &Framework) -> Vec<(String, String)> {
        let told = Teller { case, framework }.outcome(Told::new(Part::Plan, ""), &self.words);
        told.maybe("It means that", self.aside.map(Aim::words)).detail
    }
}

impl InFull for Version<RiskWords> {
    fn in_full(&self, _: &Case, _: &Framework) -> Vec<(String, String)> {
        risk(Told::new(Part::Plan, ""), &self.words).detail
    }
}

impl InFull for Version<ActionWords, Prose> {
    fn in_full(&self, case: &Case, framework: &Framework) -> Vec<(String, String)> {
        let told = Teller { case, framework }.action(Told::new(Part::Plan, ""), &self.words);
        told.maybe("Otherwise", self.aside.as_ref()).detail
    }
}

impl InFull for Version<LineWords, Pence> {
    fn in_full(&self, case: &Case, framework: &Framework) -> Vec<(String, String)> {
        let told = Teller { case, framework }.line(Told::new(Part::Plan, ""), &self.words);
        told.maybe("Their own money, each time", self.aside).detail
    }
}

impl Teller<'_> {
    pub(super) fn plan(&self, event: &plan::Event, seq: u64) -> Told {
        use plan::Event as E;
        let told = |title: &str| Told::new(Part::Plan, title);
        let plan = &self.case.plan;
        match event {
            E::SectionWritten { section, text, voice, based_on } => {
                let verb = if *based_on == 0 { "written" } else { "written anew" };
                told(&format!("“{}” was {verb}", section.title())).by(*voice).with("Words", text)
            }
            E::OutcomeAdded { id: _, outcome, voice } => {
                self.outcome(told("An outcome was added"), outcome).by(*voice)
            }
            E::OutcomeChanged { id, outcome, voice, based_on: _ } => {
                let told = self.outcome(told("An outcome was changed"), outcome).by(*voice);
                crossed(told, plan.outcome(*id).map(|i| i.crossing_at(seq)))
            }
            E::OutcomeRemoved { id, why } => {
                removed("An outcome was taken out", plan.outcome(*id).map(|i| i.words.words.as_str()), why)
            }
            E::OutcomeAimed { id, aim } => told("What kind of change an outcome is was said")
                .maybe("Outcome", plan.outcome(*id).map(|i| &i.words.words))
                .with("It means that", aim.words()),
            E::RiskAdded { id: _, risk: words, voice } => risk(told("A risk was added"), words).by(*voice),
            E::RiskChanged { id, risk: words, voice, based_on: _ } => {
                let told = risk(told("A risk was changed"), words).by(*voice);
                crossed(told, plan.risk(*id).map(|i| i.crossing_at(seq)))
            }
            E::RiskRemoved { id, why } => {
                let found = plan.risks.iter().find(|i| i.id == *id);
                removed("A risk was taken out", found.map(|i| i.words.words.as_str()), why)
            }
            E::ActionAdded { id: _, action, voice } => {
                self.action(told("Something to do was added"), action).by(*voice)
            }
            E::ActionChanged { id, action, voice, based_on: _ } => {
                let told = self.action(told("Something to do was changed"), action).by(*voice);
                crossed(told, plan.action(*id).map(|i| i.crossing_at(seq)))
            }
            E::ActionDone { id, on } => {
                told("Something was done").maybe("What", self.action_words(*id)).with("When", day(*on))
            }
            E::ActionFallbackSet { id, otherwise } => {
                let otherwise = otherwise.as_ref().map_or("Nothing said", |words| words.as_str());
                told("What happens if something is not done was said")
                    .maybe("What", self.action_words(*id))
                    .with("Otherwise", otherwise)
            }
            E::ActionRemoved { id, why } => {
                removed("Something to do was taken out", self.action_words(*id), why)
            }
            E::LineAdded { id: _, line, voice } => {
                self.line(told("Something the money buys was added"), line).by(*voice)
            }
            E::LineChanged { id, line, voice, based_on: _ } => {
                let told = self.line(told("Something the money buys was changed"), line).by(*voice);
                crossed(told, plan.line(*id).map(|i| i.crossing_at(seq)))
            }
            E::LineRemoved { id, why } => {
                let found = plan.line(*id).map(|i| i.words.what.as_str());
                removed("Something the money buys was taken out", found, why)
            }
            E::LineTopUpSet { id, own } => told("What the person adds of their own was set")
                .maybe("For", plan.line(*id).map(|i| &i.words.what))
                .with("Each time", own),
            E::HoldingAdded { id: _, holding: HoldingWords { mode, organisation: _, name }, from } => {
                told("A way to hold the money was added")
                    .with("Name", name)
                    .with("How", mode.words())
                    .with("From", day(*from))
            }
            E::HoldingEnded { id, on, why } => told("A way to hold the money ended")
                .maybe("Name", plan.holding(*id).map(|h| &h.words.name))
                .with("On", day(*on))
                .with("Why", why),
            E::FirstReviewSet { on } => told("The day of the first review was set").with("Day", day(*on)),
        }
    }

    fn outcomes(&self, ids: &[OutcomeId]) -> Vec<String> {
        let words = |id: &OutcomeId| self.case.plan.outcome(*id).map(|o| short(o.words.words.as_str()));
        ids.iter().filter_map(words).collect()
    }

    fn outcome(&self, told: Told, outcome: &OutcomeWords) -> Told {
        let needs = &self.case.assessment.needs;
        let need = |id| needs.iter().find(|n| n.id == id).map(|n| short(n.words.as_str()));
        told.with("Outcome", &outcome.words)
            .maybe("How they will know", outcome.sign.as_ref())
            .list("For the need", outcome.needs.iter().filter_map(|id| need(*id)))
    }

    fn action(&self, told: Told, action: &ActionWords) -> Told {
        told.with("What", &action.what)
            .with("Who", &action.who)
            .with("Paid", if action.paid { "Yes" } else { "No, unpaid help" })
            .with("When", &action.when)
            .maybe("By", action.by.map(day))
            .list("For", self.outcomes(&action.outcomes))
    }

    fn action_words(&self, id: crate::ActionId) -> Option<&str> {
        self.case.plan.actions.iter().find(|i| i.id == id).map(|i| i.words.what.as_str())
    }

    fn line(&self, told: Told, line: &LineWords) -> Told {
        let kind = self.framework.spending_kind(&line.kind);
        told.with("What", &line.what)
            .with("Cost", format!("{} {}", line.amount, line.every.words()))
            .with("Whose money", funder(line.funder))
            .maybe("Kind", kind.map(|k| &k.name))
            .maybe("Paid by", line.holding.and_then(|id| self.case.plan.holding(id)).map(|h| &h.words.name))
            .list("For", self.outcomes(&line.outcomes))
    }

    pub(super) fn signoff(&self, event: &signoff::Event) -> Told {
        use signoff::Event as E;
        let told = |title: &str| Told::new(Part::Signoff, title);
        match event {
            E::Sent { id: _, voice, to, note } => told("The plan was sent to be agreed")
                .by(*voice)
                .maybe("To", to.and_then(|id| self.case.circle.member(id)).map(|m| &m.name))
                .maybe("Note", note.as_ref()),
            E::TakenBack { id: _, voice } => told("The plan was taken back").by(*voice),
            E::Agreed { id: _, reasons, nhs, council, start_up, limit } => told("The plan was agreed")
                .with("Why", reasons)
                .with("NHS, for a year", nhs)
                .with("Council, for a year", council)
                .with("Once", start_up)
                .with("Limit it was agreed under", limit),
            E::NotYet { id: _, reasons, change, appeal } => told("The answer to the plan was “not yet”")
                .with("Why", reasons)
                .with("What would need to change", change)
                .with("How to appeal", appeal),
            E::PassedOn { id: _, why } => {
                told("The decision was passed on to the commissioner").with("Why", why)
            }
            E::DecisionSeen { id: _, voice } => told("The decision was opened").by(*voice),
            E::Appealed { id: _, voice, words } => {
                told("Someone appealed against the decision").by(*voice).with("In words", words)
            }
            E::AppealAnswered { id: _, words, upheld } => {
                let answer = if *upheld { "The appeal was right" } else { "The decision stands" };
                told("The appeal was answered").with("Answer", answer).with("Why", words)
            }
        }
    }
}

fn risk(told: Told, risk: &RiskWords) -> Told {
    told.with("Risk", &risk.words).with("What we do", &risk.what_we_do).with("Who", &risk.who)
}

/// Says that somebody else wrote at the same time, or that this ended it.
fn crossed(told: Told, crossing: Option<Crossing>) -> Told {
    match crossing.unwrap_or_default() {
        Crossing::None => told,
        Crossing::Beside => {
            told.with("At the same time", "Somebody else changed it too, so both versions stood side by side")
        }
        Crossing::Together => {
            told.with("Versions", "They stood side by side until then, and became this one")
        }
    }
}

fn removed(title: &str, what: Option<&str>, why: &crate::Prose) -> Told {
    Told::new(Part::Plan, title).maybe("What", what).with("Why", why)
}
