//! Counting in the database what was done lately: guesses, letters, requests.
//!
//! A [`Tally`] is what is counted together, within an hour or a day. Whoever
//! counts does it in the transaction that asks whether there were too many, so
//! that of any number at once no more get through than one after another. What
//! follows from a count is said by whoever counts: to wait ([`crate::guessing`]),
//! or that there is no more of it for now ([`Tally::take`], [`Crowd`]).

use crate::App;
use crate::networks::{Width, around};
use crate::token::token_hash;
use domain::Timestamp;
use domain::dates::ago;
use jiff::SignedDuration;
use store::{StoreError, Tx, accounts};
use uuid::Uuid;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// What is counted together.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    key: String,
    seconds: i64,
}

impl Tally {
    /// What was done in the last hour, under a name made of parts. A hash of it
    /// is kept, so that nobody reads names or addresses in that table.
    pub(crate) fn of_an_hour(parts: &[&str]) -> Self {
        Self { key: hex::encode(token_hash(&parts.join("\0"))), seconds: HOUR }
    }

    /// The same of the last day.
    pub(crate) fn of_a_day(parts: &[&str]) -> Self {
        Self { seconds: DAY, ..Self::of_an_hour(parts) }
    }

    /// How many there were.
    pub(crate) fn so_far(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
        self.within(tx, self.seconds, now)
    }

    /// How many there were in the last so many seconds. What was exactly so long
    /// ago does not count: whoever was told to wait so long goes on then.
    pub(crate) fn within(&self, tx: &mut Tx<'_>, seconds: i64, now: Timestamp) -> Result<u64, StoreError> {
        let since = ago(now, seconds);
        let since = since.saturating_add(SignedDuration::from_micros(1)).unwrap_or(since);
        accounts::attempts_since(tx, &self.key, since)
    }

    /// Counts one more; its id takes it back.
    pub(crate) fn add(&self, app: &App, tx: &mut Tx<'_>, now: Timestamp) -> Result<Uuid, StoreError> {
        let id = app.id();
        accounts::add_attempt(tx, id, &self.key, now)?;
        Ok(id)
    }

    /// Counts one more, unless there were so many already; whether it may be
    /// done.
    pub(crate) fn take(
        &self,
        app: &App,
        tx: &mut Tx<'_>,
        most: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let is_free = self.so_far(tx, now)? < most;
        if is_free {
            self.add(app, tx, now)?;
        }
        Ok(is_free)
    }

    /// Forgets them all.
    pub(crate) fn forget(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        accounts::forget_attempts(tx, &self.key).map(drop)
    }
}

/// What comes from anywhere, in an hour, and is not to be used up by a few for
/// everyone: the source, the networks around it and all together are counted.
///
/// What is too much in one of them shuts nobody out who is not too much
/// themselves: whoever comes from where few came is let in all the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crowd {
    /// What it is.
    pub name: &'static str,
    /// How many there may be from one source, whatever else goes on.
    pub of_source: u64,
    /// So many from everywhere are a crowd.
    pub of_all: u64,
}

/// So many from a network are a crowd, in shares of what one source may send …
fn crowd(width: Width) -> u64 {
    match width {
        Width::Near => 3,
        Width::Wide => 10,
        Width::Widest => 30,
    }
}

/// … and so many are few, if what is around it is crowded. Of a /24 or a /56 it
/// is requests. Of what is wider it is networks in it that anything came from,
/// each counted once however much it sent: so no few of them shut the others in
/// it out. Of IPv6 one customer has up to a /48.
fn few(width: Width, is_six: bool) -> u64 {
    match width {
        Width::Near => 4,
        Width::Wide => {
            if is_six {
                8
            } else {
                64
            }
        }
        Width::Widest => 60,
    }
}

/// The same from one source.
const FEW_OF_SOURCE: u64 = 2;

impl Crowd {
    fn tally(&self, of: &str) -> Tally {
        Tally::of_an_hour(&["crowd", self.name, of])
    }

