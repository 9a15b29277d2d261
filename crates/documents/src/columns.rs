//! How wide the columns of a table are, measured with the font they are set in,
//! so that a date or a name stays on one line and nothing leaves the page.

use ttf_parser::Face;

use crate::fonts;

/// Width between the margins of the page, in points (A4 less 2 × 24 mm).
const PAGE: f64 = 459.0;
/// A number column wider than this may wrap like text.
const MOST_NUMBER: f64 = 120.0;
/// Room for rounding, in points.
const SLACK: f64 = 1.5;

/// What the cells of one column need, in points, without the space around them.
#[derive(Debug, Clone, Copy, Default)]
struct Need {
    /// The widest word.
    least: f64,
    /// The widest line, if nothing wraps.
    natural: f64,
}

/// The widths of a table's columns.
#[derive(Debug, PartialEq)]
pub struct Columns {
    /// Points, space around the text included; they fill the page.
    pub widths: Vec<f64>,
    /// Whether some word does not fit its column and has to be broken.
    pub squeezed: bool,
}

/// Works out the widths.
///
/// `bold` and `plain` hold the rows set in bold and not; `size` is the letter size and
/// `inset` the space at each side of a cell, in points.
pub fn columns(bold: &[&[String]], plain: &[&[String]], numeric: &[bool], size: f64, inset: f64) -> Columns {
    let (Some(heavy), Some(light)) = (fonts::bold_measures(), fonts::plain_measures()) else {
        let equal = PAGE / numeric.len().max(1) as f64;
        return Columns { widths: vec![equal; numeric.len()], squeezed: true };
    };
    let needs: Vec<Need> = numeric
        .iter()
        .enumerate()
        .map(|(i, &number)| {
            let of = |rows: &[&[String]], face: &Face<'_>| {
                let cells = rows.iter().filter_map(|row| row.get(i));
                cells.fold(Need::default(), |need, cell| need.or(measure(face, cell, size)))
            };
            let need = of(bold, &heavy).or(of(plain, &light));
            let padding = 2.0 * inset + SLACK;
            let fixed = number && need.natural <= MOST_NUMBER;
            Need {
                least: padding + if fixed { need.natural } else { need.least },
                natural: padding + need.natural,
            }
        })
        .collect();
    share(&needs)
}

impl Need {
    fn or(self, other: Self) -> Self {
        Self { least: self.least.max(other.least), natural: self.natural.max(other.natural) }
    }
}

fn share(needs: &[Need]) -> Columns {
    let least: f64 = needs.iter().map(|n| n.least).sum();
    let natural: f64 = needs.iter().map(|n| n.natural).sum();
    if least > PAGE {
        let equal = PAGE / needs.len() as f64;
        // Columns that ask for little keep it; the others divide the rest.
        let modest: f64 = needs.iter().filter(|n| n.least <= equal).map(|n| n.least).sum();
        let greedy: f64 = least - modest;
        let widths = needs
            .iter()
            .map(|n| if n.least <= equal { n.least } else { (PAGE - modest) * n.least / greedy })
            .collect();
        return Columns { widths, squeezed: true };
    }
    if natural <= PAGE {
        let grow = PAGE / natural;
        return Columns { widths: needs.iter().map(|n| n.natural * grow).collect(), squeezed: false };
    }
    Columns { widths: settle(needs), squeezed: false }
}

/// Gives columns that need little what they need, and divides the rest among
/// those that must wrap anyway, longer text getting more, but not all.
fn settle(needs: &[Need]) -> Vec<f64> {
    let mut widths: Vec<Option<f64>> = vec![None; needs.len()];
    loop {
        let open = widths.iter().filter(|w| w.is_none()).count();
        let taken: f64 = widths.iter().flatten().sum();
        let fair = (PAGE - taken) / open.max(1) as f64;
        // What the columns still open need at the very least must stay free.
        let next = (0..needs.len()).find(|&i| widths[i].is_none() && needs[i].natural <= fair && open > 1);
        match next {
            Some(i) if fits(needs, &widths, i, PAGE - taken) => widths[i] = Some(needs[i].natural),
            _ => break,
        }
    }
    let left = PAGE - widths.iter().flatten().sum::<f64>();
    let open: Vec<usize> = (0..needs.len()).filter(|&i| widths[i].is_none()).collect();
    let least: f64 = open.iter().map(|&i| needs[i].least).sum();
    let wish = |i: usize| (needs[i].natural - needs[i].least).max(1.0).powf(0.8);
    let wishes: f64 = open.iter().map(|&i| wish(i)).sum();
    (0..needs.len())
        .map(|i| widths[i].unwrap_or_else(|| needs[i].least + (left - least) * wish(i) / wishes))
        .collect()
}

