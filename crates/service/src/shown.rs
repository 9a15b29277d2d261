//! What lists showed to whom, as far as this server knows it to be written down.

use domain::AccountId;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use strum::{EnumString, IntoStaticStr};
use uuid::Uuid;

/// Which list somebody sees, by its word where it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum List {
    /// What waits for them.
    Work,
    /// What a search found.
    Search,
    /// Payments that wait.
    Payments,
    /// Requests to be contacted.
    Requests,
    /// What was kept long enough, or is held.
    Kept,
    /// One request to be contacted, opened: no list, and kept as what lists show
    /// is, since there is no case yet whose page it could be.
    Request,
}

impl List {
    pub fn word(self) -> &'static str {
        self.into_str()
    }
}

/// What this server knows to be written down: by reader and list, of the quarter
/// of an hour and of the day that it is.
#[derive(Debug, Default)]
pub(crate) struct Shown(Mutex<HashMap<(AccountId, List), Known>>);

#[derive(Clone, Debug, Default)]
struct Known {
    quarter: i64,
    in_quarter: HashSet<Uuid>,
    day: Option<domain::Date>,
    in_day: HashSet<Uuid>,
}

/// For so many readers and lists it is known; then it is begun anew, which writes
/// some rows twice.
const MOST: usize = 4_000;
/// So many subjects are known of a reader and list on a day.
const MOST_SUBJECTS: usize = 5_000;

impl Shown {
    /// Those that are new in this quarter of an hour, and those that are on this day.
    pub fn new_ones(
        &self,
        key: (AccountId, List),
        (quarter, day): (i64, domain::Date),
        subjects: &[Uuid],
    ) -> (Vec<Uuid>, Vec<Uuid>) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(&key);
        let quarter = known.filter(|known| known.quarter == quarter).map(|known| &known.in_quarter);
        let day = known.filter(|known| known.day == Some(day)).map(|known| &known.in_day);
        let new = |known: Option<&HashSet<Uuid>>| {
            let mut seen = HashSet::new();
            let is_new = |id: &&Uuid| known.is_none_or(|known| !known.contains(*id)) && seen.insert(**id);
            subjects.iter().filter(is_new).copied().collect()
        };
        (new(quarter), new(day))
    }

    pub fn are_written(
        &self,
        key: (AccountId, List),
        (quarter, day): (i64, domain::Date),
        subjects: &[Uuid],
    ) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(&key) {
            all.clear();
        }
        let known = all.entry(key).or_default();
        if known.quarter != quarter || known.in_quarter.len() > MOST_SUBJECTS {
            known.quarter = quarter;
            known.in_quarter.clear();
        }
        if known.day != Some(day) || known.in_day.len() > MOST_SUBJECTS {
            known.day = Some(day);
            known.in_day.clear();
        }
        known.in_quarter.extend(subjects);
        known.in_day.extend(subjects);
    }
}
