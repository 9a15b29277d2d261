//! Destroying records: two people see to it, one after the other. The first says
//! which, the second destroys them, and what is asked about each is asked again in the
//! transaction that does it.

use crate::address::Address as _;
use crate::administer::{must, must_now, rows_with};
use crate::everything::Contents;
use crate::lists::{DESTROYED, DISPOSALS, ERASED, KEPT, json};
use crate::mail::{self, Letter};
use crate::shown::List;
use crate::stream::{Projected, load, to_begin};
use crate::{App, Error, directory};
use domain::access::{Action, Actor, Verdict};
use domain::case::{Case, Voice};
use domain::disposal::{self, Disposal, Ended, Event, Ground, Item, What};
use domain::enquiry::Enquiry;
use domain::framework::{Framework, Retention};
use domain::ledger::{Account, Layer};
use domain::place::Place;
use domain::{
    Aggregate, AreaId, Author, CaseId, Date, DisposalId, Pence, Prose, Refusal, Stream, Timestamp, dates,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::lists::{ListRow, by_owner};
use store::{Tx, bank, copies, data_keys, jobs, outbox};
use uuid::Uuid;

/// A proposal in a list: by number alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub id: DisposalId,
    /// How far it is, in words.
    pub how_far: String,
    pub records: usize,
    pub on: Date,
}

/// A proposal, with the names of who had to do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub disposal: Disposal,
    pub proposed_by: String,
    /// Who took it back, or destroyed it.
    pub ended_by: Option<String>,
    /// Why each was due, in words, in the order of its items.
    pub grounds: Vec<String>,
    /// Why it cannot be destroyed now, of each record, in the order of its items.
    pub stopped: Vec<Option<String>>,
    /// Whether whoever looks may destroy it: somebody else, who is close to nobody.
    pub may_destroy: bool,
}

/// What is left of a record that was destroyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WasThere {
    pub area: AreaId,
    pub disposal: DisposalId,
    pub item: Item,
    /// Why it was due, in words.
    pub ground: String,
    pub source: Prose,
    pub at: Timestamp,
    pub proposed_by: String,
    pub destroyed_by: String,
}

/// What waits for somebody who destroys records in an area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToDestroy {
    /// Proposals of another, which they may destroy.
    pub proposed: usize,
    /// Records that nobody proposed yet, all of which is to be erased, as was granted.
    pub to_propose: usize,
}

/// What was destroyed in one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Disposed {
    pub records: u64,
    /// Streams whose key was destroyed.
    pub streams: u64,
}

/// A record as it can be destroyed now, or why not; the case, where it is one.
struct Due {
    item: Result<Item, String>,
    case: Option<Arc<Case>>,
}

impl Projected for Disposal {
    fn rows(&self, _: Option<&Framework>) -> Vec<ListRow> {
        let Some(proposed) = &self.proposed else { return vec![] };
        let (how_far, at) = match &self.ended {
            None => ("Waits for a second person", proposed.at),
            Some(Ended::TakenBack { at, .. }) => ("Taken back", *at),
            Some(Ended::Destroyed { at, .. }) => ("Destroyed", *at),
        };
        let body = Listed {
            id: self.id,
            how_far: how_far.to_owned(),
            records: proposed.items.len(),
            on: dates::london(at),
        };
        // The newest first, and what waits before all else.
        let newest = i64::MAX - at.as_microsecond();
        let sort = format!("{} {newest:020}", u8::from(self.ended.is_some()));
        let mut rows = vec![ListRow {
            list: DISPOSALS.into(),
            area: Some(proposed.area.0),
            sort: Some(sort),
            body: json(&body),
            ..ListRow::default()
        }];
        let destroyed = proposed.items.iter().filter(|_| self.destroyed().is_some());
        rows.extend(destroyed.map(|item| ListRow {
            list: DESTROYED.into(),
            area: Some(proposed.area.0),
            owner: Some(item.what.id()),
            sort: Some(item.reference.clone()),
            body: json(&self.id),
            ..ListRow::default()
        }));
        rows
    }
}

