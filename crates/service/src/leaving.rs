//! Ending a post: the same step says to whom everything goes that hangs on it,
//! so that nobody is left without a care co-ordinator, and their sessions end.
//! Where that cannot be, or would take too long, the post ends all the same, and
//! what hangs on it is still to be handed over. So is what hangs on the posts of
//! a closed account.
//!
//! Administrators see no case: what hangs on a post is told in numbers.

mod given;
mod left;
mod load;

pub use load::Hanging;

use crate::address::Address as _;
use crate::administer::{must, must_now, not_oneself, organisation, was_colleague};
use crate::mail::Letter;
use crate::{App, Effects, Error, circle as colleagues, directory, enquiry as requests, stream};
use domain::access::{Action, Actor, Post};
use domain::case::Case;
use domain::case::circle::{self, CaseRole, NewMember};
use domain::organisation::{self as bodies, Organisation};
use domain::place::{CasePage, Place};
use domain::{
    AccountId, AreaId, Author, CaseId, EnquiryId, Line, MemberId, OrganisationId, Prose, Refusal, enquiry,
};
use load::{Colleagues, Load, Seat, load_of};
use std::collections::{BTreeMap, BTreeSet};
use store::{Tx, accounts};

/// The most seats and requests that are handed over in one step.
pub const MOST: usize = 1_000;

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
    /// Whether nobody is chosen for anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.values().all(Vec::is_empty) && self.instead.is_empty()
    }

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

impl App {
    /// What hangs on a post in numbers, and who could take it over. Where no
    /// post is named: what was left behind by posts that ended before.
    pub async fn hangs_on(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
        of: Option<(OrganisationId, Post)>,
    ) -> Result<Vec<Hangs>, Error> {
        must(actor, Action::SeeOffice, area)?;
        self.db
            .read(move |tx| {
                if !was_colleague(tx, area, account)? {
                    return Err(Error::Hidden);
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
    ) -> Result<(), Error> {
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
    ) -> Result<(), Error> {
        self.end(actor, area, account, of, None).await?;
        match self.hand_over(actor, area, account, heirs).await {
            // Nobody was chosen, or nobody who could: then all of it is left.
            Ok(()) | Err(Error::Refused(_)) => {}
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
    ) -> Result<(), Error> {
        let (app, actor, (id, post)) = (self.clone(), actor.clone(), of);
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?.account;
                if account == me {
                    return Err(not_oneself("post").into());
                }
                let end = |body: &Organisation, _| bodies::end(body, account, post);
                let body = organisation(tx, area, id)?;
                // To whom all of it went stands in no event of the body.
                let chooses = heirs.as_ref().is_some_and(|heirs| !heirs.is_empty());
                let now = app.clock.now();
                let events = if chooses { end(&body, now)? } else { stream::decided(tx, &body, now, end)? };
                if events.is_empty() {
                    return Ok(());
                }
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
    ) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?.account;
                if !was_colleague(tx, area, account)? {
                    return Err(Error::Hidden);
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
    ) -> Result<Handing, Error> {
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
    ) -> Result<Vec<domain::case::Event>, Error> {
        let name = Line::parse(&heir.name).map_err(|_| Error::Hidden)?;
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

    fn hand_over_all(&self, tx: &mut Tx<'_>, by: Author, handing: Handing) -> Result<(), Error> {
        let now = self.clock.now();
        for (case, events) in handing.cases.into_values() {
            let decided = Effects { events, mail: news(&case), ..Effects::default() };
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

/// The letter to the person's side.
fn news(case: &Case) -> Vec<Letter> {
    let letter = |to| Letter {
        to,
        subject: "There is a change in who works with you".into(),
        body: format!(
            "A colleague takes over from somebody who has left. You do not need to do anything.\n\n\
             Sign in to see who it is: {}\n",
            CasePage::People.of(case.id).in_letter()
        ),
    };
    case.circle.told_on_their_side(None).into_iter().map(letter).collect()
}

fn ended() -> (&'static str, String) {
    (
        "Your post has ended",
        format!(
            "Your post in the personal health budget service has ended, and you are signed out.\n\nIf you think that \
             is wrong, ask an administrator of your organisation. What is your own you still find here: \
             {}\n",
            Place::SignIn.in_letter()
        ),
    )
}

fn taken_over() -> (&'static str, String) {
    (
        "You take over from a colleague",
        format!(
            "A colleague's post has ended, and what they did goes on with you.\n\nSign in to see it: {}\n",
            Place::Home.in_letter()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::testing::{case_of, id, joined};

    #[test]
    fn a_family_carer_is_told_who_takes_over() {
        let (carer, nurse) = (id(1), id(2));
        let case = case_of(&[
            joined(id(3), "Dee", CaseRole::FamilyCarer, Some(carer)),
            joined(id(4), "Priya", CaseRole::Clinician, Some(nurse)),
        ]);
        assert_eq!(news(&case).iter().map(|letter| letter.to).collect::<Vec<_>>(), [carer]);
    }
}
