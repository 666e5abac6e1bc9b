-- @rows: batch_id uuid, run_id uuid, customer_name text(255), batch_type text(32), dry smallint, total_records int, held_back int, start_time datetime
INSERT INTO dbo."MON_BatchProcessing" ("batch_id", "run_id", "customer_name", "batch_type", "status", "dry", "total_records", "held_back", "start_time")
SELECT r."batch_id", r."run_id", r."customer_name", r."batch_type", 'STARTED', r."dry", r."total_records", r."held_back", r."start_time"
FROM @rows AS r
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_BatchProcessing" b WHERE b."batch_id" = r."batch_id")
