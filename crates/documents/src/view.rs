//! Turns a paper into exactly what the template draws: cleaned text, column
//! widths, shares of a bar.

use std::sync::Arc;

use serde::Serialize;

use crate::fonts::{Faces, Fonts};
use crate::words::{self, Cleaner, Reach};
use domain::paper::{Block, Checked, Paper};

/// The paper as the template reads it.
#[derive(Debug, Serialize)]
pub struct View {
    title: String,
    property_title: String,
    organisation: String,
    running: String,
    reference: String,
    as_of: String,
    lang: String,
    region: Option<String>,
    intro: Option<String>,
    footer: String,
    blocks: Vec<Piece>,
    /// Whether letters had to be replaced.
    replaced: bool,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Piece {
    Heading { level: u8, words: String },
    Paragraph { words: String },
    Quote { words: String, who: String },
    Facts { pairs: Vec<(String, String)> },
    Table(Grid),
    Checklist { items: Vec<Checked> },
    Bullets { items: Vec<String> },
    Money(Money),
    Stages { items: Vec<(String, bool)> },
    Callout { title: String, body: String },
    Signatures { people: Vec<String> },
    Pagebreak,
}

#[derive(Debug, Serialize)]
struct Grid {
    caption: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Width of each column in points.
    widths: Vec<f64>,
    /// Space at each side of a cell in points.
    inset: f64,
    /// Whether it is small enough to be kept on one page.
    whole: bool,
    right: Vec<bool>,
    total: Option<Vec<String>>,
    /// Letter size in points.
    size: f64,
}

#[derive(Debug, Serialize)]
struct Money {
    title: String,
    parts: Vec<Part>,
    total: String,
    alt: String,
}

/// One part of a sum of money.
#[derive(Debug, Serialize)]
struct Part {
    name: String,
    amount: String,
    /// Its share in words; empty where it has none.
    share: String,
    /// Its share of the bar.
    thousandths: u32,
}

/// Headings longer than this would not serve in the list of contents.
const MOST_HEADING: usize = 300;

/// A table of no more rows and letters than this is not split over pages.
const MOST_ROWS_WHOLE: usize = 7;
/// See [`MOST_ROWS_WHOLE`].
const MOST_LETTERS_WHOLE: usize = 800;

/// Prepares a paper, choosing the fonts it needs.
pub fn prepare(paper: &Paper, fonts: &Fonts, reach: Reach) -> (View, Arc<Faces>) {
    let own = fonts.own();
    let drawable = |faces: &Faces, c: char| !words::is_private(c) && faces.can_draw(c);
    let view = build(paper, &|c| drawable(&own, c));
    if reach == Reach::OwnFontOnly || !view.replaced {
        return (view, own);
    }
    let all = Arc::new(fonts.with_system());
    (build(paper, &|c| drawable(&all, c)), all)
}

fn build(paper: &Paper, can_draw: &dyn Fn(char) -> bool) -> View {
    let mut clean = Cleaner::new(can_draw);
    let (lang, region) = language(&paper.language);
    let mut depth = 0;
    let blocks = paper.blocks.iter().filter_map(|block| piece(block, &mut clean, &mut depth)).collect();
    let title = first_filled([&paper.title, &paper.organisation, "Paper"]);
    View {
        title: clean.text(title),
        property_title: clean.line(title, MOST_HEADING),
        organisation: clean.drawn_line(&paper.organisation, 120),
        running: clean.drawn_line(&paper.organisation, 48),
        reference: clean.drawn_line(&paper.reference, 40),
        as_of: clean.text(&paper.as_of),
        lang,
        region,
        intro: paper.intro.as_deref().map(|t| clean.text(t)).filter(|t| !t.is_empty()),
        footer: clean.drawn_line(&paper.footer, 160),
        blocks,
        replaced: clean.replaced,
    }
}

fn first_filled<const N: usize>(choices: [&str; N]) -> &str {
    choices.into_iter().find(|t| !t.trim().is_empty()).unwrap_or("Paper")
}

/// Splits "en-GB" into what the typesetter wants; falls back to English.
fn language(tag: &str) -> (String, Option<String>) {
    let mut parts = tag.split(['-', '_']);
    let letters = |t: &&str| (2..=3).contains(&t.len()) && t.chars().all(|c| c.is_ascii_alphabetic());
    let Some(lang) = parts.next().filter(letters) else { return ("en".into(), Some("GB".into())) };
    let region = parts.find(|t| t.len() == 2 && t.chars().all(|c| c.is_ascii_alphabetic()));
    (lang.to_ascii_lowercase(), region.map(str::to_ascii_uppercase))
}

/// One block; nothing if there is nothing in it to show.
fn piece(block: &Block, clean: &mut Cleaner<'_>, depth: &mut u8) -> Option<Piece> {
    Some(match block {
        Block::Heading(level, text) => heading(*level, text, clean, depth)?,
        Block::Paragraph(text) => Piece::Paragraph { words: filled(clean.text(text))? },
        Block::Quote { words, who } => {
            Piece::Quote { words: filled(clean.text(words))?, who: clean.text(who) }
        }
        Block::Facts(pairs) => {
            let pairs: Vec<_> = pairs.iter().map(|(k, v)| (clean.cell(k), clean.text(v))).collect();
            Piece::Facts { pairs: some(pairs)? }
        }
        Block::Table { caption, head, rows, numeric, total } => {
            Piece::Table(grid(caption, head, rows, numeric, total.as_deref(), clean)?)
        }
        Block::Checklist(items) => {
            let mut cleaned = |item: &Checked| {
                let Checked { done, what, note } = item;
                Checked { done: *done, what: clean.text(what), note: clean.text(note) }
            };
            let items: Vec<_> = items.iter().map(&mut cleaned).collect();
            Piece::Checklist { items: some(items)? }
        }
        Block::Bullets(items) => Piece::Bullets {
            items: some(items.iter().map(|t| clean.text(t)).filter(|t| !t.is_empty()).collect())?,
        },
        Block::MoneyBar { title, parts } => Piece::Money(money(title, parts, clean)?),
        Block::Stages(items) => {
            Piece::Stages { items: some(items.iter().map(|(w, d)| (clean.text(w), *d)).collect())? }
        }
        Block::Callout { title, body } => {
            let (title, body) = (clean.text(title), clean.text(body));
            filled(format!("{title}{body}"))?;
            Piece::Callout { title, body }
        }
        Block::Signatures(people) => {
            Piece::Signatures { people: some(people.iter().map(|t| clean.text(t)).collect())? }
        }
        Block::PageBreak => Piece::Pagebreak,
    })
}

fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

fn heading(level: u8, text: &str, clean: &mut Cleaner<'_>, depth: &mut u8) -> Option<Piece> {
    let words = filled(clean.drawn_line(text, MOST_HEADING))?;
    let level = level.clamp(1, 3).min(*depth + 1);
    *depth = level;
    Some(Piece::Heading { level, words })
}

fn grid(
    caption: &str,
    head: &[String],
    rows: &[Vec<String>],
    numeric: &[usize],
    total: Option<&[String]>,
    clean: &mut Cleaner<'_>,
) -> Option<Grid> {
    let columns = head.len().max(rows.first().map_or(0, Vec::len));
    if columns == 0 {
        return None;
    }
    let mut row = |cells: &[String]| -> Vec<String> {
        (0..columns).map(|i| cells.get(i).map(|t| clean.cell(t)).unwrap_or_default()).collect()
    };
    let mut head = row(head);
    let mut rows: Vec<_> = rows.iter().map(|cells| row(cells)).collect();
    let total = total.map(&mut row);
    let caption = clean.text(caption);
    let right: Vec<bool> = (0..columns).map(|i| numeric.contains(&i)).collect();
    let (size, inset) = match columns {
        0..=5 => (10.5, 6.0),
        6..=7 => (9.5, 5.0),
        _ => (8.0, 3.5),
    };
    let bold: Vec<&[String]> = [&head].into_iter().chain(&total).map(Vec::as_slice).collect();
    let plain: Vec<&[String]> = rows.iter().map(Vec::as_slice).collect();
    let fitted = crate::columns::columns(&bold, &plain, &right, size, inset);
    let letters: usize = rows.iter().flatten().map(|cell| cell.chars().count()).sum();
    let whole = rows.len() <= MOST_ROWS_WHOLE && letters <= MOST_LETTERS_WHOLE;
    if fitted.squeezed {
        for cell in rows.iter_mut().flatten().chain(&mut head) {
            *cell = words::break_anywhere(cell);
        }
    }
    Some(Grid { caption, head, rows, widths: fitted.widths, right, total, size, inset, whole })
}

fn money(title: &str, parts: &[(String, i64)], clean: &mut Cleaner<'_>) -> Option<Money> {
    if parts.is_empty() {
        return None;
    }
    let drawn: i128 = parts.iter().map(|(_, p)| i128::from(*p).max(0)).sum();
    let total: i128 = parts.iter().map(|(_, p)| i128::from(*p)).sum();
    let thousandths = |pence: i64| -> u32 {
        if drawn == 0 { 0 } else { u32::try_from(i128::from(pence).max(0) * 1000 / drawn).unwrap_or(0) }
    };
    let title = clean.text(title);
    let parts: Vec<_> = parts
        .iter()
        .map(|(name, pence)| {
            let thousandths = thousandths(*pence);
            let share = if *pence <= 0 {
                String::new()
            } else if thousandths < 10 {
                "under 1%".to_owned()
            } else {
                format!("{}%", (thousandths + 5) / 10)
            };
            Part { name: clean.text(name), amount: pounds(i128::from(*pence)), share, thousandths }
        })
        .collect();
    let told: Vec<String> = parts.iter().map(|part| format!("{} {}", part.name, part.amount)).collect();
    let alt = clean.line(&format!("Bar showing how {} divides: {}", pounds(total), told.join(", ")), 2000);
    Some(Money { title, parts, total: pounds(total), alt })
}

/// Pence as "£1,234.56", with a true minus sign below zero.
fn pounds(pence: i128) -> String {
    let sign = if pence < 0 { "\u{2212}" } else { "" };
    let (whole, rest) = (pence.unsigned_abs() / 100, pence.unsigned_abs() % 100);
    let digits = whole.to_string();
    let grouped: String = digits
        .char_indices()
        .flat_map(|(i, c)| {
            let comma = i > 0 && (digits.len() - i) % 3 == 0;
            comma.then_some(',').into_iter().chain([c])
        })
        .collect();
    format!("{sign}£{grouped}.{rest:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pence_are_written_as_pounds() {
        assert_eq!(pounds(0), "£0.00");
        assert_eq!(pounds(5), "£0.05");
        assert_eq!(pounds(123_456), "£1,234.56");
        assert_eq!(pounds(-100_000_000), "−£1,000,000.00");
    }

    #[test]
    fn a_language_that_is_none_is_english() {
        assert_eq!(language("cy"), ("cy".into(), None));
        assert_eq!(language("en-gb"), ("en".into(), Some("GB".into())));
        assert_eq!(language("").0, "en");
        assert_eq!(language("plain English").0, "en");
    }

    #[test]
    fn heading_levels_never_skip() {
        let can_draw = |_| true;
        let mut clean = Cleaner::new(&can_draw);
        let mut depth = 0;
        let mut level = |wanted| match heading(wanted, "x", &mut clean, &mut depth) {
            Some(Piece::Heading { level, .. }) => level,
            other => panic!("{other:?}"),
        };
        assert_eq!([level(3), level(3), level(1), level(9), level(0)], [1, 2, 1, 2, 1]);
    }

    #[test]
    fn ragged_rows_are_made_to_fit_the_head() {
        let can_draw = |_| true;
        let mut clean = Cleaner::new(&can_draw);
        let cells = |t: &[&str]| t.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let grid =
            grid("c", &cells(&["a", "b"]), &[cells(&["1"]), cells(&["1", "2", "3"])], &[1], None, &mut clean);
        let grid = grid.expect("two columns are a table");
        assert_eq!(grid.rows, [cells(&["1", ""]), cells(&["1", "2"])]);
    }
}
