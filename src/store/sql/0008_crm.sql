-- Version 8. Leads that were sent straight into a CRM: what is there, what is under way, and how often a form was posted.
-- This file is never edited once it was shipped: the next version is the next file.

CREATE TABLE crm (
    -- which CRM and which account of it: another account is another CRM
    target  TEXT    NOT NULL,
    lead    INTEGER NOT NULL REFERENCES lead (id),
    -- its id there
    remote  TEXT,
    -- what is there, as JSON: a digest of each field's value, so that an update sends only what changed
    fields  TEXT,
    -- the same of what is being sent: it stands while no answer is known
    pending TEXT,
    -- what came of it last, by the codes of domain::crm; null before the first answer
    result  INTEGER,
    at      INTEGER NOT NULL,
    PRIMARY KEY (target, lead)
) STRICT, WITHOUT ROWID;

CREATE INDEX crm_by_lead ON crm (lead);

-- When a form was posted that may be posted only so often a day.
CREATE TABLE crm_post (
    target TEXT    NOT NULL,
    at     INTEGER NOT NULL
) STRICT;

CREATE INDEX crm_post_by_time ON crm_post (target, at);
