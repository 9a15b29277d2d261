//! What holds for every page: no inline script or style, ids that are there
//! once, links inside the page that lead somewhere, assets that exist.

#[path = "../examples/gallery/pages.rs"]
mod gallery;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use axum::routing::get;
use scraper::{Html, Selector};
use std::collections::HashSet;
use std::io::Read;
use testkit::{World, databases};
use tower::ServiceExt;
use web::assets::Logo;
use web::look::Look;
use web::page::{Shell, page};

fn select(css: &str) -> Selector {
    Selector::parse(css).expect("a selector")
}

fn all_pages() -> impl Iterator<Item = (&'static str, String)> {
    gallery::NAMES.into_iter().map(|name| (name, gallery::page(name).expect("a page").0))
}

#[test]
fn nothing_is_inline() {
    for (name, text) in all_pages() {
        let html = Html::parse_document(&text);
        for element in html.select(&select("*")) {
            let tag = element.value().name();
            assert!(tag != "style", "{name}: a style element");
            for (attribute, value) in element.value().attrs() {
                assert!(attribute != "style", "{name}: style=\"{value}\" on {tag}");
                assert!(!attribute.starts_with("on"), "{name}: {attribute} on {tag}");
                assert!(!value.trim_start().to_lowercase().starts_with("javascript:"), "{name}: {value}");
            }
            if tag == "script" {
                assert!(element.value().attr("src").is_some_and(|src| src.starts_with("/assets/")), "{name}");
                assert_eq!(element.text().collect::<String>(), "", "{name}: words in a script element");
            }
        }
        assert!(!text.contains("http://www.") || !text.contains("src=\"http"), "{name}: another machine");
    }
}

/// A parser forgives an attribute that is written twice, so the words are
/// looked at as they are sent.
#[test]
fn no_element_says_an_attribute_twice() {
    for (name, text) in all_pages() {
        for tag in text.split('<').filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
            for attribute in [" class=\"", " id=\"", " role=\"", " aria-describedby=\""] {
                assert!(tag.matches(attribute).count() < 2, "{name}: <{tag}>");
            }
        }
    }
}

#[test]
fn ids_are_there_once_and_what_points_to_them_finds_them() {
    for (name, text) in all_pages() {
        let html = Html::parse_document(&text);
        let mut ids = HashSet::new();
        for element in html.select(&select("[id]")) {
            let id = element.value().attr("id").expect("selected by it");
            // Drawings share one pattern; each brings it, since each may be alone.
            assert!(ids.insert(id) || element.value().name() == "pattern", "{name}: id {id} twice");
        }
        for attribute in ["for", "aria-describedby", "aria-labelledby", "aria-controls"] {
            for element in html.select(&select(&format!("[{attribute}]"))) {
                for id in element.value().attr(attribute).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(id), "{name}: {attribute}={id}");
                }
            }
        }
        for link in html.select(&select("a[href^='#']")) {
            let target = link.value().attr("href").unwrap_or_default().trim_start_matches('#');
            assert!(ids.contains(target), "{name}: #{target} leads nowhere");
        }
    }
}

#[test]
fn the_shell_says_where_one_is() {
    let look = Look { service_name: "Budgets <b>".into(), ..Look::default() };
    let shell = Shell { errors: true, ..Shell::new(&look, "Your name") };
    let html = Html::parse_document(&page(&shell, maud::html! { h1 { "Your name" } }).0);
    let text =
        |css: &str| html.select(&select(css)).map(|e| e.text().collect::<String>()).collect::<Vec<_>>();
    assert_eq!(text("title"), ["Error: Your name – Budgets <b>"]);
    assert_eq!(html.select(&select("html[lang='en-GB']")).count(), 1);
    assert_eq!(html.select(&select("main#maincontent")).count(), 1);
    assert_eq!(html.select(&select("a.nhsuk-skip-link[href='#maincontent']")).count(), 1);
    assert_eq!(text("footer a"), ["Contact us", "Accessibility statement", "Privacy and cookies"]);
    assert!(text("header").concat().contains("Sign in"));
    assert_eq!(html.select(&select(".phb-demo")).count(), 0, "only the demonstration says it is one");
}

#[test]
fn every_fact_of_a_picture_is_there_in_words() {
    let text_of = |markup: maud::Markup| {
        let html = Html::parse_fragment(&markup.0);
        let mut words = String::new();
        for piece in html.root_element().text() {
            words.push_str(piece);
            words.push(' ');
        }
        words
    };
    let money = text_of(web::picture::money_bar(&gallery::money()));
    for fact in ["£9,120.00", "£3,884.15", "£1,420.00", "£3,815.85"] {
        assert!(money.contains(fact), "{fact}");
    }
    let path = text_of(web::picture::path_of_stages(&gallery::stages()));
    for stage in gallery::stages() {
        assert!(path.contains(&stage.name) && path.contains(&stage.note));
    }
    assert_eq!(path.matches("You are here").count(), 1);
    assert_eq!(path.matches("Done").count(), 3);
    let thread = text_of(web::picture::golden_thread(&gallery::threads()));
    for thread_of in gallery::threads() {
        assert_eq!(
            thread.matches(&thread_of.need).count(),
            1 + thread_of.lines.len().max(1),
            "drawn, and in the table"
        );
        for line in thread_of.lines {
            assert!(
                thread.contains(&line.action)
                    && line.paid.is_none_or(|paid| thread.contains(&paid.to_string()))
            );
        }
    }
    let chart = text_of(web::picture::run_out_chart(&gallery::forecast()));
    for month in gallery::forecast().past.iter().chain(&gallery::forecast().ahead) {
        assert!(chart.contains(&month.name) && chart.contains(&month.left.to_string()));
    }
}

