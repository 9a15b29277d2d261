//! Who looked at a case, and who saw it in a list, week by week: as many weeks a
//! page, whatever a life had before them.

use crate::shown::List;
use crate::{App, Error, Seen, directory, stream};
use domain::access::{Action, Role};
use domain::case::Case;
use domain::enquiry::Enquiry;
use domain::{AccountId, Date, EnquiryId, OfCase as _, Timestamp, dates};
use std::collections::{BTreeMap, BTreeSet};
use store::list_looks::{self, Sight, month_of};
use store::looks::Look;
use store::{StoreError, Tx, looks};
use uuid::Uuid;

/// How many weeks one page has.
const WEEKS: usize = 4;
/// So many times it is looked further back where nobody else looked.
const MOST_EMPTY: usize = 12;
/// So many readers and parts are named in a week, and so many in lists of a month.
const MOST: u32 = 500;

/// Somebody who looked, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    pub account: AccountId,
    pub name: String,
    /// What they are in the circle, or for whom they work: "care co-ordinator,
    /// NHS Mendip Vale".
    pub words: String,
    /// Each part that they looked at, how often, and when last.
    pub parts: Vec<(String, u64, Timestamp)>,
}

/// A list in which the case stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InList {
    /// Which list; none where this program does not know it any more.
    pub list: Option<List>,
    /// For whom those work who saw it.
    pub body: String,
    pub people: usize,
    pub days: usize,
}

/// A week, from a Monday on; or a month in a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    pub begins: Date,
    pub readers: Vec<Reader>,
    pub lists: Vec<InList>,
}

/// Some weeks, the newest first, without those in which nobody looked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weeks {
    pub weeks: Vec<Week>,
    /// A day before which there is more: give it to read on.
    pub older: Option<Date>,
}

/// The request that a case was opened from, if that says so too.
pub(crate) fn enquiry_of(tx: &mut Tx<'_>, case: &Case) -> Result<Option<EnquiryId>, StoreError> {
    let Some(enquiry) = case.offer.opened.as_ref().and_then(|opened| opened.enquiry) else {
        return Ok(None);
    };
    Ok(stream::load::<Enquiry>(tx, enquiry)?.is_part_of(case).then_some(enquiry))
}

/// The ids by which lists have somebody: that of their case, and before there was
/// one that of their request.
pub(crate) fn ids_in_lists(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<Uuid>, StoreError> {
    let before = enquiry_of(tx, case)?.map(|enquiry| enquiry.0);
    Ok(std::iter::once(case.id.0).chain(before).collect())
}

/// The Monday of a day's week.
fn monday(day: Date) -> Date {
    dates::days_after(day, -i32::from(day.weekday().to_monday_zero_offset()))
}

impl App {
    /// Who looked at a case in the weeks up to the one of a day (none: today), as
    /// somebody may read it; without their own looks, and without those of the
    /// person whose case it is: what they opened of their own is theirs alone.
    /// Only who audits reads everybody's.
    pub async fn looks(&self, seen: &Seen, reader: AccountId, up_to: Option<Date>) -> Result<Weeks, Error> {
        seen.must_be_for(&[Action::SeeLooks])?;
        let (app, case) = (self.clone(), seen.case.clone());
        let reader = (reader, seen.roles.contains(&Role::Auditor));
        let today = self.clock.today();
        let newest = monday(up_to.unwrap_or(today).min(today));
        self.read(move |tx| {
            let ids = ids_in_lists(tx, &case)?;
            let mut found = weeks(&app, tx, (&case, &ids), reader, newest)?;
            for _ in 0..MOST_EMPTY {
                match found.older {
                    Some(day) if found.weeks.is_empty() => {
                        found = weeks(&app, tx, (&case, &ids), reader, monday(day))?;
                    }
                    _ => break,
                }
            }
            Ok(found)
        })
        .await
    }
}

fn weeks(
    app: &App,
    tx: &mut Tx<'_>,
    (case, ids): (&Case, &[Uuid]),
    (reader, audits): (AccountId, bool),
    newest: Date,
) -> Result<Weeks, StoreError> {
    let mut found = Weeks::default();
    let mut named = Named { app, case, known: BTreeMap::new() };
    let back = |weeks: usize| dates::days_after(newest, -7 * i32::try_from(weeks).unwrap_or(0));
    let first = back(WEEKS - 1);
    let months = (month_of(first), month_of(dates::days_after(newest, 6)));
    // Also where "Older" leads to says nothing of when these looked.
    let mut hidden = if audits { vec![] } else { case.circle.accounts_of_the_person() };
    hidden.push(reader);
    let is_shown = |account: AccountId| !hidden.contains(&account);
    let mut sights = vec![];
    for id in ids {
        sights.extend(list_looks::of_subject(tx, *id, months, MOST * 4)?);
    }
    sights.retain(|sight| is_shown(sight.account));
    for begins in (0..WEEKS).map(back) {
        let ends = dates::days_after(begins, 7);
        found.weeks.extend(period(tx, &mut named, &sights, (begins, ends), (&is_shown, MOST))?);
    }
    found.older = older(tx, (case, ids), (&sights, &hidden), first)?;
    Ok(found)
}

/// Who is shown of those who looked, and how many rows are read at most.
type Shown<'a> = (&'a dyn Fn(AccountId) -> bool, u32);

