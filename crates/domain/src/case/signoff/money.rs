//! Whether what the plan costs is covered by the budget of each funder.

use crate::Pence;
use crate::case::budget::Amounts;
use crate::case::plan::{Every, Plan};
use crate::ledger::Funder;

/// What a plan costs in its first year, and what there is for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// What comes back through the year, for each funder.
    pub nhs: Pence,
    pub council: Pence,
    /// What is bought once.
    pub once: Pence,
    pub budget: Amounts,
    /// What is bought once and covered neither by start-up money nor by what
    /// its funder has left over.
    pub once_short: Pence,
}

impl Cover {
    #[must_use]
    pub fn of(plan: &Plan, budget: Amounts) -> Self {
        let cost = |funder: Funder, once: bool| -> Pence {
            plan.current_lines()
                .filter(|l| l.words.funder == funder && (l.words.every == Every::Once) == once)
                .map(|l| l.words.yearly())
                .sum()
        };
        let (nhs, council) = (cost(Funder::Nhs, false), cost(Funder::Council, false));
        let short = |once: Pence, spare: Pence| (once - spare.max(Pence::ZERO)).max(Pence::ZERO);
        let (nhs_once, council_once) = (cost(Funder::Nhs, true), cost(Funder::Council, true));
        let beyond = short(nhs_once, budget.nhs - nhs) + short(council_once, budget.council - council);
        Self {
            nhs,
            council,
            once: nhs_once + council_once,
            budget,
            once_short: (beyond - budget.start_up).max(Pence::ZERO),
        }
    }

    /// Everything, for the first year.
    #[must_use]
    pub fn total(&self) -> Pence {
        self.nhs + self.council + self.once
    }

    /// What is too much, in words; nothing where the budget covers the plan.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut all = vec![];
        for (who, cost, budget) in
            [("NHS", self.nhs, self.budget.nhs), ("council", self.council, self.budget.council)]
        {
            if cost > budget {
                let by = cost - budget;
                all.push(format!(
                    "The {who} part of the plan costs {cost} a year and its budget is {budget}: {by} too much"
                ));
            }
        }
        if self.once_short > Pence::ZERO {
            let short = self.once_short;
            all.push(format!("What is bought once costs {short} more than there is to begin with"));
        }
        all
    }
}
