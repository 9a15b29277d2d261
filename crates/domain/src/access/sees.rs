//! What somebody sees of a record and what they may do with it, in words made
//! from the rows of the policy. Whoever decides to let somebody in reads this,
//! and it cannot say anything else than what then is so.

use super::facts::Facts;
use super::policy::{Action, RULES, Verdict, decide};
use super::{RecordParts, Role};
use crate::listed;

/// What there is to see of a record, and the row that opens it.
const RECORD: [(&str, Action); 15] = [
    ("that there is a budget and how far it is", Action::SeeCase),
    ("the needs", Action::SeeNeeds),
    ("the plan", Action::SeePlan),
    ("what is bought and what it costs", Action::SeeCosts),
    ("the budget", Action::SeeBudget),
    ("a budget before it is shared", Action::SeePreview),
    ("the sums of the money", Action::SeeMoney),
    ("what is paid into each account", Action::SeeAccount),
    ("each payment and its receipt", Action::SeeLines),
    ("people", Action::SeePeople),
    ("the team", Action::SeeTeam),
    ("reviews", Action::SeeReviews),
    ("papers and files", Action::SeeDocuments),
    ("the history", Action::SeeHistory),
    ("who looked at the record", Action::SeeLooks),
];

/// Notes of others, and of whom that is told: what a note is for is a fact, and
/// no row of its own.
fn notes(facts: Facts) -> [(&'static str, Facts); 2] {
    [
        ("notes for everyone", Facts { for_everyone: true, ..facts }),
        ("notes that staff write for each other", Facts { for_professionals: true, ..facts }),
    ]
}

/// How much of a record somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sees {
    pub seen: Vec<&'static str>,
    pub not_seen: Vec<&'static str>,
}

/// What somebody in a role sees of a record of which these facts hold.
#[must_use]
pub fn sees(role: Role, facts: Facts) -> Sees {
    let may = |action, facts| decide(role, action, facts) == Verdict::Allowed;
    let (mut seen, mut not_seen) = (vec![], vec![]);
    let mut tell = |words, is_seen| if is_seen { seen.push(words) } else { not_seen.push(words) };
    for (words, action) in RECORD {
        tell(words, may(action, facts));
    }
    for (words, facts) in notes(facts) {
        tell(words, may(Action::ReadNote, facts));
    }
    Sees { seen, not_seen }
}

impl Sees {
    /// After "sees": "everything but …", "nothing", or what it is.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.seen.as_slice(), self.not_seen.as_slice()) {
            (_, []) => "everything".to_owned(),
            ([], _) => "nothing".to_owned(),
            (seen, not_seen) if not_seen.len() < seen.len() => {
                format!("everything but {}", listed(not_seen))
            }
            (seen, _) => format!("{}, and nothing else", listed(seen)),
        }
    }
}

/// What somebody may do, and not only see, with whom these parts are shared: in
/// words, after "may".
#[must_use]
pub fn acts(role: Role, shared: RecordParts) -> Vec<&'static str> {
    let facts = Facts { shares_with_them: true, shared, ..Facts::default() };
    let may = |action: Action| !action.only_reads() && decide(role, action, facts) == Verdict::Allowed;
    RULES.iter().filter(|rule| may(rule.action)).map(|rule| rule.words).collect()
}

/// The same of one part: what comes with it, and not without.
#[must_use]
pub fn acts_with(role: Role, part: super::RecordPart) -> Vec<&'static str> {
    let without = acts(role, RecordParts::default());
    let with = acts(role, [part].into_iter().collect());
    with.into_iter().filter(|act| !without.contains(act)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{CaseRole, RecordPart};

    fn words(role: Role) -> String {
        sees(role, Facts::default()).words()
    }

    #[test]
    fn nobody_is_told_that_they_see_more_than_they_do() {
        let place = |place| words(Role::Case(place));
        assert_eq!(place(CaseRole::CareCoordinator), "everything");
        assert_eq!(
            place(CaseRole::FamilyCarer),
            "everything but a budget before it is shared, who looked at the record and notes that staff write for each other"
        );
        assert_eq!(
            place(CaseRole::Clinician),
            "everything but a budget before it is shared, each payment and its receipt and who looked at the record"
        );
        assert_eq!(place(CaseRole::CouncilWorker), "nothing");
        assert_eq!(place(CaseRole::Supporter), "nothing");
        assert_eq!(words(Role::Auditor), "everything but notes that staff write for each other");
        assert_eq!(
            words(Role::Finance),
            "that there is a budget and how far it is, the budget, the sums of the money and what is paid into each account, and nothing else"
        );
        let agreed = Facts { shared_with_council: true, ..Facts::default() };
        let council = sees(Role::Case(CaseRole::CouncilWorker), agreed);
        assert!(council.not_seen.contains(&"who looked at the record"), "{council:?}");
        assert!(council.seen.contains(&"notes that staff write for each other"), "{council:?}");
    }

    /// What opens a record, or a page of it on which other rows say what is shown.
    const NO_PART_OF_IT: [Action; 6] = [
        // Each need that the plan meets stands in the plan.
        Action::SeeNeedsMet,
        // What each note is for says who reads it.
        Action::SeeNotes,
        // Lines of a plan, which is told as the plan or as what it costs.
        Action::SeePlanned,
        // What was bought stands beside the sums.
        Action::SeeBought,
        // What was asked is about the record, and nothing of it.
        Action::SeeCopies,
        Action::SeeRequests,
    ];

    #[test]
    fn all_that_there_is_to_see_of_a_record_is_told() {
        let is_told = |action: Action| RECORD.iter().any(|(_, told)| *told == action);
        for rule in RULES.iter().filter(|rule| rule.subject.is_of_the_record() && rule.action.only_reads()) {
            let is_excused = NO_PART_OF_IT.contains(&rule.action);
            assert_ne!(is_told(rule.action), is_excused, "{:?}: {}", rule.action, rule.words);
        }
    }

    /// Whatever is shared with them, somebody who is not staff does not read
    /// what the person may not read themselves.
    #[test]
    fn nobody_shares_what_they_may_not_read() {
        for role in [Role::Case(CaseRole::Supporter), Role::ThirdParty] {
            let all = Facts { shares_with_them: true, shared: RecordParts::ALL, ..Facts::default() };
            let (theirs, persons) = (sees(role, all), sees(Role::Case(CaseRole::Person), Facts::default()));
            let more: Vec<_> = theirs.seen.iter().filter(|one| !persons.seen.contains(one)).collect();
            assert!(more.is_empty(), "{role:?} sees {more:?}");
        }
    }

    #[test]
    fn what_comes_with_a_part_is_said_with_it() {
        let supporter = Role::Case(CaseRole::Supporter);
        assert_eq!(acts_with(supporter, RecordPart::Plan), ["write the plan", "send the plan to be agreed"]);
        assert_eq!(acts_with(supporter, RecordPart::History), [""; 0]);
        assert_eq!(acts(supporter, RecordParts::default()), [""; 0]);
        assert!(acts(Role::ThirdParty, RecordParts::default()).contains(&"take in a bank statement"));
        assert_eq!(acts_with(Role::ThirdParty, RecordPart::Plan), [""; 0]);
    }
}
