//! The work of finance: what waits for a second person, what is due, what is late.

use crate::components::{Column, Figure, NavItem, Table, cell, figures, nothing_yet, page_heading, table};
use crate::page::{Kind, Shell, WhoAmI, page};
use crate::payments::act_form;
use crate::routes::{Door, Routes};
use crate::{Answer, Me};
use axum::response::{IntoResponse, Response};
use domain::access::Post;
use domain::{Date, Pence, dates};
use maud::{Markup, html};
use service::arrangement::money::{FinanceWork, ToPay};

pub fn declare(routes: &mut Routes) {
    routes.get("/finance", Door::Post(&[Post::Finance]), show);
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
    let figure = |all: &[&ToPay], words: &str, href: &str| Figure {
        number: all.len().to_string(),
        words: if all.is_empty() { words.to_owned() } else { format!("{words}, {}", total(all)) },
        href: Some(href.to_owned()),
    };
    html! {
        (page_heading("Finance", TITLE))
        (figures(&[
            figure(&others, "waiting for you to confirm", "#confirm"),
            figure(&late, "overdue", "#late"),
            figure(&soon, "due in the next 7 days", "#soon"),
            figure(&mine, "you released, waiting for somebody else", "#mine"),
        ]))
        (section(me, work, "confirm", "Waiting for you to confirm", &others, Some(("confirm", "Confirm"))))
        (section(me, work, "late", "Overdue", &late, Some(("release", "Release"))))
        (section(me, work, "soon", "Due in the next 7 days", &soon, Some(("release", "Release"))))
        (section(me, work, "mine", "You released, waiting for somebody else", &mine, None))
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
