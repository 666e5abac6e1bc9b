-- Batches that are not finished, newest first.
SELECT "batch_id", "customer_name", "status", "start_time", "last_error"
FROM dbo."MON_BatchProcessing"
WHERE "status" IN (@statuses) AND "dry" = 0
ORDER BY "start_time" DESC, "customer_name"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY
