//! The people around the person: adding colleagues and family, and inviting them.

mod sign_in;

pub use sign_in::SignIn;
pub(crate) use sign_in::asked_about;

use crate::address::Address as _;
use crate::administer::{holders, rows_with};
use crate::mail::Letter;
use crate::sharing::told_what_a_speaker_did;
use crate::signoff::{and_tell, with_role};
use crate::{App, Effects, Error, OpenCase, Steps, directory, lists};
use domain::access::{Action, Actor, HeldPost, Kind, Post};
use domain::case::circle::{self, CaseRole, Footing, Member, NewMember, Proposal, Seen, Speaking};
use domain::case::{self, Case};
use domain::place::Place;
use domain::{
    AccountId, AreaId, Author, CaseId, EmailAddress, Line, MemberId, OrganisationId, Prose, Refusal,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Someone who works with people in an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    pub account: AccountId,
    pub name: String,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub kind: Kind,
}

/// Everyone with a practitioner's post in the area, by name.
pub(crate) fn colleagues(tx: &mut Tx<'_>, area: AreaId) -> Result<Vec<Colleague>, StoreError> {
    let organisations = directory::organisations(tx, area)?;
    let mut found = Vec::new();
    for listed in rows_with(tx, lists::POSTS, area, Some(Post::Practitioner.into_str()))? {
        let posting: HeldPost = directory::body(&listed)?;
        let Some(owner) = listed.row.owner.filter(|_| posting.counts()) else { continue };
        let account = AccountId(owner);
        let Some(named) = directory::named(tx, account)? else { continue };
        if directory::is_closed(tx, account)? {
            continue;
        }
        let organisation_name = organisations
            .iter()
            .find(|(id, ..)| *id == posting.organisation)
            .map_or_else(String::new, |(_, name, _)| name.clone());
        let HeldPost { organisation, kind, .. } = posting;
        found.push(Colleague { account, name: named.name, organisation, organisation_name, kind });
    }
    found.sort_by(|a, b| (&a.name, a.account, a.kind).cmp(&(&b.name, b.account, b.kind)));
    found.dedup_by_key(|colleague| (colleague.account, colleague.kind));
    Ok(found)
}

/// The colleague that was chosen for a place, as one of a body that has it.
fn chosen_for(
    colleagues: &[Colleague],
    role: CaseRole,
    account: Option<AccountId>,
) -> Result<&Colleague, Refusal> {
    let refused = |message: String| Refusal::invalid("colleague", message);
    let mut named = colleagues.iter().filter(|colleague| Some(colleague.account) == account).peekable();
    let Some(first) = named.peek().copied() else {
        return Err(refused("Choose a colleague from the list".to_owned()));
    };
    let Some(chosen) = named.find(|colleague| colleague.kind.sits_as(role)) else {
        let (name, body, place) = (&first.name, &first.organisation_name, role.words().to_lowercase());
        return Err(refused(format!(
            "{name} works for {body}, and cannot have the place of a {place}. Choose somebody else, or another place"
        )));
    };
    Ok(chosen)
}

/// Nothing opens an address whose sign-in is closed, and no letter goes there.
/// Why is not for whoever invites.
const NO_LETTERS_THERE: &str = "We cannot write to this address. Ask them for another one, or call us";
const NO_LETTERS_SINCE: &str =
    "We cannot write to their address any more. Turn this down, and ask them for another one";

impl App {
    /// Adds someone to the circle. Whoever takes a place of the NHS or the
    /// council is one of the colleagues of the area: nobody gives such a place to
    /// themselves.
    pub async fn add_member(&self, actor: &Actor, case: CaseId, new: NewMember) -> Result<Arc<Case>, Error> {
        self.act(actor, case, Action::AddMember, move |open| {
            let mut new = new.clone();
            if new.role.is_of_a_body() {
                if !open.actor.may(Action::AddColleague, open.case) {
                    return Err(Refusal::not_allowed(
                        "Only the care co-ordinator can add people who work for the NHS or the council",
                    )
                    .into());
                }
                let area = open.case.area().ok_or(Error::Hidden)?;
                let known = colleagues(open.tx, area)?;
                let chosen = chosen_for(&known, new.role, new.account)?;
                new.organisation = Some(chosen.organisation);
                if let Ok(name) = Line::parse(&chosen.name) {
                    new.name = name;
                }
            } else {
                new.account = None;
            }
            if let Some(speaking) = &new.speaks {
                open.must_about(Action::GiveFooting, &circle::matters_proposed(None, speaking))?;
            }
            let account = new.account;
            let events = circle::join(open.case, new)?;
            let mut decided = tell_those_who_confirm(open, events)?;
            // Somebody may have come to confirm what waits here already.
            if let Some(account) = account
                && open.case.circle.waiting().next().is_some()
                && may_confirm_now(open, &decided.events, account)
            {
                let events = std::mem::take(&mut decided.events);
                let told = and_tell(open.case, events, [account], open.actor.account);
                decided.events = told.events;
                decided.mail.extend(told.mail);
            }
            Ok(decided)
        })
        .await
    }

