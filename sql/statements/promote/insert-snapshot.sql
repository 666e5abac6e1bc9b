-- Lines that needed no call and are not in the snapshot yet.
INSERT INTO dbo."ORDERS_UNIFIED_SNAPSHOT" ("line_key", "record_uuid", "row_hash", "mapping_version", "customer", "snapshot_date", "batch_id", "sizes"{targets})
SELECT s."line_key", s."record_uuid", s."row_hash", s."mapping_version", s."stg_customer", @now, s."batch_id", s."src sizes"{sources}
FROM dbo."STG_MON_CustMasterSchedule" s
WHERE s."batch_id" = @batch_id AND s."stg_change" <> 'DELETED' AND {landed}
  AND NOT EXISTS (SELECT 1 FROM dbo."ORDERS_UNIFIED_SNAPSHOT" p WHERE p."line_key" = s."line_key")
