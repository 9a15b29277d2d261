//! Everything that is held about a person, to be read: the same words for the
//! page and for the paper.

use super::gather::Of;
use crate::papers::parts::{facts, heading, paper, table, text, words};
use crate::papers::{self, Kind, Source};
use domain::access::RecordPart;
use domain::case::Case;
use domain::ledger::{Account, Funder, Layer};
use domain::paper::{Block, Paper};
use domain::{OfCase as _, Pence, Timestamp, dates, of_kind};
use formats::everything::{Answer, Event, EventsOf, Everything, LeftOut, Look, Moved, Outcome};
use std::collections::BTreeMap;
use strum::VariantArray;

/// The paper. `source` is the case as `all` was made from it.
pub(crate) fn readable(of: Of<'_>, source: &Source<'_>, all: &Everything) -> Paper {
    let mut blocks = what_this_is(all);
    blocks.extend(your_rights(source));
    blocks.extend(left_out(all));
    blocks.extend(about(of.case));
    blocks.extend(people(all));
    blocks.extend(agreed_to(all));
    blocks.extend(decisions(all));
    blocks.extend(Kind::VARIANTS.iter().flat_map(|kind| embedded(*kind, source)));
    blocks.extend(money(of.case, all));
    blocks.extend(happened(all));
    blocks.extend(files(all));
    blocks.extend(letters(all));
    blocks.extend(looks(all));
    let title = format!("Everything we hold about {}", of.case.person_name());
    let intro = "This is a copy of all that is written down about you for your personal health budget. \
                 “You” is the person whose budget it is.";
    paper(source, title, "", intro.to_owned(), blocks)
}

fn moment(at: Timestamp) -> String {
    dates::moment(at)
}

/// A heading and a table; a sentence where there is nothing in it.
fn listed(title: &str, head: &[&str], rows: Vec<Vec<String>>, numeric: &[usize], none: &str) -> Vec<Block> {
    let table = table(title, head, rows, numeric).unwrap_or_else(|| text(none));
    vec![heading(1, title), table]
}

fn what_this_is(all: &Everything) -> Vec<Block> {
    let about = &all.about;
    let inside = [
        "everything.html: this, to read on a screen. It opens without the internet.",
        "everything.pdf: the same, to print.",
        "everything.json: all of it as data, for another computer program. everything.schema.json says what is what in it.",
        "files: the pictures and papers that were added, as they came.",
    ];
    vec![
        heading(1, "What this is"),
        facts(vec![
            ("Made on", moment(all.made)),
            ("Made by", format!("{}, {}", about.nhs_body, about.area_name)),
            ("Your reference", about.reference.clone()),
        ]),
        text("These are in the folder that you got:"),
        Block::Bullets(words(&inside)),
        text("There are names of other people in it. Think before you give it to somebody."),
    ]
}

/// What somebody who asks for a copy is to be told beside it: UK GDPR, article
/// 15(1)(a) to (h).
fn your_rights(source: &Source<'_>) -> Vec<Block> {
    let framework = source.framework;
    let with: Vec<String> = RecordPart::VARIANTS.iter().map(|part| part.title().to_lowercase()).collect();
    vec![
        heading(1, "Why we have it, and what you can do"),
        facts(vec![
            ("Why we have it", "To plan, pay for and look after your personal health budget. The law gives the NHS and the council this task.".to_owned()),
            ("What kind of things", format!("Your {}.", with.join(", "))),
            ("Where it comes from", "From you, from those who help you, from those who work with you, and from bank statements that were added. Each thing in here says who wrote it.".to_owned()),
            ("Who can see it", "Those under “People”, those you share with, and those who decide on money or check our work. “Who looked” says who did.".to_owned()),
            ("How long we keep it", "For as long as you have a budget, and afterwards for as long as the rules for NHS records say. Ask us how long that is.".to_owned()),
            ("Decisions by a computer", "None. A computer adds up the answers about your needs. People decide.".to_owned()),
            ("If something is wrong", format!("Tell us, and we put it right. Ring {} or write to {}.", framework.phone, framework.email)),
            ("You can also ask us", "To delete something, to use less of it, or to stop using it. We say yes, or say why not.".to_owned()),
            ("If you are not happy", "Tell us first. You can also complain to the Information Commissioner’s Office: ico.org.uk, 0303 123 1113.".to_owned()),
        ]),
    ]
}

fn left_out(all: &Everything) -> Vec<Block> {
    if all.left_out.is_empty() {
        return vec![];
    }
    let when = |out: &LeftOut| {
        let id = out.stream.unwrap_or(all.about.case.0);
        let stream = all.streams.iter().find(|events| events.id == id);
        let event = stream.and_then(|events| events.events.iter().find(|event| event.seq == out.seq));
        event.map_or_else(String::new, |event| format!("{}, {}", event.by_name, moment(event.at)))
    };
    let rows = all.left_out.iter().map(|out| {
        let then = match out.looked_at_by {
            Some(day) => format!("Somebody looks at it by {}", dates::long(day)),
            None => "It stays out of this copy".to_owned(),
        };
        vec![when(out), out.why.clone(), then]
    });
    let rows = rows.collect();
    let said = "Some things were said in confidence. Somebody has to look at each before you get it.";
    let mut blocks = listed(
        "What is not in here",
        &["From whom, and when", "What and why", "What happens"],
        rows,
        &[],
        "",
    );
    blocks.insert(1, text(said));
    blocks
}

fn about(case: &Case) -> Vec<Block> {
    let mut pairs = vec![("Name", case.person_name().to_owned())];
    if let Some(person) = &case.circle.person {
        pairs.extend(person.known_as.as_ref().map(|name| ("Likes to be called", name.to_string())));
        pairs.extend(person.born.map(|day| ("Born", dates::long(day))));
    }
    if let Some(words) = &case.circle.communication {
        pairs.extend(words.yes.as_ref().map(|yes| ("How you say yes", yes.to_string())));
        pairs.extend(words.no.as_ref().map(|no| ("How you say no", no.to_string())));
        pairs.push(("How you communicate", words.how.to_string()));
        pairs.extend(words.helps.as_ref().map(|helps| ("What helps", helps.to_string())));
    }
    pairs.push(("How far it is", case.stage().title().to_owned()));
    vec![heading(1, "About you"), facts(pairs)]
}

fn people(all: &Everything) -> Vec<Block> {
    let rows = all.circle.iter().map(|member| {
        let left = member.left.map_or_else(String::new, |at| dates::long(dates::london(at)));
        vec![
            format!("{}, {}", member.name, member.relation),
            member.place.clone(),
            member.speaks.join("; "),
            dates::long(dates::london(member.joined)),
            left,
        ]
    });
    let head = ["Who", "Place", "Speaks for you", "Since", "Until"];
    listed("People", &head, rows.collect(), &[], "Nobody yet.")
}

fn agreed_to(all: &Everything) -> Vec<Block> {
    let said = all.consents.iter().map(|one| {
        let state = match one.state {
            Answer::Given => "Yes",
            Answer::Refused => "No",
            Answer::Withdrawn => "Taken back",
        };
        vec![one.about.clone(), state.to_owned(), format!("{}: {}", one.whose_words, one.how), moment(one.at)]
    });
    let head = ["About what", "Answer", "Who said it, and how", "When"];
    let mut blocks = listed("What you agreed to", &head, said.collect(), &[], "Nothing was asked yet.");
    let shared = all.shares.iter().map(|one| {
        let until = match (one.ended, one.until) {
            (true, _) => "It has ended".to_owned(),
            (false, Some(day)) => dates::long(day),
            (false, None) => "Until it is changed".to_owned(),
        };
        let how = format!("{}: {}", one.whose_words, one.how);
        vec![one.with.clone(), one.parts.join(", "), until, how, moment(one.at)]
    });
    let head = ["With whom", "What", "Until", "Who said it, and how", "When"];
    blocks.extend(listed("What you share", &head, shared.collect(), &[], "Nothing is shared by name."));
    blocks
}

fn decisions(all: &Everything) -> Vec<Block> {
    let rows = all.decisions.iter().map(|one| {
        let outcome = match one.outcome {
            Some(Outcome::Agreed) => "Agreed",
            Some(Outcome::NotYet) => "Not yet",
            Some(Outcome::TakenBack) => "Taken back",
            None => "It waits",
        };
        let or_none = |words: &Option<String>| words.clone().unwrap_or_default();
        vec![
            moment(one.sent),
            outcome.to_owned(),
            or_none(&one.reasons),
            or_none(&one.by),
            one.at.map_or_else(String::new, moment),
        ]
    });
    let head = ["Plan sent", "What was decided", "Why", "By whom", "When"];
    listed("Decisions about your plan", &head, rows.collect(), &[], "None yet.")
}

/// A paper that there is by itself, a level below.
fn embedded(kind: Kind, source: &Source<'_>) -> Vec<Block> {
    let Some(paper) = papers::make(kind, source) else { return vec![] };
    let mut blocks = vec![heading(1, kind.title())];
    blocks.extend(paper.intro.map(text));
    let below = |block| match block {
        Block::Heading(level, words) => Some(Block::Heading((level + 1).min(3), words)),
        // Nobody signs here.
        Block::Signatures(_) | Block::PageBreak => None,
        other => Some(other),
    };
    blocks.extend(paper.blocks.into_iter().filter_map(below));
    blocks
}

// ---- money

fn place(case: &Case, account: Account) -> String {
    match account {
        Account::Funding(Funder::Nhs) => "The NHS".to_owned(),
        Account::Funding(Funder::Council) => "The council".to_owned(),
        Account::Holding(id) => case
            .plan
            .holding(id)
            .map_or_else(|| "An earlier account".to_owned(), |holding| holding.words.name.to_string()),
        Account::Line(id) => {
            case.plan.line(id).map_or_else(|| "The plan".to_owned(), |line| line.words.what.to_string())
        }
        Account::Unmatched => "Not matched to the plan yet".to_owned(),
        Account::Own => "Own money and interest".to_owned(),
    }
}

fn money(case: &Case, all: &Everything) -> Vec<Block> {
    let moved = all.ledger.entries.iter().flat_map(|moved| moves(case, moved)).collect();
    let head = ["Day", "What", "Kind", "From", "To", "Amount", "Recorded by"];
    let mut blocks = listed("Money", &head, moved, &[5], "No money has been agreed or paid yet.");
    let statements = all.statements.iter().map(|one| {
        let days = format!("{} to {}", dates::long(one.from), dates::long(one.to));
        vec![one.name.clone(), days, one.by_name.clone(), moment(one.taken_in)]
    });
    blocks.extend((!all.statements.is_empty()).then(|| heading(2, "Bank statements")));
    blocks.extend(table("Bank statements", &["File", "Days", "Added by", "When"], statements.collect(), &[]));
    let name_of = |id| all.statements.iter().find(|one| one.id == id).map_or("", |one| one.name.as_str());
    let lines = all.bank_lines.iter().map(|line| {
        let words = [line.description.as_str(), line.reference.as_str()].join(" ");
        let from = format!("{}, line {}", name_of(line.statement), line.line);
        vec![dates::long(line.date), words.trim().to_owned(), line.amount.to_string(), from]
    });
    blocks.extend(table(
        "What the bank wrote",
        &["Day", "What the bank wrote", "Amount", "From"],
        lines.collect(),
        &[2],
    ));
    blocks
}

/// A row for each layer that an entry is in: what comes out of one place and
/// into another, and how much.
fn moves(case: &Case, moved: &Moved) -> Vec<Vec<String>> {
    let entry = &moved.entry;
    let row = |layer: Layer| {
        let here: Vec<_> = entry.postings().iter().filter(|posting| posting.layer == layer).collect();
        let side = |is_in: bool| {
            let some = here.iter().filter(|posting| posting.amount.is_negative() != is_in);
            let mut names: Vec<String> = some.map(|posting| place(case, posting.account)).collect();
            names.dedup();
            names.join(", ")
        };
        let amount: Pence =
            here.iter().map(|posting| posting.amount).filter(|amount| !amount.is_negative()).sum();
        let kind = match layer {
            Layer::Budget => "Agreed",
            Layer::Commitment => "Promised",
            Layer::Actual => "Really moved",
        };
        (!here.is_empty()).then(|| {
            vec![
                dates::long(entry.happened),
                moved.what.clone(),
                kind.to_owned(),
                side(false),
                side(true),
                amount.to_string(),
                moved.by_name.clone(),
            ]
        })
    };
    [Layer::Budget, Layer::Commitment, Layer::Actual].into_iter().filter_map(row).collect()
}

// ---- what happened

fn happened(all: &Everything) -> Vec<Block> {
    let mut blocks = vec![];
    for events in &all.streams {
        let words = of_kind!(events.kind, A => A::IN_A_COPY);
        blocks.extend(words.map(|words| heading(1, words.title)));
        blocks.push(text(format!("{}.", events.from)));
        blocks.extend(of_stream(events));
    }
    blocks
}

/// A heading and a table for each month.
fn of_stream(events: &EventsOf) -> Vec<Block> {
    let month = |at: Timestamp| {
        let first = dates::long(dates::london(at));
        first.split_once(' ').map_or_else(|| first.clone(), |(_, month)| month.to_owned())
    };
    let mut blocks = vec![];
    for of_month in events.events.chunk_by(|a, b| month(a.at) == month(b.at)) {
        let name = of_month.first().map_or_else(String::new, |event| month(event.at));
        let rows = of_month.iter().map(in_full).collect();
        blocks.push(heading(2, &name));
        blocks.extend(table(&name, &["When", "What", "Who"], rows, &[]));
    }
    blocks
}

fn in_full(event: &Event) -> Vec<String> {
    let by = &event.by_name;
    let (what, who) = match &event.told {
        None => ("Something that is not in here".to_owned(), by.clone()),
        Some(told) => {
            let detail = told.detail.iter().map(|(label, words)| format!("{label}: {words}"));
            let what: Vec<String> = std::iter::once(told.title.clone()).chain(detail).collect();
            let said_by = told.said_by.as_ref().filter(|name| *name != by);
            let who = said_by.map_or_else(|| by.clone(), |name| format!("{name}, written down by {by}"));
            (what.join("\n"), who)
        }
    };
    vec![moment(event.at), what, who]
}

// ---- files, letters, looks

fn files(all: &Everything) -> Vec<Block> {
    let rows = all.files.iter().map(|file| {
        let path =
            file.path.clone().unwrap_or_else(|| "Too large: fetch it from the page “Documents”".to_owned());
        vec![file.name.clone(), file.by_name.clone(), moment(file.added), path]
    });
    let head = ["File", "Added by", "When", "Where it is in the folder"];
    listed("Files", &head, rows.collect(), &[], "No files were added.")
}

fn letters(all: &Everything) -> Vec<Block> {
    let rows = all.letters.iter().map(|letter| {
        let sent = match (letter.sent, letter.given_up) {
            (Some(at), _) => moment(at),
            (None, Some(_)) => "It could not be sent".to_owned(),
            (None, None) => "It waits".to_owned(),
        };
        vec![moment(letter.written), sent, letter.subject.clone().unwrap_or_default()]
    });
    let head = ["Written", "Sent", "About"];
    let mut blocks = listed("Letters to you by email", &head, rows.collect(), &[], "None were written.");
    blocks.insert(1, text("Once a letter has gone, we keep no more than when that was."));
    blocks
}

/// Looks of one person at one part, together: how often, and from when to when.
fn looks(all: &Everything) -> Vec<Block> {
    let mut grouped: BTreeMap<(&str, &str), (u64, Timestamp, Timestamp)> = BTreeMap::new();
    for Look { by_name, part, first, last, times, .. } in &all.looks {
        let one = grouped.entry((by_name, part)).or_insert((0, *first, *last));
        *one = (one.0 + times, one.1.min(*first), one.2.max(*last));
    }
    let rows = grouped.into_iter().map(|((name, part), (times, first, last))| {
        vec![name.to_owned(), part.to_owned(), times.to_string(), moment(first), moment(last)]
    });
    let head = ["Who", "What they opened", "How often", "First", "Last"];
    let mut blocks = listed("Who looked", &head, rows.collect(), &[2], "Nobody looked yet.");
    blocks.insert(1, text("Every single look, with its time, is in the data."));
    blocks
}
