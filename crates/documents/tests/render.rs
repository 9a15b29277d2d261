//! What a reader, a screen reader and an archive rely on. Text and tags are
//! read back with Poppler's tools; where they are not installed, those tests
//! check the bytes only.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use documents::{Block, CannotRender, Checked, Paper, Renderer};

fn paper(blocks: Vec<Block>) -> Paper {
    Paper {
        title: "A plan for Alice".into(),
        organisation: "Northmoor Board".into(),
        reference: "NM-42".into(),
        as_of: "As of 3 March 2027".into(),
        language: "en-GB".into(),
        intro: None,
        blocks,
        footer: "Questions: 01632 960 042".into(),
        date: (2027, 3, 3),
    }
}

/// Output of a Poppler tool reading the PDF from its standard input; `None`
/// where the tool is not installed.
fn tool(name: &str, arguments: &[&str], pdf: &[u8]) -> Option<String> {
    let mut child = Command::new(name)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(pdf).ok()?;
    let out = child.wait_with_output().ok()?;
    Some(String::from_utf8_lossy(&out.stdout).into_owned())
}

fn text_of(pdf: &[u8]) -> Option<String> {
    let text = tool("pdftotext", &["-", "-"], pdf)?.replace('\u{200b}', "");
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// One for all, as a program keeps it: most of the first paper's time goes into
/// reading fonts.
static RENDERER: LazyLock<Renderer> = LazyLock::new(Renderer::new);

fn render(paper: &Paper) -> Result<Vec<u8>, CannotRender> {
    RENDERER.render(paper)
}

fn made(blocks: Vec<Block>) -> Vec<u8> {
    let pdf = render(&paper(blocks)).expect("a paper");
    assert!(pdf.starts_with(b"%PDF-1.7"));
    pdf
}

fn holds(pdf: &[u8], words: &str) -> bool {
    pdf.windows(words.len()).any(|w| w == words.as_bytes())
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|&w| w.to_owned()).collect()
}

fn one_of_each() -> Vec<Block> {
    vec![
        Block::Heading(1, "First things".into()),
        Block::Paragraph("Alpha one.\n\nAlpha two.".into()),
        Block::Quote { words: "My own words".into(), who: "Alice".into() },
        Block::Facts(vec![("Lives in".into(), "Northmoor".into())]),
        Block::Heading(2, "Second things".into()),
        Block::Table {
            caption: "Actions agreed".into(),
            head: strings(&["What", "Cost"]),
            rows: vec![strings(&["Buy a bed", "£2,150.00"])],
            numeric: vec![1],
            total: Some(strings(&["Altogether", "£2,150.00"])),
        },
        Block::Checklist(vec![Checked::new(true, "Chosen", "by Alice"), Checked::new(false, "Bought", "")]),
        Block::Bullets(strings(&["Bullet one", "Bullet two"])),
        Block::MoneyBar {
            title: "The year".into(),
            parts: vec![("Help".into(), 75_000), ("Pool".into(), 25_000)],
        },
        Block::Stages(vec![("Asked".into(), true), ("Decided".into(), false), ("Paid".into(), false)]),
        Block::Callout { title: "Ring us".into(), body: "if anything changes".into() },
        Block::PageBreak,
        Block::Signatures(strings(&["Alice Fenwick"])),
    ]
}

#[test]
fn it_claims_both_standards_a_title_and_a_language() {
    let pdf = made(one_of_each());
    for claim in [
        "<pdfuaid:part>1</pdfuaid:part>",
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "/Lang(en-GB)",
        "/DisplayDocTitle true",
        "/Marked true",
    ] {
        assert!(holds(&pdf, claim), "{claim}");
    }
    if let Some(info) = tool("pdfinfo", &["-"], &pdf) {
        assert!(info.contains("A plan for Alice"), "{info}");
        assert!(info.lines().any(|l| l.starts_with("Tagged:") && l.ends_with("yes")), "{info}");
    }
}

