//! The pages: routes, forms, components and what they look like.
//!
//! A request finds its handler through [`site`], where every noun declares its
//! routes and each says who may call it; [`session`] says who that is. A
//! handler opens the case with [`Me::open`], and gives a page of what was opened
//! ([`case_page::Opened`]) or [`error_page::ErrorPage`].

pub mod account;
pub mod address;
pub mod admin;
pub mod agreement;
pub mod answer;
pub mod assets;
mod beside;
pub mod body;
pub mod browser;
pub mod budget;
pub mod carried;
pub mod case_page;
pub mod components;
pub mod cookies;
mod costs;
#[cfg(feature = "demo")]
pub mod demo;
pub mod documents;
pub mod enquiry;
pub mod error_page;
pub mod error_view;
mod everything;
pub mod finance;
pub mod form;
pub mod frame;
pub mod guard;
pub mod help;
pub mod history;
pub mod home;
pub mod look;
pub mod metrics;
pub mod money;
pub mod needs;
pub mod notes;
pub mod offer;
pub mod operate;
pub mod overview;
pub mod page;
pub mod payments;
pub mod people;
pub mod picture;
pub mod plan;
pub mod public;
pub mod questions;
pub mod reviews;
mod rights;
pub mod routes;
pub mod seats;
mod security;
pub mod serve;
pub mod session;
pub mod sign_in;
pub mod signoff;
pub mod site;
pub mod source;
mod speaking;
pub mod state;
pub mod team;
pub mod tokens;
pub mod upload;
pub mod visit;
pub mod voice;
pub mod wizard;

pub use error_page::{Answer, ErrorPage};
pub use routes::{Door, Routes};
pub use site::router;
pub use state::Web;
pub use visit::Me;