    /// Counts one more from a source, unless it is too much; whether it may be.
    pub(crate) fn take(
        &self,
        app: &App,
        tx: &mut Tx<'_>,
        source: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (own, all) = (self.tally(source), self.tally(""));
        let mut tallies = vec![];
        let mut is_crowded = all.so_far(tx, now)? >= self.of_all;
        let networks = around(source);
        let is_six = networks.iter().any(|(width, _)| *width == Width::Widest);
        for (at, (width, network)) in networks.iter().enumerate().rev() {
            let tally = self.tally(network);
            let there = tally.so_far(tx, now)?;
            let few = few(*width, is_six);
            let is_full = match at.checked_sub(1).map(|within| &networks[within].1) {
                None => there >= few,
                Some(within) => self.is_full_of_others(tx, network, within, few, &mut tallies, now)?,
            };
            if is_crowded && is_full {
                return Ok(false);
            }
            is_crowded |= there >= self.of_source * crowd(*width);
            tallies.push(tally);
        }
        let most = if is_crowded { FEW_OF_SOURCE.min(self.of_source) } else { self.of_source };
        if own.so_far(tx, now)? >= most {
            return Ok(false);
        }
        tallies.extend([own, all]);
        tallies.iter().try_for_each(|tally| tally.add(app, tx, now).map(drop))?;
        Ok(true)
    }

