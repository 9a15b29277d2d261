//! The one place that asks what time it is.

use domain::{Date, Timestamp, dates};
use std::sync::{Arc, Mutex, PoisonError};

/// The time, as the program takes it: the machine's, or one that was set (in
/// tests, and while the demo makes its past).
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Mutex<Timestamp>>>);

impl Clock {
    /// The machine's own clock.
    #[must_use]
    pub fn of_the_machine() -> Self {
        Self(None)
    }

    /// A clock that stands still until [`Clock::set`] moves it.
    #[must_use]
    pub fn standing_at(at: Timestamp) -> Self {
        Self(Some(Arc::new(Mutex::new(at))))
    }

    /// Moves a standing clock; the machine's own cannot be moved.
    pub fn set(&self, at: Timestamp) {
        if let Some(standing) = &self.0 {
            *standing.lock().unwrap_or_else(PoisonError::into_inner) = at;
        }
    }

    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the edge where time comes in")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(standing) => *standing.lock().unwrap_or_else(PoisonError::into_inner),
            None => as_kept(Timestamp::now()),
        }
    }

    /// Today in London.
    #[must_use]
    pub fn today(&self) -> Date {
        dates::london(self.now())
    }
}

/// A moment as the record keeps it: what is made of an event now is the same as
/// what is made of it when it is read again.
fn as_kept(now: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(now.as_microsecond()).expect("a moment of now is in range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_as_it_is_kept() {
        let at: Timestamp = "2026-11-29T16:00:05.090550453Z".parse().expect("a moment");
        assert_eq!(as_kept(at).to_string(), "2026-11-29T16:00:05.09055Z");
        let now = Clock::of_the_machine().now();
        assert_eq!(now, as_kept(now));
    }
}
