//! What the agreement says, in plain words. Its parts are those that apply.

use crate::case_page::Opened;
use crate::components::{Details, details};
use domain::case::arrangement::payments::{FUNDERS, planned_for};
use domain::case::arrangement::sight::Accounts;
use domain::case::arrangement::{Agreement, words};
use domain::case::plan::Mode;
use domain::ledger::Funder;
use maud::{Markup, html};

/// The whole document.
pub(super) fn document(opened: &Opened, agreement: &Agreement) -> Markup {
    html! {
        section aria-labelledby="what-it-says" {
            h2 id="what-it-says" { "What it says" }
            (amounts(opened))
            @for part in &agreement.parts {
                h3 { (words::title(*part)) }
                ul { @for promise in words::promises(opened.seen.framework(), *part) { li { (promise) } } }
            }
            (details(&Details::new("If something goes wrong, or you disagree", html! {
                p { (opened.seen.framework().appeal) }
                p { "Phone " (opened.seen.framework().phone) " or email " (opened.seen.framework().email) ". A mistake is put right together. Telling us early always helps." }
            })))
        }
    }
}

fn amounts(opened: &Opened) -> Markup {
    let case = opened.case();
    let accounts = Accounts::of(&opened.me.actor, case);
    let payer = |f: Funder| match f {
        Funder::Nhs => &opened.seen.framework().nhs_body,
        Funder::Council => &opened.seen.framework().council,
    };
    html! {
        ul {
            @for holding in case.plan.open_holdings().filter(|holding| accounts.has(holding.id)) {
                @for funder in FUNDERS {
                    @let (once, regular) = planned_for(case, holding.id, funder);
                    @if regular.0 > 0 || once.0 > 0 {
                        li {
                            strong { (holding.words.name) } " (" (holding.words.mode.words()) "): "
                            (payer(funder)) @if holding.words.mode == Mode::Notional { " keeps " } @else { " pays " }
                            @if regular.0 > 0 { (regular) " for the year" }
                            @if regular.0 > 0 && once.0 > 0 { " and " }
                            @if once.0 > 0 { (once) " once, to begin with" }
                            "."
                        }
                    }
                }
            }
        }
    }
}