fn fits(needs: &[Need], widths: &[Option<f64>], taking: usize, left: f64) -> bool {
    let others: f64 =
        (0..needs.len()).filter(|&j| j != taking && widths[j].is_none()).map(|j| needs[j].least).sum();
    needs[taking].natural + others <= left
}

fn measure(font: &Face<'_>, text: &str, size: f64) -> Need {
    let width = |part: &str| part.chars().map(|c| advance(font, c)).sum::<f64>() * size;
    let natural = text.lines().map(width).fold(0.0, f64::max);
    let words = text.split(|c: char| c.is_whitespace() && c != '\u{a0}' || c == '\u{200b}');
    let least = words.flat_map(|w| w.split_inclusive('-')).map(width).fold(0.0, f64::max);
    Need { least, natural }
}

/// Width of a letter in parts of the letter size; a letter the font lacks is
/// counted as wide.
fn advance(font: &Face<'_>, c: char) -> f64 {
    if c == '\u{200b}' {
        return 0.0;
    }
    let em = f64::from(font.units_per_em());
    font.glyph_index(c)
        .and_then(|glyph| font.glyph_hor_advance(glyph))
        .map_or(1.0, |units| f64::from(units) / em)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(words: &[&str]) -> Vec<String> {
        words.iter().map(|&w| w.to_owned()).collect()
    }

    fn of(rows: &[Vec<String>], numeric: &[bool]) -> Columns {
        let rows: Vec<&[String]> = rows.iter().map(Vec::as_slice).collect();
        columns(&rows[..1], &rows[1..], numeric, 10.5, 6.0)
    }

    fn fills_the_page(columns: &Columns) -> bool {
        (columns.widths.iter().sum::<f64>() - PAGE).abs() < 0.5
    }

    #[test]
    fn names_and_dates_stay_whole_beside_long_text() {
        let long =
            "A second assistant by April and an agency as a last resort, paid from the reserve that we keep";
        let rows = [
            cells(&["What", "Who", "By", "Cost"]),
            cells(&[long, "Grace Adeyemi", "30 September 2027", "£2,150.00"]),
        ];
        let found = of(&rows, &[false, false, false, true]);
        assert!(fills_the_page(&found) && !found.squeezed);
        let face = fonts::plain_measures().expect("the font is inside the program");
        for (width, cell) in found.widths.iter().zip(&rows[1]).skip(1) {
            assert!(*width >= measure(&face, cell, 10.5).natural + 12.0, "{found:?}");
        }
    }

    #[test]
    fn no_column_is_narrower_than_its_longest_word_if_there_is_room() {
        let text = "unpredictability of ".repeat(12);
        let rows = [cells(&["a", "b", "c"]), cells(&[&text, "responsibilities", &text.repeat(4)])];
        let found = of(&rows, &[false; 3]);
        let face = fonts::plain_measures().expect("the font is inside the program");
        assert!(fills_the_page(&found) && !found.squeezed);
        for (i, width) in found.widths.iter().enumerate() {
            assert!(*width >= measure(&face, &rows[1][i], 10.5).least + 12.0, "{found:?}");
        }
    }

    #[test]
    fn too_much_is_squeezed_onto_the_page() {
        let rows = [vec!["unbreakable-unbreakable".replace('-', ""); 9]];
        let found = of(&rows, &[false; 9]);
        assert!(found.squeezed && fills_the_page(&found));
    }

    #[test]
    fn a_small_table_still_spans_the_page() {
        assert!(fills_the_page(&of(&[cells(&["", ""])], &[false, true])));
    }
}
