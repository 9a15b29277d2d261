//! What people type: kept as they wrote it, within bounds.

use serde::{Deserialize, Serialize};
use std::fmt;

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
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MOST: usize = $most;

            /// Takes text in: outer white space goes, line ends become `\n`,
            /// everything else stays as it was typed, in any script.
            pub fn parse(text: &str) -> Result<Self, NotWords> {
                let text = text.trim().replace("\r\n", "\n").replace('\r', "\n");
                let text = if $keeps_lines { text } else { text.replace('\n', " ") };
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
    fn bounds_and_blanks() {
        assert_eq!(Line::parse("  \n "), Err(NotWords::Empty));
        assert_eq!(Line::parse(&"x".repeat(203)), Err(NotWords::TooLong { most: 200, by: 3 }));
        assert_eq!(Line::parse("a\0b"), Err(NotWords::ControlCharacters));
        assert_eq!(Prose::parse("a\r\nb\rc").map(String::from).as_deref(), Ok("a\nb\nc"));
        assert_eq!(Line::parse("a\nb").map(String::from).as_deref(), Ok("a b"));
    }
}
