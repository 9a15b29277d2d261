//! A place in the history of a case: between two of its events, and between
//! two of each stream that belongs to it.

use domain::{Aggregate, Stream, StreamKind, case::Case};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// What is before it are the events with lower numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of an event of the case.
    pub seq: u64,
    /// The same for streams that belong to it. Of one that is not named, what
    /// was recorded before that event of the case.
    pub beside: Vec<(Stream, u64)>,
}

impl Place {
    /// That at which this event of the case is the newest.
    #[must_use]
    pub fn at(seq: u64) -> Self {
        Self { seq: seq.saturating_add(1), beside: vec![] }
    }

    pub(super) fn of(&self, stream: Stream) -> Option<u64> {
        self.beside.iter().find(|(other, _)| *other == stream).map(|(_, seq)| *seq)
    }
}

/// As it stands in an address: `812`, or `812,team.0197….3`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.seq)?;
        for (Stream { kind, id }, seq) in &self.beside {
            write!(f, ",{}.{id}.{seq}", kind.into_str())?;
        }
        Ok(())
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split(',');
        let seq = parts.next().and_then(|seq| seq.parse().ok()).ok_or(())?;
        let beside = parts.map(|part| beside(part).ok_or(())).collect::<Result<_, ()>>()?;
        Ok(Self { seq, beside })
    }
}

fn beside(text: &str) -> Option<(Stream, u64)> {
    let mut parts = text.splitn(3, '.');
    let kind = parts.next().and_then(|kind| StreamKind::from_str(kind).ok())?;
    let id = parts.next().and_then(|id| Uuid::try_parse(id).ok())?;
    Some((Stream { kind, id }, parts.next()?.parse().ok()?))
}

/// A name for an event on a page: `e812`, or `team-0197…-3`.
pub(super) fn anchor(case: &Case, stream: Stream, seq: u64) -> String {
    if stream == case.stream() {
        return format!("e{seq}");
    }
    format!("{}-{}-{seq}", stream.kind.into_str(), stream.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let team = Stream { kind: StreamKind::Area, id: Uuid::from_u128(7) };
        for place in [Place::at(811), Place { seq: 812, beside: vec![(team, 3)] }] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
    }

    #[test]
    fn nonsense_is_no_place() {
        for text in ["", "x", "-3", "8,", "8,area", "8,area.x.3", "8,moon.0197.3", "8,area.0.3.4"] {
            assert_eq!(text.parse::<Place>(), Err(()), "{text}");
        }
    }
}
