//! Opening a case, with or without a request to be contacted before it; the
//! conversation, the offer and its answer.

use crate::administer::must;
use crate::{App, Effects, Error, Steps, directory, enquiry as requests, lists, stream};
use domain::access::{Action, Actor};
use domain::case::Case;
use domain::case::circle::{self, CaseRole, NewMember, Person, Voice};
use domain::case::offer::{self, Answer, FromRequest, NewConversation};
use domain::framework::Framework;
use domain::known::known;
use domain::{
    Aggregate, AreaId, Author, CaseId, Date, EnquiryId, Line, MemberId, Prose, QuestionId, Refusal,
    Timestamp, dates, enquiry,
};
use std::sync::Arc;
use store::lists::Filter;
use store::{StoreError, Tx};

/// A case that is to be opened.
#[derive(Clone, Debug)]
pub struct NewCase {
    pub id: CaseId,
    pub area: AreaId,
    /// The request that it comes from.
    pub enquiry: Option<EnquiryId>,
    pub name: Line,
    pub known_as: Option<Line>,
    pub born: Option<Date>,
    /// Who asked, if they are to be in the circle.
    pub asker: Option<NewMember>,
    /// Whether what they wrote when they asked goes on the list of questions,
    /// each line a question.
    pub keep_words_as_question: bool,
}

impl NewCase {
    /// Whether this case was opened with the same words.
    fn is(&self, case: &Case) -> bool {
        let Self { id: _, area, enquiry, name, known_as, born, asker, keep_words_as_question: _ } = self;
        let is_person = |p: &Person| (&p.name, &p.known_as, p.born) == (name, known_as, *born);
        let joined = |new: &NewMember| {
            case.circle
                .members
                .iter()
                .any(|m| (&m.name, &m.relation, m.role) == (&new.name, &new.relation, new.role))
        };
        // Whoever is to be in it came with the case.
        let nobody_else = |opened: Timestamp| {
            case.circle.members.iter().all(|m| m.joined != opened || m.role == CaseRole::CareCoordinator)
        };
        let is_asker = |opened: Timestamp| asker.as_ref().map_or(nobody_else(opened), joined);
        case.offer.opened.as_ref().is_some_and(|o| (o.area, o.enquiry) == (*area, *enquiry) && is_asker(o.at))
            && case.circle.person.as_ref().is_some_and(is_person)
    }
}

fn opened_before(case: &Case) -> String {
    let reference = case.offer.opened.as_ref().map_or("", |opened| opened.reference.as_str());
    format!("a case, {reference}, for {}", case.person_name())
}

