-- Version 7. When a file for Partner Center's bulk upload was written that says what is owed. Null while none was; the entry
-- stays open until an import agrees. This file is never edited once it was shipped: the next version is the next file.

ALTER TABLE owed ADD COLUMN uploaded_at INTEGER;
