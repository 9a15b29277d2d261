//! Payments and spending, in words.

use super::sight::sees_line_of_plan;
use super::{CameIn, Event, InstalmentKind, Leftover, Part};
use crate::case::history::{Context, Description, day, funder, said};
use crate::case::plan::LineItem;
use crate::{HoldingId, InstalmentId, LineId};

pub(in crate::case) fn describe(event: &Event, cx: &Context<'_>) -> Description {
    use Event as E;
    match event {
        E::AgreementMade { parts, from } => said("The agreement about the money was written")
            .list("Its parts", parts.iter().map(|p| agreement_part(*p).to_owned()))
            .with("From", day(*from)),
        E::AgreementSigned { voice, how } => {
            said("The agreement was signed for the person").by(*voice).with("How", how)
        }
        E::AgreementCountersigned => said("The agreement was signed for the NHS"),
        E::AccountApproved { holding, name, last_four } => said("A bank account was checked")
            .maybe("For", holding_name(cx, *holding))
            .with("Account", format!("{name}, ending in {last_four}")),
        E::AccountChangeEntered { holding, name, last_four } => {
            said("Another bank account was entered. A second person checks it before it counts")
                .maybe("For", holding_name(cx, *holding))
                .with("Account", format!("{name}, ending in {last_four}"))
        }
        E::AccountChangeTakenBack { holding, why } => {
            said("Another bank account that had been entered was taken back")
                .maybe("For", holding_name(cx, *holding))
                .with("Why", why)
        }
        E::PaymentsScheduled { instalments } => {
            let total = instalments.iter().map(|i| i.amount).sum::<crate::Pence>();
            let first = instalments.iter().map(|i| i.due).min();
            said("Payments were planned")
                .with("How many", instalments.len())
                .with("Together", total)
                .maybe("The first is due", first.map(day))
        }
        E::PaymentReleased { instalment } => {
            payment(cx, said("A payment was released by one person"), *instalment)
        }
        E::PaymentConfirmed { instalment, paid } => {
            payment(cx, said("A payment was made"), *instalment).with("Paid on", day(*paid))
        }
        E::PaymentSentBack { instalment, why } => {
            payment(cx, said("A payment was sent back to be looked at"), *instalment).with("Why", why)
        }
        E::PaymentCancelled { instalment, why } => {
            payment(cx, said("A planned payment was cancelled"), *instalment).with("Why", why)
        }
        E::StatementTakenIn { statement, holding, new_lines, already } => {
            let whole = cx.case.arrangement.sending(*statement, cx.seq);
            let (new_lines, already) =
                whole.map_or((u64::from(*new_lines), u64::from(*already)), |s| (s.new_lines, s.already));
            said("A bank statement was added")
                .maybe("For", holding_name(cx, *holding))
                .with("New lines", new_lines)
                .with("Lines we had already", already)
        }
        E::PaymentArrived { bank_line: _, instalments } => {
            let all = instalments.iter().filter_map(|id| cx.case.arrangement.instalment(*id));
            said("A payment arrived in the account")
                .list("Which", all.map(|i| format!("{}, due {}", i.planned.amount, day(i.planned.due))))
        }
        E::MoneyInExplained { bank_line: _, what } => {
            let described = said("Money that came in was explained");
            match what {
                CameIn::OwnMoney => described.with("It was", "money of their own"),
                CameIn::Interest => described.with("It was", "interest from the bank"),
                CameIn::Refund { line } => {
                    described.with("It was", "money back").maybe("For", line_name(cx, *line))
                }
            }
        }
        E::SpendingMatched { bank_line: _, to } => {
            let part = |(line, amount): &(LineId, crate::Pence)| {
                format!("{amount} for {}", line_name(cx, *line).unwrap_or("the plan"))
            };
            said("Spending was matched to the plan").list("Used for", to.iter().map(part))
        }
        E::SpendingUnmatched { bank_line: _, why } => {
            said("Spending is no longer matched to the plan").with("Why", why)
        }
        E::NotionalSpent { holding, line, amount, on, what } => {
            said("Money was spent from a notional budget")
                .with("What", what)
                .with("Amount", amount)
                .with("On", day(*on))
                .maybe("For", line_name(cx, *line))
                .maybe("From", holding_name(cx, *holding))
        }
        E::LeftoverSettled { holding, leftover, left, nhs, council } => {
            let to = match leftover {
                Leftover::MoveOn => "It moved on to the new way of holding the money",
                Leftover::GiveBack => "It went back to whoever had paid it in",
            };
            let back = |pence: &crate::Pence| Some(*pence).filter(|pence| !pence.is_zero());
            said("What was left in an account that is used no more was settled")
                .maybe("For", holding_name(cx, *holding))
                .with("Amount", left)
                .with("What became of it", to)
                .maybe("Back to the NHS", back(nhs))
                .maybe("Back to the council", back(council))
        }
        E::MoneyLeft { holding, left } => said("Money was left in an account that ended")
            .maybe("In", holding_name(cx, *holding))
            .with("Amount", left),
        E::MoneyLeftSettled { holding, into, left, nhs, council } => {
            let back = |pence: &crate::Pence| Some(*pence).filter(|pence| !pence.is_zero());
            said("It was said what becomes of money that was left in an account")
                .maybe("For", holding_name(cx, *holding))
                .with("Amount", left)
                .maybe("It moved on to", into.and_then(|id| holding_name(cx, id)))
                .maybe("Back to the NHS", back(nhs))
                .maybe("Back to the council", back(council))
        }
        E::ReceiptAdded { file: _, bank_line: _, line, what } => said("A receipt was added")
            .maybe("What", what.as_ref())
            .maybe("For", line.and_then(|id| line_name(cx, id))),
    }
}

fn holding_name<'a>(cx: &Context<'a>, id: HoldingId) -> Option<&'a str> {
    cx.case.plan.holding(id).map(|h| h.words.name.as_str())
}

/// What a line of the plan buys: the plan's own words, for whoever reads those.
fn line_name<'a>(cx: &Context<'a>, id: LineId) -> Option<&'a str> {
    let told = |line: &&LineItem| cx.reader.is_none_or(|reader| sees_line_of_plan(reader, cx.case, line));
    cx.case.plan.line(id).filter(told).map(|l| l.words.what.as_str())
}

fn payment(cx: &Context<'_>, described: Description, id: InstalmentId) -> Description {
    let Some(instalment) = cx.case.arrangement.instalment(id) else { return described };
    let planned = &instalment.planned;
    let kind = match planned.kind {
        InstalmentKind::StartUp => "Money to begin with",
        InstalmentKind::Regular => "Regular payment",
        InstalmentKind::OneOff => "One payment",
    };
    described
        .with("Amount", planned.amount)
        .with("Kind", kind)
        .with("Paid by", funder(planned.funder))
        .maybe("To", holding_name(cx, planned.holding))
        .with("Due", day(planned.due))
}

fn agreement_part(part: Part) -> &'static str {
    match part {
        Part::Everyone => "for everyone",
        Part::Notional => "notional budget",
        Part::ThirdParty => "money held by an organisation",
        Part::DirectPayment => "direct payment",
        Part::EmployingPeople => "employing people",
    }
}
