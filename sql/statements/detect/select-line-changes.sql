-- Every change that was found for a line, newest first, with its batch and the item it has on the board.
SELECT r."seq", r."run_id", r."started_at", r."dry", c."line_key", c."record_uuid", c."old_uuid", c."customer", c."old_customer", c."change", c."reason", c."held", c."differences",
  s."state", b."batch_id", b."status"
FROM dbo."MON_Change" c
JOIN dbo."MON_Run" r ON r."run_id" = c."run_id"
JOIN dbo."MON_ChangeSet" s ON s."run_id" = c."run_id" AND s."customer" = c."customer"
LEFT JOIN dbo."MON_BatchProcessing" b ON b."run_id" = c."run_id" AND b."customer_name" = c."customer"
WHERE c."line_key" = @uuid OR c."record_uuid" = @uuid OR c."old_uuid" = @uuid
ORDER BY r."seq" DESC
