//! What the person asks for about their own record: a copy of everything that is
//! held about them (UK GDPR, articles 15 and 20), to put something right (16), to
//! restrict its use (18), to stop a use (21), to erase it (17). Each request has
//! its clock.

use super::Voice;
use super::confidence::Confidence;
use crate::{Author, CopyId, Date, HoldId, Prose, Recorded, RequestId, Timestamp, dates};
use serde::{Deserialize, Serialize};

mod answer;
mod asked;
mod clock;
mod decide;
mod describe;
mod hold;
mod look;
mod turns;
pub use answer::{answer, answer_with_all, ask_about, ask_again, lift, state, take_statement_back, withdraw};
pub use asked::{About, Answer, Answered, Ask, Asked, Right, Said, ToldUs, Withdrawn};
pub use clock::{Time, answer_by, look_by};
pub use decide::*;
pub(super) use describe::describe;
pub use hold::{Hold, end_hold, put_hold};
pub use look::{facts, is_told, may};
pub(super) use turns::turns;

/// Something that was said in confidence, and is looked at before it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The number of the event in which it stands.
    pub seq: u64,
    pub what: Confidence,
    pub by: Author,
}

/// What a copy is, once it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    pub copy: CopyId,
    /// In bytes.
    pub size: u64,
    /// SHA-256 of the archive, as 64 figures (hex).
    pub sha256: String,
    /// The number of the newest event that is in it.
    pub version: u64,
    /// The last day on which it can be fetched.
    pub until: Date,
    /// How many things that were said in confidence are not in it.
    pub left_out: u64,
    /// How many files were too large to be in it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub too_large: u64,
    /// Whether the paper to print could not be made, so that it is not in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lacks_paper: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Made {
    /// Whether all that is held was put into it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.left_out == 0 && self.too_large == 0 && !self.lacks_paper
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// A copy of everything was asked for. `due` is the last day for it.
    #[serde(rename = "rights.copy-asked-for")]
    CopyAskedFor { id: RequestId, voice: Voice, due: Date, passages: Vec<Found>, look_by: Option<Date> },
    /// Somebody looked at one passage, and it is given or not.
    #[serde(rename = "rights.passage-decided")]
    PassageDecided { id: RequestId, seq: u64, give: bool, why: Prose },
    #[serde(rename = "rights.copy-made")]
    CopyMade { id: RequestId, made: Made },
    #[serde(rename = "rights.copy-fetched")]
    CopyFetched { id: RequestId, copy: CopyId },
    /// The clock stands still, since something has to be asked first.
    #[serde(rename = "rights.time-paused")]
    TimePaused { id: RequestId, why: Prose },
    #[serde(rename = "rights.time-resumed")]
    TimeResumed { id: RequestId, due: Date },
    /// It takes longer, and the person was told why.
    #[serde(rename = "rights.time-extended")]
    TimeExtended { id: RequestId, due: Date, why: Prose },
    /// Something other than a copy was asked for. `due` is the last day for the
    /// answer.
    #[serde(rename = "rights.asked")]
    Asked { id: RequestId, voice: Voice, ask: Ask, due: Date },
    /// `told` is how somebody else knows that it is their wish, where one wrote it
    /// down for them.
    #[serde(rename = "rights.withdrawn")]
    Withdrawn {
        id: RequestId,
        voice: Voice,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told: Option<ToldUs>,
    },
    #[serde(rename = "rights.answered")]
    Answered { id: RequestId, answer: Answer, words: Prose },
    /// What was granted is that all of the record is erased.
    #[serde(rename = "rights.all-to-be-erased")]
    AllToBeErased { id: RequestId },
    /// Somebody else is to look at it again.
    #[serde(rename = "rights.asked-again")]
    AskedAgain { id: RequestId, voice: Voice, why: Prose, due: Date },
    /// What they say themselves about what was not put right.
    #[serde(rename = "rights.statement-added")]
    StatementAdded { id: RequestId, voice: Voice, words: Prose },
    #[serde(rename = "rights.statement-taken-back")]
    StatementTakenBack { id: RequestId, voice: Voice, told: Option<ToldUs> },
    #[serde(rename = "rights.restriction-lifted")]
    RestrictionLifted { id: RequestId, why: Prose },
    /// The record is kept, however old it is.
    #[serde(rename = "rights.hold-put")]
    HoldPut { id: HoldId, why: Prose },
    #[serde(rename = "rights.hold-ended")]
    HoldEnded { id: HoldId, why: Prose },
}

