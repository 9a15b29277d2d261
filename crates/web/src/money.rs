//! The money as the person sees it: what came in, what is promised, what is
//! spent and what is left, when it would run out, and for what it was used.

mod account;
mod entries;
pub mod frame;
mod matching;
mod notional;
mod one;
mod receipts;
mod statement;

use crate::address::{Address as _, CasePage, MoneyPage};
use crate::case_page::{At, Opened, how_it_should_feel, nothing_here};
use crate::components::{
    Column, Details, Row, SummaryList, Table, action_link, cell, details, inset_text, next_step,
    page_heading, summary_list, table,
};
use crate::picture::{Forecast, MoneyBar, Month, money_bar, run_out_chart};
use crate::routes::{Door, Routes};
use crate::{Answer, Me};
use axum::extract::Query;
use domain::access::Action;
use domain::case::Stage;
use domain::case::arrangement::notional::to_come;
use domain::case::arrangement::outlook::RunOut;
use domain::case::arrangement::sight::{Accounts, accounts_handled, sees_line_of_plan};
use domain::case::arrangement::years::{Year, to_be_paid_in};
use domain::case::arrangement::{agreement, is_being_arranged, payments};
use domain::case::circle::ConsentAbout;
use domain::case::plan::{Holding, LineItem, Mode, OutcomeItem};
use domain::ledger::{Account, Layer};
use domain::{CaseId, Date, Pence, dates, listed};
use frame::{Done, whose};
use maud::{Markup, html};
use serde::Deserialize;
use service::Seen;
use service::arrangement::kept::Unfinished;
use service::arrangement::money::{Lasts, Money, OfYear};
use service::arrangement::steps::{MOST_COUNTED, Waiting};

pub fn declare(routes: &mut Routes) {
    let see = Door::Case(Action::SeeMoney);
    routes.get("/cases/{id}/money", see, show);
    routes.get("/cases/{id}/money/entries", see, entries::show);
    routes.get("/cases/{id}/money/accounts/{holding}", see, account::show);
    statement::declare(routes);
    matching::declare(routes);
    one::declare(routes);
    receipts::declare(routes);
    notional::declare(routes);
}

const DONE: [(&str, &str); 7] = [
    ("matched", "Saved. What you chose is matched to the plan."),
    ("settled", matching::SETTLED),
    ("left", "Nothing was changed. You can come back to it at any time."),
    ("receipt", "The receipt is kept."),
    ("nothing-new", "We had all of that statement already. Nothing was added twice."),
    ("bought", "Recorded. The person can see it now."),
    ("left-settled", "Saved. The money that was left is where you said."),
];

/// Which year is asked for: that which begins on a day.
#[derive(Debug, Default, Deserialize)]
struct YearAsked {
    #[serde(default)]
    year: String,
}

impl YearAsked {
    fn starts(&self) -> Option<Date> {
        self.year.parse().ok()
    }
}

async fn show(
    me: Me,
    At(id): At<CaseId>,
    Query(done): Query<Done>,
    Query(asked): Query<YearAsked>,
) -> Answer {
    let (seen, unfinished) = me.web().app.see_money(&me.actor, id).await?;
    let opened = Opened::of(&me, seen, "money");
    let money = me.web().app.money(&me.actor, opened.seen.case.clone()).await?;
    let of_year = me.web().app.money_of_year(opened.seen.case.clone(), asked.starts()).await?;
    let waiting = me.web().app.waiting(&me.actor, opened.seen.case.clone()).await?;
    let title = format!("{} money", whose(&opened.seen));
    let read = Read { money: &money, of_year: &of_year, waiting, unfinished: &unfinished };
    let content = page(&opened, &read, &title);
    Ok(opened.page(&title, done.words(&DONE), &content))
}

/// What the page is made of.
struct Read<'a> {
    money: &'a Money,
    of_year: &'a OfYear,
    waiting: Waiting,
    unfinished: &'a [Unfinished],
}

