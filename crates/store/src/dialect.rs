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
