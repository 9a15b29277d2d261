//! One thing in the plan that several people may change: an outcome, a risk,
//! an action, a line of money.
//!
//! As with a section, each change says which version its writer had before
//! them. The newest is what the plan says and what sums are made of; a version
//! that the newest writer had not seen stands beside it, in full, until
//! somebody brings them together.

use super::{ActionWords, Aim, LineWords, OutcomeWords, RiskWords};
use crate::case::Voice;
use crate::{ActionId, Author, LineId, OutcomeId, Pence, Prose, RiskId, Timestamp};
use rpds::VectorSync;

pub type OutcomeItem = Item<OutcomeId, OutcomeWords, Aim>;
pub type RiskItem = Item<RiskId, RiskWords>;
pub type ActionItem = Item<ActionId, ActionWords, Prose>;
pub type LineItem = Item<LineId, LineWords, Pence>;

/// One thing in the plan as its newest writer left it, with whose it is and
/// whether it was taken out. `S` is what is said of it in an event of its own:
/// what an outcome hopes for, what is done if an action does not work out,
/// what the person adds to a line. It belongs to the version like the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<I, W, S = ()> {
    pub id: I,
    pub words: W,
    pub aside: Option<S>,
    pub voice: Voice,
    /// Who recorded it last, and when.
    pub by: Author,
    pub at: Timestamp,
    /// The number of the event that wrote it last.
    pub seq: u64,
    /// The version that writer had before them; 0 for none.
    pub based_on: u64,
    pub crossing: Crossing,
    /// Versions that the newest writer had not seen, oldest first.
    pub beside: Vec<Version<W, S>>,
    /// Versions that somebody saw and wrote a newer one from, oldest first.
    pub earlier: VectorSync<Version<W, S>>,
    pub removed: bool,
    /// Why it was taken out.
    pub why: Option<Prose>,
}

/// One version of a thing in the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version<W, S = ()> {
    pub seq: u64,
    pub based_on: u64,
    pub words: W,
    pub aside: Option<S>,
    pub voice: Voice,
    pub by: Author,
    pub at: Timestamp,
    pub crossing: Crossing,
}

/// What a version did to the others that stood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Crossing {
    /// It took the place of the only one, or was the first.
    #[default]
    None,
    /// Somebody had written meanwhile, so that it stood side by side.
    Beside,
    /// It brought all that stood together.
    Together,
}

/// What of a change is new, and so has to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct News {
    /// The words, and the version that they are based on.
    pub words: Option<u64>,
    /// What is said of it in an event of its own.
    pub aside: bool,
}

/// Who wrote, when, and in which event.
#[derive(Clone, Copy)]
pub(crate) struct Touch {
    pub seq: u64,
    pub by: Author,
    pub at: Timestamp,
}

impl<I, W, S> Item<I, W, S> {
    pub(crate) fn new(id: I, words: W, voice: Voice, touch: Touch) -> Self {
        let Touch { seq, by, at } = touch;
        Self {
            id,
            words,
            aside: None,
            voice,
            by,
            at,
            seq,
            based_on: 0,
            crossing: Crossing::None,
            beside: vec![],
            earlier: VectorSync::default(),
            removed: false,
            why: None,
        }
    }

    /// Whether versions stand side by side.
    #[must_use]
    pub fn is_contested(&self) -> bool {
        !self.beside.is_empty()
    }

    pub(super) fn remove(&mut self, why: Prose, touch: Touch) {
        (self.removed, self.why, self.by, self.at) = (true, Some(why), touch.by, touch.at);
    }
}

impl<I, W: Clone + PartialEq, S: Clone + PartialEq> Item<I, W, S> {
    #[must_use]
    pub fn newest(&self) -> Version<W, S> {
        Version {
            seq: self.seq,
            based_on: self.based_on,
            words: self.words.clone(),
            aside: self.aside.clone(),
            voice: self.voice,
            by: self.by,
            at: self.at,
            crossing: self.crossing,
        }
    }

