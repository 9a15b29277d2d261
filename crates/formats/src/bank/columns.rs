//! Which column of a table is what, from the words at its head.

use super::{amount, date};
use csv::StringRecord;

/// Where the money of a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Money {
    /// One column, signed.
    One(usize),
    /// Money in and money out.
    InOut(usize, usize),
}

/// The columns of a table, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub layout: &'static str,
    pub width: usize,
    pub date: usize,
    pub money: Money,
    /// The first of these that is not empty is the description.
    pub description: Vec<usize>,
    pub reference: Option<usize>,
    pub balance: Option<usize>,
    pub sort_code: Option<usize>,
    pub account: Option<usize>,
    pub id: Option<usize>,
    pub status: Option<usize>,
    pub currency: Option<usize>,
    pub fee: Option<usize>,
}

impl Columns {
    /// The last column without which a line says nothing.
    pub(super) fn last_needed(&self) -> usize {
        let money = match self.money {
            Money::One(one) => one,
            Money::InOut(a, b) => a.max(b),
        };
        self.date.max(money).max(self.balance.unwrap_or(0))
    }
}

const DATES: &[&str] = &[
    "completed date",
    "transaction date",
    "date",
    "posting date",
    "posted date",
    "date posted",
    "booking date",
    "started date",
    "value date",
];
const DESCRIPTIONS: &[&str] = &[
    "transaction description",
    "counter party",
    "counterparty",
    "name",
    "payee",
    "description",
    "transaction details",
    "details",
    "narrative",
    "memo",
    "particulars",
    "merchant",
    "transaction",
    "transaction type",
    "type",
    "subcategory",
];
const REFERENCES: &[&str] = &["reference", "payment reference", "customer reference"];
const AMOUNTS: &[&str] = &["amount", "value", "transaction amount", "amount in pounds"];
const INS: &[&str] =
    &["money in", "paid in", "credit amount", "credit", "credits", "in", "deposit", "deposits", "amount in"];
const OUTS: &[&str] = &[
    "money out",
    "paid out",
    "debit amount",
    "debit",
    "debits",
    "out",
    "withdrawal",
    "withdrawals",
    "amount out",
];
const BALANCES: &[&str] = &["balance", "running balance", "account balance", "balance after transaction"];

/// Reads a heading row; `None` if it is not one.
pub(super) fn from_headings(row: &StringRecord) -> Option<Columns> {
    let words: Vec<String> = row.iter().map(plain).collect();
    let one = |names: &[&str]| names.iter().find_map(|name| words.iter().position(|w| w == name));
    let all = |names: &[&str]| -> Vec<usize> {
        names.iter().filter_map(|name| words.iter().position(|w| w == name)).collect()
    };
    let date = one(DATES)?;
    let money = match (one(AMOUNTS), one(INS), one(OUTS)) {
        (Some(amount), ..) => Money::One(amount),
        (None, Some(paid_in), Some(paid_out)) => Money::InOut(paid_in, paid_out),
        _ => return None,
    };
    let description = all(DESCRIPTIONS);
    let named = one(&["name"]).and(one(&["description"]));
    Some(Columns {
        layout: layout(&words),
        width: row.len(),
        date,
        money,
        description,
        reference: one(REFERENCES).or(named),
        balance: one(BALANCES),
        sort_code: one(&["sort code"]),
        account: one(&["account number", "account"]),
        id: one(&["transaction id", "fitid", "unique id"]),
        status: one(&["status", "state", "transaction status"]),
        currency: one(&["currency", "transaction currency"]),
        fee: one(&["fee"]),
    })
}

/// The bank whose headings these are. Only a name to show: the columns are
/// found by their own headings.
fn layout(words: &[String]) -> &'static str {
    let has = |names: &[&str]| names.iter().all(|name| words.iter().any(|w| w == name));
    if has(&["transaction id", "emoji"]) {
        "Monzo"
    } else if has(&["counter party", "spending category"]) || has(&["counter party", "reference"]) {
        "Starling"
    } else if has(&["transaction description", "debit amount", "credit amount"]) {
        "Lloyds, Halifax, Bank of Scotland or TSB"
    } else if has(&["subcategory", "memo"]) {
        "Barclays"
    } else if has(&["value", "account name"]) {
        "NatWest or Royal Bank of Scotland"
    } else if has(&["paid out", "paid in"]) {
        "Nationwide"
    } else if has(&["completed date", "state"]) {
        "Revolut"
    } else if has(&["money in", "money out"]) {
        "Santander or The Co-operative Bank"
    } else {
        "a bank we know by its headings only"
    }
}

/// A table that starts straight with its lines, as HSBC and First Direct write
/// them: date, description, amount, and perhaps a balance.
pub(super) fn without_headings(row: &StringRecord) -> Option<Columns> {
    let money = |i: usize| row.get(i).is_some_and(|cell| amount::parse(cell, amount::Decimals::Two).is_ok());
    let dated = row.get(0).is_some_and(|cell| date::parse(cell).is_ok());
    let shaped = matches!(row.len(), 3 | 4) && dated && money(2) && (row.len() == 3 || money(3));
    shaped.then(|| Columns {
        layout: "HSBC or First Direct",
        width: row.len(),
        date: 0,
        money: Money::One(2),
        description: vec![1],
        reference: None,
        balance: (row.len() == 4).then_some(3),
        sort_code: None,
        account: None,
        id: None,
        status: None,
        currency: None,
        fee: None,
    })
}

/// A heading in small letters, without pound signs and punctuation.
fn plain(cell: &str) -> String {
    let lower = cell.to_lowercase().replace("(gbp)", "").replace("(£)", "");
    let letters: String = lower.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(row: &[&str]) -> Option<Columns> {
        from_headings(&StringRecord::from(row.to_vec()))
    }

    #[test]
    fn headings_are_known_however_they_are_written() {
        let columns =
            heads(&["Date", " Type", "Description ", "VALUE", "Balance", "Account Name", "Account Number"])
                .expect("NatWest");
        assert_eq!((columns.date, columns.money, columns.balance), (0, Money::One(3), Some(4)));
        assert_eq!(columns.description[0], 2);
        let columns = heads(&["Date", "Counter Party", "Amount (GBP)", "Balance (GBP)"]).expect("Starling");
        assert_eq!((columns.money, columns.balance), (Money::One(2), Some(3)));
    }

    #[test]
    fn an_amount_in_another_currency_is_not_an_amount() {
        assert_eq!(heads(&["Date", "Description", "Amount (EUR)"]), None);
        assert_eq!(heads(&["Date", "Description", "Money in"]), None);
    }

    #[test]
    fn no_headings() {
        let hsbc = StringRecord::from(vec!["03/03/2026", "CARE CO", "-1,200.00"]);
        assert_eq!(without_headings(&hsbc).expect("HSBC").money, Money::One(2));
        assert_eq!(without_headings(&StringRecord::from(vec!["Date", "Description", "Amount"])), None);
    }
}
