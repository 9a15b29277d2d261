//! A request to be contacted, made by anyone, without an account.

use crate::case::Case;
use crate::case::circle::{self, ContactBy, ContactPreference};
use crate::case::confidence::Confidence;
use crate::case::history::Context;
use crate::known::{Known, known, sent_before};
use crate::{
    AccountId, Aggregate, AreaId, CaseId, Date, EnquiryId, InACopy, Line, OfCase, OrganisationId, Prose,
    Recorded, Refusal, StreamKind, Timestamp, Told,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "enquiry.made")]
    Made {
        area: AreaId,
        reference: String,
        name: Line,
        /// Who it is about, when that is someone else, and what they are to them.
        about: Option<(Line, Line)>,
        preference: ContactPreference,
        words: Option<Prose>,
        /// The day by which someone will have been in touch.
        answer_by: Date,
    },
    /// It is for this body of the NHS, of those in the area. One without this was
    /// sent to all of them.
    #[serde(rename = "enquiry.sent-to")]
    SentTo { organisation: OrganisationId },
    /// Whoever asked sent it again with something put right, before anybody had
    /// reached them.
    #[serde(rename = "enquiry.corrected")]
    Corrected { name: Line, about: Option<(Line, Line)>, preference: ContactPreference, words: Option<Prose> },
    /// A letter with the reference was put out to the address they gave.
    #[serde(rename = "enquiry.receipt-written")]
    ReceiptWritten {},
    #[serde(rename = "enquiry.taken-on")]
    TakenOn { by: AccountId },
    /// Someone tried to reach them.
    #[serde(rename = "enquiry.contact-tried")]
    ContactTried { on: Date, by: ContactBy, reached: bool, words: Option<Prose> },
    #[serde(rename = "enquiry.case-opened")]
    CaseOpened { case: CaseId },
    #[serde(rename = "enquiry.closed")]
    Closed { why: Prose },
}

/// One event in words: a whole sentence without a full stop.
#[must_use]
pub fn tell(event: &Event) -> String {
    let more = |words: &Option<Prose>| words.as_ref().map_or_else(String::new, |words| format!(": {words}"));
    match event {
        Event::Made { reference, name, words, .. } => {
            format!("{name} asked to be contacted ({reference}){}", more(words))
        }
        Event::SentTo { organisation: _ } => "The request was sent to one organisation".to_owned(),
        Event::Corrected { name, words, .. } => format!("{name} put the request right{}", more(words)),
        Event::ReceiptWritten {} => "A letter with the reference was written".to_owned(),
        Event::TakenOn { by: _ } => "A member of staff took the request on".to_owned(),
        Event::ContactTried { on, by, reached, words } => {
            let outcome = if *reached { "they were reached" } else { "they were not reached" };
            let (way, day) = (by.words(), crate::dates::long(*on));
            format!("Somebody tried to reach them ({way}, {day}), and {outcome}{}", more(words))
        }
        Event::CaseOpened { case: _ } => "A case was opened".to_owned(),
        Event::Closed { why } => format!("The request was closed: {why}"),
    }
}

/// A request as it was sent last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub area: AreaId,
    pub reference: String,
    pub name: Line,
    pub about: Option<(Line, Line)>,
    pub preference: ContactPreference,
    pub words: Option<Prose>,
    pub answer_by: Date,
    pub at: Timestamp,
}

/// What a request said before it was corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    pub asked: Asked,
    /// When it was put right.
    pub until: Timestamp,
}

/// One time that someone tried to reach them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    pub on: Date,
    pub by: ContactBy,
    pub reached: bool,
    pub words: Option<Prose>,
    pub who: Option<AccountId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enquiry {
    pub id: EnquiryId,
    pub version: u64,
    /// When something last happened with it.
    pub last: Option<Timestamp>,
    pub made: Option<Made>,
    /// The body of the NHS that it is for; none: every one in the area.
    pub sent_to: Option<OrganisationId>,
    /// What it said before, the oldest first.
    pub earlier: Vec<Earlier>,
    /// Whether they were written to with their reference, at the address that
    /// they gave last. Nobody can tell of
    /// requests from before that was recorded: then not.
    pub receipt_written: bool,
    pub taken_on: Option<AccountId>,
    pub tried: Vec<Tried>,
    pub case: Option<CaseId>,
    pub closed: Option<Prose>,
}

