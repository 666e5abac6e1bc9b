-- What is recorded of a run in ERR, by reason.
SELECT "severity", "step", "reason", COUNT(*) AS "rows"
FROM dbo.{table}
WHERE "run_id" = @run_id OR "batch_id" IN (SELECT b."batch_id" FROM dbo."MON_BatchProcessing" b WHERE b."run_id" = @run_id)
GROUP BY "severity", "step", "reason"
