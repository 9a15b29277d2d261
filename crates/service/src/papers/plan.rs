//! The care and support plan on paper, in the person's own terms.

use super::Source;
use super::parts::{each_time, facts, heading, money_bar, of, payer, summed, table, text, who, whose};
use domain::case::Voice;
use domain::case::history::InFull;
use domain::case::plan::decide::short;
use domain::case::plan::{Item, Mode, Section, Version, Writing};
use domain::case::signoff::{Decided, Outcome};
use domain::ledger::Funder;
use domain::paper::{Block, Paper};
use domain::{OutcomeId, dates};

/// Makes the plan; whoever calls knows that there is one.
pub fn paper_title(source: &Source<'_>) -> String {
    format!("{} care and support plan", of(source.case.person_name()))
}

pub fn paper(source: &Source<'_>) -> Paper {
    let case = source.case;
    let name = case.person_name();
    let mut blocks = standing(source);
    blocks.extend(about(source));
    blocks.extend(matters(source));
    blocks.extend(changes(source));
    blocks.extend(actions(source));
    blocks.extend(if_things_go_wrong(source));
    blocks.extend(money(source));
    blocks.extend(holdings(source));
    blocks.extend(review(source));
    blocks.extend(people(source));
    let agreed = match case.signoff.agreed().and_then(|s| s.outcome.as_ref()) {
        Some(decided) => format!("Agreed on {}", dates::long(dates::london(decided.at))),
        None => "Not agreed yet".to_owned(),
    };
    let intro = format!(
        "This plan belongs to {name}. It says who {name} is, what matters, what is to change, and how the personal health budget helps."
    );
    super::parts::paper(source, paper_title(source), &agreed, intro, blocks)
}

/// Whether this is the plan that was agreed.
fn standing(source: &Source<'_>) -> Vec<Block> {
    let case = source.case;
    let callout = |title: &str, body: String| vec![Block::Callout { title: title.to_owned(), body }];
    let Some(agreed) = case.signoff.agreed() else {
        let body = match case.signoff.waiting() {
            Some(sent) => format!(
                "It was sent to be agreed on {} and is being read.",
                dates::long(dates::london(sent.sent))
            ),
            None => "It is still being written and can change at any time.".to_owned(),
        };
        return callout("This plan has not been agreed yet", body);
    };
    if case.plan.changed <= agreed.seq {
        return vec![];
    }
    let on = agreed.outcome.as_ref().map_or(String::new(), |decided| dates::long(dates::london(decided.at)));
    let body = format!(
        "This is the plan with everything that was changed since it was agreed on {on}. The paper for that day shows it as it was agreed."
    );
    callout("Some of this plan is newer than what was agreed", body)
}

/// A section's words and whose they are. Where two people wrote at the same
/// time, both stand.
fn section(source: &Source<'_>, section: Section) -> Vec<Block> {
    let Some(written) = source.case.plan.section(section) else { return vec![] };
    let quote = |w: &Writing| Block::Quote { words: w.text.to_string(), who: whose_writing(source, w) };
    let mut blocks = vec![heading(2, section.title())];
    if written.is_contested() {
        blocks.push(text(
            "Two people wrote this at the same time. Both stand until they are brought together.",
        ));
        blocks.extend(written.standing.iter().map(quote));
        return blocks;
    }
    for writing in &written.standing {
        if whose_writing(source, writing).is_empty() {
            blocks.push(text(writing.text.to_string()));
        } else {
            blocks.push(quote(writing));
        }
    }
    blocks
}

/// Whose words these are; nothing where they are the person's own, of whom the
/// paper is, and nobody else wrote them down.
fn whose_writing(source: &Source<'_>, writing: &Writing) -> String {
    let whose = whose(source, writing.voice, writing.by);
    if whose == source.case.person_name() { String::new() } else { whose }
}

