-- Times are microseconds since 1970 (UTC). Incidents go by a number inside the file: their ID, if that is written as a
-- number is (mtp_tui.store.numbers), and else one of ours, because IDs are text. They stand in the order in which they
-- came, so that they fill their pages.

CREATE TABLE incidents (
    place          INTEGER PRIMARY KEY,
    number         INTEGER NOT NULL UNIQUE,
    id             TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    severity       TEXT NOT NULL,
    status         TEXT NOT NULL,
    classification TEXT NOT NULL,
    determination  TEXT NOT NULL,
    assigned_to    TEXT NOT NULL,
    created_at     INTEGER,
    updated_at     INTEGER,
    tags           TEXT NOT NULL,       -- a JSON list
    redirect_id    TEXT NOT NULL,
    uri            TEXT NOT NULL,
    alert_count    INTEGER NOT NULL,
    device_count   INTEGER NOT NULL,
    user_count     INTEGER NOT NULL,
    sources        TEXT NOT NULL,       -- a JSON list
    active_from    INTEGER,             -- the first activity of its alerts, else when it was created
    active_until   INTEGER,             -- the last activity of its alerts, else when it was updated
    digest         BLOB NOT NULL,       -- of the bytes that came
    as_of          INTEGER NOT NULL,    -- when the service last said so
    changed_as_of  INTEGER NOT NULL,    -- when it last said something new
    seen_as_of     INTEGER              -- what it had said until then was looked at; NULL: nothing yet
);

CREATE INDEX incidents_newest ON incidents (updated_at DESC, length(id), id);
CREATE INDEX incidents_unseen ON incidents (number) WHERE seen_as_of IS NULL OR seen_as_of < changed_as_of;

CREATE TABLE packed_bodies (            -- apart, because scans of the rows would be several times slower with them
    place  INTEGER PRIMARY KEY REFERENCES incidents ON DELETE CASCADE,
    packed BLOB NOT NULL
);

CREATE TABLE changes (                  -- since the incident was last looked at
    number        INTEGER NOT NULL REFERENCES incidents (number) ON DELETE CASCADE,
    field         TEXT NOT NULL,
    before        TEXT NOT NULL,
    after         TEXT NOT NULL,
    as_of         INTEGER NOT NULL,
    PRIMARY KEY (number, field)
) WITHOUT ROWID;

CREATE TABLE occurring (                -- what completion offers out of the bodies of the latest incidents
    number INTEGER PRIMARY KEY REFERENCES incidents (number) ON DELETE CASCADE,
    texts  TEXT NOT NULL                -- JSON, by field
);

CREATE TABLE choices (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL                 -- JSON
) WITHOUT ROWID;

CREATE TABLE journal (                  -- only ever appended to
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    entry  TEXT NOT NULL                -- JSON
);
