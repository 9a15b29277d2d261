use super::*;
use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;
use std::mem::discriminant;
use uuid::Uuid;

/// Everything that a grant can ask for holds.
const OPEN: Facts = Facts {
    shared_with_council: true,
    shares_with_them: true,
    shared: RecordParts::ALL,
    speaks_for_them: true,
    speaks_about_care: true,
    speaks_about_money: true,
    looks_after_payment: true,
    of_direct_payment: true,
    of_their_own: true,
    of_the_person: true,
    given_by_them: true,
    speaks_about_sharing: true,
    speaks_about_all_of_it: true,
    held_by_theirs: true,
    sent_to_theirs: true,
    for_everyone: true,
    for_professionals: true,
    written_by_them: true,
    not_anothers_own: true,
    apart: true,
    no_place_of_their_own: true,
    decided_by_another: true,
    asked_by_another: true,
    ended_no_hold: true,
};

fn may(role: Role, action: Action) -> bool {
    decide(role, action, OPEN) == Verdict::Allowed
}

/// The whole table, for people to read. `UPDATE_POLICY=1` writes it anew.
#[test]
fn the_checked_in_matrix_is_the_policy() {
    let mut text = String::from(
        "# Who may do what\n\nMade from the policy; a test keeps it true. **●** may · **○** may on a condition, which stands below the table · blank may not. A column is left out where it would be blank throughout: to them it is as if there were no such thing.\n",
    );
    for &subject in Subject::VARIANTS {
        section(&mut text, subject);
    }
    by_part(&mut text);
    by_matter(&mut text);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policy-matrix.md");
    if std::env::var_os("UPDATE_POLICY").is_some() {
        std::fs::write(path, &text).expect("the matrix can be written");
    }
    let kept = std::fs::read_to_string(path).expect("docs/policy-matrix.md is checked in");
    assert!(
        kept == text,
        "the policy has changed: run UPDATE_POLICY=1 cargo test -p phb-domain access, and read the difference"
    );
}

/// What the parts that a person shares open, row by row.
fn by_part(text: &mut String) {
    let roles = [Role::Case(CaseRole::Supporter), Role::ThirdParty];
    text.push_str(
        "\n## What is shared, part by part\n\nWhat has to be shared with somebody so that they may. Where two ways are given, one is enough.\n\n|  | Broker or supporter | Organisation that holds money |\n|---|---|---|\n",
    );
    let in_words = |when: &When| match when {
        When::SharesWithThem => "anything".to_owned(),
        When::Shared(part) => part.title().to_lowercase(),
        other => other.words().to_owned(),
    };
    for rule in RULES {
        let cell = |role: Role| {
            let grants = rule.grants().filter(|grant| grant.role == role);
            let ways = grants.map(|g| g.when.iter().map(in_words).collect::<Vec<_>>().join(" and "));
            ways.collect::<Vec<_>>().join("; or ")
        };
        let cells = roles.map(cell);
        if cells.iter().any(|cell| !cell.is_empty()) {
            let _ = writeln!(text, "| {} | {} | {} |", rule.words, cells[0], cells[1]);
        }
    }
}

/// What is decided for the person, and what whoever does it has to speak about.
fn by_matter(text: &mut String) {
    text.push_str(
        "\n## What is decided for the person, matter by matter\n\nThe person decides it themselves. Where somebody else of the family does, they need a footing that is confirmed, and it has to be about this. Whoever else writes down what was decided has it from the person, or from somebody who speaks for them about it.\n\n|  | Who speaks for the person about | Who else may |\n|---|---|---|\n",
    );
    let matter = |when: &When| match when {
        When::SpeaksForThem => Some("something at least; what it is is asked behind the door"),
        When::SpeaksAboutCare => Some("health and care"),
        When::SpeaksAboutMoney => Some("money"),
        When::SpeaksAboutSharing => Some("sharing information"),
        When::SpeaksAboutAllOfIt => Some("all that the place is about"),
        _ => None,
    };
    for rule in RULES {
        // How somebody is reached is no decision for the person.
        if rule.action == Action::SayContact {
            continue;
        }
        let Some(about) = rule.grants().flat_map(|grant| grant.when).find_map(matter) else { continue };
        let writes = rule.grants().map(|grant| grant.role).filter(|role| !role.is_family());
        let mut writes: Vec<&str> = writes.map(Role::words).collect();
        writes.dedup();
        // Whoever looks after the payment needs no footing for what that takes.
        let is_looked_after = rule.grants().any(|grant| grant.when.contains(&When::LooksAfterPayment));
        let or = if is_looked_after { "; or whoever looks after the direct payment" } else { "" };
        let _ = writeln!(text, "| {} | {about}{or} | {} |", rule.words, writes.join(", "));
    }
}

