//! Sign-off: sending the plan, deciding on it, and appealing.

mod view;

use crate::address::{Address as _, CasePage};
use crate::answer;
use crate::case_page::{At, Opened};
use crate::error_page::{Answer, ErrorPage};
use crate::form::Form;
use crate::tokens::SEEN_FIELD;
use crate::{Door, Me, Routes};
use axum::extract::RawQuery;
use axum::response::Response;
use domain::access::Action;
use domain::case::{Voice, signoff};
use domain::{CaseId, MemberId, SubmissionId};
use maud::Markup;
use service::history::AsItStood;
use service::signoff::{Decision, Verdict};
use view::{Looks, View};

const TITLE: &str = "Getting the plan agreed";

/// The routes of sign-off.
pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/sign-off", Door::Case(Action::SeePlan), show);
    routes.get("/cases/{id}/sign-off/sent/{submission}", Door::Case(Action::SeePlan), sent);
    routes.post("/cases/{id}/sign-off/send", Door::Case(Action::SendPlan), send);
    routes.post("/cases/{id}/sign-off/take-back", Door::Case(Action::SendPlan), take_back);
    routes.post("/cases/{id}/sign-off/decide", Door::Case(Action::SignOff), decide);
    routes.post("/cases/{id}/sign-off/decide-above", Door::Case(Action::SignOffAboveLimit), decide_above);
    routes.post("/cases/{id}/sign-off/pass-on", Door::Case(Action::SignOff), pass_on);
    routes.post("/cases/{id}/sign-off/appeal", Door::Case(Action::Appeal), appeal);
    routes.post("/cases/{id}/sign-off/answer", Door::Case(Action::AnswerAppeal), answer);
}

fn done(query: Option<&str>) -> Option<&'static str> {
    match Form::parse(query.unwrap_or_default().as_bytes()).text("done") {
        "sent" => Some("The plan has been sent. You can go on changing it while it is being read."),
        "taken-back" => Some("The plan has been taken back. You can change it and send it again."),
        "decided" => Some("Your decision is recorded. The family is being told now."),
        "passed-on" => Some("The decision has been passed on to the commissioner."),
        "appealed" => Some("Your appeal is with us. Somebody else will look at the decision again."),
        "answered" => Some("Your answer is recorded. The family is being told now."),
        _ => None,
    }
}

fn on(id: CaseId, done: &str) -> Response {
    answer::see_other(CasePage::SignOff.of(id).done(done))
}

async fn show(me: Me, At(id): At<CaseId>, RawQuery(query): RawQuery) -> Answer {
    let opened = note_decision_seen(&me, id).await?;
    let content = view_of(&opened, &Form::empty()).await?;
    Ok(opened.page(TITLE, done(query.as_deref()), &content))
}

/// The person or someone of their circle who opens a decision for the first
/// time: it is recorded that they know.
async fn note_decision_seen(me: &Me, id: CaseId) -> Answer<Opened> {
    let opened = me.open(id, Action::SeePlan, "sign-off").await?;
    let Some(voice) = opened.case().circle.voice_of(me.actor.account).filter(|_| opened.is_family()) else {
        return Ok(opened);
    };
    let Some(submission) = opened.case().signoff.latest().map(|s| s.id) else { return Ok(opened) };
    if signoff::open_decision(opened.case(), submission, voice).is_empty() {
        return Ok(opened);
    }
    let after = me.web().app.open_decision(&me.actor, id, submission, voice).await?;
    Ok(opened.after(after))
}

/// Everything on the page; where a plan waits, with how it changed since.
async fn view_of(opened: &Opened, form: &Form) -> Answer<Markup> {
    let changes = match opened.case().signoff.waiting() {
        Some(waiting) if opened.case().plan.changed > waiting.seq => {
            as_sent(opened, waiting.seq).await?.changes_since
        }
        _ => vec![],
    };
    let names = decider_names(opened).await?;
    let key = opened.app().id().to_string();
    let deciders = opened.app().plan_deciders(&opened.me.actor, opened.seen.case.clone()).await?;
    let is_for_nobody = match signoff::appeal_turn(opened.case(), opened.seen.framework()) {
        Some(turn) => opened.app().waits_for_nobody(opened.seen.case.clone(), turn).await?,
        None => false,
    };
    let appeal_waits_for = if is_for_nobody { Looks::Nobody } else { Looks::Commissioner };
    let (names, deciders) = (&names, &deciders);
    let view = View { opened, form, changes: &changes, names, deciders, appeal_waits_for, key: &key };
    Ok(view.page())
}

async fn as_sent(opened: &Opened, seq: u64) -> Answer<AsItStood> {
    let (case, framework) = (opened.seen.case.clone(), opened.seen.framework().clone());
    Ok(opened.app().case_after(opened.me.actor.account, case, framework, seq).await?)
}

/// Who decided and who answered, by account.
async fn decider_names(opened: &Opened) -> Answer<view::Names> {
    let submissions = &opened.case().signoff.submissions;
    let decided = submissions.iter().filter_map(|s| s.outcome.as_ref().map(|decided| decided.by));
    let answers = submissions.iter().filter_map(|s| s.appeal.as_ref()?.answer.as_ref().map(|a| a.by));
    let authors: Vec<_> = decided.chain(answers).collect();
    let names = opened.app().names_of(authors.clone()).await?;
    Ok(authors.into_iter().zip(names).collect())
}

