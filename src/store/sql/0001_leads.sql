-- Version 1. Moments are seconds since 1970, UTC; words are the codes of domain::vocabulary.
-- This file is never edited: the next version is the next file.

CREATE TABLE lead (
    id              INTEGER PRIMARY KEY,
    rev             INTEGER NOT NULL,
    -- Microsoft's record
    external_id     TEXT UNIQUE,
    content_key     BLOB    NOT NULL,
    created_at      INTEGER NOT NULL,
    stated_expiry   INTEGER,
    lead_type       INTEGER NOT NULL,
    call_to_action  INTEGER NOT NULL,
    source          INTEGER NOT NULL,
    quality         INTEGER NOT NULL,
    email_validity  INTEGER NOT NULL,
    phone_validity  INTEGER NOT NULL,
    qualification   INTEGER NOT NULL,
    status          INTEGER NOT NULL,
    outcome         INTEGER,
    first_name      TEXT,
    last_name       TEXT,
    job_title       TEXT,
    company         TEXT,
    email           TEXT,
    phone           TEXT,
    phone_e164      TEXT,
    country         TEXT,
    country_raw     TEXT,
    lead_source_raw TEXT,
    action_code     TEXT,
    publisher       TEXT,
    offer           TEXT,
    offer_title     TEXT,
    description     TEXT,
    do_not_contact  INTEGER NOT NULL,
    test            INTEGER NOT NULL,
    person_key      TEXT,
    extras          TEXT,
    -- how it came in
    received_via    INTEGER NOT NULL,
    received_at     INTEGER NOT NULL,
    as_of           INTEGER NOT NULL,
    received_batch  INTEGER NOT NULL REFERENCES batch (seq),
    -- the seller's part
    favorite        INTEGER NOT NULL DEFAULT 0,
    away            INTEGER NOT NULL DEFAULT 0,
    tags            TEXT,
    note            TEXT,
    later_until     INTEGER,
    touches         INTEGER NOT NULL DEFAULT 0,
    first_touch_at  INTEGER,
    last_touch_at   INTEGER,
    deal            TEXT,
    verdict         TEXT
) STRICT;

CREATE INDEX lead_by_person ON lead (person_key) WHERE person_key IS NOT NULL;
CREATE INDEX lead_by_content ON lead (content_key);
CREATE INDEX lead_by_created ON lead (created_at);

-- One row a change, an import, an undo or a redo: what the seller sees as one step.
CREATE TABLE batch (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    kind      INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    -- which start of the program made it; an undo of an earlier start asks first
    start     TEXT    NOT NULL,
    title     TEXT    NOT NULL,
    -- 0 stands, 1 undone and may be redone, 2 undone for good, 3 settled: a later import contradicts it
    undone    INTEGER NOT NULL DEFAULT 0,
    -- the step that an undo or redo took back or repeated
    target    INTEGER REFERENCES batch (seq),
    -- modification time of an imported file: the age of the data
    file_time INTEGER
) STRICT;

-- What a step did to one lead: before and after, as JSON.
CREATE TABLE journal (
    batch   INTEGER NOT NULL REFERENCES batch (seq),
    lead    INTEGER NOT NULL REFERENCES lead (id),
    before  TEXT,
    after   TEXT,
    -- 1 where an import moved Partner Center's status: an undo across it is refused
    decides INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (batch, lead)
) STRICT, WITHOUT ROWID;

CREATE INDEX journal_by_lead ON journal (lead);

-- What Partner Center has not been told. Open while closed_at is null.
CREATE TABLE owed (
    lead      INTEGER NOT NULL REFERENCES lead (id),
    kind      INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    due       INTEGER,
    remark    TEXT,
    batch     INTEGER NOT NULL REFERENCES batch (seq),
    closed_at INTEGER,
    -- 1 withdrawn by an undo, 2 Partner Center agrees, 3 ticked off
    closed_how INTEGER
) STRICT;

CREATE INDEX owed_by_lead ON owed (lead);
CREATE INDEX owed_open ON owed (lead) WHERE closed_at IS NULL;
