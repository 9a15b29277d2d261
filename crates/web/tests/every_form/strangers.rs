//! Addresses of what somebody may not know of, and bodies that no page sends.

use super::fill::{ODD, Sent, sensible};
use super::read::{Form, Kind};
use super::scenes::Found;
use super::time::rows;
use super::{found, with_each_form};
use testkit::{Client, Page};
use uuid::Uuid;
use web::form::MOST_BYTES;

const BOUNDARY: &str = "edge";

/// The address with every id in it but that of the case made anew.
fn never_was(address: &str) -> String {
    let parts = address.split('/').enumerate().map(|(at, part)| {
        let is_id = at > 2 && part.parse::<Uuid>().is_ok();
        if is_id { "018f0000-0000-7000-8000-000000000000" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn in_case(address: &str, case: &str) -> String {
    let mut parts: Vec<&str> = address.split('/').collect();
    parts[2] = case;
    parts.join("/")
}

fn without_ids(page: &Page) -> String {
    page.main().split(' ').filter(|word| word.parse::<Uuid>().is_err()).collect::<Vec<_>>().join(" ")
}

/// What is asked of a case: a page, or a form with what is filled in.
async fn ask(client: &Client, address: &str, form: Option<(&Form, &Sent)>) -> Page {
    match form {
        None => client.get(address).await,
        Some((form, sent)) => sent.by(client, &Form { action: address.to_owned(), ..form.clone() }).await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_looks_as_if_it_had_never_been() {
    let found = found().await;
    let thawed = found.frozen.thaw().await;
    let (world, p) = (&thawed.world, thawed.world.people);
    let (other, twin) = (found.other.to_string(), found.twin.to_string());
    let nobodys = "018f0000-0000-7000-8000-000000000000";
    let (norman, dee, jo) =
        (world.client(p.stranger).await, world.client(p.dee).await, world.client(p.coordinator).await);
    let before = rows(world).await;
    let mut wrong = vec![];
    let forms = found.all.iter().filter(|f| f.action.starts_with("/cases/0"));
    let forms: Vec<(&Form, Sent)> = forms.map(|form| (form, sensible(form, found.now()))).collect();
    let asked = found.inside.iter().map(|path| (path.as_str(), None));
    let asked = asked.chain(forms.iter().map(|(form, sent)| (form.action.as_str(), Some((*form, sent)))));
    let mut seen = std::collections::BTreeSet::new();
    for (address, form) in asked {
        // Pages and forms of one kind are told apart by nothing but their ids.
        let alike = super::read::route_of(
            if form.is_some() { &axum::http::Method::POST } else { &axum::http::Method::GET },
            address,
        );
        if address.contains("/assets/") || !seen.insert((alike, form.is_some(), address.len())) {
            continue;
        }
        for (name, client) in [("Norman", &norman), ("Dee", &dee)] {
            let one = ask(client, address, form).await;
            let never = ask(client, &in_case(address, nobodys), form).await;
            if one.status != 404 || one.main() != never.main() {
                wrong.push(format!("{name} {address}: {} {}", one.status, one.main()));
            }
        }
        if never_was(address) == address {
            continue;
        }
        // In a case of their own, with the id of what is in another.
        let allowed: [(&str, &Client, &String, &[u16]); 2] =
            [("Dee", &dee, &other, &[403, 404, 409]), ("Jo", &jo, &twin, &[403, 404])];
        for (name, client, own, statuses) in allowed {
            let one = ask(client, &in_case(address, own), form).await;
            let never = ask(client, &in_case(&never_was(address), own), form).await;
            let same = one.status == never.status && without_ids(&one) == without_ids(&never);
            // A review that was not booked is recorded under any new id.
            let is_new = address.ends_with("/hold") && name == "Jo";
            if !same || !is_new && !statuses.contains(&one.status.as_u16()) {
                wrong.push(format!(
                    "{name} {address} in another case: {} {}, never: {}",
                    one.status,
                    one.main(),
                    never.status
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} addresses\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(rows(world).await, before, "nothing came of any of it");
}

/// A body that says that it is something else than it is, or nothing known.
async fn raw(client: &Client, form: &Form, kind: &str, body: Vec<u8>) -> Page {
    client.send_body(&form.action, kind, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_no_page_sends_change_nothing() {
    let wrong = with_each_form(|found, form| async move {
        let thawed = found.frozen.thaw().await;
        let client = found.client(&thawed.world, form);
        let before = rows(&thawed.world).await;
        let good = sensible(form, found.now());
        let pairs = form_urlencoded::Serializer::new(String::new()).extend_pairs(&good.values).finish();
        let token = format!("csrf={}", client.csrf());
        // In parts and without the token, with the fields between the parts
        // as well, where a careless reader would find them.
        let mut parts =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n&{pairs}&\r\n");
        for (name, value) in &good.values {
            parts += &format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        parts += &format!("--{BOUNDARY}--\r\n");
        let plain = "application/x-www-form-urlencoded";
        let in_parts = format!("multipart/form-data; boundary={BOUNDARY}");
        let long = format!("{token}&x={}", "x".repeat(MOST_BYTES));
        let (cut, no_edge) = (parts[..parts.len() / 2].to_owned(), parts.clone());
        let mut wrong = vec![];
        for (what, kind, body, statuses) in [
            ("in parts without the token", in_parts.as_str(), parts, 403..=403),
            ("cut off", &in_parts, cut, 400..=403),
            ("in parts without an edge", "multipart/form-data", no_edge, 400..=403),
            ("as JSON", "application/json", "{\"a\": 1}".to_owned(), 400..=415),
            ("without a kind", "", pairs.clone(), 400..=415),
            ("no bytes", plain, String::new(), 400..=403),
            ("more than can be taken in", plain, long, 413..=413),
        ] {
            let page = raw(&client, form, kind, body.into_bytes()).await;
            let status = page.status.as_u16();
            if !statuses.contains(&status) || page.select("main h1").is_empty() {
                wrong.push(format!("{what}: {status} {}", page.text()));
            }
        }
        let after = rows(&thawed.world).await;
        if after != before {
            wrong.push("something came of it".to_owned());
        }
        // Bytes that are no text, in every field, with the token.
        let fields = form.fields.iter().filter(|f| f.kind != Kind::File);
        let odd: String = fields.map(|f| format!("&{}=%ff%fe%00%zz%", f.name)).collect();
        let page = raw(&client, form, plain, format!("{token}{odd}").into_bytes()).await;
        if page.status.as_u16() >= 500 {
            wrong.push(format!("bytes that are no text: {}", page.status));
        }
        wrong
    })
    .await;
    assert!(wrong.is_empty(), "{} answers\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_behind_the_question_mark_breaks_nothing() {
    let found: &Found = found().await;
    let thawed = found.frozen.thaw().await;
    let mut seen = std::collections::BTreeSet::new();
    let long = "x".repeat(2_000);
    for form in &found.all {
        let path = form.page.split('?').next().unwrap_or_default();
        if !seen.insert(super::read::route_of(&axum::http::Method::GET, path)) {
            continue;
        }
        let client = found.client(&thawed.world, form);
        for value in [ODD, "a\0b", "-1", "99999999999999999999", &long] {
            let mut query = form_urlencoded::Serializer::new(String::new());
            for name in [
                "done", "next", "line", "day", "month", "year", "on-day", "on-month", "on-year", "date",
                "from", "page", "question", "section", "after",
            ] {
                query.append_pair(name, value);
            }
            let page = client.get(&format!("{path}?{}", query.finish())).await;
            assert!(page.status.as_u16() < 500, "{path} {value:.20}: {}", page.main());
            let page = client.get(&format!("{path}?%ff=%fe&%&=&&%00")).await;
            assert!(page.status.as_u16() < 500, "{path}: {}", page.main());
        }
    }
}
