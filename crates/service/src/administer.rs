//! Administration of an area: who works in which organisation and as what, and
//! the organisations themselves.
//!
//! An administrator's and a framework owner's posts open this and no case.

use crate::{App, No, account, lists, people};
use domain::access::{Actor, Post, Posting};
use domain::organisation::{self, Kind, Organisation};
use domain::{AccountId, AreaId, Author, EmailAddress, Line, OrganisationId, Refusal};
use std::collections::BTreeMap;
use store::lists::Filter;
use store::{Stream, StreamKind, Tx, record};

/// Those who may read what is administered.
pub const READERS: &[Post] = &[Post::Administrator, Post::FrameworkOwner, Post::Auditor];

/// Somebody with a post in the area.
#[derive(Clone, Debug)]
pub struct Colleague {
    pub account: AccountId,
    pub name: String,
    pub email: String,
    /// Organisation, its name, and the post.
    pub posts: Vec<(OrganisationId, String, Post)>,
    pub is_set_up: bool,
    pub has_second_factor: bool,
}

/// Whether a post exists in a kind of organisation.
#[must_use]
pub fn has_posts(kind: Kind, post: Post) -> bool {
    match kind {
        Kind::NhsBody | Kind::Council => post != Post::ThirdParty,
        Kind::ThirdParty => post == Post::ThirdParty,
        Kind::Support => false,
    }
}

pub(crate) fn must_hold(actor: &Actor, area: AreaId, posts: &[Post]) -> Result<(), No> {
    if posts.iter().any(|post| actor.has_post(area, *post)) { Ok(()) } else { Err(No::Hidden) }
}

/// The same as [`must_hold`], asked again inside the transaction that is to
/// write: the post may have ended since the request began. Gives the person as
/// they are now.
pub(crate) fn must_hold_now(
    tx: &mut Tx<'_>,
    actor: &Actor,
    area: AreaId,
    posts: &[Post],
) -> Result<Actor, No> {
    let actor = people::as_now(tx, actor)?;
    must_hold(&actor, area, posts)?;
    Ok(actor)
}

