//! What the sign-off page shows: to the family calmly, to staff densely.

use crate::address::{Address as _, CasePage, CasePost, SignOffPost};
use crate::case_page::{Opened, how_it_should_feel};
use crate::components::{
    Button, Choice, Choices, Colour, Details, Look, Row, Size, SummaryList, Tag, Textarea, button, details,
    inset_text, next_step, own_words, page_heading, radios, summary_list, tag, textarea, typed, unseen,
};
use crate::form::Form;
use crate::tokens::{csrf_field, key_field, seen_field};
use domain::access::Action;
use domain::case::budget::planning_is_open;
use domain::case::circle::{self, Matter};
use domain::case::plan::changes::pending;
use domain::case::plan::checklist::{BudgetAmounts, Criterion, Missing, checklist};
use domain::case::signoff::{self, Decided, Outcome, Submission};
use domain::case::{Stage, Voice};
use domain::{Author, MemberId, dates};
use maud::{Markup, html};
use service::history::Entry;

/// Who authors are.
pub type Names = Vec<(Author, String)>;

/// Who looks at an appeal that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    Commissioner,
    /// Whoever is there decided already, or is close to the person.
    Nobody,
}

/// The page and what it is made from.
pub struct View<'a> {
    pub opened: &'a Opened,
    pub form: &'a Form,
    /// How the plan changed since it was sent.
    pub changes: &'a [Entry],
    pub names: &'a Names,
    /// Who can be asked to agree the plan.
    pub deciders: &'a [MemberId],
    pub appeal_waits_for: Looks,
    /// A fresh id for what a form may add.
    pub key: &'a str,
}

