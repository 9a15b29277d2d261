//! What happens between a page and what is sent from it: the button is
//! pressed twice, somebody else was quicker, the sign-in ended.

use super::fill::{Sent, sensible};
use super::judge::{is_taken, nothing_lost};
use super::read::{self, Form};
use super::scenes::Found;
use super::with_each_form;
use std::collections::BTreeSet;
use testkit::demo::people::{PASSPHRASE, SECOND_FACTOR};
use testkit::{Client, Page, World};
use web::cookies::SESSION_COOKIE;

/// How much is on the record, in the ledger and in everything else, but for
/// who looked at what.
pub async fn rows(world: &World) -> Vec<(&'static str, u64)> {
    let mut all = world.db.read(store::stats::row_counts).await.expect("the rows can be counted");
    all.retain(|(table, _)| *table != "looks");
    all
}

/// Forms that do as much the second time as the first, on purpose: a letter is
/// asked for again, somebody signs in again, or a passphrase is set anew; new
/// printed codes are made, or another passkey is asked for.
const AGAIN: [&str; 8] = [
    "/account/passphrase",
    "/account/passkeys",
    "/account/printed-codes",
    "/recover",
    "/demo/sign-in-as",
    "/sign-in",
    "/sign-in/code",
    "/account/second-factor",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_twice_happens_once() {
    let wrong = with_each_form(|found, form| async move {
        let now = found.now();
        let good = sensible(form, now);
        let mut wrong = vec![];
        if AGAIN.contains(&form.route) {
            return wrong;
        }
        // One after the other, and both at the same moment.
        let thawed = found.frozen.thaw().await;
        let client = found.client(&thawed.world, form);
        good.by(&client, form).await;
        let once = rows(&thawed.world).await;
        let second = good.by(&client, form).await;
        wrong.extend(answered_twice(form, &good, &second));
        if rows(&thawed.world).await != once {
            wrong.push(format!("twice is more than once: {:?}", grown(&once, &rows(&thawed.world).await)));
        }
        let thawed = found.frozen.thaw().await;
        let client = found.client(&thawed.world, form);
        let (one, other) = tokio::join!(good.by(&client, form), good.by(&client, form));
        wrong.extend([one, other].iter().flat_map(|page| answered_twice(form, &good, page)));
        if rows(&thawed.world).await != once {
            wrong.push(format!("both at once is more: {:?}", grown(&once, &rows(&thawed.world).await)));
        }
        wrong
    })
    .await;
    assert!(wrong.is_empty(), "{} forms\n{}", wrong.len(), wrong.join("\n"));
}

fn grown(before: &[(&'static str, u64)], after: &[(&'static str, u64)]) -> Vec<String> {
    let pairs = before.iter().zip(after).filter(|(a, b)| a != b);
    pairs.map(|((name, was), (_, is))| format!("{name} {was} -> {is}")).collect()
}

/// The second time is as good as the first, or says in words why not.
fn answered_twice(form: &Form, sent: &Sent, page: &Page) -> Option<String> {
    let status = page.status.as_u16();
    if is_taken(form, page) || matches!(status, 401 | 403) && signs_out(form) {
        return None;
    }
    if status >= 500 {
        return Some(format!("the second time gave {status}: {}", page.main()));
    }
    nothing_lost(form, sent, page).err()
}

/// Forms after which this browser is somebody else, or nobody.
fn signs_out(form: &Form) -> bool {
    ["/sign-out", "/account/passphrase"].contains(&form.route)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_written_is_lost_when_somebody_else_was_quicker() {
    let wrong = with_each_form(|found, form| async move {
        let mut wrong = vec![];
        for other in quicker(found, form) {
            let thawed = found.frozen.thaw().await;
            let theirs = sensible(other, found.now());
            theirs.by(&found.client(&thawed.world, other), other).await;
            let mine = in_other_words(form, sensible(form, found.now()));
            let page = mine.by(&found.client(&thawed.world, form), form).await;
            let lost = if is_taken(form, &page) { None } else { nothing_lost(form, &mine, &page).err() };
            let broken = (page.status.as_u16() >= 500).then(|| page.main());
            wrong.extend(lost.or(broken).map(|why| format!("after {}: {why}", other.action)));
        }
        wrong
    })
    .await;
    assert!(wrong.is_empty(), "{} forms\n{}", wrong.len(), wrong.join("\n"));
}

/// What others may send from the same part of the same case in the meantime.
fn quicker<'a>(found: &'a Found, form: &Form) -> Vec<&'a Form> {
    let part = |action: &str| action.split('/').take(4).collect::<Vec<_>>().join("/");
    if !form.has_words() || !form.action.starts_with("/cases/") {
        return vec![];
    }
    let here = part(&form.action);
    let mut seen = BTreeSet::new();
    let near = found.all.iter().filter(|f| part(&f.action) == here);
    near.filter(|f| seen.insert(f.action.clone())).collect()
}

