UPDATE dbo."MON_BatchProcessing" SET "status" = @status, "failed_records" = @failed, "promotion_completed" = @now, "end_time" = @now, "last_error" = NULL WHERE "batch_id" = @batch_id