/// Why nothing can be destroyed in a database that is not encrypted.
fn must_be_possible(tx: &Tx<'_>) -> Result<(), Error> {
    if data_keys::can_destroy(tx) {
        return Ok(());
    }
    let next = "Whoever runs the service brings it over with \"phb encrypt\" first";
    Err(Refusal::not_yet("This database is not encrypted, so nothing in it can be destroyed", next).into())
}

impl App {
    /// A record of an area.
    fn due(
        &self,
        tx: &mut Tx<'_>,
        (area, what): (AreaId, What),
        (rules, today): (&Retention, Date),
    ) -> Result<Due, Error> {
        match what {
            What::Case(id) => {
                let case = self.case(tx, id)?;
                if case.area() != Some(area) {
                    return Err(Error::Hidden);
                }
                let mut item = disposal::case_due(&case, rules, today);
                if item.is_ok() && holds_money(tx, &case)? {
                    item = Err(disposal::HOLDS_MONEY.to_owned());
                }
                Ok(Due { item, case: Some(case) })
            }
            What::Request(id) => {
                let request = load::<Enquiry>(tx, id)?;
                if request.made.as_ref().map(|made| made.area) != Some(area) {
                    return Err(Error::Hidden);
                }
                Ok(Due { item: disposal::request_due(&request, rules, today), case: None })
            }
        }
    }

    /// What the policy looks at of what was proposed, and each record as it is now.
    fn as_it_is(
        &self,
        tx: &mut Tx<'_>,
        proposed: &disposal::Proposed,
        actor: &Actor,
    ) -> Result<(Vec<Result<Item, String>>, domain::access::Facts), Error> {
        let rules = self.framework(tx, proposed.area)?.retention.clone();
        let (mut now, mut cases) = (vec![], vec![]);
        for item in &proposed.items {
            let at = (proposed.area, item.what);
            match self.due(tx, at, (&rules, self.clock.today())) {
                Ok(Due { item, case: Some(case) }) => {
                    now.push(disposal::case_proposed(proposed, &case, item));
                    cases.push(case);
                }
                Ok(Due { item, case: None }) => now.push(item),
                Err(Error::Hidden) => now.push(Err("It is not there any more".to_owned())),
                Err(other) => return Err(other),
            }
        }
        let cases: Vec<&Case> = cases.iter().map(AsRef::as_ref).collect();
        Ok((now, disposal::facts(proposed, &cases, actor)))
    }

