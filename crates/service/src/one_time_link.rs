//! Links that work once, by which somebody proves that a letter reached them.

use crate::App;
use crate::token::{new_token, token_hash};
use domain::AccountId;
use domain::dates::later;
use domain::place::{LinkToken, Place};
use store::accounts::{self, OneTimeLink};
use store::{StoreError, Tx};
use strum::{EnumString, IntoStaticStr};

/// For how long an invitation can be used: 14 days.
pub const INVITATION_SECONDS: i64 = 14 * 24 * 60 * 60;
/// For how long a link to choose a new passphrase can be used: one hour.
pub const RECOVERY_SECONDS: i64 = 60 * 60;

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Purpose {
    Invitation,
    Recovery,
    /// A lost second step is to be taken away: was it you?
    #[strum(serialize = "lost")]
    Removal,
}

impl Purpose {
    /// Where a link with this token leads.
    pub(crate) fn leads_to(self, token: String) -> Place {
        let token = LinkToken(token);
        match self {
            Self::Invitation => Place::Invitation(token),
            Self::Recovery => Place::Recovery(token),
            Self::Removal => Place::Lost(token),
        }
    }

    /// For how many seconds from being asked for a link can be used.
    pub(crate) fn seconds(self) -> i64 {
        match self {
            Self::Invitation => INVITATION_SECONDS,
            Self::Recovery => RECOVERY_SECONDS,
            Self::Removal => domain::account::REMOVAL_LAPSES_SECONDS,
        }
    }
}

impl App {
    /// Makes a link that works once, for so many seconds. An older one for the
    /// same works no more.
    pub(crate) fn one_time_link(
        &self,
        tx: &mut Tx<'_>,
        purpose: Purpose,
        account: AccountId,
        seconds: i64,
    ) -> Result<String, StoreError> {
        let token = new_token();
        let now = self.clock.now();
        accounts::drop_one_time_links(tx, account, purpose.into_str())?;
        let link = OneTimeLink {
            token_hash: token_hash(&token),
            purpose: purpose.into_str().into(),
            account: Some(account),
            body: "{}".into(),
            expires: later(now, seconds),
            used: None,
        };
        accounts::add_one_time_link(tx, &link)?;
        Ok(token)
    }
}
