use super::*;
use crate::case::budget::turns;
use crate::case::{assessment, budget};
use crate::place::CasePage;
use crate::testing::{given, method, prose};
use crate::{Aggregate, CaseId, NeedId, Why};
use proptest::prelude::*;
use uuid::Uuid;

fn answers(case: &mut Case, levels: [u8; 4]) {
    for (question, level) in method().questions.iter().zip(levels) {
        let question = question.key.clone();
        let said = assessment::Event::Answered { question, level, words: None, voice: Voice::Person };
        given(case, [said]);
    }
}

/// A case whose assessment is finished with these levels.
fn assessed(levels: [u8; 4]) -> Case {
    let mut case = Case::new(CaseId(Uuid::from_u128(1)));
    given(&mut case, [assessment::Event::Started { questions: 1 }]);
    answers(&mut case, levels);
    let need = assessment::Event::NeedRecorded {
        id: NeedId(Uuid::from_u128(2)),
        words: prose("Help at night"),
        funder: Funder::Nhs,
        question: None,
        voice: Voice::Person,
    };
    given(&mut case, [need, assessment::Event::Completed]);
    case
}

fn worked_out(levels: [u8; 4]) -> Case {
    let mut case = assessed(levels);
    let events = work_out_again(&case, &method()).expect("worked out");
    given(&mut case, events);
    case
}

fn shared() -> Case {
    let mut case = worked_out([3, 2, 1, 0]);
    let events = share(&case).expect("shared");
    given(&mut case, events);
    case
}

fn pounds(nhs: i64, council: i64, start_up: i64) -> Amounts {
    Amounts { nhs: Pence(nhs * 100), council: Pence(council * 100), start_up: Pence(start_up * 100) }
}

#[test]
fn each_answer_is_a_line_in_points_and_pounds() {
    let working = work_out(&assessed([3, 2, 1, 0]), &method()).expect("worked out");
    assert_eq!(working.steps.len(), 4);
    assert_eq!((working.steps[0].points, working.steps[0].nhs), (80, Pence(2_480_000)));
    assert_eq!((working.steps[2].points, working.steps[2].council), (5, Pence(120_005)));
    assert_eq!(working.nhs, Pence(94 * 31_000));
    assert_eq!(working.council, Pence(5 * 24_001));
    assert_eq!(working.start_up, Pence(100_000));
}

#[test]
fn nothing_is_worked_out_before_the_needs_are_finished() {
    let mut case = assessed([1, 1, 1, 1]);
    given(&mut case, [assessment::Event::Reopened { why: prose("Worse") }]);
    assert_eq!(work_out(&case, &method()).expect_err("open").why, Why::NotYet);
}

#[test]
fn an_answer_that_the_method_does_not_know_is_never_guessed() {
    let refusal = work_out(&assessed([1, 9, 1, 1]), &method()).expect_err("level 9");
    assert!(refusal.message.contains("About eating"), "{refusal}");
}

#[test]
fn working_out_twice_does_not_undo_what_a_person_changed() {
    let mut case = worked_out([1, 1, 1, 1]);
    let events = adjust(&case, pounds(9_000, 1_000, 0), prose("The night price went up")).expect("adjusted");
    given(&mut case, events);
    assert_eq!(work_out_again(&case, &method()).expect_err("same answers").why, Why::AlreadyDone);
    assert_eq!(case.budget.newest(), Some(pounds(9_000, 1_000, 0)));
}

#[test]
fn a_change_needs_a_budget_a_difference_and_some_money() {
    let change = |case: &Case, amounts| adjust(case, amounts, prose("Because")).expect_err("refused");
    assert_eq!(change(&assessed([1; 4]), pounds(1, 1, 1)).why, Why::NotYet);
    let case = worked_out([1; 4]);
    let same = case.budget.newest().expect("amounts");
    assert_eq!(change(&case, same).why, Why::AlreadyDone);
    assert_eq!(change(&case, pounds(0, 0, 500)).field.as_deref(), Some("nhs"));
    assert_eq!(change(&case, pounds(10, -1, 0)).field.as_deref(), Some("council"));
    assert_eq!(change(&case, pounds(10, 1, 10_000_001)).field.as_deref(), Some("start_up"));
}

