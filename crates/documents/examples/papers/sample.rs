pub use super::*;
pub fn plan() -> Paper { hard() }
pub fn budget() -> Paper { hard() }
pub fn letter() -> Paper { hard() }
pub fn agreement() -> Paper { hard() }