    /// Proposes that these records are destroyed. The id comes with the form.
    pub async fn propose_destroying(
        &self,
        actor: &Actor,
        area: AreaId,
        (id, chosen): (DisposalId, Vec<What>),
    ) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let actor = must_now(&app, tx, &actor, Action::DestroyRecords, area)?;
                must_be_possible(tx)?;
                let before = to_begin(tx, id, |one: &Disposal| {
                    one.proposed.as_ref().is_some_and(|proposed| proposed.area == area)
                })?;
                let rules = app.framework(tx, area)?.retention.clone();
                let (mut items, mut cases) = (vec![], vec![]);
                for what in chosen.iter().take(disposal::MOST + 1) {
                    let due = app.due(tx, (area, *what), (&rules, app.clock.today()))?;
                    cases.extend(due.case);
                    items.push(due.item.map_err(|why| Refusal::invalid("records", why))?);
                }
                must_be_theirs_to_propose(&actor, area, &cases)?;
                let events = disposal::propose(&before, area, items, rules.why.clone())?;
                app.append(tx, &before, Author::Account(actor.account), app.clock.now(), &events)?;
                Ok(())
            })
            .await
    }

    /// Takes a proposal back.
    pub async fn take_disposal_back(
        &self,
        actor: &Actor,
        area: AreaId,
        (id, why): (DisposalId, Prose),
    ) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let actor = must_now(&app, tx, &actor, Action::TakeDisposalBack, area)?;
                let before = of_area(tx, area, id)?;
                let events = disposal::take_back(&before, why.clone())?;
                app.append(tx, &before, Author::Account(actor.account), app.clock.now(), &events)?;
                Ok(())
            })
            .await
    }

    /// Destroys what somebody else proposed: what it says that was there stays, and
    /// the file outside the database says so too.
    pub async fn destroy_proposed(
        &self,
        actor: &Actor,
        area: AreaId,
        id: DisposalId,
    ) -> Result<Disposed, Error> {
        let (app, actor) = (self.clone(), actor.clone());
        let disposed = self.db.write(move |tx| app.destroy_in(tx, &actor, area, id)).await?;
        if let Err(error) = self.write_disposals().await {
            // It is tried again every hour, and at the next start.
            tracing::error!(%error, "the list of what was destroyed could not be written");
        }
        Ok(disposed)
    }

    fn destroy_in(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        area: AreaId,
        id: DisposalId,
    ) -> Result<Disposed, Error> {
        let actor = must_now(self, tx, actor, Action::DestroyRecords, area)?;
        must_be_possible(tx)?;
        let (now, me) = (self.clock.now(), Author::Account(actor.account));
        let before = of_area(tx, area, id)?;
        // Pressed twice by the same person: it is done.
        if before.destroyed().is_some_and(|(by, _)| by == me) {
            return Ok(Disposed::default());
        }
        let Some(proposed) = before.waits() else {
            disposal::destroy(&before, &[], domain::access::Facts::default(), &actor)?;
            return Err(Error::Hidden);
        };
        let (items, facts) = self.as_it_is(tx, proposed, &actor)?;
        let events = disposal::destroy(&before, &items, facts, &actor)?;
        self.append(tx, &before, me, now, &events)?;
        let letters = letters_about(tx, &proposed.items)?;
        let mut disposed = Disposed::default();
        for item in &proposed.items {
            disposed.records += 1;
            disposed.streams += self.destroy_one(tx, item, now)?;
        }
        // After all that was about the records is dropped, so that these go.
        for letter in &letters {
            mail::queue(tx, self, letter, now)?;
        }
        Ok(disposed)
    }

    /// Takes the keys of a record away, and everything beside it that says something
    /// of the person; how many streams there were.
    pub(super) fn destroy_one(&self, tx: &mut Tx<'_>, item: &Item, at: Timestamp) -> Result<u64, Error> {
        let streams = match item.what {
            What::Case(id) => {
                let case = load::<Case>(tx, id)?;
                let contents = Contents::of(tx, &case)?;
                for begun in bank::begun(tx, id)? {
                    bank::end(tx, begun.statement)?;
                }
                copies::drop_of(tx, id)?;
                self.forget(id);
                contents.streams
            }
            What::Request(id) => vec![Enquiry::stream_of(id)],
        };
        let mut words = vec![item.reference.clone()];
        let mut gone = 0;
        for stream in &streams {
            store::lists::replace(tx, *stream, &[])?;
            jobs::drop_about(tx, stream.id)?;
            words.push(stream.id.to_string());
        }
        outbox::drop_about(tx, &words, at, "what it was about is destroyed")?;
        for stream in streams {
            gone += u64::from(data_keys::destroy(tx, stream, at)?);
        }
        Ok(gone)
    }

    /// What waits in an area for somebody who may do it: proposals of others, and what
    /// was granted to be erased and nobody has proposed.
    pub async fn waits_to_be_destroyed(&self, actor: &Actor, area: AreaId) -> Result<ToDestroy, Error> {
        must(actor, Action::DestroyRecords, area)?;
        let (app, who) = (self.clone(), actor.clone());
        self.db.read(move |tx| app.count_to_destroy(tx, &who, area)).await
    }

    fn count_to_destroy(&self, tx: &mut Tx<'_>, actor: &Actor, area: AreaId) -> Result<ToDestroy, Error> {
        let (mut found, mut taken) = (ToDestroy::default(), BTreeSet::new());
        for row in rows_with(tx, DISPOSALS, area, None)? {
            let disposal = load::<Disposal>(tx, DisposalId(row.stream.id))?;
            // What waits stands before all else.
            let Some(proposed) = disposal.waits() else { break };
            let (_, facts) = self.as_it_is(tx, proposed, actor)?;
            let may = actor.verdict_in(Action::DestroyProposed, area, facts) == Verdict::Allowed;
            found.proposed += usize::from(may);
            taken.extend(proposed.items.iter().map(|item| item.what.id()));
        }
        let rules = self.framework(tx, area)?.retention.clone();
        for row in rows_with(tx, KEPT, area, Some(ERASED))? {
            let id = row.stream.id;
            if taken.contains(&id) {
                continue;
            }
            let due = self.due(tx, (area, What::Case(CaseId(id))), (&rules, self.clock.today()))?;
            let Due { item: Ok(_), case: Some(case) } = due else { continue };
            let facts = disposal::facts_to_propose(&[&case], actor.account);
            let may = actor.verdict_in(Action::ProposeDestroying, area, facts) == Verdict::Allowed;
            found.to_propose += usize::from(may);
        }
        Ok(found)
    }

    /// What was proposed in an area, what waits first: all of it.
    pub async fn disposals(&self, actor: &Actor, area: AreaId) -> Result<Vec<Listed>, Error> {
        must(actor, Action::SeeDisposals, area)?;
        self.db
            .read(move |tx| {
                let rows = rows_with(tx, DISPOSALS, area, None)?;
                Ok(rows.iter().map(directory::body::<Listed>).collect::<Result<_, _>>()?)
            })
            .await
    }

    /// One proposal, with what stops it now.
    pub async fn disposal(&self, actor: &Actor, area: AreaId, id: DisposalId) -> Result<Shown, Error> {
        must(actor, Action::SeeDisposals, area)?;
        let (app, who) = (self.clone(), actor.clone());
        let shown = self.db.read(move |tx| app.show_disposal(tx, &who, area, id)).await?;
        let items = shown.disposal.proposed.iter().flat_map(|proposed| &proposed.items);
        self.shows(actor.account, List::Kept, items.map(|item| item.what.id()).collect::<Vec<_>>()).await?;
        Ok(shown)
    }

    fn show_disposal(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        area: AreaId,
        id: DisposalId,
    ) -> Result<Shown, Error> {
        let disposal = of_area(tx, area, id)?;
        let proposed = disposal.proposed.as_ref().ok_or(Error::Hidden)?;
        let (mut stopped, mut may_destroy) = (vec![None; proposed.items.len()], false);
        if disposal.waits().is_some() {
            let (now, facts) = self.as_it_is(tx, proposed, actor)?;
            stopped = now
                .iter()
                .zip(&proposed.items)
                .map(|(now, then)| match now {
                    Ok(now) if now == then => None,
                    Ok(_) => Some("Something has happened since".to_owned()),
                    Err(why) => Some(why.clone()),
                })
                .collect();
            may_destroy = actor.verdict_in(Action::DestroyProposed, area, facts) == Verdict::Allowed;
        }
        let proposed_by = directory::author_name(tx, proposed.by)?;
        let grounds = proposed.items.iter().map(|item| in_words(tx, &item.ground));
        let grounds = grounds.collect::<Result<_, _>>()?;
        let ended_by = match &disposal.ended {
            Some(Ended::TakenBack { by, .. } | Ended::Destroyed { by, .. }) => {
                Some(directory::author_name(tx, *by)?)
            }
            None => None,
        };
        Ok(Shown { proposed_by, ended_by, grounds, stopped, may_destroy, disposal })
    }

    /// What is left of what stood at an old address, for whoever may see that. To
    /// everybody else it is as if there had never been anything.
    pub async fn was_there(&self, actor: &Actor, id: Uuid) -> Result<WasThere, Error> {
        let who = actor.clone();
        self.db
            .read(move |tx| {
                let rows = by_owner(tx, DESTROYED, id)?;
                let row = rows.first().ok_or(Error::Hidden)?;
                let disposal = load::<Disposal>(tx, DisposalId(row.stream.id))?;
                let (by, at) = disposal.destroyed().ok_or(Error::Hidden)?;
                let proposed = disposal.proposed.as_ref().ok_or(Error::Hidden)?;
                must(&who, Action::SeeDisposals, proposed.area)?;
                let item = proposed.items.iter().find(|item| item.what.id() == id).ok_or(Error::Hidden)?;
                Ok(WasThere {
                    area: proposed.area,
                    disposal: disposal.id,
                    item: item.clone(),
                    ground: in_words(tx, &item.ground)?,
                    source: proposed.source.clone(),
                    at,
                    proposed_by: directory::author_name(tx, proposed.by)?,
                    destroyed_by: directory::author_name(tx, by)?,
                })
            })
            .await
    }
}

