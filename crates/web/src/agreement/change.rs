//! Changing how the money is held: another way, the same case.

use crate::address::CasePage;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, DateInput, Input, Select, Textarea, button, date_input, input, page_heading,
    radios, select, textarea,
};
use crate::form::Form;
use crate::form::capital;
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Answer, ErrorPage, Me};
use axum::response::Response;
use domain::access::Action;
use domain::case::arrangement::spending::{Change, Leftover};
use domain::case::plan::{HoldingWords, Mode};
use domain::{CaseId, HoldingId, OrganisationId};
use maud::{Markup, html};
use strum::VariantArray;

const TITLE: &str = "Change how the money is held";

type Organisations = Vec<(OrganisationId, String)>;

async fn open_with_holders(me: &Me, id: CaseId) -> Answer<(Opened, Organisations)> {
    let opened = me.open(id, Action::MakeAgreement, "agreement").await?;
    let area = opened.seen.framework().area;
    let holders = me.web().app.holders_of_money(area).await?;
    Ok((opened, holders))
}

pub(super) async fn show(me: Me, At(id): At<CaseId>) -> Answer {
    let (opened, organisations) = open_with_holders(&me, id).await?;
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    form.put_date("on", opened.seen.today);
    Ok(opened.page(TITLE, None, &page(&opened, &organisations, &form)))
}

fn page(opened: &Opened, organisations: &Organisations, form: &Form) -> Markup {
    let open: Vec<(String, String)> = opened
        .case()
        .plan
        .open_holdings()
        .map(|h| (h.id.to_string(), format!("{}, {}", h.words.name, h.words.mode.words())))
        .collect();
    let open: Vec<(&str, &str)> = open.iter().map(|(v, t)| (v.as_str(), t.as_str())).collect();
    let names: Vec<(String, &str)> =
        organisations.iter().map(|(id, n)| (id.to_string(), n.as_str())).collect();
    let mut holders = vec![("", "Choose one")];
    holders.extend(names.iter().map(|(id, name)| (id.as_str(), *name)));
    let words: Vec<String> = Mode::VARIANTS.iter().map(|mode| capital(mode.words())).collect();
    let modes = Mode::VARIANTS.iter().zip(&words).map(|(mode, words)| {
        let choice = Choice::new(mode.into_str(), words).hint(mode.explained());
        if *mode == Mode::ThirdParty {
            choice.reveals(select(&Select::new("organisation", "Which organisation?", &holders).with(form)))
        } else {
            choice
        }
    });
    let leftover = vec![
        Choice::new(Leftover::MoveOn.into_str(), "It moves on to the new way"),
        Choice::new(Leftover::GiveBack.into_str(), "It goes back to the NHS and the council"),
    ];
    html! {
        (form.error_summary())
        (page_heading(opened.case().person_name(), TITLE))
        p { "The plan, the history and everything spent stay as they are. Planned payments to the old way are cancelled, and a new agreement is made." }
        form method="post" novalidate {
            (csrf_field(&opened.me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (select(&Select::new("old", "What ends?", &open).with(form)))
            (radios(&Choices::new("mode", "How is the money held from then on?", modes.collect()).with(form)))
            (input(&Input { hint: Some("So that everyone knows which money is meant, like “David’s own helpers”."),
                ..Input::new("name", "What do we call it?").with(form) }))
            (date_input(&DateInput::new("on", "From which day?").with(form)))
            (radios(&Choices::new("leftover", "What happens to money that is left?", leftover).with(form)))
            (textarea(&Textarea { rows: 3, ..Textarea::new("why", "Why does it change?").with(form) }))
            (button(&Button::submit("Change it")))
        }
        p { a href=(opened.path(CasePage::Agreement)) { "Back to the agreement" } }
    }
}

fn read(form: &mut Form, new: HoldingId) -> Option<Change> {
    let old = form.choice::<HoldingId>("old", "what ends");
    let mode = form.choice::<Mode>("mode", "how the money is held");
    let organisation = if mode == Some(Mode::ThirdParty) {
        form.choice::<OrganisationId>("organisation", "the organisation that will hold the money")
    } else {
        None
    };
    let name = form.line("name", "a name for it");
    let on = form.date("on", "the day it changes");
    let leftover = form.choice::<Leftover>("leftover", "what happens to money that is left");
    let why = form.prose("why", "why it changes");
    if !form.is_ok() {
        return None;
    }
    let words = HoldingWords { mode: mode?, organisation, name: name? };
    Some(Change { old: old?, new, words, on: on?, why: why?, leftover: leftover? })
}

pub(super) async fn save(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let (opened, organisations) = open_with_holders(&me, id).await?;
    let again = |form: &Form| -> Response { opened.again(TITLE, &page(&opened, &organisations, form)) };
    let key = form.key(me.web().app.id());
    let Some(change) = read(&mut form, key) else { return Ok(again(&form)) };
    if let Some(chosen) = change.words.organisation
        && organisations.iter().all(|(id, _)| *id != chosen)
    {
        form.wrong::<()>("organisation", "Choose the organisation that will hold the money");
        return Ok(again(&form));
    }
    let changed = me.web().app.change_holding(&me.actor, id, change).await;
    let changed = changed.map_err(|no| ErrorPage::from(no).renamed("holding", "old"));
    if form.accepted(changed)?.is_none() {
        return Ok(again(&form));
    }
    Ok(opened.go(CasePage::Agreement, "changed"))
}
