//! Opening a case to see it or to act on it.

use crate::app::{App, Look, adopted};
use crate::{Error, directory, mail};
use domain::access::{Action, Actor, CaseRole, Role, Verdict};
use domain::area::Area;
use domain::case::circle::{self, Matter};
use domain::case::{self, Case};
use domain::done::was_this_act;
use domain::framework::Framework;
use domain::ledger::Entry;
use domain::{AccountId, Aggregate, Author, CaseId, Date, Refusal, Timestamp, Why, dates};
use std::sync::Arc;
use store::{StoreError, Tx, ledger, looks, record};

/// A case that was opened to be read.
#[derive(Clone, Debug)]
pub struct Seen {
    pub case: Arc<Case>,
    pub framework: Arc<Framework>,
    area: Arc<Area>,
    /// What it was opened for: nothing of it is read for something else.
    opened_for: Action,
    /// The roles that the reader has on it.
    pub roles: Vec<Role>,
    pub today: Date,
}

impl Seen {
    /// Refuses to read what only these open.
    pub(crate) fn must_be_for(&self, actions: &[Action]) -> Result<(), Error> {
        if actions.contains(&self.opened_for) { Ok(()) } else { Err(Error::Hidden) }
    }

    #[must_use]
    pub fn framework(&self) -> &Framework {
        &self.framework
    }
}

/// A case that may be opened for one thing, as the policy was asked about it.
/// It shows nothing of itself: [`App::see_allowed`] opens it.
#[derive(Clone, Debug)]
pub struct Allowed {
    seen: Seen,
    reader: AccountId,
    action: Action,
}

impl Allowed {
    /// Whether this was asked.
    #[must_use]
    pub fn is_for(&self, case: CaseId, action: Action) -> bool {
        self.seen.case.id == case && self.action == action
    }
}

/// A case that was opened to act on it, inside the write transaction.
pub(crate) struct OpenCase<'d, 'tx> {
    pub(crate) tx: &'d mut Tx<'tx>,
    pub case: &'d Case,
    pub framework: &'d Framework,
    pub actor: &'d Actor,
    pub now: Timestamp,
    pub today: Date,
}

impl OpenCase<'_, '_> {
    /// Refuses what is done to a place in the circle by somebody who does not
    /// speak for the person about all that it is about.
    pub(crate) fn must_about(&self, action: Action, matters: &[Matter]) -> Result<(), Error> {
        if self.actor.may_about(action, self.case, matters) {
            return Ok(());
        }
        let mut matters = matters.to_vec();
        matters.sort_unstable();
        matters.dedup();
        let (what, person, about) = (action.words(), self.case.person_name(), circle::in_words(&matters));
        let message = format!("You cannot {what}. For that you have to speak for {person} about: {about}");
        Err(Refusal::not_allowed(message).into())
    }
}

/// What was decided: recorded, posted and sent in the same transaction.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    pub events: Vec<case::Event>,
    pub entries: Vec<Entry>,
    pub mail: Vec<mail::Letter>,
}

impl From<Vec<case::Event>> for Effects {
    fn from(events: Vec<case::Event>) -> Self {
        Self { events, ..Self::default() }
    }
}

/// Decisions upon one another, to be recorded together.
pub struct Steps {
    case: Case,
    events: Vec<case::Event>,
    by: Author,
    now: Timestamp,
}

impl Steps {
    #[must_use]
    pub fn upon(case: &Case, by: Author, now: Timestamp) -> Self {
        Self { case: case.clone(), events: vec![], by, now }
    }

    /// Decides upon the case as it is after the steps before this one.
    pub fn then(
        &mut self,
        decide: impl FnOnce(&Case) -> Result<Vec<case::Event>, Refusal>,
    ) -> Result<(), Refusal> {
        for event in decide(&self.case)? {
            self.case = self.case.after(self.by, self.now, std::slice::from_ref(&event));
            self.events.push(event);
        }
        Ok(())
    }

    /// The case as it is after the steps so far.
    #[must_use]
    pub fn case(&self) -> &Case {
        &self.case
    }

    #[must_use]
    pub fn events(self) -> Vec<case::Event> {
        self.events
    }
}

/// Why a transaction is undone.
enum NotWritten<T> {
    /// What was asked for had been done by this very act, and told this.
    Done(Arc<Case>, T),
    Failed(Error),
}

