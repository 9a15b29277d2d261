//! Closing an account, and opening it again by two.

use super::{Account, Event};
use crate::{AccountId, Author, Line, Refusal, Timestamp};

/// For how long a proposal to open an account again waits: seconds.
pub const REOPENING_SECONDS: i64 = 14 * 24 * 60 * 60;

impl Account {
    /// Whether somebody asked to open it again, less than 14 days ago.
    #[must_use]
    pub fn waits_to_be_reopened(&self, now: Timestamp) -> bool {
        self.closed.is_some()
            && self.reopening.is_some_and(|(_, at)| now.as_second() - at.as_second() < REOPENING_SECONDS)
    }
}

/// An account is closed, with a reason.
pub fn close(account: &Account, why: Line) -> Result<Vec<Event>, Refusal> {
    if account.closed.is_some() {
        return Err(Refusal::already_done("This sign-in is closed already"));
    }
    Ok(vec![Event::Closed { why }])
}

/// An administrator asks for an account to be opened again.
pub fn propose_reopening(account: &Account, why: Line, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    if account.closed.is_none() {
        return Err(Refusal::already_done("This sign-in is open"));
    }
    if account.email.is_none() {
        return Err(Refusal::not_yet(
            "They never had a sign-in here. They are known by name from another area",
            "Give them a sign-in of their own",
        ));
    }
    if account.waits_to_be_reopened(now) {
        return Err(Refusal::already_done("Somebody has asked for this already, and it waits"));
    }
    Ok(vec![Event::ReopeningProposed { why }])
}

/// Another administrator than the one who asked opens it again.
pub fn reopen(account: &Account, by: AccountId, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    if !account.waits_to_be_reopened(now) {
        return Err(Refusal::already_done("This does not wait any more"));
    }
    if account.reopening.is_some_and(|(asked, _)| asked == Author::Account(by)) {
        return Err(Refusal::not_allowed(
            "You asked for this yourself. It takes a second administrator to open a sign-in again",
        ));
    }
    Ok(vec![Event::Reopened])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{line, on_day, recorded};
    use crate::{Aggregate, Why};
    use uuid::Uuid;

    const ANNA: AccountId = AccountId(Uuid::from_u128(1));
    const BILAL: AccountId = AccountId(Uuid::from_u128(2));

    fn why() -> Line {
        line("Left in a hurry")
    }

    fn given(events: Vec<(i64, Event)>) -> Account {
        let opened = Event::Opened { name: line("Ola Berg"), email: line("ola@mail.example") };
        let all = std::iter::once((0, opened)).chain(events);
        let told = all.map(|(day, event)| (Author::Account(ANNA), on_day(day), event));
        Account::fold(ANNA, &recorded(told))
    }

    #[test]
    fn a_closed_account_is_opened_again_by_two() {
        let open = given(vec![]);
        assert_eq!(propose_reopening(&open, why(), on_day(0)).expect_err("it is open").why, Why::AlreadyDone);
        let closed = given(vec![(0, Event::Closed { why: why() })]);
        assert_eq!(close(&closed, why()).expect_err("it is closed").why, Why::AlreadyDone);
        assert_eq!(reopen(&closed, BILAL, on_day(1)).expect_err("nobody asked").why, Why::AlreadyDone);
        let asked =
            given(vec![(0, Event::Closed { why: why() }), (1, Event::ReopeningProposed { why: why() })]);
        assert!(asked.closed.is_some(), "asking opens nothing");
        assert_eq!(reopen(&asked, ANNA, on_day(2)).expect_err("her own").why, Why::NotAllowed);
        assert_eq!(reopen(&asked, BILAL, on_day(2)), Ok(vec![Event::Reopened]));
        assert_eq!(reopen(&asked, BILAL, on_day(15)).expect_err("it lapsed").why, Why::AlreadyDone);
        assert!(propose_reopening(&asked, why(), on_day(15)).is_ok());
    }
}
