//! Giving a post: one administrator proposes it, another confirms it, and it
//! counts once the person themselves has accepted it.
//!
//! Until then an administrator sees what they typed and nothing else: whether
//! the address has a sign-in here, and whose, is not theirs to know.

use crate::address::Address as _;
use crate::administer::{administrators, must, must_now, names_of_organisations, not_oneself, organisation};
use crate::mail::{self, Letter};
use crate::session::Session;
use crate::{App, Error, account, directory, lists, stream};
use domain::access::{Action, Actor, HeldPost, Post};
use domain::known::known;
use domain::organisation::{self as bodies, Organisation, Proposal};
use domain::place::{AreaPage, Place};
use domain::{
    AccountId, Aggregate, AreaId, Author, EmailAddress, Line, OrganisationId, ProposalId, Refusal, Timestamp,
    account as accounts, dates,
};
use store::lists::{Filter, by_area, by_owner};
use store::{StoreError, Tx, record};

/// A post that waits for a second administrator or for the person's answer.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub proposal: ProposalId,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub post: Post,
    /// What the administrator typed.
    pub name: String,
    pub email: String,
    /// Who proposed it, and when.
    pub by: String,
    pub at: Timestamp,
    /// Who confirmed it: now it waits for the person's answer.
    pub confirmed_by: Option<String>,
    /// The day on which it lapses.
    pub until: Timestamp,
    /// The reader proposed it, so that somebody else confirms it.
    pub is_own: bool,
}

/// A post that somebody is offered.
#[derive(Clone, Debug)]
pub struct Offer {
    pub proposal: ProposalId,
    pub post: Post,
    pub organisation_name: String,
    /// Who offers it.
    pub by: String,
    /// When it lapses by itself.
    pub until: Timestamp,
}

/// A post that somebody said no to.
#[derive(Clone, Debug)]
pub struct Answered {
    pub proposal: ProposalId,
    pub post: Post,
    pub organisation_name: String,
    /// What the administrator typed.
    pub name: String,
    /// Who proposed it.
    pub by: String,
    /// Who said no; nobody's name where it was the person themselves.
    pub no_of: Option<String>,
    pub why: Option<String>,
    pub at: Timestamp,
}

/// Who can confirm what an administrator proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirms {
    Another,
    /// They are the only one, and that is enough here.
    OneIsEnough,
    Nobody,
}

/// Somebody who is to be put forward.
#[derive(Clone, Debug)]
pub struct PutForward {
    /// Dealt with the form, so that the same form sent twice proposes once.
    pub id: ProposalId,
    pub organisation: OrganisationId,
    pub post: Post,
    pub name: Line,
    pub email: EmailAddress,
}

fn until(proposal: &Proposal) -> Timestamp {
    let from = proposal.offered.unwrap_or(proposal.at);
    dates::later(from, bodies::STANDS_SECONDS)
}

/// What stands proposed in an area, the oldest first.
fn standing(
    tx: &mut Tx<'_>,
    area: AreaId,
    now: Timestamp,
) -> Result<Vec<(OrganisationId, Proposal)>, StoreError> {
    let filter = Filter { limit: 1_000, ..Filter::default() };
    let rows = by_area(tx, lists::PROPOSALS, area.0, &filter)?;
    let mut all =
        rows.iter().map(directory::body::<(OrganisationId, Proposal)>).collect::<Result<Vec<_>, _>>()?;
    all.retain(|(_, proposal)| proposal.stands(now));
    Ok(all)
}

/// The body of an area in which something is proposed; none where it waits no
/// more.
fn body_of(
    tx: &mut Tx<'_>,
    area: AreaId,
    id: ProposalId,
) -> Result<Option<(OrganisationId, Organisation, Proposal)>, Error> {
    let filter = Filter { limit: 1_000, ..Filter::default() };
    for row in by_area(tx, lists::PROPOSALS, area.0, &filter)? {
        let (body, proposal): (OrganisationId, Proposal) = directory::body(&row)?;
        if proposal.id == id {
            return Ok(Some((body, organisation(tx, area, body)?, proposal)));
        }
    }
    Ok(None)
}

/// The posts of somebody in an area, and those that they are to get there, but
/// for one proposal.
pub(crate) fn held_in(
    tx: &mut Tx<'_>,
    area: AreaId,
    account: AccountId,
    but: Option<ProposalId>,
    now: Timestamp,
) -> Result<Vec<Post>, StoreError> {
    let mut held = vec![];
    for row in by_owner(tx, lists::POSTS, account.0)? {
        let posting: HeldPost = directory::body(&row)?;
        held.extend(Some(posting.post).filter(|_| posting.area == area));
    }
    for row in by_owner(tx, lists::PROPOSALS, account.0)?.iter().filter(|r| r.row.area == Some(area.0)) {
        let (_, proposal): (OrganisationId, Proposal) = directory::body(row)?;
        held.extend(Some(proposal.post).filter(|_| Some(proposal.id) != but && proposal.stands(now)));
    }
    Ok(held)
}

