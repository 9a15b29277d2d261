//! What hangs on a post, one by one, and who could take it over.

use crate::enquiry::Answering;
use crate::{circle as colleagues, directory, lists};
use domain::access::{Action, Actor, HeldPost, Post};
use domain::case::circle::CaseRole;
use domain::organisation::Kind;
use domain::{AccountId, AreaId, CaseId, Date, EnquiryId, OrganisationId};
use std::collections::{BTreeMap, BTreeSet};
use store::lists::{Filter, by_owner};
use store::{StoreError, Tx};

/// A kind of what hangs on a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hanging {
    /// Seats in people's cases.
    Seat(CaseRole),
    /// Requests to be contacted that they have taken on.
    Request,
    /// Payments that they released, which wait for somebody else. They need
    /// nobody to take them over: any other colleague in finance confirms them.
    Released,
    /// Sign-ins that they gave families and supporters alone. Those who work
    /// with each person, and the person, keep or end each.
    Given,
}

impl Hanging {
    /// The word that a form has for it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Seat(role) => role.into_str(),
            Self::Request => "requests",
            Self::Released => "released",
            Self::Given => "given",
        }
    }

    /// So many of it, in words.
    #[must_use]
    pub fn words(self, count: usize) -> String {
        let people = if count == 1 { "1 person".to_owned() } else { format!("{count} people") };
        let s = if count == 1 { "" } else { "s" };
        match self {
            Self::Seat(role) => format!("{} of {people}", role.words()),
            Self::Request => format!("{count} request{s} to be contacted"),
            Self::Released => format!("{count} payment{s} that they released, not confirmed yet"),
            Self::Given => {
                format!(
                    "{count} sign-in{s} that they alone gave to families or supporters, not looked at yet"
                )
            }
        }
    }

    /// Whether it has to be given to somebody.
    #[must_use]
    pub fn goes_to_somebody(self) -> bool {
        !matches!(self, Self::Released | Self::Given)
    }
}

/// A seat, and the body that it was given to, if the record says.
#[derive(Clone)]
pub(super) struct Seat {
    pub(super) case: CaseId,
    pub(super) reference: String,
    pub(super) role: CaseRole,
    pub(super) organisation: Option<OrganisationId>,
}

/// Everything that hangs on a post, one by one.
#[derive(Default)]
pub(super) struct Load {
    pub(super) seats: Vec<Seat>,
    pub(super) requests: Vec<EnquiryId>,
    /// The bodies of the NHS to which some of them were sent alone.
    pub(super) sent_to: BTreeSet<OrganisationId>,
    pub(super) released: usize,
    pub(super) given: usize,
}

impl Load {
    pub(super) fn counts(&self) -> BTreeMap<Hanging, usize> {
        let mut counts: BTreeMap<Hanging, usize> = BTreeMap::new();
        for seat in &self.seats {
            *counts.entry(Hanging::Seat(seat.role)).or_default() += 1;
        }
        if !self.requests.is_empty() {
            counts.insert(Hanging::Request, self.requests.len());
        }
        if self.released > 0 {
            counts.insert(Hanging::Released, self.released);
        }
        if self.given > 0 {
            counts.insert(Hanging::Given, self.given);
        }
        counts
    }

    /// Whether nothing is left that somebody could take over.
    pub(super) fn is_handed_over(&self) -> bool {
        self.counts().keys().all(|what| !what.goes_to_somebody())
    }
}

/// A post, and the organisation that has it.
pub(super) type PostOf = (OrganisationId, Post);

/// The posts that somebody keeps when one ends: none where their account is
/// closed, since nobody acts by them.
fn keeps(tx: &mut Tx<'_>, account: AccountId, ends: Option<PostOf>) -> Result<Actor, StoreError> {
    let posts = by_owner(tx, lists::POSTS, account.0)?;
    let mut posts = posts.iter().map(directory::body::<HeldPost>).collect::<Result<Vec<_>, _>>()?;
    posts.retain(|posting| Some((posting.organisation, posting.post)) != ends);
    if directory::is_closed(tx, account)? {
        posts.clear();
    }
    Ok(Actor { account, name: String::new(), posts, second_factor: false, today: Date::MAX })
}

