UPDATE dbo."MON_BatchProcessing" SET "forecast" = @forecast WHERE "batch_id" = @batch_id
