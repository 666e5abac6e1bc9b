-- What is recorded of a run in ERR, errors first. The name is that of the item, where one was staged or landed.
SELECT e."severity", e."step", e."reason", e."column_name", e."line_key", e."customer", e."error_message", e."request_id", e."retry_count",
  e."created_date", e."resolved_date", {size} AS "size", COALESCE(s."Title", m."Title") AS "title"
FROM dbo.{table} e
LEFT JOIN dbo."STG_MON_CustMasterSchedule" s ON s."batch_id" = e."last_batch_id" AND s."line_key" = e."line_key"
LEFT JOIN dbo."MON_CustMasterSchedule" m ON m."line_key" = e."line_key"
WHERE e."run_id" = @run_id OR e."batch_id" IN (SELECT b."batch_id" FROM dbo."MON_BatchProcessing" b WHERE b."run_id" = @run_id)
ORDER BY CASE e."severity" WHEN 'ERROR' THEN 0 ELSE 1 END, e."customer", e."reason", e."err_id"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY
