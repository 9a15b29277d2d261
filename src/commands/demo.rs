//! `phb demo`: a database of made-up people, served for anyone to try. This
//! command alone makes a site where one can sign in as somebody else.

use super::serve::{alone, carrier, listen, open, serve};
use super::{Done, Failure, bring_up_to_date, new_key, seal_first};
use crate::config::{Options, key_beside, keys, start_log};
use demo::people::{self, MadeUp};
use service::clock::Clock;
use service::demonstration::Nature;
use service::secrets::Hashing;
use service::{App, Error, Settings};
use std::io::ErrorKind;
use store::Db;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    options: Options,
    /// Throw away the demonstration that is there and make a new one
    #[arg(long)]
    fresh: bool,
}

pub async fn run(args: Args) -> Done {
    let mut config = args.options.settle("demo.db")?.with_logo()?;
    start_log(if config.log == "info" { "warn" } else { &config.log })?;
    if args.fresh {
        throw_away(&config.database).await?;
    }
    let listener = listen(&config.listen).await?;
    // A new one is under a key from its first row; one that is there stays as it is.
    if config.keys.is_empty()
        && let Some(beside) = key_beside(&config.database)
        && !beside.with_extension("").exists()
    {
        new_key::add(&beside)?;
        config.keys = keys(&config.database, None, None)?;
    }
    let db = open(&config).await?;
    config.settings = Settings { demo: true, smtp: None, hashing: Hashing::Light, ..config.settings };
    let carrier = carrier(&config)?;
    config.look.demo = true;
    config.look.made_up = people::EVERYONE;
    let app = App::new(db.clone(), Clock::of_the_machine(), config.settings.clone());
    let _alone = alone(&app, &config).await?;
    let cannot = |why: Error| Failure::because("the database cannot be read", why);
    match app.nature().await.map_err(cannot)? {
        Nature::Empty | Nature::Demonstration => {}
        Nature::Real | Nature::Both => {
            return Err(Failure(format!(
                "{} holds something that is not a demonstration. Choose another with --database",
                config.database_shown()
            )));
        }
    }
    // Marked before anything is in it, so that half of one is known as one too.
    app.mark_as_demonstration().await.map_err(cannot)?;
    if app.areas().await.map_err(cannot)?.is_empty() {
        eprintln!("phb: making the demonstration in {}", config.database_shown());
        make(&db, &config.settings).await?;
        seal_first(&db).await;
    }
    bring_up_to_date(&app).await?;
    print_people(&config.listen);
    serve(app, db, (&config, carrier), listener).await
}

/// Makes the area and tells its stories, which lie in the past: on a clock
/// that is set to each of their days in turn.
async fn make(db: &Db, settings: &Settings) -> Done {
    let failed = |why: Error| Failure::because("the demonstration cannot be made", why);
    let now = Clock::of_the_machine().now();
    let app = App::new(db.clone(), Clock::standing_at(now), settings.clone());
    let place = demo::make(&app).await.map_err(failed)?;
    demo::tell_stories(&app, place, now).await.map_err(failed)
}

/// Removes a demonstration's SQLite file. Nothing else is ever removed.
async fn throw_away(database: &str) -> Done {
    let path = database.strip_prefix("sqlite:").unwrap_or(database);
    if path.starts_with("postgres") {
        return Err(Failure(
            "--fresh removes a file; a PostgreSQL database has to be dropped and made by its owner".into(),
        ));
    }
    // Held until it is gone: not from under somebody who looks at it.
    let mut _alone = None;
    if std::path::Path::new(path).exists() {
        _alone = Some(store::alone::serve_alone(path).map_err(|why| Failure(why.to_string()))?);
        let db = Db::open_existing(path).await.map_err(|why| {
            Failure::because(&format!("{path} is not a database of ours, so it stays"), why)
        })?;
        let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
        let nature = app.nature().await;
        db.close().await;
        if !matches!(nature, Ok(Nature::Demonstration | Nature::Empty)) {
            return Err(Failure(format!("{path} is not a demonstration, so it stays")));
        }
    }
    for suffix in ["", "-wal", "-shm"] {
        match std::fs::remove_file(format!("{path}{suffix}")) {
            Err(why) if why.kind() != ErrorKind::NotFound => {
                return Err(Failure::because(&format!("{path}{suffix} cannot be removed"), why));
            }
            _ => {}
        }
    }
    Ok(())
}

fn print_people(listen: &str) {
    println!("\nOpen http://{listen}/demo and choose who to be. Everyone here is made up.\n");
    for MadeUp { name, email, line } in people::EVERYONE {
        println!("  {name:<14} {email:<32} {line}");
    }
    println!(
        "\nTo sign in the usual way (whoever has no post; others need a code besides), the passphrase is: {}",
        people::PASSPHRASE
    );
    println!("Stop with Ctrl-C.\n");
}
