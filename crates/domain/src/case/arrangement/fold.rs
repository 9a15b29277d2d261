//! What each event makes of the arrangement: the fold, apart from its types. What an
//! event says of the plan is noted as the plan was then.

use super::{
    Agreement, ApprovedAccount, Arrangement, Bought, CalledOff, EnteredAccount, Event, ForLine, Instalment,
    Leftover, PaymentState, Purchase, Receipt, Sending, Settled, Signature, Statement, costs,
};
use crate::case::budget::Amounts;
use crate::case::plan::Plan;
use crate::{HoldingId, InstalmentId, LineId, Pence, Recorded, dates};

impl Arrangement {
    /// The case goes on in another area, which approved no account of it.
    pub(in crate::case) fn is_elsewhere_now(&mut self) {
        self.accounts.clear();
        self.entered.clear();
    }

    /// What was made an agreement about, as the plan was then.
    pub(in crate::case) fn written_for(&mut self, plan: &Plan, agreed: Amounts) {
        if let Some(agreement) = self.agreements.last_mut() {
            agreement.costs = plan.lines.iter().map(|line| (line.id, costs::is_once(line))).collect();
        }
        self.sort_by_kind();
        let terms = costs::terms(plan, self, self.agreements.last().map(|a| a.from));
        if let Some(agreement) = self.agreements.last_mut() {
            (agreement.terms, agreement.amounts) = (terms, agreed);
        }
    }

    /// A way of holding money began: it took over from the one that has just ended.
    pub(in crate::case) fn begun(&mut self, new: HoldingId) {
        let old = self.changing.take();
        self.followed.extend(old.map(|old| (old, new)));
    }

    /// Whether the account that was approved last is another than money went to before.
    pub(in crate::case) fn approved_as(&mut self, is_another: bool) {
        if let Some(account) = self.accounts.last_mut() {
            account.is_another = is_another;
        }
    }

    /// Whose money the newest that was bought was paid with, as the plan was then.
    pub(in crate::case) fn bought_with(&mut self, plan: &Plan) {
        let Some(last) = self.bought.len().checked_sub(1) else { return };
        if let Some(purchase) = self.bought.get_mut(last) {
            let line = plan.line(purchase.bought.line);
            purchase.funder = line.map(|line| line.words.funder);
            purchase.is_once = line.is_none_or(costs::is_once);
        }
    }

    /// A payment that was called off did not fit what was signed.
    pub(in crate::case) fn did_not_fit(&mut self, id: InstalmentId) {
        self.with(id, Instalment::was_not_on_purpose);
    }

    /// Some of what was called off on purpose in a year was planned anew after all.
    pub(in crate::case) fn planned_after_all(&mut self, which: &[InstalmentId], mut sum: Pence) {
        for instalment in self.instalments.iter_mut().filter(|i| which.contains(&i.planned.id)) {
            if let Some(off) = &mut instalment.called_off {
                let part = off.on_purpose.min(sum);
                off.on_purpose -= part;
                sum -= part;
            }
        }
    }

    /// What the newest payments are for, as the plan was then: what is paid once
    /// is for a cost of the plan, and not paid for a second time.
    pub(in crate::case) fn paid_for(&mut self, plan: &Plan, scheduled: usize) {
        let new = self.instalments.len() - scheduled;
        for number in new..self.instalments.len() {
            let Instalment { planned, first_due, .. } = &self.instalments[number];
            let for_lines = costs::for_lines(plan, self, planned, *first_due);
            for (line, part) in &for_lines {
                self.is_planned_after_all(*line, *part);
            }
            let once = for_lines.into_iter().map(|(line, part)| ForLine { line, part, is_once: true });
            self.instalments[number].for_lines = once.collect();
        }
    }

    /// What had been called off on purpose of a cost that is paid once is planned
    /// after all.
    fn is_planned_after_all(&mut self, line: LineId, mut sum: Pence) {
        let off = self.instalments.iter_mut().filter_map(|i| i.called_off.as_mut());
        for (_, part) in off.flat_map(|off| &mut off.once_on_purpose).filter(|(id, _)| *id == line) {
            let planned = (*part).min(sum);
            *part -= planned;
            sum -= planned;
        }
    }

