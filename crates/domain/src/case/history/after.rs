//! In words: payments, spending and reviews.

use super::{Part, Teller, Told, day, funder, short};
use crate::case::arrangement::{CameIn, InstalmentKind, Part as AgreementPart};
use crate::case::{arrangement, review};
use crate::{HoldingId, InstalmentId, LineId};

impl Teller<'_> {
    pub(super) fn arrangement(&self, event: &arrangement::Event, seq: u64) -> Told {
        use arrangement::Event as E;
        let told = |title: &str| Told::new(Part::Payments, title);
        match event {
            E::AgreementMade { parts, from } => told("The agreement about the money was written")
                .list("Its parts", parts.iter().map(|p| agreement_part(*p).to_owned()))
                .with("From", day(*from)),
            E::AgreementSigned { voice, how } => {
                told("The agreement was signed for the person").by(*voice).with("How", how)
            }
            E::AgreementCountersigned => told("The agreement was signed for the NHS"),
            E::AccountApproved { holding, name, last_four } => told("A bank account was checked")
                .maybe("For", self.holding(*holding))
                .with("Account", format!("{name}, ending in {last_four}")),
            E::PaymentsScheduled { instalments } => {
                let total = instalments.iter().map(|i| i.amount).sum::<crate::Pence>();
                let first = instalments.iter().map(|i| i.due).min();
                told("Payments were planned")
                    .with("How many", instalments.len())
                    .with("Together", total)
                    .maybe("The first is due", first.map(day))
            }
            E::PaymentReleased { instalment } => {
                self.payment(told("A payment was released by one person"), *instalment)
            }
            E::PaymentConfirmed { instalment, paid } => {
                self.payment(told("A payment was made"), *instalment).with("Paid on", day(*paid))
            }
            E::PaymentSentBack { instalment, why } => {
                self.payment(told("A payment was sent back to be looked at"), *instalment).with("Why", why)
            }
            E::PaymentCancelled { instalment, why } => {
                self.payment(told("A planned payment was cancelled"), *instalment).with("Why", why)
            }
            E::StatementTakenIn { statement, holding, new_lines, already } => {
                let whole = self.case.arrangement.sending(*statement, seq);
                let (new_lines, already) =
                    whole.map_or((u64::from(*new_lines), u64::from(*already)), |s| (s.new_lines, s.already));
                told("A bank statement was added")
                    .maybe("For", self.holding(*holding))
                    .with("New lines", new_lines)
                    .with("Lines we had already", already)
            }
            E::PaymentArrived { bank_line: _, instalments } => {
                let all = instalments.iter().filter_map(|id| self.case.arrangement.instalment(*id));
                told("A payment arrived in the account")
                    .list("Which", all.map(|i| format!("{}, due {}", i.planned.amount, day(i.planned.due))))
            }
            E::MoneyInExplained { bank_line: _, what } => {
                let told = told("Money that came in was explained");
                match what {
                    CameIn::OwnMoney => told.with("It was", "money of their own"),
                    CameIn::Interest => told.with("It was", "interest from the bank"),
                    CameIn::Refund { line } => {
                        told.with("It was", "money back").maybe("For", self.line_name(*line))
                    }
                }
            }
            E::SpendingMatched { bank_line: _, to } => {
                let part = |(line, amount): &(LineId, crate::Pence)| {
                    format!("{amount} for {}", self.line_name(*line).unwrap_or("the plan"))
                };
                told("Spending was matched to the plan").list("Used for", to.iter().map(part))
            }
            E::SpendingUnmatched { bank_line: _, why } => {
                told("Spending is no longer matched to the plan").with("Why", why)
            }
            E::NotionalSpent { holding, line, amount, on, what } => {
                told("Money was spent from a notional budget")
                    .with("What", what)
                    .with("Amount", amount)
                    .with("On", day(*on))
                    .maybe("For", self.line_name(*line))
                    .maybe("From", self.holding(*holding))
            }
            E::ReceiptAdded { file: _, bank_line: _, line, what } => told("A receipt was added")
                .maybe("What", what.as_ref())
                .maybe("For", line.and_then(|id| self.line_name(id))),
        }
    }

    fn holding(&self, id: HoldingId) -> Option<&str> {
        self.case.plan.holding(id).map(|h| h.words.name.as_str())
    }

    fn line_name(&self, id: LineId) -> Option<&str> {
        self.case.plan.line(id).map(|l| l.words.what.as_str())
    }

    fn payment(&self, told: Told, id: InstalmentId) -> Told {
        let Some(instalment) = self.case.arrangement.instalment(id) else { return told };
        let planned = &instalment.planned;
        let kind = match planned.kind {
            InstalmentKind::StartUp => "Money to begin with",
            InstalmentKind::Regular => "Regular payment",
            InstalmentKind::OneOff => "One payment",
        };
        told.with("Amount", planned.amount)
            .with("Kind", kind)
            .with("Paid by", funder(planned.funder))
            .maybe("To", self.holding(planned.holding))
            .with("Due", day(planned.due))
    }

    pub(super) fn review(&self, event: &review::Event) -> Told {
        use review::Event as E;
        let told = |title: &str| Told::new(Part::Reviews, title);
        match event {
            E::AskedFor { id: _, voice, why } => {
                let told = told("A review was asked for").maybe("Why", why.as_ref());
                match voice {
                    Some(voice) => told.by(*voice),
                    None => told,
                }
            }
            E::Booked { id: _, on, where_and_how } => {
                told("A review was booked").with("Day", day(*on)).with("Where and how", where_and_how)
            }
            E::Contributed { id: _, voice, words } => {
                told("Someone said what they want to talk about at the review")
                    .by(*voice)
                    .with("In words", words)
            }
            E::Held { id: _, on, with, working, not_working, outcomes, enough, money, changes, next } => {
                let mut told = told("A review was held")
                    .with("Day", day(*on))
                    .list("Who was there", self.names(with))
                    .with("What is working", working)
                    .with("What is not working", not_working);
                for told_of in outcomes {
                    let outcome = self.case.plan.outcome(told_of.outcome);
                    let name =
                        outcome.map_or_else(|| "An outcome".to_owned(), |o| short(o.words.words.as_str()));
                    let said = told_of.words.as_ref().map_or_else(String::new, |words| format!(": {words}"));
                    told = told.with(&name, format!("{}{said}", told_of.progress.words()));
                }
                told.with("Is the money enough", if *enough { "Yes" } else { "No" })
                    .maybe("About the money", money.as_ref())
                    .maybe("What changes", changes.as_ref())
                    .with("Next review by", day(*next))
            }
        }
    }
}

fn agreement_part(part: AgreementPart) -> &'static str {
    match part {
        AgreementPart::Everyone => "for everyone",
        AgreementPart::Notional => "notional budget",
        AgreementPart::ThirdParty => "money held by an organisation",
        AgreementPart::DirectPayment => "direct payment",
        AgreementPart::EmployingPeople => "employing people",
    }
}