/// A proposal of this area, and no other's.
fn of_area(tx: &mut Tx<'_>, area: AreaId, id: DisposalId) -> Result<Disposal, Error> {
    let disposal = load::<Disposal>(tx, id)?;
    let is_here = disposal.proposed.as_ref().is_some_and(|proposed| proposed.area == area);
    if is_here { Ok(disposal) } else { Err(Error::Hidden) }
}

/// Nobody proposes that the record of somebody is destroyed to whom they are close, or
/// on which they ended a hold.
fn must_be_theirs_to_propose(actor: &Actor, area: AreaId, cases: &[Arc<Case>]) -> Result<(), Error> {
    let cases: Vec<&Case> = cases.iter().map(AsRef::as_ref).collect();
    let facts = disposal::facts_to_propose(&cases, actor.account);
    if actor.verdict_in(Action::ProposeDestroying, area, facts) == Verdict::Allowed {
        return Ok(());
    }
    Err(Refusal::not_allowed(disposal::not_theirs_to_propose(facts)).into())
}

/// Whether there is money in an account of a case.
fn holds_money(tx: &mut Tx<'_>, case: &Case) -> Result<bool, Error> {
    let balances = store::ledger::balances(tx, case.id)?;
    let holds = |(layer, account, amount): (Layer, Account, Pence)| {
        layer == Layer::Actual && matches!(account, Account::Holding(_)) && amount != Pence::ZERO
    };
    Ok(balances.iter().any(holds))
}