impl Aggregate for Enquiry {
    type Id = EnquiryId;
    type Event = Event;
    const KIND: StreamKind = StreamKind::Enquiry;

    fn new(id: EnquiryId) -> Self {
        Self {
            id,
            version: 0,
            last: None,
            made: None,
            sent_to: None,
            earlier: vec![],
            receipt_written: false,
            taken_on: None,
            tried: vec![],
            case: None,
            closed: None,
        }
    }

    fn id(&self) -> EnquiryId {
        self.id
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn apply(&mut self, recorded: &Recorded<Event>) {
        self.version = recorded.seq;
        self.last = Some(recorded.at);
        match recorded.event.clone() {
            Event::Made { area, reference, name, about, preference, words, answer_by } => {
                self.made = Some(Made {
                    area,
                    reference,
                    name,
                    about,
                    preference,
                    words,
                    answer_by,
                    at: recorded.at,
                });
            }
            Event::SentTo { organisation } => self.sent_to = Some(organisation),
            Event::Corrected { name, about, preference, words } => {
                self.correct(recorded.at, name, about, preference, words);
            }
            Event::ReceiptWritten {} => self.receipt_written = true,
            Event::TakenOn { by } => self.taken_on = Some(by),
            Event::ContactTried { on, by, reached, words } => {
                self.tried.push(Tried { on, by, reached, words, who: recorded.by.account() });
            }
            Event::CaseOpened { case } => self.case = Some(case),
            Event::Closed { why } => self.closed = Some(why),
        }
    }
}

impl OfCase for Enquiry {
    const IN_A_COPY: Option<InACopy> =
        Some(InACopy { title: "The request to be contacted", from: "The request to be contacted" });

    fn is_part_of(&self, case: &Case) -> bool {
        self.case == Some(case.id)
    }

    // Whoever writes something here is promised nothing about it.
    fn in_confidence(recorded: &Recorded<Event>, _: &Case) -> Option<Confidence> {
        use Event as E;
        match &recorded.event {
            E::Made { .. }
            | E::SentTo { .. }
            | E::Corrected { .. }
            | E::ReceiptWritten { .. }
            | E::TakenOn { .. }
            | E::ContactTried { .. }
            | E::CaseOpened { .. }
            | E::Closed { .. } => None,
        }
    }

    fn tell(event: &Event, _: &Context<'_>) -> Option<Told> {
        Some(Told::alone(tell(event)))
    }
}

impl Enquiry {
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.made.is_some() && self.case.is_none() && self.closed.is_none()
    }

    /// Whether somebody has reached whoever asked.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        !self.is_open() || self.tried.iter().any(|tried| tried.reached)
    }

    fn correct(
        &mut self,
        at: Timestamp,
        name: Line,
        about: Option<(Line, Line)>,
        preference: ContactPreference,
        words: Option<Prose>,
    ) {
        let Some(made) = &mut self.made else { return };
        self.earlier.push(Earlier { asked: made.asked(self.sent_to), until: at });
        self.receipt_written &= made.preference.details == preference.details;
        (made.name, made.about, made.preference, made.words) = (name, about, preference, words);
    }
}

/// What somebody asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub area: AreaId,
    /// The body of the NHS that is asked, where the area has several and they know.
    pub sent_to: Option<OrganisationId>,
    pub name: Line,
    /// Who it is about, when that is someone else, and what the asker is to them.
    pub about: Option<(Line, Line)>,
    pub preference: ContactPreference,
    pub words: Option<Prose>,
}

/// The reference people are given: short, easy to say aloud, and made from
/// the random end of the id, so that it says nothing about them.
#[must_use]
pub fn reference(id: EnquiryId) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let bytes = id.0.as_bytes();
    let mut text = String::from("Q");
    for (place, byte) in bytes[8..].iter().enumerate() {
        if place % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte & 31)]));
    }
    text
}