/// What is left without anybody when a post ends; or, where none is named,
/// what has been so since a post ended before, or the account was closed.
pub(super) fn load_of(
    tx: &mut Tx<'_>,
    area: AreaId,
    account: AccountId,
    ends: Option<PostOf>,
) -> Result<Load, StoreError> {
    let keeps = keeps(tx, account, ends)?;
    let mut load = Load::default();
    for row in by_owner(tx, lists::SEATS, account.0)?.iter().filter(|r| r.row.area == Some(area.0)) {
        let organisation: Option<OrganisationId> = directory::body(row)?;
        let role = lists::role_in(row)?;
        if !keeps.stands_behind(area, role, organisation) {
            let (case, reference) = (CaseId(row.stream.id), row.row.sort.clone().unwrap_or_default());
            load.seats.push(Seat { case, reference, role, organisation });
        }
    }
    let taken_on = by_owner(tx, lists::ENQUIRIES, account.0)?;
    let mut taken_on = taken_on.iter().filter(|r| r.row.area == Some(area.0)).peekable();
    let answering = match taken_on.peek() {
        Some(_) => Some(Answering::of(tx, area, Some(account))?),
        None => None,
    };
    for row in taken_on {
        let sent_to = answering.as_ref().and_then(|answering| answering.whom(lists::sent_to(row)));
        if !keeps.answers_request(area, sent_to) {
            load.requests.push(EnquiryId(row.stream.id));
            load.sent_to.extend(sent_to);
        }
    }
    if !keeps.may_in(Action::AnswerEnquiries, area) {
        let given = by_owner(tx, lists::GIVEN, account.0)?;
        load.given = given.iter().filter(|r| r.row.area == Some(area.0)).count();
    }
    if ends.is_some_and(|(_, post)| post == Post::Finance) && !keeps.has_post(area, Post::Finance) {
        load.released = released_by(tx, area, account)?;
    }
    Ok(load)
}

fn released_by(tx: &mut Tx<'_>, area: AreaId, account: AccountId) -> Result<usize, StoreError> {
    use crate::arrangement::money::ToPay;
    let filter = Filter { state: Some("released".into()), limit: 1_000, ..Filter::default() };
    let rows = store::lists::by_area(tx, lists::PAYMENTS, area.0, &filter)?;
    let all = rows.iter().map(directory::body::<ToPay>).collect::<Result<Vec<_>, _>>()?;
    Ok(all.iter().filter(|payment| payment.released_by == Some(account)).count())
}

/// The colleagues of an area who work with people and have set up their
/// sign-in, once for each kind of body that they work for.
pub(super) struct Colleagues {
    all: Vec<colleagues::Colleague>,
    kinds: BTreeMap<OrganisationId, Kind>,
}

impl Colleagues {
    pub(super) fn of(tx: &mut Tx<'_>, area: AreaId, but: AccountId) -> Result<Self, StoreError> {
        let kinds = directory::organisations(tx, area)?.into_iter().map(|(id, _, kind)| (id, kind)).collect();
        let mut all = vec![];
        for colleague in colleagues::colleagues(tx, area)?.into_iter().filter(|c| c.account != but) {
            if crate::account::load(tx, colleague.account)?.is_set_up {
                all.push(colleague);
            }
        }
        Ok(Self { all, kinds })
    }

    /// Those who can hold a seat.
    pub(super) fn for_seat(&self, seat: &Seat) -> impl Iterator<Item = &colleagues::Colleague> {
        let of = seat.organisation.and_then(|id| self.kinds.get(&id).copied());
        let role = seat.role;
        self.all.iter().filter(move |colleague| can_hold(role, of, colleague.kind))
    }

    /// Those who can take over all or some of a kind, by name, each once.
    pub(super) fn for_any(&self, what: Hanging, load: &Load) -> Vec<colleagues::Colleague> {
        let mut bodies: Vec<&Seat> =
            load.seats.iter().filter(|seat| what == Hanging::Seat(seat.role)).collect();
        bodies.sort_by_key(|seat| seat.organisation);
        bodies.dedup_by_key(|seat| seat.organisation);
        let fits = |one: &&colleagues::Colleague| match what {
            Hanging::Seat(_) => {
                bodies.iter().any(|seat| self.for_seat(seat).any(|c| c.account == one.account))
            }
            // A request to be contacted was sent to the NHS, or to one body of it.
            Hanging::Request => {
                one.kind == Kind::NhsBody && load.sent_to.iter().all(|body| *body == one.organisation)
            }
            Hanging::Released | Hanging::Given => one.kind == Kind::NhsBody,
        };
        let mut found: Vec<_> = self.all.iter().filter(fits).cloned().collect();
        found.dedup_by_key(|colleague| colleague.account);
        found
    }
}

/// Whether somebody who works for a `kind` of body can take over a seat that
/// belongs to one `of` some kind: a body of theirs sits there, and what a care
/// co-ordinator of the NHS had stays with the NHS. Where the record does not say
/// whose it is, it is the NHS's, whose budgets these are.
fn can_hold(role: CaseRole, of: Option<Kind>, kind: Kind) -> bool {
    let stays = role != CaseRole::CareCoordinator || kind == of.unwrap_or(Kind::NhsBody);
    kind.sits_as(role) && stays
}
