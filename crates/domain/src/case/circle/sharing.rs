//! What the person shares of their record with somebody who helps them, or
//! with an organisation that holds money for them: part by part, until a day.

use super::{CaseRole, Circle, ConsentAbout, Event, Matter, Voice, decide};
use crate::access::{RecordPart, RecordParts, Role};
use crate::case::{self, Case, Turn};
use crate::place::CasePage;
use crate::{Author, Date, MemberId, OrganisationId, Prose, Recorded, Refusal, Timestamp, dates};
use serde::{Deserialize, Serialize};

/// With whom something is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SharedWith {
    /// A broker, advocate, peer or other supporter in the circle.
    Member(MemberId),
    /// Whoever works for an organisation that holds money for the person.
    Organisation(OrganisationId),
}

/// The newest word about what somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    pub with: SharedWith,
    /// In the order of [`RecordPart::VARIANTS`]. With none of them an organisation
    /// has the least that it needs to hold the money.
    pub parts: Vec<RecordPart>,
    /// The last day on which they see it; none: until it is changed.
    pub until: Option<Date>,
    /// Who decided, and how it was told.
    pub voice: Voice,
    pub how: Prose,
    pub at: Timestamp,
    pub recorded_by: Author,
    /// It was taken back.
    pub ended: bool,
}

impl Shared {
    #[must_use]
    pub fn runs(&self, today: Date) -> bool {
        !self.ended && self.until.is_none_or(|last| today <= last)
    }
}

/// What somebody sees on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Something is shared with them, if only the least that they need.
    pub something: bool,
    pub parts: RecordParts,
}

impl Sight {
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { something: self.something || other.something, parts: self.parts.and(other.parts) }
    }
}

/// What the person says somebody is to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharing {
    pub with: SharedWith,
    pub parts: Vec<RecordPart>,
    pub until: Option<Date>,
    pub voice: Voice,
    pub how: Prose,
}

/// This many days before a sharing ends, somebody is asked whether it goes on.
const ASK_DAYS_BEFORE: i32 = 14;

type Decision = Result<Vec<case::Event>, Refusal>;

impl Circle {
    pub(super) fn shares<E>(&mut self, event: &Event, from: &Recorded<E>) {
        match event.clone() {
            Event::RecordShared { with, parts, until, voice, how } => {
                self.shared.retain(|shared| shared.with != with);
                let (at, recorded_by) = (from.at, from.by);
                self.shared.push(Shared { with, parts, until, voice, how, at, recorded_by, ended: false });
            }
            Event::SharingEnded { with, voice, how } => {
                self.shared.retain(|shared| shared.with != with);
                let (at, recorded_by, parts) = (from.at, from.by, vec![]);
                let ended = Shared { with, parts, until: None, voice, how, at, recorded_by, ended: true };
                self.shared.push(ended);
            }
            Event::NothingSharedYet { member } => self.by_name.push(member),
            _ => {}
        }
    }

    /// What was last said about somebody by name.
    #[must_use]
    pub fn shared_with(&self, with: SharedWith) -> Option<&Shared> {
        self.shared.iter().find(|shared| shared.with == with)
    }

    /// Whether they see something because the person once agreed to share with
    /// brokers and organisations that help, all at once, and has said nothing
    /// about them by name since.
    #[must_use]
    pub fn is_from_before(&self, with: SharedWith) -> bool {
        let was_asked_by_name = matches!(with, SharedWith::Member(id) if self.by_name.contains(&id));
        self.has_consented(ConsentAbout::SharingWithSupporters)
            && self.shared_with(with).is_none()
            && !was_asked_by_name
    }

    /// What somebody sees on this day, whom the person lets see part by part.
    #[must_use]
    pub fn sight_of(&self, with: SharedWith, today: Date) -> Sight {
        if self.is_from_before(with) {
            // It was never said to an organisation that holds money what of the
            // record it is to read, so it keeps what it needs for the money.
            let parts = match with {
                SharedWith::Member(_) => RecordParts::ALL,
                SharedWith::Organisation(_) => RecordParts::default(),
            };
            return Sight { something: true, parts };
        }
        match self.shared_with(with).filter(|shared| shared.runs(today)) {
            Some(shared) => Sight { something: true, parts: shared.parts.iter().copied().collect() },
            None => Sight::default(),
        }
    }

    /// The last day on which somebody sees something; `None` where they see
    /// nothing, whatever the day.
    #[must_use]
    pub fn sees_until(&self, with: SharedWith) -> Option<Until> {
        if self.is_from_before(with) {
            return Some(None);
        }
        self.shared_with(with).filter(|shared| !shared.ended).map(|shared| shared.until)
    }
}

/// The last day of something; none: it has no end.
pub type Until = Option<Date>;

/// Those with whom the person can share part by part: who helps them from a
/// place in the circle, and who holds money for them.
#[must_use]
pub fn sharers(case: &Case) -> Vec<SharedWith> {
    let members = case.circle.present().filter(|m| m.role == CaseRole::Supporter);
    let mut all: Vec<SharedWith> = members.map(|m| SharedWith::Member(m.id)).collect();
    let held = case.plan.open_holdings().filter_map(|h| h.words.organisation).map(SharedWith::Organisation);
    for organisation in held {
        if !all.contains(&organisation) {
            all.push(organisation);
        }
    }
    all
}

