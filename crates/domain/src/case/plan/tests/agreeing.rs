//! The nine criteria, and what of an agreed plan is agreed again.

use super::*;
use crate::case::plan::changes::pending;
use crate::case::plan::checklist::{BudgetAmounts, checklist};
use crate::place::{CasePage, PlanPage};

// ---- the nine criteria

#[test]
fn a_bare_plan_meets_only_the_co_ordinator_and_says_where_to_go() {
    let all = checklist(&open(), BudgetAmounts::Told);
    assert_eq!(all.len(), 9);
    let met: Vec<&str> = all.iter().filter(|c| c.met).map(|c| c.title.as_str()).collect();
    assert_eq!(met, ["Who your care co-ordinator is"]);
    for criterion in all.iter().filter(|c| !c.met) {
        assert!(!criterion.missing.is_empty(), "{}", criterion.title);
        assert!(criterion.missing.iter().all(|m| matches!(m.page, CasePage::InPlan(_) | CasePage::People)));
    }
}

#[test]
fn a_whole_plan_meets_all_nine_and_each_can_be_lost() {
    let case = whole();
    assert!(is_complete(&case), "{:#?}", checklist(&case, BudgetAmounts::Told));
    let lost = |events: Vec<case::Event>, at: usize| {
        let mut case = case.clone();
        given(&mut case, events);
        let all = checklist(&case, BudgetAmounts::Told);
        let open: Vec<usize> = all.iter().enumerate().filter(|(_, c)| !c.met).map(|(i, _)| i + 1).collect();
        assert_eq!(open, [at], "{all:#?}");
    };
    let beside = |section| {
        let event = Event::SectionWritten { section, text: prose("Mine"), voice: broker(), based_on: 0 };
        vec![event.into()]
    };
    lost(beside(Section::WhoIAm), 1);
    lost(beside(Section::NotWorking), 2);
    lost(beside(Section::ImportantForMyHealth), 3);
    lost(beside(Section::IfThingsGoWrong), 4);
    lost(beside(Section::HowMoneyIsHeld), 6);
    lost(beside(Section::HowWeReview), 9);
    let why = || prose("Why");
    lost(vec![Event::RiskRemoved { id: RiskId(id(41)), why: why() }.into()], 4);
    lost(vec![circle::Event::MemberLeft { id: MemberId(id(13)), why: None }.into()], 4);
    lost(vec![Event::LineRemoved { id: LineId(id(71)), why: why() }.into()], 6);
    lost(vec![Event::HoldingEnded { id: HoldingId(id(61)), on: TODAY, why: why() }.into()], 6);
    lost(vec![Event::ActionRemoved { id: ActionId(id(51)), why: why() }.into()], 7);
    lost(vec![circle::Event::MemberLeft { id: MemberId(id(14)), why: None }.into()], 8);
    let second = Event::OutcomeAdded { id: OutcomeId(id(32)), outcome: outcome("More"), voice: husband() };
    lost(vec![second.into()], 5);
}

#[test]
fn who_speaks_must_be_said_only_where_someone_does() {
    let mut case = whole();
    let speaks = circle::Event::SpeakerRecognised {
        member: MemberId(id(11)),
        footing: Footing::Representative,
        about: prose("Care"),
        evidence: None,
    };
    given(&mut case, [speaks]);
    let first = &checklist(&case, BudgetAmounts::Told)[0];
    assert!(!first.met && first.missing[0].page == PlanPage::Write(Section::WhoSpeaks).into());
    let written = write_section(&case, Section::WhoSpeaks, prose("Agreed together"), husband(), 0);
    then(&mut case, written);
    let first = &checklist(&case, BudgetAmounts::Told)[0];
    assert!(first.met && first.found.iter().any(|f| f.contains("Martin")));
}

#[test]
fn a_direct_payment_needs_its_consent_to_last() {
    let mut case = whole();
    let consent = |given: bool| {
        let (about, voice, how) = (ConsentAbout::DirectPayment, Voice::Person, prose("A blink"));
        if given {
            circle::Event::ConsentGiven { about, voice, how }
        } else {
            circle::Event::ConsentWithdrawn { about, voice, how }
        }
    };
    given(&mut case, [consent(true)]);
    let added = add_holding(&case, HoldingId(id(62)), held(Mode::DirectPayment, None), TODAY);
    then(&mut case, added);
    assert!(is_complete(&case));
    given(&mut case, [consent(false)]);
    assert!(!checklist(&case, BudgetAmounts::Told)[5].met);
}

// ---- changes of an agreed plan

/// Whether one more event would need agreeing, and why.
fn needs_agreement(case: &Case, event: &Event) -> Option<String> {
    let before = pending(case);
    let at = case.last.unwrap_or(Timestamp::UNIX_EPOCH);
    let after = case.after(Author::System, at, &[event.clone().into()]);
    pending(&after).into_iter().find(|change| !before.contains(change)).map(|(_, why)| why)
}

