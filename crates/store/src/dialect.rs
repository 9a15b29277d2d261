//! The few things that the two databases say differently, side by side.

use crate::Engine;

/// Whether a table of this name exists (one parameter, one number).
pub(crate) fn table_exists(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
        Engine::Postgres => {
            "SELECT COUNT(*) FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_name = CAST($1 AS TEXT)"
        }
    }
}

/// The triggers of a SQLite file, by name.
pub(crate) const SQLITE_TRIGGERS: &str =
    "SELECT name, COALESCE(sql, '') FROM sqlite_master WHERE type = 'trigger' ORDER BY name";

/// Whether the user may do this (the second parameter) to a table (the first).
pub(crate) const POSTGRES_MAY: &str = "SELECT CASE WHEN
    has_table_privilege(CAST($1 AS TEXT), CAST($2 AS TEXT)) THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END";

/// How many tables the user owns, or is a member of the role that does.
pub(crate) const POSTGRES_OWNED: &str = "SELECT COUNT(*) FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'USAGE')";
