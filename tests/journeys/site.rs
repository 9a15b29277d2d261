//! The site on an address of this machine, with a browser in front of it.

use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};
use testkit::browser::Browser;
use testkit::world::World;
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A world, served, and a browser.
pub struct Site {
    pub world: World,
    pub browser: Browser,
    /// `sqlite` or `postgres`.
    pub database: &'static str,
}

/// Walks a story on each database, one browser at a time.
pub fn on_both<F: Future<Output = Site>>(story: impl Fn(Site) -> F) {
    for (name, url) in testkit::databases::both() {
        on(name, &url, &story);
    }
}

/// Walks a story on SQLite alone: for what no database can change.
pub fn on_one<F: Future<Output = Site>>(story: impl Fn(Site) -> F) {
    on("sqlite", &testkit::databases::sqlite_url(), &story);
}

fn on<F: Future<Output = Site>>(name: &'static str, url: &str, story: &impl Fn(Site) -> F) {
    let _mine = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    RUNTIME.block_on(async {
        let site = story(Site::start(name, url).await).await;
        site.browser.stop().await;
    });
}

impl Site {
    async fn start(database: &'static str, url: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free address");
        let base = format!("http://{}", listener.local_addr().expect("its address"));
        let address = base.clone();
        let world = World::with(url, move |settings| {
            settings.demo = true;
            settings.base_url = address;
        })
        .await;
        let router = web::router(world.web.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/axe-core/axe.min.js");
        Self { world, browser: Browser::start(&base, &axe).await, database }
    }

    /// Becomes somebody, through the demonstration's own door.
    pub async fn be(&self, name: &str) {
        self.browser.forget().await;
        self.browser.open("/demo").await;
        self.browser.press(&format!("Sign in as {name}")).await;
    }

    /// Looks at the page as it is on a desk and on a telephone.
    pub async fn check(&self) {
        for width in [1280, 360] {
            self.browser.width(width).await;
            self.browser.check(&[]).await;
        }
        self.browser.width(1280).await;
    }
}
