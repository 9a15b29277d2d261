//! Bank statements as a bank would send them, for the stories.

use crate::tell::Teller;
use domain::{AccountId, Date, HoldingId, LineId, Pence, dates};
use service::Error;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One payment out of an account, and the line of the plan that it was for
/// (none where nobody has said yet).
pub(super) struct Spent {
    pub day: Date,
    pub what: &'static str,
    pub amount: Pence,
    pub line: Option<LineId>,
}

/// Sends a statement with this spending and whatever was paid in meanwhile,
/// then says what each payment was for.
pub(super) async fn spend(
    t: &Teller<'_>,
    who: AccountId,
    holding: HoldingId,
    name: &str,
    spent: Vec<Spent>,
) -> Result<(), Error> {
    if spent.is_empty() {
        return Ok(());
    }
    let actor = t.next(who).await?;
    let text = statement(t, holding, &spent).await?;
    t.app.take_in_statement(&actor, t.case, holding, name, text.into_bytes()).await?;
    let mut state = t.state().await?;
    let lines = t.app.all_bank_lines(holding).await?;
    for payment in spent {
        let Some(to) = payment.line else { continue };
        let found = lines.iter().find(|l| {
            l.date == payment.day
                && l.amount == -payment.amount
                && l.description.contains(payment.what)
                && state.arrangement.match_of(l.id).is_none()
        });
        if let Some(found) = found {
            state = t.app.match_spending(&actor, t.case, found.id, vec![(to, payment.amount)]).await?;
        }
    }
    Ok(())
}

/// Everything since the last statement, oldest first, with a running balance.
async fn statement(t: &Teller<'_>, holding: HoldingId, spent: &[Spent]) -> Result<String, Error> {
    let known = t.app.all_bank_lines(holding).await?;
    let last = known.iter().map(|l| l.date).max();
    let until = dates::days_after(t.today, 0).min(t.day());
    let case = t.state().await?;
    let mut came: BTreeMap<Date, Pence> = BTreeMap::new();
    for instalment in case.arrangement.instalments.iter().filter(|i| i.planned.holding == holding) {
        if let Some(day) = instalment.paid.filter(|day| last.is_none_or(|last| *day > last) && *day <= until)
        {
            *came.entry(day).or_default() += instalment.planned.amount;
        }
    }
    let mut rows: Vec<(Date, &str, Pence)> =
        came.iter().map(|(day, amount)| (*day, "NHS MENDIP VALE PHB", *amount)).collect();
    rows.extend(spent.iter().map(|s| (s.day, s.what, -s.amount)));
    rows.sort_by_key(|(day, _, amount)| (*day, amount.0 < 0));
    let mut balance: Pence = known.iter().map(|l| l.amount).sum();
    let mut text = String::from("Date,Description,Amount,Balance\n");
    for (day, what, amount) in rows {
        balance += amount;
        let _ = writeln!(
            text,
            "{:02}/{:02}/{},{what},{},{}",
            day.day(),
            day.month(),
            day.year(),
            amount.plain(),
            balance.plain()
        );
    }
    Ok(text)
}
