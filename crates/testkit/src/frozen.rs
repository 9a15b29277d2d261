//! A world kept as it is at one moment, to be had again as often as a test
//! wants to do something to it that cannot be undone.

use crate::world::{World, keys};
use demo::Place;
use domain::Timestamp;
use service::clock::Clock;
use service::{App, Settings};
use std::path::{Path, PathBuf};
use store::Db;
use tempfile::TempDir;

/// The world as it was, in a file of its own.
#[derive(Clone, Debug)]
pub struct Frozen {
    file: PathBuf,
    place: Place,
    settings: Settings,
    now: Timestamp,
}

/// The same world again. Its file goes with it.
pub struct Thawed {
    pub world: World,
    _folder: TempDir,
}

impl Frozen {
    /// Keeps a world that stands in the SQLite file `url`.
    pub async fn of(world: World, url: &str) -> Self {
        let (settings, now) = ((*world.app.settings).clone(), world.app.clock.now());
        let place = world.place;
        world.db.clone().close().await;
        Self { file: PathBuf::from(url), place, settings, now }
    }

    /// The world as it was kept.
    pub async fn thaw(&self) -> Thawed {
        let folder = tempfile::Builder::new().prefix("phb-thawed-").tempdir().expect("a temporary folder");
        let file = folder.path().join("phb.db");
        std::fs::copy(&self.file, &file).expect("the file can be copied");
        // What was written last stands beside it where somebody still read at the end.
        let log = |file: &Path| PathBuf::from(format!("{}-wal", file.display()));
        if log(&self.file).exists() {
            std::fs::copy(log(&self.file), log(&file)).expect("its log can be copied");
        }
        let db = Db::open_existing_with(&file.display().to_string(), &keys()).await.expect("the copy opens");
        Thawed { world: self.in_database(db), _folder: folder }
    }

    /// The same copied into an empty database of another kind.
    pub async fn thaw_into(&self, url: &str) -> World {
        let from = Db::open_existing(&self.file.display().to_string()).await.expect("the file opens");
        let to = Db::open(url).await.expect("the database opens");
        store::copy::copy(&from, &to, |_, _| {}).await.expect("everything is copied");
        to.close().await;
        self.in_database(Db::open_existing_with(url, &keys()).await.expect("the copy opens"))
    }

    fn in_database(&self, db: Db) -> World {
        let app = App::new(db.clone(), Clock::standing_at(self.now), self.settings.clone());
        World::around(app, db, self.place)
    }
}
