//! The budget on paper: every step from what was said to the amount.

use super::Source;
use super::parts::{contact, facts, heading, money_bar, of, payer, summed, table, text, whose};
use domain::case::budget::{Adjustment, Amounts, Question, Working};
use domain::dates;
use domain::framework::Method;
use domain::ledger::Funder;
use domain::paper::{Block, Paper};

pub fn paper(source: &Source<'_>) -> Option<Paper> {
    let budget = &source.case.budget;
    let (working, amounts) = (budget.working.as_ref()?, budget.amounts()?);
    let method = source.framework.method_version(working.method);
    let mut blocks = short_answer(source, amounts);
    blocks.extend(changed_by_hand(source));
    blocks.extend(steps(source, working, method));
    blocks.extend(spending(source));
    blocks.extend(questions(source));
    blocks.extend(disagree(source));
    let title = format!("How {} budget was worked out", of(source.case.person_name()));
    let day = budget
        .worked_out
        .map_or(String::new(), |at| format!("Worked out on {}", dates::long(dates::london(at))));
    let intro = "This paper shows each step from what you told us to the amount. It is not set in stone. If a step looks wrong to you, tell us and we will look at it again.";
    Some(super::parts::paper(source, title, &day, intro.to_owned(), blocks))
}

fn short_answer(source: &Source<'_>, amounts: Amounts) -> Vec<Block> {
    let mut pairs = vec![("For a year", amounts.yearly().to_string())];
    if amounts.start_up.0 > 0 {
        pairs.push(("Once, to begin with", amounts.start_up.to_string()));
        pairs.push(("In the first year", amounts.first_year().to_string()));
    }
    let parts = vec![
        (format!("Health, from {}", source.framework.nhs_body), amounts.nhs),
        (format!("Social care, from {}", source.framework.council), amounts.council),
        ("Once, to begin with".to_owned(), amounts.start_up),
    ];
    vec![
        heading(1, "The short answer"),
        facts(pairs),
        money_bar("Where the money comes from in the first year", parts),
        text(
            "This is a first idea of how much money there is, so that you can plan with it. The amount is final when your plan is agreed.",
        ),
    ]
}

/// A person changed what the method gave.
fn changed_by_hand(source: &Source<'_>) -> Vec<Block> {
    let Some(Adjustment { why, by, at, .. }) = &source.case.budget.adjusted else { return vec![] };
    let title = format!("{} changed the amount on {}", source.name_of(*by), dates::long(dates::london(*at)));
    vec![Block::Callout { title, body: why.to_string() }]
}

fn steps(source: &Source<'_>, working: &Working, method: Option<&Method>) -> Vec<Block> {
    let mut blocks = vec![heading(1, "Step by step")];
    if let Some(method) = method {
        blocks.push(text(method.explained.to_string()));
        blocks.push(facts(vec![
            ("A point for health", format!("{} a year", method.nhs_per_point)),
            ("A point for social care", format!("{} a year", method.council_per_point)),
        ]));
    }
    let mut rows = vec![];
    for step in &working.steps {
        let question = method.and_then(|m| m.questions.iter().find(|q| q.key == step.question));
        let asked = question.map_or_else(|| step.question.clone(), |q| q.title.to_string());
        let answer = question
            .and_then(|q| q.levels.get(usize::from(step.level)))
            .map_or(String::new(), |(words, _)| words.to_string());
        let funder = if step.council.0 > 0 || question.is_some_and(|q| q.funder == Funder::Council) {
            Funder::Council
        } else {
            Funder::Nhs
        };
        rows.push(vec![
            asked,
            answer,
            payer(source, funder),
            step.points.to_string(),
            (step.nhs + step.council).to_string(),
        ]);
    }
    let points: u32 = working.steps.iter().map(|s| s.points).sum();
    let sum = vec![
        "Altogether for a year".to_owned(),
        String::new(),
        String::new(),
        points.to_string(),
        working.yearly().to_string(),
    ];
    let head = &["We asked about", "The answer", "Whose money", "Points", "For a year"];
    blocks.extend(summed(table("From answers to pounds", head, rows, &[3, 4]), sum));
    blocks
}

fn spending(source: &Source<'_>) -> Vec<Block> {
    let mut blocks = vec![
        heading(1, "What it can be spent on"),
        Block::Bullets(vec![
            "The NHS part: what keeps you well and meets your health needs, as your plan says.".to_owned(),
            "The council’s part: what meets your social care needs, as your plan says.".to_owned(),
        ]),
        text("You choose. It has to be in your plan, and your plan has to be agreed."),
    ];
    let rows = source
        .framework
        .spending
        .iter()
        .filter_map(|kind| kind.excluded.as_ref().map(|(why, from)| (kind, why, from)))
        .map(|(kind, why, from)| vec![kind.name.to_string(), why.to_string(), from.to_string()])
        .collect();
    let head = &["Not this", "Why", "Where it is written"];
    blocks.extend(table("What the law leaves out", head, rows, &[]));
    blocks
}

fn questions(source: &Source<'_>) -> Vec<Block> {
    let mut blocks = vec![];
    for Question { words, voice, by, answer } in &source.case.budget.questions {
        blocks.push(Block::Quote { words: words.to_string(), who: whose(source, *voice, *by) });
        blocks.push(match answer {
            Some(answer) => text(format!("Our answer: {answer}")),
            None => text("We have not answered this yet."),
        });
    }
    if !blocks.is_empty() {
        blocks.insert(0, heading(1, "What was asked about it"));
    }
    blocks
}

fn disagree(source: &Source<'_>) -> Vec<Block> {
    vec![
        heading(1, "If it does not look right"),
        text(
            "Tell us in any words you like. “This is not enough for my nights” is a good reason to look again.",
        ),
        text(contact(source)),
    ]
}
