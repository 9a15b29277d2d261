//! What tests need and programs do not: throw-away databases and the like.

pub mod browser;
pub mod databases;
pub mod http;

#[cfg(feature = "world")]
pub mod client;
#[cfg(feature = "world")]
pub mod frozen;
#[cfg(feature = "world")]
pub mod life;
#[cfg(feature = "world")]
pub mod passkey;
#[cfg(feature = "world")]
pub mod stages;
#[cfg(feature = "world")]
pub mod world;

/// The made-up people, and how their stories are told.
#[cfg(feature = "world")]
pub use demo;

#[cfg(feature = "world")]
pub use client::{Client, Page};
#[cfg(feature = "world")]
pub use frozen::{Frozen, Thawed};
#[cfg(feature = "world")]
pub use stages::Stage;
#[cfg(feature = "world")]
pub use world::World;
