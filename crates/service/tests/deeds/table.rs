//! What somebody may do to the rows, each with what names it.

/// What is done, and what `verify` says of it. `{name}` stands for an id: in SQL
/// as the database writes it, and in what is said as people read it.
pub const DEEDS: &[(&str, &str)] = &[
    // The record and the ledger.
    (
        "UPDATE events SET body = REPLACE(body, 'a', 'e') WHERE stream_id = {case} AND seq = 3",
        "events: case {case}, number 3: edited",
    ),
    (
        "UPDATE events SET author = '{stranger!}' WHERE stream_id = {case} AND seq = 4",
        "events: case {case}, number 4: edited",
    ),
    ("DELETE FROM events WHERE stream_id = {case} AND seq = 5", "events: case {case}, number 5: deleted"),
    (
        "UPDATE streams SET version = 6, head = (SELECT hash FROM events WHERE stream_id = {case} AND seq = 6)
         WHERE id = {case}; DELETE FROM events WHERE stream_id = {case} AND seq > 6",
        "events: case {case}, number 7: cut off",
    ),
    (
        "UPDATE streams SET version = 6, head = (SELECT hash FROM events WHERE stream_id = {case} AND seq = 6)
         WHERE id = {case}; DELETE FROM events WHERE stream_id = {case} AND seq > 6",
        "streams: case {case}, number 6: was not written by this program",
    ),
    (
        "DELETE FROM events WHERE stream_id = {case}; DELETE FROM streams WHERE id = {case}",
        "streams: case {case}, numbers 1 to",
    ),
    (
        "UPDATE events SET type = 'organisation.renamed' WHERE stream_id = {council} AND seq = 2",
        "events: organisation {council}, number 2: edited",
    ),
    ("UPDATE streams SET mac = NULL WHERE id = {case}", "streams: case {case}, number"),
    (
        "UPDATE streams SET mac = (SELECT mac FROM streams s WHERE s.id = {council}) WHERE id = {case}",
        "streams: case {case}, number",
    ),
    // The keys of streams.
    (
        "UPDATE data_keys SET wrapped = (SELECT o.wrapped FROM data_keys o WHERE o.id = {husband}) WHERE id = {case}",
        "data_keys: case {case}: edited",
    ),
    ("DELETE FROM data_keys WHERE id = {case}", "data_keys: case {case}: deleted"),
    (
        "DELETE FROM data_keys WHERE id = {case}; DELETE FROM macs WHERE of_row = 'case {case!}'",
        "data_keys: case {case}: deleted",
    ),
    (
        "UPDATE data_keys SET wrapped = NULL, destroyed = 1 WHERE id = {case}",
        "data_keys: case {case}: edited",
    ),
    (
        "INSERT INTO data_keys (kind, id, wrapped) SELECT kind, {stranger}, wrapped FROM data_keys WHERE id = {case}",
        "data_keys: case {stranger}: was not written by this program",
    ),
    (
        "UPDATE entries SET happened = '2026-01-01' WHERE case_id = {case} AND seq = 1",
        "entries: case {case}, number 1: edited",
    ),
    (
        "UPDATE moves SET amount = amount + 1 WHERE case_id = {case} AND seq = 2",
        "entries: case {case}, number 2: ",
    ),
    (
        "DELETE FROM moves WHERE case_id = {case} AND seq = 2; DELETE FROM entries WHERE case_id = {case} AND seq = 2",
        "entries: case {case}, number 2: deleted",
    ),
    (
        "DELETE FROM moves; DELETE FROM entries; DELETE FROM ledgers; DELETE FROM sums",
        "ledgers: case {case}, numbers 1 to",
    ),
    ("UPDATE ledgers SET mac = NULL", "ledgers: case {case}, number"),
    // What is made from them.
    ("UPDATE sums SET money_in = money_in + 100 WHERE day = ''", "sums: case {case}: not what the ledger"),
    ("DELETE FROM sums", "sums: case {case}: not what the ledger"),
    (
        "INSERT INTO list_rows (list, stream_kind, stream_id, row_no, area, owner, state, sort, body)
         SELECT list, stream_kind, stream_id, 999, area, {stranger}, state, sort, body FROM list_rows
         WHERE list = 'posts' AND owner = {practitioner}",
        "list_rows: organisation {council}: not what the record gives",
    ),
    (
        "INSERT INTO list_rows (list, stream_kind, stream_id, row_no, area, owner, state, sort, body)
         SELECT list, stream_kind, stream_id, 999, area, {stranger}, state, sort, body FROM list_rows
         WHERE list = 'my-cases' AND owner = {husband} AND stream_id = {case}",
        "list_rows: case {case}: not what the record gives",
    ),
    (
        "DELETE FROM list_rows WHERE list = 'posts' AND owner = {practitioner}",
        "list_rows: organisation {council}: not what the record gives",
    ),
    (
        "UPDATE list_rows SET state = NULL, body = '[\"Somebody\",\"x@example.org\"]' WHERE list = 'names' AND owner = {husband}",
        "list_rows: account {husband}: not what the record gives",
    ),
    (
        "UPDATE list_rows SET stream_id = {nothing} WHERE list = 'my-cases' AND owner = {husband}",
        "list_rows: case {nothing}: nothing on the record",
    ),
    ("DELETE FROM open_lines", "list_rows: case {case}: its sums, or what waits"),
    // Files, statements and their lines.
    ("UPDATE files SET name = 'other.pdf' WHERE id = {file}", "files: {file}: edited"),
    ("UPDATE files SET bytes = {hash} WHERE id = {file}", "files: {file}: edited"),
    ("UPDATE files SET account_id = {stranger} WHERE id = {file}", "files: {file}: edited"),
    ("UPDATE files SET added = added - 86400000000 WHERE id = {file}", "files: {file}: edited"),
    ("UPDATE files SET sha256 = {hash}, bytes = {hash} WHERE id = {file}", "files: {file}: edited"),
    ("UPDATE files SET case_id = {nothing} WHERE id = {file}", "files: {file}: was not written by this program"),
    ("UPDATE files SET case_id = {nothing} WHERE id = {file}", "files: {file}: deleted"),
    ("DELETE FROM files WHERE id = {file}", "files: {file}: deleted"),
    (
        "INSERT INTO files (id, case_id, name, media_type, size, sha256, added, account_id, bytes)
         SELECT {nothing}, case_id, 'mine.pdf', media_type, size, sha256, added, account_id, bytes FROM files WHERE id = {file}",
        "files: {nothing}: was not written by this program",
    ),
    ("UPDATE statements SET closing = 1 WHERE id = {statement}", "statements: {statement}: edited"),
    ("UPDATE statements SET holding_id = {nothing} WHERE id = {statement}", "statements: {statement}: edited"),
    ("DELETE FROM bank_lines WHERE statement_id = {statement}; DELETE FROM statements WHERE id = {statement}",
     "statements: {statement}: deleted"),
    ("DELETE FROM statements WHERE id = {statement}", "bank_lines: {line}: belongs to nothing"),
    ("UPDATE bank_lines SET amount = -1 WHERE id = {line}", "bank_lines: {line}: edited"),
    ("UPDATE bank_lines SET description = 'Care' WHERE id = {line}", "bank_lines: {line}: edited"),
    ("UPDATE bank_lines SET date = '2026-01-09' WHERE id = {line}", "bank_lines: {line}: edited"),
    ("DELETE FROM bank_lines WHERE id = {line}", "bank_lines: {line}: deleted"),
    (
        "INSERT INTO bank_lines (id, statement_id, case_id, holding_id, line_no, date, amount, description, reference, dedupe_key)
         SELECT {nothing}, statement_id, case_id, holding_id, 77, date, amount, description, reference, 'k' FROM bank_lines WHERE id = {line}",
        "bank_lines: {nothing}: was not written by this program",
    ),
    (
        "INSERT INTO begun_statements (statement_id, case_id, lines) VALUES ({nothing}, {case}, 9)",
        "begun_statements: {nothing}: was not written by this program",
    ),
    // Who looked.
    (
        "DELETE FROM looks WHERE case_id = {case} AND section = 'deeds'",
        "looks: {case} {look!}: deleted",
    ),
    (
        "UPDATE looks SET account_id = {practitioner} WHERE case_id = {case} AND section = 'deeds'",
        "looks: {case} {look!}: deleted",
    ),
    ("UPDATE looks SET times = 99 WHERE section = 'deeds'", "looks: {case} {look!}: edited"),
    ("UPDATE looks SET last_at = last_at + 1 WHERE section = 'deeds'", "looks: {case} {look!}: edited"),
    (
        "INSERT INTO looks (case_id, account_id, section, period, first_at, last_at, times)
         SELECT case_id, {stranger}, section, period, first_at, last_at, times FROM looks WHERE section = 'deeds'",
        "looks: {case} {strange-look!}: was not written by this program",
    ),
    (
        "DELETE FROM registered WHERE case_id = {case} AND of_table = 'looks' AND of_row LIKE '%deeds';
         DELETE FROM looks WHERE section = 'deeds'",
        "registered: case {case}, number",
    ),
    (
        "DELETE FROM registered WHERE case_id = {case}; DELETE FROM registers WHERE case_id = {case};
         DELETE FROM looks WHERE case_id = {case}; DELETE FROM bank_lines WHERE case_id = {case};
         DELETE FROM statements WHERE case_id = {case}; DELETE FROM files WHERE case_id = {case}",
        "registers: case {case}, numbers 1 to",
    ),
    (
        "UPDATE registers SET entries = 1, head = (SELECT hash FROM registered WHERE case_id = {case} AND seq = 1)
         WHERE case_id = {case}; DELETE FROM registered WHERE case_id = {case} AND seq > 1",
        "registers: case {case}, number 1: was not written by this program",
    ),
    ("DELETE FROM registers WHERE case_id = {case}", "registers: case {case}: deleted"),
    // What lists showed.
    ("DELETE FROM list_looks WHERE id = {list-look}", "list_looks: {list-look!}: deleted"),
    ("UPDATE list_looks SET at = at + 1 WHERE id = {list-look}", "list_looks: {list-look!}: edited"),
    (
        "UPDATE list_looks SET subjects = {hash} WHERE id = {list-look}",
        "list_looks: {list-look!}: edited",
    ),
    (
        "INSERT INTO list_looks SELECT {nothing}, account_id, list, at, subjects FROM list_looks WHERE id = {list-look}",
        "list_looks: {nothing!}: was not written by this program",
    ),
    // What was written down of signing in.
    (
        "UPDATE security_events SET account_id = {stranger} WHERE log_id = {log} AND seq = 2",
        "security_events: log {log!}, number 2: edited",
    ),
    (
        "UPDATE security_events SET times = 9 WHERE log_id = {log} AND seq = 1",
        "security_events: log {log!}, number 1: edited",
    ),
    (
        "DELETE FROM security_events WHERE log_id = {log} AND seq = 2",
        "security_events: log {log!}, number 2: deleted",
    ),
    (
        "DELETE FROM security_events WHERE log_id = {log} AND seq = 3",
        "security_events: log {log!}, number 3: cut off",
    ),
    (
        "INSERT INTO security_events SELECT log_id, 4, at, last_at, times, kind, outcome, account_id, about_id,
         areas, case_id, reached, network, browser, reference, detail, hash
         FROM security_events WHERE log_id = {log} AND seq = 3",
        "security_events: log {log!}, number 4: ",
    ),
    (
        "UPDATE security_logs SET removed = '2026-02-01' WHERE id = {log};
         DELETE FROM security_events WHERE log_id = {log}",
        "security_logs: log {log!}, number 3: was not written by this program",
    ),
    (
        "UPDATE security_logs SET events = 2,
         head = (SELECT hash FROM security_events WHERE log_id = {log} AND seq = 2) WHERE id = {log};
         DELETE FROM security_events WHERE log_id = {log} AND seq = 3",
        "security_logs: log {log!}, number 2: was not written by this program",
    ),
    (
        "UPDATE security_logs SET day = '2020-01-01' WHERE id = {log}",
        "security_logs: log {log!}, number 3: was not written by this program",
    ),
    ("DELETE FROM security_logs WHERE id = {log}", "security_logs: log {log!}: deleted"),
    (
        "DELETE FROM security_events WHERE log_id = {log}; DELETE FROM security_logs WHERE id = {log}",
        "security_logs: log {log!}, numbers 1 to",
    ),
    (
        "DELETE FROM security_logs WHERE id = {old-log}",
        "security_logs: log {old-log!}, numbers 1 to",
    ),
    // Who is signed in.
    (
        "INSERT INTO sessions (token_hash, account_id, started, last_seen, expires, ended, label, second_factor, acting_as)
         SELECT {hash}, account_id, started, last_seen, expires, ended, label, second_factor, acting_as FROM sessions WHERE token_hash = {session}",
        "sessions: {hash!}: was not written by this program",
    ),
    ("UPDATE sessions SET account_id = {practitioner} WHERE token_hash = {session}", "sessions: {session!}: edited"),
    ("UPDATE sessions SET expires = expires + 1 WHERE token_hash = {session}", "sessions: {session!}: edited"),
    ("UPDATE sessions SET second_factor = 0 WHERE token_hash = {session}", "sessions: {session!}: edited"),
    ("UPDATE sessions SET ended = NULL WHERE token_hash = {ended}", "sessions: {ended!}: edited"),
    ("DELETE FROM sessions WHERE token_hash = {session}", "sessions: {session!}: deleted"),
    (
        "INSERT INTO proofs (token_hash, account_id, at) VALUES ({hash}, {husband}, 9)",
        "proofs: {hash!}: was not written by this program",
    ),
    (
        "UPDATE unfinished SET account_id = {stranger} WHERE token_hash = {session}",
        "unfinished: {session!} a-purpose: edited",
    ),
    // How they prove who they are.
    (
        "UPDATE credentials SET passphrase_hash = (SELECT passphrase_hash FROM credentials c WHERE c.account_id = {husband})
         WHERE account_id = {practitioner}; UPDATE credentials SET changed = changed + 1 WHERE account_id = {practitioner}",
        "credentials: {practitioner}: edited",
    ),
    ("UPDATE credentials SET totp_secret = {hash} WHERE account_id = {practitioner}", "credentials: {practitioner}: edited"),
    (
        "UPDATE credentials SET totp_last_step = 1 WHERE account_id = {practitioner}",
        "credentials: {practitioner}: edited",
    ),
    ("DELETE FROM credentials WHERE account_id = {practitioner}", "credentials: {practitioner}: deleted"),
    (
        "INSERT INTO credentials (account_id, passphrase_hash, changed) SELECT {nothing}, passphrase_hash, changed FROM credentials WHERE account_id = {husband}",
        "credentials: {nothing}: was not written by this program",
    ),
    (
        "UPDATE login_names SET account_id = {practitioner} WHERE account_id = {husband}",
        "login_names: account {practitioner}: edited",
    ),
    (
        "INSERT INTO login_names (name, account_id) VALUES ('thief@example.org', {practitioner})",
        "login_names: account {practitioner}: was not written by this program",
    ),
    ("DELETE FROM login_names WHERE account_id = {husband}", "login_names: "),
    (
        "INSERT INTO one_time_links (token_hash, purpose, account_id, body, expires) VALUES ({hash}, 'recovery', {practitioner}, '{}', 9000000000000000)",
        "one_time_links: {hash!}: was not written by this program",
    ),
    ("UPDATE one_time_links SET used = NULL WHERE token_hash = {link}", "one_time_links: {link!}: edited"),
    ("UPDATE one_time_links SET account_id = {practitioner} WHERE token_hash = {link}", "one_time_links: {link!}: edited"),
    ("DELETE FROM one_time_links WHERE token_hash = {link}", "one_time_links: {link!}: deleted"),
    (
        "INSERT INTO printed_codes (code_hash, account_id, made) VALUES ({hash}, {practitioner}, 1)",
        "printed_codes: account {practitioner}: was not written by this program",
    ),
    ("UPDATE printed_codes SET used = NULL WHERE account_id = {husband}", "printed_codes: account {husband}: edited"),
    ("UPDATE passkeys SET account_id = {practitioner} WHERE id = {passkey}", "passkeys: {passkey}: edited"),
    ("UPDATE passkeys SET body = '{}' WHERE id = {passkey}", "passkeys: {passkey}: edited"),
    ("DELETE FROM passkeys WHERE id = {passkey}", "passkeys: {passkey}: deleted"),
    // Letters and work.
    (
        "INSERT INTO messages (id, to_address, subject, body, queued, attempts) VALUES ({nothing}, 'a@example.org', 'Pay', 'Now', 1, 0)",
        "messages: {nothing}: was not written by this program",
    ),
    ("UPDATE messages SET to_address = 'thief@example.org' WHERE id = {message}", "messages: {message}: edited"),
    ("UPDATE messages SET sent = 1 WHERE id = {message}", "messages: {message}: edited"),
    ("DELETE FROM addressees WHERE message_id = {message}; DELETE FROM messages WHERE id = {message}", "messages: {message}: deleted"),
    ("UPDATE addressees SET account_id = {practitioner} WHERE message_id = {message}", "addressees: {message}: edited"),
    ("UPDATE addressees SET link = 'recovery' WHERE message_id = {message}", "addressees: {message}: edited"),
    (
        "INSERT INTO jobs (id, kind, body, due, attempts) SELECT {nothing}, kind, body, due, 0 FROM jobs WHERE id = {job}",
        "jobs: {nothing}: was not written by this program",
    ),
    ("UPDATE jobs SET done = 1 WHERE id = {job}", "jobs: {job}: edited"),
    ("UPDATE jobs SET due = due + 1 WHERE id = {job}", "jobs: {job}: edited"),
    ("UPDATE jobs SET body = '{}' WHERE id = {job}", "jobs: {job}: edited"),
    ("DELETE FROM jobs WHERE id = {job}", "jobs: {job}: deleted"),
    ("INSERT INTO marks (name, value) VALUES ('may-see-all', 'yes')", "marks: may-see-all: was not written"),
    ("UPDATE marks SET value = 'done 99' WHERE name = 'lists'", "marks: lists: edited"),
    ("DELETE FROM marks WHERE name = 'keys'", "marks: keys: deleted"),
    (
        "UPDATE macs SET mac = (SELECT m.mac FROM macs m WHERE m.of_table = 'jobs' AND m.of_row = '{job!}')
         WHERE of_table = 'messages' AND of_row = '{message!}'",
        "messages: {message}: edited",
    ),
    ("DELETE FROM macs; DELETE FROM marks WHERE name = 'keys'", "marks: keys: nothing here is under the key yet"),
    // Seals, and what is no row.
    ("UPDATE seals SET mac = NULL WHERE number = 1", "seals: seal 1: "),
    ("UPDATE seals SET at = at + 1 WHERE number = 1", "seals: seal 1: was not written by this program"),
    ("UPDATE seal_members SET version = version + 1 WHERE seal = 1 AND no = 2", "seal_members: seal 1, number 2: edited"),
    ("DROP INDEX jobs_unique", "schema: index jobs_unique: deleted"),
    ("CREATE TABLE mine (id BIGINT)", "schema: table mine: was not written by this program"),
    ("CREATE INDEX mine ON jobs (kind)", "schema: index mine: was not written by this program"),
];

