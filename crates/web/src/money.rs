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
use domain::case::arrangement::outlook::{Outlook, RunOut};
use domain::case::arrangement::sight::{Accounts, accounts_handled, sees_line_of_plan};
use domain::case::arrangement::{is_being_arranged, payments};
use domain::case::circle::ConsentAbout;
use domain::case::plan::{Holding, LineItem, Mode, OutcomeItem};
use domain::ledger::{Account, Layer};
use domain::{CaseId, Date, Pence, dates, listed};
use frame::{Done, whose};
use maud::{Markup, html};
use service::Seen;
use service::arrangement::kept::Unfinished;
use service::arrangement::money::Money;
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

const DONE: [(&str, &str); 6] = [
    ("matched", "Saved. What you chose is matched to the plan."),
    ("settled", matching::SETTLED),
    ("left", "Nothing was changed. You can come back to it at any time."),
    ("receipt", "The receipt is kept."),
    ("nothing-new", "We had all of that statement already. Nothing was added twice."),
    ("bought", "Recorded. The person can see it now."),
];

async fn show(me: Me, At(id): At<CaseId>, Query(done): Query<Done>) -> Answer {
    let (seen, unfinished) = me.web().app.see_money(&me.actor, id).await?;
    let opened = Opened::of(&me, seen, "money");
    let money = me.web().app.money(&me.actor, opened.seen.case.clone()).await?;
    let waiting = me.web().app.waiting(&me.actor, opened.seen.case.clone()).await?;
    let title = format!("{} money", whose(&opened.seen));
    let content = page(&opened, (&money, waiting, &unfinished), &title);
    Ok(opened.page(&title, done.words(&DONE), &content))
}

fn page(
    opened: &Opened,
    (money, waiting, unfinished): (&Money, Waiting, &[Unfinished]),
    title: &str,
) -> Markup {
    let case = opened.case();
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
            (money_bar(&bar))
            (stopped(opened))
            @for one in unfinished { (statement::not_all_of_it(opened, one, true)) }
            (to_do(opened, waiting))
            @if let Some(outlook) = money.outlook(case, opened.seen.today) {
                h2 { "How long it lasts" }
                (run_out_chart(&forecast(&outlook)))
                @if is_being_arranged(case) {
                    p { "Some payments are still being set up. They are not counted here." }
                }
            }
            h2 { "Where the money is held" }
            (holdings(&opened.seen, money))
            @if sees_lines_of_plan {
                h2 { "What it is used for" }
                (by_line(opened, money))
                @if opened.may(Action::SeePlan) { (by_outcome(&opened.seen, money)) }
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
        p { strong { "Payments to " (listed(&names)) " are stopped." } " " (case.person_name()) " does not agree to a direct payment now. What is promised stays set aside. Talk with " (who) " about how to go on." }
        @if opened.may(Action::SeePeople) {
            p { a href=(CasePage::Consent(ConsentAbout::DirectPayment).of(case.id).path()) { "What was agreed to about direct payments" } }
        }
    })
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

fn forecast(outlook: &Outlook) -> Forecast {
    let month = |(day, left): &(Date, Pence)| Month { name: dates::long(*day), left: *left };
    let sentence = match outlook.runs_out {
        RunOut::NothingSpent => {
            "Nothing was spent in the last 8 weeks, so there is no rate to go by.".to_owned()
        }
        RunOut::Lasts { until, left } => format!(
            "About {} a week is used. At this rate it does not run out before {}, and {left} would be left then.",
            outlook.weekly,
            dates::long(until)
        ),
        RunOut::On(day) => format!(
            "About {} a week is used. At this rate the money would run out on {}.",
            outlook.weekly,
            dates::long(day)
        ),
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
    }
}

fn by_line(opened: &Opened, money: &Money) -> Markup {
    let lines = opened.case().plan.lines.iter();
    let mut rows: Vec<Vec<Markup>> = lines
        .filter(|l| !l.removed || !money.spent_on(l.id).is_zero())
        .filter(|l| sees_line_of_plan(&opened.me.actor, opened.case(), l) && money.accounts.pay_for(l))
        .map(|l| {
            let agreed = money.balances.get(Layer::Budget, Account::Line(l.id));
            let spent = money.spent_on(l.id);
            vec![cell(&l.words.what), cell(agreed), cell(spent), cell(agreed - spent)]
        })
        .collect();
    let unmatched = money.unmatched();
    if !unmatched.is_zero() {
        rows.push(vec![cell("Not matched to the plan yet"), cell("–"), cell(unmatched), cell("–")]);
    }
    let columns = vec![
        Column::text("What"),
        Column::number("Agreed"),
        Column::number("Spent so far"),
        Column::number("Still to use"),
    ];
    table(&Table::new("By each thing in the plan", columns, rows))
}

fn by_outcome(seen: &Seen, money: &Money) -> Markup {
    let plan = &seen.case.plan;
    let for_it =
        |l: &&LineItem, o: &OutcomeItem| l.words.outcomes.contains(&o.id) && money.accounts.pay_for(l);
    let shown = plan.current_outcomes();
    let shown =
        shown.filter(|o| money.accounts == Accounts::Every || plan.lines.iter().any(|l| for_it(&l, o)));
    let rows = shown.map(|o| {
        let lines = || plan.lines.iter().filter(|l| for_it(l, o));
        let agreed = lines().map(|l| money.balances.get(Layer::Budget, Account::Line(l.id))).sum::<Pence>();
        let spent = lines().map(|l| money.spent_on(l.id)).sum::<Pence>();
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
