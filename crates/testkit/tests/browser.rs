//! The browser itself: it sees words, types, and finds barriers.

use std::io::Write as _;
use std::path::Path;
use testkit::browser::Browser;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_driven_by_its_words_and_its_barriers_are_found() {
    let mut good = tempfile::Builder::new().suffix(".html").tempfile().expect("a file");
    write!(
        good,
        "<!doctype html><html lang=en><title>Tea</title><main><h1>Tea</h1><form>
         <label for=a>Your \"name\"</label><input id=a name=a><button type=button
         onclick=\"document.querySelector('h1').textContent='Hello '+document.querySelector('#a').value\">Greet</button>
         </form></main></html>"
    )
    .expect("written");
    let mut bad = tempfile::Builder::new().suffix(".html").tempfile().expect("a file");
    write!(
        bad,
        "<!doctype html><html lang=en><title>x</title><main><h1>x</h1><img src=data:,></main></html>"
    )
    .expect("written");
    let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules/axe-core/axe.min.js");
    let browser = Browser::start("http://127.0.0.1:1", &axe).await;

    browser.open(&format!("file://{}", good.path().display())).await;
    browser.fill("Your \"name\"", "Alice 👩🏽‍🦽").await;
    browser.press("Greet").await;
    browser.see("Hello Alice").await;
    browser.not_see("Goodbye").await;
    browser.check(&[]).await;
    browser.width(360).await;
    let picture = browser.shot("browser-test").await;
    assert!(std::fs::read(picture).expect("a picture").starts_with(b"\x89PNG"));

    browser.scripts(false).await;
    browser.open(&format!("file://{}", good.path().display())).await;
    browser.press("Greet").await;
    browser.see("Tea").await;
    browser.not_see("Hello").await;
    browser.scripts(true).await;

    browser.open(&format!("file://{}", bad.path().display())).await;
    let found = tokio::spawn(async move {
        browser.check(&[]).await;
        browser
    })
    .await;
    assert!(found.is_err(), "a picture without words must be found");
}
