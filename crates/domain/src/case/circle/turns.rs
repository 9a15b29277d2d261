//! Whose move it is about who is in the circle and how they sign in.

use super::{Circle, ConsentAbout, ConsentState, proposal, sign_in};
use crate::case::{Case, Meant, Turn};
use crate::place::CasePage;

pub(in crate::case) fn turns(case: &Case) -> Vec<Turn> {
    let mut turns = proposal::turns(case);
    turns.extend(sign_in::turns(case));
    turns.dedup();
    turns.extend(case.circle.taken_back().map(|about| taken_back(case, about)));
    turns
}

/// What a budget rests on was taken back: somebody talks with the person about
/// what happens now. It waits until it is written down what was decided.
fn taken_back(case: &Case, about: ConsentAbout) -> Turn {
    let (person, what) = (case.person_name(), about.words());
    let task = format!("Consent was taken back to {what}: talk with {person} about what happens now");
    let words = format!(
        "It was taken back what was agreed to about {what}. Your care co-ordinator will talk with you about what happens now."
    );
    Turn::new(about.decided_by(), &task, &words, CasePage::People).meant(Meant::Coordinator)
}

impl Circle {
    /// What was taken back that a budget rests on, and about which nothing was
    /// decided since.
    pub fn taken_back(&self) -> impl Iterator<Item = ConsentAbout> + '_ {
        let rests_on = [ConsentAbout::TakingPart, ConsentAbout::DirectPayment];
        rests_on.into_iter().filter(|about| {
            self.consent_to(*about).is_some_and(|consent| consent.state == ConsentState::Withdrawn)
        })
    }
}
