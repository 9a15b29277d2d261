//! The plan, as somebody of the circle writes it, and the way to a decision.

use super::Teller;
use domain::access::Action;
use domain::case::Voice;
use domain::case::plan::{
    self, ActionWords, Aim, HoldingWords, LineWords, OutcomeWords, RiskWords, Section, Written,
};
use domain::dates::{self, Date};
use domain::testing::{line, prose};
use domain::{
    AccountId, ActionId, HoldingId, LineId, MemberId, NeedId, OutcomeId, Pence, RiskId, SubmissionId,
};
use service::Error;
use service::plan::Change;
use service::signoff::{Decision, Verdict};

/// What somebody wants to be different, and how they will know.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    pub aim: Aim,
    pub words: &'static str,
    pub sign: Option<&'static str>,
}

/// What may go wrong, what is done then and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Risk {
    pub words: &'static str,
    pub what_we_do: &'static str,
    pub who: &'static str,
}

impl Teller<'_> {
    /// Somebody changes the plan.
    pub async fn plans(&self, who: AccountId, change: Change) -> Result<(), Error> {
        self.app.change_plan(&self.next(who).await?, self.case, change).await.map(drop)
    }

    /// Writes a section of the plan.
    pub async fn writes(
        &self,
        who: AccountId,
        voice: Voice,
        section: Section,
        text: &str,
    ) -> Result<(), Error> {
        let seen = self.state().await?.plan.section(section).map_or(0, Written::seq);
        self.plans(who, Change::Section { section, text: prose(text), voice, seen }).await
    }

    /// Adds an outcome for the needs that came from a question.
    pub async fn aims_at(&self, who: AccountId, from: &str, outcome: Outcome) -> Result<OutcomeId, Error> {
        let state = self.state().await?;
        let of_question = state.assessment.current_needs().filter(|n| n.question.as_deref() == Some(from));
        self.aims_for(who, Voice::Person, of_question.map(|need| need.id).collect(), outcome).await
    }

    /// Adds an outcome for needs.
    pub async fn aims_for(
        &self,
        who: AccountId,
        voice: Voice,
        needs: Vec<NeedId>,
        outcome: Outcome,
    ) -> Result<OutcomeId, Error> {
        let id = OutcomeId(self.app.id());
        let Outcome { aim, words, sign } = outcome;
        let words = OutcomeWords { words: prose(words), needs, sign: sign.map(prose) };
        self.plans(who, Change::AddOutcome { id, words, aim: Some(aim), voice }).await?;
        Ok(id)
    }

    /// Adds something that may go wrong, and what is done then.
    pub async fn expects(&self, who: AccountId, voice: Voice, risk: Risk) -> Result<(), Error> {
        let Risk { words, what_we_do, who: by } = risk;
        let words = RiskWords { words: prose(words), what_we_do: prose(what_we_do), who: line(by) };
        self.plans(who, Change::AddRisk { id: RiskId(self.app.id()), words, voice }).await
    }

    /// Adds something that somebody does for outcomes.
    pub async fn will_do(
        &self,
        who: AccountId,
        voice: Voice,
        words: ActionWords,
        otherwise: Option<&str>,
    ) -> Result<ActionId, Error> {
        let (id, otherwise) = (ActionId(self.app.id()), otherwise.map(prose));
        self.plans(who, Change::AddAction { id, words, otherwise, voice }).await?;
        Ok(id)
    }

    /// Adds a way in which money is held.
    pub async fn holds(&self, who: AccountId, words: HoldingWords, from: Date) -> Result<HoldingId, Error> {
        let id = HoldingId(self.app.id());
        self.plans(who, Change::AddHolding { id, words, from }).await?;
        Ok(id)
    }

    /// Adds something that money buys.
    pub async fn buys(&self, who: AccountId, voice: Voice, words: LineWords) -> Result<LineId, Error> {
        let id = LineId(self.app.id());
        self.plans(who, Change::AddLine { id, words, own: Pence::ZERO, voice }).await?;
        Ok(id)
    }

    /// Sets the first review on a day, or as late as the law lets it be.
    pub async fn first_review(&self, who: AccountId, days_ago: i32) -> Result<(), Error> {
        let framework = self.app.framework_of(self.place.area).await?;
        let latest = plan::decide::latest_first_review(&*self.state().await?, &framework, self.day());
        let on = dates::days_after(self.today, -days_ago).min(latest);
        self.plans(who, Change::FirstReview { on }).await
    }

    /// Sends the plan to be agreed, to whoever it goes to by itself.
    pub async fn sends(&self, from: AccountId, note: Option<&str>) -> Result<SubmissionId, Error> {
        self.sends_to(from, None, note).await
    }

    /// Sends it to somebody of the circle.
    pub async fn sends_to(
        &self,
        from: AccountId,
        to: Option<MemberId>,
        note: Option<&str>,
    ) -> Result<SubmissionId, Error> {
        let (id, voice) = (SubmissionId(self.app.id()), self.voice(from).await?);
        let from = self.next(from).await?;
        self.app.send_plan(&from, self.case, id, voice, to, note.map(prose)).await?;
        Ok(id)
    }

    /// The nurse agrees the plan that was sent, and gives her reasons.
    pub async fn agrees(&self, submission: SubmissionId, reasons: &str) -> Result<(), Error> {
        self.decides(submission, reasons, Verdict::Agreed).await
    }

    /// The nurse cannot agree it yet, and says what would need to change.
    pub async fn says_not_yet(
        &self,
        submission: SubmissionId,
        reasons: &str,
        change: &str,
    ) -> Result<(), Error> {
        let appeal = self.app.framework_of(self.place.area).await?.appeal.clone();
        self.decides(submission, reasons, Verdict::NotYet { change: prose(change), appeal }).await
    }

    async fn decides(&self, submission: SubmissionId, reasons: &str, verdict: Verdict) -> Result<(), Error> {
        let seen = self.state().await?.plan.changed;
        let decision = Decision { submission, seen, reasons: prose(reasons), verdict };
        let nurse = self.next(self.place.people.nurse).await?;
        self.app.decide_on_plan(&nurse, self.case, Action::SignOff, decision).await.map(drop)
    }

    /// Somebody of the person's side opens the decision.
    pub async fn opens_the_decision(&self, who: AccountId, submission: SubmissionId) -> Result<(), Error> {
        let voice = self.voice(who).await?;
        self.app.open_decision(&self.next(who).await?, self.case, submission, voice).await.map(drop)
    }
}