/// Someone asks to be contacted. The same request sent twice is one request.
/// `bodies` are those of the NHS in the area: where there is one, it is asked.
/// Sent again with something changed it is put right, if that comes from whoever
/// asked (`is_theirs`): they may never come back to a page that says no.
///
/// # Errors
/// Where it is put right too late, or by somebody else, or for another area or
/// body: the page is shown again, and sends a request of its own.
pub fn ask(
    enquiry: &Enquiry,
    id: EnquiryId,
    asked: Asked,
    bodies: &[OrganisationId],
    answer_by: Date,
    is_theirs: bool,
) -> Result<Vec<Event>, Refusal> {
    let only = if let [only] = bodies { Some(*only) } else { None };
    let asked = Asked { sent_to: asked.sent_to.or(only), ..asked };
    let known = known(enquiry.made.as_ref(), |made| made.asked(enquiry.sent_to.or(only)) == asked);
    if known == Known::Same {
        return Ok(vec![]);
    }
    circle::check_contact(&asked.preference)?;
    if asked.preference.details.is_none() {
        return Err(Refusal::invalid("details", "Tell us where to reach you"));
    }
    let Asked { area, sent_to, name, about, preference, words } = asked;
    if sent_to.is_some_and(|body| !bodies.contains(&body)) {
        return Err(Refusal::invalid("organisation", "Choose one from the list, or that you do not know"));
    }
    if let Known::Other(made) = known {
        // Another body does not take over what one has begun.
        let is_elsewhere = made.area != area || enquiry.sent_to.or(only) != sent_to;
        if !is_theirs || enquiry.is_answered() || is_elsewhere {
            let no = sent_before(&format!("a request with the reference {}", made.reference));
            // Nobody who is not signed in finds the first one to change it.
            let next = "Send it again to make it a new request. Or call us, and say that reference";
            return Err(Refusal { next: next.to_owned(), ..no });
        }
        return Ok(vec![Event::Corrected { name, about, preference, words }]);
    }
    let made = Event::Made { area, reference: reference(id), name, about, preference, words, answer_by };
    let sent_to = sent_to.map(|organisation| Event::SentTo { organisation });
    Ok(std::iter::once(made).chain(sent_to).collect())
}

/// The reference went out to the address that they gave, once.
#[must_use]
pub fn write_receipt(enquiry: &Enquiry) -> Vec<Event> {
    let is_due = enquiry.made.is_some() && !enquiry.receipt_written;
    if is_due { vec![Event::ReceiptWritten {}] } else { vec![] }
}

/// A member of staff takes a request on; a colleague may take it over.
pub fn take_on(enquiry: &Enquiry, by: AccountId) -> Result<Vec<Event>, Refusal> {
    must_be_open(enquiry)?;
    Ok(if enquiry.taken_on == Some(by) { vec![] } else { vec![Event::TakenOn { by }] })
}

/// Notes that someone tried to reach them. A way they did not ask for can be
/// noted, because it happened; it is shown as such.
pub fn note_contact(
    enquiry: &Enquiry,
    on: Date,
    by: ContactBy,
    reached: bool,
    words: Option<Prose>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    must_be_open(enquiry)?;
    if on > today {
        return Err(Refusal::invalid("on", "The day must be today or in the past"));
    }
    let known =
        enquiry.tried.iter().any(|t| t.on == on && t.by == by && t.reached == reached && t.words == words);
    Ok(if known { vec![] } else { vec![Event::ContactTried { on, by, reached, words }] })
}

/// The request becomes a case.
pub fn open_case(enquiry: &Enquiry, case: CaseId) -> Result<Vec<Event>, Refusal> {
    if enquiry.case == Some(case) {
        return Ok(vec![]);
    }
    must_be_open(enquiry)?;
    Ok(vec![Event::CaseOpened { case }])
}

/// The request ends without a case.
pub fn close(enquiry: &Enquiry, why: Prose) -> Result<Vec<Event>, Refusal> {
    must_be_open(enquiry)?;
    Ok(vec![Event::Closed { why }])
}

fn must_be_open(enquiry: &Enquiry) -> Result<(), Refusal> {
    if enquiry.case.is_some() {
        return Err(Refusal::already_done("A case has been opened from this request"));
    }
    if enquiry.closed.is_some() {
        return Err(Refusal::already_done("This request has been closed"));
    }
    Ok(())
}

