//! What may happen in the circle: who joins, speaks and leaves, and what is
//! agreed to. Nothing here asks whether somebody "can communicate".

use super::{
    CaseRole, ConsentAbout, ConsentState, ContactPreference, Event, Footing, Matter, Member, Proposed, Voice,
};
use crate::case::{self, Case};
use crate::known::known;
use crate::{AccountId, Date, Line, MemberId, OrganisationId, Prose, Refusal, dates};
use strum::VariantArray;

type Decision = Result<Vec<case::Event>, Refusal>;

/// Someone who is to join the circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMember {
    pub id: MemberId,
    pub name: Line,
    /// In their own words: husband, district nurse.
    pub relation: Line,
    pub role: CaseRole,
    pub account: Option<AccountId>,
    pub organisation: Option<OrganisationId>,
    pub speaks: Option<Speaking>,
}

impl NewMember {
    /// Whether it is this member, as they joined.
    fn is(&self, member: &Member, case: &Case) -> bool {
        let Self { id, name, relation, role, account, organisation: _, speaks } = self;
        let of_theirs = case.circle.proposals.iter().filter(|proposal| proposal.member == *id);
        let has_spoken = |speaking: &Speaking| {
            member.speaks.iter().any(|s| speaking.is(s.footing, &s.about, s.evidence.as_ref(), &s.matters))
                || of_theirs.clone().any(|proposal| {
                    matches!(&proposal.what, Proposed::Speaks { footing, about, evidence, matters }
                    if speaking.is(*footing, about, evidence.as_ref(), matters))
                })
        };
        (name, relation, *role) == (&member.name, &member.relation, member.role)
            && account.is_none_or(|account| member.account == Some(account) || member.had.contains(&account))
            && speaks.as_ref().is_none_or(has_spoken)
    }
}

/// On what footing somebody speaks for the person, about what, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaking {
    pub footing: Footing,
    /// In words: which decisions.
    pub about: Prose,
    pub evidence: Option<Line>,
    /// What they may decide about; nothing for a footing that decides nothing.
    pub matters: Vec<Matter>,
}

impl Speaking {
    /// As it stands on the record.
    pub(super) fn matters(&self) -> Option<Vec<Matter>> {
        self.footing.decides().then(|| {
            let mut matters = self.matters.clone();
            matters.sort_unstable();
            matters.dedup();
            matters
        })
    }

    pub(super) fn is(
        &self,
        footing: Footing,
        about: &Prose,
        evidence: Option<&Line>,
        matters: &Option<Vec<Matter>>,
    ) -> bool {
        self.footing == footing
            && self.about == *about
            && self.evidence.as_ref() == evidence
            && self.matters() == *matters
    }

    /// What is recorded: what decides, or receives money, waits to be confirmed.
    pub(super) fn events(self, member: MemberId) -> Vec<case::Event> {
        let named = self.matters();
        let Self { footing, about, evidence, .. } = self;
        let named = named.map(|matters| Event::MattersNamed { member, footing, matters }.into());
        let speaks = if footing.is_confirmed() {
            Event::SpeakerProposed { member, footing, about, evidence }
        } else {
            Event::SpeakerRecognised { member, footing, about, evidence }
        };
        named.into_iter().chain([speaks.into()]).collect()
    }
}

/// Whether a voice is the person or someone who was ever in the circle.
#[must_use]
pub fn is_known(case: &Case, voice: Voice) -> bool {
    match voice {
        Voice::Person => true,
        Voice::Member(id) => case.circle.member(id).is_some(),
    }
}

/// Whether a voice may decide about this: the person always; someone else only
/// if they are in the circle now and speak for the person about it, not merely
/// help them to say it. Whom a page offers to decide is whom this lets.
#[must_use]
pub fn may_decide(case: &Case, voice: Voice, matter: Matter) -> bool {
    let Voice::Member(id) = voice else { return true };
    let Some(member) = case.circle.present().find(|m| m.id == id) else { return false };
    member.decides_about(matter)
}

/// What somebody speaks about on a footing.
fn matters_of(footing: Footing, named: Option<&[Matter]>) -> Vec<Matter> {
    match footing {
        Footing::HelpsToCommunicate => vec![],
        Footing::Nominee => vec![Matter::Money],
        _ => named.unwrap_or(Matter::VARIANTS).to_vec(),
    }
}

/// What a footing is about that somebody has now; nothing where they have it not.
#[must_use]
pub fn matters_held(member: &Member, footing: Footing) -> Vec<Matter> {
    let held = member.speaks.iter().filter(|s| s.footing == footing);
    held.flat_map(|s| matters_of(footing, s.matters.as_deref())).collect()
}

