//! In words: finding out, people, needs and the budget.

use super::{Part, Teller, Told, day, funder};
use crate::case::circle::{self, ContactPreference};
use crate::case::offer::Answer;
use crate::case::{assessment, budget, offer};

impl Teller<'_> {
    pub(super) fn offer(&self, event: &offer::Event) -> Told {
        use offer::Event as E;
        let told = |title: &str| Told::new(Part::Offer, title);
        match event {
            E::CaseOpened { area: _, reference, enquiry } => {
                let from = enquiry.map(|_| "A request to be contacted");
                told("The case was opened").with("Reference", reference).maybe("Began with", from)
            }
            E::ConversationHeld { id: _, on, with, topics, leaflet, note } => told("A conversation was held")
                .with("When", day(*on))
                .list("With", self.names(with))
                .list("Talked about", topics.iter().map(|t| t.words().to_owned()))
                .maybe("Also given", leaflet.then_some("Something to read"))
                .maybe("Note", note.as_ref()),
            E::QuestionAsked { id: _, words, voice } => {
                told("A question was asked").by(*voice).with("Question", words)
            }
            E::QuestionAnswered { id, answer } => told("A question was answered")
                .maybe("Question", self.asked_question(*id))
                .with("Answer", answer),
            E::QuestionReopened { id, why } => told("A question was opened again")
                .maybe("Question", self.asked_question(*id))
                .with("Why", why),
            E::Made { what, why_now, said_voluntary } => told("A personal health budget was offered")
                .with("What was offered", what)
                .maybe("Why now", why_now.as_ref())
                .maybe("Said plainly", said_voluntary.then_some("It is a free choice")),
            E::Answered { answer, voice, how } => answered(answer).by(*voice).maybe("How", how.as_ref()),
        }
    }

    fn asked_question(&self, id: crate::QuestionId) -> Option<String> {
        self.case.offer.questions.iter().find(|q| q.id == id).map(|q| q.words.to_string())
    }

    pub(super) fn circle(&self, event: &circle::Event) -> Told {
        use circle::Event as E;
        let told = |title: String| Told::new(Part::People, title);
        let member = |id| self.case.circle.member(id).map_or("Someone", |m| m.name.as_str());
        match event {
            E::PersonNamed { name, known_as, born } => told("The person was named".into())
                .with("Name", name)
                .maybe("Likes to be called", known_as.as_ref())
                .maybe("Born", born.map(day)),
            E::CommunicationDescribed { yes, no, how, helps } => {
                told("How to communicate was described".into())
                    .maybe("Yes", yes.as_ref())
                    .maybe("No", no.as_ref())
                    .with("How", how)
                    .maybe("What helps", helps.as_ref())
            }
            E::WrongRecordNoted { said, by } => told("Something wrong that others wrote was noted".into())
                .with("They wrote", said)
                .maybe("Who wrote it", by.as_ref()),
            E::ContactPreferred { who, preference } => contact(&self.name(*who), preference),
            E::MemberJoined { id: _, name, relation, role, account: _, organisation: _ } => {
                told(format!("{name} joined the circle"))
                    .with("Who they are", relation)
                    .with("Place in the circle", role.words())
            }
            E::MemberInvited { id, account: _ } => told(format!("{} was invited to sign in", member(*id))),
            E::SignInKept { member: id, seen, on } => {
                told(format!("It was checked how {} signs in, and it is right", member(*id)))
                    .with("What was seen, or how it was said", seen)
                    .with("When", day(*on))
            }
            E::SignInEnded { member: id, why } => {
                told(format!("{} does not sign in any more", member(*id))).with("Why", why)
            }
            E::SignInLeftBehind { member: id } => told(format!(
                "Whoever alone set up that {} can sign in has left. Somebody else checks that it is right",
                member(*id)
            )),
            E::MemberLeft { id, why } => {
                told(format!("{} left the circle", member(*id))).maybe("Why", why.as_ref())
            }
            E::SpeakerRecognised { member: id, footing, about, evidence } => {
                told(format!("{} {}", member(*id), footing.words()))
                    .with("About", about)
                    .maybe("Shown by", evidence.as_ref())
            }
            E::MattersNamed { member: id, footing, matters } => {
                told(format!("What {} may decide about, who {}", member(*id), footing.words()))
                    .with("About", circle::in_words(matters))
            }
            E::SpeakerProposed { member: id, footing, about, evidence } => {
                told(format!("It was asked to confirm that {} {}", member(*id), footing.words()))
                    .with("About", about)
                    .maybe("Shown by", evidence.as_ref())
            }
            E::SignInProposed { member: id, account: _, how } => {
                told(format!("It was asked to confirm how {} signs in", member(*id)))
                    .with("How the address is known", how)
            }
            E::ProposalConfirmed { proposal, seen, on, works_in_the_area } => {
                told(format!("It was confirmed: {}", self.proposed(*proposal)))
                    .with("What was seen, or how it was said", seen)
                    .with("When", day(*on))
                    .maybe("Also known", works_in_the_area.then_some("They work in this area as well"))
            }
            E::ProposalTurnedDown { proposal, why } => {
                told(format!("It was not confirmed: {}", self.proposed(*proposal))).with("Why", why)
            }
            E::ProposalTakenBack { proposal } => {
                told(format!("It was taken back: {}", self.proposed(*proposal)))
            }
            E::SpeakerEnded { member: id, footing, why } => {
                told(format!("It ended that {} {}", member(*id), footing.words())).maybe("Why", why.as_ref())
            }
            E::ConsentGiven { about, voice, how } => {
                told(format!("Agreed to {}", about.words())).by(*voice).with("How", how)
            }
            E::ConsentRefused { about, voice, how } => {
                told(format!("Did not agree to {}", about.words())).by(*voice).with("How", how)
            }
            E::ConsentWithdrawn { about, voice, how } => {
                told(format!("No longer agrees to {}", about.words())).by(*voice).with("How", how)
            }
        }
    }

    /// What was proposed, by its place on the record.
    fn proposed(&self, number: u64) -> String {
        let circle = &self.case.circle;
        circle.proposal(number).map_or_else(
            || "somebody’s place".to_owned(),
            |p| p.words(circle.member(p.member).map_or("someone", |m| m.name.as_str())),
        )
    }

    pub(super) fn assessment(&self, event: &assessment::Event) -> Told {
        use assessment::Event as E;
        let told = |title: &str| Told::new(Part::Needs, title);
        match event {
            E::Started { questions } => {
                told("The questions about needs were begun").with("Version of the questions", questions)
            }
            E::Answered { question, level, words, voice } => told("A question about needs was answered")
                .by(*voice)
                .with("Question", self.question(question))
                .with("Answer", self.level(question, *level))
                .maybe("In words", words.as_ref()),
            E::Settled { question, level, how } => told("Different answers were brought together")
                .with("Question", self.question(question))
                .with("Answer", self.level(question, *level))
                .with("How", how),
            E::NeedRecorded { id: _, words, funder: whose, question, voice } => told("A need was recorded")
                .by(*voice)
                .with("Need", words)
                .with("Mainly for", funder(*whose))
                .maybe("From the question", question.as_ref().map(|q| self.question(q))),
            E::NeedWithdrawn { id, why } => {
                let need = self.case.assessment.needs.iter().find(|n| n.id == *id);
                told("A need was taken out").maybe("Need", need.map(|n| &n.words)).with("Why", why)
            }
            E::Completed => told("The questions about needs were finished"),
            E::Reopened { why } => told("The questions about needs were opened again").with("Why", why),
        }
    }

    pub(super) fn budget(&self, event: &budget::Event) -> Told {
        use budget::Event as E;
        let told = |title: &str| Told::new(Part::Budget, title);
        match event {
            E::WorkedOut { working } => told("The budget was worked out")
                .with("NHS, for a year", working.nhs)
                .with("Council, for a year", working.council)
                .with("Once, to begin with", working.start_up)
                .with("By version of the method", working.method),
            E::Adjusted { nhs, council, start_up, why } => told("The budget was changed by hand")
                .with("NHS, for a year", nhs)
                .with("Council, for a year", council)
                .with("Once, to begin with", start_up)
                .with("Why", why),
            E::Shared => told("The budget was shared"),
            E::Seen { voice } => told("The budget was opened for the first time").by(*voice),
            E::Questioned { voice, words } => {
                told("Someone said that the budget does not look right").by(*voice).with("In words", words)
            }
            E::QuestionAnswered { words } => {
                told("A question about the budget was answered").with("Answer", words)
            }
        }
    }
}

fn answered(answer: &Answer) -> Told {
    let told = |words: &str| Told::new(Part::Offer, "The offer was answered").with("Answer", words);
    match answer {
        Answer::Yes => told("Yes"),
        Answer::NotYet { ask_again } => told("Not yet").maybe("Ask again on", ask_again.map(day)),
        Answer::OnlyPart { which } => told("Only part").with("Which part", which),
        Answer::No => told("No"),
    }
}

fn contact(name: &str, preference: &ContactPreference) -> Told {
    let only = if preference.only { "Only by" } else { "By" };
    Told::new(Part::People, format!("How to get in touch with {name} was set"))
        .list(only, preference.by.iter().map(|by| by.words().to_owned()))
        .maybe("Details", preference.details.as_ref())
        .maybe("When", preference.when.as_ref())
}
