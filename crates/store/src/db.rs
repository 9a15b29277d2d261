//! The database: open it, read it, write it.

use crate::engine::{Access, Asked, Connection, OwnKey, Place};
use crate::group_commit::{self, Job, Reply, Work};
use crate::keys::Keys;
use crate::queue::Queue;
use crate::{Engine, StoreError, Stream, Tx, migrations, under_key};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// How many reads run side by side.
const READERS: usize = 4;

/// A database that is open. Clones share it.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    engine: Engine,
    writes: Arc<Queue<Box<dyn Work>>>,
    reads: Arc<Queue<Box<dyn Work>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    asked: Arc<Asked>,
    keys: Keys,
    is_encrypted: bool,
    /// Why nothing may be written, where nothing may.
    closed_to_writers: RwLock<Option<StoreError>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.writes.close();
        self.reads.close();
    }
}

impl Db {
    /// Opens `phb.db`, `sqlite:path` or `postgres://…`, makes the file if it
    /// is not there, and brings the tables up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, &Keys::default()).await
    }

    /// The same, written and checked with these keys. Without the keys of a
    /// database, or with others, it can be read, and not written.
    pub async fn open_with(url: &str, keys: &Keys) -> Result<Self, StoreError> {
        let (place, keys) = (Place::parse(url)?, keys.clone());
        blocking(move || Self::start(&place, migrations::newest(), &keys, Purpose::Use)).await
    }

    /// Opens a database that is to be filled with what another holds, whatever
    /// key that is under: it is empty, or it will be refused.
    pub async fn open_to_fill(url: &str) -> Result<Self, StoreError> {
        Self::open_at(url, migrations::newest()).await
    }

    /// Opens an empty database that is to be filled with what another holds,
    /// encrypted with these keys ([`crate::encrypt`]). It is under them when all is there.
    pub async fn open_to_bring_over(url: &str, keys: &Keys) -> Result<Self, StoreError> {
        let (place, keys) = (Place::parse(url)?, keys.clone());
        if keys.is_empty() {
            return Err(StoreError::no_ring());
        }
        blocking(move || Self::start(&place, migrations::newest(), &keys, Purpose::BringOver)).await
    }

    /// The same, but with the tables as they were after a migration, for what
    /// is to be filled before the others change it.
    pub(crate) async fn open_at(url: &str, migration: i64) -> Result<Self, StoreError> {
        let place = Place::parse(url)?;
        blocking(move || Self::start(&place, migration, &Keys::default(), Purpose::Fill)).await
    }

    /// Opens a database that was made before; refuses one that is not there.
    pub async fn open_existing(url: &str) -> Result<Self, StoreError> {
        Self::open_existing_with(url, &Keys::default()).await
    }

    /// The same, written and checked with these keys.
    pub async fn open_existing_with(url: &str, keys: &Keys) -> Result<Self, StoreError> {
        let (place, keys) = (Place::parse(url)?, keys.clone());
        let shown = if place.engine() == Engine::Sqlite { url.to_owned() } else { "that address".to_owned() };
        let nothing =
            move || StoreError::NotThere { what: format!("there is no database of ours at {shown}") };
        blocking(move || {
            if let Place::Sqlite(path) = &place
                && !path.is_file()
            {
                return Err(nothing());
            }
            let mut connection = place.connect(Access::Write)?;
            if !migrations::any(&mut connection)? {
                return Err(nothing());
            }
            drop(connection);
            Self::start(&place, migrations::newest(), &keys, Purpose::Use)
        })
        .await
    }

    fn start(place: &Place, migration: i64, keys: &Keys, purpose: Purpose) -> Result<Self, StoreError> {
        let mut writer = place.connect(Access::Write)?.with_keys(keys);
        migrations::apply(&mut writer, migration)?;
        let Stands { closed_to_writers, is_encrypted } = match purpose {
            Purpose::Use => under_key(&mut writer)?,
            Purpose::Fill => Stands::default(),
            Purpose::BringOver => Stands { closed_to_writers: None, is_encrypted: true },
        };
        let asked = Arc::default();
        let own_key = OwnKey::default();
        let writer = writer.encrypting(is_encrypted).counted_in(&asked).sharing(&own_key);
        let (writes, reads) = (Arc::new(Queue::new()), Arc::new(Queue::new()));
        let mut threads = Vec::with_capacity(READERS + 1);
        let queue = Arc::clone(&writes);
        threads.push(spawn("phb-writer", move || group_commit::write(writer, &queue))?);
        for _ in 0..READERS {
            let reader = place.connect(Access::Read)?.with_keys(keys).encrypting(is_encrypted);
            let reader = reader.counted_in(&asked).sharing(&own_key);
            let queue = Arc::clone(&reads);
            threads.push(spawn("phb-reader", move || group_commit::read(reader, &queue))?);
        }
        let (threads, closed_to_writers) = (Mutex::new(threads), RwLock::new(closed_to_writers));
        let (engine, keys) = (place.engine(), keys.clone());
        Ok(Self(Arc::new(Inner {
            engine,
            writes,
            reads,
            threads,
            asked,
            keys,
            is_encrypted,
            closed_to_writers,
        })))
    }

    /// Refuses where nothing may be written: the keys are not here, or are not
    /// those of this database, or it is not under a key yet.
    pub fn may_be_written(&self) -> Result<(), StoreError> {
        let closed = self.0.closed_to_writers.read().unwrap_or_else(PoisonError::into_inner);
        closed.clone().map_or(Ok(()), Err)
    }

    /// The keys that it is written and checked with.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// Whether what is personal is encrypted in it: it was made with a key, or
    /// brought over ([`crate::encrypt`]).
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.0.is_encrypted
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        self.0.engine
    }

    /// How many questions were asked of the database since it was opened, and
    /// how many rows came back: what a page costs, whatever the machine.
    #[must_use]
    pub fn asked(&self) -> (u64, u64) {
        let asked = &self.0.asked;
        (asked.questions.load(Ordering::Relaxed), asked.rows.load(Ordering::Relaxed))
    }

    /// Runs `work` on one consistent snapshot. It may be run more than once,
    /// so it does nothing but use `tx`.
    pub async fn read<T, E>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        run(&self.0.reads, vec![], work).await
    }

    /// Runs `work` in a transaction that is durable when this returns `Ok`. An
    /// `Err` from `work` undoes what it did and nothing else. It may be run
    /// more than once, so it does nothing but use `tx`.
    pub async fn write<T, E>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.write_about(vec![], work).await
    }

    /// The same, for work that is known to need the heads of these streams:
    /// those of all who share a commit are then asked for in one round trip.
    pub async fn write_about<T, E>(
        &self,
        about: Vec<Stream>,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.may_be_written()?;
        run(&self.0.writes, about, work).await
    }

    /// Writes also where nothing may be written yet: only what brings the
    /// database under its key does that.
    pub(crate) async fn write_to_adopt<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        run(&self.0.writes, vec![], work).await
    }

    /// Looks again whether it may be written, after it was brought under its key.
    pub(crate) async fn look_again(&self) -> Result<(), StoreError> {
        let closed = self.read(under_key::why_closed).await?;
        *self.0.closed_to_writers.write().unwrap_or_else(PoisonError::into_inner) = closed;
        Ok(())
    }

    /// Finishes what was asked for and closes the database. Other clones find
    /// it closed.
    pub async fn close(self) {
        self.0.writes.close();
        self.0.reads.close();
        let threads = std::mem::take(&mut *self.0.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let all = tokio::task::spawn_blocking(move || threads.into_iter().for_each(|t| drop(t.join())));
        // The task cannot be cancelled, and it does not panic.
        all.await.ok();
    }
}

