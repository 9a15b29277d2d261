//! A person's team: the personal assistants whom they employ to support them
//! (000:207). It belongs to a case, and has a stream of its own.

use crate::case::circle::{self, Matter};
use crate::case::confidence::Confidence;
use crate::case::history::{Context, Description, Part, said};
use crate::case::{Case, Voice};
use crate::known::{Known, known};
use crate::{
    Aggregate, Author, CaseId, InACopy, OfCase, Prose, Recorded, Refusal, StreamKind, Timestamp, Told,
};
use serde::{Deserialize, Serialize};

id! {
    /// The team of one person.
    TeamId
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// A team was begun for this case; whose wish it was, and why.
    #[serde(rename = "team.begun")]
    Begun { case: CaseId, voice: Voice, why: Prose },
}

/// How a team came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    pub case: CaseId,
    pub voice: Voice,
    pub why: Prose,
    pub by: Author,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    pub id: TeamId,
    pub version: u64,
    pub begun: Option<Begun>,
}

impl Aggregate for Team {
    type Id = TeamId;
    type Event = Event;
    const KIND: StreamKind = StreamKind::Team;

    fn new(id: TeamId) -> Self {
        Self { id, version: 0, begun: None }
    }

    fn id(&self) -> TeamId {
        self.id
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn apply(&mut self, recorded: &Recorded<Event>) {
        self.version = recorded.seq;
        match recorded.event.clone() {
            Event::Begun { case, voice, why } => {
                self.begun = Some(Begun { case, voice, why, by: recorded.by, at: recorded.at });
            }
        }
    }

    fn belongs_to(&self) -> Option<CaseId> {
        self.begun.as_ref().map(|begun| begun.case)
    }

    fn describe(event: &Event, _: &Context<'_>) -> Option<(Part, Description)> {
        Some(match event {
            Event::Begun { case: _, voice, why } => {
                (Part::People, said("A team of personal assistants was begun").by(*voice).with("Why", why))
            }
        })
    }
}

impl OfCase for Team {
    const IN_A_COPY: Option<InACopy> =
        Some(InACopy { title: "The team", from: "What was written about the team" });

    fn is_part_of(&self, case: &Case) -> bool {
        self.belongs_to() == Some(case.id)
    }

    fn in_confidence(recorded: &Recorded<Event>, _: &Case) -> Option<Confidence> {
        match &recorded.event {
            Event::Begun { .. } => None,
        }
    }

    fn tell(event: &Event, cx: &Context<'_>) -> Option<Told> {
        Self::describe(event, cx).map(Told::in_part)
    }
}

/// Begins the team of a case, of which `present` is the team that it has. The
/// plan says how assistants will be trained and supported (003:574), and
/// whether direct payments for them are safe (003:555), so it is agreed first.
pub fn begin(
    case: &Case,
    present: Option<&Team>,
    id: TeamId,
    voice: Voice,
    why: Prose,
) -> Result<Vec<Event>, Refusal> {
    let kept = present.filter(|team| team.id == id).and_then(|team| team.begun.as_ref());
    if known(kept, |begun| begun.voice == voice && begun.why == why) == Known::Same {
        return Ok(vec![]);
    }
    can_begin(case, present)?;
    circle::must_decide(case, voice, Matter::Care, "begin a team")?;
    Ok(vec![Event::Begun { case: case.id, voice, why }])
}

/// Whether a team can be begun now. What a page says before it asks is this.
pub fn can_begin(case: &Case, present: Option<&Team>) -> Result<(), Refusal> {
    if present.is_some() {
        return Err(Refusal::already_done("There is a team already"));
    }
    if case.signoff.agreed().is_none() {
        return Err(Refusal::not_yet(
            "The plan has not been agreed yet",
            "The plan says who will help and how they are trained. A team can be begun once it is agreed.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{self, signoff};
    use crate::{AccountId, MemberId, Pence, SubmissionId, Why};
    use uuid::Uuid;

    const BY: Author = Author::Account(AccountId(Uuid::from_u128(1)));
    const TEAM: TeamId = TeamId(Uuid::from_u128(2));

    fn prose(text: &str) -> Prose {
        Prose::parse(text).expect("prose")
    }

    fn told(events: &[case::Event]) -> Case {
        Case::new(CaseId(Uuid::from_u128(3))).after(BY, Timestamp::UNIX_EPOCH, events)
    }

    fn agreed() -> Case {
        let id = SubmissionId(Uuid::from_u128(4));
        let sent = signoff::Event::Sent { id, voice: Voice::Person, to: None, note: None };
        let reasons = prose("It is safe, and it is theirs.");
        let (nhs, council, start_up, limit) = (Pence(100), Pence(0), Pence(0), Pence(1_000));
        let agreed = signoff::Event::Agreed { id, reasons, nhs, council, start_up, limit };
        told(&[sent.into(), agreed.into()])
    }

    fn begin_with(case: &Case, present: Option<&Team>, voice: Voice) -> Result<Vec<Event>, Refusal> {
        begin(case, present, TEAM, voice, prose("We want to choose who helps."))
    }

    fn refused(answer: Result<Vec<Event>, Refusal>) -> Why {
        answer.expect_err("it is refused").why
    }

    #[test]
    fn begun_once_the_plan_is_agreed() {
        let why = prose("We want to choose who helps.");
        let begun = Event::Begun { case: agreed().id, voice: Voice::Person, why };
        assert_eq!(begin_with(&agreed(), None, Voice::Person), Ok(vec![begun]));
        assert_eq!(refused(begin_with(&told(&[]), None, Voice::Person)), Why::NotYet);
    }

    #[test]
    fn a_case_has_one_team_and_sent_twice_it_is_begun_once() {
        let case = agreed();
        let events = begin_with(&case, None, Voice::Person).expect("it is begun");
        let team = Team::new(TEAM).after(BY, Timestamp::UNIX_EPOCH, &events);
        assert_eq!(team.belongs_to(), Some(case.id));
        assert_eq!(begin_with(&case, Some(&team), Voice::Person), Ok(vec![]));
        let another = Team { id: TeamId(Uuid::from_u128(5)), ..team };
        assert_eq!(refused(begin_with(&case, Some(&another), Voice::Person)), Why::AlreadyDone);
    }

    #[test]
    fn it_is_the_wish_of_somebody_who_decides_about_care() {
        let stranger = Voice::Member(MemberId(Uuid::from_u128(6)));
        assert_eq!(refused(begin_with(&agreed(), None, stranger)), Why::Invalid);
    }
}
