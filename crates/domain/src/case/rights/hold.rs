//! A hold: while one stands, the record is kept, however old it is, because a
//! court, an inquiry or a complaint may need it.

use super::Event;
use crate::case::{Case, Event as CaseEvent};
use crate::known::known;
use crate::{Author, HoldId, Prose, Refusal, Timestamp};

type Decision = Result<Vec<CaseEvent>, Refusal>;

/// A hold that was put on a record, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    pub id: HoldId,
    pub why: Prose,
    pub by: Author,
    pub at: Timestamp,
    /// Why it ended.
    pub ended: Option<Prose>,
}

/// Puts a hold on the record. There may be several, each for its own reason.
pub fn put_hold(case: &Case, id: HoldId, why: Prose) -> Decision {
    let kept = known(case.rights.hold(id), |hold| hold.why == why);
    if !kept.is_new(|hold| crate::known::quoted(&hold.why))? {
        return Ok(vec![]);
    }
    Ok(vec![Event::HoldPut { id, why }.into()])
}

/// Ends one.
pub fn end_hold(case: &Case, id: HoldId, why: Prose) -> Decision {
    let hold = case.rights.hold(id).ok_or_else(|| Refusal::invalid("hold", "There is no such hold"))?;
    match &hold.ended {
        Some(known) if *known == why => Ok(vec![]),
        Some(_) => Err(Refusal::already_done("This hold has ended already")),
        None => Ok(vec![Event::HoldEnded { id, why }.into()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{case_of, given, id, named, opened, prose};
    use crate::{Date, Why, dates};

    #[test]
    fn a_hold_stands_until_it_is_ended_and_each_is_done_once() {
        let mut case = case_of(&[opened(id(1)), named("Alice")]);
        let before = case.used;
        let events = put_hold(&case, id(5), prose("A claim")).expect("it is put");
        given(&mut case, events);
        assert_eq!(case.rights.holds().count(), 1);
        assert_eq!(put_hold(&case, id(5), prose("A claim")), Ok(vec![]), "sent twice");
        let other = put_hold(&case, id(5), prose("An inquiry")).expect_err("sent before");
        assert_eq!(other.why, Why::AlreadyDone);
        let none = end_hold(&case, id(6), prose("Over")).expect_err("no such hold");
        assert_eq!(none.why, Why::Invalid);
        let events = end_hold(&case, id(5), prose("It was settled")).expect("it ends");
        given(&mut case, events);
        assert_eq!(case.rights.holds().count(), 0);
        assert_eq!(end_hold(&case, id(5), prose("It was settled")), Ok(vec![]), "sent twice");
        assert_eq!(end_hold(&case, id(5), prose("No")).expect_err("ended").why, Why::AlreadyDone);
        assert_eq!(case.used, before, "what is asked about a record does not make it younger");
    }

    #[test]
    fn how_long_a_case_is_kept_begins_with_the_last_thing_in_it() {
        let case = case_of(&[opened(id(1)), named("Alice")]);
        let rules = crate::framework::Retention::default();
        let last = dates::london(case.used.expect("something happened"));
        assert_eq!(case.kept_until(&rules), Some(rules.case_until(last, None)));
        assert!(case.kept_until(&rules) > Some(Date::constant(1977, 12, 31)));
        assert_eq!(case_of(&[]).kept_until(&rules), None, "nothing is there");
    }
}
