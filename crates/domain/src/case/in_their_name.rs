//! What others wrote down in the person's own name.

use super::plan::Writing;
use super::{Case, Voice};
use crate::{Author, Timestamp};

impl Case {
    /// Whether somebody wrote something down in the person's name from then on, in
    /// the answers about needs or in the plan.
    #[must_use]
    pub fn wrote_as_the_person(&self, by: Author, since: Timestamp) -> bool {
        let is_it = |(voice, writer, at)| voice == Voice::Person && writer == by && at >= since;
        let written = |w: &Writing| (w.voice, w.by, w.at);
        let sections = self.plan.sections.iter();
        let mut all = sections.flat_map(|s| s.standing.iter().chain(&s.earlier)).map(written);
        let mut answers = self.assessment.answers.iter().map(|a| (a.voice, a.recorded_by, a.at));
        let plan = &self.plan;
        let mut items = (plan.outcomes.iter().map(|i| (i.voice, i.by, i.at)))
            .chain(plan.risks.iter().map(|i| (i.voice, i.by, i.at)))
            .chain(plan.actions.iter().map(|i| (i.voice, i.by, i.at)))
            .chain(plan.lines.iter().map(|i| (i.voice, i.by, i.at)));
        all.any(is_it) || answers.any(is_it) || items.any(is_it)
    }
}
