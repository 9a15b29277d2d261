-- Security events: who signed in, was refused, took something out. Each is a
-- row of the log of one day and one server; the rows of a log are a chain, and
-- `mac` signs how far it has come. When a log is old enough its rows go, and this
-- line says since when.
CREATE TABLE security_logs (
    id BLOB NOT NULL PRIMARY KEY,
    day TEXT NOT NULL,
    removed TEXT NOT NULL,
    events INTEGER NOT NULL,
    head BLOB NOT NULL,
    mac BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX security_logs_day ON security_logs (day);

-- `account_id` did or tried it, `about_id` is whose account it concerns; `times`
-- of the same between `at` and `last_at` are one row.
CREATE TABLE security_events (
    log_id BLOB NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    account_id BLOB,
    about_id BLOB,
    areas TEXT NOT NULL,
    case_id BLOB,
    reached TEXT NOT NULL,
    network TEXT NOT NULL,
    browser TEXT NOT NULL,
    reference TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (log_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX security_events_at ON security_events (at, log_id, seq);
CREATE INDEX security_events_about ON security_events (about_id, at, log_id, seq);

CREATE TRIGGER security_events_no_update BEFORE UPDATE ON security_events BEGIN
    SELECT RAISE(ABORT, 'security events are never changed');
END;

CREATE TRIGGER security_events_no_delete BEFORE DELETE ON security_events
WHEN COALESCE((SELECT removed FROM security_logs WHERE id = OLD.log_id), '') = '' BEGIN
    SELECT RAISE(ABORT, 'security events go with their whole day');
END;

CREATE TRIGGER security_logs_no_delete BEFORE DELETE ON security_logs BEGIN
    SELECT RAISE(ABORT, 'that there was a log stays known');
END;
