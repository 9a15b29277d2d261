//! What OpenPHB is made of that others wrote: a list of it (a software bill of
//! materials, in CycloneDX), the terms that it comes under, and whether all of
//! it is from where we allow and under what we allow.
//!
//! A tool for those who build the program; nothing of it is in the program.
//! `deny.toml` says what is allowed, in the words of `cargo-deny`, so that
//! whoever has that tool gets the same answers. See `docs/adr/0031-what-others-wrote.md`.

pub mod advisories;
pub mod components;
pub mod cyclonedx;
pub mod notices;
pub mod policy;

pub use components::{Component, Components, Use};
pub use policy::Policy;
