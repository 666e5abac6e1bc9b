-- Lines that a run held back, with the error that holds each.
SELECT c."customer", c."line_key", e."step", e."reason", e."error_message", e."request_id", e."created_date", e."last_seen_date", e."resolved_date",
  {size} AS "size", COALESCE(s."Title", m."Title") AS "title"
FROM dbo."MON_Change" c
JOIN dbo.{table} e ON e."line_key" = c."line_key" AND e."severity" = 'ERROR' AND e."row_hash" = c."row_hash"
LEFT JOIN dbo."STG_MON_CustMasterSchedule" s ON s."batch_id" = e."last_batch_id" AND s."line_key" = e."line_key"
LEFT JOIN dbo."MON_CustMasterSchedule" m ON m."line_key" = c."line_key"
WHERE c."run_id" = @run_id AND c."held" = 1
ORDER BY c."customer", e."reason", c."line_key"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY
