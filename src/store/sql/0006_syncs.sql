-- Version 6. How far each sync has come, and what is known of leads at their source beyond the lead itself.
-- This file is never edited once it was shipped: the next version is the next file.

-- One row a source: a table by its address, Partner Center by its account. The state is JSON of the client's own.
CREATE TABLE sync (
    source  TEXT    PRIMARY KEY,
    state   TEXT    NOT NULL,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The version of a lead at Partner Center that was read last: what an answer names so that nobody's word is overwritten.
CREATE TABLE etag (
    lead    INTEGER PRIMARY KEY REFERENCES lead (id),
    etag    TEXT    NOT NULL
) STRICT;
