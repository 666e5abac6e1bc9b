UPDATE dbo."MON_BatchProcessing" SET "api_calls_made" = "api_calls_made" + @requests, "points_used" = COALESCE("points_used", 0) + @points,
  "mutations_asked" = "mutations_asked" + @asked, "mutations_accepted" = "mutations_accepted" + @accepted
WHERE "batch_id" = @batch_id