/// What became of a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassageDecided {
    pub give: bool,
    pub why: Prose,
    pub by: Author,
    pub at: Timestamp,
    /// The number of the event that says so.
    pub number: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    pub found: Found,
    pub decided: Option<PassageDecided>,
}

/// One request for a copy, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: RequestId,
    pub voice: Voice,
    pub by: Author,
    pub at: Timestamp,
    /// The number of the event by which it was asked for.
    pub number: u64,
    pub time: Time,
    pub look_by: Option<Date>,
    pub passages: Vec<Passage>,
    /// The newest copy, and when it was made. One from before is gone.
    pub made: Option<(Made, Timestamp)>,
    pub fetched: Vec<(Author, Timestamp)>,
}

impl Request {
    /// What is still to be looked at.
    pub fn open(&self) -> impl Iterator<Item = &Passage> {
        self.passages.iter().filter(|passage| passage.decided.is_none())
    }

    #[must_use]
    pub fn passage(&self, seq: u64) -> Option<&Passage> {
        self.passages.iter().find(|passage| passage.found.seq == seq)
    }

    /// Whether a copy is being made: the first, or one with what was looked at.
    #[must_use]
    pub fn is_being_made(&self) -> bool {
        let Some((made, _)) = &self.made else { return true };
        let decided = self.passages.iter().filter_map(|passage| passage.decided.as_ref());
        self.open().next().is_none()
            && decided.map(|decided| decided.number).max().is_some_and(|last| last > made.version)
    }

    /// Whether all that was asked for is there, or was said not to be.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        !self.is_being_made() && self.open().next().is_none()
    }

    /// Whether a new one has to wait for this one: while its copy is being made, and
    /// while the law's time for it can still be kept. Where that time is over,
    /// what nobody looked at is late, and no reason to let anybody wait longer.
    #[must_use]
    pub fn is_in_the_way(&self, today: Date) -> bool {
        self.is_being_made() || (!self.is_answered() && !self.time.is_over(today))
    }

    /// The copy that can be fetched on a day.
    #[must_use]
    pub fn ready(&self, today: Date) -> Option<&Made> {
        self.made.as_ref().map(|(made, _)| made).filter(|made| today <= made.until)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// In the order in which they were asked.
    pub requests: Vec<Request>,
    /// What else was asked, in that order.
    pub asks: Vec<Asked>,
    /// Every hold, also those that have ended.
    pub all_holds: Vec<Hold>,
}

