//! The agreement on paper: one document, with the parts that apply (001:574).

use super::Source;
use super::parts::{contact, facts, heading, money_bar, of, payer, table, text, who};
use domain::case::arrangement::agreement::year_start;
use domain::case::arrangement::sight::Accounts;
use domain::case::arrangement::{
    Agreement, ApprovedAccount, Instalment, InstalmentKind, PaymentState, Signature, Term, words,
};
use domain::case::circle::Speaks;
use domain::case::plan::Mode;
use domain::case::signoff::{Decided, Outcome};
use domain::dates;
use domain::paper::{Block, Paper};

pub fn paper(source: &Source<'_>) -> Option<Paper> {
    let agreement = source.case.arrangement.agreement()?;
    let name = source.case.person_name();
    let mut blocks = between(source, agreement);
    blocks.extend(money(source, agreement));
    for part in &agreement.parts {
        blocks.push(heading(1, words::title(*part)));
        blocks.push(Block::Bullets(words::promises(source.framework, *part)));
    }
    blocks.extend(payments(source));
    blocks.push(heading(1, "If something changes or goes wrong"));
    blocks.push(text(
        "Either side can end this agreement by telling the other in writing, 4 weeks before. If it ends, we plan together how the care goes on: nobody is left without it.",
    ));
    blocks.push(text(source.framework.appeal.to_string()));
    blocks.push(text(contact(source)));
    blocks.extend(signing(source, agreement));
    let title = format!("Agreement about {} personal health budget", of(name));
    let day = format!("From {}", dates::long(agreement.from));
    let intro = "This says what each of us has agreed to do. It is in plain words on purpose. Ask about anything in it before you sign.";
    Some(super::parts::paper(source, title, &day, intro.to_owned(), blocks))
}

fn between(source: &Source<'_>, agreement: &Agreement) -> Vec<Block> {
    let framework = source.framework;
    let mut pairs = vec![
        ("For", source.case.person_name().to_owned()),
        ("With", format!("{} and {}", framework.nhs_body, framework.council)),
        ("From", dates::long(agreement.from)),
    ];
    let year = year_start(source.case, agreement.from);
    if year < agreement.from {
        pairs.push(("The amounts are for the year from", dates::long(year)));
    }
    let speakers: Vec<String> = source
        .case
        .circle
        .present()
        .filter(|m| !m.speaks.is_empty())
        .map(|m| {
            let footings: Vec<String> = m.speaks.iter().map(Speaks::words).collect();
            format!("{}: {}", m.name, footings.join(", "))
        })
        .collect();
    if !speakers.is_empty() {
        pairs.push(("Who speaks with or for them", speakers.join("\n")));
    }
    vec![heading(1, "Who agrees"), facts(pairs)]
}

fn money(source: &Source<'_>, agreement: &Agreement) -> Vec<Block> {
    let Some(Decided { outcome: Outcome::Agreed { nhs, council, start_up, .. }, .. }) =
        source.case.signoff.agreed().and_then(|s| s.outcome.as_ref())
    else {
        return vec![];
    };
    let mut blocks = vec![heading(1, "The money")];
    if *source.accounts == Accounts::Every {
        blocks.push(money_bar(
            "What was agreed for the first year",
            vec![
                (format!("From {}", source.framework.nhs_body), *nhs),
                (format!("From {}", source.framework.council), *council),
                ("Once, to begin with".to_owned(), *start_up),
            ],
        ));
    }
    // As it was when this agreement was made: that is what is signed.
    let rows = agreement
        .terms
        .iter()
        .filter(|term| source.accounts.has(term.holding))
        .map(|Term { holding, words, .. }| {
            let account = source.case.arrangement.accounts.iter().find(|a| a.holding == *holding);
            let where_it_is = match (words.mode, account) {
                (Mode::DirectPayment, Some(ApprovedAccount { name, last_four, .. })) => {
                    format!("Account of {name}, ending in {last_four}")
                }
                (Mode::DirectPayment, None) => "The account has not been checked yet".to_owned(),
                (Mode::ThirdParty, _) => "With the organisation".to_owned(),
                (Mode::Notional, _) => "With us".to_owned(),
            };
            let mode = match words.mode {
                Mode::Notional => "We hold it",
                Mode::ThirdParty => "An organisation holds it",
                Mode::DirectPayment => "Direct payment",
            };
            vec![words.name.to_string(), mode.to_owned(), where_it_is]
        })
        .collect();
    blocks.extend(table("How the money is held", &["For", "How", "Where it is"], rows, &[]));
    blocks
}

fn payments(source: &Source<'_>) -> Vec<Block> {
    let is_shown =
        |i: &&Instalment| i.state != PaymentState::Cancelled && source.accounts.has(i.planned.holding);
    let mut planned: Vec<_> = source.case.arrangement.instalments.iter().filter(is_shown).collect();
    planned.sort_by_key(|i| i.planned.due);
    let rows = planned
        .iter()
        .map(|i| {
            let kind = match i.planned.kind {
                InstalmentKind::StartUp => "To begin with",
                InstalmentKind::Regular => "Regular",
                InstalmentKind::OneOff => "Once",
            };
            let holding = source.case.plan.holding(i.planned.holding);
            let goes_to = holding.map_or(String::new(), |h| h.words.name.to_string());
            let due = match i.paid {
                Some(paid) => format!("Paid on {}", dates::long(paid)),
                None => dates::long(i.planned.due),
            };
            vec![due, kind.to_owned(), goes_to, payer(source, i.planned.funder), i.planned.amount.to_string()]
        })
        .collect();
    let head = &["When", "What", "To", "Whose money", "Amount"];
    let Some(block) = table("When money is paid", head, rows, &[4]) else { return vec![] };
    vec![heading(1, "The payments"), block]
}

fn signing(source: &Source<'_>, agreement: &Agreement) -> Vec<Block> {
    let mut blocks = vec![heading(1, "Signatures")];
    let (mut pairs, mut open) = (vec![], vec![]);
    let name = source.case.person_name();
    match &agreement.signed {
        Some(Signature { voice, how, at }) => {
            let how = if source.sees_how { format!("\n{how}") } else { String::new() };
            pairs.push(("For the person", format!("{}, {}{how}", who(source, *voice), dates::moment(*at))))
        }
        None => open.push(format!("{name}, or someone who may sign for {name}")),
    }
    match &agreement.countersigned {
        Some((by, at)) => {
            pairs.push(("For the NHS", format!("{}, {}", source.name_of(*by), dates::moment(*at))));
        }
        None => open.push(format!("For {}", source.framework.nhs_body)),
    }
    if !pairs.is_empty() {
        blocks.push(facts(pairs));
    }
    if !open.is_empty() {
        blocks.push(Block::Signatures(open));
    }
    blocks
}
