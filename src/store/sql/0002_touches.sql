-- Version 2. What the last contact was, as JSON: its kind and the seller's words. Null where version 1 counted it.
-- This file is never edited once it was shipped: the next version is the next file.

ALTER TABLE lead ADD COLUMN last_touch TEXT;

-- Who was put away: asked for every new lead of an import, and nearly always empty.
CREATE INDEX lead_away ON lead (person_key) WHERE away = 1;

-- The tags there are, for offering them.
CREATE INDEX lead_tagged ON lead (tags) WHERE tags IS NOT NULL;
