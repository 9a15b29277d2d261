//! A queue of work that threads wait at: readers take one piece at a time,
//! a writer takes all that is waiting.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// How many a lingering writer waits for: fewer do not wake it.
    hoped: usize,
    closed: bool,
}

impl<T> Queue<T> {
    pub fn new() -> Self {
        Self {
            state: Mutex::new(State { waiting: VecDeque::new(), hoped: 0, closed: false }),
            arrived: Condvar::new(),
        }
    }

    /// Gives the work back if the queue is closed.
    pub fn push(&self, work: T) -> Result<(), T> {
        let mut state = self.lock();
        if state.closed {
            return Err(work);
        }
        state.waiting.push_back(work);
        let enough = state.waiting.len() >= state.hoped;
        drop(state);
        if enough {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Nothing more is taken in; what is waiting is still done.
    pub fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    pub fn is_empty(&self) -> bool {
        self.lock().waiting.is_empty()
    }

    /// Waits for one piece of work; `None` when the queue is closed and empty.
    pub fn take(&self) -> Option<T> {
        self.wait_for_some().waiting.pop_front()
    }

    /// Waits for work and takes all of it, up to `most` pieces. If fewer than
    /// `hoped` are there, waits up to `linger` for the others to arrive: those
    /// who were answered together tend to come back together.
    pub fn take_all(&self, most: usize, hoped: usize, linger: Duration) -> Vec<T> {
        let mut state = self.wait_for_some();
        if state.waiting.len() < hoped && !state.closed {
            let few = |state: &mut State<T>| state.waiting.len() < hoped && !state.closed;
            state.hoped = hoped;
            state =
                self.arrived.wait_timeout_while(state, linger, few).unwrap_or_else(PoisonError::into_inner).0;
            state.hoped = 0;
        }
        let count = state.waiting.len().min(most);
        state.waiting.drain(..count).collect()
    }

    fn wait_for_some(&self) -> MutexGuard<'_, State<T>> {
        let idle = |state: &mut State<T>| state.waiting.is_empty() && !state.closed;
        self.arrived.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing that can panic runs while the lock is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One who comes back at once, again and again, comes behind all who came
    /// meanwhile: nobody waits for more than one of their pieces.
    #[test]
    fn first_come_first_served_whoever_comes_back() {
        let queue = Queue::new();
        queue.push("part 1").expect("it is open");
        for (others, part) in [(["a", "b"], "part 2"), (["c", "d"], "part 3")] {
            let taken = queue.take_all(1, 1, Duration::ZERO);
            assert!(taken[0].starts_with("part"));
            others.into_iter().for_each(|other| queue.push(other).expect("it is open"));
            queue.push(part).expect("it is open");
            assert_eq!(queue.take_all(2, 1, Duration::ZERO), others);
        }
        assert_eq!(queue.take_all(128, 1, Duration::ZERO), ["part 3"]);
    }
}