    /// Gives someone of the circle their own sign-in. Whoever decides nothing
    /// is sent a link at once; for the others nobody is written to until a
    /// second one has confirmed that the address is theirs.
    pub async fn invite_member(
        &self,
        actor: &Actor,
        case: CaseId,
        member: MemberId,
        email: EmailAddress,
        how: Option<Prose>,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, case, Action::AddMember, move |open| {
            let Some(found) = open.case.circle.present().find(|m| m.id == member) else {
                return Err(Error::Hidden);
            };
            let by = Author::Account(open.actor.account);
            let account = app.account_at(open.tx, by, &found.name, &email)?;
            if directory::is_closed(open.tx, account)? {
                return Err(Refusal::invalid("email", NO_LETTERS_THERE).into());
            }
            let works_here = works_in_the_area(open.tx, open.case, account)?;
            let events = circle::invite(open.case, member, account, works_here, how.clone())?;
            app.write_to_invited(open, &events)?;
            let is_sent = |event: &case::Event| {
                matches!(event, case::Event::Circle(circle::Event::MemberInvited { .. }))
            };
            if events.iter().any(is_sent) {
                // Nobody comes to see a person's record without them being told.
                let to = open.case.circle.deciders_told();
                return Ok(and_tell(open.case, events, to, open.actor.account));
            }
            Ok(tell_those_who_confirm(open, events)?)
        })
        .await
    }

    /// Sends a link to everyone whose sign-in counts from now on.
    fn write_to_invited(&self, open: &mut OpenCase<'_, '_>, events: &[case::Event]) -> Result<(), Error> {
        let why = Line::parse("A place in the circle of a personal health budget").expect("it is a line");
        for event in events {
            if let case::Event::Circle(circle::Event::MemberInvited { id, account }) = event {
                let by = Author::Account(open.actor.account);
                if let Some(member) = open.case.circle.present().find(|m| m.id == *id) {
                    self.call_until_set_up(open.tx, by, *account, &member.name)?;
                }
                self.invite_again(open.tx, by, *account, &why)?;
            }
        }
        Ok(())
    }

    /// Records on what footing someone speaks; one that decides waits until it
    /// is confirmed.
    pub async fn propose_speaker(
        &self,
        actor: &Actor,
        case: CaseId,
        member: MemberId,
        speaking: Speaking,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, case, Action::Decide, move |open| {
            known(open, member)?;
            let matters = circle::matters_proposed(open.case.circle.member(member), &speaking);
            open.must_about(Action::GiveFooting, &matters)?;
            let recorder = open.case.circle.member_of(open.actor.account).map(|m| m.id);
            let events = circle::propose_speaker(open.case, member, recorder, speaking.clone())?;
            Ok(tell_those_who_confirm(open, events)?)
        })
        .await
    }

    /// Confirms what waits for somebody of the circle. From now on it counts;
    /// whoever has a sign-in by it is sent their link only now.
    pub async fn confirm_proposals(
        &self,
        actor: &Actor,
        case: CaseId,
        member: MemberId,
        proposals: Vec<u64>,
        seen: Seen,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, case, Action::ConfirmSpeaker, move |open| {
            let asked = of_member(open, member, &proposals)?;
            let mut works_here = false;
            for proposal in &asked {
                if let Some(account) = open.case.circle.account_of(proposal) {
                    let is_sign_in = matches!(proposal.what, circle::Proposed::SignIn { .. });
                    if is_sign_in && directory::is_closed(open.tx, account)? {
                        return Err(Refusal::invalid("confirm", NO_LETTERS_SINCE).into());
                    }
                    works_here |= works_in_the_area(open.tx, open.case, account)?;
                }
            }
            if works_here && !seen.works_in_the_area {
                let message = "This address is of somebody who works in this area. Tick that you know this, or turn it down";
                return Err(Refusal::invalid("works-here", message).into());
            }
            let seen = Seen { works_in_the_area: works_here, ..seen.clone() };
            let events = circle::confirm(open.case, open.actor.account, &proposals, &seen, open.today)?;
            app.write_to_invited(open, &events)?;
            let own = open.case.circle.member(member).and_then(|m| m.account);
            let to = asked.iter().filter_map(|p| p.by.account()).chain(of_the_person(open.case)).chain(own);
            Ok(and_tell(open.case, events, to, open.actor.account))
        })
        .await
    }

    /// Says no to what waits for somebody, and tells whoever asked.
    pub async fn turn_down_proposals(
        &self,
        actor: &Actor,
        case: CaseId,
        member: MemberId,
        proposals: Vec<u64>,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, case, Action::ConfirmSpeaker, move |open| {
            let asked = of_member(open, member, &proposals)?;
            let events = circle::turn_down(open.case, open.actor.account, &proposals, &why)?;
            let to = asked.iter().filter_map(|p| p.by.account());
            Ok(and_tell(open.case, events, to, open.actor.account))
        })
        .await
    }

    /// Takes back what one asked for oneself.
    pub async fn take_back_proposals(
        &self,
        actor: &Actor,
        case: CaseId,
        member: MemberId,
        proposals: Vec<u64>,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, case, Action::Decide, move |open| {
            of_member(open, member, &proposals)?;
            Ok(circle::take_back(open.case, open.actor.account, &proposals)?.into())
        })
        .await
    }

    /// Someone no longer speaks on a footing. They and the person are told, and
    /// whoever else decides where somebody did it who speaks for the person.
    pub async fn end_speaker(
        &self,
        actor: &Actor,
        case: CaseId,
        member: MemberId,
        footing: Footing,
        why: Option<Prose>,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, case, Action::Decide, move |open| {
            known(open, member)?;
            let found = open.case.circle.member(member);
            let matters = found.map_or_else(Vec::new, |found| circle::matters_held(found, footing));
            open.must_about(Action::EndFooting, &matters)?;
            let events = circle::end_speaker(open.case, member, footing, why.clone())?;
            let own = found.and_then(|m| m.account);
            let to = of_the_person(open.case).chain(own).chain(told_what_a_speaker_did(open));
            Ok(and_tell(open.case, events, to, open.actor.account))
        })
        .await
    }

    /// Someone leaves the circle. They and the person are told, and whoever
    /// else speaks for the person; and the care co-ordinator where somebody did it
    /// who speaks for the person.
    pub async fn leave_circle(
        &self,
        actor: &Actor,
        case: CaseId,
        member: MemberId,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, case, Action::Decide, move |open| {
            known(open, member)?;
            let circle = &open.case.circle;
            let leaver = circle.member(member);
            let by = open.actor.account;
            let matters = leaver.map_or_else(Vec::new, |leaver| circle::matters_of_place(leaver, by));
            open.must_about(Action::EndPlace, &matters)?;
            let events = circle::leave(open.case, member, Some(why.clone()))?;
            let invited = leaver.filter(|m| !m.role.is_of_a_body()).and_then(|m| m.account);
            let own = leaver.and_then(|m| m.account).filter(|account| *account != by && !events.is_empty());
            let leavers = leaver.and_then(|m| m.account);
            let told = circle.deciders_told().chain(told_what_a_speaker_did(open));
            let told = told.filter(|to| Some(*to) != leavers);
            let mut decided = and_tell(open.case, events, told, by);
            decided.mail.extend(own.map(place_has_ended));
            if let Some(account) = invited.filter(|_| !decided.events.is_empty()) {
                app.withdraw_invitation(open, account)?;
            }
            Ok(decided)
        })
        .await
    }
}