fn in_other_words(form: &Form, mut sent: Sent) -> Sent {
    for (name, value) in &mut sent.values {
        if form.field(name).is_some_and(|f| f.kind == read::Kind::Long) {
            value.push_str(" But in other words.");
        }
    }
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_typed_is_lost_when_the_sign_in_ends_in_any_form() {
    let wrong = with_each_form(|found, form| async move {
        let reader = &found.readers[form.reader];
        let Some(account) = reader.account.filter(|_| form.fields.iter().any(|f| f.kind.is_typed())) else {
            return vec![];
        };
        let thawed = found.frozen.thaw().await;
        let world = &thawed.world;
        let client = found.client(world, form);
        let good = in_other_words(form, sensible(form, found.now()));
        world.seconds_later(2 * 60 * 60);
        let page = good.by(&client, form).await;
        client.set_cookie(SESSION_COOKIE, "");
        let all = world.people.all();
        let (_, _, email, _) = all.iter().find(|p| p.0 == account).expect("somebody of the area");
        // What anyone may send is only asked to be sent again.
        let page = match page.status.as_u16() {
            401 => sign_in(&client, world, page, email).await,
            403 => page,
            other => return vec![format!("gave {other} after the sign-in ended")],
        };
        let Some(carried) =
            read::forms(&page.html, &form.page, form.reader).into_iter().find(|f| f.action == form.action)
        else {
            return vec![format!("nothing is carried on: {} {}", page.status, page.main())];
        };
        let mut wrong = vec![];
        let is_secret = |name: &str| name.starts_with("passphrase") || ["code", "passkey"].contains(&name);
        for (name, value) in good.values.iter().filter(|(name, _)| !is_secret(name)) {
            if !carried.field(name).is_some_and(|f| f.held.iter().any(|h| h.replace("\r\n", "\n") == *value))
            {
                wrong.push(format!("{name} is lost"));
            }
        }
        let sent = sensible(&carried, 0);
        let page = sent.by(&client, &carried).await;
        let page = match page.status.as_u16() {
            401 => show_that_it_is_them(&client, world, page, form).await,
            _ => page,
        };
        // Only the passkey itself has to be made again.
        if form.route == "/account/passkeys" && page.status == 422 {
            return wrong;
        }
        if form.has_files && page.status == 422 {
            wrong.extend(nothing_lost(form, &good, &page).err());
        } else if !is_taken(form, &page) {
            wrong.push(format!("carried on to {}: {}", page.status, page.main()));
        }
        wrong
    })
    .await;
    assert!(wrong.is_empty(), "{} forms\n{}", wrong.len(), wrong.join("\n"));
}

/// Signs in on the page that says that one has been signed out.
async fn sign_in(client: &Client, world: &World, out: Page, email: &str) -> Page {
    let carried = |page: &Page| -> Vec<(String, String)> {
        let keep = ["resume-path", "resume-body"].into_iter();
        keep.filter_map(|name| page.value(name).map(|value| (name.to_owned(), value))).collect()
    };
    let mut fields = carried(&out);
    fields.extend([("email".into(), email.to_owned()), ("passphrase".into(), PASSPHRASE.to_owned())]);
    let page = post(client, "/sign-in", &fields).await;
    if page.attributes("form", "action").iter().all(|to| to != "/sign-in/code") {
        return page;
    }
    let mut fields = carried(&page);
    let code = service::secrets::code_at(SECOND_FACTOR, world.app.clock.now().as_second());
    fields.push(("code".into(), code));
    post(client, "/sign-in/code", &fields).await
}

/// Shows again that it is them, where a form asks for it, and carries on.
async fn show_that_it_is_them(client: &Client, world: &World, asked: Page, form: &Form) -> Page {
    world.seconds_later(30);
    let mut fields = asked.filled();
    fields.retain(|(name, _)| name.starts_with("resume"));
    let code = service::secrets::code_at(SECOND_FACTOR, world.app.clock.now().as_second());
    fields.extend([("passphrase".into(), PASSPHRASE.to_owned()), ("code".into(), code)]);
    let page = post(client, "/account/prove", &fields).await;
    let carried =
        read::forms(&page.html, &form.page, form.reader).into_iter().find(|f| f.action == form.action);
    match carried {
        Some(carried) => sensible(&carried, 0).by(client, &carried).await,
        None => page,
    }
}

async fn post(client: &Client, path: &str, fields: &[(String, String)]) -> Page {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    client.post(path, &fields).await
}
