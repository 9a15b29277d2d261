//! The agreement on paper: one document, with the parts that apply (001:574).

use super::Source;
use super::parts::{contact, facts, heading, money_bar, of, payer, table, text, who};
use domain::case::arrangement::sight::Accounts;
use domain::case::arrangement::{
    Agreement, ApprovedAccount, Instalment, InstalmentKind, Paid, PaymentState, Signature, Term, words,
};
use domain::case::budget::Amounts;
use domain::case::circle::Speaks;
use domain::case::plan::Mode;
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
    blocks.push(heading(1, "If something changes or goes wrong"));
    blocks.push(text(
        "Either side can end this agreement by telling the other in writing, 4 weeks before. If it ends, we plan together how the care goes on: nobody is left without it.",
    ));
    blocks.push(text(source.framework.appeal.to_string()));
    blocks.push(text(contact(source)));
    blocks.extend(signing(source, agreement));
    blocks.extend(how_it_stands(source, agreement));
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
    let year = source.case.arrangement.counts_from(agreement);
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

/// What is signed: the amounts, and how the money is held, as they were when
/// this agreement was made.
fn money(source: &Source<'_>, agreement: &Agreement) -> Vec<Block> {
    let Amounts { nhs, council, .. } = agreement.amounts;
    let mut blocks = vec![heading(1, "The money")];
    if *source.accounts == Accounts::Every {
        blocks.push(money_bar(
            "What was agreed for the year",
            vec![
                (format!("From {}", source.framework.nhs_body), nhs),
                (format!("From {}", source.framework.council), council),
                ("Once".to_owned(), agreement.once_in_all()),
            ],
        ));
        let before = agreement.once_before();
        if before.0 > 0 {
            blocks.push(text(words::once_before(before)));
        }
    }
    let terms = agreement.terms.iter().filter(|term| source.accounts.has(term.holding));
    let of_term = |Term { words, paid, .. }: &Term| -> Vec<Vec<String>> {
        let is_paid = |paid: &&Paid| paid.once.0 > 0 || paid.regular.0 > 0;
        let row = |Paid { by, once, regular }: &Paid| {
            let (name, how) = (words.name.to_string(), held(words.mode).to_owned());
            vec![name, how, payer(source, *by), regular.to_string(), once.to_string()]
        };
        let rows: Vec<_> = paid.iter().filter(is_paid).map(row).collect();
        // A way of holding money that nothing is paid to yet is agreed all the same.
        if !rows.is_empty() {
            return rows;
        }
        vec![vec![
            words.name.to_string(),
            held(words.mode).to_owned(),
            String::new(),
            String::new(),
            String::new(),
        ]]
    };
    let head = &["For", "How", "Whose money", "Through the year", "Once"];
    blocks.extend(table("How the money is held", head, terms.flat_map(of_term).collect(), &[3, 4]));
    blocks
}

fn held(mode: Mode) -> &'static str {
    match mode {
        Mode::Notional => "We hold it",
        Mode::ThirdParty => "An organisation holds it",
        Mode::DirectPayment => "Direct payment",
    }
}

/// What goes on changing after it was signed: accounts, and payments.
fn how_it_stands(source: &Source<'_>, agreement: &Agreement) -> Vec<Block> {
    let account = |term: &&Term| {
        let account = source.case.arrangement.accounts.iter().find(|a| a.holding == term.holding);
        let where_it_goes = match account {
            Some(ApprovedAccount { name, last_four, .. }) => {
                format!("Account of {name}, ending in {last_four}")
            }
            None => "The account has not been checked yet".to_owned(),
        };
        vec![term.words.name.to_string(), where_it_goes]
    };
    let is_direct =
        |term: &&Term| term.words.mode == Mode::DirectPayment && source.accounts.has(term.holding);
    let accounts = agreement.terms.iter().filter(is_direct);
    let accounts = table(
        "Where a direct payment goes",
        &["For", "Account"],
        accounts.map(|term| account(&term)).collect(),
        &[],
    );
    let blocks: Vec<Block> = accounts.into_iter().chain(payments(source)).collect();
    if blocks.is_empty() {
        return blocks;
    }
    let intro = "This part changes as payments are planned and made. It is not part of what is signed.";
    [heading(1, "How it stands on the day this was printed"), text(intro)].into_iter().chain(blocks).collect()
}

fn payments(source: &Source<'_>) -> Option<Block> {
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
    table("When money is paid", head, rows, &[4])
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
