//! The money, as the pages about money have it: what came in, was spent, is left
//! and is promised; year by year; where it is held; what it is used for; and then
//! every payment, movement and line of a statement.

use super::moment;
use crate::papers::parts::{facts, heading, summed, table, text};
use domain::case::Case;
use domain::case::arrangement::notional::to_come;
use domain::case::arrangement::{CameIn, Instalment, InstalmentKind, PaymentState};
use domain::ledger::{Account, Balances, Cause, Entry, Funder, Layer, Posting};
use domain::paper::Block;
use domain::{BankLineId, Date, Pence, dates};
use formats::everything::{BankLine, Everything, Moved};
use std::collections::{BTreeMap, HashMap};

/// All of it, as it is on a day.
pub(super) fn money(case: &Case, all: &Everything, today: Date) -> Vec<Block> {
    let mut blocks = vec![heading(1, "Money")];
    if all.ledger.entries.is_empty() {
        blocks.push(text("No money has been agreed or paid yet."));
        return blocks;
    }
    let of = Of::new(case, all, today);
    blocks.extend(of.in_all());
    blocks.extend(of.by_year());
    blocks.extend(of.where_it_is());
    blocks.extend(of.by_line());
    blocks.extend(of.agreed());
    blocks.extend(of.payments());
    blocks.extend(of.movements());
    blocks.extend(of.statements());
    blocks
}

struct Of<'a> {
    case: &'a Case,
    all: &'a Everything,
    today: Date,
    balances: Balances,
    lines: HashMap<BankLineId, &'a BankLine>,
}

/// What one layer of an entry comes to: what only passes through an account on the
/// way is neither where it comes from nor where it goes.
struct Sides {
    from: Vec<Account>,
    to: Vec<Account>,
    amount: Pence,
}

fn sides(entry: &Entry, layer: Layer) -> Sides {
    let mut net: Vec<(Account, Pence)> = vec![];
    for posting in entry.postings().iter().filter(|posting| posting.layer == layer) {
        match net.iter_mut().find(|(account, _)| *account == posting.account) {
            Some((_, sum)) => *sum += posting.amount,
            None => net.push((posting.account, posting.amount)),
        }
    }
    net.retain(|(_, sum)| !sum.is_zero());
    let side = |into: bool| {
        net.iter().filter(|(_, sum)| sum.is_negative() != into).map(|(account, _)| *account).collect()
    };
    let amount = net.iter().map(|(_, sum)| *sum).filter(|sum| !sum.is_negative()).sum();
    Sides { from: side(false), to: side(true), amount }
}

/// What came in, was given back and was spent in a year, and what was agreed for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct OfYear {
    agreed: Pence,
    came_in: Pence,
    given_back: Pence,
    spent: Pence,
    moved: Pence,
    promised: Pence,
}

/// Without a minus, since the column says which way it went.
fn one_of(is_it: bool, amount: Pence) -> String {
    if is_it { amount.to_string() } else { String::new() }
}

impl<'a> Of<'a> {
    fn new(case: &'a Case, all: &'a Everything, today: Date) -> Self {
        let postings = all.ledger.entries.iter().flat_map(|moved| moved.entry.postings().iter().copied());
        let lines = all.bank_lines.iter().map(|line| (line.id, line)).collect();
        Self { case, all, today, balances: Balances::of(postings), lines }
    }

    fn place(&self, account: Account) -> String {
        match account {
            Account::Funding(Funder::Nhs) => "The NHS".to_owned(),
            Account::Funding(Funder::Council) => "The council".to_owned(),
            Account::Holding(id) => {
                let holding = self.case.plan.holding(id);
                holding.map_or_else(|| "An earlier account".to_owned(), |h| h.words.name.to_string())
            }
            Account::Line(id) => {
                let line = self.case.plan.line(id);
                line.map_or_else(|| "The plan".to_owned(), |line| line.words.what.to_string())
            }
            Account::Unmatched => "Not matched to the plan yet".to_owned(),
            Account::Own => "Own money and interest".to_owned(),
        }
    }

    fn places(&self, accounts: &[Account]) -> String {
        let mut all: Vec<String> = accounts.iter().map(|account| self.place(*account)).collect();
        all.dedup();
        all.join(", ")
    }

    fn notional(&self) -> Pence {
        to_come(self.case, self.today).into_iter().map(|(_, amount)| amount).sum()
    }

