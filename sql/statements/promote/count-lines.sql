-- A line is open while it or one of its sizes waits for an answer or was never sent.
SELECT
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" s WHERE s."batch_id" = @batch_id AND {landed}) AS "promoted",
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" s WHERE s."batch_id" = @batch_id AND (s."stg_status" IN ('API_FAILED', 'REJECTED')
    OR EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" z WHERE z."batch_id" = s."batch_id" AND z."line_key" = s."line_key" AND z."stg_status" = 'API_FAILED'))) AS "failed",
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" s WHERE s."batch_id" = @batch_id AND s."stg_status" NOT IN ('REJECTED', 'OBSOLETE', 'API_FAILED') AND NOT {landed}
    AND NOT EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" z WHERE z."batch_id" = s."batch_id" AND z."line_key" = s."line_key" AND z."stg_status" = 'API_FAILED')) AS "open"
