//! Sending a plan, deciding on it, and appealing; and telling people about it.
//! Each letter goes into the outbox with the events that cause it.

use crate::mail::Letter;
use crate::news::movers_of_the_area;
use crate::{App, Effects, Error, OpenCase, directory};
use domain::access::{Action, Actor};
use domain::case::plan::checklist::BudgetAmounts;
use domain::case::{self, Case, CaseRole, Voice, signoff};
use domain::place::CasePage;
use domain::{AccountId, CaseId, MemberId, Prose, SubmissionId};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{StoreError, Tx};

/// A decision on a plan.
#[derive(Clone, Debug)]
pub struct Decision {
    pub submission: SubmissionId,
    /// The number of the newest change to the plan that the decider had before
    /// them.
    pub seen: u64,
    pub reasons: Prose,
    pub verdict: Verdict,
}

#[derive(Clone, Debug)]
pub enum Verdict {
    Agreed,
    NotYet {
        /// What would need to change.
        change: Prose,
        /// How to appeal.
        appeal: Prose,
    },
}

impl App {
    /// Records that somebody of the person's side has opened the decision.
    pub async fn open_decision(
        &self,
        actor: &Actor,
        id: CaseId,
        submission: SubmissionId,
        voice: Voice,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::SeePlan, move |open| {
            Ok(signoff::open_decision(open.case, submission, voice).into())
        })
        .await
    }

    /// Sends the plan to be agreed, to somebody of the circle or to whoever it
    /// goes to by itself; they are written to.
    pub async fn send_plan(
        &self,
        actor: &Actor,
        id: CaseId,
        submission: SubmissionId,
        voice: Voice,
        to: Option<MemberId>,
        note: Option<Prose>,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, id, Action::SendPlan, move |open| {
            let voice = (open.actor.account, voice);
            let amounts = BudgetAmounts::to(open.actor, open.case);
            let colleagues = colleagues_in(&app, open.tx, open.case)?;
            let to = signoff::To { chosen: to, colleagues: &colleagues };
            let events = signoff::send(open.case, amounts, submission, voice, to, note.clone())?;
            let to = events.iter().find_map(|event| match event {
                case::Event::Signoff(signoff::Event::Sent { to, .. }) => account_of(open.case, *to),
                _ => None,
            });
            Ok(and_tell(open.case, events, to, open.actor.account))
        })
        .await
    }

    /// Those in the circle whom somebody who sends the plan can ask to agree it;
    /// nobody, for whoever may not send it.
    pub async fn plan_deciders(&self, actor: &Actor, case: Arc<Case>) -> Result<Vec<MemberId>, Error> {
        if !actor.may(Action::SendPlan, &case) {
            return Ok(vec![]);
        }
        let app = self.clone();
        self.db
            .read(move |tx| {
                let colleagues = colleagues_in(&app, tx, &case)?;
                Ok(signoff::deciders(&case, &colleagues).map(|member| member.id).collect())
            })
            .await
    }

    /// Takes a plan back before it is decided on; whoever it went to is
    /// written to.
    pub async fn take_plan_back(
        &self,
        actor: &Actor,
        id: CaseId,
        submission: SubmissionId,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::SendPlan, move |open| {
            let by = open.actor.account;
            let voice = open.case.circle.voice_of(by).ok_or(Error::Hidden)?;
            let to = open.case.signoff.get(submission).and_then(|s| account_of(open.case, s.to));
            let events = signoff::take_back(open.case, submission, (by, voice))?;
            Ok(and_tell(open.case, events, to, by))
        })
        .await
    }

    /// Decides on a plan, by the right that `action` is about; the family and
    /// the care co-ordinator are written to.
    pub async fn decide_on_plan(
        &self,
        actor: &Actor,
        id: CaseId,
        action: Action,
        decision: Decision,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, action, move |open| {
            let OpenCase { case, framework, actor, .. } = *open;
            let Decision { submission, seen, reasons, verdict } = decision.clone();
            let events = match verdict {
                Verdict::Agreed => signoff::agree(case, framework, actor, submission, seen, reasons)?,
                Verdict::NotYet { change, appeal } => {
                    signoff::not_yet(case, framework, actor, submission, seen, reasons, change, appeal)?
                }
            };
            let told = family(case).chain(with_role(case, CaseRole::CareCoordinator));
            Ok(and_tell(case, events, told, actor.account))
        })
        .await
    }

    /// Passes a plan on to the commissioner; the family is written to.
    pub async fn pass_plan_on(
        &self,
        actor: &Actor,
        id: CaseId,
        submission: SubmissionId,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::SignOff, move |open| {
            let events = signoff::pass_on(open.case, open.framework, open.actor, submission, why.clone())?;
            Ok(and_tell(open.case, events, family(open.case), open.actor.account))
        })
        .await
    }

    /// Disagrees with a decision; the care co-ordinator is written to, and everyone
    /// who may answer.
    pub async fn appeal(
        &self,
        actor: &Actor,
        id: CaseId,
        submission: SubmissionId,
        voice: Voice,
        words: Prose,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::Appeal, move |open| {
            let events = signoff::appeal(open.case, submission, voice, words.clone())?;
            let answer = movers_of_the_area(open, &events, Action::AnswerAppeal)?;
            let told = with_role(open.case, CaseRole::CareCoordinator).chain(answer);
            Ok(and_tell(open.case, events, told, open.actor.account))
        })
        .await
    }

    /// Answers an appeal. Where it is right the plan is sent again as `anew`;
    /// the family and the care co-ordinator are written to.
    pub async fn answer_appeal(
        &self,
        actor: &Actor,
        id: CaseId,
        submission: SubmissionId,
        anew: SubmissionId,
        words: Prose,
        is_right: bool,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::AnswerAppeal, move |open| {
            let (case, actor) = (open.case, open.actor);
            let events = signoff::answer_appeal(case, actor, submission, anew, words.clone(), is_right)?;
            let told = family(case).chain(with_role(case, CaseRole::CareCoordinator));
            Ok(and_tell(case, events, told, actor.account))
        })
        .await
    }
}

