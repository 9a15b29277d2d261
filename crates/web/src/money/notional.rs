//! Recording what was bought from a notional budget.

use crate::address::{Address as _, CasePage};
use crate::answer;
use crate::case_page::{At, case_page, case_page_again};
use crate::components::{Button, DateInput, Input, Select, button, date_input, input, page_heading, select};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Answer, Me};
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::case::arrangement::spending::Bought;
use domain::case::plan::Mode;
use domain::{CaseId, HoldingId, LineId};
use maud::{Markup, html};
use service::Seen;
use uuid::Uuid;

pub(super) fn declare(routes: &mut Routes) {
    let door = Door::Case(Action::RecordNotionalSpending);
    routes.get("/cases/{id}/money/notional", door, show);
    routes.post("/cases/{id}/money/notional", door, save);
}

const TITLE: &str = "Record what was bought";

async fn show(me: Me, At(id): At<CaseId>) -> Answer {
    let seen = me.see(id, Action::RecordNotionalSpending, "money").await?;
    let mut form = Form::filled([(KEY_FIELD, me.web().app.id().to_string())]);
    form.put_date("on", seen.today);
    Ok(case_page(&me, &seen, TITLE, "money", None, &page(&me, &seen, &form)).into_response())
}

fn page(me: &Me, seen: &Seen, form: &Form) -> Markup {
    let plan = &seen.case.plan;
    let sees_plan = me.actor.may(Action::SeePlan, &seen.case);
    let holdings: Vec<(String, &str)> = plan
        .holdings
        .iter()
        .filter(|h| h.words.mode == Mode::Notional)
        .map(|h| (h.id.to_string(), h.words.name.as_str()))
        .collect();
    // Finance sees the number of a line and its amount, not what it is about.
    let lines: Vec<(String, String)> = (1..)
        .zip(plan.current_lines())
        .map(|(n, l)| {
            let what = if sees_plan { l.words.what.to_string() } else { format!("Line {n}") };
            (l.id.to_string(), format!("{what}, {} {}", l.words.amount, l.words.every.words()))
        })
        .collect();
    let holdings: Vec<(&str, &str)> = holdings.iter().map(|(v, t)| (v.as_str(), *t)).collect();
    let lines: Vec<(&str, &str)> = lines.iter().map(|(v, t)| (v.as_str(), t.as_str())).collect();
    html! {
        (form.error_summary())
        (page_heading(seen.case.person_name(), TITLE))
        @if holdings.is_empty() {
            p { "There is no notional budget in this plan." }
        } @else {
            p { "The person sees each thing that was bought, as they would in an account of their own." }
            form method="post" novalidate {
                (csrf_field(&me.csrf))
                (key_field(form.text(KEY_FIELD)))
                (select(&Select::new("holding", "From which money?", &holdings).with(form)))
                (select(&Select::new("line", "For what in the plan?", &lines).with(form)))
                (input(&Input::new("what", "What was bought?").with(form)))
                (input(&Input::money("amount", "Amount").with(form)))
                (date_input(&DateInput::new("on", "On which day?").with(form)))
                (button(&Button::submit("Record it")))
            }
        }
        p { a href=(CasePage::Money.of(seen.case.id).path()) { "Back to the money" } }
    }
}

async fn save(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let seen = me.see(id, Action::RecordNotionalSpending, "money").await?;
    let again =
        |form: &Form| -> Response { case_page_again(&me, &seen, TITLE, "money", &page(&me, &seen, form)) };
    let holding = form.choice::<HoldingId>("holding", "which money it is");
    let line = form.choice::<LineId>("line", "what in the plan it was for");
    let what = form.line("what", "what was bought");
    let amount = form.money("amount", "the amount");
    let on = form.date("on", "the day");
    let key = form.text(KEY_FIELD).parse::<Uuid>().unwrap_or_else(|_| me.web().app.id());
    let (Some(holding), Some(line), Some(what), Some(amount), Some(on)) = (holding, line, what, amount, on)
    else {
        return Ok(again(&form));
    };
    let bought = Bought { holding, line, amount, on, what };
    if form.accepted(me.web().app.record_notional(&me.actor, id, bought, key).await)?.is_none() {
        return Ok(again(&form));
    }
    Ok(answer::see_other(CasePage::Money.of(id).done("bought")))
}
