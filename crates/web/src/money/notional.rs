//! Recording what was bought from a notional budget.

use crate::address::CasePage;
use crate::case_page::{At, Opened};
use crate::components::{Button, DateInput, Input, Select, button, date_input, input, page_heading, select};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Answer, Me};
use axum::response::Response;
use domain::access::Action;
use domain::case::arrangement::Bought;
use domain::case::plan::Mode;
use domain::{CaseId, HoldingId, LineId};
use maud::{Markup, html};
use uuid::Uuid;

pub(super) fn declare(routes: &mut Routes) {
    let door = Door::Case(Action::RecordNotionalSpending);
    routes.get("/cases/{id}/money/notional", door, show);
    routes.post("/cases/{id}/money/notional", door, save);
}

const TITLE: &str = "Record what was bought";

async fn show(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = me.open(id, Action::RecordNotionalSpending, "money").await?;
    let mut form = Form::filled([(KEY_FIELD, me.web().app.id().to_string())]);
    form.put_date("on", opened.seen.today);
    Ok(opened.page(TITLE, None, &page(&opened, &form)))
}

fn page(opened: &Opened, form: &Form) -> Markup {
    let plan = &opened.case().plan;
    let sees_plan = opened.may(Action::SeePlan);
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
        (page_heading(opened.case().person_name(), TITLE))
        @if holdings.is_empty() {
            p { "There is no notional budget in this plan." }
        } @else {
            p { "The person sees each thing that was bought, as they would in an account of their own." }
            form method="post" novalidate {
                (csrf_field(&opened.me.csrf))
                (key_field(form.text(KEY_FIELD)))
                (select(&Select::new("holding", "From which money?", &holdings).with(form)))
                (select(&Select::new("line", "For what in the plan?", &lines).with(form)))
                (input(&Input::new("what", "What was bought?").with(form)))
                (input(&Input::money("amount", "Amount").with(form)))
                (date_input(&DateInput::new("on", "On which day?").with(form)))
                (button(&Button::submit("Record it")))
            }
        }
        p { a href=(opened.path(CasePage::Money)) { "Back to the money" } }
    }
}

async fn save(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::RecordNotionalSpending, "money").await?;
    let again = |form: &Form| -> Response { opened.again(TITLE, &page(&opened, form)) };
    let holding = form.choice::<HoldingId>("holding", "which money it is");
    let line = form.choice::<LineId>("line", "what in the plan it was for");
    let what = form.line("what", "what was bought");
    let amount = form.money("amount", "the amount");
    let on = form.date("on", "the day");
    let key: Uuid = form.key(me.web().app.id());
    let (Some(holding), Some(line), Some(what), Some(amount), Some(on)) = (holding, line, what, amount, on)
    else {
        return Ok(again(&form));
    };
    let bought = Bought { holding, line, amount, on, what };
    if form.accepted(me.web().app.record_notional(&me.actor, id, bought, key).await)?.is_none() {
        return Ok(again(&form));
    }
    Ok(opened.go(CasePage::Money, "bought"))
}
