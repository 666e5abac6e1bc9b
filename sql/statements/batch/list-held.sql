-- Rule 26: lines that the next batch leaves out, because nothing has changed since they failed for good not long ago. What
-- is open is being tried, so that its lines are not among them.
SELECT c."customer", c."line_key", c."record_uuid", c."run_id", e."step", e."reason", e."column_name", e."size_label", e."error_message", e."request_id", e."created_date", e."last_seen_date"
FROM dbo."MON_Change" c
JOIN dbo."MON_Run" r ON r."run_id" = c."run_id"
JOIN (
  SELECT i."line_key", i."row_hash", i."mapping_version", i."severity", i."resolved_date", i."last_batch_id", i."step", i."reason", i."column_name", CAST(NULL AS VARCHAR(128)) AS "size_label", i."error_message", i."request_id", i."created_date", i."last_seen_date"
  FROM dbo."ERR_MON_CustMasterSchedule" i
  UNION ALL
  SELECT z."line_key", z."row_hash", z."mapping_version", z."severity", z."resolved_date", z."last_batch_id", z."step", z."reason", z."column_name", z."size_label", z."error_message", z."request_id", z."created_date", z."last_seen_date"
  FROM dbo."ERR_MON_CustMasterSchedule_Subitems" z
) e ON e."line_key" = c."line_key" AND e."row_hash" = c."row_hash"
LEFT JOIN dbo."MON_BatchProcessing" b ON b."run_id" = c."run_id" AND b."customer_name" = c."customer"
WHERE r."dry" = 0 AND c."change" IN ('NEW', 'CHANGED')
  AND e."severity" = 'ERROR' AND e."resolved_date" IS NULL AND e."mapping_version" = @mapping_version AND e."last_seen_date" > @failed_after
  AND (c."held" = 1 OR (b."status" NOT IN (@open_states) AND e."last_batch_id" = b."batch_id"))
  AND (@everyone = 1 OR c."customer" IN (@customers))
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_Change" n JOIN dbo."MON_Run" q ON q."run_id" = n."run_id"
    WHERE n."line_key" = c."line_key" AND q."dry" = 0 AND q."seq" > r."seq")
ORDER BY c."customer", c."line_key", COALESCE(e."size_label", ''), e."last_seen_date"
