//! Given what happened, when somebody writes, then this is recorded; or a
//! refusal in words.

mod agreeing;
mod at_once;
mod held;

use super::{decide::*, money::*, *};
use crate::case::circle::{self, CaseRole, ConsentAbout, Footing};
use crate::case::{self, Case, arrangement, assessment, budget, review};
use crate::framework::{Framework, SpendingKind};
use crate::testing::{self, given, id, line, prose};
use crate::{Aggregate, CaseId, MemberId, NeedId, OrganisationId, Refusal, Why, dates};
use proptest::prelude::*;
use strum::VariantArray;

/// Whether all nine criteria are met.
fn is_complete(case: &Case) -> bool {
    checklist::checklist(case, checklist::BudgetAmounts::Told).iter().all(|c| c.met)
}

const TODAY: Date = Date::constant(2026, 3, 2);

fn husband() -> Voice {
    Voice::Member(MemberId(id(11)))
}
fn broker() -> Voice {
    Voice::Member(MemberId(id(12)))
}
fn outcome_id() -> OutcomeId {
    OutcomeId(id(31))
}
/// Decides and records.
fn then(case: &mut Case, decided: Decision) {
    let events = decided.expect("it may happen");
    given(case, events);
}
fn refused(decided: Decision, why: Why) -> Refusal {
    let refusal = decided.expect_err("a refusal");
    assert_eq!(refusal.why, why, "{refusal}");
    refusal
}

fn framework() -> Framework {
    let excluded = Some((line("The law leaves it out"), line("2013 Regulations, regulation 12")));
    Framework {
        spending: vec![
            testing::spending("agency", "Care from an agency"),
            testing::spending("therapy", "Therapy"),
            testing::spending("other", "Something else"),
            SpendingKind { excluded, ..testing::spending("tobacco", "Tobacco") },
        ],
        ..testing::framework()
    }
}

fn member(n: u128, name: &str, role: CaseRole) -> case::Event {
    testing::joined(id(n), name, role, None)
}

/// Alice's case with £1,000 from the NHS and £500 from the council, seen.
fn open() -> Case {
    let mut case = unseen();
    given(&mut case, [budget::Event::Shared, budget::Event::Seen { voice: husband() }]);
    case
}

fn unseen() -> Case {
    let mut case = Case::new(CaseId(id(3)));
    given(
        &mut case,
        [
            testing::named("Alice"),
            member(11, "Martin", CaseRole::FamilyCarer),
            member(12, "Sam", CaseRole::Supporter),
            member(13, "Priya", CaseRole::Clinician),
            member(14, "Jo", CaseRole::CareCoordinator),
            assessment::Event::NeedRecorded {
                id: NeedId(id(21)),
                words: prose("Somebody near her at night"),
                funder: Funder::Nhs,
                question: None,
                voice: husband(),
            }
            .into(),
            budget::Event::WorkedOut {
                working: budget::Working {
                    method: 1,
                    questions: 1,
                    steps: vec![],
                    nhs: Pence(100_000),
                    council: Pence(50_000),
                    start_up: Pence::ZERO,
                },
            }
            .into(),
        ],
    );
    case
}