/// Their role, as the policy has it.
#[must_use]
pub fn role_of(with: SharedWith) -> Role {
    match with {
        SharedWith::Member(_) => Role::Case(CaseRole::Supporter),
        SharedWith::Organisation(_) => Role::ThirdParty,
    }
}

/// Says what somebody sees of the record from now on, in place of what was said
/// about them before.
pub fn share(case: &Case, sharing: Sharing, today: Date) -> Decision {
    let Sharing { with, mut parts, until, voice, how } = sharing;
    must_be_one(case, with)?;
    parts.sort_unstable();
    parts.dedup();
    if parts.is_empty() && matches!(with, SharedWith::Member(_)) {
        return Err(Refusal::invalid("parts", "Choose what they may see"));
    }
    if until.is_some_and(|last| last < today) {
        return Err(Refusal::invalid("until", "The last day must be today or later"));
    }
    decide::must_decide(case, voice, Matter::Sharing, "decide what is shared")?;
    let same = case.circle.shared_with(with).is_some_and(|now| {
        !now.ended && now.parts == parts && now.until == until && now.voice == voice && now.how == how
    });
    Ok(if same { vec![] } else { vec![Event::RecordShared { with, parts, until, voice, how }.into()] })
}

/// Takes back all that is shared with somebody. It counts from the next request.
pub fn end_sharing(case: &Case, with: SharedWith, voice: Voice, how: Prose) -> Decision {
    must_be_one(case, with)?;
    if case.circle.sees_until(with).is_none() {
        let was_shared = case.circle.shared_with(with).is_some();
        return Err(if was_shared {
            Refusal::already_done("Nothing is shared with them any more")
        } else {
            Refusal::not_yet("Nothing is shared with them, so there is nothing to take back", "")
        });
    }
    decide::must_decide(case, voice, Matter::Sharing, "decide what is shared")?;
    Ok(vec![Event::SharingEnded { with, voice, how }.into()])
}

fn must_be_one(case: &Case, with: SharedWith) -> Result<(), Refusal> {
    if sharers(case).contains(&with) {
        return Ok(());
    }
    let member = match with {
        SharedWith::Member(id) => case.circle.member(id),
        SharedWith::Organisation(_) => None,
    };
    let message = match (with, member) {
        (SharedWith::Organisation(_), _) => "This organisation holds no money for them".to_owned(),
        (_, None) => "They are not in the circle".to_owned(),
        (_, Some(member)) if member.left.is_some() => {
            format!("{} has left the circle, and sees nothing any more", member.name)
        }
        (_, Some(member)) if member.role.is_of_a_body() => {
            format!(
                "{} sees the record because they work with it. It is not shared part by part",
                member.name
            )
        }
        (_, Some(member)) => {
            format!("{} is of the family, and sees the whole record", member.name)
        }
    };
    Err(Refusal::not_yet(message, "Go back to the list of who sees what"))
}

/// What is to be said about who sees what.
pub(in crate::case) fn sharing_turns(case: &Case) -> Vec<Turn> {
    let circle = &case.circle;
    let of = vec![
        Role::Case(CaseRole::Person),
        Role::Case(CaseRole::Representative),
        Role::Case(CaseRole::CareCoordinator),
    ];
    let turn = |task: String, words: String, due: Option<Date>| Turn {
        of: of.clone(),
        task,
        words,
        page: CasePage::Sharing,
        due,
        from: due.map(|day| dates::days_after(day, -ASK_DAYS_BEFORE)),
    };
    let mut turns = vec![];
    let all = sharers(case);
    if all.iter().any(|with| circle.is_from_before(*with)) {
        turns.push(turn(
            "Look over who sees what".into(),
            "Look over who sees what of the record. You can say it for each one, part by part.".into(),
            None,
        ));
    }
    for with in all {
        let name = who(case, with);
        let now = circle.shared_with(with);
        if now.is_none() && !circle.is_from_before(with) {
            turns.push(turn(
                format!("Say what {name} may see"),
                format!("Say what {name} may see of the record. Until then they see nothing."),
                None,
            ));
        }
        if let Some(last) = now.filter(|shared| !shared.ended).and_then(|shared| shared.until) {
            turns.push(turn(
                format!("Say whether {name} goes on seeing the record"),
                format!("What you share with {name} ends after this day. Say if it should go on."),
                Some(last),
            ));
        }
    }
    turns
}

/// With whom it is shared, in words. An organisation is known here by what its
/// money is called in the plan.
#[must_use]
pub fn who(case: &Case, with: SharedWith) -> String {
    match with {
        SharedWith::Member(id) => {
            case.circle.member(id).map_or_else(|| "someone".to_owned(), |member| member.name.to_string())
        }
        SharedWith::Organisation(id) => {
            let held = case.plan.holdings.iter().rev().find(|h| h.words.organisation == Some(id));
            held.map_or_else(
                || "an organisation that holds money".to_owned(),
                |h| format!("the organisation that holds the money for “{}”", h.words.name),
            )
        }
    }
}

#[cfg(test)]
mod tests;