/// Why something is due, with the name of whoever granted it.
fn in_words(tx: &mut Tx<'_>, ground: &Ground) -> Result<String, Error> {
    let name = ground.granted().map(|granted| directory::author_name(tx, granted.by)).transpose()?;
    Ok(ground.words(&name.unwrap_or_default()))
}

/// The letters about records that are destroyed because that was asked: to the person
/// and to whoever decides for them. They lead to no record, since there is none.
fn letters_about(tx: &mut Tx<'_>, items: &[Item]) -> Result<Vec<Letter>, Error> {
    let mut letters = vec![];
    for item in items.iter().filter(|item| item.ground.is_erasure()) {
        let What::Case(id) = item.what else { continue };
        let case = load::<Case>(tx, id)?;
        let to: BTreeSet<_> = case.circle.deciders_told().collect();
        letters.extend(to.into_iter().map(|to| {
            let is_the_person = case.circle.voice_of(to) == Some(Voice::Person);
            let whose = if is_the_person { "about you" } else { "about somebody for whom you decide" };
            let home = Place::Home.in_letter();
            Letter {
                to,
                subject: format!("A record that we held {whose} is destroyed"),
                body: format!(
                    "It was asked that all of a record {whose} is erased. That was granted, and it is done. \
                     Nobody can read it any more, we neither.\n\n\
                     Sign in to see what else there is: {home}\n"
                ),
            }
        }));
    }
    Ok(letters)
}

/// The stream of what was destroyed.
pub(super) fn stream_of(what: What) -> Stream {
    match what {
        What::Case(id) => Case::stream_of(id),
        What::Request(id) => Enquiry::stream_of(id),
    }
}

/// Whether an event says that something was destroyed.
pub(super) fn destroys(event: &Event) -> bool {
    matches!(event, Event::Destroyed {})
}
