//! A person's team of personal assistants: seen, and begun.

use crate::address::{Address as _, CasePage, PlanList, PlanPage};
use crate::case_page::{At, Opened, is_family};
use crate::components::{
    Button, Textarea, button, inset_text, nothing_yet, own_words, page_heading, textarea,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Answer, Me, voice};
use axum::extract::RawQuery;
use domain::access::Action;
use domain::case::circle::{self, Matter};
use domain::case::{Case, Voice};
use domain::team::{self, Begun, Team, TeamId};
use domain::{CaseId, Refusal, dates};
use maud::{Markup, html};
use service::Seen;

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/team", Door::Case(Action::SeeTeam), show);
    routes.get("/cases/{id}/begin-team", Door::Case(Action::BeginTeam), ask);
    routes.post("/cases/{id}/begin-team", Door::Case(Action::BeginTeam), begin);
}

const BEGIN: &str = "Begin a team";
const WHOSE_WISH: &str = "whose wish it is";

fn title(seen: &Seen) -> &'static str {
    if is_family(&seen.roles) { "My team" } else { "Team" }
}

/// The way to the team, for the page about people.
pub fn way_there(opened: &Opened) -> Markup {
    html! {
        @if opened.may(Action::SeeTeam) {
            p { a href=(opened.path(CasePage::Team)) { "The team of personal assistants" } }
        }
    }
}

async fn show(me: Me, At(id): At<CaseId>, RawQuery(query): RawQuery) -> Answer {
    let (seen, team) = me.web().app.team(&me.actor, id).await?;
    let flash = (query.as_deref() == Some("done=begun")).then_some("The team is begun.");
    let opened = Opened::of(&me, seen, "team");
    Ok(opened.page(title(&opened.seen), flash, &content(&opened, team.as_ref())))
}

fn content(opened: &Opened, team: Option<&Team>) -> Markup {
    let case = opened.case();
    let ready = case.signoff.agreed().is_some();
    let own = voice::is_the_person(case, opened.me.actor.account);
    html! {
        (page_heading(case.person_name(), title(&opened.seen)))
        p { "Personal assistants are people whom " @if own { "you employ" } @else { (case.person_name()) " employs" } " to give support." }
        @match team.and_then(|team| team.begun.as_ref()) {
            Some(begun) => {
                h2 { "Who is in it" }
                (nothing_yet("Nobody yet."))
                (next_in_team(opened))
                (how_it_began(&opened.seen, begun))
            }
            None => {
                (nothing_yet("There is no team yet."))
                @if !ready { p { "A team can be begun once the plan is agreed." } }
                @else if opened.may(Action::BeginTeam) { (button(&Button::to(BEGIN, &CasePage::BeginTeam.of(case.id).path()))) }
            }
        }
    }
}

/// Whose move it is, whom to ask, and where to go on.
fn next_in_team(opened: &Opened) -> Markup {
    let case = opened.case();
    let framework = opened.seen.framework();
    let coordinator = case.circle.care_coordinator();
    let who = match (coordinator, opened.is_family()) {
        (Some(member), _) => member.name.as_str(),
        (None, true) => "Your care co-ordinator",
        (None, false) => "The care co-ordinator",
    };
    let pages = [
        (CasePage::InPlan(PlanPage::List(PlanList::Actions)), "Who does what, in the plan"),
        (CasePage::People, "The people in the circle"),
        (CasePage::Help, "Ask for help"),
    ];
    html! {
        h2 { "What happens next" }
        p { (who) " moves next: to find out together who could help, and to say what an employer has to do." }
        p { "Ask " (who) ", or call " strong { (framework.phone) } "." }
        ul class="nhsuk-list" {
            @for (page, words) in pages {
                @if opened.may(page.opened_by()) { li { a href=(opened.path(page)) { (words) } } }
            }
        }
    }
}

fn how_it_began(seen: &Seen, begun: &Begun) -> Markup {
    let who = seen.case.circle.whose(begun.voice, begun.by);
    html! {
        h2 { "Why there is a team" }
        (own_words(begun.why.as_str(), &format!("{who}, {}", dates::moment(begun.at))))
    }
}

/// Whose wish it can be: who comes to help is about health and care.
fn decides(case: &Case, voice: Voice) -> bool {
    circle::may_decide(case, voice, Matter::Care)
}

async fn ask(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = me.open(id, Action::BeginTeam, "team").await?;
    let (_, present) = me.web().app.team(&me.actor, id).await?;
    if let Err(refusal) = team::can_begin(opened.case(), present.as_ref()) {
        return Ok(opened.page(BEGIN, None, &not_now(&opened, &refusal, present.is_some())));
    }
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    voice::default_among(&mut form, opened.case(), me.actor.account, |v| decides(opened.case(), v));
    Ok(opened.page(BEGIN, None, &fields(&opened, &form)))
}

async fn begin(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::BeginTeam, "team").await?;
    let team: TeamId = form.key(me.web().app.id());
    let voice = voice::read_decider(&mut form, WHOSE_WISH);
    let why = form.prose("why", "why you want a team");
    if let (Some(voice), Some(why)) = (voice, why) {
        let begun = me.web().app.begin_team(&me.actor, id, team, voice, why).await;
        if form.accepted(begun)?.is_some() {
            return Ok(opened.go(CasePage::Team, "begun"));
        }
    }
    Ok(opened.again(BEGIN, &fields(&opened, &form)))
}

/// Why there is nothing to ask, and where to go on.
fn not_now(opened: &Opened, refusal: &Refusal, is_begun: bool) -> Markup {
    let case = opened.case();
    let (words, page) = match is_begun {
        true => ("Go to the team", CasePage::Team),
        false => ("Go to getting the plan agreed", CasePage::SignOff),
    };
    html! {
        (page_heading(case.person_name(), BEGIN))
        (inset_text(&html! {
            p { (refusal.message) "." }
            @if !refusal.next.is_empty() { p { (refusal.next) } }
        }))
        p { a href=(page.of(case.id).path()) { (words) } }
    }
}

fn fields(opened: &Opened, form: &Form) -> Markup {
    let case = opened.case();
    html! {
        (form.error_summary())
        (page_heading(case.person_name(), BEGIN))
        form method="post" action=(CasePage::BeginTeam.of(case.id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (voice::ask("Whose wish is it?", None, &voice::among(case, |v| decides(case, v)), form))
            (textarea(&Textarea { rows: 5, ..Textarea::new("why", "Why do you want a team?").with(form) }))
            (button(&Button::submit(BEGIN)))
        }
    }
}
