-- First seen.
-- @rows: err_id uuid, batch_id uuid, run_id uuid, step text(32), severity text(32), reason text(128), column_name text(255), line_key uuid, record_uuid uuid, customer text(255), row_hash text(64), mapping_version text(64), error_message text, request_id text(128), size_label text(128), order_qty text(255)
INSERT INTO dbo.{table} ("err_id", "batch_id", "last_batch_id", "run_id", "step", "severity", "reason", "column_name", "line_key", "record_uuid", "customer",
  "row_hash", "mapping_version", "error_message", "request_id", "created_date", "last_seen_date"{sizeColumns})
SELECT r."err_id", r."batch_id", r."batch_id", r."run_id", r."step", r."severity", r."reason", r."column_name", r."line_key", r."record_uuid", r."customer",
  r."row_hash", r."mapping_version", r."error_message", r."request_id", @now, @now{sizeValues}
FROM @rows AS r
WHERE NOT EXISTS (SELECT 1 FROM dbo.{table} e WHERE e."err_id" = r."err_id")
