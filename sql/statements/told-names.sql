-- MON_ToldName, rule 8: unknown names, and limits of archives, about which an alert was sent.

-- name: delete-told-names
-- Removes names, so that the next alert reports them again.
DELETE FROM dbo."MON_ToldName" WHERE "told_id" IN (@told_ids)

-- name: insert-told-names
-- Existing names stay unchanged. column_name: the column of a word; null for an unknown customer; the name of a check such as archive-growth.
-- @rows: told_id uuid, name text(255), column_name text(255), run_id uuid, told_at datetime
INSERT INTO dbo."MON_ToldName" ("told_id", "name", "column_name", "run_id", "told_at")
SELECT r."told_id", r."name", r."column_name", r."run_id", r."told_at" FROM @rows AS r
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_ToldName" t WHERE t."told_id" = r."told_id")

-- name: select-told-names
-- All of them.
SELECT "told_id", "column_name" FROM dbo."MON_ToldName"
