//! Use cases: authorise, load, decide, record, enqueue, in one transaction.
//!
//! Each module is one noun, named as in `domain` and `web`. A use case opens
//! the case with `App::act`, asks `domain` what may happen, and hands back
//! what was decided; reading goes through [`App::see`], which records the look.

pub mod account;
pub mod address;
pub mod administer;
pub mod app;
pub mod arrangement;
pub mod assessment;
pub mod browser;
pub mod budget;
pub mod circle;
pub mod clock;
pub mod closing;
pub mod communication;
pub mod consent;
pub mod demonstration;
pub mod directory;
pub mod documents;
pub mod enquiry;
pub mod error;
pub mod everything;
pub mod factor;
pub mod framework;
pub mod guessing;
pub mod happened;
pub mod history;
pub mod jobs;
mod known_networks;
pub mod lately;
pub mod leaving;
pub mod limit;
mod list_looks;
pub mod lists;
pub mod login_names;
pub mod lost;
#[cfg(feature = "demo")]
pub mod made_up;
pub mod mail;
mod networks;
mod news;
pub mod notes;
pub mod offer;
pub mod one_time_link;
pub mod open_case;
pub mod operate;
pub mod overview;
pub mod papers;
pub mod passkey;
pub mod passphrase;
mod pdf;
pub mod plan;
pub mod posts;
pub mod question;
pub mod rate;
pub mod rebuild;
pub mod review;
mod rows;
pub mod runner;
pub mod second_steps;
pub mod secrets;
pub mod security;
pub mod security_log;
pub mod server_name;
pub mod session;
pub mod settings;
pub mod sharing;
mod shown;
pub mod sign_in;
pub mod signoff;
pub mod stored;
pub mod stream;
mod tally;
pub mod team;
pub mod token;
pub mod told;
pub mod upkeep;
pub mod worklist;

pub use app::App;
pub use clock::Clock;
pub use error::Error;
pub(crate) use open_case::OpenCase;
pub use open_case::{Allowed, Effects, Seen, Steps};
pub use settings::Settings;
pub use store::StoreError;
