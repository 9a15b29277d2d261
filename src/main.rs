//! `phb`: everything an installation is run with, in one program.

mod commands;

use clap::{Parser, Subcommand};
use commands::{Outcome, backup, copy, export_journal, rebuild, restore, verify};
use std::process::ExitCode;

/// OpenPHB runs personal health budgets end to end
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Verify(verify::Args),
    Rebuild(rebuild::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Copy(copy::Args),
    ExportJournal(export_journal::Args),
}

fn main() -> ExitCode {
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
    match command {
        Command::Verify(args) => verify::run(args).await,
        Command::Rebuild(args) => rebuild::run(args).await,
        Command::Backup(args) => backup::run(args).await,
        Command::Restore(args) => restore::run(args).await,
        Command::Copy(args) => copy::run(args).await,
        Command::ExportJournal(args) => export_journal::run(args).await,
    }
}

fn failed(why: &dyn std::error::Error) -> ExitCode {
    eprintln!("phb: {why}");
    ExitCode::FAILURE
}
