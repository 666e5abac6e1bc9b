SELECT "batch_id", "run_id", "customer_name", "status", "end_time",
  "staging_started", "staging_load_completed", "push_started", "items_creation_completed", "promotion_started", "promotion_completed",
  "api_calls_made", "points_used", "mutations_asked", "mutations_accepted", "staged_counts", "forecast", "last_error"
FROM dbo."MON_BatchProcessing" WHERE "run_id" IN (@run_ids)
ORDER BY "customer_name"