impl<T> From<Error> for NotWritten<T> {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl<T> From<StoreError> for NotWritten<T> {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// What was told when this was done, where it was done already by this very
/// act. It decides again upon the case as it was, so that the transaction is to
/// be undone.
fn done_already<T>(
    tx: &mut Tx<'_>,
    id: CaseId,
    mut decide: impl FnMut(&mut Tx<'_>, &Case, Timestamp) -> Result<(Effects, T), Error>,
) -> Result<Option<T>, StoreError> {
    let events = record::load::<case::Event>(tx, Case::stream_of(id))?;
    let mut last = None;
    let was_this = was_this_act(id, &events, |case: &Case, at| match decide(tx, case, at) {
        Ok((decided, told)) => {
            last = Some(told);
            Ok(decided.events)
        }
        Err(Error::Refused(no)) => Err(no),
        // Whatever else stood in the way then, it was not this.
        Err(_) => Ok(vec![]),
    });
    Ok(last.filter(|_| was_this))
}

impl App {
    /// Opens a case to read one section of it: checks that this person may,
    /// and records that they looked (once a quarter of an hour and section)
    /// before anything is shown.
    pub async fn see(
        &self,
        actor: &Actor,
        id: CaseId,
        action: Action,
        section: &'static str,
    ) -> Result<Seen, Error> {
        self.see_with(actor, id, action, section, |_, _| Ok(())).await.map(|(seen, ())| seen)
    }

    /// The same, and reads something more of the case in the same snapshot.
    pub(crate) async fn see_with<T: Send + 'static>(
        &self,
        actor: &Actor,
        id: CaseId,
        action: Action,
        section: &'static str,
        mut more: impl FnMut(&mut Tx<'_>, &Seen) -> Result<T, Error> + Send + 'static,
    ) -> Result<(Seen, T), Error> {
        let (app, who) = (self.clone(), actor.clone());
        let work = move |tx: &mut Tx<'_>| {
            let seen = app.open_to_read(tx, &who, id, action)?;
            let more = more(tx, &seen)?;
            Ok::<_, Error>((seen, more))
        };
        let (seen, more) = self.db.read(work).await?;
        self.keep(&seen.case);
        self.keep_area(&seen.area);
        self.look(actor.account, id, section).await?;
        Ok((seen, more))
    }

    /// Opens a case of which it was asked already whether this person may, and
    /// records the look as [`App::see`] does. None if it was changed since, as
    /// far as this server knows: then it has to be asked again.
    pub async fn see_allowed(&self, allowed: Allowed, section: &'static str) -> Result<Option<Seen>, Error> {
        let Allowed { seen, reader, .. } = allowed;
        if !self.is_newest(&seen.case) {
            return Ok(None);
        }
        self.look(reader, seen.case.id, section).await?;
        Ok(Some(seen))
    }

    /// Whether this person may do this on a case: the answer that acting would
    /// give, before anything of the case is read for them.
    pub async fn authorise(&self, actor: &Actor, id: CaseId, action: Action) -> Result<Allowed, Error> {
        let (app, who) = (self.clone(), actor.clone());
        let seen = self.db.read(move |tx| app.open_to_read(tx, &who, id, action)).await?;
        self.keep(&seen.case);
        self.keep_area(&seen.area);
        Ok(Allowed { seen, reader: actor.account, action })
    }

    /// Records that somebody looks at a section, once a quarter of an hour.
    async fn look(&self, account: AccountId, id: CaseId, section: &'static str) -> Result<(), Error> {
        let now = self.clock.now();
        let quarter = now.as_second().div_euclid(900);
        let look = Look { case: id, account, section, quarter };
        if !self.is_new_look(&look) {
            return Ok(());
        }
        match self.db.write(move |tx| looks::record_look(tx, id, account, section, now)).await {
            Ok(()) => self.look_is_written(look),
            // Somebody may need to read whom to ring in the night: on a full
            // disk the log keeps the look, and the next one is tried again.
            Err(StoreError::Full) => {
                tracing::error!(case = %id, account = %account, section, "no space to record a look");
            }
            Err(other) => return Err(other.into()),
        }
        Ok(())
    }

    /// Reads something more of a case that may be seen, in one snapshot. No
    /// look is recorded here: the page that shows it has called [`App::see`].
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.db.read(move |tx| work(tx)).await
    }

    /// Opens a case to act on it. `decide` gets the state as it is inside the
    /// transaction and says what happens; with no events nothing is written.
    /// It may run twice, so it does nothing but decide and use `open.tx`.
    /// Gives the case as it is afterwards. Where it refuses something as done
    /// already that was done by this very act, it is as good as done.
    ///
    /// A use case does this; a page, a job, a command and the demonstration call
    /// the use case.
    pub(crate) async fn act(
        &self,
        actor: &Actor,
        id: CaseId,
        action: Action,
        mut decide: impl FnMut(&mut OpenCase<'_, '_>) -> Result<Effects, Error> + Send + 'static,
    ) -> Result<Arc<Case>, Error> {
        self.act_and_tell(actor, id, action, move |open| Ok((decide(open)?, ())))
            .await
            .map(|(after, ())| after)
    }

