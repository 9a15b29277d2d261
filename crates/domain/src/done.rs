//! What has been done already, by this very act or by another.

use crate::{Aggregate, Recorded, Refusal, Timestamp, Why};

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
        let opened = || Event::Opened { name: line("Ola Berg"), email: line("ola@mail.example") };
        let told = daily(&[opened(), closed("left"), asked(), Event::Reopened]);
        let by: AccountId = id(2);
        assert!(was_this_act(id(1), &told, |account: &Account, at| reopen(account, by, at)));
        let late = recorded([
            (Author::System, on_day(0), opened()),
            (Author::System, on_day(0), closed("left")),
            (Author::System, on_day(1), asked()),
            (Author::System, on_day(30), asked()),
        ]);
        let propose = |account: &Account, at| propose_reopening(account, line("back"), at);
        assert!(was_this_act(id(1), &late, propose), "the first had lapsed by then");
        assert!(!was_this_act(id(1), &late[..2], propose));
    }

    #[test]
    fn what_is_long_over_is_not_looked_for() {
        let mut told = vec![closed("left")];
        told.extend(std::iter::repeat_n(Event::SignedOutElsewhere, LOOKED_BACK - 1));
        assert!(was_closed_for("left", &told));
        told.push(Event::SignedOutElsewhere);
        assert!(!was_closed_for("left", &told));
    }
}
