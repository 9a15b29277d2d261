//! `phb export-journal`: the ledger for another program to add up.

use super::{DatabaseArg, Outcome, bar, count, show};
use domain::CaseId;
use domain::ledger::Entry;
use formats::journal;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::{StoreError, ledger};

/// How many cases are read at once.
const PAGE: u32 = 500;

/// Write the ledger as a journal that hledger reads
///
/// Plain text, with every entry and at the end what every account comes to, so
/// that "hledger check" fails if a single penny is changed. It holds ids and no
/// names. hledger is a program that we did not write (apt-get install hledger).
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  phb export-journal --to - | hledger -f - balance")]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
    /// Only the ledger of this case (the id in the address of its page)
    #[arg(long, value_name = "ID")]
    pub case: Option<CaseId>,
    /// The file to write, or - for standard output
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// Writes the journal.
pub async fn run(args: Args) -> Outcome {
    let db = args.database.open().await?;
    super::note_taken_out(&db, "phb export-journal", "journal", None).await;
    let progress = bar("Reading the ledger");
    let mut entries = match args.case {
        Some(case) => db.read(move |tx| ledger::entries(tx, case)).await?,
        None => {
            let bar = progress.clone();
            db.read(move |tx| {
                let (mut all, mut after) = (Vec::new(), None);
                while let Some((entries, last)) = some_cases(tx, after)? {
                    all.extend(entries);
                    after = Some(last);
                    show(&bar, all.len() as u64, all.len() as u64);
                }
                Ok::<_, StoreError>(all)
            })
            .await?
        }
    };
    progress.finish_and_clear();
    db.close().await;
    if let (Some(case), true) = (args.case, entries.is_empty()) {
        return Err(format!("There is nothing in the ledger of case {case}.").into());
    }
    entries.sort_by_key(|entry| (entry.happened, entry.recorded));
    let written = write(&args.to, &entries)?;
    eprintln!(
        "Wrote {} and {}.",
        count(written.entries, "entry", "entries"),
        count(written.accounts, "balance", "balances")
    );
    Ok(ExitCode::SUCCESS)
}

fn some_cases(
    tx: &mut store::Tx<'_>,
    after: Option<CaseId>,
) -> Result<Option<(Vec<Entry>, CaseId)>, StoreError> {
    let cases = ledger::cases(tx, after, PAGE)?;
    let Some((last, _)) = cases.last().copied() else { return Ok(None) };
    let mut entries = Vec::new();
    for (case, _) in cases {
        entries.extend(ledger::entries(tx, case)?);
    }
    Ok(Some((entries, last)))
}

fn write(to: &Path, entries: &[Entry]) -> Result<journal::Written, String> {
    let fault = |e: io::Error| format!("Cannot write {}: {e}", to.display());
    if to == Path::new("-") {
        let mut out = BufWriter::new(io::stdout().lock());
        let written = journal::write(&mut out, entries).map_err(fault)?;
        out.flush().map_err(fault)?;
        return Ok(written);
    }
    let mut out = BufWriter::new(std::fs::File::create(to).map_err(fault)?);
    let written = journal::write(&mut out, entries).map_err(fault)?;
    out.into_inner().map_err(|e| fault(e.into_error()))?.sync_all().map_err(fault)?;
    Ok(written)
}
