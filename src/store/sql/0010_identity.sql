-- Version 10. The store's own identity, of which the keys are made that name its leads elsewhere: no two stores share it, a copy
-- of this one keeps it. This file is never edited once it was shipped: the next version is the next file.

CREATE TABLE identity (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    store BLOB    NOT NULL CHECK (length(store) = 8)
) STRICT;

INSERT INTO identity (one, store) VALUES (1, randomblob(8));

-- Leads that a CRM may know by the key of before: their number and when they were first stored. They keep it.
CREATE TABLE early_key (
    lead INTEGER PRIMARY KEY REFERENCES lead (id)
) STRICT;

INSERT INTO early_key (lead) SELECT DISTINCT lead FROM crm;
