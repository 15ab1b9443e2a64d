-- Version 12. The most urgent leads of a large store, found without reading it: an index for each way in which a lead is urgent.
-- This file is never edited once it was shipped: the next version is the next file.

-- Marketplace leads that are not archived for good, by what they ask for: 0 an answer, 1 accepted, 2 nothing.
CREATE INDEX lead_front ON lead (
    CASE WHEN verdict IS NOT NULL OR status = 1 THEN 1 WHEN do_not_contact = 0 AND (call_to_action = 1 OR lead_type = 2) THEN 0 ELSE 2 END,
    source, created_at
) WHERE test = 0 AND qualification NOT IN (2, 3)
    AND (verdict IS NULL AND status < 2 OR instr(verdict, '"kind":"accepted"') > 0 AND (status < 2 OR outcome = 4));

-- Those among them that state their expiry themselves.
CREATE INDEX lead_stated ON lead (stated_expiry)
WHERE stated_expiry IS NOT NULL AND verdict IS NULL AND status = 0 AND test = 0 AND do_not_contact = 0
    AND qualification NOT IN (2, 3) AND (call_to_action = 1 OR lead_type = 2);

CREATE INDEX lead_put_off ON lead (later_until) WHERE later_until IS NOT NULL;

CREATE INDEX lead_put_away ON lead (created_at) WHERE away = 1;

CREATE INDEX owed_by_due ON owed (due) WHERE closed_at IS NULL;
