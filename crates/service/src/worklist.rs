//! What waits for whom: the work lists behind everyone's home page.

use crate::administer::{administrators, must, rows_with};
use crate::enquiry::Answering;
use crate::lists;
use crate::shown::List;
use crate::{App, Error, directory};
use domain::access::{Action, Actor, Facts, HeldPost, Post, Queue, Role, Verdict, decide};
use domain::case::lists::{CaseRow, TurnRow};
use domain::case::{Case, CaseRole, Turn};
use domain::dates::days_after;
use domain::{AccountId, AreaId, Date, EnquiryId, OrganisationId};
use std::collections::BTreeSet;
use std::sync::Arc;
pub use store::lists::Cursor;
use store::lists::{Filter, Listed, by_area, by_owner, count_by_area};
use store::{StoreError, Tx};
use strum::VariantArray as _;

/// How many cases a page of an area's list has.
pub const A_PAGE: u32 = 25;
/// How much of one kind of work is shown at once; a page leads to the rest.
pub const MOST_TURNS: u32 = 100;

/// What stops where the last one who can act has a post no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stops {
    /// So much waits for a post that nobody else has.
    Waiting(usize),
    /// An organisation holds money for so many people, and nobody else of it
    /// can act.
    Money(usize),
    /// Whatever takes two administrators, since so many are left.
    Pairs { left: usize },
}

/// A request to be contacted, in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnquiryRow {
    pub id: EnquiryId,
    pub reference: String,
    pub name: String,
    pub answer_by: Date,
    pub taken_on: Option<(AccountId, String)>,
}

/// A case in which someone has a place, and which places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyCase {
    pub row: CaseRow,
    pub roles: Vec<CaseRole>,
}

/// Everything that waits, for one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worklist {
    /// The first [`MOST_TURNS`] of each area.
    pub enquiries: Vec<EnquiryRow>,
    /// Where they go on, for each area that has more.
    pub more_enquiries: Vec<More>,
    /// How many there are in all, and how many of them are late.
    pub all_enquiries: u64,
    pub late_enquiries: u64,
    /// The soonest due first.
    pub mine: Vec<MyCase>,
    /// What waits in the queues of the area: the first [`MOST_TURNS`] of each.
    pub turns: Vec<(Queue, CaseRow)>,
    /// Where what waits goes on, for each queue that has more.
    pub more: Vec<(Queue, More)>,
    /// Cases for which the person's organisation holds money.
    pub held: Vec<CaseRow>,
}

/// Where a list of what waits for a post goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct More {
    pub area: domain::AreaId,
    pub after: Cursor,
}

/// A page of the requests to be contacted of one area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    pub rows: Vec<EnquiryRow>,
    pub more: Option<Cursor>,
}

/// A page of what waits in one queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub turns: Vec<(Queue, CaseRow)>,
    pub more: Option<Cursor>,
}

/// One page of the cases that someone may know of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cases {
    pub rows: Vec<CaseRow>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
}

impl App {
    /// What waits for `actor`, from the lists alone: no case is opened.
    pub async fn worklist(&self, actor: &Actor) -> Result<Worklist, Error> {
        let (reader, today) = (actor.account, self.clock.today());
        let actor = actor.clone();
        let work: Worklist = self
            .db
            .read(move |tx| {
                let mut work = Worklist { mine: mine(tx, &actor)?, ..Worklist::default() };
                for area in actor.areas_of(Action::AnswerEnquiries) {
                    requests(tx, &actor, area, today, &mut work)?;
                }
                for &queue in Queue::VARIANTS {
                    for area in actor.areas_of(queue.seen_by()) {
                        turns(tx, area.0, queue, today, &mut work)?;
                    }
                }
                for posting in holders(&actor) {
                    for row in held_by(tx, posting.organisation, today)? {
                        work.held.push(as_it_waits(&row, today)?);
                    }
                }
                work.enquiries.sort_by(|a, b| (a.answer_by, &a.reference).cmp(&(b.answer_by, &b.reference)));
                work.held.dedup();
                Ok::<_, Error>(work)
            })
            .await?;
        // A family sees its own here, and not others in a list.
        let theirs = work.mine.iter().filter(|one| one.roles.iter().any(|role| role.is_professional()));
        let cases = theirs.map(|one| one.row.case);
        let cases = cases.chain(work.turns.iter().map(|(_, row)| row.case));
        let cases = cases.chain(work.held.iter().map(|row| row.case)).map(|case| case.0);
        self.shows(reader, List::Work, cases).await?;
        self.shows(reader, List::Requests, work.enquiries.iter().map(|row| row.id.0)).await?;
        Ok(work)
    }

