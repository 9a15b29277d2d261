//! What comes a second time: with an id that a form was dealt when it was shown,
//! or to what has been done already.
//!
//! A form that is sent twice adds one thing. But a page can be gone back to and
//! sent again with other words: those are not to be dropped without saying so.

use crate::words::short;
use crate::{Aggregate, Recorded, Refusal, Timestamp, Why};

/// What is known of something that came with an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// Nothing has come with this id.
    New,
    /// The very same has: the form was sent twice.
    Same,
    /// Something else has, and is kept.
    Other(T),
}

/// Holds what is kept under an id, if anything is, against what comes with it now.
pub fn known<T>(kept: Option<T>, is_same: impl FnOnce(&T) -> bool) -> Known<T> {
    match kept {
        None => Known::New,
        Some(kept) if is_same(&kept) => Known::Same,
        Some(kept) => Known::Other(kept),
    }
}

impl<T> Known<T> {
    /// Whether it has to be recorded. `words` say what was kept, to complete "we
    /// kept …".
    ///
    /// # Errors
    /// Where something else was kept. The page is then shown again with a new
    /// id, so that what it says is added if it is sent once more.
    pub fn is_new(self, words: impl FnOnce(T) -> String) -> Result<bool, Refusal> {
        match self {
            Self::New => Ok(true),
            Self::Same => Ok(false),
            Self::Other(kept) => Err(sent_before(&words(kept))),
        }
    }
}

/// That a page was sent before, and said something else then.
#[must_use]
pub fn sent_before(kept: &str) -> Refusal {
    Refusal {
        next: "Send it again if you want this as well. If it puts right what we kept, change that instead"
            .to_owned(),
        ..Refusal::already_done(format!(
            "You sent this page before, and we kept {kept}. What it says now is not kept yet"
        ))
    }
}

/// How far back an act is looked for, in events of its stream.
const LOOKED_BACK: usize = 200;

/// Whether what a decision refuses as done already is this very act: its button
/// was pressed twice, or by two. `decide` is the decision, on the stream as it
/// was and at a moment.
///
/// The newest moment is found at which the decision did not say that it was
/// done. What it gives there is what was recorded next, or somebody has decided
/// otherwise in between.
pub fn was_this_act<A: Aggregate>(
    id: A::Id,
    events: &[Recorded<A::Event>],
    mut decide: impl FnMut(&A, Timestamp) -> Result<Vec<A::Event>, Refusal>,
) -> bool
where
    A::Event: PartialEq,
{
    let first = events.len().saturating_sub(LOOKED_BACK);
    let mut state = A::fold(id, &events[..first]);
    let mut is_this = false;
    for (place, next) in events.iter().enumerate().skip(first) {
        match decide(&state, next.at) {
            Err(no) if no.why == Why::AlreadyDone => {}
            Err(_) => is_this = false,
            Ok(decided) => {
                let recorded = events[place..].iter().map(|recorded| &recorded.event);
                is_this = !decided.is_empty() && recorded.take(decided.len()).eq(&decided);
            }
        }
        state.apply(next);
    }
    is_this
}

/// The beginning of somebody's words, as they are quoted: “I want to …”.
#[must_use]
pub fn quoted(words: impl AsRef<str>) -> String {
    format!("“{}”", short(words.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Account, Event, close, propose_reopening, reopen};
    use crate::testing::{id, line, on_day, recorded};
    use crate::{AccountId, Author};

    /// Whether closing an account for this reason is what was done, after these
    /// events, each on a day of its own.
    fn was_closed_for(why: &str, events: &[Event]) -> bool {
        was_this_act(id(1), &daily(events), |account: &Account, _| close(account, line(why)))
    }

    fn daily(events: &[Event]) -> Vec<Recorded<Event>> {
        recorded((0..).zip(events).map(|(day, event)| (Author::System, on_day(day), event.clone())))
    }

    fn closed(why: &str) -> Event {
        Event::Closed { why: line(why) }
    }

    #[test]
    fn what_was_done_is_this_act_where_the_same_was_recorded() {
        let opened = || Event::Opened { name: line("Ola Berg"), email: line("ola@mail.example") };
        assert!(was_closed_for("left", &[opened(), closed("left")]));
        assert!(!was_closed_for("left", &[opened(), closed("ill")]), "for another reason");
        assert!(!was_closed_for("left", &[opened()]), "it is open");
        assert!(was_closed_for("left", &[opened(), closed("left"), Event::SignedOutElsewhere]), "and more");
        let again = [opened(), closed("left"), Event::Reopened, closed("ill")];
        assert!(!was_closed_for("left", &again), "it was open in between");
        assert!(was_closed_for("ill", &again));
    }

    #[test]
    fn what_a_decision_gave_at_that_moment_counts() {
        let asked = || Event::ReopeningProposed { why: line("back") };
        let told = daily(&[closed("left"), asked(), Event::Reopened]);
        let by: AccountId = id(2);
        assert!(was_this_act(id(1), &told, |account: &Account, at| reopen(account, by, at)));
        let late = recorded([
            (Author::System, on_day(0), closed("left")),
            (Author::System, on_day(1), asked()),
            (Author::System, on_day(30), asked()),
        ]);
        let propose = |account: &Account, at| propose_reopening(account, line("back"), at);
        assert!(was_this_act(id(1), &late, propose), "the first had lapsed by then");
        assert!(!was_this_act(id(1), &late[..1], propose));
    }

    #[test]
    fn what_is_long_over_is_not_looked_for() {
        let mut told = vec![closed("left")];
        told.extend(std::iter::repeat_n(Event::SignedOutElsewhere, LOOKED_BACK - 1));
        assert!(was_closed_for("left", &told));
        told.push(Event::SignedOutElsewhere);
        assert!(!was_closed_for("left", &told));
    }

    #[test]
    fn the_same_is_done_and_something_else_is_said() {
        let sent = |kept: Option<&'static str>| known(kept, |kept| *kept == "one");
        let is_new = |kept| sent(kept).is_new(quoted);
        assert_eq!(is_new(None), Ok(true));
        assert_eq!(is_new(Some("one")), Ok(false));
        let no = is_new(Some("two")).expect_err("something else was kept");
        assert_eq!(no.why, Why::AlreadyDone);
        assert!(no.message.contains("“two”") && !no.next.is_empty(), "{no}");
    }
}