fn outcome(words: &str) -> OutcomeWords {
    OutcomeWords { words: prose(words), needs: vec![NeedId(id(21))], sign: None }
}
fn bought(kind: &str, pounds: i64, funder: Funder) -> LineWords {
    LineWords {
        what: line("Carers at night"),
        kind: kind.into(),
        funder,
        amount: Pence(pounds * 100),
        every: Every::Year,
        outcomes: vec![outcome_id()],
        holding: None,
    }
}
fn action(who: &str, paid: bool) -> ActionWords {
    ActionWords {
        what: prose("Be there at night"),
        who: line(who),
        paid,
        when: line("every night"),
        by: None,
        outcomes: vec![outcome_id()],
    }
}
fn risk() -> RiskWords {
    RiskWords { words: prose("Nobody comes"), what_we_do: prose("Martin stays"), who: line("Martin") }
}
fn held(mode: Mode, organisation: Option<u128>) -> HoldingWords {
    let name = line(mode.words());
    HoldingWords { mode, organisation: organisation.map(|n| OrganisationId(id(n))), name }
}
fn with_outcome() -> Case {
    let mut case = open();
    let added = add_outcome(&case, outcome_id(), outcome("She sleeps"), Some(Aim::Better), husband());
    then(&mut case, added);
    case
}
fn whole() -> Case {
    let mut case = with_outcome();
    for section in Section::VARIANTS.iter().copied().filter(|s| *s != Section::WhoSpeaks) {
        let written = write_section(&case, section, prose("Our words"), husband(), 0);
        then(&mut case, written);
    }
    let decided = add_risk(&case, RiskId(id(41)), risk(), husband());
    then(&mut case, decided);
    let decided = add_action(&case, ActionId(id(51)), action("Martin", false), None, husband());
    then(&mut case, decided);
    let decided = add_holding(&case, HoldingId(id(61)), held(Mode::Notional, None), TODAY);
    then(&mut case, decided);
    let words = LineWords { holding: Some(HoldingId(id(61))), ..bought("agency", 800, Funder::Nhs) };
    let decided = add_line(&case, &framework(), LineId(id(71)), words, Pence::ZERO, husband());
    then(&mut case, decided);
    let decided = set_first_review(&case, &framework(), dates::months_after(TODAY, 2), TODAY);
    then(&mut case, decided);
    case
}
fn agreed() -> Case {
    let mut case = whole();
    let sent = SubmissionId(id(81));
    given(&mut case, [signoff::Event::Sent { id: sent, voice: husband(), to: None, note: None }]);
    let agreed = signoff::Event::Agreed {
        id: sent,
        reasons: prose("It is what she wants"),
        nhs: Pence(100_000),
        council: Pence(50_000),
        start_up: Pence::ZERO,
        limit: Pence(5_000_000),
    };
    given(&mut case, [agreed]);
    case
}

// ---- opening and voices

#[test]
fn the_plan_opens_when_the_budget_was_seen() {
    let case = unseen();
    let words = prose("Words");
    refused(write_section(&case, Section::Working, words.clone(), husband(), 0), Why::NotYet);
    refused(add_outcome(&case, outcome_id(), outcome("She sleeps"), None, husband()), Why::NotYet);
    refused(add_risk(&case, RiskId(id(41)), risk(), husband()), Why::NotYet);
    refused(set_first_review(&case, &framework(), TODAY, TODAY), Why::NotYet);
    assert!(write_section(&open(), Section::Working, words, husband(), 0).is_ok());
}

#[test]
fn only_those_close_to_her_can_say_what_matters_to_her() {
    let mut case = open();
    let say = |case: &Case, voice| write_section(case, Section::ImportantToMe, prose("Music"), voice, 0);
    let refusal = refused(say(&case, broker()), Why::Invalid);
    assert_eq!(refusal.field.as_deref(), Some("voice"));
    assert!(refusal.message.contains("Only Alice can know"), "{refusal}");
    assert!(say(&case, Voice::Person).is_ok() && say(&case, husband()).is_ok());
    // Who helps her to say it writes it down as hers, and may write everything else.
    let speaks = |footing| circle::Event::SpeakerRecognised {
        member: MemberId(id(12)),
        footing,
        about: prose("What she says"),
        evidence: None,
    };
    assert!(write_section(&case, Section::WhoIAm, prose("Music"), broker(), 0).is_ok());
    given(&mut case, [speaks(Footing::HelpsToCommunicate)]);
    refused(say(&case, broker()), Why::Invalid);
    given(&mut case, [speaks(Footing::Nominee)]);
    assert!(say(&case, broker()).is_ok(), "one meaning of who is close, wherever it is asked");
    refused(say(&case, Voice::Member(MemberId(id(99)))), Why::Invalid);
}

// ---- writing at once

#[test]
fn two_who_write_at_once_stand_side_by_side_until_brought_together() {
    let mut case = open();
    let section = Section::Working;
    for (words, voice, based_on) in [("One", husband(), 0), ("Two", broker(), 0)] {
        let written = write_section(&case, section, prose(words), voice, based_on);
        then(&mut case, written);
    }
    let seen = case.plan.section(section).expect("written").clone();
    assert!(seen.is_contested());
    assert_eq!(seen.standing.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), ["One", "Two"]);
    let joined = bring_together(&case, section, prose("One and two"), husband(), seen.seq());
    then(&mut case, joined);
    let now = case.plan.section(section).expect("written");
    assert_eq!(now.standing.len(), 1);
    assert_eq!(now.earlier.len(), 2, "what was brought together can still be read");
}