#[test]
fn pictures_bear_any_amounts() {
    use domain::Pence;
    use web::picture::{Forecast, MoneyBar, Month, budget_split, money_bar, run_out_chart};
    let most = domain::money::MOST.0;
    for (came_in, spent, promised) in
        [(0, 0, 0), (0, 5, 0), (100, 200, 50), (most, 1, 0), (most, most, most), (1, 0, 1)]
    {
        let left = Pence(came_in - spent - promised);
        let money =
            MoneyBar { came_in: Pence(came_in), spent: Pence(spent), promised: Pence(promised), left };
        let text = money_bar(&money).0;
        let html = Html::parse_fragment(&text);
        let mut end = 0;
        for part in html.select(&select(".phb-bar .phb-bar__part")) {
            let number =
                |name| part.value().attr(name).and_then(|n| n.parse::<i64>().ok()).expect("a number");
            assert_eq!(number("x"), end, "parts lie side by side: {money:?}");
            end += number("width");
        }
        assert!(end <= 1_000, "{money:?}");
        assert_eq!(text.contains("phb-money__over"), left.is_negative());
    }
    assert!(budget_split(Pence(0), Pence(0)).0.contains("£0.00"));
    let one = vec![Month { name: "May".into(), left: Pence(-5) }];
    for forecast in [
        Forecast::default(),
        Forecast { past: one.clone(), ..Forecast::default() },
        Forecast { ahead: one, ..Forecast::default() },
    ] {
        let _ = run_out_chart(&forecast);
    }
}

async fn ask(path: &str, encoding: &str) -> Response<Body> {
    let app = Router::new().route("/assets/{name}", get(web::assets::serve));
    let request =
        Request::get(path).header(header::ACCEPT_ENCODING, encoding).body(Body::empty()).expect("a request");
    app.oneshot(request).await.expect("no error is possible")
}

#[tokio::test]
async fn assets_are_served_for_ever_and_compressed_on_request() {
    for name in ["main.css", "nhsuk.js", "start.js", "ready.js", "favicon.svg"] {
        let url = web::assets::url(name);
        let plain = ask(url, "identity").await;
        assert_eq!(plain.status(), StatusCode::OK, "{name}");
        assert!(plain.headers()[header::CACHE_CONTROL].to_str().expect("text").contains("immutable"));
        assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
        let plain = to_bytes(plain.into_body(), 1 << 24).await.expect("bytes");
        assert!(ask(url, "gzip;q=0, br").await.headers().get(header::CONTENT_ENCODING).is_none());
        let packed = ask(url, "br, gzip").await;
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip");
        let packed = to_bytes(packed.into_body(), 1 << 24).await.expect("bytes");
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut unpacked).expect("gzip");
        assert_eq!(unpacked, plain, "{name}");
    }
    assert_eq!(ask("/assets/main.css", "gzip").await.status(), StatusCode::NOT_FOUND, "only the hashed name");
    assert_eq!(ask("/assets/..%2f..%2fCargo.toml", "gzip").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_style_sheet_asks_no_other_machine_for_anything() {
    let css =
        to_bytes(ask(web::assets::url("main.css"), "").await.into_body(), 1 << 24).await.expect("bytes");
    let css = String::from_utf8(css.to_vec()).expect("UTF-8");
    assert!(!css.contains("https://") && !css.contains("Frutiger") && !css.contains("@import"));
    for address in
        css.split("url(").skip(1).filter_map(|rest| rest.split_once(')')).map(|(address, _)| address)
    {
        if address.starts_with("/assets/") {
            assert_eq!(ask(address, "").await.status(), StatusCode::OK, "{address}");
        } else {
            assert!(
                address.starts_with('#') || address.starts_with("data:") || address.starts_with("\"data:"),
                "{address}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisations_logo_stands_on_every_page_and_is_safe_to_open() {
    let mut world = World::new(&databases::sqlite_url()).await;
    let drawing = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><circle r='4'/></svg>";
    let logo = Logo::of(drawing.into()).expect("a logo");
    let address = logo.url();
    world.web.look = std::sync::Arc::new(Look { logo: Some(logo), ..Look::default() });
    let client = testkit::client::Client::new(web::router(world.web.clone()), None);
    for path in ["/", "/sign-in", "/no-such-page"] {
        let page = client.get(path).await;
        assert_eq!(page.attributes("header img", "src"), [address.as_str()], "{path}");
        // The name stands beside it: said twice it would be in the way.
        assert_eq!(page.attributes("header img", "alt"), [""], "{path}");
    }
    let picture = client.get(&address).await.expect(200);
    assert_eq!(picture.bytes, drawing.as_bytes());
    let header = |name: &str| picture.headers[name].to_str().expect("words").to_owned();
    assert_eq!(header("content-type"), "image/svg+xml");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").starts_with("sandbox; default-src 'none'"));
    assert!(header("cache-control").contains("immutable"));
    world.nobody().get(&address).await.expect(404);
}
