//! What is still to come of a notional budget. Nothing is paid in ahead, so what
//! was agreed for the year and is not spent is what the person still has.

use super::costs::{to_pay, with_carried};
use super::years::{bought_regularly, is_promised, spoken_for};
use crate::case::Case;
use crate::case::plan::Mode;
use crate::ledger::Funder;
use crate::{Date, HoldingId, Pence};
use strum::VariantArray as _;

/// What is not spent yet of each notional budget that is open, in pence, in the
/// year that it is now, or that begins next. It is at most what the plan pays for from it,
/// and all of them come to no more than that year has left: what was promised or
/// paid in another way of holding money is not there a second time.
#[must_use]
pub fn to_come(case: &Case, today: Date) -> Vec<(HoldingId, Pence)> {
    let arrangement = &case.arrangement;
    let begins = arrangement.years().iter().find(|year| today < year.end).copied();
    let Some(year) = begins else { return Vec::new() };
    let Some(agreement) = arrangement.of_year(year).next_back() else { return Vec::new() };
    let all = |of: &dyn Fn(Funder) -> Pence| Funder::VARIANTS.iter().map(|funder| of(*funder)).sum::<Pence>();
    let agreed = with_carried(case, year, agreement.amounts);
    let mut left = agreed.nhs + agreed.council + agreed.start_up
        - all(&|funder| spoken_for(case, year, funder, is_promised));

    let open = case.plan.open_holdings().filter(|h| h.words.mode == Mode::Notional);
    let to_come_of = |holding: HoldingId| {
        let to_come = all(&|funder| {
            let planned = to_pay(&case.plan, arrangement, holding, funder);
            planned.once + (planned.regular - bought_regularly(case, year, holding, funder)).or_zero()
        });
        let to_come = to_come.min(left).or_zero();
        left -= to_come;
        (holding, to_come)
    };
    open.map(|h| h.id).map(to_come_of).collect()
}
