//! What the papers have in common.

use super::Source;
use domain::case::Voice;
use domain::case::plan::LineWords;
use domain::ledger::Funder;
use domain::paper::{Block, Paper};
use domain::{Author, Pence, dates};

pub fn heading(level: u8, words: &str) -> Block {
    Block::Heading(level, words.to_owned())
}

pub fn text(words: impl Into<String>) -> Block {
    Block::Paragraph(words.into())
}

pub fn facts(pairs: Vec<(&str, String)>) -> Block {
    Block::Facts(pairs.into_iter().map(|(label, value)| (label.to_owned(), value)).collect())
}

pub fn words(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|&cell| cell.to_owned()).collect()
}

/// A table; none without rows.
pub fn table(caption: &str, head: &[&str], rows: Vec<Vec<String>>, numeric: &[usize]) -> Option<Block> {
    (!rows.is_empty()).then(|| Block::Table {
        caption: caption.to_owned(),
        head: words(head),
        rows,
        numeric: numeric.to_vec(),
        total: None,
    })
}

/// The same with a last row that sums up.
pub fn summed(block: Option<Block>, sum: Vec<String>) -> Option<Block> {
    match block {
        Some(Block::Table { caption, head, rows, numeric, .. }) => {
            Some(Block::Table { caption, head, rows, numeric, total: Some(sum) })
        }
        other => other,
    }
}

/// Whose money it is, by name.
pub fn payer(source: &Source<'_>, funder: Funder) -> String {
    match funder {
        Funder::Nhs => "NHS".to_owned(),
        Funder::Council => source.framework.council.to_string(),
    }
}

/// `£310.00 every week`.
pub fn each_time(line: &LineWords) -> String {
    format!("{} {}", line.amount, line.every.words())
}

/// A member as a reader would know them: `Robert Fenwick, husband`.
pub fn who(source: &Source<'_>, voice: Voice) -> String {
    let circle = &source.case.circle;
    match voice {
        Voice::Person => circle.name_of(voice).to_owned(),
        Voice::Member(id) => circle.member(id).map_or_else(
            || "someone".to_owned(),
            |m| format!("{}, {}", m.name, m.relation.as_str().to_lowercase()),
        ),
    }
}

/// The same of words, and who wrote them down where that was another.
pub fn whose(source: &Source<'_>, voice: Voice, by: Author) -> String {
    let circle = &source.case.circle;
    let written_down = circle.whose(voice, by);
    written_down.replacen(circle.name_of(voice), &who(source, voice), 1)
}

/// `Alice’s`.
pub fn of(name: &str) -> String {
    if name.ends_with('s') { format!("{name}’") } else { format!("{name}’s") }
}

/// A bar of the parts that are more than nothing.
pub fn money_bar(title: &str, parts: Vec<(String, Pence)>) -> Block {
    let parts = parts.into_iter().filter(|(_, amount)| amount.0 > 0).map(|(name, p)| (name, p.0)).collect();
    Block::MoneyBar { title: title.to_owned(), parts }
}

/// Whom to ask, for the end of a paper.
pub fn contact(source: &Source<'_>) -> String {
    let framework = source.framework;
    match source.case.circle.care_coordinator() {
        Some(member) => format!(
            "{} is your care co-ordinator. You can also ring us on {} or write to {}.",
            member.name, framework.phone, framework.email
        ),
        None => format!("Ring us on {} or write to {}.", framework.phone, framework.email),
    }
}

/// The paper around its blocks.
pub fn paper(source: &Source<'_>, title: String, as_of: &str, intro: String, blocks: Vec<Block>) -> Paper {
    let (framework, on) = (source.framework, source.on);
    let reference = source.case.offer.opened.as_ref().map_or(String::new(), |o| o.reference.clone());
    let part = |n: i8| u8::try_from(n).unwrap_or(1);
    let stood = format!("As it stood on {}", dates::long(on));
    Paper {
        footer: format!("{title}. Questions: {}", framework.phone),
        title,
        organisation: framework.nhs_body.to_string(),
        reference,
        as_of: if as_of.is_empty() { stood } else { format!("{stood}. {as_of}") },
        language: "en-GB".to_owned(),
        intro: (!intro.is_empty()).then_some(intro),
        blocks,
        date: (i32::from(on.year()), part(on.month()), part(on.day())),
    }
}