/// What one decision on the agreed plan would need.
fn reason(case: &Case, decided: Decision) -> Option<String> {
    decided.expect("it may happen").into_iter().find_map(|event| match event {
        case::Event::Plan(event) => needs_agreement(case, &event),
        _ => None,
    })
}

#[test]
fn most_changes_need_nobodys_permission() {
    let case = agreed();
    assert_eq!(pending(&case), vec![]);
    let f = framework();
    let based_on = case.plan.section(Section::Working).expect("written").seq();
    let seen = case.version;
    let free: Vec<Decision> = vec![
        write_section(&case, Section::Working, prose("New words"), husband(), based_on),
        // A carer frightened Alice: somebody else does it.
        change_action(&case, ActionId(id(51)), action("Somebody she knows", true), None, husband(), seen),
        add_action(&case, ActionId(id(52)), action("Dee", false), None, husband()),
        finish_action(&case, ActionId(id(51)), TODAY, TODAY),
        add_risk(&case, RiskId(id(42)), risk(), husband()),
        change_risk(&case, RiskId(id(41)), RiskWords { who: line("Dee"), ..risk() }, husband(), seen),
        add_outcome(&case, OutcomeId(id(32)), outcome("More"), None, husband()),
        // More of the same within the agreed total, and less.
        change_line(
            &case,
            &f,
            LineId(id(71)),
            bought("agency", 1_000, Funder::Nhs),
            Pence(0),
            husband(),
            seen,
        ),
        change_line(&case, &f, LineId(id(71)), bought("agency", 1, Funder::Nhs), Pence(0), husband(), seen),
        add_line(&case, &f, LineId(id(72)), bought("agency", 200, Funder::Nhs), Pence(0), husband()),
        remove_line(&case, LineId(id(71)), prose("Not needed"), seen),
        set_first_review(&case, &f, dates::months_after(TODAY, 1), TODAY),
    ];
    for decided in free {
        assert_eq!(reason(&case, decided.clone()), None, "{decided:?}");
    }
}

#[test]
fn what_was_not_agreed_waits_with_its_reason_and_can_be_taken_back() {
    let case = agreed();
    let f = framework();
    let mut with_new_outcome = case.clone();
    let other = add_outcome(&case, OutcomeId(id(32)), outcome("More"), None, husband());
    then(&mut with_new_outcome, other);
    let for_new = LineWords { outcomes: vec![OutcomeId(id(32))], ..bought("agency", 10, Funder::Nhs) };
    let add = |case: &Case, words| add_line(case, &f, LineId(id(72)), words, Pence(0), husband());
    let waits: Vec<(&Case, Decision, &str)> = vec![
        (&case, add(&case, bought("agency", 300, Funder::Nhs)), "£100.00 more"),
        (&case, add(&case, bought("therapy", 10, Funder::Nhs)), "kind of spending"),
        (&case, add(&case, bought("agency", 10, Funder::Council)), "kind of spending"),
        (&with_new_outcome, add(&with_new_outcome, for_new), "outcome 2"),
        (
            &case,
            add_holding(&case, HoldingId(id(62)), held(Mode::ThirdParty, Some(5)), TODAY),
            "organisation",
        ),
        (&case, remove_risk(&case, RiskId(id(41)), prose("Gone"), case.version), "agreed to be done"),
    ];
    for (case, decided, words) in waits {
        let why = reason(case, decided.clone()).unwrap_or_else(|| panic!("{decided:?} waits"));
        assert!(why.contains(words), "{why}");
    }
    let mut changed = case.clone();
    let added = add(&case, bought("therapy", 10, Funder::Nhs));
    then(&mut changed, added);
    assert_eq!(pending(&changed).len(), 1);
    // What waits does not make the next free change wait.
    let more = add_action(&changed, ActionId(id(52)), action("Dee", false), None, husband());
    assert_eq!(reason(&changed, more), None);
    let back = remove_line(&changed, LineId(id(72)), prose("We do without"), changed.version);
    then(&mut changed, back);
    assert_eq!(pending(&changed), vec![]);
}

#[test]
fn nothing_waits_before_a_plan_was_agreed_and_a_new_agreement_settles_it() {
    assert_eq!(pending(&whole()), vec![]);
    let mut case = agreed();
    let words = bought("therapy", 10, Funder::Nhs);
    let added = add_line(&case, &framework(), LineId(id(72)), words, Pence(0), husband());
    then(&mut case, added);
    let sent = SubmissionId(id(82));
    given(&mut case, [signoff::Event::Sent { id: sent, voice: husband(), to: None, note: None }]);
    assert_eq!(pending(&case).len(), 1, "sending alone agrees nothing");
    let (reasons, limit) = (prose("Good"), Pence(5_000_000));
    let again = signoff::Event::Agreed {
        id: sent,
        reasons,
        nhs: Pence(100_000),
        council: Pence(50_000),
        start_up: Pence::ZERO,
        limit,
    };
    given(&mut case, [again]);
    assert_eq!(pending(&case), vec![]);
}
