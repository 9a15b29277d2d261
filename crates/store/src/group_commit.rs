//! How closures are run: readers one transaction each, writers many in one
//! transaction (group commit), each in its own savepoint.

use crate::engine::{Connection, Turn};
use crate::heads::Heads;
use crate::queue::Queue;
use crate::{StoreError, Stream, Tx};
use std::any::Any;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// The most pieces of work that share one commit.
const MOST: usize = 128;
/// How long a writer waits for those who came with the last batch, where nearly all
/// of its time went into the commit. On a quick disk it does not: there more is
/// won by working while they prepare what comes next.
const LINGER: Duration = Duration::from_micros(300);
/// How often work is run again after a clash between transactions.
const TRIES: u32 = 12;

/// One closure on its way through a connection.
pub(crate) trait Work: Send {
    /// Runs the closure. Whether its work is to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// The streams that it is known to read.
    fn about(&self) -> &[Stream];
    /// Tells the caller the outcome, or why there is none.
    fn answer(self: Box<Self>, verdict: Result<(), StoreError>);
}

/// What the caller receives.
pub(crate) type Reply<T, E> = Result<Result<T, E>, Box<dyn Any + Send>>;

pub(crate) struct Job<T, E, F> {
    pub work: F,
    pub about: Vec<Stream>,
    pub outcome: Option<Reply<T, E>>,
    pub reply: oneshot::Sender<Reply<T, E>>,
}

impl<T, E, F> Work for Job<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)));
        let outcome = match (outcome, tx.failure()) {
            // A closure may not carry on as if nothing had happened.
            (Ok(Ok(_)), Some(failure)) => Ok(Err(E::from(failure.clone()))),
            (outcome, _) => outcome,
        };
        let keep = matches!(outcome, Ok(Ok(_)));
        self.outcome = Some(outcome);
        keep
    }

    fn about(&self) -> &[Stream] {
        &self.about
    }

    fn answer(mut self: Box<Self>, verdict: Result<(), StoreError>) {
        let reply = match (verdict, self.outcome.take()) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Ok(Err(E::from(StoreError::Closed))),
            (Err(failure), _) => Ok(Err(E::from(failure))),
        };
        // Nobody is waiting any more if the request was given up.
        self.reply.send(reply).ok();
    }
}

/// Serves a queue of readers until it is closed.
pub(crate) fn read(mut connection: Connection, queue: &Queue<Box<dyn Work>>) {
    while let Some(mut job) = queue.take() {
        let verdict = alone(&mut connection, job.as_mut());
        job.answer(verdict);
    }
}

/// Serves a queue of writers until it is closed.
pub(crate) fn write(mut connection: Connection, queue: &Queue<Box<dyn Work>>) {
    let (mut last, mut linger) = (1, Duration::ZERO);
    loop {
        let mut batch = queue.take_all(MOST, last, linger);
        if batch.is_empty() {
            return;
        }
        last = batch.len();
        let begun = Instant::now();
        match ahead(&mut connection, &mut batch).or_else(|failure| match failure {
            // Run again it might be done twice.
            StoreError::Unknown { .. } => Err(failure),
            _ if last > 1 => together(&mut connection, &mut batch),
            _ => Err(failure),
        }) {
            Ok(in_commit) => {
                linger = if in_commit * 5 > begun.elapsed() * 4 { LINGER } else { Duration::ZERO };
                batch.into_iter().for_each(|job| job.answer(Ok(())));
            }
            Err(StoreError::Unknown { what }) => {
                let verdict = StoreError::Unknown { what };
                batch.into_iter().for_each(|job| job.answer(Err(verdict.clone())));
            }
            Err(failure) => {
                tracing::debug!(%failure, jobs = last, "a shared commit is done one by one");
                for mut job in batch {
                    let verdict = alone(&mut connection, job.as_mut());
                    job.answer(verdict);
                }
            }
        }
        connection.tidy(queue.is_empty());
    }
}

