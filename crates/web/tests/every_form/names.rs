//! What buttons and links are called, for somebody who hears them one after
//! another and does not see what stands beside them.

use super::found;
use super::read::css;
use scraper::{ElementRef, Html};
use std::collections::{BTreeMap, BTreeSet};

/// The links and buttons of a page that are called the same and do not lead to
/// the same, each with the route of the page.
pub fn namesakes(html: &str, route: &str) -> Vec<String> {
    let document = Html::parse_document(html);
    let mut called: BTreeMap<(&str, String), BTreeSet<String>> = BTreeMap::new();
    for element in document.select(&css("main a[href], main button")) {
        let does = if element.value().name() == "a" { leads_to(element) } else { is_sent(element) };
        called.entry((element.value().name(), name(element))).or_default().insert(does);
    }
    let namesakes = called.into_iter().filter(|(_, does)| does.len() > 1);
    namesakes.map(|((what, name), _)| format!("{route}: {what} {name:?}")).collect()
}

/// What it is called: by its label, or by its words, also those that are not seen.
fn name(element: ElementRef<'_>) -> String {
    let words = element.value().attr("aria-label").map_or_else(|| element.text().collect(), str::to_owned);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn leads_to(link: ElementRef<'_>) -> String {
    link.value().attr("href").unwrap_or_default().to_owned()
}

/// Where a button sends its form, and what says there which one is meant.
fn is_sent(button: ElementRef<'_>) -> String {
    let own = |name: &str| button.value().attr(name).unwrap_or_default();
    let Some(form) = button.ancestors().filter_map(ElementRef::wrap).find(|e| e.value().name() == "form")
    else {
        return own("aria-controls").to_owned();
    };
    let hidden = css("input[type=hidden]");
    let hidden = form.select(&hidden).map(|field| {
        let attr = |name: &str| field.value().attr(name).unwrap_or_default();
        format!("{}={}", attr("name"), attr("value"))
    });
    let which: Vec<String> =
        hidden.filter(|field| !field.starts_with("csrf=") && !field.starts_with("key=")).collect();
    let to = [own("formaction"), form.value().attr("action").unwrap_or_default()];
    format!("{} {}={} {}", to.join(" "), own("name"), own("value"), which.join(" "))
}

/// "Release", "Release", "Release": which of them is the one for the school fees?
#[tokio::test(flavor = "multi_thread")]
async fn no_two_buttons_or_links_of_a_page_are_called_the_same_and_do_different_things() {
    let namesakes = Vec::from_iter(&found().await.namesakes);
    assert_eq!(namesakes, Vec::<&String>::new());
}

#[test]
fn namesakes_are_seen() {
    let page = |hidden: &str| {
        format!(
            "<main><a href='/a'>Change</a><a href='/b'>Change<span class='nhsuk-u-visually-hidden'>{hidden}</span></a>
             <form action='/1'><button>Release</button></form><form action='/1'><button>Release</button></form>
             <form action='/2'><button aria-label='Release {hidden}'>Release</button></form></main>"
        )
    };
    assert_eq!(namesakes(&page(""), "/x"), ["/x: a \"Change\"", "/x: button \"Release\""]);
    assert_eq!(namesakes(&page(" the fees"), "/x"), [""; 0]);
}
