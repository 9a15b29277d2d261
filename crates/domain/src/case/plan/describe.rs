//! The plan, in words.

use super::{ActionWords, Aim, Crossing, Event, HoldingWords, LineWords, OutcomeWords, RiskWords, Version};
use crate::case::Case;
use crate::case::history::{Context, Description, day, funder, said, short};
use crate::framework::Framework;
use crate::{Date, OutcomeId, Pence, Prose};

/// A version of something in the plan, in full. It is described in the same words
/// in the history, on the pages and on paper.
pub trait InFull {
    /// What it says: (label, words).
    fn in_full(&self, case: &Case, framework: &Framework) -> Vec<(String, String)>;
}

impl InFull for Version<OutcomeWords, Aim> {
    fn in_full(&self, case: &Case, framework: &Framework) -> Vec<(String, String)> {
        let described = of_outcome(&Context { case, framework, seq: 0, reader: None }, "", &self.words);
        described.maybe("It means that", self.aside.map(Aim::words)).detail
    }
}

impl InFull for Version<RiskWords> {
    fn in_full(&self, _: &Case, _: &Framework) -> Vec<(String, String)> {
        of_risk("", &self.words).detail
    }
}

impl InFull for Version<ActionWords, Prose> {
    fn in_full(&self, case: &Case, framework: &Framework) -> Vec<(String, String)> {
        let described = of_action(&Context { case, framework, seq: 0, reader: None }, "", &self.words);
        described.maybe("Otherwise", self.aside.as_ref()).detail
    }
}

impl InFull for Version<LineWords, Pence> {
    fn in_full(&self, case: &Case, framework: &Framework) -> Vec<(String, String)> {
        let described = of_line(&Context { case, framework, seq: 0, reader: None }, "", &self.words);
        described.maybe("Their own money, each time", self.aside).detail
    }
}

pub(in crate::case) fn describe(event: &Event, cx: &Context<'_>) -> Description {
    use Event as E;
    let plan = &cx.case.plan;
    match event {
        E::SectionWritten { section, text, voice, based_on } => {
            let verb = if *based_on == 0 { "written" } else { "written anew" };
            said(format!("“{}” was {verb}", section.title())).by(*voice).with("Words", text)
        }
        E::OutcomeAdded { id: _, outcome, voice } => {
            of_outcome(cx, "An outcome was added", outcome).by(*voice)
        }
        E::OutcomeChanged { id, outcome, voice, based_on: _ } => {
            of_outcome(cx, "An outcome was changed", outcome)
                .by(*voice)
                .crossing(plan.outcome(*id).map(|i| i.crossing_at(cx.seq)))
        }
        E::OutcomeRemoved { id, why } => {
            removed("An outcome was taken out", plan.outcome(*id).map(|i| i.words.words.as_str()), why)
        }
        E::OutcomeAimed { id, aim } => said("What kind of change an outcome is was said")
            .maybe("Outcome", plan.outcome(*id).map(|i| &i.words.words))
            .with("It means that", aim.words()),
        E::RiskAdded { id: _, risk, voice } => of_risk("A risk was added", risk).by(*voice),
        E::RiskChanged { id, risk, voice, based_on: _ } => of_risk("A risk was changed", risk)
            .by(*voice)
            .crossing(plan.risk(*id).map(|i| i.crossing_at(cx.seq))),
        E::RiskRemoved { id, why } => {
            let found = plan.risks.iter().find(|i| i.id == *id);
            removed("A risk was taken out", found.map(|i| i.words.words.as_str()), why)
        }
        E::ActionAdded { id: _, action, voice } => {
            of_action(cx, "Something to do was added", action).by(*voice)
        }
        E::ActionChanged { id, action, voice, based_on: _ } => {
            of_action(cx, "Something to do was changed", action)
                .by(*voice)
                .crossing(plan.action(*id).map(|i| i.crossing_at(cx.seq)))
        }
        E::ActionDone { id, on } => {
            said("Something was done").maybe("What", action_words(cx, *id)).with("When", day(*on))
        }
        E::ActionFallbackSet { id, otherwise } => {
            let otherwise = otherwise.as_ref().map_or("Nothing said", |words| words.as_str());
            said("What happens if something is not done was said")
                .maybe("What", action_words(cx, *id))
                .with("Otherwise", otherwise)
        }
        E::ActionRemoved { id, why } => removed("Something to do was taken out", action_words(cx, *id), why),
        E::LineAdded { id: _, line, voice } => {
            of_line(cx, "Something the money buys was added", line).by(*voice)
        }
        E::LineChanged { id, line, voice, based_on: _ } => {
            of_line(cx, "Something the money buys was changed", line)
                .by(*voice)
                .crossing(plan.line(*id).map(|i| i.crossing_at(cx.seq)))
        }
        E::LineRemoved { id, why } => {
            let found = plan.line(*id).map(|i| i.words.what.as_str());
            removed("Something the money buys was taken out", found, why)
        }
        E::LineTopUpSet { id, own } => said("What the person adds of their own was set")
            .maybe("For", plan.line(*id).map(|i| &i.words.what))
            .with("Each time", own),
        E::HoldingAdded { id: _, holding, from } => holding_added(holding, *from),
        E::HoldingEnded { id, on, why } => said("A way to hold the money ended")
            .maybe("Name", plan.holding(*id).map(|h| &h.words.name))
            .with("On", day(*on))
            .with("Why", why),
        E::FirstReviewSet { on } => said("The day of the first review was set").with("Day", day(*on)),
    }
}

