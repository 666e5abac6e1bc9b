-- Rule 14: each run of a step writes a new owner token; an older container's writes are refused from then on.
UPDATE dbo."MON_BatchProcessing" SET "owner_token" = @owner_token, {started} = @now WHERE "batch_id" = @batch_id
