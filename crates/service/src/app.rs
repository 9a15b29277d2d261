//! What every use case needs: the database, the clock, ids and settings.

use crate::Error;
use crate::clock::Clock;
use crate::happened::{Keeping, Origin};
use crate::lately::Lately;
use crate::limit::{Limits, Work};
use crate::pdf::{PdfRenderer, no_renderer};
use crate::rate::Rates;
use crate::server_name::ServerName;
use crate::settings::{PARTS, Parts, Settings};
use crate::shown::Shown;
use domain::account::Account;
use domain::area::Area;
use domain::case::Case;
use domain::framework::Framework;
use domain::organisation::Organisation;
use domain::paper::Paper;
use domain::{AccountId, Aggregate, AreaId, CaseId, OrganisationId, Stream};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Db, StoreError, Tx};
use uuid::Uuid;

/// A look at a section of a case by an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Look {
    pub(crate) case: CaseId,
    pub(crate) account: AccountId,
    pub(crate) section: &'static str,
    /// The number of the quarter of an hour in which it was.
    pub(crate) quarter: i64,
}

/// The use cases' surroundings. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Who reads and writes is a use case: whoever is above has no transaction.
    pub(crate) db: Db,
    pub clock: Clock,
    pub settings: Arc<Settings>,
    cases: Arc<Cache<Case>>,
    areas: Arc<Cache<Area>>,
    accounts: Arc<Cache<Account>>,
    organisations: Arc<Cache<Organisation>>,
    looks: Arc<Mutex<HashSet<Look>>>,
    pub(crate) shown: Arc<Shown>,
    /// What this server is called, among those that share the database.
    pub(crate) name: ServerName,
    /// Turns for all work that costs much.
    pub limits: Limits,
    /// How often things were done.
    pub rates: Arc<Rates>,
    /// Which strangers asked how often lately.
    pub lately: Arc<Lately>,
    pub(crate) pdf: PdfRenderer,
    /// Who asks, where that is known.
    pub(crate) origin: Option<Arc<Origin>>,
    /// What is needed to write security events down.
    pub(crate) keeping: Arc<Keeping>,
    /// In what parts bank statements are written down.
    pub(crate) parts: Parts,
}

impl App {
    #[must_use]
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Self {
        Self {
            name: ServerName::new(&new_id().simple().to_string()),
            limits: Limits::of_the_machine(),
            rates: Arc::new(Rates::new(&clock, settings.slow_down)),
            lately: Arc::new(Lately::new(&clock)),
            db,
            clock,
            settings: Arc::new(settings),
            cases: Arc::new(Cache::new(2_000)),
            areas: Arc::new(Cache::new(200)),
            accounts: Arc::new(Cache::new(5_000)),
            organisations: Arc::new(Cache::new(500)),
            looks: Arc::default(),
            shown: Arc::default(),
            origin: None,
            keeping: Arc::default(),
            pdf: PdfRenderer::of(no_renderer),
            parts: PARTS,
        }
    }