#[test]
fn it_is_shared_once_and_only_while_it_fits_the_needs() {
    assert_eq!(share(&assessed([1; 4])).expect_err("nothing").why, Why::NotYet);
    let mut case = shared();
    assert_eq!(share(&case).expect_err("twice").why, Why::AlreadyDone);
    given(&mut case, [assessment::Event::Reopened { why: prose("Worse") }]);
    let mut fresh = worked_out([1; 4]);
    given(&mut fresh, [assessment::Event::Reopened { why: prose("Worse") }, assessment::Event::Completed]);
    assert_eq!(share(&fresh).expect_err("older than the needs").why, Why::NotYet);
}

#[test]
fn planning_opens_when_the_family_has_seen_it_and_stays_open() {
    assert!(planning_is_open(&Case::new(CaseId(Uuid::from_u128(1)))).is_err());
    let case = worked_out([1; 4]);
    assert!(record_seen(&case, Voice::Person).is_err(), "not shared yet");
    assert!(planning_is_open(&case).expect_err("not shared").next.contains("will share it"));
    let mut case = shared();
    assert!(planning_is_open(&case).expect_err("not seen").next.contains("Open the budget"));
    let events = record_seen(&case, Voice::Person).expect("seen");
    assert_eq!(events, [Event::Seen { voice: Voice::Person }.into()]);
    given(&mut case, events);
    assert_eq!(record_seen(&case, Voice::Person), Ok(vec![]), "once");
    assert_eq!(planning_is_open(&case), Ok(()));
    given(&mut case, [assessment::Event::Reopened { why: prose("Worse") }, assessment::Event::Completed]);
    let events = work_out_again(&case, &method()).expect("again");
    given(&mut case, events);
    assert_eq!(planning_is_open(&case), Ok(()), "nobody is stopped in the middle of a plan");
}

#[test]
fn until_they_are_shown_another_amount_the_family_keeps_the_one_they_saw() {
    let mut case = shared();
    let before = case.budget.amounts().expect("amounts");
    given(&mut case, [assessment::Event::Reopened { why: prose("Worse") }]);
    answers(&mut case, [3, 3, 3, 3]);
    given(&mut case, [assessment::Event::Completed]);
    assert!(is_out_of_date(&case));
    let events = work_out_again(&case, &method()).expect("again");
    given(&mut case, events);
    assert_eq!(case.budget.amounts(), Some(before), "a preview does not count");
    assert!(case.budget.newest().expect("amounts").yearly() > before.yearly());
    let events = share(&case).expect("shared");
    given(&mut case, events);
    assert_eq!(case.budget.amounts(), case.budget.newest());
    assert_eq!(case.budget.versions.len(), 2, "the earlier one stays visible");
    assert_eq!(case.budget.versions[0].amounts, before);
}

#[test]
fn a_change_to_a_shared_budget_is_seen_at_once_with_its_reason() {
    let mut case = shared();
    let events = adjust(&case, pounds(50_000, 2_000, 0), prose("Two carers at night")).expect("adjusted");
    given(&mut case, events);
    assert_eq!(case.budget.amounts(), Some(pounds(50_000, 2_000, 0)));
    let shown = case.budget.shown().expect("shown");
    assert_eq!(shown.why.as_ref().map(Prose::as_str), Some("Two carers at night"));
    assert!(case.budget.shown_working().is_some(), "how it began is still explained");
}