impl App {
    /// Those of a circle who had a sign-in that opens nothing of it now: it is
    /// closed, or the post behind their seat has ended.
    pub async fn who_signs_in_no_more(&self, case: Arc<Case>) -> Result<BTreeSet<MemberId>, Error> {
        let app = self.clone();
        self.db
            .read(move |tx| {
                let mut gone = BTreeSet::new();
                for member in case.circle.present() {
                    let (Some(account), Some(area)) = (member.account, case.area()) else { continue };
                    let counts = directory::by_posts(&app, tx, account)?.is_some_and(|actor| {
                        !member.role.is_of_a_body()
                            || actor.stands_behind(area, member.role, member.organisation)
                    });
                    if !counts {
                        gone.insert(member.id);
                    }
                }
                Ok(gone)
            })
            .await
    }
}

/// What waits for somebody of the circle, as one reader sees it.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub proposal: Proposal,
    pub asked_by: String,
    /// Whether the reader asked for it.
    pub is_own: bool,
    /// Why the reader cannot confirm it or turn it down; none if they can.
    pub may_not: Option<Refusal>,
    /// The address that the place would go to, for those who answer or asked.
    pub address: Option<Line>,
    pub works_in_the_area: bool,
    /// Who can confirm it.
    pub who: Confirmers,
}

