-- Version 3. What the seller saw last: when the inbox was closed, and the newest lead there was then. One row at most.
-- This file is never edited once it was shipped: the next version is the next file.

CREATE TABLE seen (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    at   INTEGER NOT NULL,
    lead INTEGER NOT NULL
) STRICT;
