//! The nine things that a plan must show before it is agreed (003:362-373),
//! each in words: what was found, what is missing, and where to put it.

use super::decide::short;
use super::{ActionItem, Item, LineItem, Mode, OutcomeItem, RiskItem, Section, Written, money};
use crate::access::{Action, Actor};
use crate::case::Case;
use crate::case::circle::{CaseRole, ConsentAbout, Footing, Member};
use crate::dates;
use crate::place::{CasePage, PlanItem, PlanList, PlanPage};
use strum::VariantArray;

/// Something that is missing: what to do, and the page of the case to do it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub words: String,
    pub page: CasePage,
}

/// One of the nine criteria, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    pub title: String,
    pub met: bool,
    pub found: Vec<String>,
    pub missing: Vec<Missing>,
}

/// Whether amounts of the budget are told to whoever reads what a plan needs: the
/// plan can be shared with somebody, and the budget not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetAmounts {
    Told,
    Withheld,
}

impl BudgetAmounts {
    #[must_use]
    pub fn to(reader: &Actor, case: &Case) -> Self {
        if reader.may(Action::SeeBudget, case) { Self::Told } else { Self::Withheld }
    }
}

/// The nine criteria in their order. A plan that meets them all can be agreed.
#[must_use]
pub fn checklist(case: &Case, amounts: BudgetAmounts) -> Vec<Criterion> {
    let all: [(&str, Looks); 9] = [
        ("Who you are", who),
        ("What is working and what is not", working),
        ("What is important to you and for your health", important),
        ("What could go wrong, and what we do about it", risks),
        ("What should change, and how", outcomes),
        ("How the money is held and what it is for", uses_of_money),
        ("Who does what, and when", actions),
        ("Who your care co-ordinator is", coordinator),
        ("How we look at it again", review),
    ];
    all.into_iter()
        .map(|(title, look)| {
            let mut seen = Look { case, amounts, found: vec![], missing: vec![] };
            look(case, &mut seen);
            Criterion {
                title: title.to_owned(),
                met: seen.missing.is_empty(),
                found: seen.found,
                missing: seen.missing,
            }
        })
        .collect()
}

/// All that stands in several versions, and where each is brought together.
#[must_use]
pub fn contested(case: &Case) -> Vec<Missing> {
    let plan = &case.plan;
    let mut look = Look { case, amounts: BudgetAmounts::Withheld, found: vec![], missing: vec![] };
    let sections =
        Section::VARIANTS.iter().copied().filter(|s| plan.section(*s).is_some_and(Written::is_contested));
    sections.for_each(|s| look.section(s, ""));
    plan.current_outcomes().for_each(|o| look.outcome(o));
    plan.current_actions().for_each(|a| look.action(a));
    plan.current_risks().for_each(|r| look.risk(r));
    plan.current_lines().for_each(|l| look.line(l));
    look.missing
}

/// Looks for what one criterion asks for.
type Looks = fn(&Case, &mut Look<'_>);

struct Look<'c> {
    case: &'c Case,
    amounts: BudgetAmounts,
    found: Vec<String>,
    missing: Vec<Missing>,
}

impl Look<'_> {
    fn found(&mut self, words: impl Into<String>) {
        self.found.push(words.into());
    }

    fn missing(&mut self, words: impl Into<String>, page: impl Into<CasePage>) {
        self.missing.push(Missing { words: words.into(), page: page.into() });
    }

    /// A section that has to be written, and be one version.
    fn section(&mut self, section: Section, ask: &str) {
        let page = PlanPage::Write(section);
        match self.case.plan.section(section) {
            None => self.missing(ask, page),
            Some(written) if written.is_contested() => self.bring_together(section.title(), page),
            Some(_) => self.found(format!("“{}” is written", section.title())),
        }
    }

    /// Each thing in the lists of the plan has to be one version.
    fn item<I: Copy + Into<PlanItem>, W, S>(&mut self, item: &Item<I, W, S>, name: impl FnOnce(&W) -> &str) {
        if item.is_contested() {
            self.bring_together(&short(name(&item.words)), PlanPage::Item(item.id.into()));
        }
    }

    fn outcome(&mut self, outcome: &OutcomeItem) {
        self.item(outcome, |o| o.words.as_str());
    }

    fn risk(&mut self, risk: &RiskItem) {
        self.item(risk, |r| r.words.as_str());
    }

    fn action(&mut self, action: &ActionItem) {
        self.item(action, |a| a.what.as_str());
    }

    fn line(&mut self, line: &LineItem) {
        self.item(line, |l| l.what.as_str());
    }

    fn bring_together(&mut self, name: &str, page: PlanPage) {
        self.missing(format!("Bring the versions of “{name}” together: they stand side by side"), page);
    }
}

