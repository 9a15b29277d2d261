//! Telling a story through the use cases: who does what, so many days ago. What
//! follows from it on the site (letters, looks, list rows) follows here too.

mod plan;

pub use plan::{Outcome, Risk};

use crate::Place;
use crate::people::named;
use domain::access::Actor;
use domain::access::RecordPart;
use domain::case::circle::{
    CaseRole, ConsentAbout, ContactBy, ContactPreference, NewMember, Seen, SharedWith, Sharing, Speaking,
};
use domain::case::offer::{Answer, NewConversation, Topic};
use domain::case::{Case, Voice};
use domain::dates::{self, Date};
use domain::enquiry::Asked;
use domain::ledger::Funder;
use domain::testing::{line, prose};
use domain::{
    AccountId, CaseId, ConversationId, EnquiryId, HoldingId, Line, MemberId, NeedId, OrganisationId,
    QuestionId, Timestamp,
};
use service::assessment::NewNeed;
use service::enquiry;
use service::offer::NewCase;
use service::session::Session;
use service::{App, Error};
use std::sync::Arc;

/// One case, told by those who have a place in it. The app's clock must be one
/// that stands still; [`Teller::days_ago`] moves it.
#[derive(Clone, Copy)]
pub struct Teller<'a> {
    pub app: &'a App,
    pub place: Place,
    pub case: CaseId,
    /// The day on which the story is told: everything lies before it.
    pub today: Date,
    /// Seconds between two things that somebody does: a minute in a story, so
    /// that its history reads in order; none where the clock is to stand still.
    pub pause: i64,
}

/// Whom a case is about.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    pub name: &'static str,
    pub known_as: Option<&'static str>,
    pub born: Option<Date>,
}

/// Whoever asked to be contacted, and what they are to the person.
pub struct Asker {
    pub who: AccountId,
    pub name: &'static str,
    pub relation: &'static str,
    pub role: CaseRole,
    pub speaks: Option<Speaking>,
    pub preference: ContactPreference,
    pub words: &'static str,
}

/// Somebody who comes into the circle.
pub struct Newcomer {
    pub who: AccountId,
    pub name: &'static str,
    pub relation: &'static str,
    pub role: CaseRole,
    /// Where they work, for those whose post does not say it.
    pub organisation: Option<OrganisationId>,
    pub speaks: Option<Speaking>,
}

/// A question about needs: its key, how much help, and in what words.
pub type NeedAnswer = (&'static str, u8, Option<&'static str>);
/// A need: the question that it comes from, who pays for what meets it, words.
pub type NamedNeed = (Option<&'static str>, Funder, &'static str);

impl<'a> Teller<'a> {
    /// Tells a new case, all of it before `today`.
    #[must_use]
    pub fn of(app: &'a App, place: Place, today: Date) -> Self {
        Self { app, place, case: CaseId(app.id()), today, pause: 60 }
    }

    /// The next things happen on this day, at an hour of London's morning or
    /// afternoon.
    pub fn days_ago(&self, days: i32, hour: i8) {
        self.app.clock.set(moment(dates::days_after(self.today, -days), hour));
    }

    #[must_use]
    pub fn day(&self) -> Date {
        self.app.clock.today()
    }

    /// Whoever acts next, signed in as they would be.
    pub async fn next(&self, who: AccountId) -> Result<Actor, Error> {
        let later = Timestamp::from_second(self.app.clock.now().as_second() + self.pause);
        self.app.clock.set(later.unwrap_or(Timestamp::MAX));
        self.app.actor_of(who, true).await?.ok_or(Error::Hidden)
    }

    /// The session of somebody who has just shown again that it is them.
    async fn proven(&self, who: AccountId) -> Result<Session, Error> {
        let token = self.app.put_session(who, "The demonstration").await?;
        Ok(self.app.signed_in(&token).await?.ok_or(Error::Hidden)?.session)
    }

    /// The case as it stands.
    pub async fn state(&self) -> Result<Arc<Case>, Error> {
        self.app.case_as_it_stands(self.case).await
    }

    /// The voice of somebody in the circle.
    pub async fn voice(&self, who: AccountId) -> Result<Voice, Error> {
        self.state().await?.circle.voice_of(who).ok_or(Error::Hidden)
    }