/// What is at stake where a footing is recorded anew: what it is to be about, and
/// what it is about so far.
#[must_use]
pub fn matters_proposed(member: Option<&Member>, speaking: &Speaking) -> Vec<Matter> {
    let mut matters = matters_of(speaking.footing, Some(&speaking.matters));
    matters.extend(member.into_iter().flat_map(|member| matters_held(member, speaking.footing)));
    matters
}

/// What a place in the circle is about, to whoever would end it: to read the
/// record; for the NHS or the council the care; and all that they speak about.
/// Nothing, to the one whose own it is.
#[must_use]
pub fn matters_of_place(member: &Member, by: AccountId) -> Vec<Matter> {
    if member.account == Some(by) {
        return vec![];
    }
    let care = member.role.is_of_a_body().then_some(Matter::Care);
    let spoken = member.speaks.iter().flat_map(|s| matters_of(s.footing, s.matters.as_deref()));
    [Matter::Sharing].into_iter().chain(care).chain(spoken).collect()
}

/// Refuses a voice in which `by` may not do this for the person: it is their own,
/// or that of somebody who may decide about it.
pub(in crate::case) fn must_speak(
    case: &Case,
    voice: Voice,
    by: AccountId,
    matter: Matter,
    what: &str,
) -> Result<(), Refusal> {
    let is_own = case.circle.present().any(|m| m.account == Some(by) && m.voice() == voice);
    if is_own { Ok(()) } else { must_decide(case, voice, matter, what) }
}

/// Refuses a voice that may not decide this; `what` completes "cannot …".
pub(crate) fn must_decide(case: &Case, voice: Voice, matter: Matter, what: &str) -> Result<(), Refusal> {
    if may_decide(case, voice, matter) {
        return Ok(());
    }
    let who = case.circle.name_of(voice);
    let person = case.person_name();
    let speaks_otherwise =
        matches!(voice, Voice::Member(id) if case.circle.present().any(|m| m.id == id && m.decides()));
    if speaks_otherwise {
        return Err(Refusal::invalid(
            "voice",
            format!(
                "{who} cannot {what} for {person}: {who} speaks for {person}, but not about {}. Choose somebody else, or record first that they speak about it too",
                matter.words()
            ),
        ));
    }
    Err(Refusal::invalid(
        "voice",
        format!(
            "{who} cannot {what} for {person}, because nothing on the record says that they speak for {person}. Choose {person}, or record first on what footing {who} speaks for them"
        ),
    ))
}

/// Says who the case is about.
pub fn name_person(
    case: &Case,
    name: Line,
    known_as: Option<Line>,
    born: Option<Date>,
    today: Date,
) -> Decision {
    if let Some(born) = born {
        if born > today {
            return Err(Refusal::invalid("born", "The date of birth must be in the past"));
        }
        if dates::age(born, today) > 130 {
            return Err(Refusal::invalid("born", "Check the year of the date of birth"));
        }
    }
    let same = case
        .circle
        .person
        .as_ref()
        .is_some_and(|p| p.name == name && p.known_as == known_as && p.born == born);
    Ok(if same { vec![] } else { vec![Event::PersonNamed { name, known_as, born }.into()] })
}

/// Describes how the person says yes and no, and what helps.
pub fn describe_communication(
    case: &Case,
    yes: Option<Line>,
    no: Option<Line>,
    how: Prose,
    helps: Option<Prose>,
) -> Decision {
    if yes.is_some() && yes == no {
        return Err(Refusal::invalid("no", "Yes and no must look different, or nobody can tell them apart"));
    }
    let old = case.circle.communication.as_ref();
    if old.is_some_and(|c| c.yes == yes && c.no == no && c.how == how && c.helps == helps) {
        return Ok(vec![]);
    }
    Ok(vec![Event::CommunicationDescribed { yes, no, how, helps }.into()])
}

/// Notes that something was wrongly written about the person elsewhere
/// (000:233: "assessed … as not being able to communicate at all").
pub fn note_wrong_record(case: &Case, said: Prose, by: Option<Line>) -> Decision {
    let noted = case.circle.wrong_records.iter().any(|w| w.said == said && w.by == by);
    Ok(if noted { vec![] } else { vec![Event::WrongRecordNoted { said, by }.into()] })
}

/// Says how somebody wants to be contacted.
pub fn prefer_contact(case: &Case, who: Voice, preference: ContactPreference) -> Decision {
    if !is_known(case, who) {
        return Err(Refusal::invalid("who", "Choose someone who is in the circle"));
    }
    check_contact(&preference)?;
    if case.circle.contact.iter().any(|(voice, old)| *voice == who && *old == preference) {
        return Ok(vec![]);
    }
    Ok(vec![Event::ContactPreferred { who, preference }.into()])
}

