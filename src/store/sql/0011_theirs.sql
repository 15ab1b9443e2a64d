-- Version 11. A record that stood in a CRM before anything was sent holds nothing of ours, though it was noted so: what was
-- changed here since must not be written over it. This file is never edited once it was shipped: the next version is the next file.

UPDATE crm SET fields = NULL
WHERE result = 3 AND NOT EXISTS (
    SELECT 1 FROM journal JOIN batch ON batch.seq = journal.batch
    WHERE journal.lead = crm.lead AND batch.kind = 8
        -- A page that cannot be read must not keep the store from opening.
        AND CASE WHEN json_valid(journal.after) THEN
            json_extract(journal.after, '$.crm') || ' ' = substr(crm.target, 1, length(json_extract(journal.after, '$.crm')) + 1)
            AND json_extract(journal.after, '$.result') IN ('created', 'updated')
        END
);