    /// Somebody asks to be contacted. The day after, so many days ago, the care
    /// co-ordinator reaches them, opens the case and invites whoever asked.
    pub async fn begins(&self, days: i32, person: Person, first: Asker) -> Result<(), Error> {
        self.days_ago(days + 1, 16);
        let (id, jo) = (EnquiryId(self.app.id()), self.place.people.coordinator);
        let about = (first.role != CaseRole::Person).then(|| (line(person.name), line(first.relation)));
        let by = first.preference.by.first().copied().unwrap_or(ContactBy::Visit);
        let asked = Asked {
            area: self.place.area,
            sent_to: None,
            name: line(first.name),
            about,
            preference: first.preference,
            words: Some(prose(first.words)),
        };
        let from = visitor(&format!("the browser of {}", first.name));
        self.app.ask_for_contact(id, asked, from).await?;
        self.days_ago(days, 9);
        self.app.take_on_enquiry(&self.next(jo).await?, id).await?;
        self.app.note_contact(&self.next(jo).await?, id, self.day(), by, true, None).await?;
        let asker = NewMember {
            id: MemberId(self.app.id()),
            name: line(first.name),
            relation: line(first.relation),
            role: first.role,
            account: None,
            organisation: None,
            speaks: first.speaks,
        };
        let member = asker.id;
        self.opens(person, Some((id, asker)), first.words.contains('?')).await?;
        self.invites(member, first.who).await?;
        self.confirms(member).await
    }

    /// The care co-ordinator opens the case, because somebody asked or without.
    pub async fn opens(
        &self,
        person: Person,
        asked: Option<(EnquiryId, NewMember)>,
        keep_words_as_question: bool,
    ) -> Result<(), Error> {
        let (enquiry, asker) = asked.unzip();
        let new = NewCase {
            id: self.case,
            area: self.place.area,
            enquiry,
            name: line(person.name),
            known_as: person.known_as.map(line),
            born: person.born,
            asker,
            keep_words_as_question,
        };
        let jo = self.next(self.place.people.coordinator).await?;
        self.app.open_case(&jo, new).await.map(drop)
    }

    /// Somebody joins the circle: a colleague with their account, everyone else
    /// by an invitation, which is confirmed if it has to be.
    pub async fn joins(&self, new: Newcomer) -> Result<(), Error> {
        let member = self.is_asked_in(new).await?;
        self.confirms(member).await
    }

    /// The same, but what has to be confirmed waits.
    pub async fn is_asked_in(&self, new: Newcomer) -> Result<MemberId, Error> {
        let jo = self.next(self.place.people.coordinator).await?;
        let (id, is_colleague) = (MemberId(self.app.id()), new.role.is_of_a_body());
        let member = NewMember {
            id,
            name: line(new.name),
            relation: line(new.relation),
            role: new.role,
            account: is_colleague.then_some(new.who),
            organisation: new.organisation,
            speaks: new.speaks,
        };
        self.app.add_member(&jo, self.case, member).await?;
        if !is_colleague {
            self.invites(id, new.who).await?;
        }
        Ok(id)
    }

    /// Somebody of the made-up people joins, by their own name.
    pub async fn comes(&self, who: AccountId, relation: &'static str, role: CaseRole) -> Result<(), Error> {
        let name = named(&self.place.people, who).ok_or(Error::Hidden)?.name;
        self.joins(Newcomer { who, name, relation, role, organisation: None, speaks: None }).await
    }

    /// The care co-ordinator asks for a sign-in for somebody of the circle.
    async fn invites(&self, member: MemberId, who: AccountId) -> Result<(), Error> {
        let jo = self.next(self.place.people.coordinator).await?;
        let email = named(&self.place.people, who).ok_or(Error::Hidden)?.email;
        let how = Some(prose("It is the address they gave us, and they answered from it."));
        let address = email.parse().expect("the address is one");
        self.app.invite_member(&jo, self.case, member, address, how).await.map(drop)
    }

    /// The commissioner, who asked for none of it, confirms everything that
    /// waits for somebody.
    async fn confirms(&self, member: MemberId) -> Result<(), Error> {
        let waiting: Vec<u64> = self.state().await?.circle.waiting_for(member).map(|p| p.number).collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let carys = self.next(self.place.people.commissioner).await?;
        let words =
            prose("I rang the number in the referral, and they told me the address. Saw what is named.");
        let seen = Seen { words, on: self.day(), works_in_the_area: false };
        self.app.confirm_proposals(&carys, self.case, member, waiting, seen).await.map(drop)
    }

    /// The commissioner confirms whatever waits, for whomever.
    pub async fn confirms_all(&self) -> Result<(), Error> {
        let case = self.state().await?;
        let mut members: Vec<MemberId> = case.circle.waiting().map(|p| p.member).collect();
        members.dedup();
        for member in members {
            self.confirms(member).await?;
        }
        Ok(())
    }

    /// The person agrees to something, and somebody writes it down.
    pub async fn consents(&self, who: AccountId, about: ConsentAbout, how: &str) -> Result<(), Error> {
        let who = self.next(who).await?;
        self.app.record_consent(&who, self.case, about, true, Voice::Person, prose(how)).await.map(drop)
    }

    /// Whoever has this account, as they are in the circle.
    pub async fn member(&self, who: AccountId) -> Result<Option<MemberId>, Error> {
        Ok(self.state().await?.circle.member_of(who).map(|member| member.id))
    }