/// A preference must name a way.
pub(crate) fn check_contact(preference: &ContactPreference) -> Result<(), Refusal> {
    if preference.by.is_empty() {
        return Err(Refusal::invalid("by", "Choose at least one way to get in touch"));
    }
    Ok(())
}

/// Adds someone to the circle. On what footing they speak, and the sign-in of
/// whoever decides, is proposed with it and waits to be confirmed.
pub fn join(case: &Case, new: NewMember) -> Decision {
    let kept = case.circle.member(new.id);
    if !known(kept, |member| new.is(member, case)).is_new(|m| format!("{}, {}", m.name, m.relation))? {
        return Ok(vec![]);
    }
    if new.account.is_some_and(|account| case.circle.member_of(account).is_some()) {
        return Err(Refusal::already_done(format!("{} is in the circle already", new.name)));
    }
    if new.role == CaseRole::Person && case.circle.present().any(|m| m.role == CaseRole::Person) {
        return Err(Refusal::already_done("The person is in their circle already"));
    }
    let is_one = new.speaks.as_ref().is_some_and(|s| footings_to_join(new.role).contains(&s.footing));
    if new.role == CaseRole::Representative && !is_one {
        return Err(Refusal::invalid(
            "footing",
            "Choose on what footing they speak for the person. Without one they can be a family carer",
        ));
    }
    if let Some(speaking) = &new.speaks {
        check_speaking(new.role, speaking)?;
    }
    let NewMember { id, name, relation, role, account, organisation, speaks } = new;
    let is_confirmed = role.decides() || speaks.as_ref().is_some_and(|s| s.footing.is_confirmed());
    if is_confirmed && account.is_some() {
        return Err(Refusal::not_yet(
            format!("The sign-in of {name} has to be confirmed by somebody else"),
            "Add them first, then send their address to be confirmed",
        ));
    }
    let mut events: Vec<case::Event> =
        vec![Event::MemberJoined { id, name, relation, role, account, organisation }.into()];
    events.extend(speaks.into_iter().flat_map(|speaking| speaking.events(id)));
    if role == CaseRole::Supporter {
        events.push(Event::NothingSharedYet { member: id }.into());
    }
    Ok(events)
}

/// On what footings somebody with a place may speak for the person. What a form
/// offers is this, and what is refused is everything else.
#[must_use]
pub fn footings_of(role: CaseRole) -> Vec<Footing> {
    let may = |footing: &Footing| match role {
        CaseRole::Person => false,
        // Whoever is here to decide has a footing that lets them.
        CaseRole::Representative | CaseRole::FamilyCarer => true,
        CaseRole::Supporter | CaseRole::CareCoordinator | CaseRole::Clinician | CaseRole::CouncilWorker => {
            *footing == Footing::HelpsToCommunicate
        }
    };
    Footing::VARIANTS.iter().copied().filter(may).collect()
}

/// With which footings somebody may join in a place: a representative with one
/// that decides. Others get theirs afterwards.
#[must_use]
pub fn footings_to_join(role: CaseRole) -> Vec<Footing> {
    let comes_to_decide = role == CaseRole::Representative;
    footings_of(role).into_iter().filter(|footing| !comes_to_decide || footing.decides()).collect()
}

pub(super) fn check_speaking(role: CaseRole, speaking: &Speaking) -> Result<(), Refusal> {
    check_footing(role, speaking.footing, speaking.evidence.as_ref())?;
    if speaking.footing.decides() && speaking.matters.is_empty() {
        return Err(Refusal::invalid("matters", "Choose what they may decide about"));
    }
    Ok(())
}

pub(super) fn check_footing(
    role: CaseRole,
    footing: Footing,
    evidence: Option<&Line>,
) -> Result<(), Refusal> {
    if role == CaseRole::Person {
        return Err(Refusal::invalid(
            "footing",
            "The person speaks for themselves. Nothing has to be recorded",
        ));
    }
    if !footings_of(role).contains(&footing) {
        return Err(Refusal::invalid(
            "footing",
            "Someone who works with the person can help them say what they want, but does not decide for them",
        ));
    }
    if matches!(footing, Footing::Attorney | Footing::Deputy) && evidence.is_none() {
        return Err(Refusal::invalid("evidence", "Say which paper you saw, and when"));
    }
    Ok(())
}

