-- Every row is settled: the batch is pushed. The times are those of the first time this was so.
UPDATE dbo."MON_BatchProcessing" SET "status" = 'PUSHED', "items_creation_completed" = COALESCE("items_creation_completed", @now),
  "subitems_creation_completed" = COALESCE("subitems_creation_completed", @now), "last_error" = NULL
WHERE "batch_id" = @batch_id
