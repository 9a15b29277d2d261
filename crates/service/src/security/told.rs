//! Which events of accounts, organisations and areas are security events too. No
//! match has a catch-all: a new event says what it is here.

use crate::happened::Happened;
use domain::organisation::Organisation;
use domain::security::Kind;
use domain::{AccountId, Author, account, framework, organisation};

/// What an event of an account is.
pub(crate) fn of_account(about: AccountId, by: Author, event: &account::Event) -> Option<Happened> {
    use account::Event as E;
    let (kind, detail) = match event {
        E::Opened { .. } => (Kind::AccountChanged, "opened"),
        E::KnownFromElsewhere { .. } => (Kind::AccountChanged, "known-from-elsewhere"),
        E::Invited { .. } => (Kind::AccountChanged, "invited"),
        E::InvitationWithdrawn { .. } => (Kind::AccountChanged, "invitation-withdrawn"),
        E::Renamed { .. } => (Kind::AccountChanged, "renamed"),
        E::Closed { .. } => (Kind::AccountChanged, "closed"),
        E::ReopeningProposed { .. } => (Kind::AccountChanged, "reopening-proposed"),
        E::Reopened => (Kind::AccountChanged, "reopened"),
        E::SetUp => (Kind::PassphraseChanged, "first"),
        E::PassphraseChanged => (Kind::PassphraseChanged, ""),
        E::RecoveryAskedFor => (Kind::PassphraseChanged, "link-asked-for"),
        E::SecondFactorAdded => (Kind::StepSetUp, "code-app"),
        E::SecondFactorReplaced => (Kind::StepSetUp, "another-code-app"),
        E::PrintedCodesMade => (Kind::StepSetUp, "printed-codes"),
        E::PasskeyAdded { .. } => (Kind::StepSetUp, "passkey"),
        E::SecondFactorRemoved { .. } => (Kind::StepTakenAway, "code-app"),
        E::PasskeyRemoved { .. } => (Kind::StepTakenAway, "passkey"),
        E::PrintedCodeUsed => (Kind::StepGiven, "printed-code"),
        E::RemovalAskedFor { .. } => (Kind::StepLost, "asked"),
        E::RemovalConfirmed => (Kind::StepLost, "confirmed-by-letter"),
        E::RemovalAgreed { .. } => (Kind::StepLost, "agreed"),
        E::RemovalStopped => (Kind::StepLost, "stopped"),
        E::SignedOutElsewhere => (Kind::SessionEnded, "all-others"),
        E::SignedOut { .. } => (Kind::SessionEnded, "by-administrator"),
        // An offer that was put away changes nothing, and a post that somebody is
        // put forward for is an event of the organisation.
        E::SecondStepOfferPutAway | E::PutForward { .. } => return None,
    };
    Some(Happened::new(kind).by(by.account()).about(about).saying(detail))
}

/// What an event of an organisation is.
pub(crate) fn of_organisation(
    after: &Organisation,
    by: Author,
    event: &organisation::Event,
) -> Option<Happened> {
    use organisation::Event as E;
    let proposed = |id| after.proposals.iter().find(|proposal| proposal.id == id).map(|p| p.account);
    let (kind, detail, about) = match event {
        E::Registered { .. } => (Kind::BodyChanged, "added", None),
        E::Renamed { .. } => (Kind::BodyChanged, "renamed", None),
        E::PostProposed { account, .. } => (Kind::PostProposed, "", Some(*account)),
        E::PostConfirmed { proposal } => (Kind::PostAnswered, "confirmed", proposed(*proposal)),
        E::PostTurnedDown { .. } => (Kind::PostAnswered, "turned-down", None),
        E::PostTakenBack { .. } => (Kind::PostAnswered, "taken-back", None),
        E::PostOfferedAgain { proposal } => (Kind::PostProposed, "again", proposed(*proposal)),
        // The post is given beside it.
        E::PostAccepted { .. } => (Kind::PostAnswered, "accepted", by.account()),
        E::PostDeclined { .. } => (Kind::PostAnswered, "declined", by.account()),
        E::PostGiven { account, .. } => (Kind::PostGiven, "", Some(*account)),
        E::PostEnded { account, .. } => (Kind::PostEnded, "", Some(*account)),
    };
    let what = Happened::new(kind).by(by.account()).in_area(after.area).saying(detail);
    Some(Happened { about, ..what })
}

/// What an event of an area is.
pub(crate) fn of_area(area: domain::AreaId, by: Author, event: &framework::Event) -> Happened {
    use framework::Event as E;
    let detail = match event {
        E::Adopted { .. } => "adopted",
        E::MethodPublished { .. } => "method",
        E::LimitChanged { .. } => "limit",
        E::WordsChanged { .. } => "words",
        E::ClocksChanged { .. } => "clocks",
        E::SpendingChanged { .. } => "spending",
        E::BankHolidaysChanged { .. } => "bank-holidays",
        E::RetentionChanged { .. } => "retention",
    };
    Happened::new(Kind::RulesChanged).by(by.account()).in_area(Some(area)).saying(detail)
}
