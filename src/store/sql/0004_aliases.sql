-- Version 4. Further keys by which a lead is known: what a table calls it, and the content of a delivery that turned out to
-- be a lead Partner Center had told of. This file is never edited once it was shipped: the next version is the next file.

CREATE TABLE alias (
    -- the way it came, by the codes of domain::vocabulary
    via        INTEGER NOT NULL,
    key        TEXT    NOT NULL,
    lead       INTEGER NOT NULL REFERENCES lead (id),
    -- when the customer asked, by that source
    created_at INTEGER NOT NULL,
    PRIMARY KEY (via, key, created_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX alias_by_lead ON alias (lead);

-- SHA-256 of an imported file: the same bytes again say nothing new.
ALTER TABLE batch ADD COLUMN digest BLOB;

CREATE INDEX batch_by_digest ON batch (digest) WHERE digest IS NOT NULL;

-- The newest import, delivery and sync, for the age of the data.
CREATE INDEX batch_by_kind ON batch (kind, seq);