/// That somebody was put forward under the name and the address that are sent now.
fn as_put_forward(tx: &mut Tx<'_>, new: &PutForward) -> Result<(), Error> {
    let row = by_owner(tx, lists::PUT_FORWARD, new.id.0)?.into_iter().next();
    let typed: Option<(String, String)> = row.as_ref().map(directory::body).transpose()?;
    let sent = (new.name.to_string(), new.email.to_line().to_string());
    known(typed, |typed| *typed == sent).is_new(|(name, email)| format!("{name}, {email}"))?;
    Ok(())
}

impl App {
    /// Refuses a post that may not be held together with another one of theirs.
    pub(crate) fn must_go_together(&self, held: &[Post], post: Post) -> Result<(), Refusal> {
        let Some((other, why)) = self.settings.posts_together.clash(held, post) else { return Ok(()) };
        Err(Refusal::invalid(
            "post",
            format!(
                "They have the post “{}” in this area, or are to have it. One person does not have both: {why}",
                other.words()
            ),
        ))
    }

    /// What waits for a second administrator or for an answer, the oldest first.
    pub async fn posts_waiting(&self, actor: &Actor, area: AreaId) -> Result<Vec<Waiting>, Error> {
        must(actor, Action::SeeOffice, area)?;
        let (me, now) = (actor.account, self.clock.now());
        self.db
            .read(move |tx| {
                let names = names_of_organisations(tx, area)?;
                let mut all = vec![];
                for (body, proposal) in standing(tx, area, now)? {
                    let typed = by_owner(tx, lists::PUT_FORWARD, proposal.id.0)?;
                    let (name, email) = match typed.first() {
                        Some(row) => directory::body(row)?,
                        None => Default::default(),
                    };
                    let confirmed_by = match proposal.confirmed {
                        Some(by) => Some(directory::author_name(tx, by)?),
                        None => None,
                    };
                    all.push(Waiting {
                        proposal: proposal.id,
                        organisation: body,
                        organisation_name: names.get(&body).cloned().unwrap_or_default(),
                        post: proposal.post,
                        name,
                        email,
                        by: directory::author_name(tx, proposal.by)?,
                        at: proposal.at,
                        confirmed_by,
                        until: until(&proposal),
                        is_own: proposal.by == Author::Account(me),
                    });
                }
                Ok(all)
            })
            .await
    }

    /// What was said no to in the last 14 days, the newest first: so that
    /// whoever proposed it reads who said no, and why.
    pub async fn posts_answered(&self, actor: &Actor, area: AreaId) -> Result<Vec<Answered>, Error> {
        must(actor, Action::SeeOffice, area)?;
        let now = self.clock.now();
        self.db
            .read(move |tx| {
                let mut all = vec![];
                for (body, name) in names_of_organisations(tx, area)? {
                    all.extend(refused_in(tx, body, &name, now)?);
                }
                all.sort_by_key(|one| std::cmp::Reverse(one.at));
                Ok(all)
            })
            .await
    }

    /// Who can confirm what this administrator proposes.
    pub async fn who_confirms(&self, actor: &Actor, area: AreaId) -> Result<Confirms, Error> {
        must(actor, Action::SeeOffice, area)?;
        let (app, me) = (self.clone(), actor.account);
        self.db
            .read(move |tx| {
                if administrators(tx, area)?.iter().any(|other| *other != me) {
                    return Ok(Confirms::Another);
                }
                let alone = app.one_is_enough(tx, area, me)?;
                Ok(if alone { Confirms::OneIsEnough } else { Confirms::Nobody })
            })
            .await
    }

