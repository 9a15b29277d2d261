//! The agreement on paper: one document, with the parts that apply (001:574).

use super::Source;
use super::parts::{contact, facts, heading, money_bar, of, payer, table, text, who};
use domain::case::arrangement::{Agreement, InstalmentKind, Part, PaymentState};
use domain::case::plan::Mode;
use domain::case::signoff::Outcome;
use domain::dates;
use domain::paper::{Block, Paper};

pub fn paper(source: &Source<'_>) -> Option<Paper> {
    let agreement = source.case.arrangement.agreement()?;
    let name = source.case.person_name();
    let mut blocks = between(source, agreement);
    blocks.extend(money(source));
    for part in &agreement.parts {
        blocks.push(heading(1, part_title(*part)));
        blocks.push(Block::Bullets(promises(source, *part)));
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
    let speakers: Vec<String> = source
        .case
        .circle
        .present()
        .filter(|m| !m.speaks.is_empty())
        .map(|m| {
            let footings: Vec<&str> = m.speaks.iter().map(|s| s.footing.words()).collect();
            format!("{}: {}", m.name, footings.join(", "))
        })
        .collect();
    if !speakers.is_empty() {
        pairs.push(("Who speaks with or for them", speakers.join("\n")));
    }
    vec![heading(1, "Who agrees"), facts(pairs)]
}

fn money(source: &Source<'_>) -> Vec<Block> {
    let Some((Outcome::Agreed { nhs, council, start_up, .. }, ..)) =
        source.case.signoff.agreed().and_then(|s| s.outcome.as_ref())
    else {
        return vec![];
    };
    let mut blocks = vec![
        heading(1, "The money"),
        money_bar(
            "What was agreed for the first year",
            vec![
                (format!("From {}", source.framework.nhs_body), *nhs),
                (format!("From {}", source.framework.council), *council),
                ("Once, to begin with".to_owned(), *start_up),
            ],
        ),
    ];
    let rows = source
        .case
        .plan
        .open_holdings()
        .map(|h| {
            let account = source.case.arrangement.accounts.iter().find(|(id, ..)| *id == h.id);
            let where_it_is = match (h.words.mode, account) {
                (Mode::DirectPayment, Some((_, name, last_four))) => {
                    format!("Account of {name}, ending in {last_four}")
                }
                (Mode::DirectPayment, None) => "The account has not been checked yet".to_owned(),
                (Mode::ThirdParty, _) => "With the organisation".to_owned(),
                (Mode::Notional, _) => "With us".to_owned(),
            };
            let mode = match h.words.mode {
                Mode::Notional => "We hold it",
                Mode::ThirdParty => "An organisation holds it",
                Mode::DirectPayment => "Direct payment",
            };
            vec![h.words.name.to_string(), mode.to_owned(), where_it_is]
        })
        .collect();
    blocks.extend(table("How the money is held", &["For", "How", "Where it is"], rows, &[]));
    blocks
}

fn part_title(part: Part) -> &'static str {
    match part {
        Part::Everyone => "What we all agree to",
        Part::Notional => "Where we hold the money",
        Part::ThirdParty => "Where an organisation holds the money",
        Part::DirectPayment => "Where you have a direct payment",
        Part::EmployingPeople => "If you employ people",
    }
}

fn promises(source: &Source<'_>, part: Part) -> Vec<String> {
    let months = source.framework.first_review_months;
    let year = source.framework.review_months;
    let lines: Vec<String> = match part {
        Part::Everyone => vec![
            "The money is used for what the agreed plan says, and for nothing that the law leaves out.".into(),
            "The plan can be changed. Small changes within it need nobody’s permission. For others, talk to us first."
                .into(),
            format!("We look at it together within {months} months of starting, and then at least every {year} months. You can ask sooner."),
            "You tell us when something important changes: where you live, your health, who helps you.".into(),
            "We keep what we know about you private, and share it only as you agreed or as the law asks.".into(),
            "If the money is not enough to meet your needs, tell us. We look at it again with you.".into(),
        ],
        Part::Notional => vec![
            "We look after this money and pay for the care that you chose.".into(),
            "You can see at any time what came in, what was spent and what is left.".into(),
        ],
        Part::ThirdParty => vec![
            "The organisation that you chose holds this money for you and for nothing else.".into(),
            "It pays for the care in your plan, keeps receipts, and shows you and us what it spent.".into(),
            "If you want another organisation, tell us. We help you to change.".into(),
        ],
        Part::DirectPayment => vec![
            "The money goes into a bank account that is used only for this.".into(),
            "You may add money of your own to the council’s part. Nothing can be added to the NHS part: if it is not enough, tell us."
                .into(),
            "Keep bank statements and receipts. You can show them to us on this service as you go.".into(),
            "Money that is not needed stays in the account until we have talked about it. We may ask for what has built up to be paid back, after asking you why."
                .into(),
            "We may ask for money back if it was used for something that is not in the plan, or by fraud. An honest mistake is not fraud."
                .into(),
            "You can stop having a direct payment at any time. Your care goes on in another way.".into(),
        ],
        Part::EmployingPeople => vec![
            "You are the employer, with a contract, payslips, holiday and sick pay, and insurance for it. The plan has money for that."
                .into(),
            "People who help you are checked before they start, and are shown how to do what needs to be done safely."
                .into(),
            "Do not employ someone of your family who lives with you, unless we have agreed that it is needed.".into(),
            "You can have help with all of it. Ask us who gives it.".into(),
        ],
    };
    lines
}

fn payments(source: &Source<'_>) -> Vec<Block> {
    let mut planned: Vec<_> =
        source.case.arrangement.instalments.iter().filter(|i| i.state != PaymentState::Cancelled).collect();
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
        Some((voice, how, at)) => {
            pairs.push(("For the person", format!("{}, {}\n{how}", who(source, *voice), dates::moment(*at))))
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
