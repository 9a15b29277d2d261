//! `phb serve`: the site, and what goes on behind it.

use super::{Done, Failure, bring_up_to_date, refuse_demonstration};
use crate::config::{Config, Options, check_database, start_log};
use service::clock::Clock;
use service::mail::Carrier;
use service::secrets::Hashing;
use service::{App, Settings};
use std::sync::Arc;
use store::Db;
use store::alone::Alone;
use tokio::net::TcpListener;
use tokio::sync::watch;
use web::Web;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    options: Options,
}

pub async fn run(args: Args) -> Done {
    let config = args.options.settle("phb.db")?.with_logo()?;
    start_log(&config.log)?;
    for warning in config.check_clear()? {
        tracing::warn!("{warning}");
    }
    let carrier = carrier(&config)?;
    if config.keys.is_empty() {
        // Whoever can write to the database can do as if they were this program.
        tracing::warn!("no key is set: phb new-key makes one");
    }
    let db = open(&config).await?;
    let app = App::new(db.clone(), Clock::of_the_machine(), config.settings.clone());
    refuse_demonstration(&app, config.database_shown()).await?;
    // Until the program ends.
    let _alone = alone(&app, &config).await?;
    guarded(&db).await?;
    bring_up_to_date(&app).await?;
    keep_destroyed(&app).await?;
    let listener = listen(&config.listen).await?;
    eprintln!("phb: serving {} on http://{}", config.database_shown(), config.listen);
    serve(app, db, (&config, carrier), listener).await
}

/// Destroys again what was destroyed after the backup was made that this database
/// comes from. Where the list cannot be read, nothing is served.
async fn keep_destroyed(app: &App) -> Done {
    let again = app.keep_destroyed().await;
    let again = again.map_err(|why| Failure::because("what was destroyed cannot be kept so", why))?;
    if again.records > 0 {
        tracing::warn!(records = again.records, "destroyed again what an older backup had brought back");
        eprintln!("phb: destroyed again: {}", super::count(again.records, "record", "records"));
    }
    Ok(())
}

/// Takes the database for this program alone, where several cannot serve it.
pub async fn alone(app: &App, config: &Config) -> Result<Alone, Failure> {
    let alone = store::alone::serve_alone(&config.database).map_err(|why| Failure(why.to_string()))?;
    if alone.is_certain() {
        app.nobody_else_runs()
            .await
            .map_err(|why| Failure::because("the database cannot be written", why))?;
    }
    Ok(alone)
}

/// Serves nothing from a database that does not keep what it is meant to keep.
async fn guarded(db: &Db) -> Done {
    for warning in store::guard::check(db).await.map_err(|why| Failure(why.to_string()))? {
        tracing::warn!("{warning}");
    }
    Ok(())
}

impl Config {
    /// The database in words that hold no passphrase.
    pub fn database_shown(&self) -> &str {
        if self.database.starts_with("postgres") { "a PostgreSQL database" } else { &self.database }
    }
}

/// Opens a database that is to be written.
pub async fn open(config: &Config) -> Result<Db, Failure> {
    let db = open_under_any_key(config).await?;
    db.may_be_written().map_err(|why| Failure(why.to_string()))?;
    Ok(db)
}

/// Opens a database, whether it is under the keys that are here or not.
pub async fn open_under_any_key(config: &Config) -> Result<Db, Failure> {
    check_database(&config.database, &config.in_the_clear)?;
    let cannot = |why| Failure::because("the database cannot be opened", why);
    Db::open_with(&config.database, &config.keys).await.map_err(cannot)
}

pub async fn listen(address: &str) -> Result<TcpListener, Failure> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|why| Failure::because(&format!("cannot listen on {address}"), why))
}

/// Serves until the program is told to stop; then answers what is under way,
/// finishes its background work and closes the database.
pub async fn serve(
    app: App,
    db: Db,
    (config, carrier): (&Config, Option<Carrier>),
    listener: TcpListener,
) -> Done {
    let Settings { demo, smtp, .. } = app.settings.as_ref();
    if smtp.is_none() && !demo {
        tracing::warn!("no mail server is set: letters stay in the outbox");
    }
    let known = app.read_networks_key().await;
    known.map_err(|why| Failure::because("the database cannot be written", why))?;
    let (tell, told) = watch::channel(false);
    // Before the worker begins: it makes papers too, for copies.
    let renderer = documents::Renderer::new();
    let app = app.with_pdf_renderer(move |paper| renderer.render(paper).map_err(|why| why.to_string()));
    let worker = tokio::spawn(app.clone().work_behind(carrier, told));
    let web = Web::new(app.clone(), Arc::new(config.look.clone()), config.secure);
    let served = web::serve::serve(listener, web, told_to_stop()).await;
    tell.send(true).ok();
    worker.await.ok();
    db.close().await;
    served.map_err(|why| Failure::because("serving ended", why))
}

/// What carries letters, by settings that are looked at before anything is
/// opened: a program that says that it serves does serve.
pub fn carrier(config: &Config) -> Result<Option<Carrier>, Failure> {
    may_keep_passphrases(&config.settings)?;
    Carrier::of(&config.settings).map_err(Failure)
}

/// Passphrases of real people are kept with all the work that there is.
fn may_keep_passphrases(settings: &Settings) -> Done {
    if settings.hashing == Hashing::Strong || settings.demo {
        return Ok(());
    }
    Err(Failure("passphrases would be kept with too little work: only \"phb demo\" does that".into()))
}

/// Ctrl-C, or the signal that service managers send.
async fn told_to_stop() {
    let interrupted = async {
        tokio::signal::ctrl_c().await.ok();
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
    tracing::info!("told to stop");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_site_but_the_demonstration_keeps_passphrases_with_little_work() {
        let settings = Settings::default();
        assert!(may_keep_passphrases(&settings).is_ok());
        let light = Settings { hashing: Hashing::Light, ..settings };
        assert!(may_keep_passphrases(&light).is_err());
        assert!(may_keep_passphrases(&Settings { demo: true, ..light }).is_ok());
    }
}
