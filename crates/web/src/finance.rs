//! The work of finance: what waits for a second person, what is due, what is late.

use crate::components::{Column, Figure, NavItem, Table, cell, figures, nothing_yet, page_heading, table};
use crate::page::{Kind, Shell, WhoAmI, page};
use crate::payments::act_form;
use crate::routes::{Door, Routes};
use crate::{Answer, Me};
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::{Date, Pence, dates};
use maud::{Markup, html};
use service::arrangement::money::{FinanceWork, ToPay};

pub fn declare(routes: &mut Routes) {
    routes.get("/finance", Door::Area(&[Action::SeePaymentsDue]), show);
}

const TITLE: &str = "Payments to make";

async fn show(me: Me) -> Answer<Response> {
    let today = me.web().app.clock.today();
    let work = me.web().app.finance_work(&me.actor, dates::days_after(today, 7)).await?;
    let nav = [NavItem::new("/home", "Home", false), NavItem::new("/finance", "Payments", true)];
    let look = me.web().look.clone();
    let mut shell = Shell::new(&look, TITLE);
    shell.kind = Kind::Staff;
    shell.nav = &nav;
    shell.csrf = &me.csrf;
    shell.signed_in = Some(WhoAmI { name: me.actor.name.clone(), role_words: "Finance".into() });
    Ok(page(&shell, content(&me, &work, today)).into_response())
}

fn content(me: &Me, work: &FinanceWork, today: Date) -> Markup {
    let (late, soon): (Vec<&ToPay>, Vec<&ToPay>) = work.due.iter().partition(|p| p.due < today);
    let (mine, others): (Vec<&ToPay>, Vec<&ToPay>) =
        work.released.iter().partition(|p| p.released_by == Some(me.actor.account));
    // The lists have the first of each; how many there are the database says.
    let all_soon = work.all_due.saturating_sub(work.all_late);
    let released = is_cut(&work.released.iter().collect::<Vec<_>>(), work.all_released);
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
            figure(&late, work.all_late.to_string(), "overdue", "#late"),
            figure(&soon, all_soon.to_string(), "due in the next 7 days", "#soon"),
            figure(&mine, of_released(&mine), "you released, waiting for somebody else", "#mine"),
        ]))
        @if released {
            p { (work.all_released) " payments are released and not confirmed. Here are the first " (work.released.len()) ". The rest come when these are done." }
        }
        (section(me, work, "confirm", "Waiting for you to confirm", &others, Some(("confirm", "Confirm"))))
        (section(me, work, "late", "Overdue", &late, Some(("release", "Release"))))
        (rest(&late, work.all_late))
        (section(me, work, "soon", "Due in the next 7 days", &soon, Some(("release", "Release"))))
        (rest(&soon, all_soon))
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
            p { "Here are the first " (shown.len()) " of " (all) ". The rest come when those before them are done." }
        }
    }
}

fn total(all: &[&ToPay]) -> Pence {
    all.iter().map(|p| p.amount).sum()
}

fn section(
    me: &Me,
    work: &FinanceWork,
    id: &str,
    title: &str,
    all: &[&ToPay],
    action: Option<(&str, &str)>,
) -> Markup {
    let row = |p: &&ToPay| {
        vec![
            html! { div { a href={ "/cases/" (p.case) "/payments/" (p.instalment) } { (p.reference) } br; (p.person) } },
            cell(&p.to),
            cell(dates::long(p.due)),
            cell(p.amount),
            html! { @if let Some(who) = p.released_by.and_then(|a| work.names.get(&a)) { (who) } },
            html! { @if let Some((path, text)) = action { (act_form(me, p.case, p.instalment, path, text)) } },
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
