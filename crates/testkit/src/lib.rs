//! What tests need and programs do not: throw-away databases and the like.

pub mod databases;
