//! Who is who: names of accounts, posts, areas and organisations.

use crate::{App, Error, lists, stream};
use domain::access::{Actor, HeldPost};
use domain::account::{self, Account};
use domain::area::Area;
use domain::framework::{self, Framework};
use domain::organisation::{self, Kind, Organisation};
use domain::{AccountId, Aggregate, AreaId, Author, Date, EmailAddress, Line, OrganisationId};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::lists::{Filter, Listed};
use store::{StoreError, StreamKind, Tx, record};

/// Why somebody is invited who was invited before and has not set up a sign-in.
pub(crate) const INVITED_AGAIN: &str = "Invited again";

/// An account's name and address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub email: String,
}

/// The body of a list row.
pub fn body<T: DeserializeOwned>(row: &Listed) -> Result<T, StoreError> {
    serde_json::from_str(&row.row.body).map_err(|_| StoreError::Corrupt {
        table: "list_rows".into(),
        column: "body".into(),
        id: format!("{} {}", row.row.list, row.stream),
    })
}

/// The name and address of an account; none if it was never opened.
pub(crate) fn named(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Named>, StoreError> {
    match store::lists::by_owner(tx, lists::NAMES, account.0)?.first() {
        None => Ok(None),
        Some(row) => body::<(String, String)>(row).map(|(name, email)| Some(Named { name, email })),
    }
}

/// An author's name in words for a history.
pub(crate) fn author_name(tx: &mut Tx<'_>, by: Author) -> Result<String, StoreError> {
    Ok(match by {
        Author::Public => "Someone without an account".into(),
        Author::System => "The system".into(),
        Author::Account(id) => named(tx, id)?.map_or_else(|| "Someone".into(), |n| n.name),
    })
}

/// Names of authors, each looked up once.
#[derive(Debug, Default)]
pub struct Names(BTreeMap<Option<AccountId>, String>);

impl Names {
    /// Everybody with an account who was asked for.
    pub(crate) fn known(self) -> impl Iterator<Item = (AccountId, String)> {
        self.0.into_iter().filter_map(|(account, name)| Some((account?, name)))
    }

    pub(crate) fn of(&mut self, tx: &mut Tx<'_>, by: Author) -> Result<String, StoreError> {
        if let Some(name) = self.0.get(&by.account()).filter(|_| by.account().is_some()) {
            return Ok(name.clone());
        }
        let name = author_name(tx, by)?;
        self.0.insert(by.account(), name.clone());
        Ok(name)
    }
}

/// Somebody as the record has them, and the organisations in which they may
/// have a post. Which those are, a list says; whether they have it, and whether
/// their account is open, is believed of nothing but the record.
pub(crate) struct Known {
    account: Arc<Account>,
    organisations: Vec<Arc<Organisation>>,
}

impl Known {
    pub(crate) fn of(app: &App, tx: &mut Tx<'_>, account: AccountId) -> Result<Self, StoreError> {
        let mut organisations: Vec<Arc<Organisation>> = vec![];
        for row in store::lists::by_owner(tx, lists::POSTS, account.0)? {
            let id = OrganisationId(row.stream.id);
            let is_another = organisations.iter().all(|organisation| organisation.id != id);
            if row.stream.kind == StreamKind::Organisation && is_another {
                organisations.push(app.organisation(tx, id)?);
            }
        }
        Ok(Self { account: app.account_of_id(tx, account)?, organisations })
    }

    /// Them, with their posts. Nobody, where the account is closed.
    pub(crate) fn actor(&self, second_factor: bool, today: Date) -> Option<Actor> {
        let account = self.account.id;
        let name = self.account.name.as_ref().filter(|_| self.account.closed.is_none())?.to_string();
        let posts = self.organisations.iter().flat_map(|organisation| organisation.held_by(account));
        Some(Actor { account, name, posts: posts.collect(), second_factor, today })
    }

    pub(crate) fn account(&self) -> &Arc<Account> {
        &self.account
    }

    pub(crate) fn organisations(&self) -> &[Arc<Organisation>] {
        &self.organisations
    }
}

/// Whoever is signed in, with their posts as they are now. Nobody, where the
/// account is closed.
pub(crate) fn actor(
    app: &App,
    tx: &mut Tx<'_>,
    account: AccountId,
    second_factor: bool,
    today: Date,
) -> Result<Option<Actor>, StoreError> {
    Ok(Known::of(app, tx, account)?.actor(second_factor, today))
}

/// Somebody by their posts and places, where it is not asked what is shared
/// with them. It is the last of all days for them, so that nothing that is
/// shared until a day counts.
pub(crate) fn by_posts(app: &App, tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Actor>, StoreError> {
    actor(app, tx, account, false, Date::MAX)
}

/// Somebody as the lists have them, to find who is to be asked. It opens nothing:
/// when they answer, the record is asked who they are.
pub(crate) fn as_listed(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Actor>, StoreError> {
    let listed = store::lists::by_owner(tx, lists::NAMES, account.0)?;
    let Some(row) = listed.first().filter(|row| !is_closed_row(row)) else { return Ok(None) };
    let (name, _) = body::<(String, String)>(row)?;
    let posts = store::lists::by_owner(tx, lists::POSTS, account.0)?;
    let posts = posts.iter().map(body::<HeldPost>).collect::<Result<_, _>>()?;
    Ok(Some(Actor { account, name, posts, second_factor: false, today: Date::MAX }))
}

/// The same person as they are inside this transaction: between the start of
/// their request and now a post may have ended. What writes asks this first,
/// and decides with what it gives.
pub(crate) fn as_now(app: &App, tx: &mut Tx<'_>, who: &Actor) -> Result<Actor, Error> {
    actor(app, tx, who.account, who.second_factor, who.today)?.ok_or(Error::Hidden)
}

fn is_closed_row(row: &Listed) -> bool {
    row.row.state.as_deref() == Some(lists::CLOSED)
}

/// Whether an account is closed: it opens nothing and gets no letters.
pub(crate) fn is_closed(tx: &mut Tx<'_>, account: AccountId) -> Result<bool, StoreError> {
    Ok(store::lists::by_owner(tx, lists::NAMES, account.0)?.first().is_some_and(is_closed_row))
}

/// Whether somebody has set up a sign-in with this account.
pub(crate) fn is_set_up(tx: &mut Tx<'_>, account: AccountId) -> Result<bool, StoreError> {
    Ok(store::lists::by_owner(tx, lists::NOT_SET_UP, account.0)?.is_empty())
}

/// What an account was invited for, each thing once, but for invitations that
/// were only sent again.
pub(crate) fn invited_for(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<String>, StoreError> {
    let mut whys = vec![];
    for recorded in record::load::<account::Event>(tx, Account::stream_of(account))? {
        if let account::Event::Invited { why } = recorded.event
            && why.as_str() != INVITED_AGAIN
            && !whys.contains(&why.to_string())
        {
            whys.push(why.to_string());
        }
    }
    Ok(whys)
}

/// The names of the organisations that somebody has a post in.
pub(crate) fn organisations_of(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<String>, StoreError> {
    let mut names = vec![];
    for row in store::lists::by_owner(tx, lists::POSTS, account.0)? {
        let id = body::<HeldPost>(&row)?.organisation;
        for organisation in store::lists::by_owner(tx, lists::ORGANISATIONS, id.0)? {
            names.push(body::<(OrganisationId, String, Kind)>(&organisation)?.1);
        }
    }
    Ok(names)
}

/// The areas, by name.
pub(crate) fn areas(tx: &mut Tx<'_>) -> Result<Vec<(AreaId, String)>, StoreError> {
    let mut found: Vec<(AreaId, String)> = vec![];
    for (id, _) in record::all_streams(tx, StreamKind::Area, None, 1_000)? {
        for row in store::lists::by_owner(tx, lists::AREAS, id)? {
            found.push(body(&row)?);
        }
    }
    found.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(found)
}

/// The organisations of an area, by name.
pub(crate) fn organisations(
    tx: &mut Tx<'_>,
    area: AreaId,
) -> Result<Vec<(OrganisationId, String, Kind)>, StoreError> {
    let filter = Filter { limit: 1_000, ..Filter::default() };
    store::lists::by_area(tx, lists::ORGANISATIONS, area.0, &filter)?.iter().map(body).collect()
}

impl App {
    /// Makes an area with its local framework.
    pub async fn adopt_framework(&self, by: Author, framework: Framework) -> Result<(), Error> {
        let (app, now) = (self.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let before = stream::load::<Area>(tx, framework.area)?;
                let event = framework::Event::Adopted { framework: Box::new(framework.clone()) };
                Ok(app.append(tx, &before, by, now, &[event]).map(drop)?)
            })
            .await
    }

    /// Adds events to an organisation and remakes its rows.
    pub async fn record_organisation(
        &self,
        by: Author,
        id: OrganisationId,
        events: Vec<organisation::Event>,
    ) -> Result<(), Error> {
        let app = self.clone();
        self.db.write(move |tx| Ok(app.record_organisation_in(tx, by, id, &events)?)).await
    }

    /// Opens an account for a name and an email address, inside a transaction.
    /// The address must not have one already (`false`).
    pub(crate) fn open_account(
        &self,
        tx: &mut Tx<'_>,
        by: Author,
        id: AccountId,
        name: &Line,
        email: &EmailAddress,
    ) -> Result<bool, StoreError> {
        if !store::accounts::add_login_name(tx, email, id)? {
            return Ok(false);
        }
        let event = account::Event::Opened { name: name.clone(), email: email.to_line() };
        self.record_account(tx, by, id, &[event])?;
        Ok(true)
    }

    /// Adds events to an account and remakes its rows, inside a transaction.
    pub(crate) fn record_account(
        &self,
        tx: &mut Tx<'_>,
        by: Author,
        id: AccountId,
        events: &[account::Event],
    ) -> Result<Account, StoreError> {
        let before = stream::load::<Account>(tx, id)?;
        self.append(tx, &before, by, self.clock.now(), events)
    }
}

impl App {
    /// The name and address of an account; none if it was never opened.
    pub async fn named(&self, account: AccountId) -> Result<Option<Named>, Error> {
        self.db.read(move |tx| Ok(named(tx, account)?)).await
    }

    /// The names of authors, in their order.
    pub async fn names_of(&self, authors: Vec<Author>) -> Result<Vec<String>, Error> {
        self.db
            .read(move |tx| {
                let mut names = Names::default();
                let each = authors.iter().map(|author| names.of(tx, *author));
                Ok(each.collect::<Result<Vec<String>, StoreError>>()?)
            })
            .await
    }

    /// The organisations of an area that hold money for people, by name.
    pub async fn holders_of_money(&self, area: AreaId) -> Result<Vec<(OrganisationId, String)>, Error> {
        let all = self.db.read::<_, Error>(move |tx| Ok(organisations(tx, area)?)).await?;
        let holders = all.into_iter().filter(|(.., kind)| *kind == Kind::ThirdParty);
        Ok(holders.map(|(id, name, _)| (id, name)).collect())
    }

    /// The areas, by name.
    pub async fn areas(&self) -> Result<Vec<(AreaId, String)>, Error> {
        self.db.read(|tx| Ok(areas(tx)?)).await
    }

    /// Adds events to an organisation and remakes its rows, inside a transaction.
    pub(crate) fn record_organisation_in(
        &self,
        tx: &mut Tx<'_>,
        by: Author,
        id: OrganisationId,
        events: &[organisation::Event],
    ) -> Result<(), StoreError> {
        let before = stream::load::<Organisation>(tx, id)?;
        self.append(tx, &before, by, self.clock.now(), events).map(drop)
    }
}