#[test]
fn the_same_words_sent_twice_are_written_once() {
    let mut case = open();
    let write = |case: &Case, text: &str, based_on| {
        write_section(case, Section::WhoIAm, prose(text), husband(), based_on)
    };
    let first = write(&case, "One", 0);
    then(&mut case, first);
    assert_eq!(write(&case, "One", 0), Ok(vec![]));
    let seq = case.plan.section(Section::WhoIAm).expect("written").seq();
    let next = write(&case, "Two", seq);
    then(&mut case, next);
    assert_eq!(write(&case, "One", 0), Ok(vec![]), "the first form sent again changes nothing");
    // A version that is not there yet was not seen: it supersedes only what is there.
    let wild = write(&case, "Three", 9_999).expect("written");
    assert!(matches!(
        wild.as_slice(),
        [case::Event::Plan(Event::SectionWritten { based_on, .. })] if *based_on == case.version
    ));
}

proptest! {
    /// Writers see the page at some moment and save at a later one. Every text
    /// written is standing, or was seen by the writer of a later text.
    #[test]
    fn no_interleaving_of_writers_loses_a_text(steps in proptest::collection::vec((0usize..5, any::<bool>()), 1..60)) {
        let mut case = open();
        let mut opened: [Option<(u64, Vec<u64>)>; 5] = Default::default();
        let mut superseded_by_sight = std::collections::BTreeSet::new();
        let mut written = std::collections::BTreeMap::new();
        for (turn, (writer, opens)) in steps.into_iter().enumerate() {
            let stands = case.plan.section(Section::NotWorking);
            if opens || opened[writer].is_none() {
                let seqs = stands.map(|w| w.standing.iter().map(|x| x.seq).collect()).unwrap_or_default();
                opened[writer] = Some((stands.map_or(0, Written::seq), seqs));
                continue;
            }
            let (based_on, saw) = opened[writer].clone().expect("opened");
            let text = format!("turn {turn} by {writer}");
            let decided = write_section(&case, Section::NotWorking, prose(&text), husband(), based_on);
            let events = decided.expect("words are never refused");
            prop_assert_eq!(events.len(), 1);
            given(&mut case, events);
            written.insert(case.version, text);
            superseded_by_sight.extend(saw);
        }
        let Some(now) = case.plan.section(Section::NotWorking) else { return Ok(()) };
        for (seq, text) in &written {
            let stands = now.standing.iter().any(|w| w.seq == *seq && w.text.as_str() == text);
            let kept = now.earlier.iter().any(|w| w.seq == *seq && w.text.as_str() == text);
            prop_assert!(stands != kept, "{} is there exactly once", text);
            prop_assert!(stands || superseded_by_sight.contains(seq), "{} went unseen", text);
            prop_assert!(kept || !superseded_by_sight.contains(seq), "{} was seen and written over", text);
        }
        prop_assert_eq!(now.standing.len() + now.earlier.len(), written.len());
    }
}

// ---- outcomes, risks, actions

/// Another reason for what was taken out is not dropped in silence.
fn told_when_it_was(again: Decision) {
    let refusal = refused(again, Why::AlreadyDone);
    assert!(refusal.message.contains(" on 1 January 1970"), "{refusal}");
    assert!(refusal.message.contains("Nothing was changed"), "{refusal}");
}

#[test]
fn outcomes_are_added_once_changed_and_taken_out_with_a_reason() {
    let mut case = with_outcome();
    let first = case.plan.outcome(outcome_id()).expect("there is one").clone();
    let again = |words, aim| add_outcome(&case, outcome_id(), words, aim, first.voice);
    assert_eq!(again(first.words.clone(), first.aside), Ok(vec![]), "the same form sent twice");
    let no = refused(again(outcome("Other words"), first.aside), Why::AlreadyDone);
    assert!(no.message.contains(first.words.words.as_str()), "{no}");
    refused(again(first.words.clone(), Some(Aim::Kept)), Why::AlreadyDone);
    assert_eq!(case.plan.aim(outcome_id()), Some(Aim::Better));
    let strange = OutcomeWords { needs: vec![NeedId(id(99))], ..outcome("X") };
    refused(add_outcome(&case, OutcomeId(id(32)), strange, None, husband()), Why::Invalid);
    let kept =
        change_outcome(&case, outcome_id(), outcome("She sleeps"), Some(Aim::Kept), husband(), case.version);
    assert_eq!(kept.as_ref().map(Vec::len), Ok(1), "only what changed is recorded");
    let removed = remove_outcome(&case, outcome_id(), prose("She sleeps now"), case.version);
    then(&mut case, removed);
    assert_eq!(case.plan.current_outcomes().count(), 0);
    assert_eq!(case.plan.outcome(outcome_id()).and_then(|o| o.why.clone()), Some(prose("She sleeps now")));
    assert_eq!(remove_outcome(&case, outcome_id(), prose("She sleeps now"), 0), Ok(vec![]), "sent twice");
    told_when_it_was(remove_outcome(&case, outcome_id(), prose("Again"), 0));
    refused(change_outcome(&case, outcome_id(), outcome("X"), None, husband(), 0), Why::AlreadyDone);
}

