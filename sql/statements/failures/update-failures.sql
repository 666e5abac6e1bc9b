-- Seen again. An entry whose content or mapping changed, or that was resolved, becomes new in this batch; the same one is only counted.
-- @rows: err_id uuid, batch_id uuid, run_id uuid, severity text(32), reason text(128), column_name text(255), record_uuid uuid, customer text(255), row_hash text(64), mapping_version text(64), error_message text, request_id text(128), order_qty text(255)
UPDATE dbo.{table} SET
  "batch_id" = CASE WHEN {same} THEN {table}."batch_id" ELSE r."batch_id" END,
  "created_date" = CASE WHEN {same} THEN {table}."created_date" ELSE @now END,
  "retry_count" = {table}."retry_count" + 1,
  "run_id" = r."run_id", "last_batch_id" = r."batch_id", "severity" = r."severity", "reason" = r."reason", "column_name" = r."column_name",
  "record_uuid" = r."record_uuid", "customer" = r."customer", "row_hash" = r."row_hash", "mapping_version" = r."mapping_version",
  "error_message" = r."error_message", "request_id" = r."request_id", "last_seen_date" = @now, "resolved_date" = NULL, "resolved_by" = NULL
FROM @rows AS r
WHERE {table}."err_id" = r."err_id"