fn page(opened: &Opened, read: &Read<'_>, title: &str) -> Markup {
    let case = opened.case();
    let Read { money, of_year, waiting, unfinished } = *read;
    let facts = money.all(case);
    let bar =
        MoneyBar { came_in: facts.came_in, spent: facts.spent, promised: facts.promised, left: facts.left };
    let sees_lines_of_plan =
        case.plan.lines.iter().any(|line| sees_line_of_plan(&opened.me.actor, case, line));
    html! {
        (page_heading("", title))
        (how_it_should_feel(&opened.seen, Stage::Organise))
        @if case.arrangement.agreements.is_empty() && money.is_none() {
            (nothing_here(&opened.seen, "There is no money here yet. It comes when the plan is agreed and the agreement is signed."))
        } @else {
            @if of_year.before.is_some() || of_year.after.is_some() {
                p { "This is the money of all years together." }
            }
            (money_bar(&bar))
            (stopped(opened))
            (left_behind(opened, money))
            @for one in unfinished { (statement::not_all_of_it(opened, one, true)) }
            (to_do(opened, waiting))
            @if let Some(lasts) = money.lasts(case, opened.seen.today) {
                h2 { "How long it lasts" }
                (run_out_chart(&forecast(&lasts)))
                (what_is_counted(&lasts, opened.seen.today))
                @if is_being_arranged(case) {
                    p { "Some payments are still being set up. They are not counted here." }
                }
            }
            h2 { "Where the money is held" }
            (holdings(&opened.seen, money))
            (one_year(opened, money, of_year))
            @if sees_lines_of_plan {
                h2 { "What it is used for" }
                (by_line(opened, money, of_year))
                @if opened.may(Action::SeePlan) { (by_outcome(&opened.seen, money, of_year)) }
            }
        }
        (links(opened))
    }
}

/// Payments that are planned and not made, since consent was taken back.
fn stopped(opened: &Opened) -> Markup {
    let case = opened.case();
    let accounts = Accounts::of(&opened.me.actor, case);
    let is_stopped = |h: &&Holding| accounts.has(h.id) && payments::is_stopped(case, h.id);
    let names: Vec<&str> =
        case.plan.open_holdings().filter(is_stopped).map(|h| h.words.name.as_str()).collect();
    if names.is_empty() || case.arrangement.first_paid.is_none() {
        return html! {};
    }
    let who = case.circle.care_coordinator().map_or("us", |member| member.name.as_str());
    inset_text(&html! {
        p { strong { "Payments to " (listed(&names)) " are stopped." } " " (case.person_name())
            @if agreement::is_taken_back(case) { " took back their yes to a budget. " } @else { " does not agree to a direct payment now. " }
            "What is promised stays set aside. Talk with " (who) " about how to go on." }
        @if opened.may(Action::SeePeople) {
            p { a href=(CasePage::Consent(ConsentAbout::DirectPayment).of(case.id).path()) { "What was agreed to about direct payments" } }
        }
    })
}

/// Money that is left in accounts which ended: somebody says what becomes of it.
fn left_behind(opened: &Opened, money: &Money) -> Markup {
    let case = opened.case();
    let who = case.circle.care_coordinator().map_or("Your care co-ordinator", |member| member.name.as_str());
    let ended = money.shown(case).filter(|h| h.ending.is_some());
    let left = ended.map(|h| (h, money.of_holding(h.id).left)).filter(|(_, left)| left.0 > 0);
    html! {
        @for (holding, left) in left {
            (inset_text(&html! {
                p { strong { (left) " is left in " (holding.words.name) ", which is used no more." } " " (who) " says what becomes of it: it moves to another account, or goes back." }
                @if opened.may(Action::MakeAgreement) {
                    p { a href=(CasePage::MoneyLeft(holding.id).of(case.id).path()) { "Say what becomes of it" } }
                }
            }))
        }
    }
}

/// What waits for this reader: payments to match, money to explain.
fn to_do(opened: &Opened, waiting: Waiting) -> Markup {
    let case = opened.case();
    let waiting = waiting.all();
    if waiting == 0 || !opened.may(Action::MatchSpending) {
        return html! {};
    }
    let title = if waiting == 1 {
        "1 payment waits for you to say what it was for".to_owned()
    } else if waiting >= u64::from(MOST_COUNTED) {
        format!("{MOST_COUNTED} payments or more wait for you to say what they were for")
    } else {
        format!("{waiting} payments wait for you to say what they were for")
    };
    let content = html! { p { "We suggest an answer where we can. You decide." } };
    let link = action_link(&CasePage::InMoney(MoneyPage::Match).of(case.id).path(), "Go through them");
    next_step("When you have a moment", &title, &content, &link)
}

/// How long ago the last spending that is known of may be before it is said: days.
const LONG_AGO: i32 = 14;

