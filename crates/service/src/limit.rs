//! One limiter for all work that costs much: passphrases, papers, files.
//!
//! Whoever has such work waits for a [`Turn`] in the queue of its kind. Turns
//! go round between accounts (or, where nobody is signed in, between the
//! places that requests come from), so that one of them cannot hold the whole
//! queue. What is full says so at once: [`Error::Busy`]. Strangers go by rank: who
//! asked least lately goes first, and of equals the newest, so that a newcomer
//! does not stand behind a flood. The work itself is done
//! away from the threads that answer pages, at a [`Place`]; functions that
//! cost much take a place as an argument, and only a turn has one, so that
//! they cannot be called anywhere else.

mod coming;

pub use coming::Coming;

use crate::Error;
use argon2::Block;
use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::StoreError;
use strum::VariantArray;
use tokio::sync::oneshot;

/// For how long somebody waits for a turn before being told that we are busy.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// The kinds of work. Each has places and a queue of its own, so that none
/// keeps another waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum Work {
    /// Checking, hashing and judging a passphrase from a browser that nobody
    /// signed in with before.
    StrangersPassphrase,
    /// The same for a browser that its owner signed in with, so that no burst
    /// of strangers stands in the way.
    KnownPassphrase,
    /// Setting a paper in print.
    Paper,
    /// Reading a bank statement or a picture.
    File,
    /// Writing down the next part of a long bank statement: one part at a time, so
    /// that others' writing, and other statements' parts, come between.
    Statement,
    /// Going through a case from its first day on, to show an earlier one.
    EarlierDay,
    /// Keeping a form with files in memory until it is answered.
    Upload,
    /// Keeping a form without files in memory that is larger than most.
    LargeForm,
    /// The same for somebody who is not signed in, so that no stranger stands
    /// in the way of those who are.
    StrangersLargeForm,
}

/// How much of one kind goes on at once and may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How many go on at once, in all …
    pub at_once: usize,
    /// … and for one account or source.
    pub each_at_once: usize,
    /// How many wait, in all …
    pub waiting: usize,
    /// … and for one account or source.
    pub each_waiting: usize,
}

impl Work {
    /// The bounds on a machine with so many cores. Half of the cores stay free
    /// for pages whatever one kind of work does.
    #[must_use]
    pub fn bounds(self, cores: usize) -> Bounds {
        let (half, quarter) = ((cores / 2).max(1), (cores / 4).max(1));
        let bounds = |at_once, each_at_once, waiting, each_waiting| Bounds {
            at_once,
            each_at_once,
            waiting,
            each_waiting,
        };
        match self {
            Self::StrangersPassphrase => bounds(half, half.div_ceil(2), 64, 32),
            Self::KnownPassphrase => bounds(quarter, quarter.div_ceil(2), 64, 4),
            Self::Paper | Self::File => bounds(half, half.div_ceil(2), 24, 4),
            Self::Statement => bounds(1, 1, 24, 2),
            // Fewer than there are threads that read the database.
            Self::EarlierDay => bounds(2, 1, 24, 4),
            // Up to 20 MB each.
            Self::Upload => bounds(12, 2, 48, 4),
            // Up to 2 MB each.
            Self::LargeForm | Self::StrangersLargeForm => bounds(16, 4, 64, 8),
        }
    }
}

/// The limiter. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Limits {
    lanes: Arc<[Arc<Lane>]>,
    /// For how long a body that comes in keeps its place whoever waits.
    kept: Duration,
}

