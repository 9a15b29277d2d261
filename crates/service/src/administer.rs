//! Administration of an area: who works in which organisation and as what, and
//! the organisations themselves.
//!
//! An administrator's and a framework owner's posts open this and no case.

mod pages;

pub use pages::{Clash, Page, Which};

use crate::tally::Tally;
use crate::{App, Error, account, directory, lists, stream};
use domain::access::{Action, Actor, HeldPost, Post};
use domain::known::{known, quoted};
use domain::organisation::{self, Former, Kind, Organisation};
use domain::{AccountId, AreaId, Author, Line, OrganisationId, Refusal, Timestamp};
use std::collections::BTreeMap;
use store::lists::{Filter, Listed};
use store::{StoreError, Tx};

/// A post that a colleague has, and where.
#[derive(Clone, Debug)]
pub struct PostAt {
    pub organisation: OrganisationId,
    /// What the organisation is called.
    pub name: String,
    pub post: Post,
    /// It gives nothing, since a body of that kind has no such post: it was given
    /// before that was asked.
    pub is_void: bool,
}

/// A post that ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// What the organisation is called.
    pub name: String,
    pub post: Post,
    pub at: Timestamp,
}

/// Somebody who has a post in the area, or had one.
#[derive(Clone, Debug)]
pub struct Colleague {
    pub account: AccountId,
    pub name: String,
    pub email: String,
    pub posts: Vec<PostAt>,
    /// Posts that ended.
    pub former: Vec<Ended>,
    pub is_set_up: bool,
    pub has_second_factor: bool,
    /// Since when their account is closed.
    pub closed: Option<Timestamp>,
    /// Who asked to open it again, where that waits for a second administrator.
    pub reopening: Option<Author>,
    /// When it was asked that their lost second step be taken away, and who
    /// agreed already.
    pub lost_step: Option<(Timestamp, Vec<AccountId>)>,
}

impl Colleague {
    /// Whether they have a post here and an open sign-in. Of anybody else there
    /// is no second step for this area to look after.
    #[must_use]
    pub fn is_here(&self) -> bool {
        !self.posts.is_empty() && self.closed.is_none()
    }

    /// The posts alone.
    #[must_use]
    pub fn held(&self) -> Vec<Post> {
        self.posts.iter().map(|held| held.post).collect()
    }
}

/// The policy's answer about something of an area. Whoever may not is told
/// nothing of it.
pub(crate) fn must(actor: &Actor, action: Action, area: AreaId) -> Result<(), Error> {
    if actor.may_in(action, area) { Ok(()) } else { Err(Error::Hidden) }
}

/// The same as [`must`], asked again inside the transaction that is to write:
/// the post may have ended since the request began. Gives the person as they
/// are now.
pub(crate) fn must_now(
    app: &App,
    tx: &mut Tx<'_>,
    actor: &Actor,
    action: Action,
    area: AreaId,
) -> Result<Actor, Error> {
    let actor = directory::as_now(app, tx, actor)?;
    must(&actor, action, area)?;
    Ok(actor)
}

/// The rows of an area's list, all of them or one account's.
pub(crate) fn rows_of(
    tx: &mut Tx<'_>,
    list: &str,
    area: AreaId,
    only: Option<AccountId>,
) -> Result<Vec<Listed>, StoreError> {
    if let Some(only) = only {
        let mut all = store::lists::by_owner(tx, list, only.0)?;
        all.retain(|row| row.row.area == Some(area.0));
        return Ok(all);
    }
    rows_with(tx, list, area, None)
}

/// Those who hold a post in the area that counts, each once.
pub(crate) fn holders(tx: &mut Tx<'_>, area: AreaId, post: Post) -> Result<Vec<AccountId>, StoreError> {
    let mut all: Vec<AccountId> = vec![];
    for row in rows_with(tx, lists::POSTS, area, Some(post.into_str()))? {
        let counts = directory::body::<HeldPost>(&row)?.counts();
        if let Some(owner) = row.row.owner.map(AccountId).filter(|owner| counts && !all.contains(owner)) {
            all.push(owner);
        }
    }
    Ok(all)
}