    /// A heavy read for somebody (a case from its first day on), in its turn:
    /// light reads always find a thread free.
    pub(crate) async fn heavy_read<T: Send + 'static>(
        &self,
        reader: AccountId,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let _turn = self.limits.turn(Work::EarlierDay, &reader.to_string()).await?;
        self.db.read(work).await
    }

    /// The same, with something that can set papers in print.
    #[must_use]
    pub fn with_pdf_renderer(
        self,
        render: impl Fn(&Paper) -> Result<Vec<u8>, String> + Send + Sync + 'static,
    ) -> Self {
        Self { pdf: PdfRenderer::of(render), ..self }
    }

    /// The same with bounds of one's own for work that costs much.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same, writing bank statements down in other parts.
    #[must_use]
    pub fn with_parts(self, parts: Parts) -> Self {
        Self { parts, ..self }
    }

    /// A fresh id: in the order of time, so that neighbours stay neighbours.
    #[must_use]
    pub fn id(&self) -> Uuid {
        new_id()
    }

    /// The state of a case inside a transaction; one that was never opened is
    /// empty.
    pub(crate) fn case(&self, tx: &mut Tx<'_>, id: CaseId) -> Result<Arc<Case>, StoreError> {
        self.cached(tx, &self.cases, id)
    }

    /// The streams that opening a case reads, as far as they are known.
    pub(crate) fn streams_of(&self, id: CaseId) -> Vec<Stream> {
        let area = self.cases.get(id).and_then(|case| case.area());
        std::iter::once(Case::stream_of(id)).chain(area.map(Area::stream_of)).collect()
    }

    /// Keeps a fold for the next reader. Only what is committed may be kept:
    /// never call it from inside a write.
    pub(crate) fn keep(&self, case: &Arc<Case>) {
        self.cases.put(case);
    }

    /// Forgets what was read of a case that is destroyed.
    pub(crate) fn forget(&self, case: CaseId) {
        self.cases.forget(case);
    }

    /// Whether nothing newer of a case was read or written here since. Not where
    /// that is forgotten.
    pub(crate) fn is_newest(&self, case: &Case) -> bool {
        self.cases.get(case.id).is_some_and(|newest| newest.version() == case.version())
    }

    /// An area inside a transaction.
    pub(crate) fn area(&self, tx: &mut Tx<'_>, id: AreaId) -> Result<Arc<Area>, StoreError> {
        self.cached(tx, &self.areas, id)
    }

    /// An account inside a transaction; one that was never opened is empty.
    pub(crate) fn account_of_id(&self, tx: &mut Tx<'_>, id: AccountId) -> Result<Arc<Account>, StoreError> {
        self.cached(tx, &self.accounts, id)
    }

    /// An organisation inside a transaction; one that was never made is empty.
    pub(crate) fn organisation(
        &self,
        tx: &mut Tx<'_>,
        id: OrganisationId,
    ) -> Result<Arc<Organisation>, StoreError> {
        self.cached(tx, &self.organisations, id)
    }

    /// The same as [`App::keep`], of somebody and the organisations that they work in.
    pub(crate) fn keep_known(&self, account: &Arc<Account>, organisations: &[Arc<Organisation>]) {
        self.accounts.put(account);
        organisations.iter().for_each(|organisation| self.organisations.put(organisation));
    }

    /// The same as [`App::keep`], of an area.
    pub(crate) fn keep_area(&self, area: &Arc<Area>) {
        self.areas.put(area);
    }

    /// The framework of an area; every area has one from the day it is made.
    pub(crate) fn framework(&self, tx: &mut Tx<'_>, area: AreaId) -> Result<Arc<Framework>, StoreError> {
        adopted(&*self.area(tx, area)?)
    }

    /// Whether this look has to be written: the first at this section by this
    /// person in this quarter of an hour, as far as this process knows.
    pub(crate) fn is_new_look(&self, look: &Look) -> bool {
        let looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        !looks.contains(look)
    }

    pub(crate) fn look_is_written(&self, look: Look) {
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        if looks.len() > 20_000 {
            looks.clear();
        }
        looks.insert(look);
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the edge where ids come in")]
fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// The framework of an area that was made.
pub(crate) fn adopted(area: &Area) -> Result<Arc<Framework>, StoreError> {
    area.framework.clone().ok_or_else(|| StoreError::Corrupt {
        table: "events".into(),
        column: "body".into(),
        id: format!("area {} has no framework", area.id),
    })
}

/// Folded states that were read before; throwing them away changes nothing.
pub(crate) struct Cache<A> {
    most: usize,
    map: Mutex<HashMap<Uuid, Arc<A>>>,
}

impl<A: Aggregate> Cache<A> {
    fn new(most: usize) -> Self {
        Self { most, map: Mutex::default() }
    }

    pub(crate) fn get(&self, id: A::Id) -> Option<Arc<A>> {
        self.map.lock().unwrap_or_else(PoisonError::into_inner).get(&id.into()).cloned()
    }

    pub(crate) fn forget(&self, id: A::Id) {
        self.map.lock().unwrap_or_else(PoisonError::into_inner).remove(&id.into());
    }

    fn put(&self, state: &Arc<A>) {
        let id = state.id().into();
        let mut map = self.map.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= self.most && !map.contains_key(&id) {
            map.clear();
        }
        // Who read it before somebody else changed it may come to keep it later.
        if map.get(&id).is_none_or(|kept| kept.version() <= state.version()) {
            map.insert(id, Arc::clone(state));
        }
    }
}
