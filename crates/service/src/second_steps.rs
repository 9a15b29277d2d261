//! What somebody can be asked for besides their passphrase, and who must be.

use crate::lists;
use domain::AccountId;
use domain::access::Actor;
use store::{StoreError, Tx, accounts, factors};

/// What an account can be asked for besides its passphrase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    pub code_app: bool,
    pub passkeys: usize,
    pub printed_left: u64,
}

impl Steps {
    /// Whether there is a second step; printed codes alone are none.
    #[must_use]
    pub fn any(self) -> bool {
        self.code_app || self.passkeys > 0
    }
}

/// The second steps of an account.
pub(crate) fn steps(tx: &mut Tx<'_>, account: AccountId) -> Result<Steps, StoreError> {
    Ok(Steps {
        code_app: accounts::credential(tx, account)?.is_some_and(|c| c.totp_secret.is_some()),
        passkeys: factors::passkeys_of(tx, account)?.len(),
        printed_left: factors::printed_codes_left(tx, account)?,
    })
}

/// Whether a second factor is still to be given in this session: it must be
/// by everyone who must have one, and by whoever set one up.
pub(crate) fn lacks_second_factor(tx: &mut Tx<'_>, actor: &Actor) -> Result<bool, StoreError> {
    if actor.second_factor {
        return Ok(false);
    }
    Ok(must_have_second_factor(tx, actor)? || steps(tx, actor.account)?.any())
}

/// Whether this person may not be without a second factor, by the one rule
/// [`domain::access::needs_second_factor`]: their posts are at hand, and places
/// in cases that need one are a list.
pub(crate) fn must_have_second_factor(tx: &mut Tx<'_>, actor: &Actor) -> Result<bool, StoreError> {
    Ok(domain::access::needs_second_factor(&actor.posts, [])
        || !store::lists::by_owner(tx, lists::NEEDS_FACTOR, actor.account.0)?.is_empty())
}
