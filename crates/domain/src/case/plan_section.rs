//! The parts of a plan that are written as prose.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The parts of the plan that are written as prose, in the order a plan is
/// read: it starts from what is important to the person (001:508), and what
/// professionals add comes neither first nor last (003:479).
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
pub enum Section {
    ImportantToMe,
    /// Strengths, skills, family and social life, and health (003:362).
    WhoIAm,
    /// How a decision about capacity was reached and who speaks (003:362).
    WhoSpeaks,
    Working,
    NotWorking,
    ImportantForMyHealth,
    /// What happens if things go wrong, and whom to call in health services.
    IfThingsGoWrong,
    /// How the money will be held and managed, in broad terms.
    HowMoneyIsHeld,
    /// How we will know if it goes well or badly, and how it is reviewed.
    HowWeReview,
}

impl Section {
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::WhoIAm => "Who I am",
            Self::WhoSpeaks => "How I decide, and who speaks for me",
            Self::Working => "What is working",
            Self::NotWorking => "What is not working",
            Self::ImportantToMe => "What is important to me",
            Self::ImportantForMyHealth => "What is important for my health",
            Self::IfThingsGoWrong => "If things go wrong",
            Self::HowMoneyIsHeld => "How the money is held",
            Self::HowWeReview => "How we will know it is going well",
        }
    }
}
