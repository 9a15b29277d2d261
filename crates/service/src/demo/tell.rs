//! Telling a story through the use cases: who does what, so many days ago.

use super::Place;
use crate::offer::NewCase;
use crate::{App, Decided, Desk, No, people};
use domain::access::{Action, Actor};
use domain::case::circle::{self, CaseRole, ContactBy, ContactPreference, NewMember, Speaking};
use domain::case::offer::{self, Answer, NewConversation, Topic};
use domain::case::plan::{self, ActionWords, Aim, HoldingWords, LineWords, OutcomeWords, RiskWords, Section};
use domain::case::{self, Case, Voice, assessment, budget, signoff};
use domain::dates::{self, Date};
use domain::enquiry::{self, Asked, Enquiry};
use domain::framework::Framework;
use domain::ledger::Funder;
use domain::{
    AccountId, ActionId, CaseId, ConversationId, EnquiryId, HoldingId, Line, LineId, MemberId, NeedId,
    OutcomeId, Pence, Prose, Refusal, RiskId, SubmissionId, Timestamp,
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

/// Whom a case is about.
pub(super) struct Person {
    pub name: &'static str,
    pub known_as: Option<&'static str>,
    pub born: Date,
}

/// Whoever asked to be contacted, and what they are to the person.
pub(super) struct Asker {
    pub who: AccountId,
    pub name: &'static str,
    pub relation: &'static str,
    pub role: CaseRole,
    pub speaks: Option<Speaking>,
    pub preference: ContactPreference,
    pub words: &'static str,
}

/// What somebody wants to be different, and how they will know.
pub(super) struct Outcome {
    pub aim: Aim,
    pub words: &'static str,
    pub sign: Option<&'static str>,
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
        self.later();
        self.app.act(&actor, self.case, action, decide).await.map(drop)
    }

    /// A minute between two things, so that the history reads in order.
    fn later(&self) {
        let later = Timestamp::from_second(self.app.clock.now().as_second() + 60);
        self.app.clock.set(later.unwrap_or(Timestamp::MAX));
    }

    /// Somebody asks to be contacted. The day after, so many days ago, the care
    /// co-ordinator reaches them, opens the case and invites whoever asked.
    pub async fn begins(&self, days: i32, person: Person, first: Asker) -> Result<(), No> {
        self.days_ago(days + 1, 16);
        let id = EnquiryId(self.app.id());
        let about = (first.role != CaseRole::Person).then(|| (line(person.name), line(first.relation)));
        let by = first.preference.by.first().copied().unwrap_or(ContactBy::Visit);
        let asked = Asked {
            area: self.place.area,
            name: line(first.name),
            about,
            preference: first.preference,
            words: Some(prose(first.words)),
        };
        self.app
            .ask_for_contact(id, asked, super::requests::visitor(&format!("the browser of {}", first.name)))
            .await?;
        self.days_ago(days, 9);
        let jo = self.actor(self.place.people.coordinator).await?;
        let account = jo.account;
        self.app.on_enquiry(&jo, id, move |e, _| enquiry::take_on(e, account)).await?;
        self.later();
        let note = move |e: &Enquiry, day| enquiry::note_contact(e, day, by, true, None, day);
        self.app.on_enquiry(&jo, id, note).await?;
        self.later();
        let asker = new_member(MemberId(self.app.id()), first.name, first.relation, first.role, first.speaks);
        let member = asker.id;
        let new = NewCase {
            id: self.case,
            area: self.place.area,
            enquiry: Some(id),
            name: line(person.name),
            known_as: person.known_as.map(line),
            born: Some(person.born),
            asker: Some(asker),
            keep_words_as_question: first.words.contains('?'),
        };
        self.app.open_case(&jo, new).await?;
        self.invites(member, first.who).await
    }

    /// Somebody joins the circle.
    pub async fn joins(&self, who: AccountId, name: &str, relation: &str, role: CaseRole) -> Result<(), No> {
        self.later();
        let jo = self.actor(self.place.people.coordinator).await?;
        let mut new = new_member(MemberId(self.app.id()), name, relation, role, None);
        let id = new.id;
        let is_colleague = role.is_of_a_body();
        new.account = is_colleague.then_some(who);
        self.app.add_member(&jo, self.case, new).await?;
        if is_colleague { Ok(()) } else { self.invites(id, who).await }
    }

    /// The care co-ordinator asks for a sign-in for somebody of the circle. For
    /// whoever decides, the commissioner, who did not ask for it, confirms it.
    async fn invites(&self, member: MemberId, who: AccountId) -> Result<(), No> {
        self.later();
        let jo = self.actor(self.place.people.coordinator).await?;
        let all = self.place.people.all();
        let (_, _, email, _) = all.into_iter().find(|(account, ..)| *account == who).ok_or(No::Hidden)?;
        let how = Some(prose("It is the address they gave us, and they answered from it."));
        let address = email.parse().expect("the address is one");
        self.app.invite_member(&jo, self.case, member, address, how).await?;
        let waiting: Vec<u64> = self.state().await?.circle.waiting_for(member).map(|p| p.number).collect();
        if waiting.is_empty() {
            return Ok(());
        }
        self.later();
        let carys = self.actor(self.place.people.commissioner).await?;
        let words =
            prose("I rang the number in the referral, and they told me the address. Saw what is named.");
        let seen = circle::Seen { words, on: self.day(), works_in_the_area: false };
        self.app.confirm_proposals(&carys, self.case, member, waiting, seen).await.map(drop)
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

    /// Adds an outcome for the needs that came from a question.
    pub async fn aims_at(
        &self,
        who: AccountId,
        from: &'static str,
        outcome: Outcome,
    ) -> Result<OutcomeId, No> {
        let id = OutcomeId(self.app.id());
        let Outcome { aim, words, sign } = outcome;
        self.does(who, Action::WritePlan, move |case, _| {
            let of_question = |need: &&assessment::Need| need.question.as_deref() == Some(from);
            let needs = case.assessment.current_needs().filter(of_question).map(|need| need.id).collect();
            let outcome = OutcomeWords { words: prose(words), needs, sign: sign.map(prose) };
            plan::decide::add_outcome(case, id, outcome, Some(aim), Voice::Person)
        })
        .await?;
        Ok(id)
    }

    /// Adds something that may go wrong, and what is done then.
    pub async fn expects(
        &self,
        who: AccountId,
        voice: Voice,
        words: &str,
        what_we_do: &str,
        by: &str,
    ) -> Result<(), No> {
        let id = RiskId(self.app.id());
        let risk = RiskWords { words: prose(words), what_we_do: prose(what_we_do), who: line(by) };
        self.does(who, Action::WritePlan, move |case, _| {
            plan::decide::add_risk(case, id, risk.clone(), voice)
        })
        .await
    }

    /// Adds something that somebody does for outcomes.
    pub async fn will_do(
        &self,
        who: AccountId,
        voice: Voice,
        action: ActionWords,
        otherwise: Option<&'static str>,
    ) -> Result<ActionId, No> {
        let id = ActionId(self.app.id());
        self.does(who, Action::WritePlan, move |case, _| {
            plan::decide::add_action(case, id, action.clone(), otherwise.map(prose), voice)
        })
        .await?;
        Ok(id)
    }

    /// Adds a way in which money is held.
    pub async fn holds(&self, who: AccountId, holding: HoldingWords, from: Date) -> Result<HoldingId, No> {
        let id = HoldingId(self.app.id());
        self.does(who, Action::WritePlan, move |case, _| {
            plan::money::add_holding(case, id, holding.clone(), from)
        })
        .await?;
        Ok(id)
    }

    /// Adds something that money buys.
    pub async fn buys(&self, who: AccountId, voice: Voice, words: LineWords) -> Result<LineId, No> {
        let id = LineId(self.app.id());
        self.does(who, Action::WritePlan, move |case, framework| {
            plan::money::add_line(case, framework, id, words.clone(), Pence::ZERO, voice)
        })
        .await?;
        Ok(id)
    }

    /// Sets the first review on a day, or as late as the law lets it be.
    pub async fn first_review(&self, who: AccountId, days_ago: i32) -> Result<(), No> {
        let (on, today) = (dates::days_after(self.today, -days_ago), self.day());
        self.does(who, Action::WritePlan, move |case, framework| {
            let on = on.min(plan::decide::latest_first_review(case, framework, today));
            plan::decide::set_first_review(case, framework, on, today)
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
}

fn new_member(
    id: MemberId,
    name: &str,
    relation: &str,
    role: CaseRole,
    speaks: Option<Speaking>,
) -> NewMember {
    let (name, relation) = (line(name), line(relation));
    NewMember { id, name, relation, role, account: None, organisation: None, speaks }
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