/// What waits for somebody of the circle.
pub(crate) fn waiting(
    tx: &mut Tx<'_>,
    actor: &Actor,
    case: &Case,
    member: MemberId,
) -> Result<Vec<Waiting>, StoreError> {
    let is_for_them = actor.may(Action::ConfirmSpeaker, case);
    let mut found = vec![];
    for proposal in case.circle.waiting_for(member) {
        let is_own = proposal.by == Author::Account(actor.account);
        let may_not = if is_for_them {
            circle::may_answer(case, actor.account, proposal).err()
        } else {
            Some(Refusal::not_allowed("Somebody who works with the person has to confirm it"))
        };
        let account = case.circle.account_of(proposal).filter(|_| is_own || may_not.is_none());
        let (mut address, mut works_here) = (None, false);
        if let Some(account) = account {
            let named = directory::named(tx, account)?;
            address = named.and_then(|named| Line::parse(&named.email).ok());
            works_here = works_in_the_area(tx, case, account)?;
        }
        found.push(Waiting {
            asked_by: directory::author_name(tx, proposal.by)?,
            is_own,
            may_not,
            address,
            works_in_the_area: works_here,
            who: who_confirms(tx, case, proposal)?,
            proposal: proposal.clone(),
        });
    }
    Ok(found)
}

/// Whether somebody may confirm what waits, by the place that they have once this has
/// happened.
fn may_confirm_now(open: &OpenCase<'_, '_>, events: &[case::Event], account: AccountId) -> bool {
    let mut steps = Steps::upon(open.case, Author::Account(open.actor.account), open.now);
    // They are decided already: none of them is refused here.
    let Ok(()) = steps.then(|_| Ok(events.to_vec())) else { return false };
    let after = steps.case();
    let may = |member: &Member| circle::member_may(after, member, Action::ConfirmSpeaker, open.today);
    after.circle.present().filter(|member| member.account == Some(account)).any(may)
}

/// Whether an account has any post in the area of a case. Nobody with one has
/// a place of the family's without somebody who says that they know it.
fn works_in_the_area(tx: &mut Tx<'_>, case: &Case, account: AccountId) -> Result<bool, StoreError> {
    let posts = store::lists::by_owner(tx, lists::POSTS, account.0)?;
    let posts: Vec<HeldPost> = posts.iter().map(directory::body).collect::<Result<_, _>>()?;
    Ok(posts.iter().any(|posting| Some(posting.area) == case.area()))
}

/// An address of nobody in this case leads nowhere.
fn known(open: &OpenCase<'_, '_>, member: MemberId) -> Result<(), Error> {
    open.case.circle.member(member).map(drop).ok_or(Error::Hidden)
}

/// Proposals of this member; one of another, or that never was, leads nowhere.
fn of_member(open: &OpenCase<'_, '_>, member: MemberId, numbers: &[u64]) -> Result<Vec<Proposal>, Error> {
    known(open, member)?;
    let find = |number: &u64| open.case.circle.proposal(*number).filter(|p| p.member == member).cloned();
    numbers.iter().map(|number| find(number).ok_or(Error::Hidden)).collect()
}

/// The person's own account, if they have one.
fn of_the_person(case: &Case) -> impl Iterator<Item = AccountId> + '_ {
    with_role(case, CaseRole::Person)
}

/// Who can confirm something that waits, other than whoever asked for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmers {
    /// The person themselves.
    pub person: Option<AccountId>,
    /// Those of the circle who work with the person.
    pub colleagues: Vec<AccountId>,
    /// Commissioners of the area.
    pub commissioners: Vec<AccountId>,
}

