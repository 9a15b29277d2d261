//! A page that was sent is gone back to and sent again: with other words under
//! the same key, or with a key that nobody can read.

use super::fill::{Sent, sensible};
use super::judge::is_taken;
use super::read::{Form, Kind};
use super::time::rows;
use super::with_each_form;
use domain::StreamKind;
use std::collections::BTreeMap;
use store::record;
use strum::VariantArray;
use testkit::World;
use uuid::Uuid;

/// Fields of which another value may be answered with "done" and leave nothing
/// on the record, and why. An empty name is every field of the route.
const EXCUSED: &[(&str, &[&str], &str)] = &[
    (
        "/cases/{id}/people",
        &["footing", "matters", "about", "evidence"],
        "they are asked of a representative alone",
    ),
    ("/cases/{id}/people", &["colleague"], "it is asked of somebody of the NHS or the council"),
    (
        "/cases",
        &["asker-name", "relation", "footing", "matters", "about", "evidence"],
        "they are asked where it is not the person who asked",
    ),
    ("/cases/{id}/people/{who}/footing", &["matters"], "it is asked of a footing that decides"),
    ("/cases/{id}/plan/holding/add", &["organisation"], "it is asked where an organisation holds the money"),
    ("/cases/{id}/offer/answer", &["which", "ask-again-day"], "each is asked with another answer"),
    ("/cases/{id}/everything/{request}/time", &["due-day"], "it is asked where it takes longer"),
    ("/cases/{id}/rights/{request}/time", &["due-day"], "it is asked where it takes longer"),
    ("/cases/{id}/money/match", &[""], "the page that comes says that it was said already"),
    ("/admin/{area}/people/{id}/end-sessions", &["sessions-why"], "nothing is left to end, for any reason"),
];

/// Whether a row of the excused is about a field of a form.
fn is_about((route, names, _): &(&str, &[&str], &str), form: &Form, field: &str) -> bool {
    *route == form.route && names.iter().any(|name| name.is_empty() || *name == field)
}

/// The same form with one field changed, once for each field that somebody
/// fills in, with the name of the field.
fn changed<'f>(form: &'f Form, good: &Sent) -> Vec<(&'f str, Sent)> {
    let now = |name: &str| good.values.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
    let mut all = vec![];
    for field in &form.fields {
        let other = match field.kind {
            Kind::Text | Kind::Long => {
                now(&field.name).map(|value| format!("{value} Put right: {}.", field.name))
            }
            Kind::Email => Some("put.right@mail.example".to_owned()),
            Kind::Money => Some("11.25".to_owned()),
            Kind::Number => Some("3".to_owned()),
            Kind::Date if field.name.ends_with("-day") => Some("1".to_owned()),
            Kind::Radio | Kind::Check | Kind::Select => {
                let mut others = field.offered.iter().filter(|value| !value.is_empty());
                others.rfind(|value| now(&field.name).as_ref() != Some(*value)).cloned()
            }
            Kind::Date | Kind::Hidden | Kind::Secret | Kind::File | Kind::Button => None,
        };
        all.extend(other.map(|other| (field.name.as_str(), good.but(&field.name, &[&other]))));
    }
    all
}

/// How long each stream is.
async fn lengths(world: &World) -> BTreeMap<(StreamKind, Uuid), u64> {
    let read = world.db.read(|tx| {
        let mut all = BTreeMap::new();
        for kind in StreamKind::VARIANTS {
            for (id, version) in record::all_streams(tx, *kind, None, 10_000)? {
                all.insert((*kind, id), version);
            }
        }
        Ok::<_, store::StoreError>(all)
    });
    read.await.expect("the record can be read")
}

/// What stands for a field whose excuse is needed.
const NEEDED: &str = "needs its excuse: ";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_before_a_page_is_sent_again_is_kept_or_said() {
    let (needed, wrong): (Vec<_>, Vec<_>) = with_each_form(|found, form| async move {
        let mut wrong = vec![];
        let good = sensible(form, found.now());
        for (field, changed) in changed(form, &good) {
            let thawed = found.frozen.thaw().await;
            let client = found.client(&thawed.world, form);
            good.by(&client, form).await;
            let before = lengths(&thawed.world).await;
            let page = changed.by(&client, form).await;
            let is_kept = lengths(&thawed.world).await != before;
            if page.status.as_u16() >= 500 {
                wrong.push(format!("{}: {}", changed.label, page.status));
            } else if page.status == 303 && !is_kept {
                match EXCUSED.iter().any(|row| is_about(row, form, field)) {
                    true => wrong.push(format!("{NEEDED}{field}")),
                    false => {
                        wrong.push(format!("{}: {:?}, and nothing is kept", changed.label, page.location()));
                    }
                }
            }
        }
        wrong
    })
    .await
    .into_iter()
    .partition(|said| said.contains(NEEDED));
    assert!(wrong.is_empty(), "{} answers\n{}", wrong.len(), wrong.join("\n"));
    let is_needed = |route: &str, name: &str| {
        let of_it = |said: &&String| {
            said.starts_with(&format!("{route} on ")) && said.ends_with(&format!("{NEEDED}{name}"))
        };
        let of_route = |said: &&String| said.starts_with(&format!("{route} on "));
        if name.is_empty() { needed.iter().any(|s| of_route(&s)) } else { needed.iter().any(|s| of_it(&s)) }
    };
    let rows = EXCUSED.iter().flat_map(|(route, names, _)| names.iter().map(move |name| (*route, *name)));
    let stale: Vec<String> = rows
        .filter(|(route, name)| !is_needed(route, name))
        .map(|(route, name)| format!("{route} {name}"))
        .collect();
    assert!(stale.is_empty(), "no excuse is needed for\n{}", stale.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_cannot_be_read_is_dealt_anew_and_changes_nothing_else() {
    let wrong = with_each_form(|found, form| async move {
        let mut wrong = vec![];
        let dealt = |held: &String| Uuid::try_parse(held).is_ok();
        let key = form.field("key").filter(|key| key.kind == Kind::Hidden && key.held.iter().all(dealt));
        if key.is_none() {
            return wrong;
        }
        let good = sensible(form, found.now());
        let thawed = found.frozen.thaw().await;
        good.by(&found.client(&thawed.world, form), form).await;
        let once = rows(&thawed.world).await;
        for bad in [&["no key of ours"][..], &[""], &[]] {
            let thawed = found.frozen.thaw().await;
            let sent = good.but("key", bad);
            let page = sent.by(&found.client(&thawed.world, form), form).await;
            if !is_taken(form, &page) || rows(&thawed.world).await != once {
                wrong.push(format!("{}: {} {}", sent.label, page.status, page.main()));
            }
        }
        wrong
    })
    .await;
    assert!(wrong.is_empty(), "{} answers\n{}", wrong.len(), wrong.join("\n"));
}
