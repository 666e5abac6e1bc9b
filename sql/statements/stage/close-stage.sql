UPDATE dbo."MON_BatchProcessing" SET "status" = 'STAGED', "staging_load_completed" = @now, "last_error" = NULL WHERE "batch_id" = @batch_id
