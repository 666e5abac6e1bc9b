-- Staged rows of several runs' batches, by state and action.
SELECT s."batch_id", 'items' AS "kind", s."stg_status" AS "status", COALESCE(s."stg_action", '') AS "action", COUNT(*) AS "rows"
FROM dbo."STG_MON_CustMasterSchedule" s
JOIN dbo."MON_BatchProcessing" b ON b."batch_id" = s."batch_id"
WHERE b."run_id" IN (@run_ids) GROUP BY s."batch_id", s."stg_status", s."stg_action"
UNION ALL
SELECT z."batch_id", 'subitems' AS "kind", z."stg_status" AS "status", COALESCE(z."stg_action", '') AS "action", COUNT(*) AS "rows"
FROM dbo."STG_MON_CustMasterSchedule_Subitems" z
JOIN dbo."MON_BatchProcessing" b ON b."batch_id" = z."batch_id"
WHERE b."run_id" IN (@run_ids) GROUP BY z."batch_id", z."stg_status", z."stg_action"
