//! Whose move it is about who is in the circle and how they sign in.

use super::{proposal, sign_in};
use crate::case::{Case, Turn};

pub(in crate::case) fn turns(case: &Case) -> Vec<Turn> {
    let mut turns = proposal::turns(case);
    turns.extend(sign_in::turns(case));
    turns.dedup();
    turns
}