impl App {
    /// Opens a case. Whoever opens it becomes its care co-ordinator; how the
    /// asker wants to be contacted comes with them, so that nobody has to say
    /// it twice (001:331).
    pub async fn open_case(&self, actor: &Actor, new: NewCase) -> Result<CaseId, Error> {
        let framework = self.framework_of(new.area).await?;
        let (app, actor, now) = (self.clone(), actor.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let actor = directory::as_now(&app, tx, &actor)?;
                let post = actor.post_for_seat(new.area, CaseRole::CareCoordinator);
                must(&actor, Action::OpenCase, new.area)?;
                let Some(post) = post else { return Err(Error::Hidden) };
                let by = Author::Account(actor.account);
                let before: Case = stream::to_begin(tx, new.id, |case: &Case| {
                    case.offer.opened.as_ref().is_some_and(|opened| opened.by == by)
                })?;
                if !known(Some(&before).filter(|case| case.exists()), |case| new.is(case))
                    .is_new(opened_before)?
                {
                    return Ok(new.id);
                }
                let mut opening = Steps::upon(&Case::new(new.id), by, now);
                let asked = match new.enquiry {
                    None => None,
                    Some(id) => {
                        let found = requests::of_theirs(tx, &actor, id)?;
                        let events = enquiry::open_case(&found, new.id)?;
                        app.record_enquiry(tx, id, by, now, &events)?;
                        found.made.filter(|made| made.area == new.area)
                    }
                };
                let year = dates::london(now).year();
                let reference = next_reference(tx, &framework, year)?;
                let contact_by = asked.as_ref().map(|made| made.answer_by);
                let from = new.enquiry.map(|id| FromRequest { id, contact_by });
                opening.then(|c| offer::open_case(c, new.area, reference.clone(), from))?;
                let (name, known_as) = (new.name.clone(), new.known_as.clone());
                opening.then(|c| circle::name_person(c, name, known_as, new.born, dates::london(now)))?;
                let coordinator = NewMember {
                    id: MemberId(app.id()),
                    name: Line::parse(&actor.name)
                        .map_err(|_| Refusal::not_yet("Your name is not known", ""))?,
                    relation: Line::parse("care co-ordinator").expect("it is a line"),
                    role: CaseRole::CareCoordinator,
                    account: Some(actor.account),
                    organisation: Some(post.organisation),
                    speaks: None,
                };
                opening.then(|c| circle::join(c, coordinator))?;
                if let Some(asker) = new.asker.clone() {
                    let voice =
                        if asker.role == CaseRole::Person { Voice::Person } else { Voice::Member(asker.id) };
                    opening.then(|c| circle::join(c, asker))?;
                    if let Some(made) = asked {
                        opening.then(|c| circle::prefer_contact(c, voice, made.preference))?;
                        if let Some(words) = made.words.filter(|_| new.keep_words_as_question) {
                            let questions = offer::of_a_request(words);
                            let questions =
                                questions.into_iter().map(|one| (QuestionId(app.id()), one)).collect();
                            opening.then(|c| offer::ask_questions(c, questions, voice))?;
                        }
                    }
                }
                let decided = Effects::from(opening.events());
                app.commit(tx, &Arc::new(before), by, now, &decided)?;
                Ok(new.id)
            })
            .await
    }
}

impl App {
    /// Records a conversation.
    pub async fn hold_conversation(
        &self,
        actor: &Actor,
        id: CaseId,
        new: NewConversation,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::RecordConversation, move |open| {
            Ok(offer::hold_conversation(open.case, new.clone(), open.today)?.into())
        })
        .await
    }

    /// Offers a budget, freely to be taken or left.
    pub async fn make_offer(
        &self,
        actor: &Actor,
        id: CaseId,
        what: Prose,
        why_now: Option<Prose>,
        is_voluntary: bool,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::MakeOffer, move |open| {
            Ok(offer::make_offer(open.case, what.clone(), why_now.clone(), is_voluntary)?.into())
        })
        .await
    }

    /// Answers the offer in the name of whoever decides; `how` is how they
    /// said it.
    pub async fn answer_offer(
        &self,
        actor: &Actor,
        id: CaseId,
        answer: Answer,
        voice: Voice,
        how: Option<Prose>,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::AnswerOffer, move |open| {
            Ok(offer::answer_offer(open.case, answer.clone(), voice, how.clone(), open.today)?.into())
        })
        .await
    }
}

/// The next reference of an area and year, like `MV-2026-0042`.
fn next_reference(tx: &mut Tx<'_>, framework: &Framework, year: i16) -> Result<String, StoreError> {
    let series = format!("{}-{year}", initials(framework.area_name.as_str()));
    let filter = Filter { state: Some(series.clone()), limit: 1, ..Filter::default() };
    let newest = store::lists::by_area(tx, lists::CASE_NUMBERS, framework.area.0, &filter)?;
    let last: u64 = newest.first().and_then(|row| row.row.body.parse().ok()).unwrap_or(0);
    Ok(format!("{series}-{:04}", last.saturating_add(1)))
}

/// `Mill Vale` is `MV`.
fn initials(area: &str) -> String {
    let words: Vec<&str> = area.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| !w.is_empty()).collect();
    let letters: String = match words.as_slice() {
        [] => "PHB".into(),
        [one] => one.chars().take(3).collect(),
        many => many.iter().take(4).filter_map(|word| word.chars().next()).collect(),
    };
    letters.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn an_area_gives_its_initials() {
        assert_eq!(initials("Mill Vale"), "MV");
        assert_eq!(initials("Wessex"), "WES");
        assert_eq!(initials("Stoke-on-Trent and North Staffs"), "SOTA");
        assert_eq!(initials("Ωmega"), "MEG");
        assert_eq!(initials("日本"), "PHB");
    }
}
