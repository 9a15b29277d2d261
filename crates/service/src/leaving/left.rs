//! What those who left, or cannot sign in any more, left without anybody: in
//! numbers, for all of them at once. However many left, it is asked for with the
//! same few queries.

use crate::administer::{must, rows_of};
use crate::enquiry::Answering;
use crate::{App, Error, directory, lists};
use domain::access::{Action, Actor, HeldPost, Post};
use domain::{AccountId, AreaId, Date, OrganisationId};
use std::collections::{BTreeMap, BTreeSet};
use store::lists::{Among, Listed, of_those_in};
use store::{StoreError, Tx};

impl App {
    /// Those who left something that is still to be handed over or looked at, by
    /// name, with how much it is.
    pub async fn to_hand_over(
        &self,
        actor: &Actor,
        area: AreaId,
    ) -> Result<Vec<(AccountId, String, usize)>, Error> {
        must(actor, Action::SeeOffice, area)?;
        self.db
            .read(move |tx| {
                let mut all = vec![];
                for (account, count) in left_by_all(tx, area)? {
                    let named = directory::named(tx, account)?;
                    all.extend(named.map(|named| (account, named.name, count)));
                }
                all.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
                Ok(all)
            })
            .await
    }
}

/// How much was left by each whose post ended here, or whose account is closed;
/// of nobody else, and of nobody who left nothing. One by one it is
/// [`super::load::load_of`] that says the same.
fn left_by_all(tx: &mut Tx<'_>, area: AreaId) -> Result<BTreeMap<AccountId, usize>, StoreError> {
    let owner = |row: &Listed| row.row.owner.map(AccountId);
    let closed = of_those_in(tx, lists::POSTS, area.0, Among::Anywhere(lists::CLOSED_ACCOUNTS))?;
    let closed: BTreeSet<AccountId> = closed.iter().filter_map(owner).collect();
    let mut left: BTreeSet<AccountId> = closed.clone();
    for row in rows_of(tx, lists::FORMER, area, None)? {
        left.extend(owner(&row));
    }
    let mut keeps: BTreeMap<AccountId, Vec<HeldPost>> = BTreeMap::new();
    for row in of_those_in(tx, lists::POSTS, area.0, Among::Here(lists::FORMER))? {
        if let Some(account) = owner(&row).filter(|account| !closed.contains(account)) {
            keeps.entry(account).or_default().push(directory::body(&row)?);
        }
    }
    let keeps = |account: AccountId| Actor {
        account,
        name: String::new(),
        posts: keeps.get(&account).cloned().unwrap_or_default(),
        second_factor: false,
        today: Date::MAX,
    };
    let answering = Answering::of(tx, area, None)?;
    let mut counts: BTreeMap<AccountId, usize> = BTreeMap::new();
    for list in [lists::SEATS, lists::ENQUIRIES, lists::GIVEN] {
        // Somebody may have left and be closed: their rows come twice.
        let mut rows = of_those_in(tx, list, area.0, Among::Here(lists::FORMER))?;
        rows.extend(of_those_in(tx, list, area.0, Among::Anywhere(lists::CLOSED_ACCOUNTS))?);
        let mut known = BTreeSet::new();
        for row in rows {
            let is_new = known.insert((row.stream, row.row_no));
            let Some(account) = owner(&row).filter(|account| is_new && left.contains(account)) else {
                continue;
            };
            let is_kept = if list == lists::SEATS {
                let organisation: Option<OrganisationId> = directory::body(&row)?;
                keeps(account).stands_behind(area, lists::role_in(&row)?, organisation)
            } else if list == lists::ENQUIRIES {
                keeps(account).answers_request(area, answering.whom(lists::sent_to(&row)))
            } else {
                keeps(account).has_post(area, Post::Practitioner)
            };
            if !is_kept {
                *counts.entry(account).or_default() += 1;
            }
        }
    }
    Ok(counts)
}
