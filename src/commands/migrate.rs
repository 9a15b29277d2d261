//! `phb migrate`: makes the database, or brings it up to date: its tables, and
//! then what an older program left undone in it.

use super::serve::open;
use super::{Done, bring_up_to_date};
use crate::config::Options;
use service::{App, Clock};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    options: Options,
}

pub async fn run(args: Args) -> Done {
    let config = args.options.settle("phb.db")?;
    let db = open(&config).await?;
    let app = App::new(db.clone(), Clock::of_the_machine(), config.settings.clone());
    let done = bring_up_to_date(&app).await;
    db.close().await;
    done?;
    println!("{} is ready.", config.database_shown());
    Ok(())
}
