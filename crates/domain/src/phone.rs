//! A telephone number: what somebody is called or texted on.

use crate::Line;
use std::fmt;

/// A telephone number as somebody gave it, with what they say to it: "01632 960
/// 001, ask for Selam". Whether anybody answers there, only calling shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneNumber(Line);

/// Why text is no telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANumber;

impl fmt::Display for NotANumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("A phone number must have all its numbers, like 01632 960 001")
    }
}

impl std::error::Error for NotANumber {}

impl PhoneNumber {
    /// A number of this country has ten digits or eleven with its first nought,
    /// and one of the world fifteen at most with 00 before it (E.164). What else
    /// is written beside it, an extension or whom to ask for, stays.
    ///
    /// # Errors
    /// Where so few or so many digits stand in it that nobody can be reached.
    pub fn parse(text: &Line) -> Result<Self, NotANumber> {
        const DIGITS: std::ops::RangeInclusive<usize> = 10..=22;
        let digits = text.as_str().chars().filter(char::is_ascii_digit).count();
        if DIGITS.contains(&digits) { Ok(Self(text.clone())) } else { Err(NotANumber) }
    }

    #[must_use]
    pub fn into_line(self) -> Line {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_and_keeps_what_is_said_to_it() {
        let read = |text: &str| PhoneNumber::parse(&Line::parse(text).expect("a line"));
        for right in
            ["01632 960 001", "+44 (0)1632 960-001", "07700900123, ask for Selam", "0800 1111 ext 220"]
        {
            assert_eq!(read(right).map(|number| number.into_line().to_string()).as_deref(), Ok(right));
        }
        for wrong in ["07", "mornings", "999", "01632 960", "1234567890123456789012345"] {
            assert_eq!(read(wrong), Err(NotANumber), "{wrong}");
        }
    }
}
