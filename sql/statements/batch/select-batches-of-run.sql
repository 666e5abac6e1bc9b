SELECT "batch_id", "customer_name", "total_records" FROM dbo."MON_BatchProcessing" WHERE "run_id" = @run_id
ORDER BY "total_records", "customer_name"
