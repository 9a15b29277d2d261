//! How much of each part of the record somebody sees, as the rows of the policy
//! open it: what the person is told before they share, and whoever reads after.

use super::facts::Facts;
use super::policy::{Action, Verdict, decide};
use super::{RecordPart, RecordParts, Role};

/// How much of a part of the record is open to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    Nothing,
    /// Some of it: what another part shows, or what somebody needs for what was
    /// asked of them.
    Some,
    Whole,
}

/// What reads a part, all of it.
fn read_by(part: RecordPart) -> &'static [Action] {
    use Action as A;
    match part {
        RecordPart::Needs => &[A::SeeNeeds, A::SeeNeedsMet],
        RecordPart::Plan => &[A::SeePlan],
        RecordPart::Costs => &[A::SeeCosts, A::SeePlanned],
        RecordPart::Budget => &[A::SeeBudget],
        RecordPart::Payments => &[A::SeeMoney, A::SeeAccount, A::SeeLines],
        RecordPart::People => &[A::SeePeople],
        RecordPart::Reviews => &[A::SeeReviews],
        RecordPart::Notes => &[A::SeeNotes],
        RecordPart::Papers => &[A::SeeDocuments],
        RecordPart::History => &[A::SeeHistory],
    }
}

/// How much of a part somebody sees with whom these parts are shared. Of an
/// account that their own organisation holds they may see more.
#[must_use]
pub fn extent(role: Role, shared: RecordParts, part: RecordPart) -> Extent {
    let facts = Facts { shares_with_them: true, shared, ..Facts::default() };
    let rows = read_by(part);
    let open = rows.iter().filter(|action| decide(role, **action, facts) == Verdict::Allowed).count();
    match open {
        0 => Extent::Nothing,
        all if all == rows.len() => Extent::Whole,
        _ => Extent::Some,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::CaseRole;
    use strum::VariantArray;

    const SUPPORTER: Role = Role::Case(CaseRole::Supporter);

    fn seen(role: Role, shared: &[RecordPart]) -> Vec<(RecordPart, Extent)> {
        let shared = shared.iter().copied().collect();
        let each = RecordPart::VARIANTS.iter().copied().map(|part| (part, extent(role, shared, part)));
        each.filter(|(_, extent)| *extent != Extent::Nothing).collect()
    }

    #[test]
    fn a_part_is_seen_as_far_as_the_rows_open_it() {
        for &part in RecordPart::VARIANTS {
            assert!(seen(SUPPORTER, &[part]).contains(&(part, Extent::Whole)), "{part:?}");
        }
        use RecordPart as P;
        let with_plan = [(P::Needs, Extent::Some), (P::Plan, Extent::Whole), (P::Costs, Extent::Whole)];
        assert_eq!(seen(SUPPORTER, &[P::Plan]), with_plan);
        let least = [(P::Costs, Extent::Some), (P::Payments, Extent::Some)];
        assert_eq!(seen(Role::ThirdParty, &[]), least);
        assert_eq!(seen(SUPPORTER, &[]), []);
    }
}
