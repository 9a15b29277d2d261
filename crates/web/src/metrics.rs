//! Counters for Prometheus, kept in memory.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The ends of the ranges in which answers are counted, in seconds.
const BOUNDS: [f64; 8] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

/// A class of status, like "2xx".
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Class {
    class: &'static str,
}

/// What was answered since the start, and how long it took.
#[derive(Clone, Debug)]
pub struct Metrics {
    answers: Family<Class, Counter>,
    seconds: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { answers: Family::default(), seconds: Histogram::new(BOUNDS) }
    }
}

impl Metrics {
    /// Counts one answer and how long it took.
    pub fn count(&self, status: u16, took: std::time::Duration) {
        let class = match status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        self.answers.get_or_create(&Class { class }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// Says in a registry what they are; what is counted later shows there too.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("phb_answers", "Answers by class of status", self.answers.clone());
        registry.register("phb_answer_seconds", "How long answers took", self.seconds.clone());
    }
}
