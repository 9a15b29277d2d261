//! What is in a copy, and what is not: what, why, and when it comes. It stands in
//! one place, so that nobody takes a part for the whole.

use super::{by_whom, moment};
use crate::papers::parts::{facts, heading, table, text, words};
use domain::dates;
use domain::paper::{Block, Paper};
use formats::everything::{Everything, LeftOut};

/// How the paper is listed, and what says that it could not be made.
const THE_PAPER: &str = "everything.pdf: the same, to print.";
const NOT_IN_IT: &str = "What is not in here";

pub(super) struct Inside<'a> {
    pub(super) all: &'a Everything,
    /// Whether what the person opened themselves is left out, since somebody else
    /// can fetch the copy.
    pub(super) lacks_own_looks: bool,
    /// Whom to ring.
    pub(super) phone: &'a str,
}

pub(super) fn what_this_is(all: &Everything) -> Vec<Block> {
    let about = &all.about;
    let mut inside = vec![
        "everything.html: this, to read on a screen. It opens without the internet.",
        THE_PAPER,
        "everything.json: all of it as data, for another computer program. everything.schema.json says what is what in it.",
    ];
    if all.files.iter().any(|file| file.path.is_some()) {
        inside.push("files: the pictures and papers that were added, as they came.");
    }
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

/// Says that the paper could not be made, in a copy in which it is not.
pub(crate) fn without_paper(paper: &Paper, phone: &str) -> Paper {
    let mut paper = paper.clone();
    let row = vec![
        "The paper to print (everything.pdf)".to_owned(),
        "It could not be made".to_owned(),
        format!("You can print everything.html, or ask for a new copy. To talk about it, ring {phone}"),
    ];
    for block in &mut paper.blocks {
        match block {
            Block::Bullets(all) => all.retain(|words| words != THE_PAPER),
            Block::Table { caption, rows, .. } if caption == NOT_IN_IT => rows.insert(0, row.clone()),
            Block::Callout { title, .. } if title == ALL_OF_IT => NOT_ALL.clone_into(title),
            _ => {}
        }
    }
    paper
}

const ALL_OF_IT: &str = "All that we hold for your budget is in here";
const NOT_ALL: &str = "Not everything is in here";

impl Inside<'_> {
    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut rows = self.said_in_confidence();
        rows.extend(self.too_large());
        if self.lacks_own_looks {
            rows.push(vec![
                "What you looked at yourself".to_owned(),
                "It is yours alone, and somebody who speaks for you can fetch this copy too".to_owned(),
                format!("Ring {}, and we give it to you alone", self.phone),
            ]);
        }
        let title = if rows.is_empty() { ALL_OF_IT } else { NOT_ALL };
        let waits = self.all.left_out.iter().filter_map(|out| out.looked_at_by).max();
        let body = match waits {
            Some(day) => format!(
                "Some of it waits for somebody to look at it, by {}. Then we make the copy again and write to you. \
                 Below is what is missing, why, and how you get it.",
                dates::long(day)
            ),
            None => "Below is what is in here, and what is kept in another place.".to_owned(),
        };
        rows.extend(self.elsewhere());
        let mut blocks = vec![
            heading(1, "What is in here, and what is not"),
            Block::Callout { title: title.to_owned(), body },
        ];
        blocks.push(Block::Bullets(self.in_it()));
        blocks.extend(table(NOT_IN_IT, &["What", "Why", "How you get it"], rows, &[]));
        blocks
    }

    fn in_it(&self) -> Vec<String> {
        let all = self.all;
        let events: usize = all.streams.iter().map(|stream| stream.events.len()).sum();
        let files = all.files.iter().filter(|file| file.path.is_some()).count();
        let counted = |n: usize, one: &str, many: &str| {
            if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
        };
        vec![
            "Your answers about needs, your budget, your plan, and what was decided".to_owned(),
            counted(
                events,
                "thing that happened, with who and when",
                "things that happened, with who and when",
            ),
            counted(all.ledger.entries.len(), "movement of money", "movements of money"),
            counted(all.bank_lines.len(), "line of bank statements", "lines of bank statements"),
            counted(files, "file that was added", "files that were added"),
            counted(all.letters.len(), "letter to you by email", "letters to you by email"),
            "Who looked, and at what".to_owned(),
        ]
    }

    fn said_in_confidence(&self) -> Vec<Vec<String>> {
        let all = self.all;
        let when = |out: &LeftOut| {
            let id = out.stream.unwrap_or(all.about.case.0);
            let stream = all.streams.iter().find(|events| events.id == id);
            let event = stream.and_then(|events| events.events.iter().find(|event| event.seq == out.seq));
            event.map_or_else(String::new, |event| {
                format!("Written by {}, {}", by_whom(all, event), moment(event.at))
            })
        };
        let row = |out: &LeftOut| {
            let then = match out.looked_at_by {
                Some(day) => format!(
                    "Somebody looks at it by {}. If they give it, it is in the copy that is made then",
                    dates::long(day)
                ),
                None => format!("It stays out of this copy. Ring {} to ask us why", self.phone),
            };
            vec![when(out), out.why.clone(), then]
        };
        all.left_out.iter().map(row).collect()
    }

    fn too_large(&self) -> Vec<Vec<String>> {
        let large = self.all.files.iter().filter(|file| file.path.is_none());
        large
            .map(|file| {
                vec![
                    format!("The file {}", file.name),
                    "It is too large for a copy".to_owned(),
                    format!("It is on your page “Documents”. Or ring {}", self.phone),
                ]
            })
            .collect()
    }

    fn elsewhere(&self) -> Vec<Vec<String>> {
        let row = |what: &str, why: &str, how: &str| [what, why, how].map(str::to_owned).to_vec();
        vec![
            row(
                "Your sign-ins to this service",
                "They are kept apart, and not for as long",
                "They are on the page of your account",
            ),
            row(
                "The words of letters that were sent",
                "Once a letter has gone, we keep no more than when that was",
                "We do not have them. You do",
            ),
        ]
    }
}