/// What a database is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Use,
    /// To be filled with the rows of another, each as it is there.
    Fill,
    /// To be filled with what another says, encrypted.
    BringOver,
}

/// What a database says of itself when it is opened.
#[derive(Default)]
struct Stands {
    closed_to_writers: Option<StoreError>,
    is_encrypted: bool,
}

/// Notes in a new database that it is under its key. Gives why one that is not
/// under the keys that are here is not to be written.
fn under_key(writer: &mut Connection) -> Result<Stands, StoreError> {
    migrations::in_transaction(writer, |connection| {
        let mut tx = Tx::new(connection);
        if !tx.keys().is_empty() {
            under_key::begin_if_new(&mut tx)?;
        }
        let closed_to_writers = under_key::why_closed(&mut tx)?;
        Ok(Stands { closed_to_writers, is_encrypted: under_key::is_encrypted(&mut tx)? })
    })
}

async fn run<T, E>(
    queue: &Queue<Box<dyn Work>>,
    about: Vec<Stream>,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (reply, answer) = oneshot::channel::<Reply<T, E>>();
    if queue.push(Box::new(Job { work, about, outcome: None, reply })).is_err() {
        return Err(StoreError::Closed.into());
    }
    match answer.await {
        Ok(Ok(outcome)) => outcome,
        // A panic belongs to whoever asked, not to the thread that served it.
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(_) => Err(StoreError::Closed.into()),
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(|e| StoreError::Io { what: format!("cannot start a thread: {e}") })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(e) => Err(StoreError::Io { what: e.to_string() }),
    }
}
