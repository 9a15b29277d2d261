//! Every form there is, found by looking at every page as everyone, and sent
//! with everything that can be wrong with it.
//!
//! The other tests go form by form, and say what each one does. This one knows
//! nothing of any form but its fields: it is the list of them, and a form that
//! is added is in it from its first day.

#[path = "every_form/again.rs"]
mod again;
#[path = "every_form/fill.rs"]
mod fill;
#[path = "every_form/judge.rs"]
mod judge;
#[path = "every_form/names.rs"]
mod names;
#[path = "every_form/read.rs"]
mod read;
#[path = "every_form/scenes.rs"]
mod scenes;
#[path = "every_form/strangers.rs"]
mod strangers;
#[path = "every_form/time.rs"]
mod time;
#[path = "every_form/voices.rs"]
mod voices;

use axum::http::Method;
use fill::{all_that_can_be_wrong, sensible, whole};
use judge::judge;
use read::Form;
use scenes::Found;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use testkit::databases;
use tokio::sync::OnceCell;
use web::site;

static FOUND: OnceCell<Found> = OnceCell::const_new();

async fn found() -> &'static Found {
    FOUND.get_or_init(scenes::find).await
}

/// Routes that no page has a form for, and why. There are none.
const WITHOUT_A_FORM: [(&str, &str); 0] = [];

#[tokio::test(flavor = "multi_thread")]
async fn every_route_that_is_sent_to_has_its_form() {
    let found = found().await;
    let mut without = vec![];
    for route in site::declared().iter().filter(|r| r.method == Method::POST) {
        let is_there = found.forms.iter().any(|form| form.route == route.path);
        let is_named = WITHOUT_A_FORM.iter().any(|(path, _)| *path == route.path);
        if is_there == is_named {
            without.push(route.path);
        }
    }
    assert!(found.stubborn.is_empty(), "not taken when filled in:\n{}", found.stubborn.join("\n"));
    assert!(without.is_empty(), "no page has a form for\n{}", without.join("\n"));
}

/// Does something with every form, two at a time, and gives what was wrong.
async fn with_each_form<F, R>(each: F) -> Vec<String>
where
    F: Fn(&'static Found, &'static Form) -> R + Copy + Send + Sync + 'static,
    R: Future<Output = Vec<String>> + Send,
{
    let found = found().await;
    let next = Arc::new(AtomicUsize::new(0));
    let workers = (0..2).map(|_| {
        let next = next.clone();
        tokio::spawn(async move {
            let mut wrong = vec![];
            while let Some(form) = found.forms.get(next.fetch_add(1, Ordering::Relaxed)) {
                let all = each(found, form).await;
                wrong.extend(all.into_iter().map(|one| format!("{} on {}: {one}", form.route, form.page)));
            }
            wrong
        })
    });
    let mut wrong = vec![];
    for worker in workers.collect::<Vec<_>>() {
        wrong.extend(worker.await.expect("it ended"));
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_is_answered_in_words_and_nothing_typed_is_lost() {
    let wrong = with_each_form(|found, form| async move {
        let (mut wrong, mut thawed) = (vec![], found.frozen.thaw().await);
        let good = sensible(form, thawed.world.app.clock.now().as_second());
        for sent in all_that_can_be_wrong(form, &good) {
            let page = sent.by(&found.client(&thawed.world, form), form).await;
            if let Err(why) = judge(form, &sent, &page) {
                wrong.push(format!("{}: {why}", sent.label));
            }
            if page.status.is_redirection() {
                thawed = found.frozen.thaw().await;
            }
        }
        wrong
    })
    .await;
    assert!(wrong.is_empty(), "{} answers are wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// A database that is stricter about text and numbers. It cannot be had again
/// for each form, so that what one form did stays for the next.
#[tokio::test(flavor = "multi_thread")]
async fn the_other_database_takes_what_is_wrong_as_calmly() {
    let found = found().await;
    let world = found.frozen.thaw_into(&databases::postgres_url()).await;
    let mut wrong = vec![];
    for form in &found.forms {
        let reader = &found.readers[form.reader];
        let client = match reader.account {
            Some(account) if !reader.is_half => world.client(account).await,
            _ => world.browser(reader.session.clone()),
        };
        let good = sensible(form, found.now());
        for sent in whole(form, &good).into_iter().chain([good.clone(), good.clone()]) {
            let page = sent.by(&client, form).await;
            let status = page.status.as_u16();
            if status >= 500 {
                wrong.push(format!("{} {}: {status} {}", form.action, sent.label, page.main()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} answers\n{}", wrong.len(), wrong.join("\n"));
    let report = store::verify::verify(&world.db, |_, _| {}).await.expect("it can be looked through");
    assert!(report.is_sound(), "after all of it the record is whole");
}