#[test]
fn an_outcome_that_money_is_for_cannot_be_taken_out_first() {
    let case = whole();
    let refusal = refused(remove_outcome(&case, outcome_id(), prose("Why"), case.version), Why::NotYet);
    assert!(refusal.message.contains("Carers at night") && refusal.message.contains("are in the plan"));
}

#[test]
fn services_are_pointed_at_and_changes_are_not() {
    for service in ["8 hours of care", "Physiotherapy", "A personal assistant, 3 days a week", "RESPITE"] {
        assert!(sounds_like_a_service(service).is_some(), "{service}");
    }
    for change in [
        "Alice is understood, with a small team of carers she knows, so that she can choose",
        "I sleep through the night",
        "I want to build up communication with the therapist",
        "To go to my daughter's wedding",
        "",
        "مرحبا",
    ] {
        assert_eq!(sounds_like_a_service(change), None, "{change}");
    }
}

#[test]
fn risks_and_actions() {
    let mut case = with_outcome();
    let mut added = add_risk(&case, RiskId(id(41)), risk(), husband());
    then(&mut case, added);
    assert_eq!(add_risk(&case, RiskId(id(41)), risk(), husband()), Ok(vec![]));
    refused(add_risk(&case, RiskId(id(41)), risk(), Voice::Person), Why::AlreadyDone);
    assert_eq!(change_risk(&case, RiskId(id(41)), risk(), husband(), case.version), Ok(vec![]));
    added = add_action(&case, ActionId(id(51)), action("Martin", false), Some(prose("Ask Dee")), husband());
    then(&mut case, added);
    assert_eq!(case.plan.fallback(ActionId(id(51))), Some(&prose("Ask Dee")));
    let for_nothing = ActionWords { outcomes: vec![], ..action("Martin", false) };
    refused(add_action(&case, ActionId(id(52)), for_nothing.clone(), None, husband()), Why::Invalid);
    refused(add_action(&open(), ActionId(id(52)), for_nothing, None, husband()), Why::NotYet);
    let strange = ActionWords { outcomes: vec![OutcomeId(id(99))], ..action("Martin", false) };
    refused(add_action(&case, ActionId(id(52)), strange, None, husband()), Why::Invalid);
    let tomorrow = dates::days_after(TODAY, 1);
    refused(finish_action(&case, ActionId(id(51)), tomorrow, TODAY), Why::Invalid);
    let done = finish_action(&case, ActionId(id(51)), TODAY, TODAY);
    then(&mut case, done);
    assert_eq!(finish_action(&case, ActionId(id(51)), TODAY, TODAY), Ok(vec![]));
    let before = dates::days_after(TODAY, -1);
    refused(finish_action(&case, ActionId(id(51)), before, TODAY), Why::AlreadyDone);
    let changed = change_action(&case, ActionId(id(51)), action("Dee", false), None, husband(), case.version);
    then(&mut case, changed);
    assert_eq!(case.plan.fallback(ActionId(id(51))), None);
    let removed = remove_action(&case, ActionId(id(51)), prose("Not needed"), case.version);
    then(&mut case, removed);
    refused(finish_action(&case, ActionId(id(51)), TODAY, TODAY), Why::AlreadyDone);
    assert_eq!(remove_action(&case, ActionId(id(51)), prose("Not needed"), case.version), Ok(vec![]));
    told_when_it_was(remove_action(&case, ActionId(id(51)), prose("Again"), case.version));
    let removed = remove_risk(&case, RiskId(id(41)), prose("Gone"), case.version);
    then(&mut case, removed);
    refused(change_risk(&case, RiskId(id(41)), risk(), husband(), case.version), Why::AlreadyDone);
    assert_eq!(remove_risk(&case, RiskId(id(41)), prose("Gone"), case.version), Ok(vec![]));
    told_when_it_was(remove_risk(&case, RiskId(id(41)), prose("Again"), case.version));
}