fn colleagues(tx: &mut Tx<'_>, area: AreaId) -> Result<Vec<Colleague>, No> {
    let names: BTreeMap<OrganisationId, String> =
        people::organisations(tx, area)?.into_iter().map(|(id, name, _)| (id, name)).collect();
    let filter = Filter { limit: 5_000, ..Filter::default() };
    let mut posts: BTreeMap<AccountId, Vec<(OrganisationId, String, Post)>> = BTreeMap::new();
    for row in store::lists::by_area(tx, lists::POSTS, area.0, &filter)? {
        let Some(owner) = row.row.owner else { continue };
        let posting: Posting = people::body(&row)?;
        let name = names.get(&posting.organisation).cloned().unwrap_or_default();
        posts.entry(AccountId(owner)).or_default().push((posting.organisation, name, posting.post));
    }
    let mut all = vec![];
    for (account, posts) in posts {
        let Some(named) = people::named(tx, account)? else { continue };
        let state = account::load(tx, account)?;
        all.push(Colleague {
            account,
            name: named.name,
            email: named.email,
            posts,
            is_set_up: state.is_set_up,
            has_second_factor: state.has_second_factor,
        });
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

fn organisation(tx: &mut Tx<'_>, area: AreaId, id: OrganisationId) -> Result<Organisation, No> {
    let stream = Stream { kind: StreamKind::Organisation, id: id.0 };
    let folded = Organisation::fold(&record::load::<organisation::Event>(tx, stream)?);
    if folded.area == Some(area) { Ok(folded) } else { Err(No::Hidden) }
}

impl App {
    /// Everyone with a post in the area, by name.
    pub async fn colleagues(&self, actor: &Actor, area: AreaId) -> Result<Vec<Colleague>, No> {
        must_hold(actor, area, READERS)?;
        self.db.read(move |tx| colleagues(tx, area)).await
    }

    /// One of them.
    pub async fn colleague(&self, actor: &Actor, area: AreaId, id: AccountId) -> Result<Colleague, No> {
        let all = self.colleagues(actor, area).await?;
        all.into_iter().find(|c| c.account == id).ok_or(No::Hidden)
    }

    /// The organisations of the area, by name.
    pub async fn area_organisations(
        &self,
        actor: &Actor,
        area: AreaId,
    ) -> Result<Vec<(OrganisationId, String, Kind)>, No> {
        must_hold(actor, area, READERS)?;
        self.db.read(move |tx| Ok(people::organisations(tx, area)?)).await
    }

    /// Gives somebody a post, and invites them by email. Nobody gives
    /// themselves one.
    pub async fn give_post(
        &self,
        actor: &Actor,
        area: AreaId,
        to: (OrganisationId, Post),
        name: Line,
        email: EmailAddress,
    ) -> Result<AccountId, No> {
        must_hold(actor, area, &[Post::Administrator])?;
        let (app, me, (id, post)) = (self.clone(), actor.account, to);
        self.db
            .write(move |tx| {
                let body = organisation(tx, area, id)?;
                if !body.kind.is_some_and(|kind| has_posts(kind, post)) {
                    let message = "There is no such post in that kind of organisation";
                    return Err(Refusal::invalid("post", message).into());
                }
                let known = store::accounts::account_by_email(tx, &email)?;
                if known == Some(me) {
                    return Err(not_oneself("email").into());
                }
                if known.is_some_and(|account| body.posts.contains(&(account, post))) {
                    return Err(Refusal::already_done("They have this post already").into());
                }
                let why = Line::parse(post.words()).expect("the words of a post are a line");
                let account = app.invite(tx, Author::Account(me), &name, &email, &why)?;
                let event = organisation::Event::PostGiven { account, post };
                app.record_organisation_in(tx, Author::Account(me), id, &[event])?;
                Ok(account)
            })
            .await
    }

    /// Ends a post at once. Nobody ends their own, so that an area is never
    /// without an administrator by a slip.
    pub async fn end_post(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
        of: (OrganisationId, Post),
    ) -> Result<(), No> {
        must_hold(actor, area, &[Post::Administrator])?;
        let (app, me, (id, post)) = (self.clone(), actor.account, of);
        self.db
            .write(move |tx| {
                if account == me {
                    return Err(not_oneself("post").into());
                }
                if !organisation(tx, area, id)?.posts.contains(&(account, post)) {
                    return Err(Refusal::already_done("They do not have this post any more").into());
                }
                let event = organisation::Event::PostEnded { account, post };
                Ok(app.record_organisation_in(tx, Author::Account(me), id, &[event])?)
            })
            .await
    }

    /// Sends somebody of the area a new invitation.
    pub async fn invite_colleague_again(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
    ) -> Result<(), No> {
        must_hold(actor, area, &[Post::Administrator])?;
        let (app, me) = (self.clone(), actor.account);
        self.db
            .write(move |tx| {
                if !colleagues(tx, area)?.iter().any(|c| c.account == account) {
                    return Err(No::Hidden);
                }
                if account::load(tx, account)?.is_set_up {
                    return Err(Refusal::already_done("They have set up their sign-in already").into());
                }
                let why = Line::parse(people::INVITED_AGAIN).expect("a line");
                app.invite_again(tx, Author::Account(me), account, &why)?;
                Ok(())
            })
            .await
    }

    /// Takes away the lost second factor of somebody of the area.
    pub async fn remove_colleagues_second_factor(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
        why: Line,
    ) -> Result<(), No> {
        must_hold(actor, area, &[Post::Administrator])?;
        let (app, me) = (self.clone(), actor.account);
        self.db
            .write(move |tx| {
                if account == me {
                    return Err(not_oneself("why").into());
                }
                if !colleagues(tx, area)?.iter().any(|c| c.account == account) {
                    return Err(No::Hidden);
                }
                app.remove_second_factor(tx, Author::Account(me), account, &why)
            })
            .await
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
    ) -> Result<(), No> {
        must_hold(actor, area, &[Post::Administrator])?;
        let (app, by) = (self.clone(), Author::Account(actor.account));
        self.db
            .write(move |tx| {
                let stream = Stream { kind: StreamKind::Organisation, id: id.0 };
                if record::version(tx, stream)? > 0 {
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
    ) -> Result<(), No> {
        must_hold(actor, area, &[Post::Administrator])?;
        let (app, by) = (self.clone(), Author::Account(actor.account));
        self.db
            .write(move |tx| {
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

fn same_name(tx: &mut Tx<'_>, area: AreaId, id: OrganisationId, name: &Line) -> Result<(), No> {
    let folded = store::lists::fold(name.as_str());
    let all = people::organisations(tx, area)?;
    if all.iter().any(|(other, taken, _)| *other != id && store::lists::fold(taken) == folded) {
        return Err(Refusal::invalid("name", "There is an organisation with this name already").into());
    }
    Ok(())
}

fn not_oneself(field: &str) -> Refusal {
    Refusal::invalid(field, "You cannot do this for yourself. Ask another administrator")
}