    /// The same, and tells something more of what was done.
    pub(crate) async fn act_and_tell<T: Send + 'static>(
        &self,
        actor: &Actor,
        id: CaseId,
        action: Action,
        mut decide: impl FnMut(&mut OpenCase<'_, '_>) -> Result<(Effects, T), Error> + Send + 'static,
    ) -> Result<(Arc<Case>, T), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        let work = move |tx: &mut Tx<'_>| {
            let actor = directory::as_now(&app, tx, &actor)?;
            let seen = app.open_to_read(tx, &actor, id, action)?;
            let now = app.clock.now();
            let mut on = |tx: &mut Tx<'_>, case: &Case, now: Timestamp| {
                let (framework, actor, today) = (seen.framework(), &actor, dates::london(now));
                decide(&mut OpenCase { tx, case, framework, actor, now, today })
            };
            let (decided, told) = match on(tx, &seen.case, now) {
                Err(Error::Refused(no)) if no.why == Why::AlreadyDone => {
                    return Err(match done_already(tx, id, on)? {
                        Some(told) => NotWritten::Done(seen.case, told),
                        None => NotWritten::Failed(no.into()),
                    });
                }
                other => other?,
            };
            let by = Author::Account(actor.account);
            let after = app.commit(tx, &seen.case, by, now, &decided)?;
            Ok((after, seen.area, told))
        };
        match self.db.write_about(self.streams_of(id), work).await {
            Ok((after, area, told)) => {
                // Only now is it committed, with all that was read on the way to it.
                self.keep(&after);
                self.keep_area(&area);
                Ok((after, told))
            }
            Err(NotWritten::Done(case, told)) => Ok((case, told)),
            Err(NotWritten::Failed(error)) => Err(error),
        }
    }

    /// Records what was decided, with its list rows, entries and letters, and
    /// gives the case as it is if the transaction is committed.
    pub(crate) fn commit(
        &self,
        tx: &mut Tx<'_>,
        case: &Arc<Case>,
        by: Author,
        now: Timestamp,
        decided: &Effects,
    ) -> Result<Arc<Case>, Error> {
        ledger::post_all(tx, &decided.entries)?;
        for letter in &decided.mail {
            self.write_of(tx, case, letter, now)?;
        }
        if decided.events.is_empty() {
            return Ok(Arc::clone(case));
        }
        Ok(Arc::new(self.append(tx, &**case, by, now, &decided.events)?))
    }

    /// Puts a letter about a case in the outbox. Every letter that follows from
    /// a case goes through here: whoever has left is told nothing more of it, and
    /// nothing goes to an address with which nobody has signed in yet, since it
    /// may be somebody else's.
    pub(crate) fn write_of(
        &self,
        tx: &mut Tx<'_>,
        case: &Case,
        letter: &mail::Letter,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if has_left(self, tx, case, letter.to)? || !directory::is_set_up(tx, letter.to)? {
            return Ok(());
        }
        mail::queue(tx, self, letter, now)
    }

    fn open_to_read(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: CaseId,
        action: Action,
    ) -> Result<Seen, Error> {
        let case = self.case(tx, id)?;
        let Some(area) = case.area() else { return Err(Error::Hidden) };
        match actor.verdict(action, &case) {
            Verdict::Allowed => {}
            Verdict::Refused => {
                let message = format!("You do not have permission to {}", action.words());
                return Err(Refusal::not_allowed(message).into());
            }
            Verdict::Hidden => return Err(Error::Hidden),
        }
        let area = self.area(tx, area)?;
        let framework = adopted(&area)?;
        let roles = actor.roles_on(&case);
        Ok(Seen { case, framework, area, opened_for: action, roles, today: self.clock.today() })
    }
}

/// Whether somebody's only place in a case is a seat whose post has ended:
/// they are told nothing more of it.
fn has_left(app: &App, tx: &mut Tx<'_>, case: &Case, account: AccountId) -> Result<bool, StoreError> {
    if !case.circle.roles_of(account).any(CaseRole::is_of_a_body) {
        return Ok(false);
    }
    let actor = directory::by_posts(app, tx, account)?;
    Ok(actor.is_none_or(|actor| actor.roles_on(case).is_empty()))
}
