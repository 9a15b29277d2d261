//! `phb give-out`: a case for another area.

use super::{DatabaseArg, Outcome, seal_first};
use domain::case::offer::GivenOut;
use domain::{CaseId, Line};
use service::everything::Whole;
use service::{App, Clock, Settings};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write all of one case into one file, for another area
///
/// The file is what a person gets who asks for a copy of everything, and what was
/// said in confidence as well: it is for the body that takes the case over, and
/// not for the person, who asks for a copy on their own page. It is not
/// encrypted. That it was given, to whom and by whom, is written on the case; all
/// of it stays here to be read. Whoever gets it looks at it with "phb check-copy"
/// and takes it in with "phb take-in"; tell them the sum that is printed, by
/// another way than the file.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  phb give-out --case 0197c3e2-…  --to /var/lib/phb/for-north-vale.zip --for 'North Vale' --by 'Sam Lee, records'"
)]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
    /// The case (the id in the address of its page)
    #[arg(long, value_name = "ID")]
    pub case: CaseId,
    /// The file to write; it must not be there yet
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// The area that takes the case over, by name
    #[arg(long = "for", value_name = "NAME", value_parser = super::line)]
    pub area: Line,
    /// Your name and what you do, for the record
    #[arg(long, value_name = "NAME", value_parser = super::line)]
    pub by: Line,
}

/// Writes the file.
pub async fn run(args: Args) -> Outcome {
    let shown = args.to.display();
    let db = args.database.open().await?;
    seal_first(&db).await;
    let renderer = documents::Renderer::new();
    let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default())
        .with_pdf_renderer(move |paper| renderer.render(paper).map_err(|why| why.to_string()));
    let copy = app
        .archive_of(args.case, Whole::WithWhatWasSaidInConfidence)
        .await
        .map_err(|why| format!("Case {} cannot be given out: {why}", args.case))?;
    let fault = |why: std::io::Error| format!("Cannot write {shown}: {why}");
    let mut file = std::fs::File::create_new(&args.to).map_err(fault)?;
    file.write_all(&copy.bytes).and_then(|()| file.sync_all()).map_err(fault)?;
    super::note_taken_out(&db, "phb give-out", "a-whole-case", Some(args.case)).await;
    let sha256 = hex::encode(copy.sha256);
    let given = GivenOut { to: args.area, by: args.by, sha256: sha256.clone(), version: copy.version };
    if let Err(why) = app.note_given_out(args.case, given).await {
        // What is not on the record has not left.
        drop(std::fs::remove_file(&args.to));
        return Err(format!("It could not be written on the case, so {shown} was taken away: {why}").into());
    }
    db.close().await;
    println!("Wrote {} bytes to {shown}.", copy.bytes.len());
    println!("Its sum (SHA-256) is {sha256}");
    Ok(ExitCode::SUCCESS)
}
