//! What somebody agrees to, what a decision is about, and with whom something is
//! shared.

use crate::access::Action;
use crate::{MemberId, OrganisationId};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// What somebody may decide about who speaks for the person. Powers in law are
/// for health and care or for money; what is shared with whom is asked apart.
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
pub enum Matter {
    Care,
    Money,
    Sharing,
}

impl Matter {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Care => "health and care",
            Self::Money => "money",
            Self::Sharing => "sharing information",
        }
    }
}

/// What consent is about.
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
    IntoStaticStr,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum ConsentAbout {
    /// Having a personal health budget worked out and planned.
    TakingPart,
    /// Sharing the case file with the council.
    SharingWithCouncil,
    /// Sharing with supporters outside the NHS and council, all at once: as it was
    /// asked before each was asked about by name. It is not given any more.
    SharingWithSupporters,
    /// Receiving a direct payment.
    DirectPayment,
}

impl ConsentAbout {
    /// What somebody is asked. What each one who helps sees is not asked here, but
    /// by name.
    pub const ASKED: [Self; 3] = [Self::TakingPart, Self::SharingWithCouncil, Self::DirectPayment];

    /// What a decision about it is about.
    #[must_use]
    pub fn matter(self) -> Matter {
        match self {
            Self::TakingPart => Matter::Care,
            Self::SharingWithCouncil | Self::SharingWithSupporters => Matter::Sharing,
            Self::DirectPayment => Matter::Money,
        }
    }

    /// What whoever decides it, or writes it down, has to be allowed to do.
    #[must_use]
    pub fn decided_by(self) -> Action {
        match self {
            Self::TakingPart => Action::DecideTakingPart,
            Self::SharingWithCouncil | Self::SharingWithSupporters => Action::DecideSharing,
            Self::DirectPayment => Action::DecideDirectPayment,
        }
    }

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::TakingPart => "having a personal health budget",
            Self::SharingWithCouncil => "sharing information with the council",
            Self::SharingWithSupporters => "sharing information with brokers and organisations that help",
            Self::DirectPayment => "having a direct payment",
        }
    }
}

/// With whom something is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SharedWith {
    /// A broker, advocate, peer or other supporter in the circle.
    Member(MemberId),
    /// Whoever works for an organisation that holds money for the person.
    Organisation(OrganisationId),
}