/// Who looked from one day until another; none where nobody did. `sights` are of
/// those who are shown.
fn period(
    tx: &mut Tx<'_>,
    named: &mut Named<'_>,
    sights: &[Sight],
    (begins, ends): (Date, Date),
    (is_shown, most): Shown<'_>,
) -> Result<Option<Week>, StoreError> {
    let days = (dates::begin(begins), dates::begin(ends));
    let looked = looks::between(tx, named.case.id, days, most)?;
    let mut readers: Vec<Reader> = vec![];
    for look in looked.into_iter().filter(|look| is_shown(look.account)) {
        let part = (look.section, look.times, look.last_at);
        match readers.last_mut().filter(|last| last.account == look.account) {
            Some(last) => last.parts.push(part),
            None => {
                let (name, words) = named.of(tx, look.account)?;
                readers.push(Reader { account: look.account, name, words, parts: vec![part] });
            }
        }
    }
    for reader in &mut readers {
        reader.parts.sort_by_key(|(_, _, last)| std::cmp::Reverse(*last));
    }
    readers.sort_by_key(|reader| std::cmp::Reverse(reader.parts.first().map(|(.., last)| *last)));
    let lists = in_lists(tx, named, sights, (begins, ends))?;
    Ok((!readers.is_empty() || !lists.is_empty()).then_some(Week { begins, readers, lists }))
}

/// All who ever looked and are shown, month by month, the newest first: for a copy
/// of everything. `begins` of each is the first of the month.
pub(crate) fn all_months(
    app: &App,
    tx: &mut Tx<'_>,
    case: &Case,
    (looks, sights): (&[Look], &[Sight]),
    is_shown: &dyn Fn(AccountId) -> bool,
) -> Result<Vec<Week>, StoreError> {
    let mut named = Named { app, case, known: BTreeMap::new() };
    let sights: Vec<Sight> = sights.iter().filter(|sight| is_shown(sight.account)).cloned().collect();
    let looked = looks.iter().filter(|look| is_shown(look.account)).map(|look| dates::london(look.first_at));
    let months: BTreeSet<Date> =
        looked.chain(sights.iter().flat_map(Sight::days)).map(Date::first_of_month).collect();
    let mut all = vec![];
    for begins in months.into_iter().rev() {
        let days = (begins, dates::months_after(begins, 1));
        all.extend(period(tx, &mut named, &sights, days, (is_shown, u32::MAX))?);
    }
    Ok(all)
}

