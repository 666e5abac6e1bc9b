-- @rows: err_id uuid
UPDATE dbo.{table} SET "resolved_date" = @now, "resolved_by" = @run_id FROM @rows AS r
WHERE {table}."err_id" = r."err_id" AND {table}."resolved_date" IS NULL