#[test]
fn it_reads_in_order() {
    let Some(tags) = tool("pdfinfo", &["-struct-text", "-"], &made(one_of_each())) else { return };
    let order = [
        "A plan for Alice",
        "First things",
        "Alpha one.",
        "Alpha two.",
        "My own words",
        "Lives in",
        "Northmoor",
        "Second things",
        "Actions agreed",
        "What",
        "Buy a bed",
        "Altogether",
        "Chosen",
        "by Alice",
        "Done",
        "Bought",
        "To do",
        "Bullet one",
        "The year",
        "Help",
        "£750.00",
        "75%",
        "Asked",
        "Decided",
        "Next",
        "Paid",
        "Still to come",
        "Ring us",
        "if anything changes",
        "Alice Fenwick",
        "Signed",
    ];
    let mut rest = tags.as_str();
    for words in order {
        let at =
            rest.find(words).unwrap_or_else(|| panic!("{words:?} is missing or out of order in\n{tags}"));
        rest = &rest[at + words.len()..];
    }
    for tag in ["H1", "H2", "Table", "TH", "TD", "Caption", "Figure", "LI", "P"] {
        assert!(tags.lines().any(|l| l.trim_start().starts_with(tag)), "no {tag} in\n{tags}");
    }
}

#[test]
fn what_people_type_is_printed_and_not_run() {
    let typed = r##"#import "x": * #panic("no") $x^2$ *bold* _under_ <tag> @ref // c /* d */ \ ~ -- --- "q" 'r' = head - item [a] {b} `code`"##;
    let mut all = paper(vec![
        Block::Heading(1, typed.into()),
        Block::Paragraph(typed.into()),
        Block::Facts(vec![(typed.into(), typed.into())]),
        Block::Table {
            caption: typed.into(),
            head: strings(&[typed, typed]),
            rows: vec![strings(&[typed, typed])],
            numeric: vec![1],
            total: None,
        },
        Block::Bullets(strings(&[typed])),
        Block::Callout { title: typed.into(), body: typed.into() },
    ]);
    for place in [&mut all.title, &mut all.organisation, &mut all.reference, &mut all.as_of, &mut all.footer]
    {
        *place = typed.into();
    }
    let pdf = render(&all).expect("a paper");
    let Some(text) = text_of(&pdf) else { return };
    assert!(text.matches(typed).count() >= 4, "{text}");
}

#[test]
fn unusual_letters_never_stop_a_paper() {
    let typed = [
        "Emoji 😀 👩🏽‍🦽 🏴󠁧󠁢󠁷󠁬󠁳󠁿 ❤️ 1️⃣",
        "السلام عليكم لَا إِلَٰهَ",
        "שָׁלוֹם עולם",
        "你好 こんにちは 안녕하세요 हिन्दी ไทย தமிழ் ਪੰਜਾਬੀ বাংলা اردو",
        "zero\u{200d}width \u{200e}marks\u{200f} \u{feff}bom \u{0}nul \u{7}bell \u{1b}[31m",
        "private \u{e000} \u{f8ff} \u{10fffd} odd \u{fffe} \u{ffff} \u{fffd}",
        "combining Z̸̡͠a̶l̴g̵o̷ \u{301}alone",
        "\u{202e}backwards\u{202c} \u{2067}isolated\u{2069} maths 𝐀𝒷 ½ ² ℞ ☐ ✓ →",
    ];
    for words in typed {
        let mut all =
            paper(vec![Block::Heading(1, words.into()), Block::Paragraph(format!("before {words} after"))]);
        all.title = words.into();
        all.footer = words.into();
        let pdf = render(&all).unwrap_or_else(|why| panic!("{words:?}: {why}"));
        if let Some(text) = text_of(&pdf) {
            assert!(text.contains("before") && text.contains("after"), "{text}");
        }
    }
}

#[test]
fn a_letter_that_cannot_be_printed_is_shown_and_explained() {
    let Some(text) = text_of(&made(vec![Block::Paragraph("Here \u{10fffd} it is".into())])) else { return };
    assert!(text.contains("Here □ it is") && text.contains("could not be printed"), "{text}");
    let plain = text_of(&made(vec![Block::Paragraph("Nothing odd: ŵ, é, £, “–”".into())]));
    assert!(plain.is_some_and(|t| t.contains("ŵ, é, £, “–”") && !t.contains("could not be printed")));
}