    fn in_all(&self) -> Vec<Block> {
        let promised = self.balances.promised() + self.notional();
        vec![
            facts(vec![
                ("Has come in", self.balances.come_in().to_string()),
                ("Spent: paid out so far", self.balances.spent().to_string()),
                ("Left: there to use for your plan", self.balances.left().to_string()),
                ("Promised: agreed, still to come", promised.to_string()),
            ]),
            text(
                "These are the same sums as on your page “Money”, on the day on which this copy was made. What was given back is taken off what has come in.",
            ),
        ]
    }

    /// The first day of the year of agreements that a day is in, or after.
    fn year_of(&self, day: Date) -> Option<Date> {
        let year = self.case.arrangement.years().iter().rfind(|year| year.start <= day);
        year.map(|year| year.start)
    }

    fn by_year(&self) -> Option<Block> {
        let mut years: BTreeMap<Option<Date>, OfYear> = BTreeMap::new();
        let key = |day| self.year_of(day);
        for Moved { entry, .. } in &self.all.ledger.entries {
            let year = years.entry(key(entry.happened)).or_default();
            entry.postings().iter().for_each(|posting| add(year, posting));
        }
        for payment in self.case.arrangement.instalments.iter().filter(|payment| payment.waits()) {
            years.entry(key(payment.planned.due)).or_default().promised += payment.planned.amount;
        }
        let mut left = Pence::ZERO;
        // What nothing moved in was no year of money.
        let any = |sums: &OfYear| *sums != OfYear::default();
        let rows = years.into_iter().filter(|(_, sums)| any(sums)).map(|(start, sums)| {
            left += sums.moved;
            let name = start.map_or_else(
                || "Before the first agreement".to_owned(),
                |day| format!("From {}", dates::long(day)),
            );
            [sums.agreed, sums.came_in, sums.given_back, sums.spent, left, sums.promised].into_iter().fold(
                vec![name],
                |mut row, sum| {
                    row.push(sum.to_string());
                    row
                },
            )
        });
        let head = ["Year", "Agreed", "Came in", "Given back", "Spent", "Left at its end", "Still promised"];
        table("Year by year", &head, rows.collect(), &[1, 2, 3, 4, 5, 6])
    }

    fn where_it_is(&self) -> Option<Block> {
        let to_come = to_come(self.case, self.today);
        let rows = self.case.plan.holdings.iter().map(|holding| {
            let account = Account::Holding(holding.id);
            let here = |posting: &&Posting| posting.layer == Layer::Actual && posting.account == account;
            let (mut came_in, mut went_out) = (Pence::ZERO, Pence::ZERO);
            for entry in &self.all.ledger.entries {
                for posting in entry.entry.postings().iter().filter(here) {
                    if posting.amount.is_negative() {
                        went_out -= posting.amount;
                    } else {
                        came_in += posting.amount;
                    }
                }
            }
            let notional: Pence =
                to_come.iter().filter(|(id, _)| *id == holding.id).map(|(_, amount)| *amount).sum();
            let ended =
                holding.ended().map_or_else(String::new, |day| format!(", ended {}", dates::long(day)));
            vec![
                format!("{}: {}{ended}", holding.words.name, holding.words.mode.words()),
                came_in.to_string(),
                went_out.to_string(),
                (self.balances.get(Layer::Commitment, account) + notional).to_string(),
                self.balances.get(Layer::Actual, account).to_string(),
            ]
        });
        let head = ["Where", "Came in", "Went out", "Promised", "Left"];
        table("Where the money is held", &head, rows.collect(), &[1, 2, 3, 4])
    }

    fn by_line(&self) -> Option<Block> {
        let spent_on = |id| self.balances.get(Layer::Actual, Account::Line(id));
        let lines = self.case.plan.lines.iter().filter(|line| !line.removed || !spent_on(line.id).is_zero());
        let mut rows: Vec<Vec<String>> = lines
            .map(|line| {
                let agreed = self.balances.get(Layer::Budget, Account::Line(line.id));
                let spent = spent_on(line.id);
                vec![
                    line.words.what.to_string(),
                    agreed.to_string(),
                    spent.to_string(),
                    (agreed - spent).to_string(),
                ]
            })
            .collect();
        let unmatched = self.balances.get(Layer::Actual, Account::Unmatched);
        if !unmatched.is_zero() {
            let none = || "–".to_owned();
            rows.push(vec![self.place(Account::Unmatched), none(), unmatched.to_string(), none()]);
        }
        let head = ["What", "Agreed", "Spent so far", "Still to use"];
        table("What it is used for", &head, rows, &[1, 2, 3])
    }