    /// What stops where `account` has a post no more; `None` where others go on.
    pub async fn stops_with(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
        (organisation, post): (OrganisationId, Post),
    ) -> Result<Option<Stops>, Error> {
        must(actor, Action::SeeOffice, area)?;
        let today = self.clock.today();
        let queue = match post {
            Post::Administrator => {
                let all = self.db.read::<_, Error>(move |tx| Ok(administrators(tx, area)?)).await?;
                let others = all.iter().filter(|other| **other != account).count();
                return Ok((others < 2).then_some(Stops::Pairs { left: others }));
            }
            Post::ThirdParty => return self.money_held_by_only(area, account, organisation).await,
            Post::Practitioner => return self.requests_nobody_answers(area, account).await,
            Post::Commissioner | Post::Finance | Post::FrameworkOwner | Post::Auditor => {
                let Some(queue) = Queue::of_post(post) else { return Ok(None) };
                queue
            }
        };
        self.db
            .read(move |tx| {
                for other in
                    crate::administer::holders(tx, area, post)?.into_iter().filter(|other| *other != account)
                {
                    if !directory::is_closed(tx, other)? {
                        return Ok(None);
                    }
                }
                let waiting = all_that_wait(tx, area, queue, today)?;
                Ok(Some(Stops::Waiting(waiting.iter().map(|row| waits_in(row, queue)).sum())))
            })
            .await
    }

    /// How many requests to be contacted wait in an area where nobody else answers.
    async fn requests_nobody_answers(
        &self,
        area: AreaId,
        account: AccountId,
    ) -> Result<Option<Stops>, Error> {
        self.db
            .read(move |tx| {
                let (now, then) = (Answering::of(tx, area, None)?, Answering::of(tx, area, Some(account))?);
                if now.is_nobody() || !then.is_nobody() {
                    return Ok(None);
                }
                let waits = count_by_area(tx, lists::ENQUIRIES, area.0, &Filter::default())?;
                Ok(Some(Stops::Waiting(usize::try_from(waits).unwrap_or(usize::MAX))))
            })
            .await
    }

    /// How many requests to be contacted wait, where nobody in an area answers them.
    pub async fn unanswered_requests(&self, actor: &Actor, area: AreaId) -> Result<usize, Error> {
        must(actor, Action::SeeOffice, area)?;
        self.db
            .read(move |tx| {
                if !Answering::of(tx, area, None)?.is_nobody() {
                    return Ok(0);
                }
                let waits = count_by_area(tx, lists::ENQUIRIES, area.0, &Filter::default())?;
                Ok(usize::try_from(waits).unwrap_or(usize::MAX))
            })
            .await
    }

    /// How much waits for a commissioner of an area that none of them may do, since
    /// each decided it before or is close to the person: an appeal, or a second look at
    /// a request about a record.
    pub async fn nobody_may(&self, actor: &Actor, area: AreaId) -> Result<usize, Error> {
        must(actor, Action::SeeOffice, area)?;
        let today = self.clock.today();
        self.db
            .read(move |tx| {
                let there = holders_now(tx, area, Queue::Commissioner.post())?;
                let is_left_out = |turn: &&TurnRow| {
                    // A turn of somebody in the circle as well is not for these alone.
                    turn.of.iter().all(|role| Queue::of(*role).is_some())
                        && turn.of.contains(&Role::Commissioner)
                        && !turn.not_of.is_empty()
                        && !there.iter().any(|who| turn.is_for(Queue::Commissioner, *who))
                };
                let waiting = all_that_wait(tx, area, Queue::Commissioner, today)?;
                Ok(waiting.iter().map(|row| row.turns.iter().filter(is_left_out).count()).sum())
            })
            .await
    }

    /// Whether a turn of a case that was opened with `see` is for commissioners of its
    /// area, and there is none who may make it.
    pub async fn waits_for_nobody(&self, case: Arc<Case>, turn: Turn) -> Result<bool, Error> {
        let Some(area) = case.area() else { return Ok(false) };
        self.db
            .read(move |tx| {
                if case.movers(&turn).iter().any(|role| *role != Role::Commissioner) {
                    return Ok(false);
                }
                for account in holders_now(tx, area, Queue::Commissioner.post())? {
                    let actor = directory::as_listed(tx, account)?;
                    if actor.is_some_and(|actor| actor.is_to_move(&turn, &case)) {
                        return Ok(false);
                    }
                }
                Ok(true)
            })
            .await
    }