    /// Whether something came lately from so many others of the networks within
    /// one. If nothing did from this one, what counts it is put to the tallies.
    fn is_full_of_others(
        &self,
        tx: &mut Tx<'_>,
        network: &str,
        within: &str,
        few: u64,
        tallies: &mut Vec<Tally>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let came = Tally::of_an_hour(&["crowd, came", self.name, within]);
        if came.so_far(tx, now)? > 0 {
            return Ok(false);
        }
        let others = Tally::of_an_hour(&["crowd, networks in", self.name, network]);
        let is_full = others.so_far(tx, now)? >= few;
        tallies.extend([came, others]);
        Ok(is_full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::{Error, Settings};
    use store::Db;

    const CROWD: Crowd = Crowd { name: "test", of_source: 20, of_all: 600 };

    async fn worlds() -> Vec<(&'static str, App)> {
        let mut all = vec![];
        for (name, url) in testkit::databases::both() {
            let clock = Clock::standing_at("2026-03-02T09:30:00Z".parse().expect("an instant"));
            all.push((name, App::new(Db::open(&url).await.expect("it opens"), clock, Settings::default())));
        }
        all
    }

    fn later(app: &App, seconds: i64) {
        app.clock.set(domain::dates::later(app.clock.now(), seconds));
    }

    /// How many of these sources, in this order, are let in.
    async fn let_in(app: &App, sources: Vec<String>) -> usize {
        let outer = app.clone();
        let count = app.db.write(move |tx| {
            let mut count = 0;
            for source in &sources {
                count += usize::from(CROWD.take(&outer, tx, source, outer.clock.now())?);
            }
            Ok::<_, Error>(count)
        });
        count.await.expect("they are counted")
    }

    fn many(count: usize, of: impl Fn(usize) -> String) -> Vec<String> {
        (0..count).map(of).collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_exactly_so_long_ago_does_not_count() {
        for (name, app) in worlds().await {
            let take = async |most| {
                let outer = app.clone();
                let tally = Tally::of_an_hour(&["a", "b"]);
                let taken = app.db.write(move |tx| tally.take(&outer, tx, most, outer.clock.now()));
                taken.await.expect("it is counted")
            };
            assert_eq!([take(2).await, take(2).await, take(2).await], [true, true, false], "{name}");
            later(&app, HOUR - 1);
            assert!(!take(2).await, "{name}");
            later(&app, 1);
            assert!(take(2).await, "{name}");
        }
    }

    /// What strangers can use up is never everybody's.
    #[tokio::test(flavor = "multi_thread")]
    async fn however_much_comes_from_others_who_comes_from_where_few_came_is_let_in() {
        for (name, app) in worlds().await {
            assert_eq!(let_in(&app, vec!["11.1.1.1".into(); 50]).await, 20, "{name}: one source");
            let street = many(300, |n| format!("11.1.1.{}", 2 + n % 250));
            let street = let_in(&app, street).await;
            assert_eq!(street, 180, "{name}: two each, until its town is a crowd too");
            // 30 sources that are far apart send all they may, and more.
            let flood = many(900, |n| format!("11.{}.7.1", 2 + n % 30));
            let flood = let_in(&app, flood).await;
            assert!(flood < 600, "{name}: {flood}");
            // Nobody else is shut out by that, whoever they are.
            let others = many(500, |n| format!("12.{}.{}.9", n % 250, n));
            assert_eq!(let_in(&app, others).await, 500, "{name}");
            // Those who flooded are.
            assert_eq!(let_in(&app, many(90, |n| format!("11.{}.7.1", 2 + n % 30))).await, 0, "{name}");
            later(&app, HOUR);
            assert_eq!(let_in(&app, vec!["11.1.1.1".into(); 50]).await, 20, "{name}: an hour later");
        }
    }

    /// Thirty computers send all they may: whoever lives in the same networks, and
    /// sends little, is let in all the same.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_few_that_flood_do_not_shut_their_neighbours_out() {
        for (name, app) in worlds().await {
            assert_eq!(let_in(&app, many(630, |n| format!("11.{}.7.1", n % 30))).await, 600, "{name}");
            let neighbours = many(240, |n| format!("11.{}.{}.{}", n % 30, 100 + n / 30 % 4, n / 120));
            assert_eq!(let_in(&app, neighbours.clone()).await, 240, "{name}: in the same /16s");
            let again = let_in(&app, neighbours).await;
            assert_eq!(again, 240, "{name}: two of each source are few");
            // Whoever has many addresses in one /24, or many of them in one /16, is not.
            let street = let_in(&app, many(50, |n| format!("11.1.200.{n}"))).await;
            assert_eq!(street, 4, "{name}: one /24");
            let town = let_in(&app, many(256, |n| format!("11.2.{n}.250"))).await;
            assert!(town <= 64, "{name}: one /16: {town}");
            later(&app, HOUR);
            assert_eq!(let_in(&app, many(630, |n| format!("2001:db8:{n:x}:1::/64", n = n % 30))).await, 600);
            let neighbours = many(25, |n| format!("2001:db8:{:x}:1::/64", 100 + n));
            assert_eq!(let_in(&app, neighbours).await, 25, "{name}: in the same /32");
            // The same /48, another /56: an office with several houses.
            let houses = many(6, |n| format!("2001:db8:1:{:x}::/64", 0x1000 + n * 0x100));
            assert_eq!(let_in(&app, houses).await, 6, "{name}: in the same /48");
            let deep = many(4_000, |n| format!("2001:db8:{:x}:{:x}::/64", n / 50, n % 50 * 0x80));
            let deep = let_in(&app, deep).await;
            assert!(deep <= 60 * 8 * 2, "{name}: a /32 through and through: {deep}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_has_a_whole_network_of_ipv6_cannot_send_for_each_of_its_addresses() {
        for (name, app) in worlds().await {
            let flood = let_in(&app, many(3_000, |n| format!("2001:db8:1:{n:x}::/64"))).await;
            assert!(flood <= 700, "{name}: one /48: {flood}");
            let flood = let_in(&app, many(3_000, |n| format!("2001:db8:{n:x}:1::/64"))).await;
            assert!(flood <= 700, "{name}: one /32: {flood}");
            let others = many(300, |n| format!("2a00:{n:x}:1:1::/64"));
            assert_eq!(let_in(&app, others).await, 300, "{name}");
        }
    }
}
