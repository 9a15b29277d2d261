//! What the person shares of their record with somebody who helps them, or
//! with an organisation that holds money for them: part by part, until a day.

use super::{CaseRole, Circle, ConsentAbout, Event, Matter, Member, SharedWith, Voice, decide};
use crate::access::{self, Action, Facts, RecordPart, RecordParts, Role, Verdict};
use crate::case::plan::Holding;
use crate::case::{self, Case, Meant, Turn};
use crate::place::CasePage;
use crate::{Author, Date, OrganisationId, Prose, Recorded, Refusal, Timestamp, dates};

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
    /// Its number on the record: whoever decides anew had it before them.
    pub seq: u64,
    /// It was taken back.
    pub ended: bool,
}

impl Shared {
    #[must_use]
    pub fn runs(&self, today: Date) -> bool {
        !self.ended && self.until.is_none_or(|last| today <= last)
    }

    /// The last day, where it is over and nobody has said anything since.
    #[must_use]
    pub fn ran_out(&self, today: Date) -> Option<Date> {
        self.until.filter(|last| !self.ended && *last < today)
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
    /// The number of the newest word about them that whoever decides had before
    /// them, 0 for none. None where nothing was shown to them: it counts
    /// whatever was said meanwhile.
    pub seen: Option<u64>,
}

/// This many days before a sharing ends, somebody is asked whether it goes on.
const ASK_DAYS_BEFORE: i32 = 14;

type Decision = Result<Vec<case::Event>, Refusal>;

impl Circle {
    pub(super) fn shares<E>(&mut self, event: &Event, from: &Recorded<E>) {
        match event.clone() {
            Event::RecordShared { with, parts, until, voice, how } => {
                self.shared.retain(|shared| shared.with != with);
                let (at, recorded_by, seq) = (from.at, from.by, from.seq);
                let shared = Shared { with, parts, until, voice, how, at, recorded_by, seq, ended: false };
                self.shared.push(shared);
            }
            Event::SharingEnded { with, voice, how } => {
                self.shared.retain(|shared| shared.with != with);
                let (at, recorded_by, seq) = (from.at, from.by, from.seq);
                let (parts, until, ended) = (vec![], None, true);
                self.shared.push(Shared { with, parts, until, voice, how, at, recorded_by, seq, ended });
            }
            Event::NothingSharedYet { member } => self.by_name.push(SharedWith::Member(member)),
            _ => {}
        }
    }

