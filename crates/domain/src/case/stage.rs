//! Where a case is on the six stages (001:225-232), whose move it is, and
//! what is due. All of it is derived from what happened; nothing is stored.

use super::arrangement::PaymentState;
use super::circle::CaseRole;
use super::{Case, signoff};
use crate::access::Role;
use crate::dates::{self, Date};
use crate::framework::Framework;
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
    /// Where to do it: the page's name inside the case, like `offer`.
    pub page: String,
    pub due: Option<Date>,
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
        let coordinator = || vec![Role::Case(CaseRole::CareCoordinator)];
        let family = || CaseRole::ALL.into_iter().filter(|role| role.is_family()).map(Role::Case).collect();
        let turn = |of: Vec<Role>, task: &str, words: &str, page: &str, due: Option<Date>| Turn {
            of,
            task: task.to_owned(),
            words: words.to_owned(),
            page: page.to_owned(),
            due,
        };
        // Until they are confirmed, somebody who is to decide can do nothing.
        let mut turns = super::circle::turns(self);
        if self.review.open().any(|r| r.asked.is_some() && r.booked.is_none()) {
            turns.push(turn(
                coordinator(),
                "Book the review they asked for",
                "Your care co-ordinator will book the review that was asked for.",
                "reviews",
                None,
            ));
        }
        let open = self.offer.questions.iter().filter(|q| q.open).count();
        if open > 0 {
            let task =
                if open == 1 { "Answer 1 question".to_owned() } else { format!("Answer {open} questions") };
            turns.push(turn(
                coordinator(),
                &task,
                "Your care co-ordinator will answer your questions.",
                "questions",
                None,
            ));
        }
        turns.extend(super::budget::turns(self));
        if self.budget_must_be_looked_at() {
            turns.push(turn(
                coordinator(),
                "Look at the budget again: the review said it is not enough",
                "The review said the money is not enough. Your care co-ordinator will look at your budget again.",
                "budget",
                None,
            ));
        }
        if self.signoff.submissions.iter().any(|s| s.appeal.as_ref().is_some_and(|a| a.answer.is_none())) {
            turns.push(turn(
                vec![Role::Commissioner],
                "Answer an appeal",
                "We are looking again at the decision.",
                "sign-off",
                None,
            ));
        }
        if let Some(sent) = self.signoff.waiting() {
            let of = if sent.passed_on.is_some() {
                vec![Role::Commissioner]
            } else {
                vec![Role::Case(CaseRole::Clinician)]
            };
            turns.push(turn(
                of,
                "Decide on the plan",
                "Your plan has been sent. We are reading it now.",
                "sign-off",
                Some(dates::days_after(dates::london(sent.sent), framework.decision_days)),
            ));
        }
        if self.arrangement.instalments.iter().any(|i| i.state == PaymentState::Released) {
            turns.push(turn(
                vec![Role::Finance],
                "Confirm a payment",
                "A payment is being checked by a second person.",
                "payments",
                None,
            ));
        }
        match self.stage() {
            Stage::Contact => {
                if self.offer.conversations.is_empty() {
                    turns.push(turn(
                        coordinator(),
                        "Have the first conversation",
                        "Your care co-ordinator will get in touch to talk with you.",
                        "offer",
                        None,
                    ));
                } else if self.offer.offers.is_empty() {
                    turns.push(turn(
                        coordinator(),
                        "Make the offer",
                        "Your care co-ordinator will ask if you would like a personal health budget.",
                        "offer",
                        None,
                    ));
                } else if self.offer.answer().is_none() {
                    turns.push(turn(
                        family(),
                        "Waiting for their answer",
                        "You can say yes, no, not yet, or only part. There is no hurry.",
                        "offer",
                        None,
                    ));
                }
            }
            Stage::Needs => {
                turns.push(turn(
                    [family(), coordinator()].concat(),
                    "Fill in the questions about needs",
                    "Tell us about your needs. You can do it together with your care co-ordinator.",
                    "needs",
                    None,
                ));
            }
            Stage::Money => {
                turns.push(turn(
                    coordinator(),
                    "Work out and share the budget",
                    "Your care co-ordinator will work out how much money there is and show you how.",
                    "budget",
                    None,
                ));
            }
            Stage::Plan if self.signoff.waiting().is_none() => {
                let (task, words) = if self.budget.seen.is_empty() {
                    (
                        "Waiting for them to see the budget",
                        "Look at your budget and how it was worked out. Then you can start your plan.",
                    )
                } else if matches!(
                    self.signoff.latest().and_then(|s| s.outcome.as_ref()),
                    Some((signoff::Outcome::NotYet { .. }, ..))
                ) {
                    (
                        "Plan being changed after “not yet”",
                        "We said “not yet” and what would need to change. Look at it, and change the plan or ask us to look again.",
                    )
                } else {
                    (
                        "Plan being written",
                        "Write your plan, in your own words and at your own pace. Your broker can help.",
                    )
                };
                let page = if self.budget.seen.is_empty() { "budget" } else { "plan" };
                turns.push(turn(family(), task, words, page, None));
            }
            Stage::Organise => {
                if self.arrangement.agreement().is_none() {
                    turns.push(turn(
                        coordinator(),
                        "Make the agreement",
                        "Your care co-ordinator will write the agreement about the money for you to read.",
                        "agreement",
                        None,
                    ));
                } else if self.arrangement.agreement().is_some_and(|a| a.signed.is_none()) {
                    turns.push(turn(
                        family(),
                        "Waiting for them to sign the agreement",
                        "Read the agreement and sign it when you are happy with it.",
                        "agreement",
                        None,
                    ));
                } else if !self.arrangement.is_signed() {
                    turns.push(turn(
                        vec![Role::Commissioner, Role::Case(CaseRole::CareCoordinator)],
                        "Sign the agreement for the NHS",
                        "We will sign our side of the agreement.",
                        "agreement",
                        None,
                    ));
                } else if self.arrangement.instalments.is_empty()
                    && self.plan.open_holdings().any(|h| h.words.mode != super::plan::Mode::Notional)
                {
                    turns.push(turn(
                        vec![Role::Finance],
                        "Schedule the payments",
                        "The finance team will set up your payments.",
                        "payments",
                        None,
                    ));
                } else {
                    turns.push(turn(
                        vec![Role::Finance],
                        "Release the first payment",
                        "The finance team will make the first payment.",
                        "payments",
                        self.arrangement
                            .instalments
                            .iter()
                            .filter(|i| i.state == PaymentState::Planned)
                            .map(|i| i.planned.due)
                            .min(),
                    ));
                }
            }
            Stage::Review => {
                if let Some(due) = self.review_due(framework) {
                    turns.push(turn(
                        coordinator(),
                        "Hold the review",
                        "Your next review is planned. You can ask for one sooner.",
                        "reviews",
                        Some(due),
                    ));
                }
            }
            Stage::Plan => {}
        }
        turns
    }
}