    /// Puts somebody forward for a post. Nobody does so for themselves. Where
    /// one administrator is enough it is offered at once, so that whoever
    /// proposes it shows first that it is them.
    pub async fn propose_post(
        &self,
        actor: &Actor,
        session: &Session,
        area: AreaId,
        new: PutForward,
    ) -> Result<(), Error> {
        let (app, actor, session) = (self.clone(), actor.clone(), session.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?.account;
                app.must_be_proven(tx, &session)?;
                let (by, now) = (Author::Account(me), app.clock.now());
                let body = organisation(tx, area, new.organisation)?;
                let known = store::accounts::account_by_email(tx, &new.email)?;
                if known == Some(me) {
                    return Err(not_oneself("email").into());
                }
                let account = known.unwrap_or_else(|| AccountId(app.id()));
                let events = bodies::propose(&body, new.id, account, new.post, now)?;
                let held = held_in(tx, area, account, None, now)?;
                if events.is_empty() {
                    return as_put_forward(tx, &new);
                }
                app.must_go_together(&held, new.post)?;
                if !by_owner(tx, lists::PUT_FORWARD, new.id.0)?.is_empty() {
                    return Err(Refusal::already_done("This was sent before, and has been answered").into());
                }
                let others =
                    administrators(tx, area)?.into_iter().filter(|other| *other != me).collect::<Vec<_>>();
                if known.is_none() {
                    app.open_account(tx, by, account, &new.name, &new.email)?;
                }
                let (name, email) = (new.name.clone(), new.email.to_line());
                let typed = accounts::Event::PutForward { proposal: new.id, name, email };
                app.record_account(tx, by, account, &[typed])?;
                app.record_organisation_in(tx, by, new.organisation, &events)?;
                if others.is_empty() && app.one_is_enough(tx, area, me)? {
                    app.record_organisation_in(tx, by, new.organisation, &bodies::confirm_alone(new.id))?;
                    return Ok(app.send_offer(tx, by, account, new.id)?);
                }
                Ok(app.write_to(tx, &others, &proposed(area))?)
            })
            .await
    }

    /// A second administrator confirms: only now does anybody hear of it.
    pub async fn confirm_post(
        &self,
        actor: &Actor,
        session: &Session,
        area: AreaId,
        id: ProposalId,
    ) -> Result<(), Error> {
        let (app, actor, session) = (self.clone(), actor.clone(), session.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?.account;
                app.must_be_proven(tx, &session)?;
                let (by, now) = (Author::Account(me), app.clock.now());
                let confirm = |body: &Organisation, at| bodies::confirm(body, id, me, at);
                let Some((body, state, proposal)) = body_of(tx, area, id)? else {
                    return must_have_answered(tx, &[area], now, confirm);
                };
                let events = stream::decided(tx, &state, now, confirm)?;
                if events.is_empty() {
                    return Ok(());
                }
                let administrators = administrators(tx, area)?;
                if !proposal.by.account().is_some_and(|who| administrators.contains(&who)) {
                    return Err(Refusal::not_yet(
                        "Whoever proposed this is not an administrator here any more",
                        "Turn it down, and propose it yourself if it is right",
                    )
                    .into());
                }
                app.must_go_together(&held_in(tx, area, proposal.account, Some(id), now)?, proposal.post)?;
                app.record_organisation_in(tx, by, body, &events)?;
                Ok(app.send_offer(tx, by, proposal.account, id)?)
            })
            .await
    }

    /// Another administrator says no.
    pub async fn turn_down_post(
        &self,
        actor: &Actor,
        area: AreaId,
        id: ProposalId,
        why: Line,
    ) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?.account;
                let now = app.clock.now();
                let turn_down = |body: &Organisation, at| bodies::turn_down(body, id, why.clone(), at);
                let Some((body, state, proposal)) = body_of(tx, area, id)? else {
                    return must_have_answered(tx, &[area], now, turn_down);
                };
                let events = turn_down(&state, now)?;
                app.record_organisation_in(tx, Author::Account(me), body, &events)?;
                let told: Vec<AccountId> =
                    proposal.by.account().into_iter().filter(|who| *who != me).collect();
                Ok(app.write_to(tx, &told, &answered(area))?)
            })
            .await
    }

    /// Whoever proposed it takes it back.
    pub async fn take_back_post(&self, actor: &Actor, area: AreaId, id: ProposalId) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?.account;
                let now = app.clock.now();
                let take_back = |body: &Organisation, at| bodies::take_back(body, id, me, at);
                let Some((body, state, _)) = body_of(tx, area, id)? else {
                    return must_have_answered(tx, &[area], now, take_back);
                };
                let events = take_back(&state, now)?;
                Ok(app.record_organisation_in(tx, Author::Account(me), body, &events)?)
            })
            .await
    }

    /// The offer goes out again. Nothing says whether it was a first invitation.
    pub async fn offer_post_again(&self, actor: &Actor, area: AreaId, id: ProposalId) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?.account;
                let (body, state, proposal) = body_of(tx, area, id)?.ok_or(Error::Hidden)?;
                let events = bodies::offer_again(&state, id, app.clock.now())?;
                app.write_again_once_an_hour(tx, &id.to_string())?;
                app.record_organisation_in(tx, Author::Account(me), body, &events)?;
                Ok(app.send_offer(tx, Author::Account(me), proposal.account, id)?)
            })
            .await
    }

    /// The posts that somebody is offered.
    pub async fn offers(&self, actor: &Actor) -> Result<Vec<Offer>, Error> {
        let (me, now) = (actor.account, self.clock.now());
        self.db
            .read(move |tx| {
                let mut all = vec![];
                for (area, body, proposal) in offered_to(tx, me)? {
                    if proposal.is_offered() && proposal.stands(now) {
                        let organisation_name =
                            names_of_organisations(tx, area)?.get(&body).cloned().unwrap_or_default();
                        all.push(Offer {
                            proposal: proposal.id,
                            post: proposal.post,
                            organisation_name,
                            by: directory::author_name(tx, proposal.by)?,
                            until: until(&proposal),
                        });
                    }
                }
                Ok(all)
            })
            .await
    }

    /// Somebody takes up a post that they are offered: it counts from now on.
    pub async fn accept_post(&self, actor: &Actor, id: ProposalId) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let me = directory::as_now(&app, tx, &actor)?;
                let now = app.clock.now();
                let accept = |body: &Organisation, at| bodies::accept(body, id, me.account, at);
                let Some((area, body)) = offer_of(tx, me.account, id)? else {
                    let areas = areas_of_offer(tx, me.account, id)?;
                    return must_have_answered(tx, &areas, now, accept);
                };
                let state = organisation(tx, area, body)?;
                let events = accept(&state, now)?;
                let held: Vec<Post> = me.posts.iter().filter(|p| p.area == area).map(|p| p.post).collect();
                let post =
                    state.proposals.iter().find(|p| p.id == id).map(|p| p.post).ok_or(Error::Hidden)?;
                if let Some((other, why)) = app.settings.posts_together.clash(&held, post) {
                    return Err(Refusal::not_yet(
                        format!(
                            "You have the post “{}” here, and one person does not have both: {why}",
                            other.words()
                        ),
                        "Say no to this one, or ask an administrator to end the other one first",
                    )
                    .into());
                }
                let told = administrators(tx, area)?;
                app.record_organisation_in(tx, Author::Account(me.account), body, &events)?;
                let told: Vec<AccountId> = told.into_iter().filter(|who| *who != me.account).collect();
                Ok(app.write_to(tx, &told, &taken_up(area))?)
            })
            .await
    }

    /// Somebody says no to a post.
    pub async fn decline_post(&self, actor: &Actor, id: ProposalId) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let me = directory::as_now(&app, tx, &actor)?.account;
                let now = app.clock.now();
                let decline = |body: &Organisation, at| bodies::decline(body, id, me, at);
                let Some((area, body)) = offer_of(tx, me, id)? else {
                    let areas = areas_of_offer(tx, me, id)?;
                    return must_have_answered(tx, &areas, now, decline);
                };
                let state = organisation(tx, area, body)?;
                let proposer = state.proposals.iter().find(|p| p.id == id).and_then(|p| p.by.account());
                let events = decline(&state, now)?;
                app.record_organisation_in(tx, Author::Account(me), body, &events)?;
                let told: Vec<AccountId> = proposer.into_iter().collect();
                Ok(app.write_to(tx, &told, &answered(area))?)
            })
            .await
    }

    /// The letter of an offer: an invitation to whoever has no sign-in yet, who
    /// has the name that was typed with it until they set one up.
    fn send_offer(
        &self,
        tx: &mut Tx<'_>,
        by: Author,
        account: AccountId,
        id: ProposalId,
    ) -> Result<(), StoreError> {
        let typed = account::load(tx, account)?.put_forward;
        if let Some(typed) = typed.iter().find(|typed| typed.proposal == id) {
            self.call_until_set_up(tx, by, account, &typed.name)?;
        }
        let why = Line::parse("A post was offered").expect("it is a line");
        if directory::is_closed(tx, account)? || !account::load(tx, account)?.is_set_up {
            return self.invite_again(tx, by, account, &why);
        }
        self.record_account(tx, by, account, &[accounts::Event::Invited { why }])?;
        let body = format!(
            "You are offered a post in the personal health budget service. You have it only if \
             you say yes. If you do nothing, the offer lapses in 14 days.\n\n\
             Sign in to see it and to answer: {}\n",
            Place::SignIn.in_letter()
        );
        self.write_to(tx, &[account], &("You are offered a post", body))
    }

    /// The same letter to several people.
    pub(crate) fn write_to(
        &self,
        tx: &mut Tx<'_>,
        to: &[AccountId],
        (subject, body): &(&str, String),
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        for account in to {
            let letter = Letter { to: *account, subject: (*subject).to_owned(), body: body.clone() };
            mail::queue(tx, self, &letter, now)?;
        }
        Ok(())
    }
}