fn names<'a>(members: impl Iterator<Item = &'a Member>) -> String {
    members.map(|m| m.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn count(number: usize, one: &str, more: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {more}") }
}

fn who(case: &Case, look: &mut Look<'_>) {
    look.section(Section::WhoIAm, "Say who you are: your strengths, your family and friends, your health");
    let needs = case.assessment.current_needs().count();
    if needs > 0 {
        look.found(count(needs, "need from the assessment is shown", "needs from the assessment are shown"));
    }
    let decides = |m: &&Member| {
        m.speaks
            .iter()
            .any(|s| matches!(s.footing, Footing::Representative | Footing::Attorney | Footing::Deputy))
    };
    let speakers: Vec<&Member> = case.circle.present().filter(decides).collect();
    if !speakers.is_empty() {
        look.found(format!("Who speaks is named: {}", names(speakers.into_iter())));
        look.section(
            Section::WhoSpeaks,
            "Say how it was decided that someone speaks for you, and for which decisions",
        );
    }
}

fn working(_: &Case, look: &mut Look<'_>) {
    look.section(Section::Working, "Say what is working for you now");
    look.section(Section::NotWorking, "Say what is not working for you now");
}

fn important(_: &Case, look: &mut Look<'_>) {
    look.section(Section::ImportantToMe, "Say what matters most to you");
    look.section(Section::ImportantForMyHealth, "Say what matters for your health");
}

fn risks(case: &Case, look: &mut Look<'_>) {
    match case.plan.current_risks().count() {
        0 => look.missing(
            "Write at least one thing that could go wrong, and what you do so that it is all right",
            PlanPage::List(PlanList::Risks),
        ),
        n => {
            look.found(count(n, "risk, with what is done about it", "risks, each with what is done about it"))
        }
    }
    for risk in case.plan.current_risks() {
        look.risk(risk);
    }
    look.section(Section::IfThingsGoWrong, "Say what happens if things go wrong, and whom to call");
    let clinicians: Vec<&Member> = case.circle.present().filter(|m| m.role == CaseRole::Clinician).collect();
    if clinicians.is_empty() {
        look.missing("Name someone in the health service to call: add them to your people", CasePage::People);
    } else {
        look.found(format!("Someone in the health service to call: {}", names(clinicians.into_iter())));
    }
}

fn outcomes(case: &Case, look: &mut Look<'_>) {
    let plan = &case.plan;
    if plan.current_outcomes().next().is_none() {
        look.missing("Write at least one thing that should change", PlanPage::List(PlanList::Outcomes));
        return;
    }
    look.found(count(plan.current_outcomes().count(), "outcome", "outcomes"));
    for outcome in plan.current_outcomes() {
        look.outcome(outcome);
        let by_action = plan.current_actions().any(|a| a.words.outcomes.contains(&outcome.id));
        let by_money = plan.current_lines().any(|l| l.words.outcomes.contains(&outcome.id));
        if !by_action && !by_money {
            look.missing(
                format!("Say how outcome {} will happen: who does what for it", plan.number(outcome.id)),
                PlanPage::List(PlanList::Actions),
            );
        }
    }
}

fn uses_of_money(case: &Case, look: &mut Look<'_>) {
    look.section(Section::HowMoneyIsHeld, "Say in your own words how the money will be looked after");
    let plan = &case.plan;
    let modes: Vec<&str> = plan.open_holdings().map(|h| h.words.name.as_str()).collect();
    if modes.is_empty() {
        look.missing("Choose who holds the money", PlanPage::Holding);
    } else {
        look.found(format!("The money is held by: {}", modes.join(", ")));
    }
    if plan.open_holdings().any(|h| h.words.mode == Mode::DirectPayment)
        && !case.circle.has_consented(ConsentAbout::DirectPayment)
    {
        look.missing(
            "The agreement to a direct payment was taken back: talk about it again",
            CasePage::People,
        );
    }
    if plan.current_lines().next().is_none() {
        look.missing("Say what the money buys, and for which outcome", PlanPage::List(PlanList::Money));
        return;
    }
    look.found(format!("{} in the first year", plan.first_year_cost()));
    for line in plan.current_lines() {
        let words = &line.words;
        look.line(line);
        if !words.outcomes.iter().any(|id| plan.current_outcomes().any(|o| o.id == *id)) {
            look.missing(
                format!("Say which outcome “{}” is for", words.what),
                PlanPage::List(PlanList::Money),
            );
        }
        if !words.holding.is_some_and(|id| plan.open_holdings().any(|h| h.id == id)) {
            look.missing(format!("Say who pays for “{}”", words.what), PlanPage::List(PlanList::Money));
        }
    }
    for (funder, by) in money::over(case) {
        let more = match look.amounts {
            BudgetAmounts::Told => format!("{by} more"),
            BudgetAmounts::Withheld => "more".to_owned(),
        };
        look.missing(
            format!(
                "The plan costs {more} than there is from {}. Make something smaller, or tell us that the budget is not enough",
                funder.body()
            ),
            PlanPage::List(PlanList::Money),
        );
    }
}

fn actions(case: &Case, look: &mut Look<'_>) {
    match case.plan.current_actions().count() {
        0 => look.missing("Say who does what and when, unpaid help too", PlanPage::List(PlanList::Actions)),
        n => look.found(count(n, "thing that someone does", "things that people do")),
    }
    for action in case.plan.current_actions() {
        look.action(action);
    }
}

fn coordinator(case: &Case, look: &mut Look<'_>) {
    match case.circle.care_coordinator() {
        Some(member) => look.found(format!("Your care co-ordinator is {}", member.name)),
        None => look.missing("Name the care co-ordinator: add them to your people", CasePage::People),
    }
}

fn review(case: &Case, look: &mut Look<'_>) {
    look.section(
        Section::HowWeReview,
        "Say how you will know that it is going well or badly, and how the outcomes and the money are looked at",
    );
    match (case.plan.first_review, case.review.last_held()) {
        (_, Some(held)) => look.found(format!("The next review is by {}", dates::long(held.next))),
        (Some(on), None) => look.found(format!("The first review is on {}", dates::long(on))),
        (None, None) => look.missing("Set the day of the first review", PlanPage::ReviewDate),
    }
}
