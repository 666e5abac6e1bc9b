UPDATE dbo."MON_BatchProcessing" SET "api_calls_made" = "api_calls_made" + @requests, "points_used" = COALESCE("points_used", 0) + @points WHERE "batch_id" = @batch_id
