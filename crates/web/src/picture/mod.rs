//! Pictures made on the server: the path of stages, the money, the thread
//! from need to spending.
//!
//! Every picture stands beside the same facts in words, works without colour,
//! and is drawn with classes and attributes only, since the pages allow no
//! inline style.

mod money;
mod path;
mod thread;

pub use money::{Forecast, MoneyBar, Month, budget_split, money_bar, run_out_chart};
pub use path::{Stage, StageStatus, path_of_stages};
pub use thread::{Thread, ThreadLine, golden_thread};
