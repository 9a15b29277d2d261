//! Two people change the same outcome, risk, action or line at once.

use super::*;
use crate::Aggregate;
use crate::case::history::{InFull, describe};

/// Her husband and the broker both send words for an item from one version.
/// `send` gives the decision for somebody's words.
fn both_change(case: &mut Case, send: impl Fn(&Case, &str, Voice, u64) -> Decision) {
    let seen = case.version;
    for (words, voice) in [("Martin's", husband()), ("Sam's", broker())] {
        let changed = send(case, words, voice, seen);
        then(case, changed);
    }
    let again = send(case, "Martin's", husband(), seen);
    assert_eq!(again, Ok(vec![]), "a form sent twice adds nothing");
}

fn outcome_sent(case: &Case, words: &str, voice: Voice, seen: u64) -> Decision {
    let aim = if voice == husband() { Aim::Kept } else { Aim::Avoided };
    change_outcome(case, outcome_id(), outcome(words), Some(aim), voice, seen)
}
fn risk_sent(case: &Case, words: &str, voice: Voice, seen: u64) -> Decision {
    change_risk(case, RiskId(id(41)), RiskWords { what_we_do: prose(words), ..risk() }, voice, seen)
}
fn action_sent(case: &Case, words: &str, voice: Voice, seen: u64) -> Decision {
    let otherwise = (voice == husband()).then(|| prose("Ask Dee"));
    change_action(case, ActionId(id(51)), action(words, true), otherwise, voice, seen)
}
fn line_sent(case: &Case, words: &str, voice: Voice, seen: u64) -> Decision {
    let own = if voice == husband() { Pence(500) } else { Pence::ZERO };
    let bought = bought("agency", if voice == husband() { 100 } else { 300 }, Funder::Council);
    let line = LineWords { what: line(words), holding: Some(HoldingId(id(61))), ..bought };
    change_line(case, &framework(), LineId(id(71)), line, own, voice, seen)
}

fn in_full<W, S>(case: &Case, version: &Version<W, S>) -> String
where
    Version<W, S>: InFull,
{
    let all = version.in_full(case, &framework());
    all.into_iter().map(|(label, words)| format!("{label}: {words}\n")).collect()
}

#[test]
fn an_outcome_stands_in_two_versions_with_what_each_hopes_for() {
    let mut case = whole();
    both_change(&mut case, outcome_sent);
    let now = case.plan.outcome(outcome_id()).expect("there");
    let [newest, beside] = now.standing().try_into().expect("two versions");
    assert_eq!(
        (newest.words.words.as_str(), newest.voice, newest.aside),
        ("Sam's", broker(), Some(Aim::Avoided))
    );
    assert_eq!(
        (beside.words.words.as_str(), beside.voice, beside.aside),
        ("Martin's", husband(), Some(Aim::Kept))
    );
    assert_eq!(case.plan.aim(outcome_id()), Some(Aim::Avoided), "the newest counts");
    let told = in_full(&case, &beside);
    assert!(told.contains("Outcome: Martin's") && told.contains(Aim::Kept.words()), "{told}");
}

#[test]
fn a_risk_stands_in_two_versions() {
    let mut case = whole();
    both_change(&mut case, risk_sent);
    let now = case.plan.risk(RiskId(id(41))).expect("there");
    assert_eq!(now.words.what_we_do, prose("Sam's"));
    assert!(in_full(&case, &now.beside[0]).contains("What we do: Martin's"));
}

#[test]
fn an_action_stands_in_two_versions_with_what_is_done_instead() {
    let mut case = whole();
    both_change(&mut case, action_sent);
    let now = case.plan.action(ActionId(id(51))).expect("there");
    assert_eq!((now.words.who.as_str(), case.plan.fallback(now.id)), ("Sam's", None));
    let told = in_full(&case, &now.beside[0]);
    assert!(told.contains("Who: Martin's") && told.contains("Otherwise: Ask Dee"), "{told}");
}

#[test]
fn a_line_stands_in_two_versions_and_the_newest_is_summed() {
    let mut case = whole();
    both_change(&mut case, line_sent);
    assert_eq!(case.plan.first_year_cost_of(Funder::Council), Pence(30_000));
    assert_eq!(case.plan.top_up(LineId(id(71))), Pence::ZERO);
    let told = in_full(&case, &case.plan.line(LineId(id(71))).expect("there").beside[0]);
    for part in ["What: Martin's", "£100.00 every year", "£5.00", "notional budget"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // Who pays can be said meanwhile; both versions go on standing.
    let added = add_holding(&case, HoldingId(id(62)), held(Mode::ThirdParty, Some(5)), TODAY);
    then(&mut case, added);
    let assigned = assign_line(&case, LineId(id(71)), HoldingId(id(62)));
    then(&mut case, assigned);
    let now = case.plan.line(LineId(id(71))).expect("there");
    assert_eq!((now.words.holding, now.beside.len()), (Some(HoldingId(id(62))), 1));
}

#[test]
fn versions_are_brought_together_by_keeping_one_or_writing_a_third() {
    for (words, voice) in [("Martin's", husband()), ("Sam's", broker()), ("Both", husband())] {
        for send in [outcome_sent, risk_sent, action_sent, line_sent] {
            let mut case = whole();
            both_change(&mut case, send);
            assert!(!is_complete(&case), "it waits to be brought together");
            let seen = case.version;
            let kept = send(&case, words, voice, seen);
            then(&mut case, kept);
            assert!(is_complete(&case), "{words}");
            assert_eq!(send(&case, words, voice, seen), Ok(vec![]), "pressed twice");
        }
    }
}

#[test]
fn what_only_one_of_them_sees_stays_beside() {
    let mut case = whole();
    let seen = case.version;
    both_change(&mut case, risk_sent);
    let shown = case.version;
    // A third, late writer comes before the two are brought together.
    for (words, voice, seen) in [("Late", Voice::Person, seen), ("Both", husband(), shown)] {
        let changed = risk_sent(&case, words, voice, seen);
        then(&mut case, changed);
    }
    let now = case.plan.risk(RiskId(id(41))).expect("there");
    let stand: Vec<String> = now.standing().iter().map(|v| v.words.what_we_do.to_string()).collect();
    assert_eq!(stand, ["Both", "Late"]);
}

#[test]
fn a_stale_page_sent_unchanged_or_with_the_same_words_adds_nothing() {
    let mut case = whole();
    let seen = case.version;
    let aimed = change_outcome(&case, outcome_id(), outcome("She sleeps"), Some(Aim::Kept), husband(), seen);
    then(&mut case, aimed);
    let unchanged =
        |aim| change_outcome(&case, outcome_id(), outcome("She sleeps"), Some(aim), husband(), seen);
    assert_eq!(unchanged(Aim::Better), Ok(vec![]), "it was so when the page was opened");
    assert_eq!(unchanged(Aim::Kept), Ok(vec![]), "it is so already");
    // Another aim from the same page is somebody's choice too: both stand.
    let other = unchanged(Aim::Avoided);
    then(&mut case, other);
    let aims: Vec<_> =
        case.plan.outcome(outcome_id()).expect("there").standing().iter().map(|v| v.aside).collect();
    assert_eq!(aims, [Some(Aim::Avoided), Some(Aim::Kept)]);
    // A version that is not there yet was not seen.
    let wild = risk_sent(&case, "Wild", husband(), 9_999);
    let at = case.plan.risk(RiskId(id(41))).expect("there").seq;
    assert!(matches!(
        wild.expect("changed").as_slice(),
        [case::Event::Plan(Event::RiskChanged { based_on, .. })] if *based_on == Some(at)
    ));
}

#[test]
fn what_was_changed_meanwhile_is_read_before_it_is_taken_out() {
    type Send = fn(&Case, &str, Voice, u64) -> Decision;
    type Remove = fn(&Case, u64) -> Decision;
    let all: [(Send, Remove); 4] = [
        (outcome_sent, |case, seen| remove_outcome(case, outcome_id(), prose("Why"), seen)),
        (risk_sent, |case, seen| remove_risk(case, RiskId(id(41)), prose("Why"), seen)),
        (action_sent, |case, seen| remove_action(case, ActionId(id(51)), prose("Why"), seen)),
        (line_sent, |case, seen| remove_line(case, LineId(id(71)), prose("Why"), seen)),
    ];
    for (at, (send, remove)) in all.into_iter().enumerate() {
        let mut case = whole();
        if at == 0 {
            // Only what nothing else is for can go.
            for removed in [
                remove_line(&case, LineId(id(71)), prose("Why"), case.version),
                remove_action(&case, ActionId(id(51)), prose("Why"), case.version),
            ] {
                then(&mut case, removed);
            }
        }
        let seen = case.version;
        let changed = send(&case, "New", husband(), seen);
        then(&mut case, changed);
        let refusal = refused(remove(&case, seen), Why::NotYet);
        assert!(refusal.message.contains("changed since you opened"), "{refusal}");
        let removed = remove(&case, case.version);
        then(&mut case, removed);
        // And whoever changes it now is told, and can add it again.
        let refusal = refused(send(&case, "Newer", broker(), seen), Why::AlreadyDone);
        assert!(refusal.message.contains("taken out of the plan"), "{refusal}");
    }
}

#[test]
fn the_history_says_that_two_wrote_and_when_it_became_one() {
    let mut case = whole();
    let seen = case.version;
    let mut record = vec![];
    for (words, voice, based_on) in
        [("One", husband(), Some(seen)), ("Two", broker(), Some(seen)), ("Both", husband(), None)]
    {
        let sent = risk_sent(&case, words, voice, based_on.unwrap_or(case.version)).expect("changed");
        for event in sent {
            let (by, at) = (Author::System, Timestamp::UNIX_EPOCH);
            let recorded = Recorded { seq: case.version + 1, at, by, event };
            case.apply(&recorded);
            record.push(recorded);
        }
    }
    let said: Vec<String> = record
        .iter()
        .map(|e| describe(&case, &framework(), e).detail.last().expect("words").1.clone())
        .collect();
    assert_eq!(said[0], "Martin");
    assert!(said[1].contains("stood side by side") && said[2].contains("became this one"), "{said:?}");
}

proptest! {
    /// As with the sections: every text that somebody typed stands, or was seen
    /// by the writer of a later one.
    #[test]
    fn no_interleaving_of_changes_loses_a_text(steps in proptest::collection::vec((0usize..4, any::<bool>(), 0usize..3), 1..40)) {
        let mut case = whole();
        let mut opened: [u64; 4] = [case.version; 4];
        let mut written: Vec<(u64, String, usize)> = vec![];
        let mut sight: Vec<(u64, u64)> = vec![];
        for (turn, (writer, opens, aim)) in steps.into_iter().enumerate() {
            if opens {
                opened[writer] = case.plan.outcome(outcome_id()).expect("there").seq;
                continue;
            }
            let text = format!("text {turn}");
            let changed = change_outcome(&case, outcome_id(), outcome(&text), Some(Aim::VARIANTS[aim]), husband(), opened[writer]);
            then(&mut case, changed);
            let seq = case.plan.outcome(outcome_id()).expect("there").seq;
            sight.push((opened[writer], seq));
            written.push((seq, text, aim));
        }
        let now = case.plan.outcome(outcome_id()).expect("there");
        for (seq, text, aim) in &written {
            let is = |v: &Version<OutcomeWords, Aim>| {
                v.seq == *seq && v.words.words.as_str() == text && v.aside == Some(Aim::VARIANTS[*aim])
            };
            let stands = now.standing().iter().any(is);
            let seen = sight.iter().any(|(opened, later)| opened >= seq && later > seq);
            prop_assert!(stands != now.earlier.iter().any(is), "{} is there exactly once", text);
            prop_assert!(stands != seen, "{} stands until somebody saw it", text);
        }
    }
}