impl Limits {
    /// With the bounds that fit this machine.
    #[must_use]
    pub fn of_the_machine() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self::with(|work| work.bounds(cores))
    }

    #[must_use]
    pub fn with(bounds: impl Fn(Work) -> Bounds) -> Self {
        let lane = |work| Arc::new(Lane::new(bounds(work), work == Work::StrangersPassphrase));
        let lanes = Work::VARIANTS.iter().copied().map(lane).collect();
        Self { lanes, kept: coming::KEPT }
    }

    /// The same, where bodies keep their places for another time.
    #[must_use]
    pub fn that_keep(self, kept: Duration) -> Self {
        Self { kept, ..self }
    }

    fn lane(&self, work: Work) -> &Arc<Lane> {
        let at = Work::VARIANTS.iter().position(|one| *one == work).unwrap_or(0);
        &self.lanes[at]
    }

    /// Does work that costs much for somebody, once it is their turn, on a
    /// thread of its own. `who` is an account or where a request comes from.
    ///
    /// # Errors
    /// [`Error::Busy`] where too much waits already, in all or for them alone.
    pub async fn run<T: Send + 'static>(
        &self,
        work: Work,
        who: &str,
        job: impl FnOnce(&mut Place) -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.turn(work, who).await?.run(job).await
    }

    /// A turn, which lasts until it is dropped: for what holds memory rather
    /// than a core.
    ///
    /// # Errors
    /// [`Error::Busy`], as for [`Limits::run`].
    pub async fn turn(&self, work: Work, who: &str) -> Result<Turn, Error> {
        self.turn_of_rank(work, who, 0).await
    }

    /// The same for a stranger, of a rank ([`crate::lately`]): the lower the
    /// sooner. Other work does not go by it.
    ///
    /// # Errors
    /// [`Error::Busy`], as for [`Limits::run`].
    pub async fn turn_of_rank(&self, work: Work, who: &str, rank: u64) -> Result<Turn, Error> {
        match self.lane(work).ask(who, rank) {
            Asked::Now(turn) => Ok(turn),
            Asked::Full => Err(Error::Busy),
            Asked::Wait(waiting) => match tokio::time::timeout(LONGEST_WAIT, waiting).await {
                Ok(Ok(turn)) => Ok(turn),
                // It took too long, or the place in the queue was given to
                // somebody who waited for less.
                Ok(Err(_)) | Err(_) => Err(Error::Busy),
            },
        }
    }

    /// How many go on and wait now, of a kind.
    #[must_use]
    pub fn now(&self, work: Work) -> (usize, usize) {
        let mut state = self.lane(work).state();
        state.forget_who_left();
        (state.running.values().sum(), state.waiting)
    }
}

/// Where work that costs much is done. Its memory is used again by the next.
#[derive(Default)]
pub struct Place {
    blocks: Vec<Block>,
}

impl Place {
    /// A place for the command line, for making the demonstration and for
    /// tests, where nobody waits for pages.
    #[must_use]
    pub fn of_its_own() -> Self {
        Self::default()
    }

    /// Memory for so many blocks of argon2, 1 KiB each.
    pub(crate) fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.blocks.len() < count {
            self.blocks.resize(count, Block::default());
        }
        &mut self.blocks[..count]
    }
}

/// A turn: work goes on while it is there.
pub struct Turn {
    lane: Arc<Lane>,
    who: String,
    place: Place,
}

impl Turn {
    /// Does the work that the turn is for, on a thread of its own.
    ///
    /// # Errors
    /// [`Error::Broken`] where the work breaks off.
    pub async fn run<T: Send + 'static>(
        mut self,
        job: impl FnOnce(&mut Place) -> T + Send + 'static,
    ) -> Result<T, Error> {
        // The turn goes along: if whoever asked has left, the work still
        // counts until it is done.
        let done = tokio::task::spawn_blocking(move || job(&mut self.place));
        done.await.map_err(|why| Error::Broken(StoreError::Io { what: format!("work broke off: {why}") }))
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turn")
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        Lane::pass_on(&self.lane, &self.who, std::mem::take(&mut self.place));
    }
}

enum Asked {
    Now(Turn),
    Wait(oneshot::Receiver<Turn>),
    Full,
}

/// One kind of work.
#[derive(Debug)]
struct Lane {
    bounds: Bounds,
    /// By rank and not in turns.
    by_rank: bool,
    state: Mutex<State>,
}

/// Who works, and who waits. Keys are accounts and sources.
#[derive(Default)]
struct State {
    running: HashMap<String, usize>,
    /// Those who wait, in the order in which they get their next turn; each
    /// with all that they wait for.
    queue: VecDeque<(String, VecDeque<Wish>)>,
    /// How many wait in all.
    waiting: usize,
    /// How many have ever waited.
    number: u64,
    /// Memory that was used before.
    spare: Vec<Place>,
    /// Those who have a turn and whose body still comes in.
    coming: Vec<Arc<coming::Held>>,
}

/// A turn that somebody waits for.
struct Wish {
    rank: u64,
    /// The larger the newer.
    number: u64,
    tell: oneshot::Sender<Turn>,
}

impl Wish {
    /// The lower the sooner: by rank, and the newest first among equals.
    fn order(&self) -> (u64, Reverse<u64>) {
        (self.rank, Reverse(self.number))
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("running", &self.running).field("waiting", &self.waiting).finish()
    }
}

