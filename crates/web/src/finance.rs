//! The work of finance: what waits for a second person, what is due, what is late.

use crate::address::{Address as _, CasePage, PaymentPost, Place};
use crate::components::{
    Column, Figure, NavItem, Table, cell, figures, nothing_yet, page_heading, table, unseen,
};
use crate::form::Form;
use crate::frame::{place, place_words};
use crate::page::{Kind, Shell, WhoAmI, page};
use crate::payments::act_form;
use crate::routes::{Door, Routes};
use crate::{Answer, ErrorPage, Me};
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::case::arrangement::{Waits, agreement};
use domain::{AreaId, Date, Pence, dates};
use maud::{Markup, html};
use service::arrangement::money::{FinanceWork, MoreToPay, ToPay};

pub fn declare(routes: &mut Routes) {
    routes.get("/finance", Door::Area(&[Action::SeePaymentsDue]), show);
    routes.get("/finance/{waits}/{area}", Door::Area(&[Action::SeePaymentsDue]), further);
}

const TITLE: &str = "Payments to make";

async fn show(me: Me) -> Answer<Response> {
    let today = me.web().app.clock.today();
    let work = me.web().app.finance_work(&me.actor, dates::days_after(today, SOON_DAYS)).await?;
    Ok(framed(&me, &content(&me, &work, today)))
}

fn framed(me: &Me, content: &Markup) -> Response {
    let nav = [
        NavItem::new(Place::Home.path(), "Home", false),
        NavItem::new(Place::Finance.path(), "Payments", true),
    ];
    let mut shell = Shell::of(&me.visit, TITLE);
    shell.kind = Kind::Staff;
    shell.nav = &nav;
    shell.signed_in = Some(WhoAmI { name: me.actor.name.clone(), role_words: "Finance".into() });
    page(&shell, content.clone()).into_response()
}

