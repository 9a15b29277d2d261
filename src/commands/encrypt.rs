//! `phb encrypt`: a database in the clear, brought over into an encrypted one.

use super::{Between, Outcome, bar, count, show};
use crate::failure::Failure;
use std::process::ExitCode;
use store::Db;

/// Bring a database that is not encrypted over into a new one that is
///
/// What is personal is encrypted in the new database: every event of cases,
/// accounts, enquiries and teams, files, what a bank wrote, letters, addresses to
/// sign in with. The old database is verified first, and not changed; the new one
/// must be empty, and may be of the other kind. Afterwards it is proved that both
/// say the same: everything is read again, opened and compared. Chains are made
/// anew; the new database names the last seal of the old one.
///
/// Stop the program first. The old database, and every backup of it, can still be
/// read by whoever has it: destroy it when you have served the new one for a while.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  phb new-key /etc/openphb/key\n  phb encrypt --from phb.db --to encrypted.db --key-file /etc/openphb/key"
)]
pub struct Args {
    #[command(flatten)]
    pub between: Between,
}

/// Brings everything over, and prints the proof.
pub async fn run(args: Args) -> Outcome {
    let Between { from, to, .. } = &args.between;
    args.between.check()?;
    let keys = args.between.keys_of(to)?;
    if keys.is_empty() {
        return Err("There is no key: say where it is with --key-file or --key-command.".into());
    }
    let old = open_old(from, &keys).await?;
    // Nobody serves it meanwhile, where that can be known.
    let alone = store::alone::serve_alone(from)?;
    must_be_sound(&old, "The old database").await?;
    let new = Db::open_to_bring_over(to, &keys).await?;
    let progress = bar("Encrypting");
    let done = store::encrypt::bring_over(&old, &new, |done, all| show(&progress, done, all)).await?;
    progress.finish_and_clear();
    new.close().await;
    old.close().await;
    drop(alone);
    let new = Db::open_existing_with(to, &keys).await?;
    must_be_sound(&new, "The new database").await?;
    super::seal_first(&new).await;
    new.close().await;
    println!(
        "Brought over {} in {}, and {} of other tables, of which {} were encrypted.",
        count(done.events, "event", "events"),
        count(done.streams, "stream", "streams"),
        count(done.rows, "row", "rows"),
        count(done.values, "value", "values")
    );
    println!("Both databases say the same: everything was read again, opened and compared.");
    println!(
        "Serve the new one from now on. The old one was not changed, and whoever has it reads everything: \
         destroy it, and every backup of it, when you no longer need it."
    );
    Ok(ExitCode::SUCCESS)
}

/// The old database, with its key where it is under one.
async fn open_old(address: &str, keys: &store::keys::Keys) -> Result<Db, Failure> {
    let cannot = |why: store::StoreError| Failure::because("the old database cannot be opened", why);
    let mut old = Db::open_existing(address).await.map_err(cannot)?;
    if old.is_encrypted() {
        return Err(Failure("The old database is encrypted already.".into()));
    }
    if old.may_be_written().is_err() {
        old.close().await;
        old = Db::open_existing_with(address, keys).await.map_err(cannot)?;
        old.may_be_written().map_err(cannot)?;
    }
    if old.read(store::accounts::has_old_login_names).await.map_err(cannot)? {
        return Err(Failure(
            "There are names to sign in with from before 2026 in it: serve it once with this program first."
                .into(),
        ));
    }
    Ok(old)
}

/// Refuses a database in which something is wrong: that would be brought over too.
async fn must_be_sound(db: &Db, which: &str) -> Result<(), Failure> {
    let progress = bar("Checking the record");
    let report = store::verify::verify(db, |done, all| show(&progress, done, all)).await;
    progress.finish_and_clear();
    let report = report.map_err(|why| Failure::because(&format!("{which} cannot be checked"), why))?;
    for fault in &report.faults {
        eprintln!("{fault}");
    }
    if !report.is_sound() {
        return Err(Failure(format!("{which} is not as it was written: see \"phb verify\".")));
    }
    Ok(())
}
