//! What waits in a case, put together from what waits in each of its sections.

use super::{
    Case, Stage, Turn, arrangement, assessment, budget, circle, offer, plan, review, rights, signoff,
};
use crate::framework::Framework;

impl Case {
    /// What waits to be done and by whom, most pressing first. The first is
    /// "whose move it is".
    #[must_use]
    pub fn turns(&self, framework: &Framework) -> Vec<Turn> {
        // Until they are confirmed, somebody who is to decide can do nothing.
        let mut turns = circle::turns(self);
        turns.extend(review::turns(self, framework));
        turns.extend(budget::turns(self));
        turns.extend(signoff::turns(self, framework));
        turns.extend(arrangement::turns(self));
        turns.extend(self.next_step(framework));
        // A question never hides what brings somebody on, or what has its day.
        turns.extend(offer::turns(self, framework));
        turns.extend(review::booked(self));
        turns.extend(circle::sharing_turns(self));
        turns.extend(rights::turns(self));
        turns
    }

    /// What brings the case on from the stage in which it is.
    fn next_step(&self, framework: &Framework) -> Option<Turn> {
        match self.stage() {
            Stage::Contact => offer::next_step(self),
            Stage::Needs => Some(assessment::next_step(self, framework)),
            Stage::Money => Some(budget::next_step()),
            Stage::Plan => plan::next_step(self),
            Stage::Organise => arrangement::next_step(self),
            Stage::Review => review::next_step(self, framework),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Event, Voice};
    use crate::place::CasePage;
    use crate::testing::{at, framework, id, prose};
    use crate::{Aggregate, Author, CaseId, Date};

    fn case(events: impl IntoIterator<Item = Event>) -> Case {
        let events: Vec<Event> = events.into_iter().collect();
        Case::new(CaseId(id(9))).after(Author::System, at(0), &events)
    }

    fn asked() -> Event {
        offer::Event::QuestionAsked { id: id(1), words: prose("Who comes?"), voice: Voice::Person }.into()
    }

    #[test]
    fn an_open_question_has_its_day_and_hides_nothing_that_brings_somebody_on() {
        let framework = Framework { contact_days: 3, ..framework() };
        let sent = signoff::Event::Sent { id: id(2), voice: Voice::Person, to: None, note: None };
        let turns = case([asked(), sent.into()]).turns(&framework);
        assert_eq!(turns[0].page, CasePage::SignOff, "{turns:#?}");
        let question = turns.iter().find(|turn| turn.page == CasePage::Questions).expect("it waits too");
        // Asked on a Wednesday: the third working day after it is a Monday.
        assert_eq!(question.due, Some(Date::constant(2026, 3, 2)));
    }

    #[test]
    fn a_review_that_is_asked_for_keeps_the_day_of_the_next_one() {
        let framework = framework();
        let paid = Date::constant(2026, 3, 1);
        let started = arrangement::Event::PaymentConfirmed { instalment: id(3), paid };
        let asked = review::Event::AskedFor { id: id(4), voice: Some(Voice::Person), why: None };
        let case = case([started.into(), asked.into()]);
        let due = case.review_due(&framework);
        assert!(due.is_some());
        let reviews = case.turns(&framework).into_iter().filter(|turn| turn.page == CasePage::Reviews);
        assert_eq!(reviews.map(|turn| turn.due).collect::<Vec<_>>(), [due, due]);
    }

    #[test]
    fn needs_that_are_all_answered_are_for_the_co_ordinator_to_finish() {
        let framework = framework();
        let yes = offer::Answer::Yes;
        let mut events: Vec<Event> = vec![
            offer::Event::Made { what: prose("All of it"), why_now: None, said_voluntary: true }.into(),
            offer::Event::Answered { answer: yes, voice: Voice::Person, how: None }.into(),
        ];
        let first = |events: &[Event]| {
            let case = case(events.to_vec());
            let turn = case.turns(&framework).remove(0);
            (case.movers(&turn), turn.task)
        };
        assert!(first(&events).0.iter().any(|role| role.is_family()));
        let method = framework.method().expect("a method");
        events.extend(method.questions.iter().map(|question| {
            let question = question.key.clone();
            assessment::Event::Answered { question, level: 0, words: None, voice: Voice::Person }.into()
        }));
        let (of, task) = first(&events);
        assert!(!of.iter().any(|role| role.is_family()), "{of:?}");
        assert_eq!(task, "Finish the questions about needs");
    }
}