/// What was refused in an organisation, as its record has it.
fn refused_in(
    tx: &mut Tx<'_>,
    body: OrganisationId,
    organisation_name: &str,
    now: Timestamp,
) -> Result<Vec<Answered>, StoreError> {
    let events = record::load::<bodies::Event>(tx, Organisation::stream_of(body))?;
    let mut found = vec![];
    for answer in &events {
        let (id, why) = match &answer.event {
            bodies::Event::PostTurnedDown { proposal, why } => (*proposal, Some(why.to_string())),
            bodies::Event::PostDeclined { proposal } => (*proposal, None),
            _ => continue,
        };
        if now.as_second() - answer.at.as_second() >= bodies::STANDS_SECONDS {
            continue;
        }
        let proposed = events.iter().find_map(|recorded| match recorded.event {
            bodies::Event::PostProposed { proposal, post, .. } if proposal == id => Some((recorded.by, post)),
            _ => None,
        });
        let Some((by, post)) = proposed else { continue };
        let typed = by_owner(tx, lists::PUT_FORWARD, id.0)?;
        let (name, _): (String, String) = typed.first().map(directory::body).transpose()?.unwrap_or_default();
        found.push(Answered {
            proposal: id,
            post,
            organisation_name: organisation_name.to_owned(),
            name,
            by: directory::author_name(tx, by)?,
            no_of: why.as_ref().map(|_| directory::author_name(tx, answer.by)).transpose()?,
            why,
            at: answer.at,
        });
    }
    Ok(found)
}

