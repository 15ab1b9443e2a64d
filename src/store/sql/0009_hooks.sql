-- Version 9. Leads whose nearly cold flame was told to a program of the seller's: each once, whoever noticed it.
-- This file is never edited once it was shipped: the next version is the next file.

CREATE TABLE cooling_told (
    lead INTEGER PRIMARY KEY REFERENCES lead (id),
    at   INTEGER NOT NULL
) STRICT;
