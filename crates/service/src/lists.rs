//! What each list is called, and what stands in its rows. They are made in
//! [`crate::rows`].

use domain::case::CaseRole;
use domain::{AccountId, Date, EnquiryId, OrganisationId};
use serde::{Deserialize, Serialize};
use store::StoreError;
use store::lists::Listed;

/// Every case of an area.
pub const CASES: &str = "cases";
/// The cases in which an account has a place and may know that they are there
/// (owner: the account; state: [`places_in`]). Whether a professional's place
/// counts depends on their posts, so that it is asked when the list is read.
pub const MY_CASES: &str = "my-cases";
/// The seats of the NHS and the council in cases, also where there is no
/// consent to share (owner: the account; state: the role; sort: the reference;
/// body: the organisation that it was given to, if the record says).
pub const SEATS: &str = "seats";
/// Every place of an account in a case, also one that does not count now: of
/// whoever is not to know of the case, or is not confirmed (owner: the account;
/// state: the role). What somebody has is asked of [`MY_CASES`]; this says what
/// is theirs.
pub const PLACES: &str = "places";
/// Sign-ins that one colleague gave somebody of a family alone, and nobody has
/// looked at (owner: the colleague; state: the role).
pub const GIVEN: &str = "given";
/// What waits in circles for a second one (due: the day on which those who can
/// are reminded; body: a `circle::Second`).
pub const SECONDS: &str = "seconds";
/// The cases for which an organisation holds money, while the person shares with
/// it (owner: the organisation; state: the last day of that, if there is one).
pub const HELD_CASES: &str = "held-cases";
/// The numbers given to cases, the newest first (state: the series, like
/// `MV-2026`; body: the number).
pub const CASE_NUMBERS: &str = "case-numbers";
/// What waits for people with a post in the area (state: the word of the queue).
pub const TURNS: &str = "turns";
/// Payments that wait for finance (state: `released` or `planned`).
pub const PAYMENTS: &str = "payments";
/// Requests to be contacted that are open.
pub const ENQUIRIES: &str = "enquiries";

/// How a list says whom a request was sent to.
#[must_use]
pub fn request_state(sent_to: Option<OrganisationId>) -> String {
    sent_to.map_or_else(|| "all".to_owned(), |organisation| organisation.to_string())
}

/// The same read; what says nothing was sent to all.
#[must_use]
pub fn sent_to(row: &Listed) -> Option<OrganisationId> {
    row.row.state.as_deref().and_then(|state| state.parse().ok())
}
/// Whoever has a place in any case that needs a second step (owner: the account).
pub const NEEDS_FACTOR: &str = "needs-factor";
/// Names of accounts (owner: the account; body: `[name, email]`; state: [`CLOSED`]
/// where it is closed, else the second since 1970 in which it was asked that
/// their lost second step be taken away, where it is).
pub const NAMES: &str = "names";
/// The state of a name whose account is closed.
pub const CLOSED: &str = "closed";
/// Accounts that are not set up yet, and that are closed (owner: the account).
pub const NOT_SET_UP: &str = "not-set-up";
pub const CLOSED_ACCOUNTS: &str = "closed-accounts";
/// The posts of an account (owner: the account; state: the post's key; body: a
/// `access::HeldPost`).
pub const POSTS: &str = "posts";
/// Posts that somebody has been put forward for (owner: the account; body: the
/// organisation and an `organisation::Proposal`). Whether one has lapsed is
/// asked when the list is read.
pub const PROPOSALS: &str = "proposals";
/// What an administrator typed when they put somebody forward (owner: the
/// proposal; body: `[name, email]`).
pub const PUT_FORWARD: &str = "put-forward";
/// Posts that ended (owner: the account; body: the organisation and an
/// `organisation::Former`).
pub const FORMER: &str = "former";
/// The organisations of an area.
pub const ORGANISATIONS: &str = "organisations";
/// What belongs to a case and has a stream of its own (owner: the case; state:
/// the kind of stream).
pub const OF_CASE: &str = "of-case";
/// Until when each case is kept (due: the last day, where it can be said; state:
/// what decides that; body: a `keeping::Kept`).
pub const KEPT: &str = "kept";
/// What was proposed to be destroyed (state: how far it is; body: a
/// `keeping::Listed`).
pub const DISPOSALS: &str = "disposals";
/// What was destroyed (owner: what it was; body: the disposal).
pub const DESTROYED: &str = "destroyed";
/// Requests to be contacted that led to no case (due: the day of the last thing
/// that happened; body: a `keeping::KeptRequest`).
pub const KEPT_REQUESTS: &str = "kept-requests";
/// The states of a record that is kept.
pub const HELD: &str = "held";
pub const FREE: &str = "free";
/// Its use is restricted, so that it is kept.
pub const RESTRICTED: &str = "restricted";
/// All of it is to be erased, as was granted.
pub const ERASED: &str = "erased";
/// Nobody can say, since it is not known when the person was born.
pub const NOT_KNOWN: &str = "not-known";
/// The areas (body: the framework's area name).
pub const AREAS: &str = "areas";

pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("our own values can be written as JSON")
}

/// What a row of [`ENQUIRIES`] says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRow {
    pub id: EnquiryId,
    pub reference: String,
    pub name: String,
    pub answer_by: Date,
    /// Who has taken it on.
    pub taken_on: Option<AccountId>,
}

/// A place in a case, and what it hangs on when the list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlaceOf {
    pub role: CaseRole,
    /// The organisation that it was given to.
    pub organisation: Option<OrganisationId>,
    /// The last day on which something is shared with them by name.
    pub until: Option<Date>,
}

/// The places that a row of [`MY_CASES`] stands for.
pub fn places_in(row: &Listed) -> Result<Vec<PlaceOf>, StoreError> {
    let state = row.row.state.as_deref();
    state.and_then(|state| serde_json::from_str(state).ok()).ok_or_else(|| unreadable(row))
}

/// The role that stands in the state of a row of [`SEATS`] or [`PLACES`].
pub fn role_in(row: &Listed) -> Result<CaseRole, StoreError> {
    let state = row.row.state.as_deref();
    state.and_then(|state| state.parse().ok()).ok_or_else(|| unreadable(row))
}

/// A row whose state says nothing we know: what it stands for is not "nothing".
fn unreadable(row: &Listed) -> StoreError {
    StoreError::Corrupt {
        table: "list_rows".into(),
        column: "state".into(),
        id: format!("{} {}", row.row.list, row.stream),
    }
}