fn offered_to(
    tx: &mut Tx<'_>,
    account: AccountId,
) -> Result<Vec<(AreaId, OrganisationId, Proposal)>, StoreError> {
    let mut all = vec![];
    for row in by_owner(tx, lists::PROPOSALS, account.0)? {
        let (body, proposal): (OrganisationId, Proposal) = directory::body(&row)?;
        all.extend(row.row.area.map(|area| (AreaId(area), body, proposal)));
    }
    Ok(all)
}

fn offer_of(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: ProposalId,
) -> Result<Option<(AreaId, OrganisationId)>, StoreError> {
    let all = offered_to(tx, account)?;
    let found = all.into_iter().find(|(.., proposal)| proposal.id == id && proposal.is_offered());
    Ok(found.map(|(area, body, _)| (area, body)))
}

/// Where a post may have been that somebody was offered: nowhere if they never
/// were.
fn areas_of_offer(tx: &mut Tx<'_>, account: AccountId, id: ProposalId) -> Result<Vec<AreaId>, StoreError> {
    if account::load(tx, account)?.put_forward.iter().all(|typed| typed.proposal != id) {
        return Ok(vec![]);
    }
    Ok(directory::areas(tx)?.into_iter().map(|(area, _)| area).collect())
}

/// A proposal that waits no more is in no list: whoever has given this very
/// answer is told so again, and for everybody else it is not there.
fn must_have_answered(
    tx: &mut Tx<'_>,
    areas: &[AreaId],
    now: Timestamp,
    mut answer: impl FnMut(&Organisation, Timestamp) -> Result<Vec<bodies::Event>, Refusal>,
) -> Result<(), Error> {
    for area in areas {
        for body in names_of_organisations(tx, *area)?.into_keys() {
            let state = organisation(tx, *area, body)?;
            if stream::decided(tx, &state, now, &mut answer).is_ok() {
                return Ok(());
            }
        }
    }
    Err(Error::Hidden)
}

fn at_the_list(subject: &'static str, what: &str, area: AreaId) -> (&'static str, String) {
    let there = Place::Area(area, AreaPage::People).in_letter();
    (subject, format!("{what}\n\nSign in to see it: {there}\n"))
}

fn proposed(area: AreaId) -> (&'static str, String) {
    let what = "A colleague has proposed somebody for a post. It takes a second administrator to confirm it. \
                If nobody does in 14 days, it lapses.";
    at_the_list("A post waits for a second administrator", what, area)
}

fn answered(area: AreaId) -> (&'static str, String) {
    at_the_list("A post that you proposed has been answered", "The answer is no.", area)
}

/// That somebody has a post from now on.
pub(crate) fn taken_up(area: AreaId) -> (&'static str, String) {
    let what = "Somebody has taken up a post in your area. If you do not know of it, look who it is.";
    at_the_list("Somebody has taken up a post", what, area)
}
