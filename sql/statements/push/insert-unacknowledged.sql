-- Rule 16: a new line enters the snapshot with its staged values before its first call.
-- @rows: line_key uuid, deleted smallint
INSERT INTO dbo."ORDERS_UNIFIED_SNAPSHOT" ("line_key", "record_uuid", "row_hash", "mapping_version", "customer", "snapshot_date", "batch_id", "sizes"{targets})
SELECT s."line_key", s."record_uuid", NULL, s."mapping_version", s."stg_customer", @now, s."batch_id", s."src sizes"{sources}
FROM @rows AS r
JOIN dbo."STG_MON_CustMasterSchedule" s ON s."batch_id" = @batch_id AND s."line_key" = r."line_key"
WHERE r."deleted" = 0 AND NOT EXISTS (SELECT 1 FROM dbo."ORDERS_UNIFIED_SNAPSHOT" p WHERE p."line_key" = s."line_key")