    /// All versions that stand, the newest first.
    #[must_use]
    pub fn standing(&self) -> Vec<Version<W, S>> {
        std::iter::once(self.newest()).chain(self.beside.iter().rev().cloned()).collect()
    }

    /// How the version that an event wrote met the others.
    #[must_use]
    pub fn crossing_at(&self, seq: u64) -> Crossing {
        let all = self.earlier.iter().chain(&self.beside).map(|v| (v.seq, v.crossing));
        let first = all.chain([(self.seq, self.crossing)]).filter(|(s, _)| *s >= seq).min_by_key(|(s, _)| *s);
        first.map_or(Crossing::None, |(_, crossing)| crossing)
    }

    /// New words take the place of every version that their writer saw. Without
    /// a number they take the place of the newest only: see the events.
    pub(super) fn change(&mut self, words: W, voice: Voice, based_on: Option<u64>, touch: Touch) {
        let before = self.newest();
        let stood = self.is_contested();
        let replaced = |v: &Version<W, S>| based_on.map_or(v.seq == before.seq, |seen| v.seq <= seen);
        let standing = std::mem::take(&mut self.beside).into_iter().chain([before.clone()]);
        let (seen, meanwhile): (Vec<_>, Vec<_>) = standing.partition(replaced);
        seen.into_iter().for_each(|one| self.earlier.push_back_mut(one));
        self.beside = meanwhile;
        self.crossing = match (self.is_contested(), stood) {
            (true, _) if based_on.is_some() => Crossing::Beside,
            (false, true) => Crossing::Together,
            _ => Crossing::None,
        };
        self.based_on = based_on.unwrap_or(before.seq);
        (self.words, self.voice) = (words, voice);
        (self.seq, self.by, self.at) = (touch.seq, touch.by, touch.at);
    }

    /// What is said with the words in one go is one version with them; said by
    /// itself it is a version of its own.
    pub(super) fn set_aside(&mut self, aside: Option<S>, touch: Touch) {
        let in_one_go = touch.seq == self.seq + 1 && touch.by == self.by && touch.at == self.at;
        if !in_one_go {
            let before = self.newest();
            (self.based_on, self.crossing) = (before.seq, Crossing::None);
            self.earlier.push_back_mut(before);
        }
        self.aside = aside;
        (self.seq, self.by, self.at) = (touch.seq, touch.by, touch.at);
    }

    /// Whether one of its versions says this: then these words are kept.
    pub(super) fn has_said(&self, words: &W, aside: Option<&S>, voice: Voice) -> bool {
        let says = |v: &Version<W, S>| v.words == *words && v.aside.as_ref() == aside && v.voice == voice;
        says(&self.newest()) || self.beside.iter().chain(&self.earlier).any(says)
    }

    /// What is new in what a writer sent who had the version `based_on` before
    /// them. Nothing is, where they sent it before, changed nothing, or wrote
    /// what stands there already.
    pub(super) fn news(&self, words: &W, aside: Option<&S>, voice: Voice, based_on: u64) -> News {
        let same = |v: &Version<W, S>| v.words == *words && v.aside.as_ref() == aside && v.voice == voice;
        let newest = self.newest();
        // They had the newest of those that were there by that number.
        let all = self.earlier.iter().chain(&self.beside).map(|v| v.seq).chain([self.seq]);
        let based_on = all.filter(|seq| *seq <= based_on).max().unwrap_or(0);
        let stale = based_on < self.seq;
        let known = if stale {
            let theirs = |v: &&Version<W, S>| v.seq == based_on || v.based_on == based_on;
            self.standing().iter().any(same) || self.earlier.iter().filter(theirs).any(same)
        } else {
            same(&newest) && !self.is_contested()
        };
        if known {
            return News { words: None, aside: false };
        }
        let anew = stale || self.is_contested() || newest.words != *words || newest.voice != voice;
        News { words: anew.then_some(based_on), aside: newest.aside.as_ref() != aside }
    }
}
