UPDATE dbo."MON_BatchProcessing" SET "last_error" = @last_error WHERE "batch_id" = @batch_id