/// The versions that stand beside something above, in full, with whose they are
/// and when they were recorded; nothing where there is but one.
fn others<I, W, S>(source: &Source<'_>, name: &str, item: &Item<I, W, S>) -> Vec<Block>
where
    Version<W, S>: InFull,
{
    if !item.is_contested() {
        return vec![];
    }
    let mut blocks = vec![
        heading(3, &format!("Another version of “{}”", short(name))),
        text(
            "Two people changed this at the same time. What stands above is the newest, and counts for now. Both stand until they are brought together.",
        ),
    ];
    for version in item.beside.iter().rev() {
        let mut pairs = version.in_full(source.case, source.framework);
        let whose = format!("{}, {}", who(source, version.voice), dates::moment(version.at));
        pairs.push(("Whose words".to_owned(), whose));
        pairs.push(("Written down by".to_owned(), source.name_of(version.by)));
        blocks.push(Block::Facts(pairs));
    }
    blocks
}

/// A part of the plan with its heading; nothing if it is empty.
fn part(title: &str, blocks: Vec<Block>) -> Vec<Block> {
    if blocks.is_empty() {
        return vec![];
    }
    let mut all = vec![heading(1, title)];
    all.extend(blocks);
    all
}

fn about(source: &Source<'_>) -> Vec<Block> {
    let circle = &source.case.circle;
    let mut blocks = section(source, Section::WhoIAm);
    if let Some(communication) = &circle.communication {
        blocks.push(heading(2, "How to talk with me"));
        let mut pairs = vec![];
        pairs.extend(communication.yes.as_ref().map(|yes| ("How I say yes", yes.to_string())));
        pairs.extend(communication.no.as_ref().map(|no| ("How I say no", no.to_string())));
        pairs.push(("How I communicate", communication.how.to_string()));
        pairs.extend(communication.helps.as_ref().map(|helps| ("Good to know", helps.to_string())));
        blocks.push(facts(pairs));
    }
    blocks.extend(section(source, Section::WhoSpeaks));
    let speakers: Vec<Vec<String>> = circle
        .present()
        .flat_map(|m| {
            m.speaks.iter().map(|s| vec![who(source, Voice::Member(m.id)), s.words(), s.about.to_string()])
        })
        .collect();
    blocks.extend(table("Who speaks with me or for me", &["Who", "How", "About what"], speakers, &[]));
    part("About me", blocks)
}

fn matters(source: &Source<'_>) -> Vec<Block> {
    let sections =
        [Section::ImportantToMe, Section::ImportantForMyHealth, Section::Working, Section::NotWorking];
    part("What matters", sections.into_iter().flat_map(|s| section(source, s)).collect())
}

fn changes(source: &Source<'_>) -> Vec<Block> {
    let case = source.case;
    let mut blocks = vec![];
    for (n, outcome) in (1..).zip(case.plan.current_outcomes()) {
        blocks.push(heading(2, &format!("Change {n}")));
        blocks.push(text(outcome.words.words.to_string()));
        let mut pairs = vec![];
        pairs.extend(outcome.words.sign.as_ref().map(|sign| ("How we will know", sign.to_string())));
        let needs: Vec<String> = case
            .assessment
            .needs
            .iter()
            .filter(|need| outcome.words.needs.contains(&need.id))
            .map(|need| need.words.to_string())
            .collect();
        if !needs.is_empty() {
            pairs.push(("The need behind it", needs.join("\n")));
        }
        let bought: Vec<String> = case
            .plan
            .current_lines()
            .filter(|l| l.words.outcomes.contains(&outcome.id))
            .map(|l| format!("{}: {}", l.words.what, each_time(&l.words)))
            .collect();
        if !bought.is_empty() {
            pairs.push(("What the money buys", bought.join("\n")));
        }
        if !pairs.is_empty() {
            blocks.push(facts(pairs));
        }
        blocks.extend(others(source, outcome.words.words.as_str(), outcome));
    }
    part("What I want to change", blocks)
}

/// `1 and 3`: the numbers under which outcomes stand in this paper.
fn numbers(source: &Source<'_>, outcomes: &[OutcomeId]) -> String {
    let numbered = (1..).zip(source.case.plan.current_outcomes());
    let found: Vec<String> =
        numbered.filter(|(_, o)| outcomes.contains(&o.id)).map(|(n, _): (u32, _)| n.to_string()).collect();
    found.join(", ")
}

fn actions(source: &Source<'_>) -> Vec<Block> {
    let plan = &source.case.plan;
    let rows = plan
        .current_actions()
        .map(|action| {
            let done = plan.actions_done.iter().find(|(id, _)| *id == action.id);
            let when = match (done, action.words.by) {
                (Some((_, on)), _) => format!("Done on {}", dates::long(*on)),
                (None, Some(by)) => format!("{}, by {}", action.words.when, dates::long(by)),
                (None, None) => action.words.when.to_string(),
            };
            let who = if action.words.paid {
                format!("{} (paid)", action.words.who)
            } else {
                action.words.who.to_string()
            };
            vec![action.words.what.to_string(), who, when, numbers(source, &action.words.outcomes)]
        })
        .collect();
    let head = &["What", "Who", "When", "For change"];
    let mut blocks: Vec<Block> = table("What each of us will do", head, rows, &[]).into_iter().collect();
    blocks.extend(plan.current_actions().flat_map(|a| others(source, a.words.what.as_str(), a)));
    part("Who does what", blocks)
}

fn if_things_go_wrong(source: &Source<'_>) -> Vec<Block> {
    let rows = source
        .case
        .plan
        .current_risks()
        .map(|r| vec![r.words.words.to_string(), r.words.what_we_do.to_string(), r.words.who.to_string()])
        .collect();
    let mut blocks = section(source, Section::IfThingsGoWrong);
    let head = &["What could happen", "What we do about it", "Who looks after it"];
    blocks.extend(table("What could go wrong", head, rows, &[]));
    let risks = source.case.plan.current_risks();
    blocks.extend(risks.flat_map(|r| others(source, r.words.words.as_str(), r)));
    part("Staying safe", blocks)
}

fn money(source: &Source<'_>) -> Vec<Block> {
    let plan = &source.case.plan;
    let lines: Vec<_> = plan.current_lines().map(|l| &l.words).collect();
    if lines.is_empty() {
        return vec![];
    }
    let year = plan.first_year_cost();
    let mut blocks = vec![text(format!("Everything in this plan costs {year} in its first year."))];
    let parts = lines.iter().map(|l| (l.what.to_string(), l.yearly())).collect();
    blocks.push(money_bar(&format!("What the {year} buys in the first year"), parts));
    let rows = lines
        .iter()
        .map(|l| {
            vec![
                l.what.to_string(),
                numbers(source, &l.outcomes),
                payer(source, l.funder),
                each_time(l),
                l.yearly().to_string(),
            ]
        })
        .collect();
    let head = &["What", "For change", "Whose money", "How much", "First year"];
    let sum = vec!["Altogether".to_owned(), String::new(), String::new(), String::new(), year.to_string()];
    blocks.extend(summed(table("Each thing the money buys", head, rows, &[4]), sum));
    blocks.extend(plan.current_lines().flat_map(|l| others(source, l.words.what.as_str(), l)));
    let council = plan.first_year_cost_of(Funder::Council);
    if council.0 > 0 {
        let nhs = plan.first_year_cost_of(Funder::Nhs);
        blocks
            .push(facts(vec![("From the NHS", nhs.to_string()), ("From the council", council.to_string())]));
    }
    part("The money", blocks)
}

fn holdings(source: &Source<'_>) -> Vec<Block> {
    let mut blocks = section(source, Section::HowMoneyIsHeld);
    let rows = source
        .case
        .plan
        .open_holdings()
        .map(|h| {
            let how = match h.words.mode {
                Mode::Notional => "The NHS or the council holds it",
                Mode::ThirdParty => "An organisation holds it",
                Mode::DirectPayment => "Direct payment",
            };
            vec![h.words.name.to_string(), how.to_owned(), dates::long(h.from)]
        })
        .collect();
    blocks.extend(table("Where the money is", &["For", "How it is held", "From"], rows, &[]));
    part("Holding the money", blocks)
}

fn review(source: &Source<'_>) -> Vec<Block> {
    let case = source.case;
    let mut blocks = section(source, Section::HowWeReview);
    let mut pairs = vec![];
    if let Some(held) = case.review.last_held() {
        pairs.push(("The last review", dates::long(held.on)));
    }
    let due = case.review_due(source.framework).or(case.plan.first_review);
    pairs.extend(due.map(|due| ("The next review, by", dates::long(due))));
    if !pairs.is_empty() {
        blocks.push(facts(pairs));
    }
    blocks.push(text("Anyone in the circle can ask for a review sooner, at any time and for any reason."));
    part("Looking at it together", blocks)
}

fn people(source: &Source<'_>) -> Vec<Block> {
    let case = source.case;
    let rows = case
        .circle
        .present()
        .map(|m| vec![m.name.to_string(), m.relation.to_string(), m.role.words().to_owned()])
        .collect();
    let mut blocks: Vec<Block> =
        table("The people around me", &["Name", "Who they are", "Their part"], rows, &[])
            .into_iter()
            .collect();
    if let Some(Decided { outcome: Outcome::Agreed { reasons, .. }, by, at }) =
        case.signoff.agreed().and_then(|s| s.outcome.as_ref())
    {
        blocks.push(heading(2, "Who agreed it, and why"));
        let who = source.name_of(*by);
        let on = dates::long(dates::london(*at));
        blocks.push(Block::Quote { words: reasons.to_string(), who: format!("{who}, {on}") });
    }
    part("The people", blocks)
}
