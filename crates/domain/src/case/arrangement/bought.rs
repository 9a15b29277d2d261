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

/// What was bought, and with whose money: that of its line when it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    pub bought: Bought,
    pub funder: Option<Funder>,
}
