//! The figures as they are printed, and small arithmetic.

use std::time::{Duration, Instant};

#[derive(Default)]
pub struct Table(Vec<[String; 4]>);

impl Table {
    /// A figure, its limit, what came of the comparison and what is wanted.
    pub fn add(&mut self, what: &str, figure: String, result: String, wanted: &str) {
        eprintln!("  {what}: {figure}; {result}");
        self.0.push([what.to_owned(), figure, result, wanted.to_owned()]);
    }

    pub fn print(&self) {
        let head = ["what", "measured", "beside its limit", "wanted"].map(str::to_owned);
        let rows: Vec<&[String; 4]> = std::iter::once(&head).chain(&self.0).collect();
        let width = |i: usize| rows.iter().map(|r| r[i].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2), width(3)];
        for row in rows {
            let cells: Vec<String> =
                row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            println!("| {} |", cells.join(" | "));
        }
    }
}

/// What the figures were taken on.
pub fn machine() {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|l| l.strip_prefix("model name")).unwrap_or(": unknown");
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("{cores} cores,{}; load before: {}", model.trim_start_matches(['\t', ' ', ':']), load.trim());
}

pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

pub fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

/// How long something took, in seconds.
pub fn timed<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    std::hint::black_box(work());
    seconds(start.elapsed())
}

/// `1.2 ms`, `3.4 s`.
pub fn time(seconds: f64) -> String {
    match seconds {
        s if s < 0.001 => format!("{:.0} µs", s * 1e6),
        s if s < 1.0 => format!("{:.1} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}
