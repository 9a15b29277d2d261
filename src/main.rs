//! `phb`: everything an installation is run with, in one program.

mod commands;
mod config;
mod failure;

use clap::{Parser, Subcommand};
#[cfg(feature = "demo")]
use commands::demo;
use commands::{
    Outcome, add_administrator, adopt_key, backup, check_copy, check_people, copy, disposals, encrypt,
    export_journal, give_out, grants, migrate, new_key, rebuild, restore, rotate_keys, seal, security_events,
    serve, take_in, verify,
};
use std::process::ExitCode;

/// OpenPHB runs personal health budgets end to end
///
/// To look at it: `phb demo`, then open http://127.0.0.1:8080. To run it: `phb
/// migrate`, `phb add-administrator`, `phb serve`. Settings come from a file,
/// from the environment (PHB_…) and from options, the later winning;
/// docs/settings.md lists them all.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a database with made-up people, and serve it for anyone to try
    #[cfg(feature = "demo")]
    Demo(demo::Args),
    /// Serve the site
    Serve(serve::Args),
    /// Make the database if it is not there, and bring its tables up to date
    Migrate(migrate::Args),
    /// Give somebody the post of administrator, and print a link to sign in with
    AddAdministrator(add_administrator::Args),
    CheckPeople(check_people::Args),
    Verify(verify::Args),
    Seal(seal::Args),
    NewKey(new_key::Args),
    AdoptKey(adopt_key::Args),
    Encrypt(encrypt::Args),
    RotateKeys(rotate_keys::Args),
    Rebuild(rebuild::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Disposals(disposals::Args),
    Copy(copy::Args),
    ExportJournal(export_journal::Args),
    SecurityEvents(security_events::Args),
    GiveOut(give_out::Args),
    CheckCopy(check_copy::Args),
    TakeIn(take_in::Args),
    Grants(grants::Args),
}

fn main() -> ExitCode {
    // What the program writes holds everything about people: databases, backups
    // and journals are for its own user's eyes alone.
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => return failed(&why),
    };
    match runtime.block_on(run(cli.command)) {
        Ok(code) => code,
        Err(why) => failed(why.as_ref()),
    }
}

async fn run(command: Command) -> Outcome {
    let done = match command {
        Command::Grants(args) => grants::run(&args),
        Command::NewKey(args) => new_key::run(&args),
        #[cfg(feature = "demo")]
        Command::Demo(args) => demo::run(args).await,
        Command::Serve(args) => serve::run(args).await,
        Command::AdoptKey(args) => adopt_key::run(args).await,
        Command::Migrate(args) => migrate::run(args).await,
        Command::AddAdministrator(args) => add_administrator::run(args).await,
        Command::CheckPeople(args) => return check_people::run(args).await,
        Command::Encrypt(args) => return encrypt::run(args).await,
        Command::RotateKeys(args) => return rotate_keys::run(args).await,
        Command::Verify(args) => return verify::run(args).await,
        Command::Seal(args) => return seal::run(args).await,
        Command::Rebuild(args) => return rebuild::run(args).await,
        Command::Backup(args) => return backup::run(args).await,
        Command::Restore(args) => return restore::run(args).await,
        Command::Disposals(args) => return disposals::run(args).await,
        Command::Copy(args) => return copy::run(args).await,
        Command::ExportJournal(args) => return export_journal::run(args).await,
        Command::SecurityEvents(args) => return security_events::run(args).await,
        Command::GiveOut(args) => return give_out::run(args).await,
        Command::TakeIn(args) => return take_in::run(args).await,
        Command::CheckCopy(args) => return check_copy::run(&args),
    };
    Ok(done.map(|()| ExitCode::SUCCESS)?)
}

fn failed(why: &dyn std::error::Error) -> ExitCode {
    eprintln!("phb: {why}");
    ExitCode::FAILURE
}
