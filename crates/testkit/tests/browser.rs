//! The browser itself: it sees words, types, and finds barriers.

use std::io::Write as _;
use std::path::Path;
use testkit::browser::Browser;

/// A page of these words, in a file.
fn page(main: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".html").tempfile().expect("a file");
    write!(file, "<!doctype html><html lang=en><title>Tea</title><main>{main}</main></html>")
        .expect("written");
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_driven_by_its_words_and_its_barriers_are_found() {
    let good = page(
        "<h1>Tea</h1><form>
         <label for=a>Your \"name\"</label><input id=a name=a><button type=button
         onclick=\"document.querySelector('h1').textContent='Hello '+document.querySelector('#a').value\">Greet</button>
         </form>",
    );
    let bad = page("<h1>x</h1><img src=data:,>");
    let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules/axe-core/axe.min.js");
    let browser = Browser::start("http://127.0.0.1:1", &axe).await;

    browser.open(&format!("file://{}", good.path().display())).await;
    browser.fill("Your \"name\"", "Alice 👩🏽‍🦽").await;
    browser.press("Greet").await;
    browser.see("Hello Alice").await;
    browser.not_see("Goodbye").await;
    browser.check().await;
    browser.width(360).await;
    let picture = browser.shot("browser-test").await;
    assert!(std::fs::read(picture).expect("a picture").starts_with(b"\x89PNG"));

    browser.scripts(false).await;
    browser.open(&format!("file://{}", good.path().display())).await;
    browser.press("Greet").await;
    browser.see("Tea").await;
    browser.not_see("Hello").await;
    browser.scripts(true).await;

    // What the design system's script does to its own choices is let pass, on
    // those alone; anything more on them is found.
    for (input, passes) in [
        ("class=nhsuk-radios__input aria-controls=more aria-expanded=false", true),
        ("aria-controls=more aria-expanded=false", false),
        ("class=nhsuk-radios__input aria-controls=more aria-expanded=false aria-pressed=true", false),
    ] {
        let choice = page(&format!(
            "<h1>x</h1><input type=radio name=r id=r {input}><label for=r>Yes</label><p id=more>More</p>"
        ));
        browser.open(&format!("file://{}", choice.path().display())).await;
        assert_eq!(browser.barriers().await.is_empty(), passes, "{input}: {:?}", browser.barriers().await);
    }

    browser.open(&format!("file://{}", bad.path().display())).await;
    let found = tokio::spawn(async move {
        browser.check().await;
        browser
    })
    .await;
    assert!(found.is_err(), "a picture without words must be found");
}
