-- @rows: told_id uuid, name text(255), column_name text(255), run_id uuid, told_at datetime
INSERT INTO dbo."MON_ToldName" ("told_id", "name", "column_name", "run_id", "told_at")
SELECT r."told_id", r."name", r."column_name", r."run_id", r."told_at" FROM @rows AS r
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_ToldName" t WHERE t."told_id" = r."told_id")