/// The same, of what only one of the two has.
pub const OF_SQLITE: &[(&str, &str)] = &[
    ("SELECT 1", "schema: trigger events_no_update: deleted"),
    ("SELECT 1", "schema: trigger files_no_delete: deleted"),
    (
        "CREATE TRIGGER mine AFTER INSERT ON sessions BEGIN DELETE FROM looks; END",
        "schema: trigger mine: was not written by this program",
    ),
    (
        "CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT 1; END",
        "schema: trigger events_no_update: edited",
    ),
    ("ALTER TABLE sessions ADD COLUMN note TEXT", "schema: table sessions: edited"),
];
pub const OF_POSTGRES: &[(&str, &str)] = &[
    (
        "CREATE RULE quiet AS ON INSERT TO looks DO INSTEAD NOTHING",
        "schema: rule looks.quiet: was not written",
    ),
    (
        "ALTER TABLE entries DROP CONSTRAINT entries_pkey CASCADE",
        "schema: constraint entries.entries_pkey: deleted",
    ),
    ("ALTER TABLE bank_lines DISABLE TRIGGER ALL", "schema: trigger bank_lines."),
    (
        "CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
         CREATE TRIGGER mine BEFORE INSERT ON looks FOR EACH ROW EXECUTE FUNCTION gone()",
        "schema: trigger looks.mine: was not written",
    ),
    ("ALTER TABLE jobs ALTER COLUMN kind DROP NOT NULL", "schema: column jobs.kind: edited"),
    ("ALTER TABLE sessions ENABLE ROW LEVEL SECURITY", "schema: table sessions: edited"),
    ("ALTER TABLE sessions ADD COLUMN note TEXT", "schema: column sessions.note: was not written"),
];