    /// For how many people an organisation holds money, where nobody else of it
    /// can act.
    async fn money_held_by_only(
        &self,
        area: AreaId,
        account: AccountId,
        organisation: OrganisationId,
    ) -> Result<Option<Stops>, Error> {
        self.db
            .read(move |tx| {
                for listed in rows_with(tx, lists::POSTS, area, Some(Post::ThirdParty.into_str()))? {
                    let is_of_it = directory::body::<HeldPost>(&listed)?.organisation == organisation;
                    let other = listed.row.owner.map(AccountId).filter(|other| *other != account);
                    if let Some(other) = other.filter(|_| is_of_it)
                        && !directory::is_closed(tx, other)?
                    {
                        return Ok(None);
                    }
                }
                let held = by_owner(tx, lists::HELD_CASES, organisation.0)?.len();
                Ok(Some(Stops::Money(held)))
            })
            .await
    }

    /// A page of what waits in a queue of an area, after a place; nothing where the
    /// reader does not have what waits there.
    pub async fn waiting_in(
        &self,
        actor: &Actor,
        queue: Queue,
        area: domain::AreaId,
        after: Option<Cursor>,
    ) -> Result<Waiting, Error> {
        must(actor, queue.seen_by(), area)?;
        let today = self.clock.today();
        let found: Waiting =
            self.db.read(move |tx| turns_after(tx, area.0, queue, today, after.clone())).await?;
        self.shows(actor.account, List::Work, found.turns.iter().map(|(_, row)| row.case.0)).await?;
        Ok(found)
    }

    /// A page of the requests to be contacted of an area, after a place; nothing
    /// where the reader does not answer requests there.
    pub async fn requests_of(
        &self,
        actor: &Actor,
        area: AreaId,
        after: Option<Cursor>,
    ) -> Result<Requests, Error> {
        must(actor, Action::AnswerEnquiries, area)?;
        let (reader, actor) = (actor.account, actor.clone());
        let found: Requests = self.db.read(move |tx| requests_after(tx, &actor, area, after.clone())).await?;
        self.shows(reader, List::Requests, found.rows.iter().map(|row| row.id.0)).await?;
        Ok(found)
    }

    /// The cases whose name or reference has these words, as far as `actor`
    /// may know of them: their own, those of their organisation, and those of
    /// each area where they have a post that sees them all.
    pub async fn find_cases(&self, actor: &Actor, text: &str, after: Option<Cursor>) -> Result<Cases, Error> {
        let (reader, actor, text) = (actor.account, actor.clone(), text.to_owned());
        let found: Cases = self
            .db
            .read(move |tx| {
                let areas = actor.areas_of(Action::FindCases);
                let is_seen_by_post =
                    |l: &Listed| l.row.area.is_some_and(|area| areas.contains(&AreaId(area)));
                let mut found = theirs_by_name(tx, &actor, &text)?;
                found.retain(|listed| !is_seen_by_post(listed) && is_after(listed, after.as_ref()));
                for area in &areas {
                    let filter = Filter {
                        text: Some(text.clone()),
                        after: after.clone(),
                        limit: A_PAGE + 1,
                        ..Filter::default()
                    };
                    found.extend(by_area(tx, lists::CASES, area.0, &filter)?);
                }
                // Each list stands in this order, and its first page is here.
                found.sort_by(|a, b| in_order(&a.place()).cmp(&in_order(&b.place())));
                let page = usize::try_from(A_PAGE).unwrap_or(usize::MAX);
                let more = found.len() > page;
                found.truncate(page);
                let next = found.last().filter(|_| more).map(Listed::place);
                let row = |listed| {
                    let row = as_it_waits(listed, actor.today)?;
                    Ok::<_, StoreError>(if is_seen_by_post(listed) { by_posts(&actor, row) } else { row })
                };
                let rows = found.iter().map(row).collect::<Result<_, _>>()?;
                Ok::<_, Error>(Cases { rows, next })
            })
            .await?;
        self.shows(reader, List::Search, found.rows.iter().map(|row| row.case.0)).await?;
        Ok(found)
    }
}

