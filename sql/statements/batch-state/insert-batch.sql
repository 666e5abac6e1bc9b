INSERT INTO dbo."MON_BatchProcessing" ("batch_id", "run_id", "customer_name", "batch_type", "status", "dry", "total_records", "held_back", "start_time")
SELECT @batch_id, r."run_id", @customer, @batch_type, 'STARTED', @dry, @lines, @held_back, @now
FROM dbo."MON_Run" r
WHERE r."run_id" = @run_id AND NOT EXISTS (SELECT 1 FROM dbo."MON_BatchProcessing" b WHERE b."batch_id" = @batch_id)
