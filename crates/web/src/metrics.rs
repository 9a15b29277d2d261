//! Counters for Prometheus, kept in memory.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

const BOUNDS_MS: [u64; 8] = [1, 5, 10, 50, 100, 500, 1_000, 5_000];

/// What was answered since the start, and how long it took.
#[derive(Debug, Default)]
pub struct Metrics {
    /// By the first digit of the status.
    answers: [AtomicU64; 6],
    micros: AtomicU64,
    buckets: [AtomicU64; BOUNDS_MS.len()],
}

impl Metrics {
    /// Counts one answer and how long it took.
    pub fn count(&self, status: u16, micros: u64) {
        let class = usize::from(status / 100).min(5);
        self.answers[class].fetch_add(1, Relaxed);
        self.micros.fetch_add(micros, Relaxed);
        for (bound, bucket) in BOUNDS_MS.iter().zip(&self.buckets) {
            if micros <= bound * 1_000 {
                bucket.fetch_add(1, Relaxed);
            }
        }
    }

    /// The text that Prometheus reads.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::from(
            "# HELP phb_answers_total Answers by class of status.\n# TYPE phb_answers_total counter\n",
        );
        let mut total = 0;
        for (class, answers) in self.answers.iter().enumerate().skip(1) {
            let n = answers.load(Relaxed);
            total += n;
            let _ = writeln!(out, "phb_answers_total{{class=\"{class}xx\"}} {n}");
        }
        out.push_str(
            "# HELP phb_answer_seconds How long answers took.\n# TYPE phb_answer_seconds histogram\n",
        );
        for (bound, bucket) in BOUNDS_MS.iter().zip(&self.buckets) {
            let _ = writeln!(
                out,
                "phb_answer_seconds_bucket{{le=\"{}.{:03}\"}} {}",
                bound / 1_000,
                bound % 1_000,
                bucket.load(Relaxed)
            );
        }
        let micros = self.micros.load(Relaxed);
        let _ = writeln!(out, "phb_answer_seconds_bucket{{le=\"+Inf\"}} {total}");
        let _ = writeln!(out, "phb_answer_seconds_sum {}.{:06}", micros / 1_000_000, micros % 1_000_000);
        let _ = writeln!(out, "phb_answer_seconds_count {total}");
        out
    }
}