#[test]
fn emptiness_is_not_an_error() {
    let empty = Paper {
        title: String::new(),
        organisation: String::new(),
        reference: String::new(),
        as_of: String::new(),
        language: String::new(),
        intro: Some(String::new()),
        footer: String::new(),
        ..paper(vec![
            Block::Heading(3, " ".into()),
            Block::Paragraph(String::new()),
            Block::Quote { words: String::new(), who: String::new() },
            Block::Facts(vec![]),
            Block::Facts(vec![(String::new(), String::new())]),
            Block::Table {
                caption: String::new(),
                head: vec![],
                rows: vec![],
                numeric: vec![9],
                total: None,
            },
            Block::Table {
                caption: String::new(),
                head: strings(&["", ""]),
                rows: vec![],
                numeric: vec![0],
                total: Some(vec![]),
            },
            Block::Checklist(vec![]),
            Block::Checklist(vec![Checked::new(false, "", "")]),
            Block::Bullets(vec![]),
            Block::MoneyBar { title: String::new(), parts: vec![] },
            Block::MoneyBar { title: String::new(), parts: vec![(String::new(), 0), (String::new(), -1)] },
            Block::Stages(vec![]),
            Block::Callout { title: String::new(), body: String::new() },
            Block::Signatures(vec![]),
            Block::PageBreak,
            Block::PageBreak,
        ])
    };
    render(&empty).expect("an empty paper is a paper");
    made(vec![]);
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let first = made(one_of_each());
    let other = made(vec![Block::Paragraph("something else in between".into())]);
    assert_ne!(first, other);
    assert_eq!(first, made(one_of_each()));
    let anew = Renderer::new().render(&paper(one_of_each())).expect("a paper");
    assert_eq!(first, anew, "whichever renderer makes it");
}

#[test]
fn a_date_that_is_none_is_said_to_be_none() {
    let wrong = Paper { date: (2027, 2, 30), ..paper(vec![]) };
    let why = render(&wrong).expect_err("there is no 30 February").to_string();
    assert!(why.contains("2027-2-30 is not a date"), "{why}");
}

#[test]
fn very_long_words_and_texts_stay_on_the_page() {
    let word = "x".repeat(5_000);
    let pdf = made(vec![
        Block::Heading(1, word.clone()),
        Block::Paragraph(word.clone()),
        Block::Facts(vec![(word.clone(), word.clone())]),
        Block::Table {
            caption: "Wide".into(),
            head: vec!["responsibilities".into(); 12],
            rows: vec![vec!["unpredictability".into(); 12], vec![word.chars().take(300).collect(); 12]],
            numeric: vec![0, 5],
            total: None,
        },
        Block::Callout { title: String::new(), body: "many words here ".repeat(2_000) },
    ]);
    let Some(boxes) = tool("pdftotext", &["-bbox", "-", "-"], &pdf) else { return };
    let right = |line: &str| line.split("xMax=\"").nth(1)?.split('"').next()?.parse::<f64>().ok();
    let widest = boxes.lines().filter(|l| l.contains("<word")).filter_map(right).fold(0.0, f64::max);
    assert!(widest > 400.0 && widest <= 595.3 - 68.0 + 2.0, "text reaches {widest}");
}

#[test]
fn a_long_paper_costs_no_more_for_each_block_than_a_short_one() {
    let of = |blocks: usize| made(one_of_each().into_iter().cycle().take(blocks).collect()).len();
    let (short, long) = (of(50), of(200));
    assert!(long > short && long < 5 * short, "200 blocks are {long} bytes, and 50 are {short}");
}

#[test]
fn several_at_once_are_all_right() {
    let alone = made(one_of_each());
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..3).map(|_| scope.spawn(|| made(one_of_each()))).collect();
        for other in others {
            assert_eq!(other.join().expect("no panic"), alone);
        }
    });
}