impl Rights {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        let (by, at, number) = (recorded.by, recorded.at, recorded.seq);
        match event.clone() {
            Event::CopyAskedFor { id, voice, due, passages, look_by } => {
                let passages = passages.into_iter().map(|found| Passage { found, decided: None }).collect();
                self.requests.push(Request {
                    id,
                    voice,
                    by,
                    at,
                    number,
                    time: Time::new(day(at), due),
                    look_by,
                    passages,
                    made: None,
                    fetched: vec![],
                });
            }
            Event::PassageDecided { id, seq, give, why } => self.with(id, |request| {
                if let Some(passage) = request.passages.iter_mut().find(|one| one.found.seq == seq) {
                    passage.decided = Some(PassageDecided { give, why, by, at, number });
                }
            }),
            Event::CopyMade { id, made } => self.with(id, |request| request.made = Some((made, at))),
            Event::CopyFetched { id, .. } => self.with(id, |request| request.fetched.push((by, at))),
            Event::TimePaused { id, why } => self.time(id, |time| time.pause(why, at)),
            Event::TimeResumed { id, due } => self.time(id, |time| time.resume(due, at)),
            Event::TimeExtended { id, due, why } => self.time(id, |time| time.extend(due, why, at)),
            Event::Asked { id, voice, ask, due } => self.asks.push(Asked {
                id,
                ask,
                voice,
                by,
                at,
                time: Time::new(day(at), due),
                answers: vec![],
                again: None,
                statement: None,
                withdrawn: None,
                lifted: None,
                erases_all: false,
            }),
            Event::Withdrawn { id, voice, told } => {
                self.of(id, |asked| asked.withdrawn = Some(Withdrawn { voice, told, by, at }));
            }
            Event::Answered { id, answer, words } => {
                self.of(id, |asked| asked.answers.push(Answered { answer, words, by, at }));
            }
            Event::AllToBeErased { id } => self.of(id, |asked| asked.erases_all = true),
            Event::AskedAgain { id, voice, why, due } => self.of(id, |asked| {
                asked.again = Some(Said { voice, words: why, by, at });
                asked.time = Time::new(day(at), due);
            }),
            Event::StatementAdded { id, voice, words } => {
                self.of(id, |asked| asked.statement = Some(Said { voice, words, by, at }));
            }
            Event::StatementTakenBack { id, .. } => self.of(id, |asked| asked.statement = None),
            Event::HoldPut { id, why } => {
                self.all_holds.push(Hold { id, why, by, at, ended: None, ended_by: None })
            }
            Event::HoldEnded { id, why } => {
                if let Some(hold) = self.all_holds.iter_mut().find(|hold| hold.id == id) {
                    hold.ended = Some(why);
                    hold.ended_by = Some(by);
                }
            }
            Event::RestrictionLifted { id, why } => self.of(id, |asked| asked.lifted = Some((why, at))),
        }
    }

    fn of(&mut self, id: RequestId, change: impl FnOnce(&mut Asked)) {
        if let Some(asked) = self.asks.iter_mut().find(|asked| asked.id == id) {
            change(asked);
        }
    }

    /// Changes the time for an answer, whatever it is the answer to.
    fn time(&mut self, id: RequestId, change: impl FnOnce(&mut Time)) {
        if let Some(one) = self.requests.iter_mut().find(|one| one.id == id) {
            change(&mut one.time);
        } else if let Some(one) = self.asks.iter_mut().find(|one| one.id == id) {
            change(&mut one.time);
        }
    }

    fn with(&mut self, id: RequestId, change: impl FnOnce(&mut Request)) {
        if let Some(request) = self.requests.iter_mut().find(|request| request.id == id) {
            change(request);
        }
    }

    #[must_use]
    pub fn get(&self, id: RequestId) -> Option<&Request> {
        self.requests.iter().find(|request| request.id == id)
    }

    /// The request that a new one has to wait for.
    #[must_use]
    pub fn in_the_way(&self, today: Date) -> Option<&Request> {
        self.requests.iter().find(|request| request.is_in_the_way(today))
    }

    /// Whether another was asked for after this one. What is still to be looked
    /// at is looked at for the newest.
    #[must_use]
    pub fn is_newest(&self, id: RequestId) -> bool {
        self.requests.last().is_some_and(|request| request.id == id)
    }

    /// Requests for a copy that are not answered yet.
    pub fn waiting(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(|request| !request.is_answered())
    }

    #[must_use]
    pub fn asked(&self, id: RequestId) -> Option<&Asked> {
        self.asks.iter().find(|asked| asked.id == id)
    }

    #[must_use]
    pub fn hold(&self, id: HoldId) -> Option<&Hold> {
        self.all_holds.iter().find(|hold| hold.id == id)
    }

    /// The holds that stand now.
    pub fn holds(&self) -> impl Iterator<Item = &Hold> {
        self.all_holds.iter().filter(|hold| hold.ended.is_none())
    }

    /// Whether somebody ended a hold that stood on the record.
    #[must_use]
    pub fn ended_a_hold(&self, who: Author) -> bool {
        self.all_holds.iter().any(|hold| hold.ended_by == Some(who))
    }

    /// Whether something that was asked waits for its answer.
    #[must_use]
    pub fn is_anything_waiting(&self) -> bool {
        self.waiting().next().is_some() || self.asks.iter().any(Asked::is_waiting)
    }

    /// The restriction that holds on a day.
    #[must_use]
    pub fn restriction(&self, today: Date) -> Option<&Asked> {
        self.asks.iter().find(|asked| asked.restricts(today))
    }

    /// The request by which all of the record is to be erased, if that was granted.
    #[must_use]
    pub fn erased(&self) -> Option<&Asked> {
        self.asks.iter().find(|asked| asked.is_to_be_erased())
    }

    /// The newest day until which a restriction asks that the record is kept, as far as
    /// is known without a day: one that ended by itself ended on that day.
    #[must_use]
    pub fn restricted_until(&self) -> Restricted {
        let granted = self.asks.iter().filter(|asked| asked.is_granted_restriction());
        granted.fold(Restricted::Never, |so_far, asked| match &asked.ask {
            Ask::Restrict { until: Some(last), .. } => so_far.max(Restricted::Until(*last)),
            _ => Restricted::Open,
        })
    }

    /// What they say themselves about a part of the record.
    pub fn statements(&self, about: About) -> impl Iterator<Item = &Said> {
        let is_about =
            move |asked: &&Asked| matches!(&asked.ask, Ask::PutRight { about: of, .. } if *of == about);
        self.asks.iter().filter(is_about).filter_map(|asked| asked.statement.as_ref())
    }
}

/// Until when the use of the record is restricted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Restricted {
    Never,
    Until(Date),
    /// Until somebody ends it.
    Open,
}

/// The day on which something happened, in London.
fn day(at: Timestamp) -> Date {
    dates::london(at)
}