/// Whatever the family's place is called, the footing gives the right; and
/// nobody of the family decides without one.
#[test]
fn what_is_decided_for_the_person_follows_from_the_footing() {
    use CaseRole::{FamilyCarer, Representative};
    for rule in RULES {
        let when = |place: CaseRole| -> BTreeSet<&[When]> {
            let of_it = rule.grants().filter(|grant| grant.role == Role::Case(place));
            of_it.map(|grant| grant.when).collect()
        };
        assert_eq!(when(Representative), when(FamilyCarer), "{}", rule.words);
    }
}

fn section(text: &mut String, subject: Subject) {
    let rules: Vec<&Rule> = RULES.iter().filter(|rule| rule.subject == subject).collect();
    let has_any = |role: &Role| rules.iter().any(|rule| rule.grants().any(|grant| grant.role == *role));
    let roles: Vec<Role> = Role::all().filter(has_any).collect();
    let _ = write!(text, "\n## {}\n\n|  |", subject.words());
    for role in &roles {
        let _ = write!(text, " {} |", role.words());
    }
    let _ = write!(text, "\n|---|{}", "---|".repeat(roles.len()));
    let mut conditions: BTreeSet<(Role, &[When])> = BTreeSet::new();
    for rule in rules {
        let _ = write!(text, "\n| {} |", rule.words);
        for role in &roles {
            let grants: Vec<&Grant> = rule.grants().filter(|grant| grant.role == *role).collect();
            let mark = match grants.as_slice() {
                [] => "",
                grants if grants.iter().any(|grant| grant.when.is_empty()) => "●",
                grants => {
                    conditions.extend(grants.iter().map(|grant| (*role, grant.when)));
                    "○"
                }
            };
            let _ = write!(text, " {mark} |");
        }
    }
    text.push('\n');
    if !conditions.is_empty() {
        text.push('\n');
    }
    for (role, when) in conditions {
        let words: Vec<&str> = when.iter().map(|when| when.words()).collect();
        let _ = writeln!(text, "- ○ {}: only {}", role.words(), words.join(", "));
    }
}

#[test]
fn every_action_has_its_one_row() {
    assert_eq!(Action::VARIANTS.len(), RULES.len());
    for (action, rule) in Action::VARIANTS.iter().zip(RULES) {
        assert_eq!(*action, rule.action);
        assert_eq!((action.words(), action.subject()), (rule.words, rule.subject));
        assert!(rule.grants().count() > 0, "nobody may {}", rule.words);
        let mut all: Vec<_> = rule.grants().map(|grant| (grant.role, grant.when)).collect();
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count, "a grant stands twice: {}", rule.words);
    }
    let mut words: Vec<&str> = RULES.iter().map(|rule| rule.words).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), RULES.len(), "two rows say the same");
    for &subject in Subject::VARIANTS {
        assert!(RULES.iter().any(|rule| rule.subject == subject), "{subject:?} has no row");
    }
    let asked: Vec<&When> = RULES.iter().flat_map(Rule::grants).flat_map(|grant| grant.when).collect();
    let kinds: HashSet<_> = asked.iter().map(|when| discriminant(*when)).collect();
    assert_eq!(kinds.len(), When::COUNT, "some condition is asked nowhere");
    for part in RecordPart::VARIANTS {
        assert!(asked.contains(&&When::Shared(*part)), "whether {part:?} is shared is asked nowhere");
    }
}