/// What the forecast counts, and what it does not.
fn what_is_counted(lasts: &Lasts, today: Date) -> Markup {
    let Lasts { outlook, counted, not_counted, notional, .. } = lasts;
    let is_old = |day: &Date| dates::days_between(*day, today) > LONG_AGO;
    html! {
        @if let Some(day) = outlook.last_spent.filter(is_old) {
            p { "The last spending that we know of was on " (dates::long(day)) ". If more was spent since, the money lasts less long than this says." }
        }
        @if counted.0 > 0 { p { "Payments to come are counted on the day on which each is due: " (counted) " in all." } }
        @if outlook.late.0 > 0 { p { (outlook.late) " of that was due before today and has not come yet. It is counted as if it came tomorrow." } }
        @if not_counted.0 > 0 { p { (not_counted) " is planned and cannot be paid as things are, so it is not counted." } }
        @if notional.0 > 0 { p { (notional) " of what is left is in no account: it is what was agreed for a notional budget for this year and is not spent." } }
    }
}

fn forecast(lasts: &Lasts) -> Forecast {
    let outlook = &lasts.outlook;
    let month = |(day, left): &(Date, Pence)| Month { name: dates::long(*day), left: *left };
    let sentence = match outlook.runs_out {
        RunOut::NothingSpent => {
            "We know of nothing that was spent in the last 8 weeks, so there is no rate to go by.".to_owned()
        }
        RunOut::TooEarly => format!(
            "It is too early to say how long it lasts: we need 8 weeks of spending under this year’s agreement. What the plan pays for again and again costs about {} a week.",
            lasts.weekly
        ),
        RunOut::Lasts { until, left } => format!(
            "As far as we know, about {} a week is used. At this rate it lasts until {}{}, and {left} would be left then.",
            outlook.weekly,
            dates::long(until),
            if lasts.ends_year { ", the last day of this year of the agreement" } else { "" },
        ),
        RunOut::On(day) => format!(
            "As far as we know, about {} a week is used. At this rate the money would run out on {}.",
            outlook.weekly,
            dates::long(day)
        ),
        RunOut::Gone => "More is spent than has come in, so nothing is left now.".to_owned(),
    };
    let mut past: Vec<Month> = outlook.past.iter().map(month).collect();
    past.extend(outlook.ahead.first().map(month));
    Forecast { past, ahead: outlook.ahead.iter().skip(1).map(month).collect(), sentence }
}

fn holdings(seen: &Seen, money: &Money) -> Markup {
    let case = &seen.case;
    let of_notional = to_come(case, money.today);
    let rows = money.shown(case).map(|h| {
        let facts = money.of_holding(h.id);
        let to_come = of_notional.iter().filter(|(id, _)| *id == h.id).map(|(_, left)| *left).sum();
        vec![
            html! {
                div {
                    (h.words.name) br;
                    span class="nhsuk-hint" {
                        (h.words.mode.words())
                        @if let Some(ended) = h.ended() { ", ended " (dates::long(ended)) }
                    }
                }
            },
            cell(facts.came_in),
            cell(facts.spent),
            cell(facts.promised + to_come),
            cell(facts.left),
        ]
    });
    let columns = vec![
        Column::text("Where"),
        Column::number("Came in"),
        Column::number("Went out"),
        Column::number("Promised"),
        Column::number("Left"),
    ];
    let notional = money.shown(case).any(|h| h.ending.is_none() && h.words.mode == Mode::Notional);
    html! {
        (table(&Table::new("", columns, rows.collect())))
        @if notional {
            p { "Nothing is paid in ahead for a notional budget. What was agreed and not spent yet stands under “Promised”." }
        }
        @if of_notional.len() > 1 {
            p { "There are several notional budgets. What a funder has left for this year is shared between them in the order in which they stand in the plan." }
        }
    }
}

/// A year of agreements in words.
fn year_words(year: Year) -> String {
    let last = dates::days_after(year.end, -1);
    format!("the year from {} to {}", dates::long(year.start), dates::long(last))
}

/// What one year has, and the way to the others, where there are several.
fn one_year(opened: &Opened, money: &Money, of_year: &OfYear) -> Markup {
    let (case, OfYear { year, before, after, balances }) = (opened.case(), of_year);
    let Some(year) = year.filter(|_| before.is_some() || after.is_some()) else { return html! {} };
    let promised = to_be_paid_in(case, year, |holding| money.accounts.has(holding));
    let other = |year: Year, words: &str| {
        let page = CasePage::Money.of(case.id).with("year", &year.start.to_string());
        html! { li { a href=(page) { (words) ": " (year_words(year)) } } }
    };
    html! {
        h2 { "One year" }
        @if money.accounts == Accounts::Every {
            p { "In " (year_words(year)) ", " (balances.come_in()) " came in and " (balances.spent()) " was spent. " (promised) " is planned for it and not paid yet." }
        } @else {
            p { "In " (year_words(year)) ", " (promised) " is planned and not paid yet." }
        }
        ul class="nhsuk-list" {
            @if let Some(year) = before { (other(*year, "The year before")) }
            @if let Some(year) = after { (other(*year, "The year after")) }
        }
    }
}