impl Made {
    /// What it asks, and of whom.
    #[must_use]
    pub fn asked(&self, sent_to: Option<OrganisationId>) -> Asked {
        let Self { area, name, about, preference, words, .. } = self.clone();
        Asked { area, sent_to, name, about, preference, words }
    }

    /// Whether being contacted in this way is what they asked for.
    #[must_use]
    pub fn wants(&self, by: ContactBy) -> bool {
        !self.preference.only || self.preference.by.contains(&by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Aggregate;
    use crate::Author;
    use crate::testing::{line, prose};
    use uuid::Uuid;

    fn asked(details: Option<&str>) -> Asked {
        Asked {
            area: AreaId(Uuid::from_u128(1)),
            sent_to: None,
            name: line("Tim"),
            about: None,
            preference: ContactPreference {
                by: vec![ContactBy::Email],
                only: true,
                details: details.map(line),
                when: None,
            },
            words: None,
        }
    }

    fn given(events: Vec<Event>) -> Enquiry {
        Enquiry::new(EnquiryId(Uuid::from_u128(7))).after(Author::Public, Timestamp::UNIX_EPOCH, &events)
    }

    fn made() -> Vec<Event> {
        let id = EnquiryId(Uuid::from_u128(7));
        ask(&given(vec![]), id, asked(Some("tim@example.org")), &[], Date::constant(2027, 3, 5), true)
            .expect("it is asked")
    }

    #[test]
    fn a_receipt_is_written_once_and_for_a_request() {
        assert_eq!(write_receipt(&given(vec![])), vec![]);
        assert_eq!(write_receipt(&given(made())), vec![Event::ReceiptWritten {}]);
        let written = given([made(), vec![Event::ReceiptWritten {}]].concat());
        assert!(written.receipt_written && !given(made()).receipt_written);
        assert_eq!(write_receipt(&written), vec![]);
    }

    #[test]
    fn a_request_is_made_once_and_needs_a_way_to_answer() {
        let id = EnquiryId(Uuid::from_u128(7));
        let day = Date::constant(2027, 3, 5);
        assert_eq!(made().len(), 1);
        assert_eq!(ask(&given(made()), id, asked(Some("tim@example.org")), &[], day, true), Ok(vec![]));
        let no = ask(&given(vec![]), id, asked(None), &[], day, true).expect_err("it has no address");
        assert_eq!(no.field.as_deref(), Some("details"));
        let mut nothing = asked(Some("x"));
        nothing.preference.by.clear();
        let no = ask(&given(vec![]), id, nothing, &[], day, true).expect_err("no way");
        assert_eq!(no.field.as_deref(), Some("by"));
    }

    #[test]
    fn what_was_wrong_is_put_right_until_somebody_has_reached_them() {
        let id = EnquiryId(Uuid::from_u128(7));
        let day = Date::constant(2027, 3, 5);
        let right = Asked { name: line("Tim Okoye"), ..asked(Some("tim.okoye@example.org")) };
        let put_right = |enquiry: &Enquiry, asked: &Asked, is_theirs| {
            ask(enquiry, id, asked.clone(), &[], day, is_theirs)
        };
        let tried = |reached| {
            let event = Event::ContactTried { on: day, by: ContactBy::Phone, reached, words: None };
            given([made(), vec![Event::ReceiptWritten {}, event]].concat())
        };
        let events = put_right(&tried(false), &right, true).expect("nobody has reached them");
        assert!(matches!(events.as_slice(), [Event::Corrected { .. }]), "{events:?}");
        let after = tried(false).after(Author::Public, Timestamp::UNIX_EPOCH, &events);
        assert_eq!(after.made.as_ref().map(|made| made.asked(after.sent_to)), Some(right.clone()));
        assert_eq!(after.earlier.first().map(|e| &e.asked), Some(&asked(Some("tim@example.org"))));
        assert!(!after.receipt_written, "nothing went to this address");
        assert_eq!(put_right(&after, &right, true), Ok(vec![]), "sent twice");

        let elsewhere = Asked { area: AreaId(Uuid::from_u128(2)), ..right.clone() };
        let closed = given([made(), vec![Event::Closed { why: prose("Moved away") }]].concat());
        for (enquiry, asked, is_theirs) in [
            (given(made()), &right, false),
            (tried(true), &right, true),
            (closed, &right, true),
            (given(made()), &elsewhere, true),
        ] {
            let no = put_right(&enquiry, asked, is_theirs).expect_err("it is another request");
            assert_eq!(no.why, crate::Why::AlreadyDone);
        }
    }

    #[test]
    fn a_reference_is_sayable_and_its_own() {
        let reference = |n: u128| super::reference(EnquiryId(Uuid::from_u128(n)));
        assert_eq!(reference(0), "Q-2222-2222");
        assert_ne!(reference(1), reference(2));
        assert!(reference(u128::MAX).chars().all(|c| c == '-' || c.is_ascii_alphanumeric()));
    }

    #[test]
    fn what_is_finished_stays_finished() {
        let case = CaseId(Uuid::from_u128(9));
        let who = AccountId(Uuid::from_u128(3));
        let open = given(made());
        assert_eq!(take_on(&open, who), Ok(vec![Event::TakenOn { by: who }]));
        assert_eq!(take_on(&given([made(), vec![Event::TakenOn { by: who }]].concat()), who), Ok(vec![]));
        let done = given([made(), vec![Event::CaseOpened { case }]].concat());
        assert_eq!(open_case(&done, case), Ok(vec![]));
        assert_eq!(take_on(&done, who).expect_err("it is done").why, crate::Why::AlreadyDone);
        let closed = given([made(), vec![Event::Closed { why: prose("Moved away") }]].concat());
        assert_eq!(open_case(&closed, case).expect_err("it is closed").why, crate::Why::AlreadyDone);
    }

    #[test]
    fn a_call_to_someone_who_asked_for_email_only_shows() {
        let enquiry = given(made());
        let made = enquiry.made.clone().expect("it was made");
        assert!(made.wants(ContactBy::Email));
        assert!(!made.wants(ContactBy::Phone));
        let (day, later) = (Date::constant(2027, 3, 1), Date::constant(2027, 3, 2));
        assert!(note_contact(&enquiry, day, ContactBy::Phone, false, None, later).is_ok());
        let no = note_contact(&enquiry, later, ContactBy::Phone, false, None, day).expect_err("the future");
        assert_eq!(no.field.as_deref(), Some("on"));
    }

    #[test]
    fn it_is_for_the_body_that_is_asked() {
        let id = EnquiryId(Uuid::from_u128(1));
        let [one, other, elsewhere] = [1, 2, 3].map(|n| OrganisationId(Uuid::from_u128(n)));
        let day = Date::constant(2027, 3, 5);
        let sent_to = |chosen: Option<OrganisationId>, bodies: &[OrganisationId]| {
            let asked = Asked { sent_to: chosen, ..asked(Some("tim@example.org")) };
            ask(&given(vec![]), id, asked, bodies, day, true).map(|events| given(events).sent_to)
        };
        assert_eq!(sent_to(None, &[one]), Ok(Some(one)), "there is no other");
        let again = |first, then| {
            let sent = |to| Asked { sent_to: to, ..asked(Some("tim@example.org")) };
            let made = ask(&given(vec![]), id, sent(first), &[one, other], day, true).expect("it is asked");
            ask(&given(made), id, sent(then), &[one, other], day, true)
        };
        assert_eq!(again(Some(one), Some(one)), Ok(vec![]), "sent twice");
        let no = again(Some(one), Some(other)).expect_err("a request of its own");
        assert_eq!(no.why, crate::Why::AlreadyDone);
        assert!(no.next.contains("call us") && !no.next.contains("change that"), "{no}");
        assert_eq!(sent_to(None, &[one, other]), Ok(None), "it is for both");
        assert_eq!(sent_to(Some(other), &[one, other]), Ok(Some(other)));
        let no = sent_to(Some(elsewhere), &[one, other]).expect_err("not of the area");
        assert_eq!(no.field.as_deref(), Some("organisation"));
    }
}