/// The cases in which somebody has a place, and those for which their
/// organisation holds money, that have these words; each once.
fn theirs_by_name(tx: &mut Tx<'_>, actor: &Actor, text: &str) -> Result<Vec<Listed>, Error> {
    let mut found = vec![];
    for listed in by_owner(tx, lists::MY_CASES, actor.account.0)? {
        if !counting_places(actor, &listed)?.is_empty() {
            found.push(listed);
        }
    }
    for posting in holders(actor) {
        found.extend(held_by(tx, posting.organisation, actor.today)?);
    }
    let words = store::lists::search_key(text);
    let has = |folded: Option<&String>| {
        words.split(' ').all(|word| folded.is_some_and(|folded| folded.contains(word)))
    };
    found.retain(|listed| has(listed.row.folded.as_ref()));
    // Of two rows of one case the place in it says more, and stands first.
    let mut known = BTreeSet::new();
    found.retain(|listed| known.insert(listed.stream.id));
    Ok(found)
}

fn in_order(place: &Cursor) -> (&str, uuid::Uuid, u32) {
    (&place.sort, place.id, place.row_no)
}

fn is_after(listed: &Listed, after: Option<&Cursor>) -> bool {
    after.is_none_or(|after| in_order(&listed.place()) > in_order(after))
}

