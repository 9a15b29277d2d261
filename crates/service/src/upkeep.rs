//! What an older database needs beyond its tables: steps, in their order, each
//! done once and marked. A step is a name and a version; when what it makes
//! changes, its version rises, and it is done again on every database at the
//! next start, before anything is served.
//!
//! Two programs may do this at once. Each step gives the same whoever does it,
//! and a program that knows only an older version of one may write nothing
//! once a newer one has begun.

use crate::{App, Error, mail};
use store::adopt::First;
use store::seal::Seal;
use store::{StoreError, Tx, marks};

/// The version of the rows of every list. **Raise it when [`crate::lists`]
/// gives other rows for the same record**: they are then made again.
pub const LISTS: u32 = 16;

/// The name of the step that makes the lists.
pub const OF_LISTS: &str = "lists";
const OF_MESSAGES: &str = "messages-hold-no-links";
const OF_REGISTERS: &str = "registers";
/// The name under which it is told that a database is brought under its key.
const OF_KEYS: &str = store::adopt::MARK;

/// What is done, in this order, and the version of each.
const STEPS: &[(&str, u32, Step)] =
    &[(OF_MESSAGES, 1, Step::Messages), (OF_REGISTERS, 1, Step::Registers), (OF_LISTS, LISTS, Step::Lists)];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Messages,
    Registers,
    Lists,
}

/// What was done when a database was brought up to date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The names of the steps that were done.
    pub steps: Vec<&'static str>,
    /// Streams whose rows were others than the record gives.
    pub put_right: u64,
    /// Streams whose record cannot be read, so that their rows stay.
    pub unreadable: u64,
}

/// How far a step has come in a database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    version: u32,
    is_done: bool,
}

impl Mark {
    fn parse(text: &str) -> Option<Self> {
        let (word, version) = text.split_once(' ')?;
        let is_done = match word {
            "done" => true,
            "begun" => false,
            _ => return None,
        };
        Some(Self { version: version.parse().ok()?, is_done })
    }

    fn text(self) -> String {
        format!("{} {}", if self.is_done { "done" } else { "begun" }, self.version)
    }
}

fn read(tx: &mut Tx<'_>, name: &str) -> Result<Mark, StoreError> {
    let Some(text) = marks::mark(tx, name)? else { return Ok(Mark::default()) };
    let strange = || StoreError::Corrupt { table: "marks".into(), column: "value".into(), id: name.into() };
    Mark::parse(&text).ok_or_else(strange)
}

/// Refuses where a newer program has been at work.
pub(crate) fn must_be_newest(tx: &mut Tx<'_>, name: &str, version: u32) -> Result<Mark, StoreError> {
    let mark = read(tx, name)?;
    if mark.version <= version {
        return Ok(mark);
    }
    Err(StoreError::Migration {
        what: format!(
            "a newer program has made \"{name}\" of this database: it is at version {}, and this program \
             knows up to version {version}: use the newer program",
            mark.version
        ),
    })
}

fn set(tx: &mut Tx<'_>, name: &str, version: u32, is_done: bool) -> Result<(), StoreError> {
    must_be_newest(tx, name, version)?;
    marks::set(tx, name, &Mark { version, is_done }.text())
}

impl App {
    /// Does what an older program left undone, and marks it. `progress` hears
    /// which step it is and how many streams are done. A database at which a
    /// newer program has been is refused, and so is one that is not under the key
    /// ([`App::adopt_key`]).
    pub async fn bring_up_to_date(&self, mut progress: impl FnMut(&'static str, u64)) -> Result<Done, Error> {
        // First of all, since from then on nothing is believed that is not signed.
        self.sign(First::Refuse, |done| progress(OF_KEYS, done)).await?;
        self.take_steps(STEPS, progress).await
    }

    /// Signs everything as it is, in a database that nothing in is under a key
    /// yet; how many rows. Whoever asks for it has looked at what is there.
    pub async fn adopt_key(&self, progress: impl FnMut(u64)) -> Result<u64, Error> {
        self.sign(First::Sign, progress).await
    }

    async fn sign(&self, first: First, progress: impl FnMut(u64)) -> Result<u64, Error> {
        let signed = store::adopt::adopt(&self.db, first, progress).await?;
        if signed > 0 {
            tracing::warn!(rows = signed, "the database was brought under the key that counts now");
        }
        Ok(signed)
    }

    async fn take_steps(
        &self,
        steps: &'static [(&'static str, u32, Step)],
        mut progress: impl FnMut(&'static str, u64),
    ) -> Result<Done, Error> {
        let mut all = Done::default();
        for (name, version, step) in steps.iter().copied() {
            let mark = self.db.read(move |tx| Ok::<_, Error>(must_be_newest(tx, name, version)?)).await?;
            if mark == (Mark { version, is_done: true }) {
                continue;
            }
            self.db.write(move |tx| Ok::<_, Error>(set(tx, name, version, false)?)).await?;
            progress(name, 0);
            match step {
                Step::Messages => mail::take_links_out(self).await?,
                Step::Registers => {
                    store::adopt::enter_registers(&self.db, |done| progress(name, done)).await?;
                }
                Step::Lists => {
                    let rebuilt = self.remake_lists(version, |done| progress(name, done)).await?;
                    let unreadable = rebuilt.unreadable();
                    all.unreadable += unreadable;
                    all.put_right += rebuilt.differences.len() as u64 - unreadable;
                }
            }
            self.db.write(move |tx| Ok::<_, Error>(set(tx, name, version, true)?)).await?;
            all.steps.push(name);
        }
        Ok(all)
    }

