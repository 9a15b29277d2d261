//! Ending a post: the same step says to whom everything goes that hangs on it,
//! so that nobody is left without a care co-ordinator, and their sessions end.
//! Where that cannot be, or would take too long, the post ends all the same, and
//! what hangs on it is still to be handed over. So is what hangs on the posts of
//! a closed account.
//!
//! Administrators see no case: what hangs on a post is told in numbers.

mod given;
mod left;

use crate::address::Address as _;
use crate::administer::{must, must_now, not_oneself, organisation, was_colleague};
use crate::mail::Letter;
use crate::{App, Decided, No, circle as colleagues, directory, enquiry as requests, lists};
use domain::access::{Action, Actor, Post, Posting};
use domain::case::Case;
use domain::case::circle::{self, CaseRole, ContactBy, NewMember, Voice};
use domain::organisation::{self as bodies, Kind};
use domain::place::CasePage;
use domain::{
    AccountId, AreaId, Author, CaseId, Date, EnquiryId, Line, MemberId, OrganisationId, Prose, Refusal,
    enquiry,
};
use std::collections::{BTreeMap, BTreeSet};
use store::lists::{Filter, by_owner};
use store::{StoreError, Tx, accounts};

/// The most seats and requests that are handed over in one step.
pub const MOST: usize = 1_000;

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

/// So many of one kind, and who could take them over.
#[derive(Clone, Debug)]
pub struct Hangs {
    pub what: Hanging,
    pub count: usize,
    /// Colleagues who can hold all or some of it, by name.
    pub fitting: Vec<(AccountId, String)>,
    /// The cases one by one, the first [`MOST_SHOWN`], for choosing somebody
    /// else for one of them. A case is known to an administrator by its
    /// reference alone.
    pub each: Vec<One>,
}

/// One seat that hangs on a post.
#[derive(Clone, Debug)]
pub struct One {
    pub case: CaseId,
    pub reference: String,
    /// Colleagues who can hold this one.
    pub fitting: Vec<AccountId>,
}

/// The most seats of one kind for which somebody can be chosen one by one on
/// one page. The others go to whoever is chosen for all.
pub const MOST_SHOWN: usize = 100;

/// To whom what hangs on a post goes.
#[derive(Clone, Debug, Default)]
pub struct Heirs {
    /// To whom each kind goes: the first who can take each one over.
    all: BTreeMap<Hanging, Vec<AccountId>>,
    /// To whom one seat goes instead.
    instead: BTreeMap<(Hanging, CaseId), AccountId>,
}

impl Heirs {
    /// Everything of a kind goes to these, in this order.
    pub fn give_all(&mut self, what: Hanging, to: Vec<AccountId>) {
        self.all.insert(what, to);
    }

    /// One seat goes to somebody else.
    pub fn give(&mut self, what: Hanging, case: CaseId, to: AccountId) {
        self.instead.insert((what, case), to);
    }
}

impl<const N: usize> From<[(Hanging, Vec<AccountId>); N]> for Heirs {
    fn from(all: [(Hanging, Vec<AccountId>); N]) -> Self {
        Self { all: all.into(), instead: BTreeMap::new() }
    }
}

/// What becomes of something that cannot go to whoever was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    /// Then nothing is done, and it is said why.
    MustGo,
    /// It stays, and is handed over later.
    Stays,
}

/// A seat, and the body that it was given to, if the record says.
#[derive(Clone)]
struct Seat {
    case: CaseId,
    reference: String,
    role: CaseRole,
    organisation: Option<OrganisationId>,
}

/// Everything that hangs on a post, one by one.
#[derive(Default)]
struct Load {
    seats: Vec<Seat>,
    requests: Vec<EnquiryId>,
    released: usize,
    given: usize,
}

