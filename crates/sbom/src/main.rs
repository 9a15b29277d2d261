//! `phb-sbom check` fails where something is not allowed; `phb-sbom write`
//! writes the list and the notices; `phb-sbom advisories` looks for weaknesses
//! in a copy of RustSec's database.

use clap::{Parser, Subcommand};
use jiff::civil::Date;
use sbom::{Components, Policy, advisories, cyclonedx, notices};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What the program is made of that others wrote.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fails where a licence, a source or a component is not allowed.
    Check,
    /// Writes `sbom.cdx.json` and `third-party-notices.txt`.
    Write {
        /// Into this folder.
        #[arg(long, default_value = "target")]
        to: PathBuf,
    },
    /// Looks for published weaknesses in a copy of RustSec's database.
    Advisories {
        /// The copy: a folder with `crates` in it.
        #[arg(long)]
        database: PathBuf,
        /// Which day it is, like 2026-12-01.
        #[arg(long)]
        today: Date,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(found) if found.is_empty() => ExitCode::SUCCESS,
        Ok(found) => {
            eprintln!("{}", found.join("\n"));
            ExitCode::FAILURE
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// What is not as it should be.
fn run(command: Command) -> Result<Vec<String>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match command {
        Command::Check => {
            let policy = Policy::read(&root)?;
            let mut found = policy.offences(&Components::read(&root)?);
            found.extend(advisories::offences(&root, &policy)?);
            Ok(found)
        }
        Command::Write { to } => {
            let components = Components::read(&root)?;
            let bill = serde_json::to_string_pretty(&cyclonedx::bill(&components))
                .map_err(|why| format!("the list: {why}"))?;
            write(&to.join("sbom.cdx.json"), &bill)?;
            write(&to.join("third-party-notices.txt"), &notices::text(&components)?)?;
            Ok(vec![])
        }
        Command::Advisories { database, today } => advisories::found_in(&database, &root, today),
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|why| format!("{}: {why}", path.display()))?;
    println!("{}", path.display());
    Ok(())
}
