//! Given what happened, when somebody writes, then this is recorded; or a
//! refusal in words.

use super::changes::{needs_agreement, pending};
use super::checklist::{checklist, is_complete};
use super::{decide::*, money::*, *};
use crate::case::circle::{self, CaseRole, ConsentAbout, Footing};
use crate::case::{self, Case, arrangement, assessment, budget, review};
use crate::framework::{Framework, SpendingKind, tests::method};
use crate::{AccountId, AreaId, CaseId, Line, MemberId, NeedId, OrganisationId, Refusal, Why, dates};
use proptest::prelude::*;
use uuid::Uuid;

const TODAY: Date = Date::constant(2026, 3, 2);

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}
fn prose(text: &str) -> Prose {
    Prose::parse(text).expect("words")
}
fn line(text: &str) -> Line {
    Line::parse(text).expect("a line")
}
fn husband() -> Voice {
    Voice::Member(MemberId(id(11)))
}
fn broker() -> Voice {
    Voice::Member(MemberId(id(12)))
}
fn outcome_id() -> OutcomeId {
    OutcomeId(id(31))
}
fn given<E: Into<case::Event>>(case: &mut Case, events: impl IntoIterator<Item = E>) {
    for event in events {
        let recorded = Recorded {
            seq: case.version + 1,
            at: Timestamp::UNIX_EPOCH,
            by: Author::Account(AccountId(id(1))),
            event: event.into(),
        };
        case.apply(&recorded);
    }
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
    let kind = |key: &str, name: &str, excluded: Option<(&str, &str)>| SpendingKind {
        key: key.into(),
        name: line(name),
        excluded: excluded.map(|(why, source)| (line(why), line(source))),
    };
    Framework {
        area: AreaId(id(2)),
        area_name: line("Mendip Vale"),
        service_name: line("Budgets"),
        nhs_body: line("NHS"),
        council: line("Council"),
        phone: line("01"),
        email: line("a@b.example"),
        contact_days: 3,
        decision_days: 10,
        clinician_limit: Pence(5_000_000),
        first_review_months: 3,
        review_months: 12,
        appeal: prose("Write to us."),
        methods: vec![method()],
        spending: vec![
            kind("agency", "Care from an agency", None),
            kind("therapy", "Therapy", None),
            kind("tobacco", "Tobacco", Some(("The law leaves it out", "2013 Regulations, regulation 12"))),
        ],
    }
}

