//! Names to sign in with, made again from the record; and where the record
//! shows that two people may share one sign-in.
//!
//! Until 2026 a name was made by dropping every sign of an address, so that
//! `ann_lee@…`, `ann.lee@…` and `ann-lee@…` were one person: somebody invited
//! under the one was given the sign-in of another. A database from then is put
//! right when it is opened. What was run together cannot be taken apart by a
//! program, since the record kept no second address; it can be said where to
//! look.

use crate::{App, Error, account, directory, stream};
use domain::account::Account;
use domain::case::Case;
use domain::{AccountId, CaseId, EmailAddress};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use store::{StoreError, StreamKind, Tx, accounts, record};
use uuid::Uuid;

const PAGE: u32 = 200;

/// Something that somebody who knows the people has to look at. It names
/// nobody: whoever may read the log may not know who has a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concern {
    /// Two accounts have one address; the first goes on signing in with it.
    OneAddress { keeps: AccountId, without: AccountId },
    /// An account cannot be signed in to, since its address is none.
    NoAddress { account: AccountId },
    /// An account cannot be signed in to under its address, or under another.
    NotAsRecorded { account: AccountId },
    /// In a case an account has a place under another name than its own.
    OtherName { account: AccountId, case: CaseId },
    /// An account was invited for several things, which may have been meant for
    /// several people.
    SeveralInvitations { account: AccountId, whys: Vec<String> },
}

impl Concern {
    /// The accounts that it is about.
    #[must_use]
    pub fn accounts(&self) -> Vec<AccountId> {
        match self {
            Self::OneAddress { keeps, without } => vec![*keeps, *without],
            Self::NoAddress { account }
            | Self::NotAsRecorded { account }
            | Self::OtherName { account, .. }
            | Self::SeveralInvitations { account, .. } => vec![*account],
        }
    }
}

impl fmt::Display for Concern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneAddress { keeps, without } => {
                write!(f, "accounts {keeps} and {without} have one address: the first signs in with it")
            }
            Self::NoAddress { account } => {
                write!(f, "account {account} has an address that no letter reaches: it cannot sign in")
            }
            Self::NotAsRecorded { account } => {
                write!(f, "account {account} does not sign in under the address on its record")
            }
            Self::OtherName { account, case } => {
                write!(f, "account {account} has a place in case {case} under another name than its own")
            }
            Self::SeveralInvitations { account, whys } => {
                write!(f, "account {account} was invited for different things: {}", whys.join("; "))
            }
        }
    }
}

/// What was made again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remade {
    /// Names that were taken away, given or both.
    pub changed: u64,
    pub concerns: Vec<Concern>,
}

impl App {
    /// Makes the names to sign in with again from the record, in a database
    /// where they are of the old kind; none where they are not. It asks one
    /// question where nothing is to be done, so it runs at each start.
    pub async fn remake_login_names(&self) -> Result<Option<Remade>, Error> {
        if !self.db.read(|tx| Ok::<_, Error>(accounts::has_old_login_names(tx)?)).await? {
            return Ok(None);
        }
        let changed = self.db.write(|tx| Ok::<_, Error>(remake(tx)?)).await?;
        Ok(Some(Remade { changed, concerns: self.check_people(|_| {}).await? }))
    }

    /// Goes through all accounts and all cases, and says where two people may
    /// share a sign-in. Changes nothing. `progress` hears how many streams are
    /// done.
    pub async fn check_people(&self, mut progress: impl FnMut(u64)) -> Result<Vec<Concern>, Error> {
        let (mut concerns, names) = self.db.read(|tx| Ok::<_, Error>(of_accounts(tx)?)).await?;
        let (mut after, mut done): (Option<Uuid>, u64) = (None, 0);
        loop {
            let known = names.clone();
            let page = move |tx: &mut Tx<'_>| Ok::<_, Error>(of_cases(tx, after, &known)?);
            let (found, last, count) = self.db.read(page).await?;
            concerns.extend(found);
            done += count;
            progress(done);
            if last.is_none() {
                return Ok(concerns);
            }
            after = last;
        }
    }
}

/// An account's name, by which it is known again in a case.
type Names = BTreeMap<AccountId, String>;

/// Every account with its state, in the order in which they were opened.
fn all_accounts(tx: &mut Tx<'_>) -> Result<Vec<(AccountId, Account)>, StoreError> {
    let (mut all, mut after) = (vec![], None);
    loop {
        let page = record::all_streams(tx, StreamKind::Account, after, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(all) };
        after = Some(*last);
        for (id, _) in &page {
            let id = AccountId(*id);
            all.push((id, account::load(tx, id)?));
        }
    }
}

