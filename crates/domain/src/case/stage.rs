//! Where a case is on the six stages (001:225-232), and when its next review is
//! due. All of it is derived from what happened; nothing is stored.

use super::Case;
use crate::dates::{self, Date};
use crate::framework::Framework;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The six stages. They need not be lived in order; this is the one the case
/// is mostly in.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Stage {
    Contact,
    Needs,
    Money,
    Plan,
    Organise,
    Review,
}

impl Stage {
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
}
