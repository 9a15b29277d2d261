//! What was bought with a notional budget.

use crate::ledger::Funder;
use crate::{Date, HoldingId, Line, LineId, Pence};

/// What was bought with a notional budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bought {
    pub holding: HoldingId,
    pub line: LineId,
    pub amount: Pence,
    pub on: Date,
    pub what: Line,
}

/// What was bought, with whose money, and whether it is paid once: as its line was when
/// it was recorded, and then as the newest agreement of its year says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    pub bought: Bought,
    pub funder: Option<Funder>,
    pub is_once: bool,
}
