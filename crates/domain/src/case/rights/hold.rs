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
    /// Who ended it.
    pub ended_by: Option<Author>,
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
    use crate::case::Kept;
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

    fn born(day: Option<Date>) -> Case {
        let mut case = case_of(&[opened(id(1)), named("Alice")]);
        if let (Some(person), Some(day)) = (std::sync::Arc::make_mut(&mut case.circle).person.as_mut(), day) {
            person.born = Some(day);
        }
        case
    }

    #[test]
    fn how_long_a_case_is_kept_begins_with_the_last_thing_in_it() {
        let (day, rules) = (Date::constant(1930, 1, 1), crate::framework::Retention::default());
        let case = born(Some(day));
        let last = dates::london(case.used.expect("something happened"));
        let until = rules.case_until(last, day);
        assert_eq!(case.kept(&rules), Some(Kept::Until(until)));
        assert!(until > Date::constant(1977, 12, 31));
        assert_eq!(case_of(&[]).kept(&rules), None, "nothing is there");
        let mut held = case.clone();
        given(&mut held, put_hold(&case, id(5), prose("A claim")).expect("it is put"));
        assert_eq!(held.kept(&rules), Some(Kept::Held));
    }

    /// It may be the record of a child, which is kept much longer.
    #[test]
    fn where_it_is_not_known_when_somebody_was_born_nothing_falls_due() {
        assert_eq!(born(None).kept(&crate::framework::Retention::default()), Some(Kept::BirthNotKnown));
    }

    #[test]
    fn while_its_use_is_restricted_nothing_falls_due() {
        use crate::case::Voice;
        use crate::case::rights::{Answer, Ask, Event};
        let rules = crate::framework::Retention::default();
        let case = born(Some(Date::constant(1930, 1, 1)));
        let granted = |until| {
            let (id, ask) = (id(7), Ask::Restrict { why: prose("A claim"), until });
            let mut case = case.clone();
            let asked = Event::Asked { id, voice: Voice::Person, ask, due: Date::constant(1970, 2, 2) };
            given(&mut case, [asked, Event::Answered { id, answer: Answer::Yes, words: prose("Yes") }]);
            case
        };
        assert_eq!(granted(None).kept(&rules), Some(Kept::Restricted));
        let late = Date::constant(2099, 1, 1);
        assert_eq!(granted(Some(late)).kept(&rules), Some(Kept::Until(late)), "until that day at least");
        assert_eq!(granted(Some(Date::constant(1971, 1, 1))).kept(&rules), case.kept(&rules), "it is over");
        let mut lifted = granted(None);
        given(&mut lifted, [Event::RestrictionLifted { id: id(7), why: prose("It is right now") }]);
        assert_eq!(lifted.kept(&rules), case.kept(&rules));
    }
}