/// What waits goes on here, page by page.
async fn further(
    me: Me,
    Path((waits, area)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let (Ok(waits), Ok(area)) = (waits.parse::<Waits>(), area.parse::<AreaId>()) else {
        return Err(ErrorPage::Hidden);
    };
    let today = me.web().app.clock.today();
    let until = dates::days_after(today, SOON_DAYS);
    let after = place(&Form::parse(query.unwrap_or_default().as_bytes()));
    let work = me.web().app.finance_work_after(&me.actor, area, waits, until, after).await?;
    let mine = |p: &&ToPay| p.released_by == Some(me.actor.account);
    let content = html! {
        (page_heading("Finance", TITLE))
        @match waits {
            Waits::Released => {
                @let (mine, others): (Vec<&ToPay>, Vec<&ToPay>) = work.released.iter().partition(mine);
                (section(&me, &work, "confirm", "Waiting for you to confirm", &others, Some((PaymentPost::Confirm, "Confirm"))))
                (section(&me, &work, "mine", "You released, waiting for somebody else", &mine, None))
            }
            Waits::Due => {
                @let (late, soon): (Vec<&ToPay>, Vec<&ToPay>) = work.due.iter().partition(|p| p.due < today);
                (section(&me, &work, "late", "Overdue", &late, Some((PaymentPost::Release, "Release"))))
                (section(&me, &work, "soon", "Due in the next 7 days", &soon, Some((PaymentPost::Release, "Release"))))
            }
        }
        (more(&work, waits))
        p { a href=(Place::Finance.path()) { "Back to the first payments" } }
    };
    Ok(framed(&me, &content))
}

/// Where what waits goes on.
fn more(work: &FinanceWork, of: Waits) -> Markup {
    html! {
        @for MoreToPay { waits, area, after } in work.more.iter().filter(|more| more.waits == of) {
            p { a href=(Place::FinanceWaits(*waits, *area).asking(&place_words(after))) rel="next" {
                @match waits { Waits::Released => "Show more that are released", Waits::Due => "Show more that are due" }
            } }
        }
    }
}

/// How far ahead payments are shown.
const SOON_DAYS: i32 = 7;

fn content(me: &Me, work: &FinanceWork, today: Date) -> Markup {
    let (late, soon): (Vec<&ToPay>, Vec<&ToPay>) = work.due.iter().partition(|p| p.due < today);
    let (mine, others): (Vec<&ToPay>, Vec<&ToPay>) =
        work.released.iter().partition(|p| p.released_by == Some(me.actor.account));
    // The lists have the first of each; how many there are the database says.
    let all_soon = work.all_due.saturating_sub(work.all_late);
    let released = is_cut(&work.released.iter().collect::<Vec<_>>(), work.all_released);
    let all_late: Vec<&ToPay> =
        late.iter().copied().chain(work.released.iter().filter(|p| p.due < today)).collect();
    let number_late = work.all_late + work.late_released;
    let figure = |all: &[&ToPay], number: String, words: &str, href: &str| Figure {
        words: if all.is_empty() || number != all.len().to_string() {
            words.to_owned()
        } else {
            format!("{words}, {}", total(all))
        },
        number,
        href: Some(href.to_owned()),
    };
    let of_released =
        |all: &[&ToPay]| if released { format!("{} or more", all.len()) } else { all.len().to_string() };
    html! {
        (page_heading("Finance", TITLE))
        (figures(&[
            figure(&others, of_released(&others), "waiting for you to confirm", "#confirm"),
            figure(&all_late, number_late.to_string(), "overdue", "#late"),
            figure(&soon, all_soon.to_string(), "due in the next 7 days", "#soon"),
            figure(&mine, of_released(&mine), "you released, waiting for somebody else", "#mine"),
        ]))
        @if released {
            p { (work.all_released) " payments are released and not confirmed. Here are the first " (work.released.len()) "." }
        }
        (section(me, work, "confirm", "Waiting for you to confirm", &others, Some((PaymentPost::Confirm, "Confirm"))))
        (more(work, Waits::Released))
        (section(me, work, "late", "Overdue", &late, Some((PaymentPost::Release, "Release"))))
        (rest(&late, work.all_late))
        @if work.late_released > 0 {
            p { (work.late_released) " more " @if work.late_released == 1 { "is" } @else { "are" } " overdue, and released: a second person has to confirm. You find that under “Waiting for you to confirm” or “You released”." }
        }
        (section(me, work, "soon", "Due in the next 7 days", &soon, Some((PaymentPost::Release, "Release"))))
        (rest(&soon, all_soon))
        (more(work, Waits::Due))
        (section(me, work, "mine", "You released, waiting for somebody else", &mine, None))
    }
}

/// Whether there are more than are shown.
fn is_cut(shown: &[&ToPay], all: u64) -> bool {
    usize::try_from(all).is_ok_and(|all| shown.len() < all)
}

fn rest(shown: &[&ToPay], all: u64) -> Markup {
    html! {
        @if is_cut(shown, all) {
            p { "Here are " (shown.len()) " of " (all) ", those due first." }
        }
    }
}

fn total(all: &[&ToPay]) -> Pence {
    all.iter().map(|p| p.amount).sum()
}

/// What tells one payment from another.
fn which(p: &ToPay) -> String {
    let ToPay { amount, to, person, reference, due, .. } = p;
    format!("({amount} to {to} for {person}, {reference}, due on {})", dates::long(*due))
}

fn section(
    me: &Me,
    work: &FinanceWork,
    id: &str,
    title: &str,
    all: &[&ToPay],
    action: Option<(PaymentPost, &str)>,
) -> Markup {
    let today = me.web().app.clock.today();
    let row = |p: &&ToPay| {
        vec![
            html! { div { a href=(CasePage::Payment(p.instalment).of(p.case).path()) { (p.reference) (unseen(&which(p))) } br; (p.person) } },
            html! { (p.to) @if let Some(account) = &p.account { br; (account) }
                @if let Some(since) = p.another_since.filter(|since| agreement::is_new(*since, today)) {
                    br; strong { "Another account since " (dates::long(since)) }
                }
            },
            html! { (dates::long(p.due)) @if p.due < today { br; strong { "Overdue" } } },
            cell(p.amount),
            html! { @if let Some(who) = p.released_by.and_then(|a| work.names.get(&a)) { (who) } },
            html! {
                @if let Some(why) = &p.held_up { strong { "Cannot be paid now" } br; (why) }
                @else if let Some((post, text)) = action { (act_form(me, p.case, p.instalment, post, (text, Some(&which(p))))) }
            },
        ]
    };
    let columns = vec![
        Column::text("Case"),
        Column::text("To"),
        Column::text("Due"),
        Column::number("Amount"),
        Column::text("Released by"),
        Column::text("What to do"),
    ];
    html! {
        h2 id=(id) { (title) }
        @if all.is_empty() { (nothing_yet("None.")) }
        @else {
            (table(&Table::new(&format!("Together {}", total(all)), columns, all.iter().map(row).collect())))
        }
    }
}
