-- Rule 25: lines that landed as a whole are acknowledged with the hash and values that were staged.
UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET
  "record_uuid" = s."record_uuid", "row_hash" = s."row_hash", "mapping_version" = s."mapping_version", "customer" = s."stg_customer", "snapshot_date" = @now,
  "missing_since" = NULL, "deleted_at" = NULL, "batch_id" = s."batch_id", "sizes" = s."src sizes"{assignments}
FROM dbo."STG_MON_CustMasterSchedule" AS s
WHERE s."batch_id" = @batch_id AND s."stg_change" <> 'DELETED' AND {landed} AND "ORDERS_UNIFIED_SNAPSHOT"."line_key" = s."line_key"
