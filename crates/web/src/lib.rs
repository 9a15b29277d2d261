//! The pages: routes, forms, components and what they look like.

pub mod assets;
pub mod components;
pub mod form;
pub mod page;
pub mod picture;
