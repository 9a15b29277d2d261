//! Every page that somebody can reach by following links: it answers, axe finds
//! no barrier, and it fits a telephone. Nothing leads nowhere, for anyone, at
//! any stage.

use crate::site::{Site, on_one};
use domain::{AccountId, CaseId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use testkit::client::Client;
use testkit::stages::Stage;
use testkit::world::World;

/// How many pages one person's walk may have: more means links without end.
const MOST: usize = 900;

/// How far Alice's case is: at each stage, and between sending and an answer.
#[derive(Clone, Copy, Debug)]
enum When {
    At(Stage),
    Sent,
}

const TIMES: [When; 7] = [
    When::At(Stage::Contact),
    When::At(Stage::Needs),
    When::At(Stage::Money),
    When::At(Stage::Plan),
    When::Sent,
    When::At(Stage::Organise),
    When::At(Stage::Review),
];

/// At each stage everyone follows every link there is. Every one of them leads
/// to a page or a file, and every `#place` to a place.
#[test]
fn every_link_of_everyone_leads_somewhere() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let walks = TIMES.map(|when| runtime.spawn(nowhere(when)));
    let faults: Vec<String> =
        walks.into_iter().flat_map(|walk| runtime.block_on(walk).expect("the walk ends")).collect();
    assert!(faults.is_empty(), "{} links lead nowhere:\n{}", faults.len(), faults.join("\n"));
}

async fn nowhere(when: When) -> Vec<String> {
    // What is in a paper is asked elsewhere; here it only has to open.
    let render = |_: &domain::paper::Paper| Ok(b"%PDF-1.7".to_vec());
    let url = testkit::databases::sqlite_url();
    let world = World::that(&url, |settings| settings.demo = true, |app| app.with_pdf_renderer(render)).await;
    let case = case_of(&world, when).await;
    let mut faults = vec![];
    for (name, account) in everyone(&world) {
        let walk = Walk::of(&world, account, case).await;
        assert!(!walk.pages.is_empty(), "{name} reaches nothing");
        faults.extend(walk.faults.into_iter().map(|fault| format!("{when:?}, {name}: {fault}")));
    }
    faults
}

async fn case_of(world: &World, when: When) -> CaseId {
    world.other_case().await;
    world.enquiry().await;
    match when {
        When::At(stage) => world.case_at(stage).await,
        When::Sent => world.case_sent().await,
    }
}

fn everyone(world: &World) -> Vec<(&'static str, Option<AccountId>)> {
    let people = world.people.all().into_iter().map(|(account, name, ..)| (name, Some(account)));
    [("nobody", None)].into_iter().chain(people).collect()
}

/// A page is looked at by a browser where it is made of something that this
/// kind of page has not shown before: for another reader, or at another stage.
#[test]
fn every_page_that_can_be_reached_can_be_used() {
    on_one(|site| async {
        let turns = Turns { all: pages_that_show_something_new(&site).await, next: AtomicUsize::new(0) };
        let beside = site.beside().await;
        tokio::join!(turns.look(&site), turns.look(&beside));
        beside.join(&site).await;
        site
    });
}

/// Whose pages they are, and their paths.
async fn pages_that_show_something_new(site: &Site) -> Vec<(&'static str, Vec<String>)> {
    let mut looked_at: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut all = vec![];
    for when in [When::At(Stage::Review), When::Sent, When::At(Stage::Contact)] {
        let case = case_of(&site.world, when).await;
        for (name, account) in everyone(&site.world) {
            let walk = Walk::of(&site.world, account, case).await;
            let new = walk.pages.into_iter().filter(|(pattern, page)| {
                let known = looked_at.entry(pattern.clone()).or_default();
                let before = known.len();
                known.extend(page.made_of.iter().cloned());
                known.len() > before
            });
            let new: Vec<String> = new.map(|(_, page)| page.path).collect();
            if !new.is_empty() {
                all.push((name, new));
            }
        }
    }
    all
}

