//! The words and closed sets that a plan is made of.

use crate::ledger::Funder;
use crate::{Date, HoldingId, Line, NeedId, OrganisationId, OutcomeId, Pence, Prose};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// How often something is paid for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Every {
    Week,
    FourWeeks,
    Month,
    Year,
    Once,
}

impl Every {
    /// How many times in the first year.
    #[must_use]
    pub fn times_a_year(self) -> i64 {
        match self {
            Self::Week => 52,
            Self::FourWeeks => 13,
            Self::Month => 12,
            Self::Year | Self::Once => 1,
        }
    }

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Week => "every week",
            Self::FourWeeks => "every 4 weeks",
            Self::Month => "every month",
            Self::Year => "every year",
            Self::Once => "once",
        }
    }
}

/// The ways the money can be held.
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
pub enum Mode {
    /// The NHS or council holds it and arranges the care.
    Notional,
    /// An organisation holds it for the person.
    ThirdParty,
    /// The person, or someone they choose, holds it.
    DirectPayment,
}

impl Mode {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Notional => "notional budget",
            Self::ThirdParty => "held by an organisation",
            Self::DirectPayment => "direct payment",
        }
    }

    #[must_use]
    pub fn explained(self) -> &'static str {
        match self {
            Self::Notional => "The NHS or the council looks after the money and arranges the care you chose.",
            Self::ThirdParty => {
                "An organisation you choose looks after the money and pays for the care you chose."
            }
            Self::DirectPayment => {
                "The money is paid to you, or to someone you choose, in its own bank account, and you arrange the care."
            }
        }
    }
}

/// What an outcome hopes for: something "working better, be maintained or be
/// avoided" (003:525). Keeping what is good counts as much as getting better.
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
pub enum Aim {
    Better,
    Kept,
    Avoided,
}

impl Aim {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Better => "something gets better",
            Self::Kept => "something good stays as it is",
            Self::Avoided => "something bad does not happen",
        }
    }
}

/// What the words of an outcome are. Outcomes are changes, not services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeWords {
    pub words: Prose,
    pub needs: Vec<NeedId>,
    /// How the person will know.
    pub sign: Option<Prose>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskWords {
    pub words: Prose,
    /// What we do so that it is acceptable to everyone.
    pub what_we_do: Prose,
    pub who: Line,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionWords {
    pub what: Prose,
    pub who: Line,
    /// Unpaid help counts just as much (000:247).
    pub paid: bool,
    /// When, in words ("every Tuesday", "before Christmas") …
    pub when: Line,
    /// … and as a day, where there is one.
    pub by: Option<Date>,
    pub outcomes: Vec<OutcomeId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineWords {
    pub what: Line,
    /// A key of the area's list of kinds of spending; some are not allowed by law.
    pub kind: String,
    pub funder: Funder,
    /// Pence each time.
    pub amount: Pence,
    pub every: Every,
    pub outcomes: Vec<OutcomeId>,
    /// Which holding pays for it, once that is decided.
    pub holding: Option<HoldingId>,
}

impl LineWords {
    /// Pence in the first year.
    #[must_use]
    pub fn yearly(&self) -> Pence {
        Pence(self.amount.0 * self.every.times_a_year())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldingWords {
    pub mode: Mode,
    /// Who holds it, for a third party.
    pub organisation: Option<OrganisationId>,
    /// In words: "Alice's personal assistants", "Somerset Supported Lives".
    pub name: Line,
}