/// Someone leaves the circle; what they said stays. The same form sent twice
/// changes nothing; somebody with another reason is told whose stands.
pub fn leave(case: &Case, id: MemberId, why: Option<Prose>) -> Decision {
    let Some(member) = case.circle.member(id) else { return Err(not_in_the_circle()) };
    if let Some(left) = &member.left {
        if left.why == why {
            return Ok(vec![]);
        }
        let what = format!("{} was taken out of the circle", member.name);
        return Err(case.circle.done_before(&what, left.by, left.at));
    }
    if member.role == CaseRole::Person {
        return Err(Refusal::not_allowed("It is the person's own circle. They cannot be taken out of it"));
    }
    let coordinators = case.circle.present().filter(|m| m.role == CaseRole::CareCoordinator).count();
    if member.role == CaseRole::CareCoordinator && coordinators == 1 {
        return Err(Refusal::not_yet(
            format!("{} is the only care co-ordinator, and there must always be one", member.name),
            "Add another care co-ordinator first",
        ));
    }
    Ok(vec![Event::MemberLeft { id, why }.into()])
}

/// Whether a colleague can take over a seat in this case: they have no place in
/// it, or the very same one.
#[must_use]
pub fn can_take_over(case: &Case, role: CaseRole, colleague: AccountId) -> bool {
    case.circle.member_of(colleague).is_none_or(|member| member.role == role)
}

/// A colleague takes over the seat of somebody whose post ends. Where they
/// have the same seat already, the other one only leaves.
pub fn hand_over(
    case: &Case,
    leaver: AccountId,
    colleague: NewMember,
    why: Prose,
) -> Result<Vec<case::Event>, Refusal> {
    let role = colleague.role;
    let mut seats = case.circle.present().filter(|m| m.account == Some(leaver) && m.role == role);
    let (Some(seat), Some(account)) = (seats.next(), colleague.account) else {
        return Err(not_in_the_circle());
    };
    if !can_take_over(case, role, account) {
        return Err(Refusal::not_yet(
            format!("{} has another place in the circle already", colleague.name),
            "Choose somebody else",
        ));
    }
    let (id, relation) = (seat.id, seat.relation.clone());
    let mut events = vec![];
    if case.circle.member_of(account).is_none() {
        events = join(case, NewMember { relation, ..colleague })?;
    }
    events.push(Event::MemberLeft { id, why: Some(why) }.into());
    Ok(events)
}

/// Someone no longer speaks on a footing.
pub fn end_speaker(case: &Case, member: MemberId, footing: Footing, why: Option<Prose>) -> Decision {
    let found = present(case, member)?;
    if found.speaks.iter().all(|s| s.footing != footing) {
        return Err(Refusal::already_done(format!("That has ended for {}", found.name)));
    }
    let others = found.speaks.iter().any(|s| s.footing != footing && s.footing.decides());
    if found.role == CaseRole::Representative && footing.decides() && !others {
        return Err(Refusal::not_yet(
            format!("{} is here as a representative, and a representative needs a footing", found.name),
            "Take them out of the circle as representative, and add them again as family carer",
        ));
    }
    Ok(vec![Event::SpeakerEnded { member, footing, why }.into()])
}

/// Records that something was agreed to, or not, and how that was said.
pub fn record_consent(case: &Case, about: ConsentAbout, given: bool, voice: Voice, how: Prose) -> Decision {
    if given && about == ConsentAbout::SharingWithSupporters {
        return Err(Refusal::not_yet(
            "What is shared is said for each one who helps, and for each part of the record",
            "Go to “Who sees what”",
        ));
    }
    must_decide(case, voice, about.matter(), "decide this")?;
    let state = if given { ConsentState::Given } else { ConsentState::Refused };
    if case.circle.consent_to(about).is_some_and(|c| c.state == state && c.voice == voice && c.how == how) {
        return Ok(vec![]);
    }
    Ok(vec![if given {
        Event::ConsentGiven { about, voice, how }.into()
    } else {
        Event::ConsentRefused { about, voice, how }.into()
    }])
}

/// Withdraws consent. It takes effect with the next request of anyone.
pub fn withdraw_consent(case: &Case, about: ConsentAbout, voice: Voice, how: Prose) -> Decision {
    match case.circle.consent_to(about).map(|c| c.state) {
        Some(ConsentState::Given) => {}
        Some(ConsentState::Withdrawn) => {
            return Err(Refusal::already_done("This consent has been withdrawn"));
        }
        Some(ConsentState::Refused) | None => {
            return Err(Refusal::not_yet("There is no consent to this, so there is nothing to withdraw", ""));
        }
    }
    must_decide(case, voice, about.matter(), "decide this")?;
    Ok(vec![Event::ConsentWithdrawn { about, voice, how }.into()])
}

pub(super) fn present(case: &Case, id: MemberId) -> Result<&Member, Refusal> {
    case.circle.present().find(|m| m.id == id).ok_or_else(not_in_the_circle)
}

fn not_in_the_circle() -> Refusal {
    Refusal::not_yet("They are not in the circle", "Go back to the list of people")
}

#[cfg(test)]
mod tests;