fn member(n: u128, name: &str, role: CaseRole) -> case::Event {
    circle::Event::MemberJoined {
        id: MemberId(id(n)),
        name: line(name),
        relation: line("someone"),
        role,
        account: None,
        organisation: None,
    }
    .into()
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
            circle::Event::PersonNamed { name: line("Alice"), known_as: None, born: None }.into(),
            member(11, "Martin", CaseRole::Representative),
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
    for section in Section::ALL.into_iter().filter(|s| *s != Section::WhoSpeaks) {
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
    // A supporter who speaks for her may say it, and may write everything else.
    let speaks = circle::Event::SpeakerRecognised {
        member: MemberId(id(12)),
        footing: Footing::Attorney,
        about: prose("Health"),
        evidence: None,
    };
    assert!(write_section(&case, Section::WhoIAm, prose("Music"), broker(), 0).is_ok());
    given(&mut case, [speaks]);
    assert!(say(&case, broker()).is_ok());
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

#[test]
fn outcomes_are_added_once_changed_and_taken_out_with_a_reason() {
    let mut case = with_outcome();
    let again = add_outcome(&case, outcome_id(), outcome("Other words"), None, husband());
    assert_eq!(again, Ok(vec![]), "the same form sent twice");
    assert_eq!(case.plan.aim(outcome_id()), Some(Aim::Better));
    let strange = OutcomeWords { needs: vec![NeedId(id(99))], ..outcome("X") };
    refused(add_outcome(&case, OutcomeId(id(32)), strange, None, husband()), Why::Invalid);
    let kept = change_outcome(&case, outcome_id(), outcome("She sleeps"), Some(Aim::Kept), husband());
    assert_eq!(kept.as_ref().map(Vec::len), Ok(1), "only what changed is recorded");
    let removed = remove_outcome(&case, outcome_id(), prose("She sleeps now"));
    then(&mut case, removed);
    assert_eq!(case.plan.current_outcomes().count(), 0);
    assert_eq!(case.plan.outcome(outcome_id()).and_then(|o| o.why.clone()), Some(prose("She sleeps now")));
    assert_eq!(remove_outcome(&case, outcome_id(), prose("Again")), Ok(vec![]));
    refused(change_outcome(&case, outcome_id(), outcome("X"), None, husband()), Why::AlreadyDone);
}

#[test]
fn an_outcome_that_money_is_for_cannot_be_taken_out_first() {
    let case = whole();
    let refusal = refused(remove_outcome(&case, outcome_id(), prose("Why")), Why::NotYet);
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
    assert_eq!(change_risk(&case, RiskId(id(41)), risk(), husband()), Ok(vec![]));
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
    let changed = change_action(&case, ActionId(id(51)), action("Dee", false), None, husband());
    then(&mut case, changed);
    assert_eq!(case.plan.fallback(ActionId(id(51))), None);
    let removed = remove_action(&case, ActionId(id(51)), prose("Not needed"));
    then(&mut case, removed);
    refused(finish_action(&case, ActionId(id(51)), TODAY, TODAY), Why::AlreadyDone);
    assert_eq!(remove_action(&case, ActionId(id(51)), prose("Again")), Ok(vec![]));
    let removed = remove_risk(&case, RiskId(id(41)), prose("Gone"));
    then(&mut case, removed);
    refused(change_risk(&case, RiskId(id(41)), risk(), husband()), Why::AlreadyDone);
}

// ---- money

#[test]
fn what_the_law_excludes_is_refused_with_its_reason_and_source() {
    let case = with_outcome();
    let add = |words| add_line(&case, &framework(), LineId(id(71)), words, Pence::ZERO, husband());
    let refusal = refused(add(bought("tobacco", 10, Funder::Nhs)), Why::Invalid);
    assert_eq!(refusal.field.as_deref(), Some("kind"));
    for words in ["Tobacco", "The law leaves it out", "2013 Regulations, regulation 12"] {
        assert!(refusal.message.contains(words), "{refusal}");
    }
    refused(add(bought("unheard-of", 10, Funder::Nhs)), Why::Invalid);
    refused(add(bought("agency", 0, Funder::Nhs)), Why::Invalid);
    refused(add(LineWords { outcomes: vec![], ..bought("agency", 10, Funder::Nhs) }), Why::Invalid);
    let nowhere = LineWords { holding: Some(HoldingId(id(99))), ..bought("agency", 10, Funder::Nhs) };
    assert_eq!(refused(add(nowhere), Why::Invalid).field.as_deref(), Some("holding"));
    assert!(add(bought("agency", 10, Funder::Nhs)).is_ok());
}

#[test]
fn nhs_money_is_never_topped_up_and_council_money_may_be() {
    let mut case = with_outcome();
    let add = |case: &Case, funder, own| {
        add_line(case, &framework(), LineId(id(71)), bought("agency", 10, funder), Pence(own), husband())
    };
    let refusal = refused(add(&case, Funder::Nhs, 500), Why::Invalid);
    assert!(refusal.message.contains("cannot add your own money to NHS money"));
    let added = add(&case, Funder::Council, 500);
    then(&mut case, added);
    assert_eq!(case.plan.top_up(LineId(id(71))), Pence(500));
    // Turning it into an NHS line needs the top-up to go.
    let nhs = bought("agency", 10, Funder::Nhs);
    let change = |own| change_line(&case, &framework(), LineId(id(71)), nhs.clone(), Pence(own), husband());
    refused(change(500), Why::Invalid);
    assert_eq!(change(0).map(|e| e.len()), Ok(2));
}

#[test]
fn going_over_is_shown_and_stops_the_checklist_not_the_writing() {
    let mut case = whole();
    assert_eq!(left(&case, Funder::Nhs), Some(Pence(20_000)));
    let words = LineWords { holding: Some(HoldingId(id(61))), ..bought("therapy", 300, Funder::Nhs) };
    let added = add_line(&case, &framework(), LineId(id(72)), words, Pence::ZERO, husband());
    then(&mut case, added);
    assert_eq!(over(&case), vec![(Funder::Nhs, Pence(10_000))]);
    let sixth = &checklist(&case, &framework())[5];
    assert!(!sixth.met && sixth.missing.iter().any(|m| m.words.contains("£100.00 more")), "{sixth:?}");
    assert_eq!(left(&case, Funder::Council), Some(Pence(50_000)));
}

#[test]
fn a_line_counts_for_a_year() {
    for (every, yearly) in [
        (Every::Week, 520),
        (Every::FourWeeks, 130),
        (Every::Month, 120),
        (Every::Year, 10),
        (Every::Once, 10),
    ] {
        let words = LineWords { every, amount: Pence(10), ..bought("agency", 1, Funder::Nhs) };
        assert_eq!(words.yearly(), Pence(yearly), "{every:?}");
    }
}

#[test]
fn money_is_held_one_way_or_several() {
    let mut case = with_outcome();
    let add = |case: &Case, n, words| add_holding(case, HoldingId(id(n)), words, TODAY);
    refused(add(&case, 61, held(Mode::ThirdParty, None)), Why::Invalid);
    refused(add(&case, 61, held(Mode::Notional, Some(5))), Why::Invalid);
    let refusal = refused(add(&case, 62, held(Mode::DirectPayment, None)), Why::NotYet);
    assert!(refusal.message.contains("Alice has not agreed"));
    let how = prose("One blink");
    let consent =
        circle::Event::ConsentGiven { about: ConsentAbout::DirectPayment, voice: Voice::Person, how };
    given(&mut case, [consent]);
    for (n, words) in [(61, held(Mode::ThirdParty, Some(5))), (62, held(Mode::DirectPayment, None))] {
        let added = add(&case, n, words);
        then(&mut case, added);
    }
    assert_eq!(add(&case, 61, held(Mode::ThirdParty, Some(5))), Ok(vec![]), "the same form twice");
    refused(add(&case, 63, held(Mode::ThirdParty, Some(5))), Why::AlreadyDone);
    assert_eq!(case.plan.open_holdings().count(), 2);
}

#[test]
fn a_holding_ends_once_nothing_is_paid_from_it() {
    let mut case = whole();
    let holding = HoldingId(id(61));
    let end = |case: &Case, on| end_holding(case, holding, on, prose("We take it ourselves"));
    refused(end(&case, TODAY), Why::NotYet);
    let removed = remove_line(&case, LineId(id(71)), prose("Not needed"));
    then(&mut case, removed);
    let planned = arrangement::Scheduled {
        id: crate::InstalmentId(id(91)),
        holding,
        due: TODAY,
        funder: Funder::Nhs,
        kind: arrangement::InstalmentKind::Regular,
        amount: Pence(1),
    };
    let mut waiting = case.clone();
    given(&mut waiting, [arrangement::Event::PaymentsScheduled { instalments: vec![planned] }]);
    refused(end(&waiting, TODAY), Why::NotYet);
    refused(end(&case, dates::days_after(TODAY, -1)), Why::Invalid);
    let ended = end(&case, TODAY);
    then(&mut case, ended);
    assert_eq!(end(&case, TODAY), Ok(vec![]));
    refused(assign_line(&case, LineId(id(71)), holding), Why::AlreadyDone);
    refused(
        change_line(
            &case,
            &framework(),
            LineId(id(71)),
            bought("agency", 1, Funder::Nhs),
            Pence(0),
            husband(),
        ),
        Why::AlreadyDone,
    );
    assert_eq!(remove_line(&case, LineId(id(71)), prose("Again")), Ok(vec![]));
}

#[test]
fn a_line_is_given_to_a_holding() {
    let mut case = whole();
    let added = add_holding(&case, HoldingId(id(62)), held(Mode::ThirdParty, Some(5)), TODAY);
    then(&mut case, added);
    let moved = assign_line(&case, LineId(id(71)), HoldingId(id(62)));
    then(&mut case, moved);
    assert_eq!(case.plan.line(LineId(id(71))).and_then(|l| l.words.holding), Some(HoldingId(id(62))));
    assert_eq!(assign_line(&case, LineId(id(71)), HoldingId(id(62))), Ok(vec![]));
    refused(assign_line(&case, LineId(id(71)), HoldingId(id(99))), Why::Invalid);
}

#[test]
fn the_first_review_is_within_three_months_of_the_money() {
    let mut case = open();
    let set = |case: &Case, on| set_first_review(case, &framework(), on, TODAY);
    assert!(set(&case, dates::months_after(TODAY, 3)).is_ok());
    refused(set(&case, dates::days_after(dates::months_after(TODAY, 3), 1)), Why::Invalid);
    refused(set(&case, dates::days_after(TODAY, -1)), Why::Invalid);
    // Money that starts later lets the review be later.
    let later = dates::months_after(TODAY, 1);
    let added = add_holding(&case, HoldingId(id(61)), held(Mode::Notional, None), later);
    then(&mut case, added);
    assert_eq!(latest_first_review(&case, &framework(), TODAY), dates::months_after(later, 3));
    let done = set(&case, TODAY);
    then(&mut case, done);
    assert_eq!(set(&case, TODAY), Ok(vec![]));
    let held = review::Event::Held {
        id: crate::ReviewId(id(95)),
        on: TODAY,
        with: vec![],
        working: prose("Sleep"),
        not_working: prose("Nothing"),
        outcomes: vec![],
        enough: true,
        money: None,
        changes: None,
        next: dates::months_after(TODAY, 12),
    };
    given(&mut case, [held]);
    refused(set(&case, dates::days_after(TODAY, 1)), Why::AlreadyDone);
}

// ---- the nine criteria

#[test]
fn a_bare_plan_meets_only_the_co_ordinator_and_says_where_to_go() {
    let all = checklist(&open(), &framework());
    assert_eq!(all.len(), 9);
    let met: Vec<&str> = all.iter().filter(|c| c.met).map(|c| c.title.as_str()).collect();
    assert_eq!(met, ["Who your care co-ordinator is"]);
    for criterion in all.iter().filter(|c| !c.met) {
        assert!(!criterion.missing.is_empty(), "{}", criterion.title);
        assert!(criterion.missing.iter().all(|m| m.page.starts_with("plan/") || m.page == "people"));
    }
}

#[test]
fn a_whole_plan_meets_all_nine_and_each_can_be_lost() {
    let case = whole();
    assert!(is_complete(&case, &framework()), "{:#?}", checklist(&case, &framework()));
    let lost = |events: Vec<case::Event>, at: usize| {
        let mut case = case.clone();
        given(&mut case, events);
        let all = checklist(&case, &framework());
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
    let first = &checklist(&case, &framework())[0];
    assert!(!first.met && first.missing[0].page == "plan/write/who-speaks");
    let written = write_section(&case, Section::WhoSpeaks, prose("Agreed together"), husband(), 0);
    then(&mut case, written);
    let first = &checklist(&case, &framework())[0];
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
    assert!(is_complete(&case, &framework()));
    given(&mut case, [consent(false)]);
    assert!(!checklist(&case, &framework())[5].met);
}

// ---- changes of an agreed plan

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
    let free: Vec<Decision> = vec![
        write_section(&case, Section::Working, prose("New words"), husband(), based_on),
        // A carer frightened Alice: somebody else does it.
        change_action(&case, ActionId(id(51)), action("Somebody she knows", true), None, husband()),
        add_action(&case, ActionId(id(52)), action("Dee", false), None, husband()),
        finish_action(&case, ActionId(id(51)), TODAY, TODAY),
        add_risk(&case, RiskId(id(42)), risk(), husband()),
        change_risk(&case, RiskId(id(41)), RiskWords { who: line("Dee"), ..risk() }, husband()),
        add_outcome(&case, OutcomeId(id(32)), outcome("More"), None, husband()),
        // More of the same within the agreed total, and less.
        change_line(&case, &f, LineId(id(71)), bought("agency", 1_000, Funder::Nhs), Pence(0), husband()),
        change_line(&case, &f, LineId(id(71)), bought("agency", 1, Funder::Nhs), Pence(0), husband()),
        add_line(&case, &f, LineId(id(72)), bought("agency", 200, Funder::Nhs), Pence(0), husband()),
        remove_line(&case, LineId(id(71)), prose("Not needed")),
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
        (&case, remove_risk(&case, RiskId(id(41)), prose("Gone")), "agreed to be done"),
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
    let back = remove_line(&changed, LineId(id(72)), prose("We do without"));
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

#[test]
fn closed_sets_are_read_as_they_are_written() {
    for section in Section::ALL {
        assert_eq!(section.slug().parse(), Ok(section));
        assert_eq!(serde_json::to_string(&section).expect("json"), format!("\"{}\"", section.slug()));
    }
    for mode in Mode::ALL {
        assert_eq!(mode.slug().parse(), Ok(mode));
        assert_eq!(serde_json::to_string(&mode).expect("json"), format!("\"{}\"", mode.slug()));
    }
    for every in Every::ALL {
        assert_eq!(every.slug().parse(), Ok(every));
        assert_eq!(serde_json::to_string(&every).expect("json"), format!("\"{}\"", every.slug()));
    }
    for aim in Aim::ALL {
        assert_eq!(aim.slug().parse(), Ok(aim));
        assert_eq!(serde_json::to_string(&aim).expect("json"), format!("\"{}\"", aim.slug()));
    }
    assert!("no-such-part".parse::<Section>().is_err());
}
