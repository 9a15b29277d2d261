//! What is still to come of a notional budget. Nothing is paid in ahead, so what
//! was signed for the year and is not spent is what the person still has.

use super::agreement::is_taken_back;
use super::costs::to_pay;
use super::limits::{Signed, room};
use super::years::{bought_regularly, is_promised};
use crate::case::Case;
use crate::case::plan::Mode;
use crate::ledger::Funder;
use crate::{Date, HoldingId, Pence};
use std::collections::BTreeMap;
use strum::VariantArray as _;

/// What is not spent yet of each notional budget that is open, in pence, in the
/// year that it is now, or that begins next, as both sides have signed for it. It is
/// at most what the plan pays for from it, and all of them come to no more than each
/// funder has left in that year: what was promised or paid in another way of holding
/// money is not there a second time.
#[must_use]
pub fn to_come(case: &Case, today: Date) -> Vec<(HoldingId, Pence)> {
    if is_taken_back(case) {
        return Vec::new();
    }
    let arrangement = &case.arrangement;
    let begins = arrangement.years().iter().find(|year| today < year.end).copied();
    let Some(year) = begins else { return Vec::new() };
    let Some(agreement) = arrangement.of_year(year).rfind(|a| a.is_signed()) else { return Vec::new() };
    // What the others that come before it take of what a funder has left.
    let mut taken: BTreeMap<&str, Pence> = BTreeMap::new();
    let mut to_come_of = |holding: HoldingId, funder: Funder| {
        let at = (holding, funder);
        let planned = to_pay(&case.plan, arrangement, holding, funder);
        let room = room(case, Signed { year, agreement }, at, is_promised);
        let regular = (planned.regular - bought_regularly(case, year, holding, funder)).or_zero();
        let taken = taken.entry(funder.body()).or_default();
        let all = (room.all - *taken).or_zero();
        let to_come = (regular.min(room.regular) + planned.once.min(room.once)).min(all);
        *taken += to_come;
        to_come
    };
    let open = case.plan.open_holdings().filter(|h| h.words.mode == Mode::Notional);
    let open = open.filter(|h| agreement.covers(h.id));
    open.map(|h| (h.id, Funder::VARIANTS.iter().map(|funder| to_come_of(h.id, *funder)).sum())).collect()
}