impl Confirmers {
    /// Those who are asked: it may be too much to ask of the person alone, so
    /// that without a colleague the commissioners are.
    #[must_use]
    pub fn asked(&self) -> Vec<AccountId> {
        let mut asked: Vec<AccountId> = self.person.into_iter().chain(self.colleagues.clone()).collect();
        if self.colleagues.is_empty() {
            asked.extend(&self.commissioners);
        }
        asked
    }
}

/// Everyone whose policy and place let them confirm `proposal` now, and who
/// can sign in.
pub(crate) fn who_confirms(
    tx: &mut Tx<'_>,
    case: &Case,
    proposal: &Proposal,
) -> Result<Confirmers, StoreError> {
    second_ones(tx, case, |account| circle::may_answer(case, account, proposal).is_ok())
}

/// Something of a circle that waits for a second one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Second {
    /// What was asked for, by its place on the record.
    Proposal(u64),
    /// How somebody signs in whom a colleague let in alone who has left.
    SignIn(MemberId),
}

/// Everyone whose policy lets them be the second one, of whom it `is_theirs`.
fn second_ones(
    tx: &mut Tx<'_>,
    case: &Case,
    is_theirs: impl Fn(AccountId) -> bool,
) -> Result<Confirmers, StoreError> {
    let may = |tx: &mut Tx<'_>, account: AccountId| -> Result<bool, StoreError> {
        let actor = directory::as_listed(tx, account)?;
        Ok(actor.is_some_and(|actor| actor.may(Action::ConfirmSpeaker, case)) && is_theirs(account))
    };
    let mut found = Confirmers::default();
    for member in case.circle.present() {
        let Some(account) = member.account else { continue };
        if !may(tx, account)? {
            continue;
        }
        if member.role == CaseRole::Person {
            found.person = Some(account);
        } else {
            found.colleagues.push(account);
        }
    }
    let Some(area) = case.area() else { return Ok(found) };
    for account in holders(tx, area, Post::Commissioner)? {
        if !found.colleagues.contains(&account) && may(tx, account)? {
            found.commissioners.push(account);
        }
    }
    Ok(found)
}

/// A letter to everyone who is asked to confirm what now waits.
fn tell_those_who_confirm(
    open: &mut OpenCase<'_, '_>,
    events: Vec<case::Event>,
) -> Result<Effects, StoreError> {
    let by = open.actor.account;
    let mut steps = Steps::upon(open.case, Author::Account(by), open.now);
    // They are decided already: none of them is refused here.
    let Ok(()) = steps.then(|_| Ok(events.clone())) else { return Ok(events.into()) };
    let after = steps.case();
    let mut to = vec![];
    for proposal in after.circle.waiting().filter(|p| open.case.circle.proposal(p.number).is_none()) {
        to.extend(who_confirms(open.tx, after, proposal)?.asked());
    }
    Ok(and_tell(open.case, events, to, by))
}

/// What waits in a case, and who can confirm each: for a page that says so.
pub(crate) fn waits_for(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<(u64, Confirmers)>, StoreError> {
    case.circle.waiting().map(|p| Ok((p.number, who_confirms(tx, case, p)?))).collect()
}

/// To somebody whose place in a case has ended, who cannot open it any more.
fn place_has_ended(to: AccountId) -> Letter {
    Letter {
        to,
        subject: "A place of yours has ended".into(),
        body: format!(
            "You no longer have a place in somebody’s personal health budget.\n\n\
             If you think that this is wrong, ask us: {}\n",
            Place::Contact.in_letter()
        ),
    }
}

impl App {
    /// What waits for somebody of the circle, as this reader sees it.
    pub async fn waiting_of(
        &self,
        actor: &Actor,
        case: Arc<Case>,
        member: MemberId,
    ) -> Result<Vec<Waiting>, Error> {
        let actor = actor.clone();
        self.db.read(move |tx| Ok(waiting(tx, &actor, &case, member)?)).await
    }

    /// What waits in a case, each with who can confirm it.
    pub async fn waits_in(&self, case: Arc<Case>) -> Result<Vec<(u64, Confirmers)>, Error> {
        self.db.read(move |tx| Ok(waits_for(tx, &case)?)).await
    }

    /// The colleagues who can be given a place in a case, by name.
    pub async fn colleagues_for(&self, case: &Case) -> Result<Vec<Colleague>, Error> {
        let area = case.area().ok_or(Error::Hidden)?;
        self.db.read(move |tx| Ok(colleagues(tx, area)?)).await
    }
}