/// The plan as it was sent.
async fn sent(me: Me, At((id, submission)): At<(CaseId, SubmissionId)>) -> Answer {
    let opened = me.open(id, Action::SeePlan, "sign-off").await?;
    let seq = opened.case().signoff.get(submission).ok_or(ErrorPage::Hidden)?.seq;
    let stood = as_sent(&opened, seq).await?;
    let content = crate::history::plan_as_it_stood(&opened, &stood, "The plan as it was sent");
    Ok(opened.page("The plan as it was sent", None, &content))
}

/// The page again, with what is wrong and everything typed.
async fn again(me: &Me, id: CaseId, form: &Form) -> Answer {
    let opened = me.open(id, Action::SeePlan, "sign-off").await?;
    let content = view_of(&opened, form).await?;
    Ok(opened.again(TITLE, &content))
}

async fn send(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::SendPlan, "sign-off").await?;
    let key: SubmissionId = form.key(me.web().app.id());
    let note = form.optional_prose("note", "your note");
    let to: Option<MemberId> = form.text("to").parse().ok();
    let voice = whose(&opened, &mut form);
    let (Some(voice), true) = (voice, form.is_ok()) else {
        return again(&me, id, &form).await;
    };
    if form.accepted(me.web().app.send_plan(&me.actor, id, key, voice, to, note).await)?.is_none() {
        return again(&me, id, &form).await;
    }
    Ok(on(id, "sent"))
}

/// The sender's own voice; a care co-ordinator or broker who has none in the
/// form's choice speaks for themselves.
fn whose(opened: &Opened, form: &mut Form) -> Option<Voice> {
    if form.text(crate::voice::FIELD).is_empty()
        && let Some(voice) = opened.case().circle.voice_of(opened.me.actor.account)
    {
        return Some(voice);
    }
    crate::voice::read(form, opened.case())
}

async fn take_back(me: Me, At(id): At<CaseId>, form: Form) -> Answer {
    let submission = submission(&form)?;
    me.web().app.take_plan_back(&me.actor, id, submission).await?;
    Ok(on(id, "taken-back"))
}

fn submission(form: &Form) -> Answer<SubmissionId> {
    form.text("submission").parse().map_err(|_| ErrorPage::Hidden)
}

async fn decide(me: Me, At(id): At<CaseId>, form: Form) -> Answer {
    decide_as(me, id, form, Action::SignOff).await
}

async fn decide_above(me: Me, At(id): At<CaseId>, form: Form) -> Answer {
    decide_as(me, id, form, Action::SignOffAboveLimit).await
}

async fn decide_as(me: Me, id: CaseId, mut form: Form, action: Action) -> Answer {
    let submission = submission(&form)?;
    let seen_plan: u64 = form.text(SEEN_FIELD).parse().unwrap_or(0);
    let reasons = form.prose("reasons", "your reasons");
    let decision = form.text("decision").to_owned();
    let verdict = match decision.as_str() {
        "agree" => Some(Verdict::Agreed),
        "not-yet" => {
            let change = form.prose("change", "what would need to change");
            let appeal = form.prose("appeal", "how to appeal");
            change.zip(appeal).map(|(change, appeal)| Verdict::NotYet { change, appeal })
        }
        _ => form.wrong("decision", "Choose agreed or not yet"),
    };
    let (Some(reasons), Some(verdict), true) = (reasons, verdict, form.is_ok()) else {
        return again(&me, id, &form).await;
    };
    let decision = Decision { submission, seen: seen_plan, reasons, verdict };
    if form.accepted(me.web().app.decide_on_plan(&me.actor, id, action, decision).await)?.is_none() {
        return again(&me, id, &form).await;
    }
    Ok(on(id, "decided"))
}

async fn pass_on(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let submission = submission(&form)?;
    let Some(why) = form.prose("why", "why you pass it on") else {
        return again(&me, id, &form).await;
    };
    if form.accepted(me.web().app.pass_plan_on(&me.actor, id, submission, why).await)?.is_none() {
        return again(&me, id, &form).await;
    }
    Ok(on(id, "passed-on"))
}

async fn appeal(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::Appeal, "sign-off").await?;
    let submission = submission(&form)?;
    let words = form.prose("words", "why you disagree");
    let voice = whose(&opened, &mut form);
    let (Some(words), Some(voice), true) = (words, voice, form.is_ok()) else {
        return again(&me, id, &form).await;
    };
    if form.accepted(me.web().app.appeal(&me.actor, id, submission, voice, words).await)?.is_none() {
        return again(&me, id, &form).await;
    }
    Ok(on(id, "appealed"))
}

async fn answer(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let submission = submission(&form)?;
    let again_id: SubmissionId = form.key(me.web().app.id());
    let words = form.prose("words", "your answer");
    let upheld = form.yes_no("upheld", "whether the appeal is right");
    let (Some(words), Some(upheld)) = (words, upheld) else {
        return again(&me, id, &form).await;
    };
    if form
        .accepted(me.web().app.answer_appeal(&me.actor, id, submission, again_id, words, upheld).await)?
        .is_none()
    {
        return again(&me, id, &form).await;
    }
    Ok(on(id, "answered"))
}