    /// What was agreed, and what was agreed less later.
    fn agreed(&self) -> Option<Block> {
        let of_budget = |moved: &'a Moved| {
            let funders = sides(&moved.entry, Layer::Budget);
            let both = [funders.from, funders.to].concat();
            let funder: Vec<Account> =
                both.into_iter().filter(|account| matches!(account, Account::Funding(_))).collect();
            let lines = moved.entry.postings().iter().filter(|posting| {
                posting.layer == Layer::Budget && !matches!(posting.account, Account::Funding(_))
            });
            lines.map(move |posting| (moved, funder.clone(), posting))
        };
        let rows = self.all.ledger.entries.iter().flat_map(of_budget).map(|(moved, funder, posting)| {
            let (more, less) = (!posting.amount.is_negative(), posting.amount.is_negative());
            vec![
                dates::long(moved.entry.happened),
                self.place(posting.account),
                self.places(&funder),
                one_of(more, posting.amount),
                one_of(less, -posting.amount),
                moved.by_name.clone(),
            ]
        });
        let head = ["Day", "For what", "Whose money", "Agreed", "Agreed less", "Recorded by"];
        table("What was agreed", &head, rows.collect(), &[3, 4])
    }

    fn payments(&self) -> Vec<Block> {
        let mut all: Vec<&Instalment> = self.case.arrangement.instalments.iter().collect();
        all.sort_by_key(|payment| (payment.planned.due, payment.planned.id));
        let rows = all.iter().map(|payment| {
            let planned = &payment.planned;
            let what = match planned.kind {
                InstalmentKind::StartUp => "Money to begin with",
                InstalmentKind::Regular => "Regular payment",
                InstalmentKind::OneOff => "One payment",
            };
            let state = match payment.state {
                PaymentState::Planned => "Planned".to_owned(),
                PaymentState::Released => "Being checked".to_owned(),
                PaymentState::Cancelled => "Cancelled".to_owned(),
                PaymentState::Paid => payment
                    .paid
                    .map_or_else(|| "Paid".to_owned(), |day| format!("Paid on {}", dates::long(day))),
            };
            vec![
                dates::long(planned.due),
                what.to_owned(),
                self.place(Account::Funding(planned.funder)),
                self.place(Account::Holding(planned.holding)),
                planned.amount.to_string(),
                state,
            ]
        });
        let head = ["Due", "What", "From", "To", "Amount", "What became of it"];
        let table = table("Every payment, by the day it is due", &head, rows.collect(), &[4]);
        let of = |states: &[PaymentState]| -> Pence {
            all.iter().filter(|one| states.contains(&one.state)).map(|one| one.planned.amount).sum()
        };
        let sums = facts(vec![
            ("Paid so far", of(&[PaymentState::Paid]).to_string()),
            ("Planned and set aside", of(&[PaymentState::Planned, PaymentState::Released]).to_string()),
        ]);
        table.map_or_else(Vec::new, |table| vec![heading(2, "Payments to you"), sums, table])
    }

    /// What a movement was about, in the bank's words or those of whoever bought it.
    fn about(&self, entry: &Entry) -> Option<String> {
        if entry.cause == Cause::NotionalSpend {
            let bought = self.case.arrangement.bought.iter().map(|purchase| &purchase.bought);
            let is_it = |posting: &Posting, line, amount| {
                posting.account == Account::Line(line) && posting.amount == amount
            };
            let mut bought = bought.filter(|one| {
                one.on == entry.happened && entry.postings().iter().any(|p| is_it(p, one.line, one.amount))
            });
            return bought.next().map(|one| one.what.to_string());
        }
        self.lines.get(&BankLineId(entry.about)).map(|line| line.description.clone())
    }

    /// What really moved, a table for each year.
    fn movements(&self) -> Vec<Block> {
        let is_moved = |moved: &&Moved| moved.entry.postings().iter().any(|p| p.layer == Layer::Actual);
        let mut all: Vec<&Moved> = self.all.ledger.entries.iter().filter(is_moved).collect();
        all.sort_by_key(|moved| moved.entry.happened);
        let mut blocks = vec![heading(2, "Every movement of money")];
        let year = |moved: &&&Moved| self.year_of(moved.entry.happened);
        for some in all.chunk_by(|a, b| year(&a) == year(&b)) {
            let name = some.first().and_then(|moved| year(&moved));
            let name = name.map_or_else(
                || "Before the first agreement".to_owned(),
                |day| format!("In the year from {}", dates::long(day)),
            );
            let rows = some.iter().map(|moved| {
                let Sides { from, to, amount } = sides(&moved.entry, Layer::Actual);
                let about = self.about(&moved.entry).filter(|words| !words.is_empty());
                let about = about.map_or_else(String::new, |words| format!(": {words}"));
                vec![
                    dates::long(moved.entry.happened),
                    format!("{}{about}", moved.what),
                    self.places(&from),
                    self.places(&to),
                    amount.to_string(),
                ]
            });
            let head = ["Day", "What", "From", "To", "Amount"];
            blocks.extend(table(&name, &head, rows.collect(), &[4]));
        }
        if blocks.len() == 1 { vec![] } else { blocks }
    }

    fn what_it_was(&self, line: &BankLine) -> String {
        let arrangement = &self.case.arrangement;
        if let Some(to) = arrangement.match_of(line.id) {
            let to: Vec<Account> = to.iter().map(|(id, _)| Account::Line(*id)).collect();
            return self.places(&to);
        }
        match arrangement.explained.get(&line.id) {
            Some(CameIn::OwnMoney) => "Own money".to_owned(),
            Some(CameIn::Interest) => "Interest from the bank".to_owned(),
            Some(CameIn::Refund { line }) => format!("Money back: {}", self.place(Account::Line(*line))),
            None if arrangement.arrived.contains_key(&line.id) => "Paid in".to_owned(),
            None => String::new(),
        }
    }

    fn statements(&self) -> Vec<Block> {
        let all = &self.all.statements;
        if all.is_empty() {
            return vec![];
        }
        let rows = all.iter().map(|one| {
            let days = format!("{} to {}", dates::long(one.from), dates::long(one.to));
            vec![one.name.clone(), days, one.by_name.clone(), moment(one.taken_in)]
        });
        let head = ["File", "Days", "Added by", "When"];
        let mut blocks = vec![heading(2, "Bank statements")];
        blocks.extend(table("Bank statements that were added", &head, rows.collect(), &[]));
        let mut holdings: Vec<_> = self.all.bank_lines.iter().map(|line| line.holding).collect();
        holdings.sort_unstable();
        holdings.dedup();
        for holding in holdings {
            let name = format!("{}, payment by payment", self.place(Account::Holding(holding)));
            let mut lines: Vec<&BankLine> =
                self.all.bank_lines.iter().filter(|line| line.holding == holding).collect();
            lines.sort_by_key(|line| (line.date, line.line, line.id));
            let (mut came_in, mut went_out) = (Pence::ZERO, Pence::ZERO);
            let rows = lines.iter().map(|line| {
                let is_out = line.amount.is_negative();
                if is_out {
                    went_out -= line.amount;
                } else {
                    came_in += line.amount;
                }
                let words = [line.description.as_str(), line.reference.as_str()].join(" ");
                vec![
                    dates::long(line.date),
                    words.trim().to_owned(),
                    self.what_it_was(line),
                    one_of(!is_out, line.amount),
                    one_of(is_out, -line.amount),
                ]
            });
            let rows = rows.collect();
            let head = ["Day", "The bank calls it", "What it was", "In", "Out"];
            let sum = vec![
                String::new(),
                "In all".to_owned(),
                String::new(),
                came_in.to_string(),
                went_out.to_string(),
            ];
            blocks.extend(summed(table(&name, &head, rows, &[3, 4]), sum));
        }
        blocks
    }
}

/// Adds one side of an entry to its year.
fn add(year: &mut OfYear, posting: &Posting) {
    let amount = posting.amount;
    match (posting.layer, posting.account) {
        (Layer::Budget, Account::Line(_)) => year.agreed += amount,
        (Layer::Actual, Account::Funding(_) | Account::Own) if amount.is_negative() => year.came_in -= amount,
        (Layer::Actual, Account::Funding(_) | Account::Own) => year.given_back += amount,
        (Layer::Actual, Account::Line(_) | Account::Unmatched) => year.spent += amount,
        (Layer::Actual, Account::Holding(_)) => year.moved += amount,
        (Layer::Budget | Layer::Commitment, _) => {}
    }
}
