//! Who looked, month by month, in the words of the page that tells it.

use super::Looked;
use crate::history::{LookedBy, Week, words};
use crate::papers::parts::{heading, text};
use domain::dates;
use domain::paper::Block;

pub(super) fn looks(looked: &Looked) -> Vec<Block> {
    let mut blocks = vec![
        heading(1, "Who looked"),
        text(
            "Who opened a part of your budget, and in which lists your name stood. What you looked at yourself is not among it. Every single time is in the data.",
        ),
    ];
    if looked.others.is_empty() {
        blocks.push(text("Nobody else has looked."));
    }
    looked.others.iter().for_each(|month| blocks.extend(of_month(month)));
    if !looked.own.is_empty() {
        blocks.push(heading(1, "What you looked at yourself"));
        looked.own.iter().for_each(|month| blocks.extend(of_month(month)));
    }
    blocks
}

fn of_month(month: &Week) -> Vec<Block> {
    let name = dates::long(month.begins);
    let name = name.split_once(' ').map_or(name.as_str(), |(_, month)| month);
    let mut blocks = vec![heading(2, name)];
    if !month.readers.is_empty() {
        blocks.push(Block::Facts(month.readers.iter().map(of_reader).collect()));
    }
    if !month.lists.is_empty() {
        blocks.push(Block::Bullets(month.lists.iter().map(|one| words::in_list(one, "your")).collect()));
    }
    blocks
}

fn of_reader(reader: &LookedBy) -> (String, String) {
    let part = |(section, times, last): &(String, u64, domain::Timestamp)| {
        let section = words::section(section, "your");
        format!("looked at {section} {}, last on {}", words::how_often(*times), dates::moment(*last))
    };
    let parts: Vec<String> = reader.parts.iter().map(part).collect();
    (format!("{}, {}", reader.name, reader.words), parts.join("\n"))
}
