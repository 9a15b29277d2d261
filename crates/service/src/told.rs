//! Letters that tell the owner of an account what was done to their sign-in,
//! so that somebody else's doing does not stay unseen. They name nobody and
//! say nothing of health.

use crate::address::Address as _;
use crate::mail::{self, Letter};
use crate::one_time_link::Purpose;
use crate::{App, Error};
use domain::place::{AccountPage, AreaPage, Place};
use domain::{AccountId, AreaId};
use store::{StoreError, Tx};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    CodeAppAdded,
    CodeAppReplaced,
    CodeAppRemoved,
    PrintedCodesMade,
    /// And so many are left.
    PrintedCodeUsed(u64),
    PasskeyAdded,
    PasskeyRemoved,
    PassphraseChanged,
    SignedOutElsewhere,
    /// One other sign-in was ended.
    SignedOutThere,
    /// They were signed in in more places than an account may be.
    TooManyPlaces,
    /// The second step was lost, and is gone.
    SecondStepGone,
    RemovalStopped,
}

impl Told {
    fn words(self) -> (&'static str, String) {
        let (subject, body) = match self {
            Self::CodeAppAdded => ("A second step was set up", "A code app was set up for your sign-in."),
            Self::CodeAppReplaced => {
                ("Your second step was changed", "The code app for your sign-in was changed for another.")
            }
            Self::CodeAppRemoved => {
                ("Your second step was taken away", "The code app for your sign-in was taken away.")
            }
            Self::PrintedCodesMade => (
                "New printed codes were made",
                "New printed codes were made for your sign-in. Older ones do not work any more.",
            ),
            Self::PrintedCodeUsed(left) => {
                let left = match left {
                    0 => "None is left. You can make new ones on your account page.".to_owned(),
                    1 => "1 is left. You can make new ones on your account page.".to_owned(),
                    more => format!("{more} are left."),
                };
                return (
                    "A printed code was used",
                    format!("One of your printed codes was used to sign in. {left}"),
                );
            }
            Self::PasskeyAdded => ("A passkey was added", "A passkey was added to your sign-in."),
            Self::PasskeyRemoved => {
                ("A passkey was taken away", "A passkey was taken away from your sign-in.")
            }
            Self::PassphraseChanged => {
                ("Your passphrase was changed", "The passphrase for your sign-in was changed.")
            }
            Self::SignedOutElsewhere => (
                "You were signed out everywhere else",
                "All your other sign-ins were ended, from your account page.",
            ),
            Self::SignedOutThere => (
                "You were signed out in one place",
                "One of your other sign-ins was ended, from your account page.",
            ),
            Self::TooManyPlaces => (
                "You were signed out in one place",
                "You were signed in in very many places at once. The oldest sign-in was ended.",
            ),
            Self::SecondStepGone => (
                "Your second step was taken away",
                "Your second step was taken away, as it was asked. You set up a new one when you sign in.",
            ),
            Self::RemovalStopped => (
                "Your second step stays as it is",
                "It had been asked that your second step be taken away. That was stopped.",
            ),
        };
        (subject, body.to_owned())
    }
}

impl App {
    /// Tells the owner of an account what was done, in the transaction in
    /// which it was done.
    pub(crate) fn tell(&self, tx: &mut Tx<'_>, to: AccountId, what: Told) -> Result<(), StoreError> {
        let (subject, words) = what.words();
        let (account, recover, us) = (
            Place::Account(AccountPage::Overview).in_letter(),
            Place::Recover.in_letter(),
            Place::Contact.in_letter(),
        );
        let body = format!(
            "{words}\n\n\
             If it was you, there is nothing to do.\n\n\
             If it was not you: sign in, change your passphrase, and sign out everywhere else. All of it is \
             on your account page: {account}\n\
             If you cannot sign in, choose a new passphrase: {recover}\n\
             Then tell the people who run this service: {us}\n"
        );
        mail::queue(tx, self, &Letter { to, subject: subject.into(), body }, self.clock.now())
    }

    /// Tells the owner at once that their second step is to be taken away,
    /// with a link that stops it (and, for those without a post, that lets it
    /// go on).
    pub(crate) fn tell_of_removal(
        &self,
        tx: &mut Tx<'_>,
        to: AccountId,
        has_posts: bool,
    ) -> Result<(), Error> {
        let next = if has_posts {
            "If it was you, there is nothing to do: two administrators have to agree, and it takes a day at \
             least."
        } else {
            "If it was you, open this link and say so. It then takes a day."
        };
        let body = format!(
            "Somebody asked that the second step of your sign-in be taken away, because it was lost.\n\n\
             {next}\n\n\
             If it was not you, open this link and stop it. Then change your passphrase, since whoever asked \
             may know it:\n{{link}}\n"
        );
        let letter = Letter { to, subject: "Was it you? Your second step is to be taken away".into(), body };
        Ok(mail::queue_with_link(tx, self, &letter, Purpose::Removal, self.clock.now())?)
    }
}

// ---- what administrators did to it

/// An administrator has closed it.
pub(crate) fn closed() -> (&'static str, String) {
    (
        "Your sign-in has been closed",
        format!(
            "An administrator of your organisation has closed your sign-in to the personal health budget service.\n\n\
             If you think that is wrong, ask them, or ask us to get in touch: {}\n",
            Place::Contact.in_letter()
        ),
    )
}

/// Two administrators have opened it again.
pub(crate) fn reopened() -> (&'static str, String) {
    (
        "Your sign-in is open again",
        format!(
            "Your sign-in to the personal health budget service is open again. You sign in as before: \
             {}\n\nIf you did not expect this, tell an administrator of your organisation.\n",
            Place::SignIn.in_letter()
        ),
    )
}

/// An administrator has ended its sessions.
pub(crate) fn signed_out() -> (&'static str, String) {
    (
        "You have been signed out",
        format!(
            "An administrator of your organisation has signed you out everywhere. You can sign in again: \
             {}\n\nIf you did not ask for this, ask them why.\n",
            Place::SignIn.in_letter()
        ),
    )
}

/// To the other administrators: one of them asks to open it again.
pub(crate) fn waits_to_be_reopened(area: AreaId, account: AccountId) -> (&'static str, String) {
    (
        "A sign-in waits to be opened again",
        format!(
            "A colleague asks to open a closed sign-in again. It takes a second administrator.\n\n\
             Sign in to see it: {}\n",
            Place::Area(area, AreaPage::Person(account)).in_letter()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_is_short_plain_and_of_nothing_but_the_sign_in() {
        let all = [
            Told::CodeAppAdded,
            Told::CodeAppReplaced,
            Told::CodeAppRemoved,
            Told::PrintedCodesMade,
            Told::PrintedCodeUsed(0),
            Told::PrintedCodeUsed(1),
            Told::PrintedCodeUsed(7),
            Told::PasskeyAdded,
            Told::PasskeyRemoved,
            Told::PassphraseChanged,
            Told::SignedOutElsewhere,
            Told::SignedOutThere,
            Told::SecondStepGone,
            Told::RemovalStopped,
        ];
        for told in all {
            let (subject, body) = told.words();
            for words in [subject, body.as_str()] {
                assert!(words.len() < 140 && !words.contains("  "), "{words}");
                assert!(!words.to_lowercase().contains("health"), "{words}");
            }
        }
    }
}