impl View<'_> {
    fn to(&self, post: SignOffPost) -> String {
        CasePost::SignOff(post).of(self.opened.case().id).path()
    }

    fn family(&self) -> bool {
        self.opened.is_family()
    }

    fn name(&self, by: Author) -> &str {
        self.names.iter().find(|(author, _)| *author == by).map_or("Someone", |(_, name)| name.as_str())
    }

    pub fn page(&self) -> Markup {
        let caption = if self.family() { "" } else { self.opened.case().person_name() };
        html! {
            (self.form.error_summary())
            (page_heading(caption, super::TITLE))
            (how_it_should_feel(&self.opened.seen, Stage::Plan))
            (self.where_it_stands())
            (self.criteria())
            (self.money())
            (self.plan_at_a_glance())
            (self.earlier())
        }
    }

    fn where_it_stands(&self) -> Markup {
        let signoff = &self.opened.case().signoff;
        if let Some(waiting) = signoff.waiting() {
            return self.waiting(waiting);
        }
        let changed = signoff::has_changed_since_agreed(self.opened.case());
        html! {
            @match signoff.latest() {
                Some(latest) => {
                    (self.decision(latest))
                    @if changed { (self.send_again(latest)) }
                }
                None => (self.sending(false)),
            }
        }
    }

    /// The plan can be sent, or what is missing before it can.
    fn sending(&self, again: bool) -> Markup {
        let case = self.opened.case();
        if let Some(first) = crate::plan::not_open_yet(&self.opened.me.actor, case) {
            return first;
        }
        let missing = signoff::missing(case, self.amounts());
        let days = self.opened.seen.framework().decision_days;
        if !missing.is_empty() {
            let count = missing.len();
            let title = if count == 1 {
                "1 thing is missing before it can be sent"
            } else {
                "Some things are missing before it can be sent"
            };
            let list = html! {
                ul class="nhsuk-list nhsuk-list--bullet" {
                    @for thing in &missing { li { (self.to_mend(thing)) } }
                }
            };
            return next_step("Before sending", title, &list, &html! {});
        }
        if !self.opened.may(Action::SendPlan) {
            return inset_text(
                &html! { p { "The plan has everything it needs and can be sent to be agreed." } },
            );
        }
        let title = if again { "Send the plan again" } else { "Your plan is ready to send" };
        let title = if self.family() { title } else { "The plan is ready to send" };
        let words = html! {
            p { "It has everything it needs. When it is sent, someone who knows "
                @if self.family() { "you" } @else { (case.person_name()) }
                " well reads it. There is an answer within " (days) " days, with reasons." }
        };
        next_step("Next step", title, &words, &self.send_form())
    }

    /// Something that is missing, with the way to it for those who can go there.
    fn to_mend(&self, thing: &Missing) -> Markup {
        let opens = if matches!(thing.page, CasePage::InPlan(_)) {
            self.opened.may(Action::WritePlan) && planning_is_open(self.opened.case()).is_ok()
        } else {
            self.opened.may(thing.page.opened_by())
        };
        html! { @if opens { a href=(self.opened.path(thing.page.clone())) { (thing.words) } } @else { (thing.words) } }
    }

    /// After an answer: quietly, until the plan has changed because of it.
    fn send_again(&self, latest: &Submission) -> Markup {
        let is_not_yet = latest.outcome.as_ref().is_some_and(|d| matches!(d.outcome, Outcome::NotYet { .. }));
        let unchanged = latest.decided.is_some_and(|seq| self.opened.case().plan.changed <= seq);
        if is_not_yet && unchanged && self.opened.may(Action::SendPlan) {
            let open = self.form.error_for("to").is_some() || self.form.error_for("note").is_some();
            let form = self.send_form();
            return details(&Details { open, ..Details::new("Ask us to look at the same plan again", form) });
        }
        let is_agreed = latest.outcome.as_ref().is_some_and(|d| matches!(d.outcome, Outcome::Agreed { .. }));
        let case = self.opened.case();
        if is_agreed && pending(case).is_empty() && signoff::missing(case, self.amounts()).is_empty() {
            return self.nothing_to_agree();
        }
        self.sending(latest.outcome.is_some())
    }

    /// What was changed since is theirs to change: nobody has to be asked.
    fn nothing_to_agree(&self) -> Markup {
        let open = self.form.error_for("to").is_some() || self.form.error_for("note").is_some();
        html! {
            p { "The plan was changed since. Nothing in the changes has to be agreed again." }
            @if self.opened.may(Action::SendPlan) {
                (details(&Details { open, ..Details::new("Send it again all the same", self.send_form()) }))
            }
        }
    }

    fn send_form(&self) -> Markup {
        let case = self.opened.case();
        let all: Vec<(String, String)> = case
            .circle
            .present()
            .filter(|m| self.deciders.contains(&m.id))
            .map(|m| (m.id.to_string(), format!("{}, {}", m.name, m.relation)))
            .collect();
        let choices: Vec<Choice<'_>> = all.iter().map(|(id, name)| Choice::new(id, name)).collect();
        html! {
            form method="post" action=(self.to(SignOffPost::Send)) novalidate {
                (csrf_field(&self.opened.me.csrf)) (key_field(self.key))
                @if all.len() > 1 {
                    (radios(&Choices { size: Size::S, hint: Some("Whoever knows the person best."), ..Choices::new("to", "Who should read it?", choices).with(self.form) }))
                } @else if let Some((_, name)) = all.first() {
                    p { "It goes to " strong { (name) } "." }
                }
                (textarea(&Textarea { rows: 3, hint: Some("You can leave this empty."), ..Textarea::new("note", "Is there anything you want to say with it?").with(self.form) }))
                (button(&Button::submit("Send the plan to be agreed")))
            }
        }
    }

    fn waiting(&self, waiting: &Submission) -> Markup {
        let case = self.opened.case();
        let framework = self.opened.seen.framework();
        let by = dates::days_after(dates::london(waiting.sent), framework.decision_days);
        let reader = match (&waiting.passed_on, waiting.to.and_then(|id| case.circle.member(id))) {
            (Some(_), _) => "a commissioner".to_owned(),
            (None, Some(member)) => format!("{}, {},", member.name, member.relation),
            (None, None) => "a clinician who knows the person".to_owned(),
        };
        let words = html! {
            p { (case.circle.name_of(waiting.voice)) " sent it on " (dates::moment(waiting.sent)) ". " (reader) " is reading it." }
            @if let Some(why) = &waiting.passed_on {
                p { "It was passed on because: " (typed(why.as_str())) }
            }
            @if let Some(note) = &waiting.note { (own_words(note.as_str(), &case.circle.whose(waiting.voice, waiting.by))) }
            p { "There will be an answer by " strong { (dates::long(by)) } ", with reasons. If it is “not yet”, it says what would need to change and how to appeal." }
            p { a href=(self.opened.path(CasePage::Sent(waiting.id))) { "Read the plan as it was sent" } }
        };
        let is_decider = self.opened.may(signoff::right_to_decide(waiting));
        // Who works here and is close to the person is told why it is not theirs.
        let (actor, circle) = (&self.opened.me.actor, &case.circle);
        let is_told_why = actor.has_seat_of_a_body(case) && circle.is_close(actor.account);
        html! {
            (next_step(if is_decider { "Your move" } else { "Somebody else's move" }, "The plan has been sent", &words, &self.take_back(waiting)))
            (self.changes_since())
            @if is_decider || is_told_why { (self.decide(waiting)) }
        }
    }

    fn take_back(&self, waiting: &Submission) -> Markup {
        if !self.opened.may(Action::SendPlan) || self.opened.may(Action::SignOff) {
            return html! {};
        }
        html! {
            form method="post" action=(self.to(SignOffPost::TakeBack)) novalidate {
                (csrf_field(&self.opened.me.csrf))
                input type="hidden" name="submission" value=(waiting.id);
                (button(&Button::secondary("Take the plan back")))
            }
        }
    }

    fn changes_since(&self) -> Markup {
        if self.changes.is_empty() {
            return html! {};
        }
        html! {
            h2 { "Changed since it was sent" }
            p { "The decision is about the plan as it is now, with these changes." }
            (crate::history::entries(&self.opened.me, self.opened.case(), self.changes))
        }
    }

    fn decide(&self, waiting: &Submission) -> Markup {
        let (case, framework) = (self.opened.case(), self.opened.seen.framework());
        if let Some(refusal) = signoff::may_not_decide(case, framework, &self.opened.me.actor, waiting) {
            let is_limit = refusal.why == domain::Why::NotYet;
            return html! {
                (inset_text(&html! { p { (refusal.message) "." } @if !refusal.next.is_empty() { p { (refusal.next) "." } } }))
                @if is_limit { (self.pass_on(waiting)) (self.decision_form(waiting, false)) }
            };
        }
        self.decision_form(waiting, true)
    }

    fn pass_on(&self, waiting: &Submission) -> Markup {
        html! {
            h2 { "Pass it on" }
            form method="post" action=(self.to(SignOffPost::PassOn)) novalidate {
                (csrf_field(&self.opened.me.csrf))
                input type="hidden" name="submission" value=(waiting.id);
                (textarea(&Textarea { rows: 3, hint: Some("The family reads this too. Say what you think of the plan."), ..Textarea::new("why", "Why do you pass it on?").with(self.form) }))
                (button(&Button::submit("Pass it on to the commissioner")))
            }
        }
    }

    fn decision_form(&self, waiting: &Submission, may_agree: bool) -> Markup {
        let framework = self.opened.seen.framework();
        let appeal = if self.form.text("appeal").is_empty() && self.form.is_ok() {
            framework.appeal.as_str()
        } else {
            self.form.text("appeal")
        };
        let more = html! {
            (textarea(&Textarea { hint: Some("Say it so that the family knows exactly what to do."), ..Textarea::new("change", "What would need to change?").with(self.form) }))
            (textarea(&Textarea { value: appeal, ..Textarea::new("appeal", "How can they appeal?").with(self.form) }))
        };
        let agree = Choice::new("agree", "Agreed").hint("The plan can start.");
        let not_yet = Choice::new("not-yet", "Not yet").hint("Say what would need to change.").reveals(more);
        let mut choices = vec![not_yet];
        if may_agree {
            choices.insert(0, agree);
        }
        let action = if waiting.passed_on.is_some() { SignOffPost::DecideAbove } else { SignOffPost::Decide };
        html! {
            h2 { "Your decision" }
            form method="post" action=(self.to(action)) novalidate {
                (csrf_field(&self.opened.me.csrf)) (seen_field(self.opened.case().plan.changed))
                input type="hidden" name="submission" value=(waiting.id);
                (radios(&Choices { size: Size::S, ..Choices::new("decision", "What do you decide?", choices).with(self.form) }))
                (textarea(&Textarea { hint: Some("In plain words, to the person. They read exactly this."), ..Textarea::new("reasons", "Why do you decide as you do?").with(self.form) }))
                (button(&Button::submit("Record and tell the family")))
            }
        }
    }

    /// A decision: what, who, when, why, and what is next.
    fn decision(&self, submission: &Submission) -> Markup {
        let Some(Decided { outcome, by, at }) = &submission.outcome else { return html! {} };
        let who = self.name(*by);
        match outcome {
            Outcome::TakenBack => html! {
                (inset_text(&html! { p { "The plan was taken back by " (who) " on " (dates::moment(*at)) "." } }))
            },
            Outcome::Agreed { reasons, nhs, council, start_up, .. } => {
                let content = html! {
                    p { (who) " agreed it on " (dates::moment(*at)) "." }
                    (own_words(reasons.as_str(), who))
                    p { "For the first year: " strong { (nhs) } " from the NHS, " strong { (council) } " from the council"
                        @if !start_up.is_zero() { ", and " strong { (start_up) } " from the NHS to begin with" } "." }
                    p { @if self.opened.case().arrangement.agreement().is_none() { "What happens next: the agreement about the money is written for you to read." }
                        @else { "What happens next is on the page about the agreement." } }
                };
                let action = html! {
                    @if self.opened.may(CasePage::Agreement.opened_by()) { (button(&Button::to("Go to the agreement", &self.opened.path(CasePage::Agreement)))) }
                };
                next_step("Agreed", "The plan is agreed", &content, &action)
            }
            Outcome::NotYet { reasons, change, appeal } => {
                let content = html! {
                    p { (who) " answered on " (dates::moment(*at)) "." }
                    h3 { "Why" }
                    (own_words(reasons.as_str(), who))
                    h3 { "What would need to change" }
                    p { (typed(change.as_str())) }
                    h3 { "If you disagree" }
                    p { (typed(appeal.as_str())) }
                };
                let action =
                    html! { (button(&Button::to("Change the plan", &self.opened.path(CasePage::Plan)))) };
                html! {
                    (next_step("Not yet", "The answer is “not yet”", &content, &action))
                    (self.appeal(submission))
                }
            }
        }
    }

    fn appeal(&self, submission: &Submission) -> Markup {
        let case = self.opened.case();
        let Some(appeal) = &submission.appeal else { return self.appeal_form(submission) };
        html! {
            h2 { "The appeal" }
            p { "Made on " (dates::moment(appeal.at)) "." }
            (own_words(appeal.words.as_str(), &case.circle.whose(appeal.voice, appeal.by)))
            @match &appeal.answer {
                Some(answer) => {
                    p { strong { @if answer.upheld { "The appeal was right." } @else { "The decision stands." } } " " (self.name(answer.by)) " answered on " (dates::moment(answer.at)) "." }
                    (own_words(answer.words.as_str(), self.name(answer.by)))
                    @if answer.upheld { p { "The plan goes to be decided on again. There is nothing you have to do." } }
                    @else { p { "You can change the plan and send it again at any time." } }
                }
                None => {
                    @match self.appeal_waits_for {
                        Looks::Commissioner => { p { "A commissioner, who did not make the decision, is looking at it again." } }
                        Looks::Nobody => { p { "Nobody who may look at it is here yet. The people who run the service have been told." } }
                    }
                    @if self.opened.may(Action::AnswerAppeal) && !self.decided(submission) { (self.answer_form(submission)) }
                    @else if self.decided(submission) { p { "You made the decision, so another commissioner answers." } }
                }
            }
        }
    }

    fn decided(&self, submission: &Submission) -> bool {
        submission.was_decided_by(self.opened.me.actor.account)
    }

    fn appeal_form(&self, submission: &Submission) -> Markup {
        if !self.opened.may(Action::Appeal) {
            return html! {};
        }
        let form = html! {
            form method="post" action=(self.to(SignOffPost::Appeal)) novalidate {
                (csrf_field(&self.opened.me.csrf))
                input type="hidden" name="submission" value=(submission.id);
                p { "Somebody who did not make the decision looks at it again. Disagreeing never puts care or money at risk." }
                (textarea(&Textarea::new("words", "Why do you disagree?").with(self.form)))
                (crate::voice::choose_among(&self.opened.me.actor, self.opened.case(), &self.with_voice(), |voice| self.appeals(voice)))
                (button(&Button::secondary("Appeal")))
            }
        };
        let details_of =
            Details { open: !self.form.is_ok(), ..Details::new("Appeal against this answer", form) };
        details(&details_of)
    }

    fn with_voice(&self) -> Form {
        let mut form = self.form.clone();
        let account = self.opened.me.actor.account;
        crate::voice::default_among(&mut form, self.opened.case(), account, |voice| self.appeals(voice));
        form
    }

    /// Whether somebody may appeal in a voice.
    fn appeals(&self, voice: Voice) -> bool {
        circle::may_decide(self.opened.case(), voice, Matter::Care)
    }

    fn answer_form(&self, submission: &Submission) -> Markup {
        html! {
            form method="post" action=(self.to(SignOffPost::Answer)) novalidate {
                (csrf_field(&self.opened.me.csrf)) (key_field(self.key))
                input type="hidden" name="submission" value=(submission.id);
                (radios(&Choices { size: Size::S, hint: Some("If it is, the plan comes to you to be decided on again."), ..Choices::yes_no("upheld", "Is the appeal right?").with(self.form) }))
                (textarea(&Textarea { hint: Some("The family reads exactly this."), ..Textarea::new("words", "Why do you answer so, and what happens next?").with(self.form) }))
                (button(&Button { look: Look::Primary, ..Button::submit("Answer the appeal") }))
            }
        }
    }

    fn amounts(&self) -> BudgetAmounts {
        BudgetAmounts::to(&self.opened.me.actor, self.opened.case())
    }

    /// The nine criteria, each with what was found.
    fn criteria(&self) -> Markup {
        let all = checklist(self.opened.case(), self.amounts());
        let met = all.iter().filter(|c| c.met).count();
        let rows = all.iter().map(|c| self.criterion(c)).collect();
        let list = summary_list(&SummaryList { rows, ..SummaryList::default() });
        let summary = format!("What a plan needs to be agreed: {met} of {} met", all.len());
        if self.family() {
            return details(&Details { open: false, ..Details::new(&summary, list) });
        }
        html! { h2 { (summary) } (list) }
    }

    fn criterion(&self, criterion: &Criterion) -> Row {
        let state =
            if criterion.met { Tag::new("Met", Colour::Green) } else { Tag::new("Missing", Colour::Yellow) };
        Row::html(
            criterion.title.clone(),
            html! {
                (tag(&state)) " "
                (criterion.found.join(". "))
                @if !criterion.missing.is_empty() {
                    ul class="nhsuk-list nhsuk-list--bullet" {
                        @for thing in &criterion.missing { li { (self.to_mend(thing)) } }
                    }
                }
            },
        )
    }

    fn money(&self) -> Markup {
        let (case, framework) = (self.opened.case(), self.opened.seen.framework());
        let Some(budget) = case.budget.amounts() else { return html! {} };
        let sees_budget = self.opened.may(Action::SeeBudget);
        let costs = signoff::costs(case);
        let (cost, within) = signoff::is_within_limit(case, framework);
        let of = |cost: domain::Pence, budget: domain::Pence| match sees_budget {
            true => format!("{cost} of {budget}"),
            false => cost.to_string(),
        };
        let mut rows = vec![
            Row::text("From the NHS, for a year", of(costs.nhs, budget.nhs)),
            Row::text("From the council, for a year", of(costs.council, budget.council)),
            Row::text("Once, to begin with", of(costs.start_up, budget.start_up)),
        ];
        if !self.family() {
            let words = if within { "within the clinician's limit" } else { "above the clinician's limit" };
            rows.push(Row::text(
                "First year, all together",
                format!("{cost}: {words} of {}", framework.clinician_limit),
            ));
        }
        html! { h2 { "The money in the plan" } (summary_list(&SummaryList { rows, ..SummaryList::default() })) }
    }

    /// The whole plan, for staff to read beside the criteria.
    fn plan_at_a_glance(&self) -> Markup {
        if self.family() || self.opened.case().plan.changed == 0 {
            return html! {};
        }
        let plan = crate::plan::whole::whole_plan(
            self.opened.case(),
            self.opened.seen.framework(),
            self.opened.may(Action::SeePeople),
        );
        let open = self.opened.case().signoff.waiting().is_some();
        details(&Details { open, ..Details::new("The whole plan", plan) })
    }

    /// Every sending before the newest.
    fn earlier(&self) -> Markup {
        let all = &self.opened.case().signoff.submissions;
        if all.len() < 2 && self.family() || all.is_empty() {
            return html! {};
        }
        let rows = all.iter().rev().map(|s| self.one_earlier(s)).collect();
        html! { h2 { "Every time it was sent" } (summary_list(&SummaryList { rows, ..SummaryList::default() })) }
    }

    fn one_earlier(&self, s: &Submission) -> Row {
        let what = match &s.outcome {
            None => "Being read".to_owned(),
            Some(Decided { outcome, by, at }) => {
                let word = match outcome {
                    Outcome::Agreed { .. } => "Agreed",
                    Outcome::NotYet { .. } => "Not yet",
                    Outcome::TakenBack => "Taken back",
                };
                format!("{word}, {}, {}", self.name(*by), dates::moment(*at))
            }
        };
        Row::html(
            dates::moment(s.sent),
            html! {
                (what)
                @if s.passed_on.is_some() { ". Passed on to the commissioner" }
                @if let Some(appeal) = &s.appeal { ". Appeal: " @match &appeal.answer { None => "being looked at", Some(answer) if answer.upheld => "right", Some(_) => "the decision stands" } }
                ". "
                a href=(self.opened.path(CasePage::Sent(s.id))) { "The plan as it was sent" (unseen(&format!("on {}, entry {}", dates::moment(s.sent), s.seq))) }
                @if !s.seen.is_empty() { br; "Opened by " (s.seen.iter().map(|(v, at)| format!("{} on {}", self.opened.case().circle.name_of(*v), dates::long(dates::london(*at)))).collect::<Vec<_>>().join(", ")) }
            },
        )
    }
}
