//! Posts: what somebody works as, and the bodies that have such posts.

use super::{CaseRole, Role};
use crate::{AreaId, OrganisationId};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// A kind of body of an area.
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
pub enum Kind {
    NhsBody,
    Council,
    /// Can hold money for people.
    ThirdParty,
    /// Brokers, advocates, peers, providers.
    Support,
}

impl Kind {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NhsBody => "NHS body",
            Self::Council => "Council",
            Self::ThirdParty => "Organisation that can hold money",
            Self::Support => "Support organisation",
        }
    }

    /// Whether there is such a post in a body of this kind. An NHS budget is
    /// decided on, paid and checked by the NHS: somebody of the council reads
    /// what the person shares with the council, from a place in the case, and
    /// from no post.
    #[must_use]
    pub fn has(self, post: Post) -> bool {
        match self {
            Self::NhsBody => post != Post::ThirdParty,
            Self::Council => matches!(post, Post::Practitioner | Post::Administrator),
            Self::ThirdParty => post == Post::ThirdParty,
            Self::Support => false,
        }
    }

    /// Whether those who work with people in a body of this kind sit in a case
    /// with such a place. What the council reads depends on what the person
    /// shares with it, so nobody of the council sits there as a clinician or a
    /// care co-ordinator, who read whatever is shared.
    #[must_use]
    pub fn sits_as(self, role: CaseRole) -> bool {
        match self {
            Self::NhsBody => matches!(role, CaseRole::CareCoordinator | CaseRole::Clinician),
            Self::Council => role == CaseRole::CouncilWorker,
            Self::ThirdParty | Self::Support => false,
        }
    }
}

/// What someone works as in an organisation of an area.
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
pub enum Post {
    /// Front-line staff: may open cases and be given places in them.
    Practitioner,
    Commissioner,
    Finance,
    ThirdParty,
    FrameworkOwner,
    Administrator,
    Auditor,
}

impl Post {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Practitioner => "Works with people",
            Self::Commissioner => "Commissioner",
            Self::Finance => "Finance",
            Self::ThirdParty => "Organisation that holds money",
            Self::FrameworkOwner => "Owner of the local framework",
            Self::Administrator => "Administrator",
            Self::Auditor => "Auditor, reads only",
        }
    }

    /// Every post lets somebody see or change what is another's: see
    /// [`needs_second_factor`].
    #[must_use]
    pub fn needs_second_factor(self) -> bool {
        true
    }
}

/// Someone's post in one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HeldPost {
    pub area: AreaId,
    pub organisation: OrganisationId,
    /// What kind of body that is.
    pub kind: Kind,
    pub post: Post,
}

impl HeldPost {
    /// Whether it counts. A post that a body of its kind does not have gives
    /// nothing, whenever it was given.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.kind.has(self.post)
    }

    /// What somebody is in the area by this post.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.counts().then_some(match self.post {
            Post::Practitioner if self.kind == Kind::Council => Role::CouncilPractitioner,
            Post::Practitioner => Role::Practitioner,
            Post::Commissioner => Role::Commissioner,
            Post::Finance => Role::Finance,
            Post::ThirdParty => Role::ThirdParty,
            Post::FrameworkOwner => Role::FrameworkOwner,
            Post::Administrator => Role::Administrator,
            Post::Auditor => Role::Auditor,
        })
    }
}