    pub(in crate::case) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        self.note(event, recorded);
        if matches!(event, Event::AgreementMade { .. } | Event::AgreementCountersigned) {
            self.count_years();
            self.sort_by_kind();
        }
    }

    fn note<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        let (by, at) = (recorded.by, recorded.at);
        match event.clone() {
            Event::AgreementMade { parts, from } => self.agreements.push(Agreement {
                parts,
                terms: vec![],
                amounts: Amounts::default(),
                costs: vec![],
                from,
                made: at,
                made_by: by,
                signed: None,
                countersigned: None,
            }),
            Event::AgreementSigned { voice, how } => {
                if let Some(agreement) = self.agreements.last_mut() {
                    agreement.signed = Some(Signature { voice, how, at });
                }
            }
            Event::AgreementCountersigned => {
                if let Some(agreement) = self.agreements.last_mut() {
                    agreement.countersigned = Some((by, at));
                }
            }
            Event::AccountApproved { holding, name, last_four } => {
                self.accounts.retain(|account| account.holding != holding);
                self.entered.retain(|account| account.holding != holding);
                let new = ApprovedAccount { holding, name, last_four, since: at, is_another: false };
                self.accounts.push(new);
            }
            Event::AccountChangeTakenBack { holding, .. } => {
                self.entered.retain(|account| account.holding != holding);
            }
            Event::AccountChangeEntered { holding, name, last_four } => {
                self.entered.retain(|account| account.holding != holding);
                self.entered.push(EnteredAccount { holding, name, last_four, by, at });
            }
            Event::PaymentsScheduled { instalments } => {
                let first = instalments.iter().map(|planned| planned.due).min();
                self.instalments.extend(instalments.into_iter().map(|planned| Instalment {
                    first_due: first.unwrap_or(planned.due),
                    for_lines: vec![],
                    called_off: None,
                    account: None,
                    planned,
                    state: PaymentState::Planned,
                    released_by: None,
                    confirmed_by: None,
                    paid: None,
                    reasons: vec![],
                }));
            }
            Event::PaymentReleased { instalment } => self.with(instalment, |i| {
                i.state = PaymentState::Released;
                i.released_by = by.account();
            }),
            Event::PaymentConfirmed { instalment, paid } => {
                self.first_paid = Some(self.first_paid.map_or(paid, |first| first.min(paid)));
                let to = self.instalment(instalment).map(|i| i.planned.holding);
                let account = to.and_then(|holding| self.account_of(holding)).cloned();
                self.with(instalment, |i| {
                    i.account = account;
                    i.state = PaymentState::Paid;
                    i.confirmed_by = by.account();
                    i.paid = Some(paid);
                });
            }
            Event::PaymentSentBack { instalment, why } => self.with(instalment, |i| {
                i.state = PaymentState::Planned;
                i.released_by = None;
                i.reasons.push(why);
            }),
            Event::PaymentCancelled { instalment, why } => self.with(instalment, |i| {
                i.state = PaymentState::Cancelled;
                let on_purpose = i.regular();
                let once_on_purpose = i.for_lines.iter().map(|it| (it.line, it.part)).collect();
                i.called_off = Some(CalledOff { by, at, on_purpose, once_on_purpose, is_owed: false });
                i.reasons.push(why);
            }),
            Event::StatementTakenIn { statement, holding, new_lines, already } => {
                let (new_lines, already) = (new_lines.into(), already.into());
                let so_far = self.statements.get(&statement).cloned();
                let mut so_far = so_far.unwrap_or(Statement { holding, sendings: vec![] });
                so_far.add(Sending { by, seq: recorded.seq, at, new_lines, already });
                self.statements.insert_mut(statement, so_far);
            }
            Event::PaymentArrived { bank_line, instalments } => {
                self.arrived.insert_mut(bank_line, instalments);
            }
            Event::MoneyInExplained { bank_line, what } => {
                self.explained.insert_mut(bank_line, what);
            }
            Event::SpendingMatched { bank_line, to } => {
                self.spend(bank_line, &to);
                self.matched.insert_mut(bank_line, to);
            }
            Event::SpendingUnmatched { bank_line, .. } => {
                self.spent.retain(|spent| spent.with != bank_line);
                self.matched.remove_mut(&bank_line);
            }
            Event::NotionalSpent { holding, line, amount, on, what } => {
                let bought = Bought { holding, line, amount, on, what };
                self.bought.push_back_mut(Purchase { bought, funder: None, is_once: false });
                self.first_paid = Some(self.first_paid.map_or(on, |first| first.min(on)));
            }
            Event::LeftoverSettled { holding, leftover, nhs, council, .. } => {
                let on = dates::london(at);
                // What was called off in the same decision went with it.
                let went_with_it = |i: &&mut Instalment| {
                    i.planned.holding == holding
                        && i.called_off.as_ref().is_some_and(|off| (off.by, off.at) == (by, at))
                };
                for instalment in self.instalments.iter_mut().filter(went_with_it) {
                    instalment.was_not_on_purpose();
                }
                self.changing = Some(holding);
                self.settled.push(Settled { holding, leftover, on, nhs, council });
            }
            Event::MoneyLeft { holding, left } => self.left_in.push((holding, left)),
            Event::MoneyLeftSettled { holding, into, nhs, council, .. } => {
                self.left_in.retain(|(id, _)| *id != holding);
                self.followed.extend(into.map(|new| (holding, new)));
                let leftover = if into.is_some() { Leftover::MoveOn } else { Leftover::GiveBack };
                let on = dates::london(at);
                self.settled.push(Settled { holding, leftover, on, nhs, council });
            }
            Event::ReceiptAdded { file, bank_line, line, what } => {
                self.receipt_of.insert_mut(file, self.receipts.len());
                self.receipts.push_back_mut(Receipt { file, bank_line, line, what, at, by });
            }
        }
    }

    fn with(&mut self, id: InstalmentId, change: impl FnOnce(&mut Instalment)) {
        if let Some(instalment) = self.instalments.iter_mut().find(|i| i.planned.id == id) {
            change(instalment);
        }
    }
}
