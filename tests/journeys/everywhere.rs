//! Every page that somebody can reach by following links: it answers, axe finds
//! no barrier, and it fits a telephone. Nothing leads nowhere.

use crate::site::{Site, on_one};
use domain::AccountId;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use testkit::stages::Stage;

/// How many pages one person's walk may have: more means links without end.
const MOST: usize = 600;

#[test]
fn every_page_that_can_be_reached_can_be_used() {
    on_one(|site| async {
        let case = site.world.case_at(Stage::Review).await;
        site.world.other_case().await;
        site.world.enquiry().await;
        let people = site.world.people;
        let walkers: [(&str, Option<AccountId>, Vec<String>); 8] = [
            ("nobody", None, vec!["/".into()]),
            ("Martin Hale", Some(people.husband), vec!["/home".into(), format!("/cases/{case}")]),
            ("Jo Field", Some(people.coordinator), vec!["/home".into()]),
            ("Priya Nair", Some(people.nurse), vec!["/home".into()]),
            ("Farid Khan", Some(people.finance1), vec!["/home".into()]),
            ("Carys Bevan", Some(people.commissioner), vec!["/home".into()]),
            ("Anna Price", Some(people.admin), vec!["/home".into(), "/admin".into()]),
            ("Tess Moore", Some(people.third_party), vec!["/home".into()]),
        ];
        let mut seen_by_anyone = BTreeSet::new();
        for (name, account, starts) in walkers {
            let pages = reach(&site, account, &starts).await;
            assert!(!pages.is_empty(), "{name} reaches nothing");
            if name == "nobody" {
                site.browser.forget().await;
            } else {
                site.be(name).await;
            }
            for (pattern, path) in pages {
                // A page that looks the same to all is looked at once.
                let personal = pattern.starts_with("/cases") || pattern == "/home";
                if seen_by_anyone.insert((if personal { name } else { "" }, pattern)) {
                    site.browser.open(&path).await;
                    site.check().await;
                }
            }
        }
        site
    });
}

/// The pages that links lead to, one path for each kind of page (ids set
/// aside). Fails on a link that leads nowhere.
async fn reach(site: &Site, account: Option<AccountId>, starts: &[String]) -> BTreeMap<String, String> {
    let client = match account {
        Some(account) => site.world.client(account).await,
        None => site.world.nobody(),
    };
    let mut queue: VecDeque<(String, String)> =
        starts.iter().map(|s| (s.clone(), "the start".into())).collect();
    let mut known: BTreeSet<String> = starts.iter().cloned().collect();
    let mut pages = BTreeMap::new();
    while let Some((path, from)) = queue.pop_front() {
        assert!(known.len() < MOST, "links without end: {path} from {from}");
        let answer = client.get(&path).await;
        let answer = client.follow(answer).await;
        // "Not possible yet" is a page too: it says what has to happen first.
        let leads = answer.status.is_success() || answer.status.as_u16() == 409;
        assert!(leads, "{path}, linked from {from}, answers {}", answer.status);
        let is_page = answer
            .headers
            .get("content-type")
            .is_some_and(|t| t.to_str().is_ok_and(|t| t.starts_with("text/html")));
        if !is_page {
            continue;
        }
        pages.entry(pattern(&path)).or_insert_with(|| path.clone());
        for link in links(&answer.html) {
            if known.insert(link.clone()) {
                queue.push_back((link, path.clone()));
            }
        }
    }
    pages
}

/// The paths on this site that a page links to.
fn links(html: &str) -> Vec<String> {
    let document = scraper::Html::parse_document(html);
    let anchors = scraper::Selector::parse("a[href]").expect("a selector");
    document
        .select(&anchors)
        .filter_map(|a| a.value().attr("href"))
        .filter(|href| href.starts_with('/') && !href.starts_with("//"))
        .map(|href| href.split('#').next().unwrap_or_default().to_owned())
        .collect()
}

/// A path with ids set aside: `/cases/…/plan`.
fn pattern(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let part =
        |p: &str| if p.len() == 36 && p.matches('-').count() == 4 { "…".to_owned() } else { p.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
