//! Choosing and checking passphrases. All of it that costs a lot (a hash takes
//! 19 MiB, judging takes up to a fifth of a second) is done at a place of the
//! limiter's, and so never where pages are answered.

mod breached;
mod strength;
mod words;

use crate::limit::{Place, Turn, Work};
use crate::{App, Error, secrets};

pub use breached::to_filter;
pub use strength::{LEAST_CHARACTERS, Owner, check_new, judge};

/// What checking a passphrase gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checked {
    pub is_right: bool,
    /// The hash anew, where the one that is kept was made with less work than
    /// is asked for today.
    pub renewed: Option<String>,
}

impl App {
    /// Checks a passphrase against what is kept. Where nothing is kept the same
    /// work is done, so that the time says nothing.
    pub(crate) async fn check_passphrase(
        &self,
        turn: Turn,
        typed: &str,
        kept: Option<String>,
    ) -> Result<Checked, Error> {
        // What is longer than a passphrase may be is not one, and is not
        // carried any further.
        if secrets::is_too_long(typed) {
            return Ok(Checked::default());
        }
        let (typed, hashing) = (typed.to_owned(), self.settings.hashing);
        let check = move |place: &mut Place| {
            let is_right = secrets::is_right(place, &typed, kept.as_deref(), hashing);
            let is_old = is_right && kept.is_some_and(|kept| secrets::is_weaker(&kept, hashing));
            Checked { is_right, renewed: is_old.then(|| secrets::hash(place, &typed, hashing)) }
        };
        turn.run(check).await
    }

    /// Judges a passphrase that somebody chose, and gives its hash.
    pub(crate) async fn choose_passphrase(
        &self,
        (work, who): (Work, &str),
        typed: &str,
        owner: Owner,
    ) -> Result<String, Error> {
        strength::check_length(typed)?;
        let (typed, hashing) = (typed.to_owned(), self.settings.hashing);
        let choose = move |place: &mut Place| {
            check_new(place, &typed, &owner).map(|()| secrets::hash(place, &typed, hashing))
        };
        Ok(self.limits.run(work, who, choose).await??)
    }
}
