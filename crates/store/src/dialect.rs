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

/// The database's own clock: microseconds since 1970, at this very moment (not
/// when the transaction began).
pub(crate) fn clock(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
        Engine::Postgres => "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
    }
}

/// What answers, in its own words.
pub(crate) const POSTGRES_VERSION: &str = "SELECT CAST(version() AS TEXT)";

/// The triggers of a SQLite file, by name.
pub(crate) const SQLITE_TRIGGERS: &str =
    "SELECT name, COALESCE(sql, '') AS sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name";

/// Everything in a database that is no row, by its kind and name, and what it
/// is (no parameters). What PostgreSQL makes by itself for a foreign key is left
/// out, unless it is switched off.
pub(crate) fn schema(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "SELECT type || ' ' || name AS name, COALESCE(sql, '') AS text FROM sqlite_master
             WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> 'migrations' ORDER BY 1"
        }
        Engine::Postgres => {
            "WITH ours AS (SELECT c.oid, c.relname, c.relkind, c.relrowsecurity FROM pg_class c
                 JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = current_schema() AND c.relname <> 'migrations')
             SELECT CAST(name AS TEXT) AS name,
                 CAST(replace(text, quote_ident(current_schema()) || '.', '') AS TEXT) AS text FROM (
             SELECT 'table ' || relname AS name, CAST(relkind AS TEXT) || ' ' || CAST(relrowsecurity AS TEXT) AS text FROM ours
                 WHERE relkind NOT IN ('i', 'I')
             UNION ALL SELECT 'column ' || o.relname || '.' || a.attname,
                 format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
                 || COALESCE(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
                 FROM pg_attribute a JOIN ours o ON o.oid = a.attrelid AND o.relkind IN ('r', 'p')
                 LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                 WHERE a.attnum > 0 AND NOT a.attisdropped
             UNION ALL SELECT 'constraint ' || o.relname || '.' || k.conname, pg_get_constraintdef(k.oid)
                 FROM pg_constraint k JOIN ours o ON o.oid = k.conrelid WHERE k.contype IN ('p', 'u', 'f', 'c')
             UNION ALL SELECT 'index ' || i.relname, pg_get_indexdef(i.oid) FROM ours i WHERE i.relkind IN ('i', 'I')
             UNION ALL SELECT 'trigger ' || o.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) || ' ' || CAST(t.tgenabled AS TEXT)
                 FROM pg_trigger t JOIN ours o ON o.oid = t.tgrelid WHERE NOT t.tgisinternal OR t.tgenabled <> 'O'
             UNION ALL SELECT 'rule ' || o.relname || '.' || r.rulename, pg_get_ruledef(r.oid)
                 FROM pg_rewrite r JOIN ours o ON o.oid = r.ev_class AND o.relkind IN ('r', 'p')
             UNION ALL SELECT 'policy ' || o.relname || '.' || p.polname, CAST(p.polcmd AS TEXT)
                 FROM pg_policy p JOIN ours o ON o.oid = p.polrelid
             UNION ALL SELECT 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.prosrc FROM pg_proc p
                 JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = current_schema()
             ) every_thing ORDER BY 1"
        }
    }
}

/// Whether the user may do this (the second parameter) to a table (the first).
pub(crate) const POSTGRES_MAY: &str = "SELECT CASE WHEN
    has_table_privilege(CAST($1 AS TEXT), CAST($2 AS TEXT)) THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END";

/// The columns of a table that the user may change, by name.
pub(crate) const POSTGRES_MAY_UPDATE: &str = "SELECT CAST(attname AS TEXT) AS name FROM pg_attribute
    WHERE attrelid = to_regclass(CAST($1 AS TEXT)) AND attnum > 0 AND NOT attisdropped
    AND has_column_privilege(attrelid, attnum, 'UPDATE') ORDER BY 1";

/// How many tables the user owns, or is a member of the role that does.
pub(crate) const POSTGRES_OWNED: &str = "SELECT COUNT(*) FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'USAGE')";

/// Whom the user may become (`SET ROLE`) that may do more than serve: the owner
/// of the tables, of their schema or of the database, or whoever is above all
/// owners or makes others so. Themselves too, where they are it.
pub(crate) const POSTGRES_BECOMES: &str = "SELECT CAST(r.rolname AS TEXT) AS name FROM pg_roles r
    WHERE pg_has_role(r.oid, 'MEMBER') AND (r.rolsuper OR r.rolcreaterole
        OR r.rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program')
        OR r.oid IN (SELECT c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p'))
        OR r.oid IN (SELECT nspowner FROM pg_namespace WHERE nspname = current_schema())
        OR r.oid IN (SELECT datdba FROM pg_database WHERE datname = current_database()))
    ORDER BY 1";
