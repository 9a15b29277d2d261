//! What may happen to the assessment: answering, settling, naming needs,
//! finishing and opening again. Nothing here asks whether someone can
//! "communicate": whoever's words they are is the voice of an answer.

use super::{Assessment, Event, Need};
use crate::case::circle::{self, CaseRole, Matter};
use crate::case::offer::Answer;
use crate::case::{self, Case, Voice};
use crate::framework::{Framework, Method, Question};
use crate::known::{known, quoted};
use crate::ledger::Funder;
use crate::{NeedId, Prose, Refusal};

/// Something that has to be done before the assessment is finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Nobody has answered this question (its key).
    Unanswered(String),
    /// People answered it differently, and have not settled it.
    Contested(String),
    /// Help is needed, and no need is written down.
    NoNeeds,
    /// Every word so far is a professional's (001:390: not led "solely by professionals").
    OnlyProfessionals,
}

/// The question set this case uses: the one it started with, or the newest.
pub fn method_of<'f>(case: &Case, framework: &'f Framework) -> Result<&'f Method, Refusal> {
    let method = match case.assessment.questions {
        Some(version) => framework.method_version(version),
        None => framework.method(),
    };
    method.ok_or_else(|| {
        Refusal::not_yet(
            "There are no questions to answer yet",
            "Your area has to publish its questions first. Ask your care co-ordinator when that will be",
        )
    })
}

/// Whether people see it differently and have not settled it.
#[must_use]
pub fn is_contested(assessment: &Assessment, question: &str) -> bool {
    assessment.said(question).next().is_some() && assessment.level(question).is_none()
}

/// Records what one voice says about one question. Two voices may differ:
/// both stand, and nobody's answer replaces another's.
pub fn answer(
    case: &Case,
    method: &Method,
    question: &str,
    level: u8,
    words: Option<Prose>,
    voice: Voice,
) -> Result<Vec<case::Event>, Refusal> {
    may_be_filled_in(case)?;
    is_a_voice(case, voice)?;
    is_a_level(asked(method, question)?, level)?;
    let the_same = case
        .assessment
        .said(question)
        .any(|given| given.voice == voice && given.level == level && given.words == words);
    // Who goes back to what they said before opens again what was settled otherwise.
    let stands = case.assessment.settled(question).is_none_or(|settled| settled.level == level);
    if the_same && stands {
        return Ok(vec![]);
    }
    let mut events = started(case, method);
    events.push(Event::Answered { question: question.to_owned(), level, words, voice }.into());
    Ok(events)
}

/// Who says which answer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settler {
    /// The care co-ordinator, who writes down what all who differ agreed on.
    ForAll,
    /// Somebody for themselves.
    One(Voice),
}

/// Says which level counts where people answered differently, and how that came
/// about. What one of them says counts only when everybody who said otherwise
/// has agreed to it: nobody settles over the head of another.
pub fn settle(
    case: &Case,
    method: &Method,
    question: &str,
    level: u8,
    how: Prose,
    by: Settler,
) -> Result<Vec<case::Event>, Refusal> {
    may_be_filled_in(case)?;
    is_a_level(asked(method, question)?, level)?;
    if !is_contested(&case.assessment, question) {
        return Err(Refusal::already_done("There is nothing to settle here: everyone says the same"));
    }
    let question = question.to_owned();
    let Settler::One(voice) = by else {
        return Ok(vec![Event::Settled { question, level, how }.into()]);
    };
    is_a_voice(case, voice)?;
    let mut events = vec![];
    let is_said = |a: &super::AgreedTo| (a.voice, a.level, &a.how) == (voice, level, &how);
    if !case.assessment.agreed_to(&question).any(is_said) {
        let (question, how) = (question.clone(), how.clone());
        events.push(Event::LevelAgreedTo { question, level, how, voice }.into());
    }
    let mut others =
        to_agree(case, &question, level).into_iter().filter(|other| !agrees_for(case, voice, *other));
    if others.next().is_none() {
        events.push(Event::Settled { question, level, how }.into());
    }
    Ok(events)
}

