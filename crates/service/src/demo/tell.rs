//! Telling a story through the use cases: who does what, so many days ago.

use super::Place;
use crate::{App, Decided, Desk, No, people};
use domain::access::{Action, Actor};
use domain::case::circle::{self, CaseRole, Footing, NewMember};
use domain::case::offer::{self, Answer, NewConversation, Topic};
use domain::case::plan::{self, Section};
use domain::case::{self, Case, Voice, assessment, budget, signoff};
use domain::dates::{self, Date};
use domain::framework::Framework;
use domain::ledger::Funder;
use domain::{
    AccountId, Author, CaseId, ConversationId, Line, MemberId, NeedId, Prose, Refusal, SubmissionId,
    Timestamp,
};

/// One case, told by those who have a place in it. The app's clock must be one
/// that stands still; [`Teller::days_ago`] moves it.
pub(super) struct Teller<'a> {
    pub app: &'a App,
    pub place: Place,
    pub case: CaseId,
    /// The day on which the story is told: everything lies before it.
    pub today: Date,
}

impl Teller<'_> {
    /// The next things happen on this day, at an hour of London's morning or
    /// afternoon.
    pub fn days_ago(&self, days: i32, hour: i8) {
        self.app.clock.set(moment(dates::days_after(self.today, -days), hour));
    }

    pub fn day(&self) -> Date {
        self.app.clock.today()
    }

    /// Somebody acts on the case, through the same door as on the site.
    pub async fn does(
        &self,
        who: AccountId,
        action: Action,
        decide: impl Fn(&Case, &Framework) -> Result<Vec<case::Event>, Refusal> + Send + 'static,
    ) -> Result<(), No> {
        self.works(who, action, move |desk| Ok(decide(desk.case, desk.framework)?.into())).await
    }

    /// The same for what needs more than the case: the actor, entries, letters.
    pub async fn works(
        &self,
        who: AccountId,
        action: Action,
        decide: impl FnMut(&mut Desk<'_, '_>) -> Result<Decided, No> + Send + 'static,
    ) -> Result<(), No> {
        let actor = self.actor(who).await?;
        // A minute between two things, so that the history reads in order.
        let later = Timestamp::from_second(self.app.clock.now().as_second() + 60);
        self.app.clock.set(later.unwrap_or(Timestamp::MAX));
        self.app.act(&actor, self.case, action, decide).await.map(drop)
    }

    /// Opens the case, with its person and the care co-ordinator in it.
    pub async fn opens(&self, number: u32, name: &str, known_as: Option<&str>, born: Date) -> Result<(), No> {
        let p = self.place.people;
        let (area, reference) = (self.place.area, format!("MV-{}-{number:04}", self.day().year()));
        let opened = offer::Event::CaseOpened { area, reference, enquiry: None };
        let named =
            circle::Event::PersonNamed { name: line(name), known_as: known_as.map(line), born: Some(born) };
        let jo = circle::Event::MemberJoined {
            id: MemberId(self.app.id()),
            name: line("Jo Field"),
            relation: line("care co-ordinator"),
            role: CaseRole::CareCoordinator,
            account: Some(p.coordinator),
            organisation: Some(self.place.organisations.nhs),
        };
        self.records(p.coordinator, vec![opened.into(), named.into(), jo.into()]).await
    }

    /// Somebody joins the circle.
    pub async fn joins(&self, who: AccountId, name: &str, relation: &str, role: CaseRole) -> Result<(), No> {
        self.joins_to_speak(who, name, relation, role, None).await
    }

    /// Somebody joins who speaks for the person, or helps them to.
    pub async fn joins_to_speak(
        &self,
        who: AccountId,
        name: &str,
        relation: &str,
        role: CaseRole,
        speaks: Option<(Footing, Prose, Option<Line>)>,
    ) -> Result<(), No> {
        let (id, name, relation) = (MemberId(self.app.id()), line(name), line(relation));
        self.does(self.place.people.coordinator, Action::ManageCircle, move |case, _| {
            let (name, relation, speaks) = (name.clone(), relation.clone(), speaks.clone());
            let account = Some(who);
            circle::join(case, NewMember { id, name, relation, role, account, organisation: None, speaks })
        })
        .await
    }

    /// A real conversation about everything, then the offer, taken up.
    pub async fn talks_and_offers(&self, note: &str, what: &str, why_now: &str, how: &str) -> Result<(), No> {
        let jo = self.place.people.coordinator;
        let (id, on, note) = (ConversationId(self.app.id()), self.day(), prose(note));
        self.does(jo, Action::RecordConversation, move |case, _| {
            let topics = Topic::ALL.to_vec();
            let note = Some(note.clone());
            let new = NewConversation { id, on, with: vec![Voice::Person], topics, leaflet: false, note };
            offer::hold_conversation(case, new, on)
        })
        .await?;
        let (what, why_now, how) = (prose(what), prose(why_now), prose(how));
        self.does(jo, Action::MakeOffer, move |case, _| {
            offer::make_offer(case, what.clone(), Some(why_now.clone()), true)
        })
        .await?;
        self.does(jo, Action::AnswerOffer, move |case, _| {
            offer::answer_offer(case, Answer::Yes, Voice::Person, Some(how.clone()), on)
        })
        .await
    }

    /// Answers every question, names the needs, works out and shares the budget.
    pub async fn needs_and_budget(
        &self,
        answers: &[(&'static str, u8, &'static str)],
        needs: &[(&'static str, Funder, &'static str)],
    ) -> Result<(), No> {
        let jo = self.place.people.coordinator;
        for (question, level, words) in answers.iter().copied() {
            let words = Some(prose(words));
            self.does(jo, Action::AnswerNeeds, move |case, framework| {
                let method = assessment::method_of(case, framework)?;
                assessment::answer(case, method, question, level, words.clone(), Voice::Person)
            })
            .await?;
        }
        for (key, funder, words) in needs.iter().copied() {
            let id = NeedId(self.app.id());
            self.does(jo, Action::AnswerNeeds, move |case, framework| {
                let method = assessment::method_of(case, framework)?;
                let from = Some(key.to_owned());
                assessment::record_need(case, method, id, prose(words), funder, from, Voice::Person)
            })
            .await?;
        }
        self.does(jo, Action::CompleteNeeds, |case, framework| {
            assessment::complete(case, assessment::method_of(case, framework)?)
        })
        .await?;
        self.does(jo, Action::WorkOutBudget, |case, framework| {
            budget::work_out_again(case, assessment::method_of(case, framework)?)
        })
        .await?;
        self.does(jo, Action::ShareBudget, |case, _| budget::share(case)).await
    }

    /// Writes a section of the plan.
    pub async fn writes(&self, who: AccountId, voice: Voice, section: Section, text: &str) -> Result<(), No> {
        let text = prose(text);
        self.does(who, Action::WritePlan, move |case, _| {
            let based_on = case.plan.section(section).map_or(0, plan::Written::seq);
            plan::decide::write_section(case, section, text.clone(), voice, based_on)
        })
        .await
    }

    /// Sends the plan to be agreed.
    pub async fn sends(&self, from: AccountId, note: Option<&str>) -> Result<SubmissionId, No> {
        let (id, voice, note) = (SubmissionId(self.app.id()), self.voice(from).await?, note.map(prose));
        self.does(from, Action::SendPlan, move |case, framework| {
            signoff::send(case, framework, id, voice, None, note.clone())
        })
        .await?;
        Ok(id)
    }

    /// The nurse agrees the plan that was sent, and gives her reasons.
    pub async fn agrees(&self, id: SubmissionId, reasons: &str) -> Result<(), No> {
        let reasons = prose(reasons);
        self.works(self.place.people.nurse, Action::SignOff, move |desk| {
            let seen = desk.case.plan.changed;
            Ok(signoff::agree(desk.case, desk.framework, desk.actor, id, seen, reasons.clone())?.into())
        })
        .await
    }

    /// Whoever acts, signed in as they would be.
    pub async fn actor(&self, who: AccountId) -> Result<Actor, No> {
        let found = self.app.db.read(move |tx| people::actor(tx, who, true)).await.map_err(No::Broken)?;
        found.ok_or(No::Hidden)
    }

    /// The case as it stands.
    pub async fn state(&self) -> Result<std::sync::Arc<Case>, No> {
        super::case(self.app, self.case).await
    }

    /// The voice of somebody in the circle.
    pub async fn voice(&self, who: AccountId) -> Result<Voice, No> {
        self.state().await?.circle.voice_of(who).ok_or(No::Hidden)
    }

    /// Events that no use case of somebody signed in makes.
    pub async fn records(&self, by: AccountId, events: Vec<case::Event>) -> Result<(), No> {
        super::record(self.app, self.place.area, self.case, Author::Account(by), events).await.map(drop)
    }
}

/// An hour of a day in London.
pub(super) fn moment(day: Date, hour: i8) -> Timestamp {
    let local = day.at(hour, 5, 0, 0);
    local.in_tz("Europe/London").map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

pub(super) fn line(text: &str) -> Line {
    Line::parse(text).expect("our own words are a line")
}

pub(super) fn prose(text: &str) -> Prose {
    Prose::parse(text).expect("our own words are prose")
}