/// The newest day before one on which somebody looked who is shown, as near as it
/// is kept.
fn older(
    tx: &mut Tx<'_>,
    (case, ids): (&Case, &[Uuid]),
    (sights, hidden): (&[Sight], &[AccountId]),
    first: Date,
) -> Result<Option<Date>, StoreError> {
    let looked = looks::newest_before(tx, case.id, dates::begin(first), hidden)?.map(dates::london);
    let this_month = (1..first.day()).rev().map(|back| dates::days_after(first, -i32::from(back)));
    let in_this = this_month.filter(|day| sights.iter().any(|sight| sight.was_on(*day))).max();
    let mut newest = None;
    for id in ids {
        newest = newest.max(list_looks::newest_before(tx, *id, month_of(first), hidden)?);
    }
    let in_month = match newest {
        None => None,
        // Its last day: the weeks before it are looked through.
        Some(month) => {
            let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
            let begins = Date::new(i16::try_from(year).unwrap_or(0), i8::try_from(month).unwrap_or(1), 1);
            begins.ok().map(Date::last_of_month)
        }
    };
    let before = |day: &Date| *day < first;
    Ok([looked, in_this, in_month].into_iter().flatten().filter(before).max())
}

/// The lists of some days, those of one body and list together.
fn in_lists(
    tx: &mut Tx<'_>,
    named: &mut Named<'_>,
    sights: &[Sight],
    (begins, ends): (Date, Date),
) -> Result<Vec<InList>, StoreError> {
    let mut all: BTreeMap<(String, &str), Seers> = BTreeMap::new();
    for sight in sights {
        let days = (0..).map(|day| dates::days_after(begins, day)).take_while(|day| *day < ends);
        let days = days.filter(|day| sight.was_on(*day));
        let days: Vec<Date> = days.collect();
        if days.is_empty() {
            continue;
        }
        let body = named.body(tx, sight.account)?;
        let seers = all.entry((body, sight.list.as_str())).or_default();
        seers.people.insert(sight.account);
        seers.days.extend(days);
    }
    let list = |((body, list), seers): ((String, &str), Seers)| {
        let Seers { people, days } = seers;
        InList { list: list.parse::<List>().ok(), body, people: people.len(), days: days.len() }
    };
    Ok(all.into_iter().map(list).collect())
}

/// Who of one body saw a list, and on which days.
#[derive(Default)]
struct Seers {
    people: BTreeSet<AccountId>,
    days: BTreeSet<Date>,
}

/// Who looked.
#[derive(Clone)]
struct Known {
    name: String,
    /// What they are.
    words: String,
    /// For whom they work.
    body: String,
}

/// Names of readers, each looked up once.
struct Named<'a> {
    app: &'a App,
    case: &'a Case,
    known: BTreeMap<AccountId, Known>,
}

impl Named<'_> {
    /// A name, and what they are in words.
    fn of(&mut self, tx: &mut Tx<'_>, account: AccountId) -> Result<(String, String), StoreError> {
        let Known { name, words, .. } = self.look_up(tx, account)?;
        Ok((name, words))
    }

    /// For whom they work.
    fn body(&mut self, tx: &mut Tx<'_>, account: AccountId) -> Result<String, StoreError> {
        Ok(self.look_up(tx, account)?.body)
    }

    fn look_up(&mut self, tx: &mut Tx<'_>, account: AccountId) -> Result<Known, StoreError> {
        if let Some(known) = self.known.get(&account) {
            return Ok(known.clone());
        }
        let name = directory::named(tx, account)?.map_or_else(|| "Somebody".into(), |named| named.name);
        let bodies = directory::organisations_of(tx, account)?;
        let body = bodies.into_iter().next();
        let role = match self.case.circle.who_had(account) {
            Some(member) => Some(member.relation.as_str().to_owned()),
            None => directory::by_posts(self.app, tx, account)?
                .and_then(|actor| actor.posts.first().map(|held| held.post.words().to_owned())),
        };
        let words: Vec<String> = role.into_iter().chain(body.clone()).collect();
        let words = if words.is_empty() { "from the services".to_owned() } else { words.join(", ") };
        let body = body.unwrap_or_else(|| "the services".to_owned());
        let found = Known { name, words, body };
        self.known.insert(account, found.clone());
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_mondays() {
        let day = |d| Date::constant(2026, 11, d);
        assert_eq!([23, 25, 29].map(|d| monday(day(d))), [day(23); 3]);
        assert_eq!(monday(day(30)), day(30));
    }
}