impl Lane {
    fn new(bounds: Bounds, by_rank: bool) -> Self {
        Self { bounds, by_rank, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(self: &Arc<Self>, who: &str, rank: u64) -> Asked {
        let mut state = self.state();
        state.forget_who_left();
        if state.may_start(who, self.bounds) {
            return Asked::Now(self.start(&mut state, who.to_owned()));
        }
        if state.waiting_of(who) >= self.bounds.each_waiting {
            return Asked::Full;
        }
        if state.waiting >= self.bounds.waiting {
            let has_room = if self.by_rank {
                state.send_away_the_last(rank)
            } else {
                state.send_away_the_greediest(who)
            };
            if !has_room {
                return Asked::Full;
            }
        }
        let (tell, told) = oneshot::channel();
        state.waiting += 1;
        state.number += 1;
        let wish = Wish { rank, number: state.number, tell };
        match state.queue.iter_mut().find(|(key, _)| key == who) {
            Some((_, theirs)) => theirs.push_back(wish),
            None => state.queue.push_back((who.to_owned(), VecDeque::from([wish]))),
        }
        Asked::Wait(told)
    }

    fn start(self: &Arc<Self>, state: &mut State, who: String) -> Turn {
        *state.running.entry(who.clone()).or_default() += 1;
        let place = state.spare.pop().unwrap_or_default();
        Turn { lane: Arc::clone(self), who, place }
    }

    /// Ends a turn, and starts those that can go on now.
    fn pass_on(lane: &Arc<Self>, who: &str, place: Place) {
        let mut started = vec![];
        let mut state = lane.state();
        if !place.blocks.is_empty() && state.spare.len() < lane.bounds.at_once {
            state.spare.push(place);
        }
        if let Some(running) = state.running.get_mut(who) {
            *running -= 1;
            if *running == 0 {
                state.running.remove(who);
            }
        }
        state.forget_who_left();
        while let Some((who, wish)) = state.next(lane.bounds, lane.by_rank) {
            started.push((wish.tell, lane.start(&mut state, who)));
        }
        // Told outside of the lock: where somebody has just left, their turn
        // ends here and comes back into this function.
        drop(state);
        for (tell, turn) in started {
            drop(tell.send(turn));
        }
    }
}

impl State {
    fn may_start(&self, who: &str, bounds: Bounds) -> bool {
        let running: usize = self.running.values().sum();
        let theirs = self.running.get(who).copied().unwrap_or(0);
        running < bounds.at_once && theirs < bounds.each_at_once && self.waiting_of(who) == 0
    }

    fn waiting_of(&self, who: &str) -> usize {
        self.queue.iter().find(|(key, _)| key == who).map_or(0, |(_, theirs)| theirs.len())
    }

    /// Those who closed their browser do not wait any more.
    fn forget_who_left(&mut self) {
        for (_, theirs) in &mut self.queue {
            theirs.retain(|wish| !wish.tell.is_closed());
        }
        self.queue.retain(|(_, theirs)| !theirs.is_empty());
        self.waiting = self.queue.iter().map(|(_, theirs)| theirs.len()).sum();
    }

    /// Makes room in a full queue: whoever waits for most, and for more than
    /// the newcomer would, loses what they asked for last.
    fn send_away_the_greediest(&mut self, newcomer: &str) -> bool {
        let would_wait = self.waiting_of(newcomer) + 1;
        let most = self.queue.iter_mut().map(|(_, theirs)| theirs).max_by_key(|theirs| theirs.len());
        let Some(most) = most.filter(|theirs| theirs.len() > would_wait) else { return false };
        most.pop_back();
        self.waiting -= 1;
        true
    }

    /// Makes room in a full queue for one of this rank: whoever would be last
    /// has to go, unless that is the newcomer.
    fn send_away_the_last(&mut self, rank: u64) -> bool {
        let last = self.queue.iter().flat_map(|(_, theirs)| theirs).map(Wish::order).max();
        let Some(last) = last.filter(|last| last.0 >= rank) else { return false };
        for (_, theirs) in &mut self.queue {
            theirs.retain(|wish| wish.order() != last);
        }
        self.queue.retain(|(_, theirs)| !theirs.is_empty());
        self.waiting -= 1;
        true
    }

    /// Whose turn it is, if anybody's. Where it is not by rank: of those who have
    /// least, whoever waited longest; they go to the end of the queue with
    /// whatever else they wait for.
    fn next(&mut self, bounds: Bounds, by_rank: bool) -> Option<(String, Wish)> {
        let running: usize = self.running.values().sum();
        if running >= bounds.at_once {
            return None;
        }
        let has = |who: &String| self.running.get(who).copied().unwrap_or(0);
        let has_room = |who: &String| has(who) < bounds.each_at_once;
        let with_room = self.queue.iter().enumerate().filter(|(_, (who, _))| has_room(who));
        let (at, which) = if by_rank {
            let wishes = with_room.flat_map(|(at, (_, theirs))| {
                theirs.iter().enumerate().map(move |(which, wish)| (wish.order(), (at, which)))
            });
            wishes.min()?.1
        } else {
            (with_room.min_by_key(|(at, (who, _))| (has(who), *at))?.0, 0)
        };
        let (who, mut theirs) = self.queue.remove(at)?;
        let wish = theirs.remove(which)?;
        self.waiting -= 1;
        if !theirs.is_empty() {
            self.queue.push_back((who.clone(), theirs));
        }
        Some((who, wish))
    }
}

#[cfg(test)]
mod tests;
