//! What becomes of money that was left in an account which ended: it moves on to
//! another, or goes back to whoever paid it in.

use crate::address::CasePage;
use crate::case_page::{At, Opened};
use crate::components::{Button, Choice, Choices, button, page_heading, radios, typed};
use crate::form::Form;
use crate::tokens::csrf_field;
use crate::{Answer, ErrorPage, Me};
use domain::access::Action;
use domain::case::plan::{Holding, Mode};
use domain::{CaseId, HoldingId, Pence, dates};
use maud::{Markup, html};

const TITLE: &str = "What becomes of money that is left";

/// What is chosen where the money goes back to whoever paid it in.
const BACK: &str = "give-back";

async fn left(opened: &Opened, holding: HoldingId) -> Answer<(Holding, Pence)> {
    let found = opened.case().plan.holding(holding).cloned().ok_or(ErrorPage::Hidden)?;
    let money = opened.app().money(&opened.me.actor, opened.seen.case.clone()).await?;
    if !money.accounts.has(holding) {
        return Err(ErrorPage::Hidden);
    }
    Ok((found, money.of_holding(holding).left))
}

pub(super) async fn show(me: Me, At((id, holding)): At<(CaseId, HoldingId)>) -> Answer {
    let opened = me.open(id, Action::MakeAgreement, "agreement").await?;
    let (ended, left) = left(&opened, holding).await?;
    Ok(opened.page(TITLE, None, &page(&opened, &ended, left, &Form::empty())))
}

fn page(opened: &Opened, ended: &Holding, left: Pence, form: &Form) -> Markup {
    let open = opened.case().plan.open_holdings().filter(|h| h.words.mode != Mode::Notional);
    let others: Vec<(String, String)> = open
        .map(|h| (h.id.to_string(), format!("It moves on to {}, {}", h.words.name, h.words.mode.words())))
        .collect();
    let mut choices: Vec<Choice<'_>> = others.iter().map(|(id, words)| Choice::new(id, words)).collect();
    choices.push(Choice::new(BACK, "It goes back to the NHS and the council, as they paid it in"));
    let is_waiting = opened.case().arrangement.left_in(ended.id).is_some() || left.0 > 0;
    let is_open = ended.ending.is_none();
    html! {
        (form.error_summary())
        (page_heading(opened.case().person_name(), TITLE))
        p {
            strong { (left) } " is in " (typed(ended.words.name.as_str()))
            @if let Some(day) = ended.ended() { ", which ended on " (dates::long(day)) } "."
        }
        @if is_open {
            p { "It is used now. " a href=(opened.path(CasePage::ChangeAgreement)) { "Change how the money is held" } ", and say there what becomes of what is left." }
        } @else if is_waiting {
            form method="post" novalidate {
                (csrf_field(&opened.me.csrf))
                (radios(&Choices::new("into", "What becomes of it?", choices).with(form)))
                (button(&Button::submit("Save")))
            }
        }
        p { a href=(opened.path(CasePage::Money)) { "Back to the money" } }
    }
}

pub(super) async fn save(me: Me, At((id, holding)): At<(CaseId, HoldingId)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::MakeAgreement, "agreement").await?;
    let (ended, left) = left(&opened, holding).await?;
    let into = match form.text("into") {
        BACK => Some(None),
        _ => form.choice::<HoldingId>("into", "what becomes of it").map(Some),
    };
    let Some(into) = into else { return Ok(opened.again(TITLE, &page(&opened, &ended, left, &form))) };
    if form.accepted(me.web().app.settle_left(&me.actor, id, holding, into).await)?.is_none() {
        return Ok(opened.again(TITLE, &page(&opened, &ended, left, &form)));
    }
    Ok(opened.go(CasePage::Money, "left-settled"))
}
