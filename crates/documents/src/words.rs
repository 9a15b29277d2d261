//! Makes typed text safe to print: line ends, invisible characters, letters
//! without a drawing, and words too long for their place.

use domain::paper::Paper;

/// Which letters may go to the typesetter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every letter that some font on this machine can draw.
    AnyFont,
    /// Only letters of the font inside the program.
    OwnFontOnly,
}

/// Shown where a letter cannot be drawn.
pub const STAND_IN: char = '\u{25A1}';

/// A word this long may be broken anywhere, for it will not fit a line.
const LONG_WORD: usize = 40;
/// The same in a table or beside a label, where lines are short.
const LONG_WORD_IN_CELL: usize = 18;
/// Letters between the places where a long word may be broken.
const BREAK_EVERY: usize = 6;

/// Cleans text and remembers whether anything had to be replaced.
pub struct Cleaner<'a> {
    can_draw: &'a dyn Fn(char) -> bool,
    /// Set once a letter was replaced by [`STAND_IN`].
    pub replaced: bool,
}

impl<'a> Cleaner<'a> {
    /// A cleaner that keeps what `can_draw` says can be drawn.
    pub fn new(can_draw: &'a dyn Fn(char) -> bool) -> Self {
        Self { can_draw, replaced: false }
    }

    /// Text that may run over several lines and paragraphs.
    pub fn text(&mut self, typed: &str) -> String {
        let clean = self.letters(typed);
        loosen(tidy_lines(&clean).as_str(), LONG_WORD)
    }

    /// The same for a narrow place.
    pub fn cell(&mut self, typed: &str) -> String {
        let clean = self.letters(typed);
        loosen(tidy_lines(&clean).as_str(), LONG_WORD_IN_CELL)
    }

    /// Text for the PDF's properties and for one-line places: no line ends,
    /// no added breaks, cut at `most` letters.
    pub fn line(&mut self, typed: &str, most: usize) -> String {
        let clean = self.letters(typed);
        let joined = clean.split_whitespace().collect::<Vec<_>>().join(" ");
        if joined.chars().count() <= most {
            return joined;
        }
        joined.chars().take(most.saturating_sub(1)).chain(['…']).collect()
    }

    /// One line that is drawn rather than stored, so a long word may break.
    pub fn drawn_line(&mut self, typed: &str, most: usize) -> String {
        loosen(&self.line(typed, most), LONG_WORD_IN_CELL)
    }

    fn letters(&mut self, typed: &str) -> String {
        let mut out = String::with_capacity(typed.len());
        for c in typed.replace("\r\n", "\n").chars() {
            match c {
                '\n' => out.push('\n'),
                '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => out.push('\n'),
                '\t' => out.push(' '),
                c if c.is_control() || is_noise(c) => {}
                c if c.is_whitespace() || (self.can_draw)(c) => out.push(c),
                _ => {
                    self.replaced = true;
                    out.push(STAND_IN);
                }
            }
        }
        out
    }
}

/// Characters that carry no ink and that archives forbid or that only make
/// sense next to a letter we may have replaced: byte order marks, joiners'
/// variation selectors, soft hyphens, tag characters.
fn is_noise(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{200d}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character is for private use: it has no agreed meaning, and an
/// archive copy may not hold it.
pub fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Whether the paper holds anything beyond everyday Latin text.
pub fn is_unusual(paper: &Paper) -> bool {
    // The paper's own debug text would escape some letters, JSON keeps them.
    serde_json::to_string(paper).map_or(true, |all| all.chars().any(|c| c > '\u{24f}'))
}

fn tidy_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.trim().lines() {
        let line = line.trim();
        if line.is_empty() {
            blank += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank > 0 { "\n\n" } else { "\n" });
        }
        blank = 0;
        out.push_str(line);
    }
    out
}

/// Puts invisible break points into words longer than `longest` letters.
fn loosen(text: &str, longest: usize) -> String {
    if !text.split_whitespace().any(|w| w.chars().count() > longest) {
        return text.to_owned();
    }
    text.split_inclusive(char::is_whitespace)
        .map(|word| if word.trim_end().chars().count() > longest { breakable(word) } else { word.to_owned() })
        .collect()
}

/// Lets every word be broken, for a column narrower than its words.
pub fn break_anywhere(cell: &str) -> String {
    loosen(cell, BREAK_EVERY)
}

fn breakable(word: &str) -> String {
    let mut out = String::with_capacity(word.len() * 3 / 2);
    let mut since = 0;
    for c in word.chars() {
        let joins = is_combining(c) || c.is_whitespace();
        if since >= BREAK_EVERY && !joins {
            out.push('\u{200b}');
            since = 0;
        }
        out.push(c);
        since =
            if matches!(c, '/' | '.' | '-' | '@' | '_' | '?' | '&' | '=') { BREAK_EVERY } else { since + 1 };
    }
    out
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{200c}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(typed: &str) -> (String, bool) {
        let can_draw = |c: char| c.is_ascii();
        let mut cleaner = Cleaner::new(&can_draw);
        (cleaner.text(typed), cleaner.replaced)
    }

    #[test]
    fn line_ends_become_one_kind_and_blank_lines_one_blank_line() {
        assert_eq!(clean(" a\r\nb\r\r\n\n\n c\u{2028}d ").0, "a\nb\n\nc\nd");
    }

    #[test]
    fn what_cannot_be_drawn_is_shown_to_be_missing() {
        assert_eq!(clean("hello 👋🏽 there"), ("hello □ there".into(), true));
        assert_eq!(clean("plain"), ("plain".into(), false));
    }

    #[test]
    fn invisible_characters_do_not_reach_the_paper() {
        assert_eq!(clean("a\u{0}b\u{feff}c\u{ad}d\u{7}"), ("abcd".into(), false));
    }

    #[test]
    fn a_word_that_fits_is_left_alone_and_one_that_does_not_may_break() {
        assert_eq!(clean("responsibilities").0, "responsibilities");
        let long = "x".repeat(200);
        let loosened = clean(&long).0;
        assert!(loosened.split('\u{200b}').all(|piece| piece.len() <= BREAK_EVERY));
        assert_eq!(loosened.replace('\u{200b}', ""), long);
    }

    #[test]
    fn a_line_is_one_line_and_not_endless() {
        let can_draw = |_| true;
        let mut cleaner = Cleaner::new(&can_draw);
        assert_eq!(cleaner.line("a\n b", 10), "a b");
        assert_eq!(cleaner.line("abcdef", 4), "abc…");
    }
}
