//! What happened to somebody's account, in words.

use super::Event;

/// One event in words: a whole sentence without a full stop.
#[must_use]
pub fn tell(event: &Event) -> String {
    use Event as E;
    match event {
        E::Opened { name, email } => format!("An account was made for {name}, {email}"),
        E::Invited { why } => format!("A letter with an invitation was written. {why}"),
        E::InvitationWithdrawn { why } => format!("The invitation was withdrawn. {why}"),
        E::SetUp => "A passphrase was chosen, and the sign-in was set up".to_owned(),
        E::PassphraseChanged => "The passphrase was changed".to_owned(),
        E::SecondFactorAdded => "A code app was added".to_owned(),
        E::SecondFactorRemoved { why } => format!("The code app was taken away. {why}"),
        E::SecondFactorReplaced => "The code app was changed for another".to_owned(),
        E::PrintedCodesMade => "Printed codes were made".to_owned(),
        E::PrintedCodeUsed => "A printed code was used".to_owned(),
        E::PasskeyAdded { id: _, name } => format!("A passkey was added: {name}"),
        E::PasskeyRemoved { id: _ } => "A passkey was taken away".to_owned(),
        E::SignedOutElsewhere => "All other sign-ins were ended".to_owned(),
        E::SecondStepOfferPutAway => "The offer of a second step was put away".to_owned(),
        E::RemovalAskedFor { why } => format!("It was asked to take the lost second step away. {why}"),
        E::RemovalConfirmed => "Taking the second step away was confirmed".to_owned(),
        E::RemovalAgreed { why } => {
            format!("An administrator agreed to take the second step away. {why}")
        }
        E::RemovalStopped => "Taking the second step away was stopped".to_owned(),
        E::RecoveryAskedFor => "A link to choose a new passphrase was asked for".to_owned(),
        E::Renamed { name } => format!("The name was changed to {name}"),
        E::Closed { why } => format!("The account was closed. {why}"),
        E::ReopeningProposed { why } => format!("It was asked to open the account again. {why}"),
        E::Reopened => "The account was opened again".to_owned(),
        E::PutForward { proposal: _, name, email } => format!("{name}, {email}, was put forward for a post"),
        E::KnownFromElsewhere { name, from } => {
            format!("{name} is known by name from {from}, and has no sign-in here")
        }
        E::SignedOut { why } => format!("All sign-ins were ended by an administrator. {why}"),
    }
}