    /// The person says what somebody sees, until a day or until it is changed.
    pub async fn shares(
        &self,
        with: SharedWith,
        parts: &[RecordPart],
        until: Option<Date>,
        how: &str,
    ) -> Result<(), Error> {
        let jo = self.next(self.place.people.coordinator).await?;
        let (parts, voice, how) = (parts.to_vec(), Voice::Person, prose(how));
        let sharing = Sharing { with, parts, until, voice, how, seen: None };
        self.app.share_record(&jo, self.case, sharing).await.map(drop)
    }

    /// The care co-ordinator holds a conversation today.
    pub async fn talks(
        &self,
        with: Vec<Voice>,
        topics: Vec<Topic>,
        leaflet: bool,
        note: Option<&str>,
    ) -> Result<(), Error> {
        let jo = self.next(self.place.people.coordinator).await?;
        let (id, on, note) = (ConversationId(self.app.id()), self.day(), note.map(prose));
        let new = NewConversation { id, on, with, topics, leaflet, note };
        self.app.hold_conversation(&jo, self.case, new).await.map(drop)
    }

    /// Somebody asks, and the care co-ordinator answers, if there is an answer yet.
    pub async fn asks(&self, who: AccountId, question: &str, answer: Option<&str>) -> Result<(), Error> {
        let (id, voice) = (QuestionId(self.app.id()), self.voice(who).await?);
        self.app.ask_questions(&self.next(who).await?, self.case, id, vec![prose(question)], voice).await?;
        if let Some(answer) = answer {
            let jo = self.next(self.place.people.coordinator).await?;
            self.app.answer_question(&jo, self.case, id, prose(answer)).await?;
        }
        Ok(())
    }

    /// The care co-ordinator offers a budget, and the person says yes.
    pub async fn offers(&self, what: &str, why_now: &str, how: Option<&str>) -> Result<(), Error> {
        let (jo, why_now) = (self.place.people.coordinator, Some(prose(why_now)));
        self.app.make_offer(&self.next(jo).await?, self.case, prose(what), why_now, true).await?;
        let (jo, how) = (self.next(jo).await?, how.map(prose));
        self.app.answer_offer(&jo, self.case, Answer::Yes, Voice::Person, how).await.map(drop)
    }

    /// Somebody answers a question about needs, in a voice.
    pub async fn answers(&self, who: AccountId, voice: Voice, answer: NeedAnswer) -> Result<(), Error> {
        let (question, level, words) = answer;
        let who = self.next(who).await?;
        let words = words.map(prose);
        self.app.answer_need(&who, self.case, question.to_owned(), level, words, voice).await.map(drop)
    }

    /// The care co-ordinator puts a need on the list, in a voice.
    pub async fn needs(&self, voice: Voice, need: NamedNeed) -> Result<(), Error> {
        let (question, funder, words) = need;
        let jo = self.next(self.place.people.coordinator).await?;
        let (id, words, question) = (NeedId(self.app.id()), prose(words), question.map(str::to_owned));
        let need = NewNeed { id, words, funder, question, voice };
        self.app.record_need(&jo, self.case, need).await.map(drop)
    }

    /// The questions are closed.
    pub async fn needs_are_complete(&self) -> Result<(), Error> {
        let jo = self.next(self.place.people.coordinator).await?;
        self.app.complete_needs(&jo, self.case).await.map(drop)
    }

    /// The budget is worked out and shown to the family.
    pub async fn shares_the_budget(&self) -> Result<(), Error> {
        let jo = self.place.people.coordinator;
        self.app.work_out_budget(&self.next(jo).await?, self.case).await?;
        self.app.share_budget(&self.next(jo).await?, self.case).await.map(drop)
    }

    /// Somebody opens the budget to read it.
    pub async fn opens_the_budget(&self, who: AccountId) -> Result<(), Error> {
        self.app.open_budget(&self.next(who).await?, self.case).await.map(drop)
    }

    /// Finance approves the account for a holding.
    pub async fn approves(&self, holding: HoldingId, name: Line, four: &str) -> Result<(), Error> {
        let who = self.place.people.finance1;
        let farid = self.next(who).await?;
        let session = self.proven(who).await?;
        let four = four.to_owned();
        self.app.approve_account(&farid, &session, self.case, holding, name, four).await.map(drop)
    }
}

/// An hour of a day in London.
pub(crate) fn moment(day: Date, hour: i8) -> Timestamp {
    let local = day.at(hour, 5, 0, 0);
    local.in_tz("Europe/London").map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

/// Somebody who asks without a sign-in, each from a place of their own.
pub(crate) fn visitor(who: &str) -> enquiry::Asker {
    enquiry::Asker { browser: who.to_owned(), source: who.to_owned() }
}
