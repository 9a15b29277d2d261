//! Whose move it is about needs.

use crate::access::{CaseRole, Role};
use crate::case::Turn;
use crate::case::turn::family;
use crate::place::CasePage;

pub(in crate::case) fn next_step() -> Turn {
    Turn::new(
        [family(), vec![Role::Case(CaseRole::CareCoordinator)]].concat(),
        "Fill in the questions about needs",
        "Tell us about your needs. You can do it together with your care co-ordinator.",
        CasePage::Needs,
    )
}