#[test]
fn every_role_is_in_the_list() {
    let kinds: HashSet<_> = Role::all().map(|role| discriminant(&role)).collect();
    assert_eq!(kinds.len(), Role::COUNT);
    let all: BTreeSet<Role> = Role::all().collect();
    assert_eq!((all.len(), Role::all().count()), (Role::COUNT - 1 + CaseRole::VARIANTS.len(), all.len()));
}

#[test]
fn what_does_not_hold_opens_nothing() {
    for rule in RULES {
        for grant in rule.grants() {
            let now = decide(grant.role, rule.action, Facts::default());
            assert_eq!(now == Verdict::Allowed, grant.when.is_empty(), "{grant:?} {}", rule.words);
        }
    }
}

#[test]
fn whoever_may_do_something_knows_of_it() {
    for rule in RULES {
        let Some(known) = rule.subject.known_by() else { continue };
        for grant in rule.grants() {
            assert!(may(grant.role, known), "{:?} may {} and not know of it", grant.role, rule.words);
        }
    }
}

#[test]
fn without_consent_a_case_is_as_if_it_were_not_there() {
    let alone =
        Facts { held_by_theirs: true, for_everyone: true, for_professionals: true, ..Facts::default() };
    for role in [Role::Case(CaseRole::Supporter), Role::Case(CaseRole::CouncilWorker), Role::ThirdParty] {
        for &action in Action::VARIANTS {
            assert_eq!(decide(role, action, alone), Verdict::Hidden, "{role:?} {action:?}");
        }
    }
}

/// What each part opens is asked of the policy alone: nothing of a part that is
/// not shared is read by whoever is let in part by part.
#[test]
fn each_part_is_shared_by_itself() {
    let reads = |role: Role, facts: Facts| -> BTreeSet<Action> {
        let may = |action: &Action| action.only_reads() && decide(role, *action, facts) == Verdict::Allowed;
        Action::VARIANTS.iter().copied().filter(may).collect()
    };
    let with = |parts: &[RecordPart]| Facts {
        shares_with_them: true,
        shared: parts.iter().copied().collect(),
        held_by_theirs: true,
        for_everyone: true,
        ..Facts::default()
    };
    use Action as A;
    let (broker, holder) = (Role::Case(CaseRole::Supporter), Role::ThirdParty);
    assert_eq!(reads(broker, with(&[])), BTreeSet::from([A::SeeCase]));
    // The least that whoever holds money needs: its account, and nothing of health.
    let least =
        [A::SeeCase, A::SeeCosts, A::SeeMoney, A::SeeAccount, A::SeeLines, A::SeeBought, A::SeePlanned];
    assert_eq!(reads(holder, with(&[])), BTreeSet::from(least));
    let opened = |part: RecordPart| match part {
        RecordPart::Needs => vec![A::SeeNeeds, A::SeeNeedsMet],
        RecordPart::Plan => vec![A::SeePlan, A::SeeNeedsMet, A::SeeCosts, A::SeePlanned],
        RecordPart::Costs => vec![A::SeeCosts, A::SeePlanned],
        RecordPart::Budget => vec![A::SeeBudget],
        RecordPart::Payments => vec![A::SeeMoney, A::SeeAccount, A::SeeLines, A::SeeBought],
        RecordPart::People => vec![A::SeePeople],
        RecordPart::Reviews => vec![A::SeeReviews],
        RecordPart::Notes => vec![A::SeeNotes, A::ReadNote],
        RecordPart::Papers => vec![A::SeeDocuments],
        RecordPart::History => vec![A::SeeHistory],
    };
    for &part in RecordPart::VARIANTS {
        let expected: BTreeSet<Action> = opened(part).into_iter().chain([A::SeeCase]).collect();
        assert_eq!(reads(broker, with(&[part])), expected, "{part:?}");
        let more: BTreeSet<Action> = opened(part).into_iter().chain(least).collect();
        let papers = (part == RecordPart::Papers).then_some(A::OpenAgreementPaper);
        let expected: BTreeSet<Action> = more.into_iter().chain(papers).collect();
        assert_eq!(reads(holder, with(&[part])), expected, "{part:?}");
    }
    // A paper holds the parts it is made of.
    let paper = reads(broker, with(&[RecordPart::Papers, RecordPart::Budget]));
    assert!(paper.contains(&A::OpenBudgetPaper) && !paper.contains(&A::OpenPlanPaper));
    assert!(!reads(holder, with(&[RecordPart::Papers, RecordPart::Plan])).contains(&A::OpenPlanPaper));
    let with_people = with(&[RecordPart::Papers, RecordPart::Plan, RecordPart::People]);
    assert!(reads(holder, with_people).contains(&A::OpenPlanPaper));
}

