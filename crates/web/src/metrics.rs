//! Counters for Prometheus, kept in memory.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

static ANSWERS: [AtomicU64; 6] = [const { AtomicU64::new(0) }; 6];
static MICROS: AtomicU64 = AtomicU64::new(0);
const BOUNDS_MS: [u64; 8] = [1, 5, 10, 50, 100, 500, 1_000, 5_000];
static BUCKETS: [AtomicU64; 8] = [const { AtomicU64::new(0) }; 8];

/// Counts one answer and how long it took.
pub fn count(status: u16, micros: u64) {
    let class = usize::from(status / 100).min(5);
    ANSWERS[class].fetch_add(1, Relaxed);
    MICROS.fetch_add(micros, Relaxed);
    for (bound, bucket) in BOUNDS_MS.iter().zip(&BUCKETS) {
        if micros <= bound * 1_000 {
            bucket.fetch_add(1, Relaxed);
        }
    }
}

/// The text that Prometheus reads.
#[must_use]
pub fn text() -> String {
    let mut out = String::from(
        "# HELP phb_answers_total Answers by class of status.\n# TYPE phb_answers_total counter\n",
    );
    let mut total = 0;
    for (class, answers) in ANSWERS.iter().enumerate().skip(1) {
        let n = answers.load(Relaxed);
        total += n;
        let _ = writeln!(out, "phb_answers_total{{class=\"{class}xx\"}} {n}");
    }
    out.push_str("# HELP phb_answer_seconds How long answers took.\n# TYPE phb_answer_seconds histogram\n");
    for (bound, bucket) in BOUNDS_MS.iter().zip(&BUCKETS) {
        let _ = writeln!(
            out,
            "phb_answer_seconds_bucket{{le=\"{}.{:03}\"}} {}",
            bound / 1_000,
            bound % 1_000,
            bucket.load(Relaxed)
        );
    }
    let micros = MICROS.load(Relaxed);
    let _ = writeln!(out, "phb_answer_seconds_bucket{{le=\"+Inf\"}} {total}");
    let _ = writeln!(out, "phb_answer_seconds_sum {}.{:06}", micros / 1_000_000, micros % 1_000_000);
    let _ = writeln!(out, "phb_answer_seconds_count {total}");
    out
}
