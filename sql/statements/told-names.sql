-- MON_ToldName, rule 8: names that nobody knows, and that were told of.

-- name: delete-told-names
-- An alert tells of them again.
DELETE FROM dbo."MON_ToldName" WHERE "told_id" IN (@told_ids)

-- name: insert-told-names
-- Names that are there stay as they are. column_name: where a word stands; null for a customer.
-- @rows: told_id uuid, name text(255), column_name text(255), run_id uuid, told_at datetime
INSERT INTO dbo."MON_ToldName" ("told_id", "name", "column_name", "run_id", "told_at")
SELECT r."told_id", r."name", r."column_name", r."run_id", r."told_at" FROM @rows AS r
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_ToldName" t WHERE t."told_id" = r."told_id")

-- name: select-told-names
-- All of them.
SELECT "told_id" FROM dbo."MON_ToldName"
