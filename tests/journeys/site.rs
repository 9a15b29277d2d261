//! The site on an address of this machine, with a browser in front of it.

use domain::case::circle;
use domain::paper::Paper;
use domain::{AccountId, CaseId};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{LazyLock, Mutex, PoisonError};
use testkit::browser::Browser;
use testkit::stages::Stage;
use testkit::world::World;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
/// As many browsers at once as there are cores, and no more than a few: each is
/// several processes, and waits half of its time for the other side.
static BROWSERS: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Semaphore::new(cores.min(4))
});

/// A world, served, and a browser.
pub struct Site {
    pub world: World,
    pub browser: Browser,
    /// The case that the story is about, once there is one.
    pub case: Option<CaseId>,
    /// Whether [`Site::check`] looks at the pages.
    looks: bool,
    looked_at: AtomicU32,
    problems: Mutex<Vec<String>>,
}

/// Walks a story on both databases, side by side. What can be seen of a page is
/// looked at on one of them: the pages are the same, and the other walks them
/// with every word, press and answer.
pub fn on_both<F: Future<Output = Site>>(story: impl Fn(Site) -> F + Sync) {
    let [sqlite, postgres] = testkit::databases::both();
    std::thread::scope(|scope| {
        let other = scope.spawn(|| on(postgres.0, &postgres.1, false, &story));
        on(sqlite.0, &sqlite.1, true, &story);
        if let Err(why) = other.join() {
            std::panic::resume_unwind(why);
        }
    });
}

/// Walks a story on SQLite alone: for what no database can change.
pub fn on_one<F: Future<Output = Site>>(story: impl Fn(Site) -> F) {
    on("sqlite", &testkit::databases::sqlite_url(), true, &story);
}

fn on<F: Future<Output = Site>>(name: &'static str, url: &str, looks: bool, story: &impl Fn(Site) -> F) {
    RUNTIME.block_on(async {
        let _seat = BROWSERS.acquire().await.expect("it is never closed");
        let site = story(Site::start(url, looks).await).await;
        site.browser.stop().await;
        println!("{name}: {} pages looked at", site.looked_at.into_inner());
        let problems = site.problems.into_inner().unwrap_or_else(PoisonError::into_inner);
        assert!(problems.is_empty(), "{name}: barriers\n{}", problems.join("\n"));
    });
}

/// A renderer that sets a paper once however many ask for it: the same paper
/// gives the same bytes, and unoptimised that takes seconds.
fn set_once() -> impl Fn(&Paper) -> Result<Vec<u8>, String> + Send + Sync + 'static {
    let renderer = documents::Renderer::new();
    let made = Mutex::new(HashMap::<String, Vec<u8>>::new());
    move |paper| {
        let asked = format!("{paper:?}");
        let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pdf) = made.get(&asked) {
            return Ok(pdf.clone());
        }
        let pdf = renderer.render(paper).map_err(|why| why.to_string())?;
        made.insert(asked, pdf.clone());
        Ok(pdf)
    }
}

impl Site {
    async fn start(url: &str, looks: bool) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free address");
        // By its name: passkeys belong to a name, not to a number.
        let base = format!("http://localhost:{}", listener.local_addr().expect("its address").port());
        let change = move |settings: &mut service::Settings| {
            settings.demo = true;
            settings.base_url = base;
        };
        let world = World::that(url, change, |app| app.with_pdf_renderer(set_once())).await;
        let web = world.web.clone();
        tokio::spawn(web::serve::serve(listener, web, std::future::pending()));
        Self::with_browser(world, looks).await
    }

    async fn with_browser(world: World, looks: bool) -> Self {
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/axe-core/axe.min.js");
        let browser = Browser::start(&world.app.settings.base_url, &axe).await;
        // As wide as it is for those who are looked at.
        browser.width(1280).await;
        Self { world, browser, case: None, looks, looked_at: AtomicU32::new(0), problems: Mutex::default() }
    }

    /// A second browser before the same site.
    pub async fn beside(&self) -> Self {
        Self::with_browser(self.world.clone(), self.looks).await
    }

    /// Ends it, and tells the first what it saw.
    pub async fn join(self, first: &Self) {
        self.browser.stop().await;
        first.looked_at.fetch_add(self.looked_at.into_inner(), Relaxed);
        let problems = self.problems.into_inner().unwrap_or_else(PoisonError::into_inner);
        first.problems.lock().unwrap_or_else(PoisonError::into_inner).extend(problems);
    }

    /// Becomes somebody, through the demonstration's own door.
    pub async fn be(&self, name: &str) {
        self.browser.forget().await;
        self.browser.open("/demo").await;
        self.browser.press(&format!("Be {name}")).await;
    }

    /// Signs in as people do: address and passphrase.
    pub async fn sign_in(&self, email: &str, passphrase: &str) {
        self.browser.forget().await;
        self.browser.open("/sign-in").await;
        self.browser.fill_named("email", email).await;
        self.browser.fill_named("passphrase", passphrase).await;
        self.browser.press("Sign in").await;
    }

    /// The story is about Alice's case, which has come to this stage.
    pub async fn begin_at(&mut self, stage: Stage) {
        self.case = Some(self.world.case_at(stage).await);
    }

    /// From now on this is the case that the story is about.
    pub fn remember(&mut self, id: &str) {
        self.case = Some(id.parse().expect("the id of a case"));
    }

    pub fn case(&self) -> CaseId {
        self.case.expect("the story has a case by now")
    }

    /// Somebody in the circle gets the account that they have in the world.
    pub async fn give_account(&self, name: &str, account: AccountId) {
        let case = self.world.case(self.case()).await;
        let id = case.circle.present().find(|m| m.name.as_str() == name).expect("they are in it").id;
        let jo = self.world.people.coordinator;
        self.world.say(self.case(), jo, circle::Event::MemberInvited { id, account }).await;
    }

    /// Opens a page inside the case.
    pub async fn at(&self, page: &str) {
        let path = format!("/cases/{}/{page}", self.case());
        self.browser.open(path.trim_end_matches('/')).await;
    }

    /// The newest link in the letters to an address, as its reader follows it.
    pub async fn link_in_letter(&self, address: &str) -> String {
        let base = self.world.app.settings.base_url.clone();
        format!("{base}{}", self.world.link_in_letter(Some(address)).await)
    }

    /// Presses Tab until something with these words has the focus.
    pub async fn tab_to(&self, words: &str) {
        let mut passed = vec![];
        for _ in 0..60 {
            self.browser.key("\u{E004}").await;
            let focused = self.browser.focused().await;
            if focused.trim().starts_with(words) {
                return;
            }
            passed.push(focused);
        }
        panic!("Tab never comes to {words}; it came to {passed:?}");
    }

    /// Looks at the page as it is on a desk and on a telephone. What is wrong
    /// is told at the end of the story, all of it.
    pub async fn check(&self) {
        if !self.looks {
            return;
        }
        self.looked_at.fetch_add(1, Relaxed);
        for width in [1280, 360] {
            self.browser.width(width).await;
            let found = self.browser.barriers().await;
            let found = found.into_iter().map(|barrier| format!("{width} pixels: {barrier}"));
            self.problems.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
        }
        self.browser.width(1280).await;
    }
}
