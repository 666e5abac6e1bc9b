-- Newest first. failed: lines that were refused by us or by the board, or one of whose sizes was; of a batch that is promoted
-- the number is kept, because what is staged of it is pruned.
SELECT b."batch_id", b."run_id", b."customer_name", b."status", b."dry", b."total_records", b."held_back", b."start_time", b."end_time", b."superseded_by", b."last_error",
  CASE WHEN b."status" IN ('COMPLETED', 'COMPLETED_WITH_ERRORS') THEN b."failed_records" ELSE
    (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" s WHERE s."batch_id" = b."batch_id" AND (s."stg_status" IN ('API_FAILED', 'REJECTED')
      OR EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" z WHERE z."batch_id" = s."batch_id" AND z."line_key" = s."line_key" AND z."stg_status" = 'API_FAILED'))) END AS "failed"
FROM dbo."MON_BatchProcessing" b
WHERE b."status" IN (@statuses) AND (@with_dry = 1 OR b."dry" = 0) AND (@everyone = 1 OR b."customer_name" IN (@customers))
ORDER BY b."start_time" DESC, b."customer_name"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY
