-- Kept beside the batch, because staged rows are pruned long before it.
UPDATE dbo."MON_BatchProcessing" SET "staged_counts" = @staged_counts WHERE "batch_id" = @batch_id
