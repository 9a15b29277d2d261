//! `phb migrate`: makes the database, or brings its tables up to date.

use super::Done;
use super::serve::open;
use crate::config::Options;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    options: Options,
}

pub async fn run(args: Args) -> Done {
    let config = args.options.settle("phb.db")?;
    open(&config.database).await?.close().await;
    println!("{} is ready.", config.database_shown());
    Ok(())
}
