-- Security events: who signed in, was refused, took something out. Each is a
-- row of the log of one day and one server; the rows of a log are a chain, and
-- `mac` signs how far it has come. When a log is old enough its rows go, and this
-- line says since when.
CREATE TABLE security_logs (
    id UUID NOT NULL PRIMARY KEY,
    day TEXT COLLATE "C" NOT NULL,
    removed TEXT COLLATE "C" NOT NULL,
    events BIGINT NOT NULL,
    head BYTEA NOT NULL,
    mac BYTEA
);

CREATE INDEX security_logs_day ON security_logs (day);

-- `account_id` did or tried it, `about_id` is whose account it concerns; `times`
-- of the same between `at` and `last_at` are one row.
CREATE TABLE security_events (
    log_id UUID NOT NULL,
    seq BIGINT NOT NULL CHECK (seq > 0),
    at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    times BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    account_id UUID,
    about_id UUID,
    areas TEXT COLLATE "C" NOT NULL,
    case_id UUID,
    reached TEXT COLLATE "C" NOT NULL,
    network TEXT COLLATE "C" NOT NULL,
    browser TEXT COLLATE "C" NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (log_id, seq)
);

CREATE INDEX security_events_at ON security_events (at, log_id, seq);
CREATE INDEX security_events_about ON security_events (about_id, at, log_id, seq);

