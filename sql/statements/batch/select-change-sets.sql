-- What a run found per customer, and the batch it has already.
SELECT s."customer", s."state", b."batch_id", b."status"
FROM dbo."MON_ChangeSet" s
LEFT JOIN dbo."MON_BatchProcessing" b ON b."run_id" = s."run_id" AND b."customer_name" = s."customer"
WHERE s."run_id" = @run_id AND s."state" IN ('OPEN', 'BATCHED', 'SUPERSEDED')