#[test]
fn whoever_looks_after_an_area_opens_no_case() {
    for role in [Role::FrameworkOwner, Role::Administrator, Role::Practitioner, Role::CouncilPractitioner] {
        for &action in Action::VARIANTS {
            let of_a_case = !matches!(action.subject(), Subject::Area | Subject::Enquiry | Subject::Disposal);
            assert!(!(of_a_case && may(role, action)), "{role:?} {action:?}");
        }
    }
}

#[test]
fn nobody_confirms_and_plans_the_same_money() {
    for role in Role::all() {
        let decides = may(role, Action::SignOff) || may(role, Action::SignOffAboveLimit);
        assert!(!(may(role, Action::ConfirmPayment) && decides), "{}", role.words());
    }
}

/// The door of a page asks the policy itself where an action does something.
#[test]
fn a_row_says_itself_whether_it_only_shows_something() {
    for rule in RULES {
        let shows = ["see ", "read ", "open ", "look for "].iter().any(|verb| rule.words.starts_with(verb));
        // These begin like it, and something is different afterwards.
        let does = [Action::AnswerEnquiry, Action::OpenCase].contains(&rule.action);
        assert_eq!(rule.action.only_reads(), shows && !does, "{}", rule.words);
    }
}

#[test]
fn the_auditor_only_reads() {
    for &action in Action::VARIANTS {
        assert!(action.only_reads() || !may(Role::Auditor, action), "{action:?}");
        if action.subject() == Subject::Case {
            assert_eq!(may(Role::Auditor, action), format!("{action:?}").starts_with("See"), "{action:?}");
        }
    }
}

#[test]
fn whoever_works_with_anothers_record_needs_a_second_step() {
    let (area, organisation) = (AreaId(Uuid::nil()), OrganisationId(Uuid::nil()));
    for &post in Post::VARIANTS {
        for &kind in Kind::VARIANTS {
            assert!(needs_second_factor(&[HeldPost { area, organisation, kind, post }], []), "{post:?}");
        }
    }
    let places: Vec<CaseRole> =
        CaseRole::VARIANTS.iter().copied().filter(|place| needs_second_factor(&[], [*place])).collect();
    use CaseRole as C;
    assert_eq!(places, [C::Supporter, C::CareCoordinator, C::Clinician, C::CouncilWorker]);
    assert!(!needs_second_factor(&[], []));
}

/// What each kind of body may hold, for a privacy lead to read.
#[test]
fn a_post_belongs_to_a_kind_of_body() {
    let of = |kind: Kind| {
        let posts = Post::VARIANTS.iter().copied().filter(|post| kind.has(*post));
        posts.map(Post::words).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        of(Kind::NhsBody),
        "Works with people, Commissioner, Finance, Owner of the local framework, Administrator, Auditor, reads only"
    );
    assert_eq!(of(Kind::Council), "Works with people, Administrator");
    assert_eq!(of(Kind::ThirdParty), "Organisation that holds money");
    assert_eq!(of(Kind::Support), "");
    // One that was given all the same gives nothing.
    let (area, organisation) = (AreaId(Uuid::nil()), OrganisationId(Uuid::nil()));
    for &kind in Kind::VARIANTS {
        for &post in Post::VARIANTS {
            let posts = vec![HeldPost { area, organisation, kind, post }];
            let actor = Actor {
                account: AccountId(Uuid::nil()),
                name: "Pat".into(),
                posts,
                second_factor: true,
                today: Date::constant(2026, 3, 2),
            };
            assert_eq!(actor.has_post(area, post), kind.has(post), "{kind:?} {post:?}");
            assert_eq!(actor.roles_in(area).count() == 1, kind.has(post), "{kind:?} {post:?}");
        }
    }
}
