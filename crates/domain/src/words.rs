//! What people type: kept as they wrote it, within bounds, and only what can
//! be seen. A name of signs that nobody sees is no name, and a sign that turns
//! the direction of what stands after it can make one name look like another.

use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Text as it stands on the record.
#[derive(Deserialize)]
struct Kept(String);

/// Marks that say which way a word runs, and nothing else: people who mix
/// scripts type them, and they reach no further than the word beside them.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// Letters and marks that are empty by their nature, though no format signs.
fn is_blank_letter(c: char) -> bool {
    matches!(
        c,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'
            ..='\u{180f}' | '\u{3164}' | '\u{ffa0}'
    )
}

/// Whether a sign chooses how the one before it looks: emoji or text, a form
/// of a character.
fn is_variation(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// The letters inside the flags of England, Scotland and Wales.
fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

/// Whether a character shows something by itself.
fn is_seen(c: char) -> bool {
    let is_format = c.general_category() == GeneralCategory::Format;
    !(c.is_whitespace()
        || c.is_control()
        || is_format
        || is_blank_letter(c)
        || is_variation(c)
        || c == '\u{2800}')
}

/// Text without the signs that nobody can see: zero-width spaces, soft
/// hyphens, and whatever turns the direction of the words after it. What joins
/// letters and emoji stays where it stands between two of them. Marks for one
/// word's direction stay if `keeps_marks`. It takes one look at each character.
#[must_use]
pub fn without_unseen(text: &str, keeps_marks: bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut before: Option<char> = None;
    let mut in_flag = false;
    let mut all = text.chars().peekable();
    while let Some(c) = all.next() {
        in_flag = c == '\u{1f3f4}' || in_flag && is_tag(c);
        let on_something = before.is_some_and(is_seen) || before.is_some_and(is_variation);
        let stays = match c {
            '\u{200c}' | '\u{200d}' => on_something && all.peek().copied().is_some_and(is_seen),
            _ if is_direction_mark(c) => keeps_marks,
            _ if is_variation(c) => before.is_some_and(is_seen),
            _ if is_tag(c) => in_flag,
            _ if is_blank_letter(c) => false,
            _ => c.general_category() != GeneralCategory::Format || is_written(c),
        };
        if stays {
            kept.push(c);
            before = Some(c);
        }
    }
    kept
}

/// Format signs that are seen: the signs of Arabic, Syriac and Kaithi that
/// stand over or under a number.
fn is_written(c: char) -> bool {
    matches!(
        c,
        '\u{600}'
            ..='\u{605}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{890}'
                | '\u{891}'
                | '\u{8e2}'
                | '\u{110bd}'
                | '\u{110cd}'
    )
}

/// Whether there is nothing to see in a text. A control sign is something: it
/// is refused in words.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    !text.chars().any(|c| is_seen(c) || c.is_control() && !c.is_whitespace())
}

/// A name from outside, such as a file's, as one line that shows what it is:
/// nothing unseen, nothing that turns direction, no line ends, no control signs.
#[must_use]
pub fn as_one_line(text: &str) -> String {
    let kept = without_unseen(text, false);
    let kept = kept.chars().filter(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}'));
    kept.collect::<String>().trim().to_owned()
}

/// Why text cannot be taken in. The message is completed by the field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotWords {
    Empty,
    TooLong { most: usize, by: usize },
    ControlCharacters,
}

impl fmt::Display for NotWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("This cannot be empty"),
            Self::TooLong { most, by } => {
                write!(f, "This must be {most} characters or fewer. It is {by} too long")
            }
            Self::ControlCharacters => {
                f.write_str("Take out characters that cannot be shown, then try again")
            }
        }
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $most:literal, $keeps_lines:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "Kept", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MOST: usize = $most;

            /// Takes text in: outer white space goes, line ends become `\n`,
            /// signs that nobody can see are taken off ([`without_unseen`]), and
            /// everything else stays as it was typed, in any script.
            pub fn parse(text: &str) -> Result<Self, NotWords> {
                let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
                let text = if $keeps_lines { text } else { text.replace('\n', " ") };
                let text = without_unseen(&text, $keeps_lines);
                if is_blank(&text) {
                    return Err(NotWords::Empty);
                }
                Self::within_bounds(text.trim().to_owned())
            }

            fn within_bounds(text: String) -> Result<Self, NotWords> {
                if text.is_empty() {
                    return Err(NotWords::Empty);
                }
                let length = text.chars().count();
                if length > Self::MOST {
                    return Err(NotWords::TooLong { most: Self::MOST, by: length - Self::MOST });
                }
                if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
                    return Err(NotWords::ControlCharacters);
                }
                Ok(Self(text))
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// What is on the record is read as it was released, signs and all: a
        /// rule made later does not make an old case unreadable.
        impl TryFrom<Kept> for $name {
            type Error = NotWords;
            fn try_from(text: Kept) -> Result<Self, NotWords> {
                Self::within_bounds(text.0)
            }
        }
        impl TryFrom<String> for $name {
            type Error = NotWords;
            fn try_from(text: String) -> Result<Self, NotWords> {
                Self::parse(&text)
            }
        }
        impl TryFrom<&str> for $name {
            type Error = NotWords;
            fn try_from(text: &str) -> Result<Self, NotWords> {
                Self::parse(text)
            }
        }
        impl From<$name> for String {
            fn from(words: $name) -> Self {
                words.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

words!(
    /// One line: a name, a title, a short answer.
    Line, 200, false
);
words!(
    /// A person's own words, with their line breaks.
    Prose, 10_000, true
);

/// The beginning of long words, for a sentence.
#[must_use]
pub fn short(words: &str) -> String {
    let first = words.lines().next().unwrap_or_default();
    if first.chars().count() <= 80 {
        return first.to_owned();
    }
    let cut: String = first.chars().take(78).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_every_script_and_emoji() {
        for text in ["Ülkü", "مرحبا بالعالم", "👩🏽‍🦽 going out", "שלום", "日本語"]
        {
            assert_eq!(Line::parse(text).map(String::from).as_deref(), Ok(text));
        }
    }

    #[test]
    fn names_nobody_can_see_are_no_names() {
        for unseen in [
            "\u{200b}",
            "\u{2060} \u{200d}",
            "\u{ad}",
            "\u{200e}",
            "\u{202e}\u{202c}",
            "\u{3164}",
            "\u{115f}\u{1160}",
            "\u{2800}\u{2800}",
            "\u{fe0f}",
            "\u{e0067}\u{e0062}",
            "\u{feff}",
            "\u{2028}",
            "\u{34f}",
        ] {
            assert_eq!(Line::parse(unseen), Err(NotWords::Empty), "{}", unseen.escape_unicode());
            assert_eq!(Prose::parse(unseen), Err(NotWords::Empty), "{}", unseen.escape_unicode());
        }
        let read = |text: &str| Line::parse(text).map(String::from).expect("a line");
        assert_eq!(read("\u{202e}ecila"), "ecila", "it does not turn round what stands after it");
        assert_eq!(read("Al\u{200b}ice\u{200e} \u{2060}Hale\u{ad}"), "Alice Hale");
        assert_eq!(read("\u{feff}Alice\u{2028}Hale\u{200b} "), "Alice Hale");
        assert_eq!(read("Alice\u{200d}"), "Alice", "a joiner joins two");
        let right = "مرحبا (PHB)\u{200f}!";
        assert_eq!(Prose::parse(right).map(String::from).as_deref(), Ok(right), "in one's own words");
        assert_eq!(Prose::parse("a\u{2066}b\u{202e}c").map(String::from).as_deref(), Ok("abc"));
    }

    #[test]
    fn joiners_flags_and_forms_stay() {
        for text in [
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "👩\u{200d}👩\u{200d}👧",
            "🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f} Cymru",
            "❤\u{fe0f}\u{200d}🔥",
            "葛\u{e0100}",
            "\u{600}١٢",
        ] {
            assert_eq!(Line::parse(text).map(String::from).as_deref(), Ok(text));
            assert_eq!(Prose::parse(text).map(String::from).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_on_the_record_is_read_as_it_stands() {
        for old in ["\u{200b}", "\u{202e}ecila", "Alice\u{200e}"] {
            let json = serde_json::to_string(old).expect("JSON");
            let line: Line = serde_json::from_str(&json).expect("it was released so");
            assert_eq!((line.as_str(), serde_json::to_string(&line).expect("JSON")), (old, json));
        }
        assert!(serde_json::from_str::<Line>("\"\"").is_err());
        assert!(serde_json::from_str::<Line>("\"a\\u0000b\"").is_err());
    }

    #[test]
    fn a_files_name_is_one_line_that_shows_what_it_is() {
        assert_eq!(as_one_line("receipt\u{202e}fdp.exe\u{0}\r\n"), "receiptfdp.exe");
        assert_eq!(as_one_line("\u{200b} \u{2066}"), "");
    }

    #[test]
    fn bounds_and_blanks() {
        assert_eq!(Line::parse("  \n "), Err(NotWords::Empty));
        assert_eq!(Line::parse(&"x".repeat(203)), Err(NotWords::TooLong { most: 200, by: 3 }));
        assert_eq!(Line::parse("a\0b"), Err(NotWords::ControlCharacters));
        assert_eq!(Prose::parse("a\r\nb\rc").map(String::from).as_deref(), Ok("a\nb\nc"));
        assert_eq!(Line::parse("a\nb").map(String::from).as_deref(), Ok("a b"));
    }
}
