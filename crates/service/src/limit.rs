//! One limiter for all work that costs much: passphrases, papers, files.
//!
//! Whoever has such work waits for a [`Turn`] in the queue of its kind. Turns
//! go round between accounts (or, where nobody is signed in, between the
//! places that requests come from), so that one of them cannot hold the whole
//! queue. What is full says so at once: [`No::Busy`]. Strangers go by rank: who
//! asked least lately goes first, and of equals the newest, so that a newcomer
//! does not stand behind a flood. The work itself is done
//! away from the threads that answer pages, at a [`Place`]; functions that
//! cost much take a place as an argument, and only a turn has one, so that
//! they cannot be called anywhere else.

use crate::No;
use argon2::Block;
use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::StoreError;
use tokio::sync::oneshot;

/// For how long somebody waits for a turn before being told that we are busy.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// The kinds of work. Each has places and a queue of its own, so that none
/// keeps another waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Writing a bank statement down, with all its payments in one transaction:
    /// one at a time, so that others' writing comes between.
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
    pub const ALL: [Self; 9] = [
        Self::StrangersPassphrase,
        Self::KnownPassphrase,
        Self::Paper,
        Self::File,
        Self::Statement,
        Self::EarlierDay,
        Self::Upload,
        Self::LargeForm,
        Self::StrangersLargeForm,
    ];

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
        Self { lanes: Work::ALL.into_iter().map(lane).collect() }
    }

    /// Does work that costs much for somebody, once it is their turn, on a
    /// thread of its own. `who` is an account or where a request comes from.
    ///
    /// # Errors
    /// [`No::Busy`] where too much waits already, in all or for them alone.
    pub async fn run<T: Send + 'static>(
        &self,
        work: Work,
        who: &str,
        job: impl FnOnce(&mut Place) -> T + Send + 'static,
    ) -> Result<T, No> {
        self.turn(work, who).await?.run(job).await
    }

    /// A turn, which lasts until it is dropped: for what holds memory rather
    /// than a core.
    ///
    /// # Errors
    /// [`No::Busy`], as for [`Limits::run`].
    pub async fn turn(&self, work: Work, who: &str) -> Result<Turn, No> {
        self.turn_of_rank(work, who, 0).await
    }

    /// The same for a stranger, of a rank ([`crate::lately`]): the lower the
    /// sooner. Other work does not go by it.
    ///
    /// # Errors
    /// [`No::Busy`], as for [`Limits::run`].
    pub async fn turn_of_rank(&self, work: Work, who: &str, rank: u64) -> Result<Turn, No> {
        let at = Work::ALL.iter().position(|one| *one == work).unwrap_or(0);
        let asked = self.lanes[at].ask(who, rank);
        match asked {
            Asked::Now(turn) => Ok(turn),
            Asked::Full => Err(No::Busy),
            Asked::Wait(waiting) => match tokio::time::timeout(LONGEST_WAIT, waiting).await {
                Ok(Ok(turn)) => Ok(turn),
                // It took too long, or the place in the queue was given to
                // somebody who waited for less.
                Ok(Err(_)) | Err(_) => Err(No::Busy),
            },
        }
    }

    /// How many go on and wait now, of a kind.
    #[must_use]
    pub fn now(&self, work: Work) -> (usize, usize) {
        let at = Work::ALL.iter().position(|one| *one == work).unwrap_or(0);
        let mut state = self.lanes[at].state();
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
    /// [`No::Broken`] where the work breaks off.
    pub async fn run<T: Send + 'static>(
        mut self,
        job: impl FnOnce(&mut Place) -> T + Send + 'static,
    ) -> Result<T, No> {
        // The turn goes along: if whoever asked has left, the work still
        // counts until it is done.
        let done = tokio::task::spawn_blocking(move || job(&mut self.place));
        done.await.map_err(|why| No::Broken(StoreError::Io { what: format!("work broke off: {why}") }))
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

    /// Whose turn it is, if anybody's; where it is not by rank they go to the
    /// end of the queue with whatever else they wait for.
    fn next(&mut self, bounds: Bounds, by_rank: bool) -> Option<(String, Wish)> {
        let running: usize = self.running.values().sum();
        if running >= bounds.at_once {
            return None;
        }
        let has_room = |who: &String| self.running.get(who).copied().unwrap_or(0) < bounds.each_at_once;
        let mut with_room = self.queue.iter().enumerate().filter(|(_, (who, _))| has_room(who));
        let (at, which) = if by_rank {
            let wishes = with_room.flat_map(|(at, (_, theirs))| {
                theirs.iter().enumerate().map(move |(which, wish)| (wish.order(), (at, which)))
            });
            wishes.min()?.1
        } else {
            (with_room.next()?.0, 0)
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
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    const SMALL: Bounds = Bounds { at_once: 1, each_at_once: 1, waiting: 4, each_waiting: 3 };

    fn small() -> Limits {
        Limits::with(|_| SMALL)
    }

    async fn settle(limits: &Limits, waiting: usize) {
        while limits.now(Work::Paper).1 != waiting {
            tokio::task::yield_now().await;
        }
    }

    /// Asks for turns that end as soon as they begin; gives who had them.
    async fn ask(limits: &Limits, who: &[&'static str]) -> Vec<Result<&'static str, No>> {
        let had = Arc::new(Mutex::new(vec![]));
        let first = limits.turn(Work::Paper, "first").await.expect("nobody else is there");
        let mut asked = vec![];
        for who in who {
            let (limits, had) = (limits.clone(), Arc::clone(&had));
            let who = *who;
            asked.push(tokio::spawn(async move {
                let turn = limits.turn(Work::Paper, who).await;
                had.lock().expect("it").push(turn.as_ref().map(|_| who).map_err(Clone::clone));
            }));
            // Until they wait, or were told that they cannot.
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        }
        drop(first);
        for one in asked {
            one.await.expect("it ends");
        }
        let had = had.lock().expect("it");
        had.clone()
    }

    #[tokio::test]
    async fn turns_go_round_between_those_who_wait() {
        let had = ask(&small(), &["greedy", "greedy", "greedy", "meek"]).await;
        let had: Vec<_> = had.into_iter().map(|one| one.expect("all had a turn")).collect();
        assert_eq!(had, ["greedy", "meek", "greedy", "greedy"]);
    }

    #[tokio::test]
    async fn one_alone_cannot_fill_the_queue_and_a_full_one_makes_room_for_who_waits_for_less() {
        let had = ask(&small(), &["greedy", "greedy", "greedy", "greedy"]).await;
        assert!(matches!(had[0], Err(No::Busy)), "the fourth was told at once: {had:?}");
        assert_eq!(had.iter().filter(|one| one.is_ok()).count(), 3);

        let had = ask(&small(), &["greedy", "greedy", "greedy", "meek", "late"]).await;
        let kept: Vec<_> = had.iter().flatten().copied().collect();
        assert_eq!(kept, ["greedy", "meek", "late", "greedy"], "{had:?}");
        assert_eq!(had.iter().filter(|one| matches!(one, Err(No::Busy))).count(), 1);

        let had = ask(&small(), &["a", "b", "c", "d", "e"]).await;
        assert_eq!(had.iter().filter(|one| one.is_err()).count(), 1, "nobody is greedier than they: {had:?}");
    }

    /// Strangers of these ranks ask one after the other while the only place is
    /// taken; gives who had a turn, in their order, and who was sent away.
    async fn of_ranks(ask: &[(&'static str, u64)]) -> (Vec<&'static str>, Vec<&'static str>) {
        let (limits, had) = (small(), Arc::new(Mutex::new((vec![], vec![]))));
        let work = Work::StrangersPassphrase;
        let first = limits.turn(work, "first").await.expect("nobody else is there");
        let mut asked = vec![];
        for (who, rank) in ask.iter().copied() {
            let (limits, had) = (limits.clone(), Arc::clone(&had));
            asked.push(tokio::spawn(async move {
                let turn = limits.turn_of_rank(work, who, rank).await;
                let mut had = had.lock().expect("it");
                if turn.is_ok() { had.0.push(who) } else { had.1.push(who) }
            }));
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        }
        drop(first);
        for one in asked {
            one.await.expect("it ends");
        }
        let had = had.lock().expect("it");
        had.clone()
    }

    #[tokio::test]
    async fn strangers_who_asked_least_go_first_and_of_equals_the_newest() {
        let (had, away) = of_ranks(&[("often", 9), ("once", 1), ("new", 0), ("newer", 0)]).await;
        assert_eq!(had, ["newer", "new", "once", "often"]);
        assert_eq!(away, [""; 0]);
    }

    #[tokio::test]
    async fn a_full_queue_of_strangers_sends_away_who_asked_most_and_never_a_newcomer() {
        let flood = [("flood", 1), ("flood", 2), ("flood", 3), ("other", 1)];
        let (had, away) = of_ranks(&[&flood[..], &[("new", 0)]].concat()).await;
        assert_eq!(had, ["new", "other", "flood", "flood"]);
        assert_eq!(away, ["flood"], "the one of rank 3");
        let (had, away) = of_ranks(&[&flood[..], &[("worse", 7)]].concat()).await;
        assert_eq!(away, ["worse"]);
        assert_eq!(had, ["other", "flood", "flood", "flood"]);
        // All ask for the first time: the one who has waited longest.
        let all = [("a", 0), ("b", 0), ("c", 0), ("d", 0), ("e", 0)];
        assert_eq!(of_ranks(&all).await, (vec!["e", "d", "c", "b"], vec!["a"]));
    }

    #[tokio::test]
    async fn who_left_is_passed_over_and_no_turn_is_lost() {
        let limits = small();
        let first = limits.turn(Work::Paper, "first").await.expect("it is free");
        let other = limits.clone();
        let gone = tokio::spawn(async move { other.turn(Work::Paper, "gone").await.map(drop) });
        settle(&limits, 1).await;
        gone.abort();
        gone.await.expect_err("it left");
        drop(first);
        drop(limits.turn(Work::Paper, "next").await.expect("it is free again"));
        assert_eq!(limits.now(Work::Paper), (0, 0));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_more_goes_on_at_once_than_there_are_places() {
        let limits =
            Limits::with(|_| Bounds { at_once: 3, each_at_once: 2, waiting: 200, each_waiting: 200 });
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let all = (0..100).map(|n| {
            let (limits, now, most) = (limits.clone(), Arc::clone(&now), Arc::clone(&most));
            tokio::spawn(async move {
                let who = format!("who {}", n % 7);
                let work = move |place: &mut Place| {
                    most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                    place.blocks(4);
                    std::thread::yield_now();
                    now.fetch_sub(1, SeqCst);
                };
                limits.run(Work::File, &who, work).await
            })
        });
        for one in all.collect::<Vec<_>>() {
            one.await.expect("it ends").expect("it had its turn");
        }
        assert!(most.load(SeqCst) <= 3, "{most:?} at once");
        let lane = &limits.lanes[3];
        assert!(lane.state().spare.len() <= 3, "memory is kept for so many and no more");
        assert_eq!(limits.now(Work::File), (0, 0));
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_turn_back() {
        let limits = small();
        let broke = limits.run(Work::Paper, "who", |_| panic!("as it should in this test")).await;
        assert!(matches!(broke, Err(No::Broken(_))));
        limits.run(Work::Paper, "who", |_| ()).await.expect("it is free again");
    }

    #[test]
    fn every_kind_has_places_a_queue_and_a_share_that_is_less_than_all() {
        for cores in [1, 2, 4, 64] {
            for work in Work::ALL {
                let b = work.bounds(cores);
                assert!(
                    b.at_once >= 1 && b.each_at_once >= 1 && b.each_at_once <= b.at_once,
                    "{work:?} {b:?}"
                );
                assert!(b.each_waiting * 2 <= b.waiting, "{work:?}: one cannot hold the whole queue: {b:?}");
                assert!(cores < 4 || b.each_at_once < b.at_once || b.at_once == 1, "{work:?} {b:?}");
            }
        }
    }
}
