//! A person's team of personal assistants: seen, and begun.

use crate::address::{Address as _, CasePage};
use crate::answer;
use crate::case_page::{At, case_page, case_page_again, is_family};
use crate::components::{Button, Textarea, button, nothing_yet, own_words, page_heading, textarea};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Answer, Me, voice};
use axum::extract::RawQuery;
use axum::response::IntoResponse;
use domain::access::Action;
use domain::team::{Begun, Team, TeamId};
use domain::{CaseId, dates};
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
pub fn way_there(me: &Me, seen: &Seen) -> Markup {
    html! {
        @if me.actor.may(Action::SeeTeam, &seen.case) {
            p { a href=(CasePage::Team.of(seen.case.id).path()) { "The team of personal assistants" } }
        }
    }
}

async fn show(me: Me, At(id): At<CaseId>, RawQuery(query): RawQuery) -> Answer {
    let (seen, team) = me.web().app.team(&me.actor, id).await?;
    let flash = (query.as_deref() == Some("done=begun")).then_some("The team is begun.");
    let content = content(&me, &seen, team.as_ref());
    Ok(case_page(&me, &seen, title(&seen), "people", flash, &content).into_response())
}

fn content(me: &Me, seen: &Seen, team: Option<&Team>) -> Markup {
    let case = &seen.case;
    let ready = case.signoff.agreed().is_some();
    html! {
        (page_heading(case.person_name(), title(seen)))
        p { "Personal assistants are people whom " (case.person_name()) " employs to give support." }
        @match team.and_then(|team| team.begun.as_ref()) {
            Some(begun) => (how_it_began(seen, begun)),
            None => {
                (nothing_yet("There is no team yet."))
                @if !ready { p { "A team can be begun once the plan is agreed." } }
                @else if me.actor.may(Action::BeginTeam, case) { (button(&Button::to(BEGIN, &CasePage::BeginTeam.of(case.id).path()))) }
            }
        }
    }
}

fn how_it_began(seen: &Seen, begun: &Begun) -> Markup {
    let who = seen.case.circle.name_of(begun.voice);
    html! {
        h2 { "Why there is a team" }
        (own_words(begun.why.as_str(), &format!("{who}, {}", dates::moment(begun.at))))
    }
}

async fn ask(me: Me, At(id): At<CaseId>) -> Answer {
    let seen = me.see(id, Action::BeginTeam, "team").await?;
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    voice::default_to(&mut form, &seen.case, me.actor.account);
    Ok(case_page(&me, &seen, BEGIN, "people", None, &fields(&me, &seen, &form)).into_response())
}

async fn begin(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let seen = me.see(id, Action::BeginTeam, "team").await?;
    let team: Option<TeamId> = form.text(KEY_FIELD).parse().ok();
    let voice = voice::read_present(&mut form, WHOSE_WISH, &seen.case);
    let why = form.prose("why", "why you want a team");
    if let (Some(team), Some(voice), Some(why)) = (team, voice, why) {
        let begun = me.web().app.begin_team(&me.actor, id, team, voice, why).await;
        if form.accepted(begun)?.is_some() {
            return Ok(answer::see_other(CasePage::Team.of(id).done("begun")));
        }
    }
    Ok(case_page_again(&me, &seen, BEGIN, "people", &fields(&me, &seen, &form)))
}

fn fields(me: &Me, seen: &Seen, form: &Form) -> Markup {
    let case = &seen.case;
    html! {
        (form.error_summary())
        (page_heading(case.person_name(), BEGIN))
        form method="post" action=(CasePage::BeginTeam.of(case.id).path()) novalidate {
            (csrf_field(&me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (voice::ask("Whose wish is it?", None, &voice::among(case, |_| true), form))
            (textarea(&Textarea { rows: 5, ..Textarea::new("why", "Why do you want a team?").with(form) }))
            (button(&Button::submit(BEGIN)))
        }
    }
}