/// The cases of a list that are still somebody's: those in which a place of
/// theirs counts.
fn mine(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<MyCase>, Error> {
    let mut found = Vec::new();
    for listed in by_owner(tx, lists::MY_CASES, actor.account.0)? {
        let roles = counting_places(actor, &listed)?;
        if !roles.is_empty() {
            found.push(MyCase { row: as_it_waits(&listed, actor.today)?, roles });
        }
    }
    Ok(found)
}

/// The places of a row that count: a professional's only while the post behind
/// it stands, as the policy has it (`Actor::places_in`).
fn counting_places(actor: &Actor, listed: &Listed) -> Result<Vec<CaseRole>, StoreError> {
    let places = lists::places_in(listed)?;
    let is_shared = |place: &lists::PlaceOf| place.until.is_none_or(|last| actor.today <= last);
    let area = listed.row.area.map(AreaId);
    let stands = |role, organisation| area.is_some_and(|area| actor.stands_behind(area, role, organisation));
    let counts =
        |p: &lists::PlaceOf| is_shared(p) && (!p.role.is_of_a_body() || stands(p.role, p.organisation));
    let mut roles: Vec<CaseRole> = places.into_iter().filter(counts).map(|place| place.role).collect();
    roles.dedup();
    Ok(roles)
}

/// The cases for which an organisation holds money, where the person shares
/// something with it on this day.
fn held_by(tx: &mut Tx<'_>, organisation: OrganisationId, today: Date) -> Result<Vec<Listed>, StoreError> {
    let mut found = by_owner(tx, lists::HELD_CASES, organisation.0)?;
    // Days as the lists have them stand in the order of time.
    let today = today.to_string();
    found.retain(|listed| listed.row.state.as_deref().is_none_or(|last| today.as_str() <= last));
    Ok(found)
}

/// A row of a case with what waits on this day.
fn as_it_waits(listed: &Listed, today: Date) -> Result<CaseRow, StoreError> {
    let mut row: CaseRow = directory::body(listed)?;
    row.turns.retain(|turn| turn.waits(today));
    Ok(row)
}

/// A row of a case in which the reader has no place, as their posts let them
/// read it.
fn by_posts(actor: &Actor, row: CaseRow) -> CaseRow {
    let area = row.area;
    row.as_read_by(|action| actor.roles_in(area).any(|role| reads(role, action)))
}

fn reads(role: Role, action: Action) -> bool {
    decide(role, action, Facts::of_a_stranger()) == Verdict::Allowed
}

/// Somebody's posts in organisations that hold money.
fn holders(actor: &Actor) -> impl Iterator<Item = &HeldPost> {
    actor.posts.iter().filter(|posting| posting.role() == Some(Role::ThirdParty))
}

/// The requests of an area that somebody answers, as the list has whom they were
/// sent to: to their own body, to every one, and to one where nobody answers.
fn whose_requests(tx: &mut Tx<'_>, actor: &Actor, area: AreaId) -> Result<BTreeSet<String>, StoreError> {
    let own = actor.posts.iter().filter(|posting| posting.area == area).map(|p| Some(p.organisation));
    let mut all: Vec<_> = own.chain([None]).filter(|sent_to| actor.answers_request(area, *sent_to)).collect();
    if all.contains(&None) {
        all.extend(Answering::of(tx, area, None)?.empty_chairs(tx, area)?.into_iter().map(Some));
    }
    Ok(all.into_iter().map(lists::request_state).collect())
}

fn requests(
    tx: &mut Tx<'_>,
    actor: &Actor,
    area: AreaId,
    today: Date,
    work: &mut Worklist,
) -> Result<(), Error> {
    let found = requests_after(tx, actor, area, None)?;
    work.enquiries.extend(found.rows);
    work.more_enquiries.extend(found.more.map(|after| More { area, after }));
    for state in whose_requests(tx, actor, area)? {
        let all = Filter { state: Some(state), ..Filter::default() };
        work.all_enquiries += count_by_area(tx, lists::ENQUIRIES, area.0, &all)?;
        let late = Filter { due_on_or_before: Some(days_after(today, -1)), ..all };
        work.late_enquiries += count_by_area(tx, lists::ENQUIRIES, area.0, &late)?;
    }
    Ok(())
}

fn requests_after(
    tx: &mut Tx<'_>,
    actor: &Actor,
    area: AreaId,
    after: Option<Cursor>,
) -> Result<Requests, Error> {
    let mut found = vec![];
    for state in whose_requests(tx, actor, area)? {
        let (state, after) = (Some(state), after.clone());
        let filter = Filter { state, after, limit: MOST_TURNS + 1, ..Filter::default() };
        found.extend(by_area(tx, lists::ENQUIRIES, area.0, &filter)?);
    }
    // Each list stands in this order, and its first page is here.
    found.sort_by(|a, b| in_order(&a.place()).cmp(&in_order(&b.place())));
    let (found, more) = a_page(found);
    let mut page = Requests { rows: vec![], more };
    for listed in found {
        let lists::RequestRow { id, reference, name, answer_by, taken_on } = directory::body(&listed)?;
        let taken_on = match taken_on {
            None => None,
            Some(account) => {
                let named = directory::named(tx, account)?;
                Some((account, named.map_or_else(|| "A colleague".into(), |n| n.name)))
            }
        };
        page.rows.push(EnquiryRow { id, reference, name, answer_by, taken_on });
    }
    Ok(page)
}

/// Cuts off the one row more than a page has, which says that there is more,
/// and gives where that begins.
fn a_page(mut found: Vec<Listed>) -> (Vec<Listed>, Option<Cursor>) {
    let more = found.len() > MOST_TURNS as usize;
    found.truncate(MOST_TURNS as usize);
    let after = found.last().filter(|_| more).map(Listed::place);
    (found, after)
}

fn turns(
    tx: &mut Tx<'_>,
    area: uuid::Uuid,
    queue: Queue,
    today: Date,
    work: &mut Worklist,
) -> Result<(), Error> {
    let found = turns_after(tx, area, queue, today, None)?;
    work.turns.extend(found.turns);
    let area = domain::AreaId(area);
    work.more.extend(found.more.map(|after| (queue, More { area, after })));
    Ok(())
}

fn turns_after(
    tx: &mut Tx<'_>,
    area: uuid::Uuid,
    queue: Queue,
    today: Date,
    after: Option<Cursor>,
) -> Result<Waiting, Error> {
    let state = Some(queue.into_str().to_owned());
    let filter = Filter { state, after, limit: MOST_TURNS + 1, ..Filter::default() };
    let (found, more) = a_page(by_area(tx, lists::TURNS, area, &filter)?);
    let mut page = Waiting { turns: vec![], more };
    for listed in found {
        let row = as_it_waits(&listed, today)?;
        let is_known = page.turns.iter().any(|(_, known)| known.case == row.case);
        if !is_known && waits_in(&row, queue) > 0 {
            page.turns.push((queue, row.as_read_by(|action| reads(queue.role(), action))));
        }
    }
    Ok(page)
}

/// Those who have a post in an area and can sign in.
fn holders_now(tx: &mut Tx<'_>, area: AreaId, post: Post) -> Result<Vec<AccountId>, StoreError> {
    let mut there = vec![];
    for account in crate::administer::holders(tx, area, post)? {
        if !directory::is_closed(tx, account)? {
            there.push(account);
        }
    }
    Ok(there)
}

/// How many turns of a row wait in a queue.
fn waits_in(row: &CaseRow, queue: Queue) -> usize {
    row.turns.iter().filter(|turn| turn.of.contains(&queue.role())).count()
}

/// The cases of which something waits in a queue of an area on this day, each once.
fn all_that_wait(
    tx: &mut Tx<'_>,
    area: AreaId,
    queue: Queue,
    today: Date,
) -> Result<Vec<CaseRow>, StoreError> {
    let (mut known, mut found) = (BTreeSet::new(), vec![]);
    for listed in rows_with(tx, lists::TURNS, area, Some(queue.into_str()))? {
        let row = as_it_waits(&listed, today)?;
        if waits_in(&row, queue) > 0 && known.insert(row.case) {
            found.push(row);
        }
    }
    Ok(found)
}