/// The rows of an area's list, all of them or those with a state.
pub(crate) fn rows_with(
    tx: &mut Tx<'_>,
    list: &str,
    area: AreaId,
    state: Option<&str>,
) -> Result<Vec<Listed>, StoreError> {
    const AT_ONCE: u32 = 1_000;
    let mut all: Vec<Listed> = vec![];
    loop {
        let (after, state) = (all.last().map(Listed::place), state.map(str::to_owned));
        let filter = Filter { after, state, limit: AT_ONCE, ..Filter::default() };
        let page = store::lists::by_area(tx, list, area.0, &filter)?;
        let is_last = page.len() < AT_ONCE as usize;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

/// One who has a post in the area or had one; none where they never had.
fn colleague_at(
    tx: &mut Tx<'_>,
    area: AreaId,
    account: AccountId,
    names: &BTreeMap<OrganisationId, String>,
    now: Timestamp,
) -> Result<Option<Colleague>, StoreError> {
    let name_of = |id: OrganisationId| names.get(&id).cloned().unwrap_or_default();
    let (mut posts, mut ended) = (vec![], vec![]);
    for row in rows_of(tx, lists::POSTS, area, Some(account))? {
        let posting: HeldPost = directory::body(&row)?;
        let HeldPost { organisation, post, .. } = posting;
        posts.push(PostAt { organisation, name: name_of(organisation), post, is_void: !posting.counts() });
    }
    for row in rows_of(tx, lists::FORMER, area, Some(account))? {
        let (id, former): (OrganisationId, Former) = directory::body(&row)?;
        ended.push(Ended { name: name_of(id), post: former.post, at: former.ended });
    }
    let Some(named) = directory::named(tx, account)?.filter(|_| !posts.is_empty() || !ended.is_empty())
    else {
        return Ok(None);
    };
    let state = account::load(tx, account)?;
    Ok(Some(Colleague {
        account,
        name: named.name,
        email: named.email,
        posts,
        former: ended,
        is_set_up: state.is_set_up,
        has_second_factor: state.has_second_step(),
        closed: state.closed,
        lost_step: state
            .open_removal(now)
            .map(|asked| (asked.asked, asked.agreed.iter().map(|(who, _)| *who).collect())),
        reopening: state.reopening.filter(|_| state.waits_to_be_reopened(now)).map(|(by, _)| by),
    }))
}

pub(crate) fn names_of_organisations(
    tx: &mut Tx<'_>,
    area: AreaId,
) -> Result<BTreeMap<OrganisationId, String>, StoreError> {
    Ok(directory::organisations(tx, area)?.into_iter().map(|(id, name, _)| (id, name)).collect())
}

/// Whether an account has a post in the area now.
pub(crate) fn is_colleague(tx: &mut Tx<'_>, area: AreaId, account: AccountId) -> Result<bool, StoreError> {
    let has_a_post = |body: &Organisation| body.held_by(account).next().is_some();
    any_listed(tx, lists::POSTS, area, account, has_a_post)
}

/// Whether one of the area's organisations in which a list has somebody says
/// that it is so. The list alone is not believed: what an administrator may do
/// to somebody hangs on it.
fn any_listed(
    tx: &mut Tx<'_>,
    list: &str,
    area: AreaId,
    account: AccountId,
    is_so: impl Fn(&Organisation) -> bool,
) -> Result<bool, StoreError> {
    for row in rows_of(tx, list, area, Some(account))? {
        let body: Organisation = stream::load(tx, OrganisationId(row.stream.id))?;
        if body.area == Some(area) && is_so(&body) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether they have a post in the area and an open sign-in, as
/// [`Colleague::is_here`] says of one who was looked up.
pub(crate) fn is_here(tx: &mut Tx<'_>, area: AreaId, account: AccountId) -> Result<bool, StoreError> {
    Ok(is_colleague(tx, area, account)? && !directory::is_closed(tx, account)?)
}

/// Whether an account has a post in the area or had one: nobody else is an
/// administrator's to see or to touch.
pub(crate) fn was_colleague(tx: &mut Tx<'_>, area: AreaId, account: AccountId) -> Result<bool, StoreError> {
    let had_a_post = |body: &Organisation| body.former.iter().any(|former| former.account == account);
    Ok(is_colleague(tx, area, account)? || any_listed(tx, lists::FORMER, area, account, had_a_post)?)
}

/// The area's administrators who have set up their sign-in and can act now.
pub(crate) fn administrators(tx: &mut Tx<'_>, area: AreaId) -> Result<Vec<AccountId>, StoreError> {
    let mut found = vec![];
    for owner in holders(tx, area, Post::Administrator)? {
        let state = account::load(tx, owner)?;
        if state.is_set_up && state.closed.is_none() {
            found.push(owner);
        }
    }
    Ok(found)
}

/// For how long an administrator who is none any more still counts as another
/// one, where one alone is asked for: seconds. Otherwise whoever wants to be the
/// only one ends the others first.
pub(crate) const COUNTS_AFTERWARDS_SECONDS: i64 = 14 * 24 * 60 * 60;

/// Whether somebody is the only administrator of an area, and has been for 14
/// days: nobody else can act now, and nobody else's post ended or sign-in was
/// closed since.
fn is_alone(tx: &mut Tx<'_>, area: AreaId, me: AccountId, now: Timestamp) -> Result<bool, StoreError> {
    let counts = |at: Timestamp| now.as_second() - at.as_second() < COUNTS_AFTERWARDS_SECONDS;
    // Also those whose post gives nothing: who counts as another one is the wider.
    for row in rows_with(tx, lists::POSTS, area, Some(Post::Administrator.into_str()))? {
        let Some(owner) = row.row.owner.map(AccountId).filter(|owner| *owner != me) else { continue };
        let state = account::load(tx, owner)?;
        if state.is_set_up && state.closed.is_none_or(counts) {
            return Ok(false);
        }
    }
    for row in rows_of(tx, lists::FORMER, area, None)? {
        let (_, former): (OrganisationId, Former) = directory::body(&row)?;
        let was_other = former.post == Post::Administrator && former.account != me && counts(former.ended);
        if was_other && account::load(tx, former.account)?.is_set_up {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(crate) fn organisation(tx: &mut Tx<'_>, area: AreaId, id: OrganisationId) -> Result<Organisation, Error> {
    let folded: Organisation = stream::load(tx, id)?;
    if folded.area == Some(area) { Ok(folded) } else { Err(Error::Hidden) }
}

impl App {
    /// The one rule of when one administrator is enough for what takes two: a
    /// setting says so, and there is no other one in the area, nor was lately.
    pub(crate) fn one_is_enough(
        &self,
        tx: &mut Tx<'_>,
        area: AreaId,
        me: AccountId,
    ) -> Result<bool, StoreError> {
        Ok(self.settings.one_administrator && is_alone(tx, area, me, self.clock.now())?)
    }

    /// One of those who have a post in the area, or had one.
    pub async fn colleague(&self, actor: &Actor, area: AreaId, id: AccountId) -> Result<Colleague, Error> {
        must(actor, Action::SeeOffice, area)?;
        let now = self.clock.now();
        let found = self.db.read(move |tx| {
            if !was_colleague(tx, area, id)? {
                return Ok::<_, Error>(None);
            }
            let names = names_of_organisations(tx, area)?;
            Ok(colleague_at(tx, area, id, &names, now)?)
        });
        found.await?.ok_or(Error::Hidden)
    }

    /// The organisations of the area, by name.
    pub async fn area_organisations(
        &self,
        actor: &Actor,
        area: AreaId,
    ) -> Result<Vec<(OrganisationId, String, Kind)>, Error> {
        must(actor, Action::SeeOffice, area)?;
        self.db.read(move |tx| Ok(directory::organisations(tx, area)?)).await
    }

    /// Sends somebody of the area a new invitation.
    pub async fn invite_colleague_again(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
    ) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?.account;
                if !is_colleague(tx, area, account)? {
                    return Err(Error::Hidden);
                }
                if account::load(tx, account)?.is_set_up {
                    return Err(Refusal::already_done("They have set up their sign-in already").into());
                }
                app.write_again_once_an_hour(tx, &account.to_string())?;
                let why = Line::parse(directory::INVITED_AGAIN).expect("a line");
                app.invite_again(tx, Author::Account(me), account, &why)?;
                Ok(())
            })
            .await
    }

    /// Refuses to write again about the same thing (its id) within an hour, so
    /// that nobody's mailbox is filled with one button.
    pub(crate) fn write_again_once_an_hour(&self, tx: &mut Tx<'_>, about: &str) -> Result<(), Error> {
        let written = Tally::of_an_hour(&["written-again", about]);
        if written.take(self, tx, 1, self.clock.now())? {
            return Ok(());
        }
        Err(Refusal::not_yet(
            "We wrote to them less than an hour ago",
            "Ask them to look where junk letters go, or try again when the hour is over",
        )
        .into())
    }

    /// Registers an organisation under an id that the form was dealt, so that
    /// the same form sent twice registers one.
    pub async fn register_organisation(
        &self,
        actor: &Actor,
        area: AreaId,
        id: OrganisationId,
        name: Line,
        kind: Kind,
    ) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?;
                let by = Author::Account(me.account);
                let found: Organisation =
                    stream::to_begin(tx, id, |body: &Organisation| body.area == Some(area))?;
                let kept = Some(&found).filter(|body| body.version > 0);
                let is_it =
                    |body: &&Organisation| (&body.name, body.kind) == (&Some(name.clone()), Some(kind));
                if !known(kept, is_it).is_new(|body| quoted(body.name.as_ref().map_or("", Line::as_str)))? {
                    return Ok(());
                }
                same_name(tx, area, id, &name)?;
                let event = organisation::Event::Registered { area, name: name.clone(), kind };
                Ok(app.record_organisation_in(tx, by, id, &[event])?)
            })
            .await
    }

    /// Gives an organisation another name.
    pub async fn rename_organisation(
        &self,
        actor: &Actor,
        area: AreaId,
        id: OrganisationId,
        name: Line,
    ) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?;
                let by = Author::Account(me.account);
                if organisation(tx, area, id)?.name.as_ref() == Some(&name) {
                    return Ok(());
                }
                same_name(tx, area, id, &name)?;
                let event = organisation::Event::Renamed { name: name.clone() };
                Ok(app.record_organisation_in(tx, by, id, &[event])?)
            })
            .await
    }
}

fn same_name(tx: &mut Tx<'_>, area: AreaId, id: OrganisationId, name: &Line) -> Result<(), Error> {
    let folded = store::lists::search_key(name.as_str());
    let all = directory::organisations(tx, area)?;
    if all.iter().any(|(other, taken, _)| *other != id && store::lists::search_key(taken) == folded) {
        return Err(Refusal::invalid("name", "There is an organisation with this name already").into());
    }
    Ok(())
}

pub(crate) fn not_oneself(field: &str) -> Refusal {
    Refusal::invalid(field, "You cannot do this for yourself. Ask another administrator")
}