#[test]
fn questions_are_answered_in_order_and_once() {
    let early = ask_again(&worked_out([1; 4]), Voice::Person, prose("Why?"));
    assert_eq!(early.expect_err("not shared").why, Why::NotYet);
    let mut case = shared();
    for words in ["It is not enough", "The nights are missing"] {
        let events = ask_again(&case, Voice::Person, prose(words)).expect("asked");
        given(&mut case, events);
    }
    assert_eq!(ask_again(&case, Voice::Person, prose("It is not enough")), Ok(vec![]), "sent twice");
    assert_eq!(answer_question(&case, 1, prose("Yes")).expect_err("order").why, Why::NotYet);
    assert_eq!(answer_question(&case, 7, prose("Yes")).expect_err("unknown").why, Why::Invalid);
    assert!(turns(&case).iter().any(|turn| turn.task.contains("question about the budget")));
    let events = answer_question(&case, 0, prose("We will look")).expect("answered");
    given(&mut case, events);
    assert_eq!(answer_question(&case, 0, prose("Mine")).expect_err("done").why, Why::AlreadyDone);
    assert_eq!(case.budget.open_question().map(|(place, ..)| place), Some(1));
}

#[test]
fn the_co_ordinator_is_told_that_new_needs_want_a_new_budget() {
    let mut case = shared();
    assert!(turns(&case).is_empty());
    given(&mut case, [assessment::Event::Reopened { why: prose("Worse") }]);
    assert_eq!(turns(&case)[0].page, CasePage::Needs);
    given(&mut case, [assessment::Event::Completed]);
    assert_eq!(turns(&case)[0].page, CasePage::Budget);
    let events = work_out_again(&case, &method()).expect("again");
    given(&mut case, events);
    assert!(turns(&case).is_empty());
}

/// A released budget holds these facts and no others: there is no place in
/// which what someone owns or earns could be kept, so it cannot count.
#[test]
fn nothing_about_the_ability_to_pay_is_ever_kept() {
    let case = worked_out([3, 3, 3, 3]);
    let event = budget::Event::WorkedOut { working: case.budget.working.clone().expect("worked out") };
    let json = serde_json::to_value(&event).expect("an event is JSON");
    let keys = |value: &serde_json::Value| {
        let mut keys: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
        keys.sort();
        keys
    };
    let working = &json["data"]["working"];
    assert_eq!(keys(working), ["council", "method", "nhs", "questions", "start_up", "steps"]);
    assert_eq!(keys(&working["steps"][0]), ["council", "level", "nhs", "points", "question"]);
}

proptest! {
    #[test]
    fn the_steps_add_up_to_the_penny(levels in proptest::array::uniform4(0u8..4)) {
        let working = work_out(&assessed(levels), &method()).expect("worked out");
        prop_assert_eq!(working.steps.iter().map(|s| s.nhs).sum::<Pence>(), working.nhs);
        prop_assert_eq!(working.steps.iter().map(|s| s.council).sum::<Pence>(), working.council);
        for step in &working.steps {
            let funder = method().question(&step.question).expect("a question").funder;
            let exact = method().per_point(funder).0 * i64::from(step.points);
            prop_assert_eq!((step.nhs + step.council).0, exact);
            prop_assert!(step.nhs.is_zero() || step.council.is_zero());
        }
    }

    #[test]
    fn more_help_never_gives_less_money(
        levels in proptest::array::uniform4(0u8..4), place in 0usize..4, more in 0u8..4
    ) {
        let mut higher = levels;
        higher[place] = higher[place].max(more);
        let before = work_out(&assessed(levels), &method()).expect("worked out");
        let after = work_out(&assessed(higher), &method()).expect("worked out");
        prop_assert!(after.nhs >= before.nhs && after.council >= before.council);
    }

    #[test]
    fn the_same_answers_give_the_same_budget_whoever_said_them_and_in_any_order(
        levels in proptest::array::uniform4(0u8..4)
    ) {
        let once = work_out(&assessed(levels), &method()).expect("worked out");
        let mut case = assessed([0; 4]);
        given(&mut case, [assessment::Event::Reopened { why: prose("Again") }]);
        for (question, level) in method().questions.iter().zip(levels).rev() {
            let question = question.key.clone();
            let said = assessment::Event::Answered { question, level, words: None, voice: Voice::Person };
            given(&mut case, [said]);
        }
        given(&mut case, [assessment::Event::Completed]);
        prop_assert_eq!(work_out(&case, &method()), Ok(once));
    }
}
