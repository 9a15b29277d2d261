//! What stands on every paper of a record that it is about, as on its pages: that
//! its use is restricted, and the person's own words beside what was not put right.
//! As things are when the paper is printed, whatever day it is of.

use super::Kind;
use domain::case::Case;
use domain::case::rights::{About, Ask};
use domain::paper::{Block, Paper};
use domain::{Date, dates};

/// What a paper shows of the record.
fn about(kind: Kind) -> &'static [About] {
    match kind {
        Kind::Plan => &[About::People, About::Needs, About::Plan],
        Kind::Budget => &[About::Budget],
        Kind::Decision => &[About::Plan],
        Kind::Agreement => &[About::Money],
    }
}

/// Puts both there: the restriction as one line at the top, each statement at the
/// end, for those who may read the part that it is about.
pub(super) fn put(paper: &mut Paper, kind: Kind, case: &Case, today: Date, may_read: impl Fn(About) -> bool) {
    let about = about(kind).iter().copied().filter(|about| may_read(*about));
    let said: Vec<Block> = about.flat_map(|about| quotes(case, about)).collect();
    if !said.is_empty() {
        paper.blocks.push(Block::Heading(1, "What they say about it themselves".to_owned()));
        paper.blocks.extend(said);
    }
    if let Some(line) = restricted(case, today) {
        paper.blocks.insert(0, Block::Paragraph(line));
    }
}

fn quotes(case: &Case, about: About) -> Vec<Block> {
    let said = case.rights.statements(about);
    said.map(|said| Block::Quote {
        words: said.words.to_string(),
        who: format!(
            "{}, about: {}, {}",
            case.circle.whose(said.voice, said.by),
            about.words(),
            dates::long(dates::london(said.at))
        ),
    })
    .collect()
}

fn restricted(case: &Case, today: Date) -> Option<String> {
    let until = match &case.rights.restriction(today)?.ask {
        Ask::Restrict { until: Some(last), .. } => format!(" until {}", dates::long(*last)),
        _ => String::new(),
    };
    let name = case.person_name();
    Some(format!("The use of this record is restricted{until}, because {name} asked for it."))
}