fn by_line(opened: &Opened, money: &Money, of_year: &OfYear) -> Markup {
    let lines = opened.case().plan.lines.iter();
    let agreed_for = |l: &LineItem| of_year.balances.get(Layer::Budget, Account::Line(l.id));
    let spent_on = |l: &LineItem| of_year.balances.get(Layer::Actual, Account::Line(l.id));
    let mut rows: Vec<Vec<Markup>> = lines
        .filter(|l| !l.removed || !spent_on(l).is_zero())
        .filter(|l| sees_line_of_plan(&opened.me.actor, opened.case(), l) && money.accounts.pay_for(l))
        .map(|l| {
            let (agreed, spent) = (agreed_for(l), spent_on(l));
            vec![cell(&l.words.what), cell(agreed), cell(spent), cell(agreed - spent)]
        })
        .collect();
    let unmatched = match money.accounts {
        Accounts::Every => of_year.balances.get(Layer::Actual, Account::Unmatched),
        Accounts::These(_) => Pence::ZERO,
    };
    if !unmatched.is_zero() {
        rows.push(vec![cell("Not matched to the plan yet"), cell("–"), cell(unmatched), cell("–")]);
    }
    let columns = vec![
        Column::text("What"),
        Column::number("Agreed"),
        Column::number("Spent so far"),
        Column::number("Still to use"),
    ];
    let of_year = of_year.year.filter(|_| of_year.before.is_some() || of_year.after.is_some());
    let caption = match of_year {
        Some(year) => format!("By each thing in the plan, in {}", year_words(year)),
        None => "By each thing in the plan".to_owned(),
    };
    table(&Table::new(&caption, columns, rows))
}

fn by_outcome(seen: &Seen, money: &Money, of_year: &OfYear) -> Markup {
    let plan = &seen.case.plan;
    let for_it =
        |l: &&LineItem, o: &OutcomeItem| l.words.outcomes.contains(&o.id) && money.accounts.pay_for(l);
    let shown = plan.current_outcomes();
    let shown =
        shown.filter(|o| money.accounts == Accounts::Every || plan.lines.iter().any(|l| for_it(&l, o)));
    let rows = shown.map(|o| {
        let lines = || plan.lines.iter().filter(|l| for_it(l, o));
        let agreed = lines().map(|l| of_year.balances.get(Layer::Budget, Account::Line(l.id))).sum::<Pence>();
        let spent = lines().map(|l| of_year.balances.get(Layer::Actual, Account::Line(l.id))).sum::<Pence>();
        Row::html(o.words.words.as_str(), html! { (spent) " spent of " (agreed) " agreed" })
    });
    let rows: Vec<Row> = rows.collect();
    if rows.is_empty() {
        return html! {};
    }
    let content = html! {
        p { "Something that helps with two of them is counted in both." }
        (summary_list(&SummaryList::new(rows)))
    };
    details(&Details { open: true, ..Details::new("By each outcome", content) })
}

fn links(opened: &Opened) -> Markup {
    let case = opened.case();
    let may = |action| opened.may(action);
    let has_account = !accounts_handled(&opened.me.actor, case).is_empty();
    let notional = case.plan.open_holdings().any(|h| h.words.mode == Mode::Notional);
    let link = |page: CasePage, text: &str| html! { li { a href=(page.of(case.id).path()) { (text) } } };
    html! {
        h2 { "What you can do" }
        ul class="nhsuk-list" {
            @if has_account && may(Action::ImportStatement) { (link(CasePage::InMoney(MoneyPage::TakeInStatement), "Add a bank statement")) }
            @if has_account && may(Action::MatchSpending) { (link(CasePage::InMoney(MoneyPage::Match), "Say what payments were for")) }
            @if may(Action::AddReceipt) { (link(CasePage::InMoney(MoneyPage::Receipts), "Add or look at receipts")) }
            @if notional && may(Action::RecordNotionalSpending) { (link(CasePage::InMoney(MoneyPage::Notional), "Record what was bought from a notional budget")) }
            (link(CasePage::InMoney(MoneyPage::Entries), "See every movement of money"))
            (link(CasePage::Payments, "See the payments"))
            (link(CasePage::Agreement, "Read the agreement"))
        }
    }
}
