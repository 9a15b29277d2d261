//! Who reads the security events: the administrators and auditors of an area what
//! concerns it, and everybody what concerns their own sign-in.

use crate::administer::{must_now, was_colleague};
use crate::happened::Happened;
use crate::{App, Error, directory};
use domain::access::{Action, Actor};
use domain::security::Kind;
use domain::{AccountId, AreaId, Date, dates};
use std::collections::BTreeMap;
use store::security::{self, Asked, Written};
use store::{StoreError, Tx};

pub use store::security::{Place, SecurityEvent};

/// How many events a page has.
const A_PAGE: u32 = 50;
/// So many pages are looked through for what somebody is shown of their own.
const MOST_PAGES: u32 = 10;

/// What an administrator wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub day: Date,
    pub kind: Option<Kind>,
    pub account: Option<AccountId>,
    /// Only what came before this place.
    pub before: Option<Place>,
}

/// An event, with the names that whoever reads it may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub event: SecurityEvent,
    /// The name of whoever did it, where they work in the area or did.
    pub by: Option<String>,
    /// The same of whose account it concerns.
    pub about: Option<String>,
}

/// A page of events, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub events: Vec<Shown>,
    /// Where the next page goes on.
    pub older: Option<Place>,
    /// The first day of which anything is there.
    pub first_day: Option<Date>,
}

impl App {
    /// The security events of an area on a day in London. That they were read is
    /// written down with them.
    pub async fn security_of(&self, actor: &Actor, area: AreaId, wanted: Wanted) -> Result<Page, Error> {
        self.write_counted(false).await;
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::SeeSecurity, area)?;
                let what = Happened::new(Kind::LogRead).by(me.account).in_area(Some(area));
                app.note(tx, &what)?;
                let asked = Asked {
                    area: area.0,
                    from: dates::begin(wanted.day),
                    until: dates::begin(dates::days_after(wanted.day, 1)),
                    kind: wanted.kind,
                    account: wanted.account,
                    before: wanted.before.unwrap_or(Place::LAST),
                    limit: A_PAGE + 1,
                };
                let mut found = security::of_area(tx, &asked)?;
                let is_cut = found.len() > A_PAGE as usize;
                found.truncate(A_PAGE as usize);
                let older = found.last().filter(|_| is_cut).map(Written::place);
                Ok(Page { events: named(tx, area, found)?, older, first_day: security::first_day(tx)? })
            })
            .await
    }

    /// What concerns somebody's own sign-in, the newest first.
    pub async fn own_security(&self, account: AccountId, before: Option<Place>) -> Result<Page, Error> {
        self.db
            .read(move |tx| {
                let (mut page, mut before) = (Page::default(), before.unwrap_or(Place::LAST));
                for _ in 0..MOST_PAGES {
                    let found = security::about(tx, account, before, A_PAGE)?;
                    page.older = found.last().filter(|_| found.len() == A_PAGE as usize).map(Written::place);
                    let own = found.into_iter().filter(|one| one.event.kind.is_about_signing_in());
                    page.events.extend(own.map(|one| Shown { event: one.event, by: None, about: None }));
                    match page.older {
                        Some(place) if page.events.len() < A_PAGE as usize => before = place,
                        _ => break,
                    }
                }
                Ok(page)
            })
            .await
    }
}

/// The events with names. Whoever works in the area, or did, is named; a person or
/// their family is an id: that they have a sign-in says that there is a case, and
/// who has one is for those who open it.
fn named(tx: &mut Tx<'_>, area: AreaId, found: Vec<Written>) -> Result<Vec<Shown>, StoreError> {
    let mut names: BTreeMap<AccountId, Option<String>> = BTreeMap::new();
    let mut name = |tx: &mut Tx<'_>, account: Option<AccountId>| {
        let Some(account) = account else { return Ok(None) };
        if let Some(known) = names.get(&account) {
            return Ok(known.clone());
        }
        let name = match was_colleague(tx, area, account)? {
            true => directory::named(tx, account)?.map(|named| named.name),
            false => None,
        };
        names.insert(account, name.clone());
        Ok::<_, StoreError>(name)
    };
    let mut shown = vec![];
    for Written { event, .. } in found {
        let (by, about) = (name(tx, event.account)?, name(tx, event.about)?);
        shown.push(Shown { event, by, about });
    }
    Ok(shown)
}