/// Runs all of a batch in one transaction as if nothing would go wrong: with
/// no savepoints, and without waiting for the answer to each row. If anything
/// does, nothing of it is kept. Gives how long the commit took.
fn ahead(connection: &mut Connection, batch: &mut [Box<dyn Work>]) -> Result<Duration, StoreError> {
    let all = (|| {
        connection.begin_to_write(Turn::Beside)?;
        let mut heads = Heads::fetch(connection, batch.iter().flat_map(|job| job.about()).copied())?;
        for job in batch {
            let mut tx = Tx::ahead(connection, &mut heads);
            let keep = job.run(&mut tx);
            if let Some(failure) = tx.failure() {
                return Err(failure.clone());
            }
            if !keep && tx.wrote() {
                return Err(StoreError::Clash { what: "a refusal after writing".to_owned() });
            }
        }
        timed(|| connection.commit())
    })();
    if all.is_err() {
        connection.rollback();
    }
    all
}

/// Runs all of a batch in one transaction. On an error nothing of it is kept.
/// Gives how long the commit took.
fn together(connection: &mut Connection, batch: &mut [Box<dyn Work>]) -> Result<Duration, StoreError> {
    let all = (|| {
        connection.begin_to_write(Turn::Beside)?;
        for job in batch {
            connection.savepoint()?;
            let mut tx = Tx::new(connection);
            let keep = job.run(&mut tx);
            if let Some(failure) = tx.failure().filter(|failure| !failure.spares_the_batch()) {
                return Err(failure.clone());
            }
            if keep { connection.keep_savepoint()? } else { connection.undo_savepoint()? }
        }
        timed(|| connection.commit())
    })();
    if all.is_err() {
        connection.rollback();
    }
    all
}

fn timed(work: impl FnOnce() -> Result<(), StoreError>) -> Result<Duration, StoreError> {
    let begun = Instant::now();
    work().map(|()| begun.elapsed())
}

/// Runs one piece of work in a transaction of its own, and again (with a pause
/// that grows) if it clashed with another transaction, of this server or of
/// another one.
fn alone(connection: &mut Connection, job: &mut dyn Work) -> Result<(), StoreError> {
    let (mut tried, mut last) = (1, None);
    loop {
        // Another server may write to the same rows all the time: whoever has
        // lost once is then let in before it.
        let turn = if tried == 1 { Turn::Beside } else { Turn::Alone };
        match once(connection, job, turn) {
            Err(failure) if failure.may_pass_after(last) && tried < TRIES => {
                if let StoreError::Taken { key, .. } = &failure {
                    last = Some(*key);
                }
                tracing::debug!(%failure, tried, "done again");
                std::thread::sleep(pause(tried));
                tried += 1;
            }
            // Fought over by others all the time, each time for another key.
            Err(StoreError::Taken { key, .. }) if last != Some(key) => return Err(StoreError::Busy),
            Err(StoreError::Taken { what, .. }) => return Err(StoreError::Clash { what }),
            verdict => return verdict,
        }
    }
}

fn once(connection: &mut Connection, job: &mut dyn Work, turn: Turn) -> Result<(), StoreError> {
    if let Err(failure) = connection.begin_to_write(turn) {
        connection.rollback();
        return Err(failure);
    }
    let mut tx = Tx::new(connection);
    let keep = job.run(&mut tx);
    let failure = tx.failure().cloned();
    if !keep {
        connection.rollback();
        return match failure {
            Some(failure) if failure.may_pass_after(None) => Err(failure),
            _ => Ok(()),
        };
    }
    connection.commit().inspect_err(|_| connection.rollback())
}

/// Between half and all of 4, 8, 16 … milliseconds, at most half a second.
fn pause(tried: u32) -> Duration {
    let most = (2_u64 << tried.min(8)).saturating_mul(1000);
    let chance = RandomState::new().hash_one(tried);
    Duration::from_micros(most / 2 + chance % (most / 2))
}
