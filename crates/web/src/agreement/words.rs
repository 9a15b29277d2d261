//! What the agreement says, in plain words. Its parts are those that apply.

use crate::components::{Details, details};
use domain::case::arrangement::payments::{FUNDERS, planned_for};
use domain::case::arrangement::{Agreement, Part};
use domain::case::plan::Mode;
use domain::ledger::Funder;
use maud::{Markup, html};
use service::Seen;

pub(super) fn title(part: Part) -> &'static str {
    match part {
        Part::Everyone => "For everyone",
        Part::Notional => "When we look after the money (a notional budget)",
        Part::ThirdParty => "When an organisation looks after the money",
        Part::DirectPayment => "When you look after the money (a direct payment)",
        Part::EmployingPeople => "When you employ people",
    }
}

/// The whole document.
pub(super) fn document(seen: &Seen, agreement: &Agreement) -> Markup {
    html! {
        section aria-labelledby="what-it-says" {
            h2 id="what-it-says" { "What it says" }
            (amounts(seen))
            @for part in &agreement.parts {
                h3 { (title(*part)) }
                ul { @for promise in promises(*part) { li { (promise) } } }
            }
            (details(&Details::new("If something goes wrong, or you disagree", html! {
                p { (seen.framework().appeal) }
                p { "Phone " (seen.framework().phone) " or email " (seen.framework().email) ". A mistake is put right together. Telling us early always helps." }
            })))
        }
    }
}

fn amounts(seen: &Seen) -> Markup {
    let case = &seen.case;
    let payer = |f: Funder| match f {
        Funder::Nhs => &seen.framework().nhs_body,
        Funder::Council => &seen.framework().council,
    };
    html! {
        ul {
            @for holding in case.plan.open_holdings() {
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

fn promises(part: Part) -> &'static [&'static str] {
    match part {
        Part::Everyone => &[
            "The money is there for what is in your plan, and for nothing else. You decide how, within the plan.",
            "We pay enough for everything in the plan. If it is not enough, tell us and we must look again.",
            "You can see at any time what came in, what is promised, what was spent and what is left.",
            "Keep bills, receipts and bank statements. A photograph is enough. We look at them together at reviews, and only as much as is needed.",
            "Your plan and the money are reviewed within 3 months, and then at least once a year. You can ask sooner.",
            "Seeing your GP, emergency care and everything else the NHS gives you stay as they are, and cost you nothing.",
            "If a mistake happens, tell us. We put it right together. If money is to be paid back, we write to you first and say why, and you can ask us to look again.",
            "You can stop at any time. Your care goes on in another way.",
        ],
        Part::Notional => &[
            "We hold the money and pay for the care you chose.",
            "The choice stays yours: we buy what is in your plan, from whom you chose, where the law lets us.",
            "We write down each thing we buy, so that you see it here.",
        ],
        Part::ThirdParty => &[
            "The organisation is independent of you and of the NHS. It holds your money in an account used only for you.",
            "It spends the money on what is in your plan. Every decision about your life and your support is yours.",
            "You and the organisation say together who chooses, supervises and trains staff. What you want to do yourself is handed to you, and you can hand it back.",
            "It shows you all records of the money, with its own fee and anything it keeps.",
            "Anyone who works for you can speak up about something wrong, to you, the organisation or us, and is safe in doing so.",
        ],
        Part::DirectPayment => &[
            "The money goes into a bank account used only for this, which we checked first.",
            "Only the people named for the account can use it.",
            "You say yes to a direct payment, and you can take that back at any time.",
            "You cannot add your own money to the NHS part. The NHS part must be enough by itself.",
            "Send us a statement when we ask, or add it here whenever you like.",
        ],
        Part::EmployingPeople => &[
            "You are the employer. That means a contract, at least the legal minimum wage, holiday, sick pay and pension, tax and insurance.",
            "The plan has money for a payroll service and for insurance, so you need not do it alone.",
            "You do not employ someone who lives with you and is close family, unless we agreed that it is needed.",
            "We help you find advice before you take anyone on.",
        ],
    }
}