    /// Whether the rows of every list are as this program makes them.
    pub async fn lists_are_made(&self) -> Result<bool, Error> {
        let made = Mark { version: LISTS, is_done: true };
        self.db.read(move |tx| Ok(read(tx, OF_LISTS).is_ok_and(|mark| mark == made))).await
    }

    /// What the marks, and what they stand for, say that should not be: one
    /// line each, for `verify`.
    pub async fn check_upkeep(&self) -> Result<Vec<String>, Error> {
        self.db.read(|tx| Ok(check(tx)?)).await
    }
}

fn check(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let mut wrong = vec![];
    for (name, value) in marks::every(tx)? {
        let is_known = match STEPS.iter().find(|(step, ..)| *step == name) {
            Some((_, version, _)) => Mark::parse(&value).is_some_and(|mark| mark.version <= *version),
            None if name == OF_KEYS => {
                ["first ", "again ", "done "].iter().any(|word| value.starts_with(word))
            }
            None if name == marks::BROUGHT_OVER => {
                value.strip_prefix("seal ").is_some_and(|seal| seal == "none" || seal.parse::<Seal>().is_ok())
            }
            None if name == marks::NETWORKS => value.len() == 64 && hex::decode(&value).is_ok(),
            None => name == marks::DEMONSTRATION && value == "yes",
        };
        if !is_known {
            wrong.push(format!("marks: {name}: the program never wrote this"));
        }
    }
    for (name, version, _) in STEPS {
        if read(tx, name).is_ok_and(|mark| mark != Mark { version: *version, is_done: true }) {
            wrong.push(format!(
                "marks: {name}: not done by this program yet. \"phb migrate\" does it; then verify again"
            ));
        }
    }
    let (not_emptied, with_link) = store::outbox::told_too_much(tx)?;
    if not_emptied > 0 {
        wrong.push(format!("messages: {not_emptied} that were sent are not emptied"));
    }
    if with_link > 0 {
        wrong.push(format!("messages: {with_link} hold a one-time link"));
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use crate::clock::Clock;
    use store::Db;

    async fn app(url: &str) -> App {
        App::new(Db::open(url).await.expect("it opens"), Clock::of_the_machine(), Settings::default())
    }

    const OLDER: &[(&str, u32, Step)] = &[(OF_LISTS, 17, Step::Lists)];
    const NEWER: &[(&str, u32, Step)] = &[(OF_LISTS, 18, Step::Lists)];

    #[tokio::test(flavor = "multi_thread")]
    async fn each_step_is_done_once_and_again_when_it_is_newer() {
        for (name, url) in testkit::databases::both() {
            let app = app(&url).await;
            let take = async |steps| app.take_steps(steps, |_, _| {}).await.map(|done| done.steps);
            assert_eq!(take(OLDER).await.expect(name), [OF_LISTS]);
            assert_eq!(take(OLDER).await.expect(name), [""; 0], "{name}: it is marked");
            assert_eq!(take(NEWER).await.expect(name), [OF_LISTS], "{name}: it is newer");
            let refused = take(OLDER).await.expect_err("an older program").to_string();
            assert!(refused.contains("version 18") && refused.contains("newer program"), "{name}: {refused}");
        }
    }

    /// A program that knows only the older rows writes none once the newer
    /// has begun, even if it was half way through.
    #[tokio::test(flavor = "multi_thread")]
    async fn an_older_program_that_is_half_way_writes_no_more() {
        for (name, url) in testkit::databases::both() {
            let app = app(&url).await;
            app.take_steps(OLDER, |_, _| {}).await.expect(name);
            app.db.write(|tx| Ok::<_, Error>(set(tx, OF_LISTS, 18, false)?)).await.expect(name);
            let refused = app.remake_lists(7, |_| {}).await.expect_err("a newer one has begun");
            assert!(refused.to_string().contains("newer program"), "{name}: {refused}");
            let marked = app.db.write(|tx| Ok::<_, Error>(set(tx, OF_LISTS, 17, true)?)).await;
            assert!(marked.is_err(), "{name}: nor does it say that it was done");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn marks_put_in_by_hand_are_named() {
        for (name, url) in testkit::databases::both() {
            let app = app(&url).await;
            let wrong = app.check_upkeep().await.expect(name);
            assert_eq!(wrong.len(), STEPS.len(), "{name}: nothing is done yet: {wrong:?}");
            app.bring_up_to_date(|_, _| {}).await.expect(name);
            assert_eq!(app.check_upkeep().await.expect(name), [""; 0], "{name}");
            let by_hand = [("lists", "done 4000000000"), ("may-see-all", "yes"), ("demonstration", "no")];
            app.db
                .write(move |tx| {
                    by_hand.iter().try_for_each(|(mark, value)| marks::set(tx, mark, value))?;
                    Ok::<_, Error>(())
                })
                .await
                .expect(name);
            let wrong = app.check_upkeep().await.expect(name).join("\n");
            for (mark, _) in by_hand {
                assert!(
                    wrong.contains(&format!("marks: {mark}: the program never wrote")),
                    "{name}: {wrong}"
                );
            }
        }
    }
}
