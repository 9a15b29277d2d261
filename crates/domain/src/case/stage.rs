//! Where a case is on the six stages (001:225-232), whose move it is, and
//! what is due. All of it is derived from what happened; nothing is stored.

use super::circle::CaseRole;
use super::{Case, arrangement, assessment, budget, circle, offer, plan, review, signoff};
use crate::access::{Action, Role};
use crate::dates::{self, Date};
use crate::framework::Framework;
use crate::place::CasePage;
use serde::{Deserialize, Serialize};

/// The six stages. They need not be lived in order; this is the one the case
/// is mostly in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    Contact,
    Needs,
    Money,
    Plan,
    Organise,
    Review,
}

impl Stage {
    pub const ALL: [Self; 6] =
        [Self::Contact, Self::Needs, Self::Money, Self::Plan, Self::Organise, Self::Review];

    /// The name on the person's path.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Contact => "Finding out",
            Self::Needs => "Your needs",
            Self::Money => "The money",
            Self::Plan => "Your plan",
            Self::Organise => "Organising care",
            Self::Review => "Living with it",
        }
    }

    /// The 'I' statement of the stage, as the peer network wrote it (001:265-285).
    #[must_use]
    pub fn i_statement(self) -> &'static str {
        match self {
            Self::Contact => {
                "I know where to go for clear and accessible information and advice and feel well informed and supported"
            }
            Self::Needs => {
                "I feel listened to, understood and involved in assessment that is proportionate and personal to me"
            }
            Self::Money => {
                "I know how much money is available and how it was calculated, and have enough to meet all my needs"
            }
            Self::Plan => {
                "I have the support I need to develop my plan and I understand what information is needed for sign-off"
            }
            Self::Organise => {
                "I have control over organising my care and support in the ways and at the times that make sense to me"
            }
            Self::Review => {
                "I am supported to review my plan, to see what's working and not working, and to make any changes needed"
            }
        }
    }
}

/// Whose move it is and what the move is, in words for both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The kind of people who can make the move.
    pub of: Vec<Role>,
    /// For the person: "Jo, your care co-ordinator, will …".
    pub words: String,
    /// For a work list: "Answer 2 questions".
    pub task: String,
    /// Where to do it.
    pub page: CasePage,
    pub due: Option<Date>,
    /// It waits from this day on; none: already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
}

/// What opens a page of the case.
#[must_use]
pub fn read_by(page: &CasePage) -> Action {
    match page {
        CasePage::Plan | CasePage::InPlan(_) | CasePage::SignOff => Action::SeePlan,
        CasePage::Costs => Action::SeeCosts,
        CasePage::Money | CasePage::Payments | CasePage::Agreement => Action::SeeMoney,
        CasePage::People | CasePage::Sharing | CasePage::Offer | CasePage::Questions => Action::SeePeople,
        CasePage::Needs => Action::SeeNeeds,
        CasePage::Budget => Action::SeeBudget,
        CasePage::Reviews => Action::SeeReviews,
        CasePage::History => Action::SeeHistory,
        CasePage::Notes => Action::SeeNotes,
        CasePage::Documents => Action::SeeDocuments,
        _ => Action::SeeCase,
    }
}

impl Turn {
    /// Whether it waits on this day.
    #[must_use]
    pub fn waits(&self, today: Date) -> bool {
        self.from.is_none_or(|from| from <= today)
    }
}

impl Case {
    /// The stage the case is mostly in.
    #[must_use]
    pub fn stage(&self) -> Stage {
        if self.arrangement.first_paid.is_some() {
            Stage::Review
        } else if self.signoff.agreed().is_some() {
            Stage::Organise
        } else if self.budget.shared.is_some() {
            Stage::Plan
        } else if self.assessment.completed.is_some() {
            Stage::Money
        } else if self.offer.is_accepted() {
            Stage::Needs
        } else {
            Stage::Contact
        }
    }

    /// The day the next review is due by: the date the last review set, the
    /// first-review limit after money first moved, or none before that.
    #[must_use]
    pub fn review_due(&self, framework: &Framework) -> Option<Date> {
        let started = self.arrangement.first_paid?;
        let limit = match self.review.last_held() {
            Some(held) => held.next.min(dates::months_after(held.on, framework.review_months)),
            None => dates::months_after(started, framework.first_review_months),
        };
        let planned = self.plan.first_review.filter(|_| self.review.last_held().is_none());
        Some(planned.map_or(limit, |p| p.min(limit)))
    }

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
        turns.extend(circle::sharing_turns(self));
        turns
    }

    /// What brings the case on from the stage in which it is.
    fn next_step(&self, framework: &Framework) -> Option<Turn> {
        match self.stage() {
            Stage::Contact => offer::next_step(self),
            Stage::Needs => Some(assessment::next_step()),
            Stage::Money => Some(budget::next_step()),
            Stage::Plan => plan::next_step(self),
            Stage::Organise => Some(arrangement::next_step(self)),
            Stage::Review => review::next_step(self, framework),
        }
    }
}

impl Turn {
    /// A move that is not bound to a day.
    pub(super) fn new(of: Vec<Role>, task: &str, words: &str, page: CasePage) -> Self {
        Self { of, words: words.to_owned(), task: task.to_owned(), page, due: None, from: None }
    }

    pub(super) fn of_coordinator(task: &str, words: &str, page: CasePage) -> Self {
        Self::new(vec![Role::Case(CaseRole::CareCoordinator)], task, words, page)
    }

    pub(super) fn of_family(task: &str, words: &str, page: CasePage) -> Self {
        Self::new(family(), task, words, page)
    }

    pub(super) fn by(self, due: Option<Date>) -> Self {
        Self { due, ..self }
    }
}

/// Whoever has a place of the family.
pub(super) fn family() -> Vec<Role> {
    CaseRole::ALL.into_iter().filter(|role| role.is_family()).map(Role::Case).collect()
}
