-- The staged lines of a batch that are not settled yet.
SELECT "line_key", "stg_status", "stg_change", "stg_cancelled", "stg_action", "record_uuid", "row_hash", "mapping_version", "Group", "Title", "stg_absent_columns", "stg_absent_sizes", {columns}
FROM dbo."STG_MON_CustMasterSchedule" s
WHERE "batch_id" = @batch_id AND ("stg_status" IN ('PENDING', 'SENDING')
  OR "stg_status" IN ('API_SUCCESS', 'API_FAILED') AND EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" z
    WHERE z."batch_id" = s."batch_id" AND z."line_key" = s."line_key" AND z."stg_status" IN ('PENDING', 'SENDING')))
ORDER BY "Group", "Title", "line_key"
