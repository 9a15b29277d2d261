//! What the agreement says, in plain words. Its parts are those that apply.

use crate::Me;
use crate::components::{Details, details};
use domain::case::arrangement::payments::{FUNDERS, planned_for};
use domain::case::arrangement::sight::Accounts;
use domain::case::arrangement::{Agreement, words};
use domain::case::plan::Mode;
use domain::ledger::Funder;
use maud::{Markup, html};
use service::Seen;

/// The whole document.
pub(super) fn document(me: &Me, seen: &Seen, agreement: &Agreement) -> Markup {
    html! {
        section aria-labelledby="what-it-says" {
            h2 id="what-it-says" { "What it says" }
            (amounts(me, seen))
            @for part in &agreement.parts {
                h3 { (words::title(*part)) }
                ul { @for promise in words::promises(seen.framework(), *part) { li { (promise) } } }
            }
            (details(&Details::new("If something goes wrong, or you disagree", html! {
                p { (seen.framework().appeal) }
                p { "Phone " (seen.framework().phone) " or email " (seen.framework().email) ". A mistake is put right together. Telling us early always helps." }
            })))
        }
    }
}

fn amounts(me: &Me, seen: &Seen) -> Markup {
    let case = &seen.case;
    let accounts = Accounts::of(&me.actor, case);
    let payer = |f: Funder| match f {
        Funder::Nhs => &seen.framework().nhs_body,
        Funder::Council => &seen.framework().council,
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