/// Pages to be looked at by several browsers, person by person.
struct Turns {
    all: Vec<(&'static str, Vec<String>)>,
    next: AtomicUsize,
}

impl Turns {
    async fn look(&self, site: &Site) {
        while let Some((name, paths)) = self.all.get(self.next.fetch_add(1, Relaxed)) {
            if *name == "nobody" {
                site.browser.forget().await;
            } else {
                site.be(name).await;
            }
            for path in paths {
                site.browser.open(path).await;
                site.check().await;
            }
        }
    }
}

/// One of a kind of page.
struct Reached {
    path: String,
    /// The kinds of elements in it, with their classes.
    made_of: BTreeSet<String>,
}

/// What somebody reaches by following links from where they begin.
#[derive(Default)]
struct Walk {
    /// One page for each kind of page (ids set aside).
    pages: BTreeMap<String, Reached>,
    faults: Vec<String>,
    /// The places (`id`) on each page.
    places: BTreeMap<String, BTreeSet<String>>,
    /// `(page, place, from)` that a link leads to.
    pointed_at: BTreeSet<(String, String, String)>,
}

impl Walk {
    async fn of(world: &World, account: Option<AccountId>, case: CaseId) -> Self {
        let client = match account {
            Some(account) => world.client(account).await,
            None => world.nobody(),
        };
        let mut starts = vec!["/".to_owned()];
        if account.is_some() {
            starts.push("/home".into());
            let path = format!("/cases/{case}");
            if client.get(&path).await.status.is_success() {
                starts.push(path);
            }
        }
        let mut walk = Self::default();
        walk.follow_all(&client, starts).await;
        walk.look_for_places();
        walk
    }

    async fn follow_all(&mut self, client: &Client, starts: Vec<String>) {
        let mut known: BTreeSet<String> = starts.iter().cloned().collect();
        let mut queue: VecDeque<(String, String)> =
            starts.into_iter().map(|start| (start, "the start".into())).collect();
        while let Some((path, from)) = queue.pop_front() {
            assert!(known.len() < MOST, "links without end: {path} from {from}");
            let answer = client.get(&path).await;
            let answer = client.follow(answer).await;
            if !answer.status.is_success() {
                self.faults.push(format!("{path}, linked from {from}, answers {}", answer.status));
                continue;
            }
            let is_page = answer
                .headers
                .get("content-type")
                .is_some_and(|t| t.to_str().is_ok_and(|t| t.starts_with("text/html")));
            if !is_page {
                continue;
            }
            for link in self.read(&path, &answer.html) {
                if known.insert(link.clone()) {
                    queue.push_back((link, path.clone()));
                }
            }
        }
    }

    /// Takes note of a page, and gives the paths on this site that it links to.
    fn read(&mut self, path: &str, html: &str) -> Vec<String> {
        let document = scraper::Html::parse_document(html);
        let all = scraper::Selector::parse("*").expect("a selector");
        let (mut made_of, mut places, mut links) = (BTreeSet::new(), BTreeSet::new(), vec![]);
        for element in document.select(&all).map(|found| found.value()) {
            let kind = element.attr("type").unwrap_or_default();
            made_of.insert(format!(
                "{} {kind} {}",
                element.name(),
                element.attr("class").unwrap_or_default()
            ));
            places.extend(element.attr("id").map(str::to_owned));
            let Some(href) = element.attr("href").filter(|_| element.name() == "a") else { continue };
            let (page, place) = href.split_once('#').unwrap_or((href, ""));
            let page = if page.is_empty() { path } else { page };
            if !page.starts_with('/') || page.starts_with("//") {
                continue;
            }
            if !place.is_empty() {
                self.pointed_at.insert((page.to_owned(), place.to_owned(), path.to_owned()));
            }
            links.push(page.to_owned());
        }
        self.places.insert(path.to_owned(), places);
        let reached = Reached { path: path.to_owned(), made_of };
        self.pages.entry(pattern(path)).or_insert(reached);
        links
    }

    fn look_for_places(&mut self) {
        for (page, place, from) in &self.pointed_at {
            if self.places.get(page).is_some_and(|places| !places.contains(place)) {
                self.faults.push(format!("{page} has no place #{place}, linked from {from}"));
            }
        }
    }
}

/// A path with ids set aside: `/cases/…/plan`.
fn pattern(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let part =
        |p: &str| if p.len() == 36 && p.matches('-').count() == 4 { "…".to_owned() } else { p.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