fn holding_added(holding: &HoldingWords, from: Date) -> Description {
    let HoldingWords { mode, organisation: _, name } = holding;
    said("A way to hold the money was added")
        .with("Name", name)
        .with("How", mode.words())
        .with("From", day(from))
}

fn outcomes(cx: &Context<'_>, ids: &[OutcomeId]) -> Vec<String> {
    let words = |id: &OutcomeId| cx.case.plan.outcome(*id).map(|o| short(o.words.words.as_str()));
    ids.iter().filter_map(words).collect()
}

fn of_outcome(cx: &Context<'_>, title: &str, outcome: &OutcomeWords) -> Description {
    let needs = &cx.case.assessment.needs;
    let need = |id| needs.iter().find(|n| n.id == id).map(|n| short(n.words.as_str()));
    said(title)
        .with("Outcome", &outcome.words)
        .maybe("How they will know", outcome.sign.as_ref())
        .list("For the need", outcome.needs.iter().filter_map(|id| need(*id)))
}

fn of_action(cx: &Context<'_>, title: &str, action: &ActionWords) -> Description {
    said(title)
        .with("What", &action.what)
        .with("Who", &action.who)
        .with("Paid", if action.paid { "Yes" } else { "No, unpaid help" })
        .with("When", &action.when)
        .maybe("By", action.by.map(day))
        .list("For", outcomes(cx, &action.outcomes))
}

fn action_words<'a>(cx: &Context<'a>, id: crate::ActionId) -> Option<&'a str> {
    cx.case.plan.actions.iter().find(|i| i.id == id).map(|i| i.words.what.as_str())
}

fn of_line(cx: &Context<'_>, title: &str, line: &LineWords) -> Description {
    let kind = cx.framework.spending_kind(&line.kind);
    said(title)
        .with("What", &line.what)
        .with("Cost", format!("{} {}", line.amount, line.every.words()))
        .with("Whose money", funder(line.funder))
        .maybe("Kind", kind.map(|k| &k.name))
        .maybe("Paid by", line.holding.and_then(|id| cx.case.plan.holding(id)).map(|h| &h.words.name))
        .list("For", outcomes(cx, &line.outcomes))
}

fn of_risk(title: &str, risk: &RiskWords) -> Description {
    said(title).with("Risk", &risk.words).with("What we do", &risk.what_we_do).with("Who", &risk.who)
}

impl Description {
    /// Says that somebody else wrote at the same time, or that this ended it.
    fn crossing(self, crossing: Option<Crossing>) -> Self {
        match crossing.unwrap_or_default() {
            Crossing::None => self,
            Crossing::Beside => self.with(
                "At the same time",
                "Somebody else changed it too, so both versions stood side by side",
            ),
            Crossing::Together => {
                self.with("Versions", "They stood side by side until then, and became this one")
            }
        }
    }
}

fn removed(title: &str, what: Option<&str>, why: &crate::Prose) -> Description {
    said(title).maybe("What", what).with("Why", why)
}
