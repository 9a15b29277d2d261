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
        turns.extend(review::turns(self));
        turns.extend(offer::turns(self));
        turns.extend(budget::turns(self));
        turns.extend(signoff::turns(self, framework));
        turns.extend(arrangement::turns(self));
        turns.extend(self.next_step(framework));
        turns.extend(review::booked(self));
        turns.extend(circle::sharing_turns(self));
        turns.extend(rights::turns(self));
        turns
    }

    /// What brings the case on from the stage in which it is.
    fn next_step(&self, framework: &Framework) -> Option<Turn> {
        match self.stage() {
            Stage::Contact => offer::next_step(self),
            Stage::Needs => Some(assessment::next_step()),
            Stage::Money => Some(budget::next_step()),
            Stage::Plan => plan::next_step(self),
            Stage::Organise => arrangement::next_step(self),
            Stage::Review => review::next_step(self, framework),
        }
    }
}
