//! The people of an area, page by page: whoever has a post, and whoever left.
//! What a page costs does not grow with how many there are.

use super::{Colleague, colleague_at, must, names_of_organisations, rows_of};
use crate::{App, Error, directory, lists};
use domain::access::{Action, Actor, HeldPost, Post};
use domain::duties::Pair;
use domain::{AccountId, AreaId};
use std::collections::BTreeMap;
pub use store::lists::Cursor;
use store::lists::{Listed, count_owners, owners, owners_with_state};

/// How many people a page has.
const A_PAGE: u32 = 50;

/// Which people of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those who have a post.
    Here,
    /// Those who had one, and have none.
    Left,
}

impl Which {
    fn lists(self) -> (&'static str, &'static str) {
        match self {
            Self::Here => (lists::POSTS, ""),
            Self::Left => (lists::FORMER, lists::POSTS),
        }
    }
}

/// A page of people, by name.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub people: Vec<Colleague>,
    /// Where the next page begins.
    pub more: Option<Cursor>,
    /// How many there are in all.
    pub all: u64,
}

/// Somebody who holds posts that one person does not hold together.
#[derive(Clone, Debug)]
pub struct Clash {
    pub account: AccountId,
    pub name: String,
    pub pairs: Vec<(Pair, &'static str)>,
}

impl App {
    /// A page of the people of an area, after a place.
    pub async fn people_of(
        &self,
        actor: &Actor,
        area: AreaId,
        which: Which,
        after: Option<Cursor>,
    ) -> Result<Page, Error> {
        must(actor, Action::SeeOffice, area)?;
        let now = self.clock.now();
        self.db
            .read(move |tx| {
                let (in_list, not_in) = which.lists();
                let of = (in_list, not_in);
                let mut found = owners(tx, lists::NAMES, area.0, of, after.as_ref(), A_PAGE + 1)?;
                let is_cut = found.len() > A_PAGE as usize;
                found.truncate(A_PAGE as usize);
                let more = found.last().filter(|_| is_cut).map(Listed::place);
                let all = count_owners(tx, in_list, area.0, ("", not_in))?;
                let names = names_of_organisations(tx, area)?;
                let mut page = Page { people: vec![], more, all };
                for row in &found {
                    let Some(account) = row.row.owner.map(AccountId) else { continue };
                    page.people.extend(colleague_at(tx, area, account, &names, now)?);
                }
                Ok(page)
            })
            .await
    }

    /// How many people have a post in the area, and how many of them have not
    /// set up their sign-in.
    pub async fn how_many_people(&self, actor: &Actor, area: AreaId) -> Result<(u64, u64), Error> {
        must(actor, Action::SeeOffice, area)?;
        self.db
            .read(move |tx| {
                let all = count_owners(tx, lists::POSTS, area.0, ("", ""))?;
                Ok((all, count_owners(tx, lists::POSTS, area.0, (lists::NOT_SET_UP, ""))?))
            })
            .await
    }

    /// The colleagues of an area whose lost second step waits to be taken away.
    pub async fn who_lost_their_step(&self, actor: &Actor, area: AreaId) -> Result<Vec<Colleague>, Error> {
        must(actor, Action::SeeOffice, area)?;
        let now = self.clock.now();
        self.db
            .read(move |tx| {
                let mut all = vec![];
                let names = names_of_organisations(tx, area)?;
                for row in owners_with_state(tx, lists::NAMES, area.0, lists::POSTS)? {
                    let is_asked = row.row.state.as_deref() != Some(lists::CLOSED);
                    let Some(account) = row.row.owner.map(AccountId).filter(|_| is_asked) else { continue };
                    let found = colleague_at(tx, area, account, &names, now)?;
                    all.extend(found.filter(|one| one.lost_step.is_some()));
                }
                Ok(all)
            })
            .await
    }

    /// Those who hold posts that one person does not hold together, by name.
    pub async fn held_together(&self, actor: &Actor, area: AreaId) -> Result<Vec<Clash>, Error> {
        must(actor, Action::SeeOffice, area)?;
        let app = self.clone();
        self.db
            .read(move |tx| {
                let mut held: BTreeMap<AccountId, Vec<Post>> = BTreeMap::new();
                for row in rows_of(tx, lists::POSTS, area, None)? {
                    let Some(owner) = row.row.owner else { continue };
                    held.entry(AccountId(owner)).or_default().push(directory::body::<HeldPost>(&row)?.post);
                }
                let mut all = vec![];
                for (account, posts) in held {
                    let pairs = app.settings.posts_together.clashes(&posts);
                    if pairs.is_empty() {
                        continue;
                    }
                    if let Some(named) = directory::named(tx, account)? {
                        all.push(Clash { account, name: named.name, pairs });
                    }
                }
                all.sort_by(|a, b| (&a.name, a.account).cmp(&(&b.name, b.account)));
                Ok(all)
            })
            .await
    }

    /// Posts that give nothing, since a body of that kind has no such post, with
    /// whose they are, by name.
    pub async fn posts_that_give_nothing(
        &self,
        actor: &Actor,
        area: AreaId,
    ) -> Result<Vec<(AccountId, String, Post)>, Error> {
        must(actor, Action::SeeOffice, area)?;
        self.db
            .read(move |tx| {
                let mut all = vec![];
                for row in rows_of(tx, lists::POSTS, area, None)? {
                    let posting: HeldPost = directory::body(&row)?;
                    let Some(owner) = row.row.owner.map(AccountId).filter(|_| !posting.counts()) else {
                        continue;
                    };
                    let named = directory::named(tx, owner)?;
                    all.extend(named.map(|named| (owner, named.name, posting.post)));
                }
                all.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
                Ok(all)
            })
            .await
    }
}