/// Whose each address is, by what is on the record, and what is odd about it.
/// A closed account keeps a name that it has, and is given none.
fn wanted(
    all: &[(AccountId, Account)],
    named: &BTreeSet<AccountId>,
) -> (BTreeMap<String, (EmailAddress, AccountId)>, Vec<Concern>) {
    let mut sorted: Vec<&(AccountId, Account)> = all
        .iter()
        .filter(|(id, state)| state.email.is_some() && (state.closed.is_none() || named.contains(id)))
        .collect();
    // Whoever works with an account keeps it before one that never did.
    sorted.sort_by_key(|(id, state)| (state.closed.is_some(), !state.is_set_up, *id));
    let (mut whose, mut concerns) = (BTreeMap::new(), vec![]);
    for (id, state) in sorted {
        let email = state.email.as_ref().and_then(|line| EmailAddress::parse(line.as_str()).ok());
        let Some(email) = email else {
            concerns.push(Concern::NoAddress { account: *id });
            continue;
        };
        let key = email.key().to_owned();
        let (_, keeps) = whose.entry(key).or_insert((email, *id));
        if *keeps != *id {
            concerns.push(Concern::OneAddress { keeps: *keeps, without: *id });
        }
    }
    (whose, concerns)
}

/// Puts the names to sign in with as the record has them; how many differed.
fn remake(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let (all, now) = (all_accounts(tx)?, accounts::all_login_names(tx)?);
    let (wanted, _) = wanted(&all, &now.iter().map(|(_, account)| *account).collect());
    let mut changed = 0;
    for (name, account) in &now {
        if wanted.get(name).is_none_or(|(_, whose)| whose != account) {
            accounts::remove_login_name(tx, name, *account)?;
            changed += 1;
        }
    }
    for (email, account) in wanted.values() {
        if accounts::add_login_name(tx, email, *account)? {
            changed += 1;
        }
    }
    Ok(changed)
}

fn of_accounts(tx: &mut Tx<'_>) -> Result<(Vec<Concern>, Names), StoreError> {
    let (all, now) = (all_accounts(tx)?, accounts::all_login_names(tx)?);
    let (wanted, mut concerns) = wanted(&all, &now.iter().map(|(_, account)| *account).collect());
    let is_wanted = |(name, account): &&(String, AccountId)| {
        wanted.get(name.as_str()).is_some_and(|(_, whose)| whose == account)
    };
    let right: BTreeSet<AccountId> = now.iter().filter(is_wanted).map(|(_, account)| *account).collect();
    let odd = now.iter().filter(|named| !is_wanted(named)).map(|(_, account)| *account);
    let missing = wanted.values().map(|(_, account)| *account).filter(|account| !right.contains(account));
    let odd: BTreeSet<AccountId> = odd.chain(missing).collect();
    concerns.extend(odd.into_iter().map(|account| Concern::NotAsRecorded { account }));
    for (account, _) in &all {
        let whys = directory::invited_for(tx, *account)?;
        if whys.len() > 1 {
            concerns.push(Concern::SeveralInvitations { account: *account, whys });
        }
    }
    let names = all.into_iter().filter_map(|(id, state)| Some((id, state.name?.to_string()))).collect();
    Ok((concerns, names))
}

/// The places in a page of cases that are held under another name.
fn of_cases(
    tx: &mut Tx<'_>,
    after: Option<Uuid>,
    names: &Names,
) -> Result<(Vec<Concern>, Option<Uuid>, u64), StoreError> {
    let page = record::all_streams(tx, StreamKind::Case, after, PAGE)?;
    let mut concerns = vec![];
    for (id, _) in &page {
        let case = CaseId(*id);
        let state: Case = stream::load(tx, case)?;
        let mut odd = BTreeSet::new();
        for member in &state.circle.members {
            let Some(account) = member.account else { continue };
            if names.get(&account).is_some_and(|name| !may_be_one(name, member.name.as_str())) {
                odd.insert(account);
            }
        }
        concerns.extend(odd.into_iter().map(|account| Concern::OtherName { account, case }));
    }
    Ok((concerns, page.last().map(|(id, _)| *id), page.len() as u64))
}

/// Whether two names may be one person's: every word of the shorter stands in
/// the longer, as in "Martin" and "Martin Hale".
fn may_be_one(a: &str, b: &str) -> bool {
    let words = |name: &str| -> BTreeSet<String> {
        store::lists::search_key(name).split(' ').map(str::to_owned).collect()
    };
    let (a, b) = (words(a), words(b));
    a.is_subset(&b) || b.is_subset(&a)
}

#[cfg(test)]
mod tests {
    use super::may_be_one;

    #[test]
    fn names_of_one_person() {
        for (a, b) in [("Martin", "Martin Hale"), ("O'Hara, Alice", "alice o hara"), ("Ünal", "ünal")] {
            assert!(may_be_one(a, b), "{a} and {b}");
        }
        for (a, b) in [("Norman Stray", "Nora Manning"), ("Ann Lee", "Anne Lee")] {
            assert!(!may_be_one(a, b), "{a} and {b}");
        }
    }
}