impl Load {
    fn counts(&self) -> BTreeMap<Hanging, usize> {
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
    fn is_handed_over(&self) -> bool {
        self.counts().keys().all(|what| !what.goes_to_somebody())
    }
}

/// A post, and the organisation that has it.
type PostOf = (OrganisationId, Post);

/// The posts that somebody keeps when one ends: none where their account is
/// closed, since nobody acts by them.
fn keeps(tx: &mut Tx<'_>, account: AccountId, ends: Option<PostOf>) -> Result<Actor, StoreError> {
    let posts = by_owner(tx, lists::POSTS, account.0)?;
    let mut posts = posts.iter().map(directory::body::<Posting>).collect::<Result<Vec<_>, _>>()?;
    posts.retain(|posting| Some((posting.organisation, posting.post)) != ends);
    if directory::is_closed(tx, account)? {
        posts.clear();
    }
    Ok(Actor { account, name: String::new(), posts, second_factor: false, today: Date::MAX })
}

/// What is left without anybody when a post ends; or, where none is named,
/// what has been so since a post ended before, or the account was closed.
fn load_of(
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
    if !keeps.may_in(Action::AnswerEnquiries, area) {
        let rows = by_owner(tx, lists::ENQUIRIES, account.0)?;
        load.requests =
            rows.iter().filter(|r| r.row.area == Some(area.0)).map(|r| EnquiryId(r.stream.id)).collect();
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
struct Colleagues {
    all: Vec<colleagues::Colleague>,
    kinds: BTreeMap<OrganisationId, Kind>,
}

impl Colleagues {
    fn of(tx: &mut Tx<'_>, area: AreaId, but: AccountId) -> Result<Self, StoreError> {
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
    fn for_seat(&self, seat: &Seat) -> impl Iterator<Item = &colleagues::Colleague> {
        let of = seat.organisation.and_then(|id| self.kinds.get(&id).copied());
        let role = seat.role;
        self.all.iter().filter(move |colleague| can_hold(role, of, colleague.kind))
    }

    /// Those who can take over all or some of a kind, by name, each once.
    fn for_any(&self, what: Hanging, load: &Load) -> Vec<colleagues::Colleague> {
        let mut bodies: Vec<&Seat> =
            load.seats.iter().filter(|seat| what == Hanging::Seat(seat.role)).collect();
        bodies.sort_by_key(|seat| seat.organisation);
        bodies.dedup_by_key(|seat| seat.organisation);
        let fits = |one: &&colleagues::Colleague| match what {
            Hanging::Seat(_) => {
                bodies.iter().any(|seat| self.for_seat(seat).any(|c| c.account == one.account))
            }
            // A request to be contacted was sent to the NHS.
            Hanging::Request | Hanging::Released | Hanging::Given => one.kind == Kind::NhsBody,
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

impl App {
    /// What hangs on a post in numbers, and who could take it over. Where no
    /// post is named: what was left behind by posts that ended before.
    pub async fn hangs_on(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
        of: Option<(OrganisationId, Post)>,
    ) -> Result<Vec<Hangs>, No> {
        must(actor, Action::SeeOffice, area)?;
        self.db
            .read(move |tx| {
                if !was_colleague(tx, area, account)? {
                    return Err(No::Hidden);
                }
                let load = load_of(tx, area, account, of)?;
                let counts = load.counts();
                if counts.is_empty() {
                    return Ok(vec![]);
                }
                let colleagues = Colleagues::of(tx, area, account)?;
                let hangs = |(what, count): (Hanging, usize)| {
                    let fitting =
                        colleagues.for_any(what, &load).into_iter().map(|c| (c.account, c.name)).collect();
                    let of_it = load.seats.iter().filter(|seat| what == Hanging::Seat(seat.role));
                    let each = of_it.take(MOST_SHOWN).map(|seat| One {
                        case: seat.case,
                        reference: seat.reference.clone(),
                        fitting: colleagues.for_seat(seat).map(|c| c.account).collect(),
                    });
                    Hangs { what, count, fitting, each: each.collect() }
                };
                Ok(counts.into_iter().map(hangs).collect())
            })
            .await
    }

    /// Ends a post at once: what hangs on it goes to the heirs, and the
    /// sessions of whoever had it end, all in one transaction. Nobody ends
    /// their own, so that an area is never without an administrator.
    pub async fn end_post(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
        of: (OrganisationId, Post),
        heirs: Heirs,
    ) -> Result<(), No> {
        self.end(actor, area, account, of, Some(heirs)).await
    }

    /// Ends a post at once, whatever hangs on it and whoever could take it
    /// over: nothing of that is asked before the post and the sessions have
    /// ended. Then what can go to the heirs goes, and the rest is left to be
    /// handed over.
    pub async fn end_post_now(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
        of: (OrganisationId, Post),
        heirs: Heirs,
    ) -> Result<(), No> {
        self.end(actor, area, account, of, None).await?;
        match self.hand_over(actor, area, account, heirs).await {
            // Nobody was chosen, or nobody who could: then all of it is left.
            Ok(()) | Err(No::Refused(_)) => {}
            Err(no) => tracing::error!(error = %no, "what hung on a post that ended is still to hand over"),
        }
        Ok(())
    }

    /// Ends a post; with heirs, everything that hangs on it has to go to them.
    async fn end(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
        of: (OrganisationId, Post),
        heirs: Option<Heirs>,
    ) -> Result<(), No> {
        let (app, actor, (id, post)) = (self.clone(), actor.clone(), of);
        self.db
            .write(move |tx| {
                let me = must_now(tx, &actor, Action::ManageColleagues, area)?.account;
                if account == me {
                    return Err(not_oneself("post").into());
                }
                let events = bodies::end(&organisation(tx, area, id)?, account, post)?;
                let by = Author::Account(me);
                if let Some(heirs) = &heirs {
                    let load = load_of(tx, area, account, Some((id, post)))?;
                    let handing = app.prepare(tx, area, account, &load, heirs, Rest::MustGo)?;
                    app.hand_over_all(tx, by, handing)?;
                }
                app.record_organisation_in(tx, by, id, &events)?;
                app.ask_about_what_they_gave(tx, by, account)?;
                accounts::end_sessions_of(tx, account, app.clock.now(), None)?;
                Ok(app.write_to(tx, &[account], &ended())?)
            })
            .await
    }

    /// Hands over what was left behind by a post that ended before, or by a
    /// closed account: what can go goes, 1,000 things at most, the rest stays.
    pub async fn hand_over(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
        heirs: Heirs,
    ) -> Result<(), No> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let me = must_now(tx, &actor, Action::ManageColleagues, area)?.account;
                if !was_colleague(tx, area, account)? {
                    return Err(No::Hidden);
                }
                let load = load_of(tx, area, account, None)?;
                if load.is_handed_over() {
                    return Err(Refusal::already_done("Nothing is left to hand over").into());
                }
                let handing = app.prepare(tx, area, account, &load, &heirs, Rest::Stays)?;
                if handing.count() == 0 {
                    // Asked again strictly it says why nothing can go.
                    app.prepare(tx, area, account, &load, &heirs, Rest::MustGo)?;
                }
                app.hand_over_all(tx, Author::Account(me), handing)
            })
            .await
    }

    /// Finds for everything who takes it over, before anything is written.
    fn prepare(
        &self,
        tx: &mut Tx<'_>,
        area: AreaId,
        leaver: AccountId,
        load: &Load,
        heirs: &Heirs,
        rest: Rest,
    ) -> Result<Handing, No> {
        if rest == Rest::MustGo && load.seats.len() + load.requests.len() > MOST {
            return Err(Refusal::not_yet(
                format!("More than {MOST} things hang on this, which is too much for one step"),
                "End it now and hand over afterwards, in several steps",
            )
            .into());
        }
        let colleagues = Colleagues::of(tx, area, leaver)?;
        let mut chosen: BTreeMap<Hanging, Vec<colleagues::Colleague>> = BTreeMap::new();
        for (what, count) in load.counts().into_iter().filter(|(what, _)| what.goes_to_somebody()) {
            let picked = choose(what, count, colleagues.for_any(what, load), heirs.all.get(&what));
            chosen.insert(what, if rest == Rest::Stays { picked.unwrap_or_default() } else { picked? });
        }
        let mut handing = Handing::default();
        for seat in &load.seats {
            let (id, role, what) = (seat.case, seat.role, Hanging::Seat(seat.role));
            let instead = heirs.instead.get(&(what, id));
            let of_all = chosen.get(&what).map(Vec::as_slice).unwrap_or_default();
            let is_one = |c: &&colleagues::Colleague| match instead {
                Some(one) => c.account == *one,
                None => of_all.iter().any(|heir| heir.account == c.account),
            };
            let mut heirs: Vec<&colleagues::Colleague> = colleagues.for_seat(seat).filter(is_one).collect();
            // In the order in which they were chosen.
            heirs.sort_by_key(|c| of_all.iter().position(|heir| heir.account == c.account));
            // One case is written once in a step.
            if handing.count() >= MOST || handing.cases.contains_key(&id) {
                continue;
            }
            let case = self.case(tx, id)?;
            let Some(heir) = heirs.into_iter().find(|c| circle::can_take_over(&case, role, c.account)) else {
                if rest == Rest::Stays {
                    continue;
                }
                return Err(cannot_take(what, seat, instead.is_some()).into());
            };
            let why = if directory::is_closed(tx, leaver)? { HAS_CLOSED } else { HAS_ENDED };
            match self.take_seat(&case, role, leaver, heir, why) {
                Ok(events) => drop(handing.cases.insert(id, (case, events))),
                Err(_) if rest == Rest::Stays => continue,
                Err(no) => return Err(no),
            }
            handing.told.insert(heir.account);
        }
        let heir = chosen.get(&Hanging::Request).and_then(|all| all.first()).map(|heir| heir.account);
        for (id, heir) in load.requests.iter().zip(std::iter::repeat(heir)) {
            let Some(heir) = heir.filter(|_| handing.count() < MOST) else { continue };
            match enquiry::take_on(&requests::load(tx, *id)?, heir) {
                Ok(events) => handing.requests.push((*id, events)),
                Err(_) if rest == Rest::Stays => continue,
                Err(no) => return Err(no.into()),
            }
            handing.told.insert(heir);
        }
        Ok(handing)
    }

    /// A colleague takes the seat of whoever leaves.
    fn take_seat(
        &self,
        case: &Case,
        role: CaseRole,
        leaver: AccountId,
        heir: &colleagues::Colleague,
        why: &str,
    ) -> Result<Vec<domain::case::Event>, No> {
        let name = Line::parse(&heir.name).map_err(|_| No::Hidden)?;
        let new = NewMember {
            id: MemberId(self.id()),
            relation: name.clone(),
            name,
            role,
            account: Some(heir.account),
            organisation: Some(heir.organisation),
            speaks: None,
        };
        Ok(circle::hand_over(case, leaver, new, Prose::parse(why).expect("it is prose"))?)
    }

    fn hand_over_all(&self, tx: &mut Tx<'_>, by: Author, handing: Handing) -> Result<(), No> {
        let now = self.clock.now();
        for (case, events) in handing.cases.into_values() {
            let decided = Decided { events, mail: news(&case), ..Decided::default() };
            self.commit(tx, &case, by, now, &decided)?;
        }
        for (id, events) in &handing.requests {
            self.record_enquiry(tx, *id, by, now, events)?;
        }
        let told: Vec<AccountId> = handing.told.into_iter().collect();
        Ok(self.write_to(tx, &told, &taken_over())?)
    }
}

/// Why nobody who was chosen takes a seat over.
fn cannot_take(what: Hanging, seat: &Seat, was_chosen_alone: bool) -> Refusal {
    if was_chosen_alone {
        let message = format!(
            "Choose somebody else for {}: whoever you chose has another place in that circle, or cannot hold this one",
            seat.reference
        );
        return Refusal::invalid(&format!("for-{}-{}", what.key(), seat.case), message);
    }
    Refusal::invalid(
        &format!("then-{}", what.key()),
        format!(
            "Whoever you chose has another place in the circle of {}, and nobody has two, or cannot hold this one. \
             Choose a second colleague, or somebody for {0} alone, or end it now and hand over afterwards",
            seat.reference
        ),
    )
}

const HAS_ENDED: &str = "Their post has ended, and a colleague goes on";
const HAS_CLOSED: &str = "They cannot sign in any more, and a colleague goes on";

/// What goes to whom, decided.
#[derive(Default)]
struct Handing {
    told: BTreeSet<AccountId>,
    cases: BTreeMap<CaseId, (std::sync::Arc<Case>, Vec<domain::case::Event>)>,
    requests: Vec<(EnquiryId, Vec<enquiry::Event>)>,
}

impl Handing {
    fn count(&self) -> usize {
        self.cases.len() + self.requests.len()
    }
}

/// The colleagues who were chosen for something, in order.
fn choose(
    what: Hanging,
    count: usize,
    fitting: Vec<colleagues::Colleague>,
    heirs: Option<&Vec<AccountId>>,
) -> Result<Vec<colleagues::Colleague>, Refusal> {
    if fitting.is_empty() {
        return Err(Refusal::not_yet(
            format!(
                "{} has to go to somebody, and there is no colleague with a fitting post",
                what.words(count)
            ),
            "Give a colleague the post first. If it cannot wait, end it now and hand over afterwards",
        ));
    }
    let heirs = heirs.map_or(&[][..], Vec::as_slice);
    let chosen: Vec<_> =
        heirs.iter().filter_map(|heir| fitting.iter().find(|c| c.account == *heir)).cloned().collect();
    if chosen.is_empty() || chosen.len() < heirs.len() {
        let message = format!("Choose to whom this goes: {}", what.words(count));
        return Err(Refusal::invalid(&format!("to-{}", what.key()), message));
    }
    Ok(chosen)
}

/// The letter to the person and whoever decides for them and is confirmed,
/// where they have a sign-in and do not ask not to be emailed.
fn news(case: &Case) -> Vec<Letter> {
    let is_told =
        |m: &&circle::Member| matches!(m.place(), Some(CaseRole::Person | CaseRole::Representative));
    let voice =
        |m: &circle::Member| if m.role == CaseRole::Person { Voice::Person } else { Voice::Member(m.id) };
    let members = case.circle.present().filter(is_told);
    let members = members.filter(|m| circle::may_contact(case, voice(m), ContactBy::Email));
    members
        .filter_map(|m| m.account)
        .map(|to| Letter {
            to,
            subject: "There is a change in who works with you".into(),
            body: format!(
                "A colleague takes over from somebody who has left. You do not need to do anything.\n\n\
                 Sign in to see who it is: {{site}}{}\n",
                CasePage::People.of(case.id).path()
            ),
        })
        .collect()
}

fn ended() -> (&'static str, String) {
    (
        "Your post has ended",
        "Your post in the personal health budget service has ended, and you are signed out.\n\nIf you think that \
         is wrong, ask an administrator of your organisation. What is your own you still find here: \
         {site}/sign-in\n"
            .into(),
    )
}

fn taken_over() -> (&'static str, String) {
    (
        "You take over from a colleague",
        "A colleague's post has ended, and what they did goes on with you.\n\nSign in to see it: {site}/home\n".into(),
    )
}
