//! A paper of awkward things, to see that nothing breaks or leaves its place.

use documents::{Block, Checked, Paper};

/// Everything that tends to break a layout.
pub fn paper() -> Paper {
    let long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch";
    let url = "https://www.example.org/a/very/long/path/that/goes/on?and=on&and=on&and=on&until=it_does_not_fit_a_line_at_all";
    let cells = |n: usize| (0..n).map(|i| format!("{i} {long}")).collect::<Vec<_>>();
    Paper {
        title: format!("#import \"x\" $x$ *bold* <tag> \\ {long}"),
        organisation: "Fictional Health Board with a remarkably long name that goes on for the whole of the page and more".into(),
        reference: "REF-0000-1111-2222-3333-4444-5555-6666-7777".into(),
        as_of: "As of _today_".into(),
        language: "en-GB".into(),
        intro: Some("A paper of awkward things.".into()),
        blocks: vec![
            Block::Heading(1, "Markup is printed, not run: #let x = 1; `code` = heading".into()),
            Block::Paragraph("#import \"@preview/x\": * $x^2$ *bold* _under_ <tag> @ref // comment /* c */ \\ ~ -- --- 'quotes' \"double\" #panic() `code` c` a` é`".into()),
            Block::Paragraph(format!("A link {url} in text and a word {long}{long}{long}.")),
            Block::Paragraph("Emoji 😀 👩🏽‍🦽 and Arabic السلام عليكم and Hebrew שלום עולם and Chinese 你好 and Welsh ŵŷ.\nsecond line\n\nsecond paragraph".into()),
            Block::Facts(vec![(long.into(), url.into()), ("Empty".into(), String::new())]),
            Block::Table { caption: "Ten columns".into(), head: cells(10), rows: vec![cells(10), cells(10)], numeric: vec![3], total: None },
            Block::Table { caption: "Empty table".into(), head: vec!["Name".into(), "Amount".into()], rows: vec![], numeric: vec![1], total: None },
            Block::Table { caption: String::new(), head: vec![], rows: vec![], numeric: vec![], total: None },
            Block::Checklist(vec![Checked::new(true, long.repeat(3), url), Checked::new(false, "Short", "")]),
            Block::Stages(vec![(long.repeat(2), true), ("Next".into(), false)]),
            Block::MoneyBar { title: "Odd money".into(), parts: vec![(long.repeat(2), -500), ("Tiny".into(), 1), ("Big".into(), 99_999_999_999)] },
            Block::MoneyBar { title: "No money".into(), parts: vec![("Nothing".into(), 0)] },
            Block::Callout { title: long.repeat(2), body: url.repeat(2) },
            Block::Quote { words: "الخط العربي ".repeat(20), who: "من".into() },
            Block::Signatures(vec![long.repeat(3), String::new()]),
        ],
        footer: "A footer that says a good deal more than there is room for on one line, on purpose, to see what it does to the page".into(),
        date: (2027, 2, 28),
    }
}
