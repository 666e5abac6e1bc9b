-- Every change that was found for some lines, newest first, with its batch.
SELECT r."seq", r."run_id", r."kind", r."started_at", r."dry", c."line_key", c."record_uuid", c."old_uuid", c."customer", c."old_customer", c."change", c."reason", c."held", c."differences",
  s."state", b."batch_id", b."status"
FROM dbo."MON_Change" c
JOIN dbo."MON_Run" r ON r."run_id" = c."run_id"
JOIN dbo."MON_ChangeSet" s ON s."run_id" = c."run_id" AND s."customer" = c."customer"
LEFT JOIN dbo."MON_BatchProcessing" b ON b."run_id" = c."run_id" AND b."customer_name" = c."customer"
WHERE c."line_key" IN (@line_keys)
ORDER BY r."seq" DESC, c."line_key"