/// Whose answer is another than this level, and who have not agreed to it.
#[must_use]
pub fn to_agree(case: &Case, question: &str, level: u8) -> Vec<Voice> {
    let agreed: Vec<Voice> =
        case.assessment.agreed_to(question).filter(|a| a.level == level).map(|a| a.voice).collect();
    let differ = case.assessment.said(question).filter(|given| given.level != level).map(|given| given.voice);
    differ.filter(|voice| !agreed.iter().any(|by| agrees_for(case, *by, *voice))).collect()
}

/// Whether somebody agrees for this voice: for their own, and for the person's
/// where they decide for them about care.
fn agrees_for(case: &Case, by: Voice, voice: Voice) -> bool {
    by == voice || voice == Voice::Person && circle::may_decide(case, by, Matter::Care)
}

/// Records a need in words. The same id twice is one need.
pub fn record_need(
    case: &Case,
    method: &Method,
    id: NeedId,
    words: Prose,
    funder: Funder,
    question: Option<String>,
    voice: Voice,
) -> Result<Vec<case::Event>, Refusal> {
    let is_it = |need: &&Need| {
        (&need.words, need.funder, &need.question, need.voice) == (&words, funder, &question, voice)
    };
    let kept = case.assessment.needs.iter().find(|need| need.id == id);
    if !known(kept, is_it).is_new(|need| quoted(&need.words))? {
        return Ok(vec![]);
    }
    may_be_filled_in(case)?;
    is_a_voice(case, voice)?;
    if let Some(key) = &question {
        asked(method, key)?;
    }
    let mut events = started(case, method);
    events.push(Event::NeedRecorded { id, words, funder, question, voice }.into());
    Ok(events)
}

/// Takes a need off the list; the record keeps it, and why.
pub fn withdraw_need(case: &Case, id: NeedId, why: Prose) -> Result<Vec<case::Event>, Refusal> {
    may_be_filled_in(case)?;
    match case.assessment.needs.iter().find(|need| need.id == id) {
        None => Err(Refusal::invalid("need", "That need is not on the list")),
        Some(need) if need.withdrawn => Err(Refusal::already_done("That need was taken off the list")),
        Some(_) => Ok(vec![Event::NeedWithdrawn { id, why }.into()]),
    }
}

/// The questions whose answer says that help is needed, with no need on the
/// list that came from them: each is worth a line in words.
#[must_use]
pub fn suggestions<'m>(case: &Case, method: &'m Method) -> Vec<(&'m Question, u8)> {
    let is_named = |key: &str| case.assessment.current_needs().any(|n| n.question.as_deref() == Some(key));
    let open = method.questions.iter().filter(|q| !is_named(&q.key));
    open.filter_map(|q| Some((q, case.assessment.level(&q.key).filter(|level| *level > 0)?))).collect()
}

/// What is still missing, in the order of the questions.
#[must_use]
pub fn gaps(case: &Case, method: &Method) -> Vec<Gap> {
    let assessment = &case.assessment;
    let mut gaps = Vec::new();
    for question in &method.questions {
        let key = question.key.as_str();
        if is_contested(assessment, key) {
            gaps.push(Gap::Contested(key.to_owned()));
        } else if assessment.level(key).is_none_or(|level| question.points(level).is_none()) {
            gaps.push(Gap::Unanswered(key.to_owned()));
        }
    }
    let needs_help = method.questions.iter().any(|q| assessment.said(&q.key).any(|a| a.level > 0));
    if needs_help && assessment.current_needs().next().is_none() {
        gaps.push(Gap::NoNeeds);
    }
    let voices = assessment.answers.iter().map(|a| a.voice);
    let voices: Vec<Voice> = voices.chain(assessment.current_needs().map(|n| n.voice)).collect();
    if !voices.is_empty() && voices.iter().all(|voice| is_professional(case, *voice)) {
        gaps.push(Gap::OnlyProfessionals);
    }
    gaps
}

impl Gap {
    /// What is missing, in a sentence.
    #[must_use]
    pub fn words(&self, method: &Method) -> String {
        let title = |key: &str| method.question(key).map_or(key, |q| q.title.as_str()).to_owned();
        match self {
            Self::Unanswered(key) => format!("“{}” is not answered yet", title(key)),
            Self::Contested(key) => format!("People see “{}” differently: settle it together", title(key)),
            Self::NoNeeds => "No need is written down yet: put at least one in words".to_owned(),
            Self::OnlyProfessionals => {
                "Every answer is a professional's so far: record what the person or their family say"
                    .to_owned()
            }
        }
    }
}

/// Finishes the assessment: refused with everything that is missing, in words.
pub fn complete(case: &Case, method: &Method) -> Result<Vec<case::Event>, Refusal> {
    if case.assessment.completed.is_some() {
        return Err(Refusal::already_done("The questions about needs are finished already"));
    }
    may_be_filled_in(case)?;
    let gaps = gaps(case, method);
    if gaps.is_empty() {
        return Ok(vec![Event::Completed.into()]);
    }
    let list: Vec<String> = gaps.iter().map(|gap| gap.words(method)).collect();
    Err(Refusal::not_yet(
        format!("This cannot be finished yet. {}", list.join(". ")),
        "Fill in what is missing, then finish",
    ))
}

/// Opens it again because something changed. If newer questions were
/// published meanwhile, they are used from now on; answers are kept.
pub fn reopen(case: &Case, framework: &Framework, why: Prose) -> Result<Vec<case::Event>, Refusal> {
    if case.assessment.completed.is_none() {
        return Err(Refusal::already_done("The questions about needs are open already"));
    }
    let mut events = vec![Event::Reopened { why }.into()];
    let newest = framework.method().map(|method| method.version);
    if let Some(questions) = newest.filter(|version| Some(*version) != case.assessment.questions) {
        events.push(Event::Started { questions }.into());
    }
    Ok(events)
}

fn started(case: &Case, method: &Method) -> Vec<case::Event> {
    match case.assessment.questions {
        Some(_) => vec![],
        None => vec![Event::Started { questions: method.version }.into()],
    }
}

/// It is voluntary: after a "no" nobody goes on asking. And what is finished
/// is opened again first, so that a budget is never worked out from answers
/// that moved underneath it.
fn may_be_filled_in(case: &Case) -> Result<(), Refusal> {
    if case.assessment.completed.is_some() {
        return Err(Refusal::not_yet(
            "The questions about needs are finished",
            "If something changed, your care co-ordinator can open them again",
        ));
    }
    if case.offer.answer() == Some(&Answer::No) {
        return Err(Refusal::not_yet(
            "The answer to the offer was no",
            "If they would like a personal health budget after all, record the new answer first",
        ));
    }
    Ok(())
}

fn asked<'m>(method: &'m Method, key: &str) -> Result<&'m Question, Refusal> {
    method.question(key).ok_or_else(|| Refusal::invalid("question", "That is not one of the questions"))
}

fn is_a_level(question: &Question, level: u8) -> Result<(), Refusal> {
    match question.points(level) {
        Some(_) => Ok(()),
        None => Err(Refusal::invalid("level", "Choose the answer that is closest")),
    }
}

fn is_a_voice(case: &Case, voice: Voice) -> Result<(), Refusal> {
    let known = match voice {
        Voice::Person => true,
        Voice::Member(id) => case.circle.present().any(|member| member.id == id),
    };
    if known { Ok(()) } else { Err(Refusal::invalid("voice", "Choose whose words these are")) }
}