/// Those of the bodies in the circle, with the posts that they have now.
fn colleagues_in(app: &App, tx: &mut Tx<'_>, case: &Case) -> Result<Vec<Actor>, StoreError> {
    let seats = case.circle.present().filter(|member| member.role.is_of_a_body());
    let accounts: BTreeSet<AccountId> = seats.filter_map(|member| member.account).collect();
    let mut found = vec![];
    for account in accounts {
        found.extend(directory::by_posts(app, tx, account)?);
    }
    Ok(found)
}

/// Events with a letter about them to each of `to`, but not to whoever did it.
#[must_use]
pub fn and_tell(
    case: &Case,
    events: Vec<case::Event>,
    to: impl IntoIterator<Item = AccountId>,
    by: AccountId,
) -> Effects {
    let mut accounts: Vec<AccountId> = to.into_iter().filter(|account| *account != by).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let mail =
        if events.is_empty() { vec![] } else { accounts.into_iter().map(|to| news(case, to)).collect() };
    Effects { events, entries: vec![], mail }
}

fn news(case: &Case, to: AccountId) -> Letter {
    crate::news::letter(case, to, "There is news for you to read", CasePage::Overview)
}

/// Everyone on the person's side who is told of it.
pub fn family(case: &Case) -> impl Iterator<Item = AccountId> + use<> {
    case.circle.told_on_their_side(None).into_iter()
}

/// Those in the circle with a role.
pub fn with_role(case: &Case, role: CaseRole) -> impl Iterator<Item = AccountId> + '_ {
    case.circle.present().filter(move |m| m.place() == Some(role)).filter_map(|m| m.account)
}

/// The account of someone in the circle.
#[must_use]
pub fn account_of(case: &Case, member: Option<MemberId>) -> Option<AccountId> {
    member.and_then(|id| case.circle.member(id)).and_then(|m| m.account)
}
