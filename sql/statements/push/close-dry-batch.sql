UPDATE dbo."MON_BatchProcessing" SET "status" = 'DRY_RUN', "end_time" = @now, "forecast" = @forecast WHERE "batch_id" = @batch_id
