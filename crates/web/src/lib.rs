//! The pages: routes, forms, components and what they look like.
//!
//! A request finds its handler through [`routes`], where every route says who
//! may call it; [`session`] says who that is. A handler opens the case with
//! [`session::Me`], and gives a page or [`trouble::Trouble`].

pub mod account;
pub mod admin;
pub mod agreement;
pub mod assets;
pub mod body;
pub mod budget;
pub mod case_page;
pub mod components;
pub mod demo;
pub mod documents;
pub mod enquiry;
pub mod finance;
pub mod form;
pub mod guard;
pub mod help;
pub mod history;
pub mod home;
pub mod keyed;
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
pub mod routes;
pub mod serve;
pub mod session;
pub mod sign_in;
pub mod signoff;
pub mod source;
mod speaking;
pub mod trouble;
pub mod upload;
pub mod whose;

pub use routes::{Door, Routes, router};
pub use session::Me;
pub use trouble::{Answer, Trouble};

use page::Look;
use service::App;
use std::sync::Arc;

/// What every handler has.
#[derive(Clone)]
pub struct Web {
    pub app: App,
    pub look: Arc<Look>,
    /// Whether the site is reached over https alone: so are its cookies then.
    pub secure: bool,
}
