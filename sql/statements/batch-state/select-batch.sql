-- One batch with what it inherits from its run.
SELECT b."batch_id", b."run_id", b."customer_name", b."status", b."dry", b."owner_token", b."total_records", b."superseded_by", r."kind", r."full", r."seq"
FROM dbo."MON_BatchProcessing" b
JOIN dbo."MON_Run" r ON r."run_id" = b."run_id"
WHERE b."batch_id" = @batch_id
