//! Everything that is held about a person, to be read: the same words for the
//! page and for the paper.

mod inside;
mod looked;
mod money;

pub(crate) use inside::without_paper;

use super::gather::{Looked, Of};
use crate::papers::parts::{facts, heading, paper, table, text};
use crate::papers::{self, Kind, Source};
use domain::access::RecordPart;
use domain::case::{Case, CaseRole};
use domain::paper::{Block, Paper};
use domain::{OfCase as _, StreamKind, Timestamp, dates, of_kind};
use formats::everything::{Answer, Event, EventsOf, Everything, Outcome};
use inside::{Inside, what_this_is};
use strum::VariantArray;

/// The paper. `source` is the case as `all` was made from it.
pub(crate) fn readable(of: Of<'_>, source: &Source<'_>, all: &Everything, looked: &Looked) -> Paper {
    let phone = source.framework.phone.as_str();
    let mut blocks = what_this_is(all);
    blocks.extend(Inside { all, lacks_own_looks: looked.lacks_own, phone }.blocks());
    blocks.extend(your_rights(source));
    blocks.extend(about(of.case));
    blocks.extend(people(of.case, all));
    blocks.extend(agreed_to(all));
    blocks.extend(decisions(all));
    blocks.extend(Kind::VARIANTS.iter().flat_map(|kind| embedded(*kind, source)));
    blocks.extend(money::money(of.case, all, source.on));
    blocks.extend(happened(all));
    blocks.extend(files(all));
    blocks.extend(letters(all));
    blocks.extend(looked::looks(looked));
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

fn people(case: &Case, all: &Everything) -> Vec<Block> {
    let is_you =
        |at: usize| case.circle.members.get(at).is_some_and(|member| member.role == CaseRole::Person);
    let rows = all.circle.iter().enumerate().map(|(at, member)| {
        let left = member.left.map_or_else(String::new, |at| dates::long(dates::london(at)));
        vec![
            if is_you(at) { "You".to_owned() } else { format!("{}, {}", member.name, member.relation) },
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

// ---- what happened

fn happened(all: &Everything) -> Vec<Block> {
    let mut blocks = vec![];
    for events in &all.streams {
        let words = of_kind!(events.kind, A => A::IN_A_COPY);
        blocks.extend(words.map(|words| heading(1, words.title)));
        blocks.push(text(format!("{}.", events.from)));
        blocks.extend(of_stream(all, events));
    }
    blocks
}

/// A heading and a table for each month.
fn of_stream(all: &Everything, events: &EventsOf) -> Vec<Block> {
    let month = |at: Timestamp| {
        let first = dates::long(dates::london(at));
        first.split_once(' ').map_or_else(|| first.clone(), |(_, month)| month.to_owned())
    };
    let mut blocks = vec![];
    for of_month in events.events.chunk_by(|a, b| month(a.at) == month(b.at)) {
        let name = of_month.first().map_or_else(String::new, |event| month(event.at));
        let rows = of_month.iter().map(|event| in_full(all, event)).collect();
        blocks.push(heading(2, &name));
        blocks.extend(table(&name, &["When", "What", "Who"], rows, &[]));
    }
    blocks
}

/// Who recorded something: "you" where the person did.
fn by_whom(all: &Everything, event: &Event) -> String {
    let is_you = all
        .streams
        .iter()
        .any(|stream| stream.kind == StreamKind::Account && stream.id.to_string() == event.by);
    if is_you { "you".to_owned() } else { event.by_name.clone() }
}

fn in_full(all: &Everything, event: &Event) -> Vec<String> {
    let by = by_whom(all, event);
    let (what, who) = match &event.told {
        None => ("Something that is not in here".to_owned(), by),
        Some(told) => {
            let detail = told.detail.iter().map(|(label, words)| format!("{label}: {words}"));
            let what: Vec<String> = std::iter::once(told.title.clone()).chain(detail).collect();
            let said_by = told.said_by.as_ref().filter(|name| **name != event.by_name);
            let who = said_by
                .map_or_else(|| by.clone(), |name| format!("{}, written down by {by}", whose(all, name)));
            (what.join("\n"), who)
        }
    };
    vec![moment(event.at), what, begun_large(&who)]
}

/// Whose words something is: "you" for the person, where nobody else has the name.
fn whose(all: &Everything, name: &str) -> String {
    let is_the_persons = name == all.about.person;
    let same = all.circle.iter().filter(|member| member.name == name).count();
    if is_the_persons && same <= 1 { "you".to_owned() } else { name.to_owned() }
}

fn begun_large(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

// ---- files and letters

fn files(all: &Everything) -> Vec<Block> {
    let there = all.files.iter().filter_map(|file| file.path.as_ref().map(|path| (file, path)));
    let rows = there
        .map(|(file, path)| vec![file.name.clone(), file.by_name.clone(), moment(file.added), path.clone()]);
    let head = ["File", "Added by", "When", "Where it is in the folder"];
    listed("Files", &head, rows.collect(), &[], "There are no files in here.")
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
