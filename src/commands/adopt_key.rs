//! `phb adopt-key`: a database of before there was a key, brought under one.

use super::serve::open_under_any_key;
use super::{Done, Failure, bring_up_to_date, count};
use crate::config::Options;
use service::{App, Clock};

/// Bring a database under its key, the first time
///
/// Signs everything in it as it is. From then on the program believes nothing in
/// this database that is not signed. It is done once, when a key is first given to
/// a database that had none; later keys need no command, and a new database is
/// under its key from the beginning.
///
/// Look at what is there before, with "phb verify": what somebody put in is
/// signed too. That is why no program does this by itself: otherwise it would be
/// enough to take every signature away, and to wait for the next start.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  phb new-key /etc/openphb/key\n  phb adopt-key --key-file /etc/openphb/key"
)]
pub struct Args {
    #[command(flatten)]
    options: Options,
}

pub async fn run(args: Args) -> Done {
    let config = args.options.settle("phb.db")?;
    if config.keys.is_empty() {
        return Err(Failure("there is no key: say where it is with --key-file or --key-command".into()));
    }
    let db = open_under_any_key(&config).await?;
    let app = App::new(db.clone(), Clock::of_the_machine(), config.settings.clone());
    let signed = app.adopt_key(|_| ()).await;
    let signed = signed.map_err(|why| Failure::because("it cannot be brought under the key", why))?;
    let done = bring_up_to_date(&app).await;
    db.close().await;
    done?;
    match signed {
        0 => println!("{} is under its key already.", config.database_shown()),
        rows => {
            println!("{} is under its key: {} signed.", config.database_shown(), count(rows, "row", "rows"))
        }
    }
    Ok(())
}
