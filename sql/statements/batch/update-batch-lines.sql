-- Released lines join a batch that is not staged yet.
UPDATE dbo."MON_BatchProcessing" SET "total_records" = @lines, "held_back" = @held_back WHERE "batch_id" = @batch_id AND "status" = 'STARTED'
