-- Totals of a batch.
SELECT 'items' AS "kind", "stg_status" AS "status", COALESCE("stg_action", '') AS "action", COUNT(*) AS "rows"
FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id GROUP BY "stg_status", "stg_action"
UNION ALL
SELECT 'subitems' AS "kind", "stg_status" AS "status", COALESCE("stg_action", '') AS "action", COUNT(*) AS "rows"
FROM dbo."STG_MON_CustMasterSchedule_Subitems" WHERE "batch_id" = @batch_id GROUP BY "stg_status", "stg_action"
