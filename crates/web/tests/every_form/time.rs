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

/// What is written down of whoever looks or tries, whatever comes of it.
const WRITTEN_ANYWAY: [&str; 7] =
    ["looks", "list_looks", "list_sights", "registers", "registered", "security_events", "security_logs"];

/// How much is on the record, in the ledger and in everything else, but for
/// who looked at what.
pub async fn rows(world: &World) -> Vec<(&'static str, u64)> {
    let mut all = world.db.read(store::stats::row_counts).await.expect("the rows can be counted");
    all.retain(|(table, _)| !WRITTEN_ANYWAY.contains(table));
    all
}

/// Forms that are not answered the second time as they were the first, on
/// purpose, and why.
const EXCUSED: [(&str, &str); 17] = [
    ("/account/passphrase", "it is set anew, and the passphrase that was asked for is another one by then"),
    ("/account/passkeys", "another passkey is asked for"),
    ("/account/printed-codes", "new codes are made, and the old ones count no more"),
    ("/account/second-factor", "the code is of the app that was not added yet"),
    ("/admin/{area}/people/proposals/{proposal}/again", "nobody is written to twice within an hour"),
    ("/admin/{area}/people/{id}/invite-again", "nobody is written to twice within an hour"),
    (
        "/admin/{area}/people/{id}/hand-over",
        "it asks for what is left, and another may have taken it: it says that nothing is",
    ),
    (
        "/cases/{id}/money/statement",
        "it says that nothing in the file was new, where the first shows what was",
    ),
    ("/cases/{id}/people/{who}/address", "nobody is written to twice within an hour"),
    ("/cases/{id}/people/{who}/invite-again", "nobody is written to twice within an hour"),
    ("/demo/outbox/follow", "the link in the letter is dealt anew each time it is followed"),
    ("/demo/sign-in-as", "each is a session of its own"),
    ("/invitation/{token}", "a link that opens a sign-in works once"),
    ("/recover", "a letter is asked for again"),
    ("/recovery/{token}", "a link that opens a sign-in works once"),
    ("/sign-in", "each is a session of its own"),
    ("/sign-in/code", "a code counts once"),
];

/// What stands for a form whose excuse is needed.
const NEEDED: &str = "its excuse is needed";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_twice_happens_once() {
    let (needed, wrong): (Vec<_>, Vec<_>) = with_each_form(|found, form| async move {
        let is_excused = EXCUSED.iter().any(|(route, _)| *route == form.route);
        let wrong = [one_after_the_other(found, form).await, both_at_once(found, form).await].concat();
        let is_broken = wrong.iter().any(|why| why.contains("gave 5"));
        match is_excused && !is_broken && !wrong.is_empty() {
            true => vec![NEEDED.to_owned()],
            false => wrong,
        }
    })
    .await
    .into_iter()
    .partition(|said| said.ends_with(NEEDED));
    assert!(wrong.is_empty(), "{} forms\n{}", wrong.len(), wrong.join("\n"));
    let is_needed = |route: &str| needed.iter().any(|said| said.starts_with(&format!("{route} on ")));
    let stale: Vec<&str> =
        EXCUSED.iter().map(|(route, _)| *route).filter(|route| !is_needed(route)).collect();
    assert!(stale.is_empty(), "no excuse is needed for\n{}", stale.join("\n"));
}

async fn one_after_the_other(found: &Found, form: &Form) -> Vec<String> {
    let thawed = found.frozen.thaw().await;
    let (client, good) = (found.client(&thawed.world, form), sensible(form, found.now()));
    let first = good.by(&client, form).await;
    let once = rows(&thawed.world).await;
    let second = good.by(&client, form).await;
    let mut wrong: Vec<String> = answered_twice(form, &first, &second).into_iter().collect();
    let twice = rows(&thawed.world).await;
    if twice != once {
        wrong.push(format!("twice is more than once: {:?}", grown(&once, &twice)));
    }
    wrong
}

async fn both_at_once(found: &Found, form: &Form) -> Vec<String> {
    let good = sensible(form, found.now());
    let alone = found.frozen.thaw().await;
    good.by(&found.client(&alone.world, form), form).await;
    let once = rows(&alone.world).await;
    let thawed = found.frozen.thaw().await;
    let client = found.client(&thawed.world, form);
    let (one, other) = tokio::join!(good.by(&client, form), good.by(&client, form));
    let mut wrong: Vec<String> =
        answered_twice(form, &one, &other).map(|why| format!("both at once {why}")).into_iter().collect();
    let both = rows(&thawed.world).await;
    if both != once {
        wrong.push(format!("both at once is more: {:?}", grown(&once, &both)));
    }
    wrong
}

fn grown(before: &[(&'static str, u64)], after: &[(&'static str, u64)]) -> Vec<String> {
    let pairs = before.iter().zip(after).filter(|(a, b)| a != b);
    pairs.map(|((name, was), (_, is))| format!("{name} {was} -> {is}")).collect()
}

/// The second time is answered as the first was: it leads to the same page.
fn answered_twice(form: &Form, first: &Page, second: &Page) -> Option<String> {
    let is_out = [first, second].iter().any(|page| matches!(page.status.as_u16(), 401 | 403));
    let is_same = (first.status, first.location()) == (second.status, second.location());
    if is_taken(form, second) && is_same || is_out && signs_out(form) {
        return None;
    }
    let (status, to) = (second.status, second.location());
    Some(format!("gave {status} {to:?} after {} {:?}: {}", first.status, first.location(), second.main()))
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
