-- Touches the batch row while it is still ours and in one of the states: 0 rows means it is not. Holds the row until commit.
UPDATE dbo."MON_BatchProcessing" SET "owner_token" = @owner_token
WHERE "batch_id" = @batch_id AND "owner_token" = @owner_token AND "status" IN (@statuses)
