//! Security events: what is written down of signing in, of refusals, and of what
//! was taken out of the record. Who may read them is a row of the policy
//! ([`Action::SeeSecurity`](crate::access::Action::SeeSecurity)); one's own
//! everybody reads.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// What happened.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumString, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Kind {
    SignedIn,
    /// The passphrase was right, and the second step is still to be given.
    PassphraseRight,
    SignInFailed,
    /// Too many tries: a wait was asked for.
    ToldToWait,
    SignedOut,
    /// Somebody, or something, ended a session before its time.
    SessionEnded,
    /// A session came to its end by itself.
    SessionRanOut,
    StepGiven,
    StepFailed,
    StepSetUp,
    StepTakenAway,
    /// It was said that a second step is lost, or answered.
    StepLost,
    PassphraseChanged,
    LinkUsed,
    LinkFailed,
    /// An account was opened, renamed, closed, opened again, or invited.
    AccountChanged,
    PostProposed,
    PostAnswered,
    PostGiven,
    PostEnded,
    BodyChanged,
    RulesChanged,
    /// A paper, a file, a list of payments or a backup left the program.
    TakenOut,
    /// The policy said no, in words.
    Refused,
    /// The policy said that there is no such thing.
    Hidden,
    /// A form that is not from a page of ours.
    FormForged,
    /// A form that was made for another sign-in.
    FormStale,
    TooOften,
    UploadRefused,
    /// Somebody read the security events of an area.
    LogRead,
    LogTakenOut,
    /// The events of a day were removed, since they were old enough.
    LogRemoved,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Outcome {
    Done,
    Failed,
    Refused,
}

impl Kind {
    /// In words, as a sentence about somebody.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::SignedIn => "Signed in",
            Self::PassphraseRight => "Gave the passphrase; the second step was still to come",
            Self::SignInFailed => "A sign-in did not work",
            Self::ToldToWait => "Was told to wait before trying again",
            Self::SignedOut => "Signed out",
            Self::SessionEnded => "A sign-in was ended",
            Self::SessionRanOut => "A sign-in ran out",
            Self::StepGiven => "Gave the second step",
            Self::StepFailed => "A second step was wrong",
            Self::StepSetUp => "Set up a second step",
            Self::StepTakenAway => "A second step was taken away",
            Self::StepLost => "A lost second step was reported or answered",
            Self::PassphraseChanged => "The passphrase was changed",
            Self::LinkUsed => "A link from a letter was used",
            Self::LinkFailed => "A link from a letter did not work",
            Self::AccountChanged => "An account was changed",
            Self::PostProposed => "A post was proposed",
            Self::PostAnswered => "A proposed post was answered",
            Self::PostGiven => "A post was given",
            Self::PostEnded => "A post was ended",
            Self::BodyChanged => "An organisation was added or renamed",
            Self::RulesChanged => "The local framework was changed",
            Self::TakenOut => "Something was downloaded",
            Self::Refused => "Was refused by the policy",
            Self::Hidden => "Asked for something that is not theirs, or not there",
            Self::FormForged => "A form came from another site",
            Self::FormStale => "A form was made for another sign-in",
            Self::TooOften => "Did something too often",
            Self::UploadRefused => "A file was not taken in",
            Self::LogRead => "Read the security events",
            Self::LogTakenOut => "Took out the security events",
            Self::LogRemoved => "Old security events were removed",
        }
    }

    #[must_use]
    pub fn outcome(self) -> Outcome {
        match self {
            Self::SignInFailed | Self::StepFailed | Self::LinkFailed => Outcome::Failed,
            Self::ToldToWait
            | Self::Refused
            | Self::Hidden
            | Self::FormForged
            | Self::FormStale
            | Self::TooOften
            | Self::UploadRefused => Outcome::Refused,
            _ => Outcome::Done,
        }
    }

    /// What the owner of an account is shown of it: what concerns their own
    /// sign-in, and not what they did at work.
    #[must_use]
    pub fn is_about_signing_in(self) -> bool {
        match self {
            Self::SignedIn
            | Self::PassphraseRight
            | Self::SignInFailed
            | Self::ToldToWait
            | Self::SignedOut
            | Self::SessionEnded
            | Self::SessionRanOut
            | Self::StepGiven
            | Self::StepFailed
            | Self::StepSetUp
            | Self::StepTakenAway
            | Self::StepLost
            | Self::PassphraseChanged
            | Self::LinkUsed
            | Self::LinkFailed
            | Self::AccountChanged
            | Self::PostGiven
            | Self::PostEnded
            | Self::TakenOut => true,
            // Of a post they hear when it is offered to them.
            Self::PostProposed
            | Self::PostAnswered
            | Self::BodyChanged
            | Self::RulesChanged
            | Self::Refused
            | Self::Hidden
            | Self::FormForged
            | Self::FormStale
            | Self::TooOften
            | Self::UploadRefused
            | Self::LogRead
            | Self::LogTakenOut
            | Self::LogRemoved => false,
        }
    }
}
