-- Rule 6: a promoted delete leaves a tombstone, so that it is not reported again and a line that returns keeps its key.
UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "deleted_at" = @now, "batch_id" = s."batch_id"
FROM dbo."STG_MON_CustMasterSchedule" AS s
WHERE s."batch_id" = @batch_id AND s."stg_change" = 'DELETED' AND {landed} AND "ORDERS_UNIFIED_SNAPSHOT"."line_key" = s."line_key"
  AND "ORDERS_UNIFIED_SNAPSHOT"."deleted_at" IS NULL
