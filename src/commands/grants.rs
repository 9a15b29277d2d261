//! `phb grants`: what the owner of a PostgreSQL database lets the program do.

use super::Done;

/// Print the statements that let another user of PostgreSQL serve
///
/// The user who owns the tables can change the record and drop what protects
/// it. So let one user own them, who runs "phb migrate", and another one serve.
/// This prints what the owner grants: to read, to add, and to change or remove
/// rows only in the tables in which the program does so. Nothing that was
/// recorded can then be changed by whoever gets hold of the serving user.
///
/// Run it after each "phb migrate", since that may have made new tables.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  createuser phb_owner; createuser phb_server; createdb phb --owner phb_owner
  phb migrate --database 'postgres://phb_owner@db.example.org/phb?sslmode=verify-full'
  phb grants --role phb_server | psql 'postgres://phb_owner@db.example.org/phb?sslmode=verify-full'
  phb serve --database 'postgres://phb_server@db.example.org/phb?sslmode=verify-full'")]
pub struct Args {
    /// The user who will serve; it must be there already
    #[arg(long, value_name = "USER")]
    role: String,
    /// The schema in which the tables are
    #[arg(long, value_name = "NAME", default_value = "public")]
    schema: String,
}

pub fn run(args: &Args) -> Done {
    print!("{}", store::guard::grants(&args.role, &args.schema));
    Ok(())
}
