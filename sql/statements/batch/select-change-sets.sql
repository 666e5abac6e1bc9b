-- The change sets of a run that lines may come from, whether the customer has a newer one, and the batch made of it.
SELECT c."customer", c."state",
  (SELECT COUNT(*) FROM dbo."MON_ChangeSet" n JOIN dbo."MON_Run" r ON r."run_id" = n."run_id"
    WHERE n."customer" = c."customer" AND n."state" IN ('OPEN', 'BATCHED') AND r."dry" = 0 AND r."seq" > @seq) AS "newer",
  b."status"
FROM dbo."MON_ChangeSet" c
LEFT JOIN dbo."MON_BatchProcessing" b ON b."run_id" = c."run_id" AND b."customer_name" = c."customer"
WHERE c."run_id" = @run_id AND c."state" IN ('OPEN', 'BATCHED', 'SUPERSEDED')
