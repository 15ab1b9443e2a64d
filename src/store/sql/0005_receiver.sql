-- Version 5. Deliveries that were authentic but could not be read: kept as they came until they are mended or dismissed.
-- This file is never edited once it was shipped: the next version is the next file.

CREATE TABLE quarantine (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at INTEGER NOT NULL,
    -- SHA-256 of the body: the same body twice is kept once
    digest      BLOB    NOT NULL UNIQUE,
    body        BLOB    NOT NULL,
    reason      TEXT    NOT NULL,
    -- how often it came, and when last
    times       INTEGER NOT NULL DEFAULT 1,
    last_at     INTEGER NOT NULL,
    -- 1 imported after mending, 2 dismissed; null while it waits
    settled     INTEGER,
    settled_at  INTEGER
) STRICT;

CREATE INDEX quarantine_waiting ON quarantine (id) WHERE settled IS NULL;
