//! `phb add-administrator`: the first way in. Makes the area if there is none.

use super::serve::open;
use super::{Done, Failure, bring_up_to_date, refuse_demonstration};
use crate::config::Options;
use domain::{EmailAddress, Line};
use service::App;
use service::clock::Clock;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    options: Options,
    /// The administrator's email address
    #[arg(long)]
    email: EmailAddress,
    /// Their name
    #[arg(long)]
    name: String,
    /// The local area; made, with a framework to start from, if it is not there
    #[arg(long)]
    area: String,
}

pub async fn run(args: Args) -> Done {
    let config = args.options.settle("phb.db")?;
    let line = |what: &str, text: &str| {
        Line::parse(text).map_err(|why| Failure::because(&format!("the {what} cannot be used"), why))
    };
    let (name, area) = (line("name", &args.name)?, line("area", &args.area)?);
    let db = open(&config).await?;
    let app = App::new(db.clone(), Clock::of_the_machine(), config.settings.clone());
    refuse_demonstration(&app, config.database_shown()).await?;
    bring_up_to_date(&app).await?;
    let link = app.add_administrator(&area, &name, &args.email).await;
    db.close().await;
    match link.map_err(|why| Failure::because("the administrator cannot be added", why))? {
        Some(link) => {
            println!("{name} is an administrator of {area}. This link works once, for 14 days:\n\n  {link}\n")
        }
        None => println!("{name} is an administrator of {area} now, and signs in as before."),
    }
    Ok(())
}