    /// An organisation holds no money for the person any more. What was shared
    /// with it is over, and does not come back if it is given some again.
    pub(in crate::case) fn holds_no_more(&mut self, organisation: OrganisationId) {
        let with = SharedWith::Organisation(organisation);
        self.shared.retain(|shared| shared.with != with);
        if !self.by_name.contains(&with) {
            self.by_name.push(with);
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
        self.has_consented(ConsentAbout::SharingWithSupporters)
            && self.shared_with(with).is_none()
            && !self.by_name.contains(&with)
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

/// Whether somebody of the circle may do this by their place in it, on a day.
#[must_use]
pub fn member_may(case: &Case, member: &Member, action: Action, today: Date) -> bool {
    access::decide(Role::Case(member.role), action, facts_of(case, member, today)) == Verdict::Allowed
}

/// What the policy looks at where somebody acts by their place in a circle.
#[must_use]
pub fn facts_of(case: &Case, member: &Member, today: Date) -> Facts {
    let Sight { something, parts } = case.circle.sight_of(SharedWith::Member(member.id), today);
    Facts { shares_with_them: something, shared: parts, ..Facts::of_member(case, member) }
}

/// Says what somebody sees of the record from now on, in place of what was said
/// about them before.
pub fn share(case: &Case, sharing: Sharing, today: Date) -> Decision {
    let Sharing { with, mut parts, until, voice, how, seen } = sharing;
    must_be_one(case, with)?;
    parts.sort_unstable();
    parts.dedup();
    // The same form sent twice: what is newer now is what it said itself.
    let is_same = case.circle.shared_with(with).is_some_and(|now| {
        !now.ended && now.parts == parts && now.until == until && now.voice == voice && now.how == how
    });
    if is_same {
        return Ok(vec![]);
    }
    must_be_newest(case, with, seen)?;
    if parts.is_empty() && matches!(with, SharedWith::Member(_)) {
        return Err(Refusal::invalid("parts", "Choose what they may see"));
    }
    if until.is_some_and(|last| last < today) {
        return Err(Refusal::invalid("until", "The last day must be today or later"));
    }
    decide::must_decide(case, voice, Matter::Sharing, "decide what is shared")?;
    Ok(vec![Event::RecordShared { with, parts, until, voice, how }.into()])
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

/// What was said meanwhile is not undone by somebody who has not seen it.
fn must_be_newest(case: &Case, with: SharedWith, seen: Option<u64>) -> Result<(), Refusal> {
    let newest = case.circle.shared_with(with);
    if seen.is_none_or(|seen| seen == newest.map_or(0, |shared| shared.seq)) {
        return Ok(());
    }
    let now = match newest {
        Some(shared) if !shared.ended => "they see other things now",
        _ => "nothing is shared with them any more",
    };
    Err(Refusal::invalid(
        "parts",
        format!("It was changed meanwhile: {now}. Look at what you chose, and save it if you still want to"),
    ))
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
    let turn = |task: String, words: String, due: Option<Date>| Turn {
        due,
        from: due.map(|day| dates::days_after(day, -ASK_DAYS_BEFORE)),
        until: due,
        ..Turn::new(Action::DecideSharing, &task, &words, CasePage::Sharing)
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
        if let (Some(Shared { ended: true, .. }), SharedWith::Organisation(_)) = (now, with) {
            turns.push(sees_no_more(&name));
        }
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
            turns.push(ran_out(&name, with, last));
        }
    }
    turns
}

/// Nothing is shared with an organisation that still holds money: who holds it
/// is to be talked about.
fn sees_no_more(name: &str) -> Turn {
    Turn::new(
        Action::TalkAboutHolder,
        &format!("Talk about who holds the money: {name} sees nothing any more"),
        &format!("Nothing is shared with {name} any more. Say together who is to hold the money."),
        CasePage::Agreement,
    )
}

/// What was shared has ended on its last day: the person's side says whether
/// that is as it should be.
fn ran_out(name: &str, with: SharedWith, last: Date) -> Turn {
    let task = format!("Say whether {name} is to see the record again");
    let words = format!(
        "What you shared with {name} ended on {}. You can share it again, or leave it ended.",
        dates::long(last)
    );
    let turn = Turn::new(Action::DecideSharing, &task, &words, CasePage::SharingWith(with));
    Turn { from: Some(dates::days_after(last, 1)), ..turn.meant(Meant::Family) }
}

/// With whom it is shared, in words. An organisation is known here by what its
/// money is called in the plan.
#[must_use]
pub fn who(case: &Case, with: SharedWith) -> String {
    who_at(case, with, u64::MAX)
}

/// The same as it was called when something was recorded: what is added later
/// does not change the words of what happened before.
pub(super) fn who_at(case: &Case, with: SharedWith, seq: u64) -> String {
    match with {
        SharedWith::Member(id) => {
            case.circle.member(id).map_or_else(|| "someone".to_owned(), |member| member.name.to_string())
        }
        SharedWith::Organisation(id) => {
            let theirs = |h: &&Holding| h.words.organisation == Some(id) && h.seq <= seq;
            let held = case.plan.holdings.iter().rev().find(theirs);
            held.map_or_else(
                || "an organisation that holds money".to_owned(),
                |h| format!("the organisation that holds the money for “{}”", h.words.name),
            )
        }
    }
}

#[cfg(test)]
mod tests;