fn is_professional(case: &Case, voice: Voice) -> bool {
    match voice {
        Voice::Person => false,
        // A broker or advocate helps the person say it; they are not the NHS or the council.
        Voice::Member(id) => {
            case.circle.member(id).is_some_and(|m| m.role.is_professional() && m.role != CaseRole::Supporter)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::circle;
    use crate::testing::{self, given, joined, method, prose};
    use crate::{Aggregate, CaseId, MemberId, Why};
    use uuid::Uuid;

    const HUSBAND: MemberId = MemberId(Uuid::from_u128(1));
    const NURSE: MemberId = MemberId(Uuid::from_u128(2));

    /// A case with a husband, a nurse, and a person said to be unable to communicate.
    fn case() -> Case {
        let mut case = Case::new(CaseId(Uuid::from_u128(9)));
        let described = circle::Event::CommunicationDescribed {
            yes: None,
            no: None,
            how: prose("Recorded as unable to communicate"),
            helps: None,
        };
        let events = vec![
            joined(HUSBAND, "Tom", CaseRole::Representative, None),
            joined(NURSE, "Bea", CaseRole::Clinician, None),
            described.into(),
        ];
        given(&mut case, events);
        case
    }

    fn says(case: &mut Case, question: &str, level: u8, voice: Voice) {
        let events = answer(case, &method(), question, level, None, voice).expect("may be answered");
        given(case, events);
    }

    fn all_answered(case: &mut Case, level: u8) {
        for question in &method().questions {
            says(case, &question.key, level, Voice::Person);
        }
        let need = record_need(
            case,
            &method(),
            NeedId(Uuid::from_u128(7)),
            prose("Someone awake at night"),
            Funder::Nhs,
            None,
            Voice::Person,
        );
        given(case, need.expect("a need"));
    }

    #[test]
    fn the_first_answer_fixes_the_question_set_and_keeps_who_said_it() {
        let mut case = case();
        let events = answer(&case, &method(), "breathing", 3, Some(prose("She blinks")), Voice::Person);
        let events = events.expect("may be answered");
        assert_eq!(events[0], Event::Started { questions: 1 }.into());
        given(&mut case, events);
        let said = case.assessment.said("breathing").next().expect("an answer");
        assert_eq!((said.level, said.voice), (3, Voice::Person));
        let second = answer(&case, &method(), "eating", 1, None, Voice::Person).expect("may be answered");
        assert_eq!(second.len(), 1, "started once");
    }

    #[test]
    fn the_same_answer_twice_is_one_answer() {
        let mut case = case();
        says(&mut case, "eating", 2, Voice::Person);
        assert_eq!(answer(&case, &method(), "eating", 2, None, Voice::Person), Ok(vec![]));
    }

    #[test]
    fn what_cannot_be_an_answer_is_refused_beside_its_field() {
        let case = case();
        let field = |key: &str, level, voice| {
            answer(&case, &method(), key, level, None, voice).expect_err("refused").field
        };
        assert_eq!(field("shoe-size", 0, Voice::Person).as_deref(), Some("question"));
        assert_eq!(field("eating", 4, Voice::Person).as_deref(), Some("level"));
        assert_eq!(field("eating", 255, Voice::Person).as_deref(), Some("level"));
        let stranger = Voice::Member(MemberId(Uuid::from_u128(404)));
        assert_eq!(field("eating", 0, stranger).as_deref(), Some("voice"));
    }

    #[test]
    fn two_views_stand_side_by_side_until_they_are_settled() {
        let mut case = case();
        says(&mut case, "washing", 3, Voice::Member(HUSBAND));
        assert!(!is_contested(&case.assessment, "washing"));
        says(&mut case, "washing", 1, Voice::Member(NURSE));
        assert!(is_contested(&case.assessment, "washing"));
        assert_eq!(case.assessment.said("washing").count(), 2);
        assert!(gaps(&case, &method()).contains(&Gap::Contested("washing".into())));
        let settled = |case: &Case, how| settle(case, &method(), "washing", 3, prose(how), Settler::ForAll);
        let events = settled(&case, "The nurse saw a bad day").expect("settled");
        given(&mut case, events);
        assert_eq!(case.assessment.level("washing"), Some(3));
        let again = settled(&case, "Again").expect_err("settled");
        assert_eq!(again.why, Why::AlreadyDone);
        says(&mut case, "washing", 2, Voice::Member(NURSE));
        assert!(is_contested(&case.assessment, "washing"), "a new view opens it again");
    }

    #[test]
    fn nobody_settles_over_the_head_of_whoever_said_otherwise() {
        const WIFE: MemberId = MemberId(Uuid::from_u128(3));
        let mut case = case();
        given(&mut case, [joined(WIFE, "Selam", CaseRole::FamilyCarer, None)]);
        says(&mut case, "breathing", 1, Voice::Person);
        says(&mut case, "breathing", 3, Voice::Member(WIFE));
        let agree = |case: &mut Case, level, how, who| {
            let by = Settler::One(who);
            let events = settle(case, &method(), "breathing", level, prose(how), by).expect("may be said");
            let count = events.len();
            given(case, events);
            count
        };
        assert_eq!(agree(&mut case, 3, "I know best", Voice::Member(WIFE)), 1);
        assert_eq!(agree(&mut case, 3, "I know best", Voice::Member(WIFE)), 0, "said once");
        assert_eq!(case.assessment.level("breathing"), None, "it does not count yet");
        assert_eq!(to_agree(&case, "breathing", 3), [Voice::Person]);
        // Somebody who said nothing cannot agree in their place.
        assert_eq!(agree(&mut case, 3, "It looks so", Voice::Member(NURSE)), 1);
        assert!(is_contested(&case.assessment, "breathing"));
        assert_eq!(agree(&mut case, 2, "Not always", Voice::Person), 1, "another level is not that one");
        assert!(is_contested(&case.assessment, "breathing"));
        assert_eq!(agree(&mut case, 3, "I see it now", Voice::Person), 2);
        assert_eq!(case.assessment.level("breathing"), Some(3));
        says(&mut case, "breathing", 1, Voice::Person);
        assert_eq!(case.assessment.agreed_to("breathing").count(), 0, "a new view opens it again");
        assert!(is_contested(&case.assessment, "breathing"));
    }

    #[test]
    fn whoever_decides_about_care_agrees_for_the_person() {
        let mut case = case();
        says(&mut case, "washing", 3, Voice::Person);
        says(&mut case, "washing", 1, Voice::Member(NURSE));
        let agree = |case: &Case, voice| {
            settle(case, &method(), "washing", 1, prose("Fewer than we said"), Settler::One(voice))
        };
        assert_eq!(agree(&case, Voice::Member(HUSBAND)).expect("said").len(), 1, "he does not speak for her");
        let speaks = circle::Event::SpeakerRecognised {
            member: HUSBAND,
            footing: circle::Footing::Attorney,
            about: prose("Health"),
            evidence: None,
        };
        given(&mut case, [speaks]);
        assert_eq!(agree(&case, Voice::Member(HUSBAND)).expect("settled").len(), 2);
    }

    #[test]
    fn a_need_keeps_its_words_and_comes_off_the_list_with_a_reason() {
        let mut case = case();
        let id = NeedId(Uuid::from_u128(5));
        let record = |case: &Case, question: Option<&str>| {
            let question = question.map(str::to_owned);
            record_need(case, &method(), id, prose("To breathe"), Funder::Nhs, question, Voice::Person)
        };
        assert_eq!(record(&case, Some("shoe-size")).expect_err("refused").field.as_deref(), Some("question"));
        let events = record(&case, Some("breathing")).expect("a need");
        given(&mut case, events);
        assert_eq!(record(&case, Some("breathing")), Ok(vec![]), "sent twice, one need");
        let events = withdraw_need(&case, id, prose("It was written twice")).expect("withdrawn");
        given(&mut case, events);
        assert_eq!(case.assessment.current_needs().count(), 0);
        assert_eq!(withdraw_need(&case, id, prose("Again")).expect_err("done").why, Why::AlreadyDone);
        let unknown = withdraw_need(&case, NeedId(Uuid::from_u128(6)), prose("What?"));
        assert_eq!(unknown.expect_err("unknown").why, Why::Invalid);
    }

    #[test]
    fn only_answers_that_say_help_is_needed_suggest_a_need() {
        let mut case = case();
        says(&mut case, "breathing", 0, Voice::Person);
        says(&mut case, "eating", 2, Voice::Person);
        let keys = |case: &Case| {
            suggestions(case, &method()).iter().map(|(q, level)| (q.key.clone(), *level)).collect::<Vec<_>>()
        };
        assert_eq!(keys(&case), [("eating".to_owned(), 2)]);
        let id = NeedId(Uuid::from_u128(5));
        let events = record_need(
            &case,
            &method(),
            id,
            prose("Help"),
            Funder::Nhs,
            Some("eating".into()),
            Voice::Person,
        );
        given(&mut case, events.expect("a need"));
        assert_eq!(keys(&case), []);
    }

    #[test]
    fn finishing_names_everything_that_is_missing() {
        let mut case = case();
        says(&mut case, "eating", 2, Voice::Member(NURSE));
        let refusal = complete(&case, &method()).expect_err("too early");
        assert_eq!(refusal.why, Why::NotYet);
        for part in ["“About breathing” is not answered", "No need is written down", "a professional's"] {
            assert!(refusal.message.contains(part), "{part} in {}", refusal.message);
        }
        assert!(!refusal.message.contains("About eating"));
    }

    #[test]
    fn someone_said_to_be_unable_to_communicate_is_assessed_like_anyone() {
        let mut case = case();
        all_answered(&mut case, 3);
        assert_eq!(complete(&case, &method()), Ok(vec![Event::Completed.into()]));
    }

    #[test]
    fn someone_who_needs_no_help_needs_no_needs() {
        let mut case = case();
        for question in &method().questions {
            says(&mut case, &question.key, 0, Voice::Member(HUSBAND));
        }
        assert_eq!(gaps(&case, &method()), []);
    }

    #[test]
    fn what_is_finished_stays_until_it_is_opened_with_a_reason() {
        let mut case = case();
        all_answered(&mut case, 1);
        let events = complete(&case, &method()).expect("finished");
        given(&mut case, events);
        assert_eq!(complete(&case, &method()).expect_err("done").why, Why::AlreadyDone);
        let late = answer(&case, &method(), "eating", 3, None, Voice::Person).expect_err("finished");
        assert_eq!(late.why, Why::NotYet);
        let mut framework = testing::framework();
        framework.methods.push(Method { version: 2, ..method() });
        let events = reopen(&case, &framework, prose("She is worse")).expect("opened");
        given(&mut case, events);
        assert_eq!(case.assessment.questions, Some(2), "the newest questions from now on");
        assert_eq!(case.assessment.level("eating"), Some(1), "answers are kept");
        let twice = reopen(&case, &framework, prose("Again")).expect_err("open");
        assert_eq!(twice.why, Why::AlreadyDone);
        says(&mut case, "eating", 3, Voice::Person);
        assert_eq!(complete(&case, &method()), Ok(vec![Event::Completed.into()]));
    }

    #[test]
    fn nobody_goes_on_asking_after_a_no() {
        use crate::case::offer;
        let mut case = case();
        let made = offer::Event::Made { what: prose("All of it"), why_now: None, said_voluntary: true };
        let no = offer::Event::Answered { answer: Answer::No, voice: Voice::Person, how: None };
        given(&mut case, [case::Event::from(made), no.into()]);
        let refusal = answer(&case, &method(), "eating", 1, None, Voice::Person).expect_err("they said no");
        assert_eq!(refusal.why, Why::NotYet);
    }
}
