//! What the agreement says, in plain words. Its parts are those that apply.

use crate::case_page::Opened;
use crate::components::{Details, details};
use domain::case::arrangement::sight::Accounts;
use domain::case::arrangement::{Agreement, Paid, Term, words};
use domain::case::budget::Amounts;
use domain::case::plan::Mode;
use domain::ledger::Funder;
use maud::{Markup, html};

/// The whole document.
pub(super) fn document(opened: &Opened, agreement: &Agreement) -> Markup {
    html! {
        section {
            h2 { "What it says" }
            (amounts(opened, agreement))
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

/// What is paid where, as it was when this agreement was made: that is signed.
fn amounts(opened: &Opened, agreement: &Agreement) -> Markup {
    let case = opened.case();
    let accounts = Accounts::of(&opened.me.actor, case);
    let payer = |f: Funder| match f {
        Funder::Nhs => &opened.seen.framework().nhs_body,
        Funder::Council => &opened.seen.framework().council,
    };
    let Amounts { nhs, council, .. } = agreement.amounts;
    let is_all = accounts == Accounts::Every;
    html! {
        @if is_all {
            p { "What was agreed for the year:" }
            ul {
                @for (by, amount) in [(Funder::Nhs, nhs), (Funder::Council, council)] {
                    @if amount.0 > 0 { li { "from " (payer(by)) ": " (amount) } }
                }
                @if agreement.once_in_all().0 > 0 { li { "once: " (agreement.once_in_all()) } }
            }
            @if agreement.once_before().0 > 0 { p { (words::once_before(agreement.once_before())) } }
            p { "How the money is held:" }
        }
        ul {
            @for Term { words, paid, .. } in agreement.terms.iter().filter(|term| accounts.has(term.holding)) {
                @for Paid { by, once, regular } in paid {
                    @if regular.0 > 0 || once.0 > 0 {
                        li {
                            strong { (words.name) } " (" (words.mode.words()) "): "
                            (payer(*by)) @if words.mode == Mode::Notional { " keeps " } @else { " pays " }
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
