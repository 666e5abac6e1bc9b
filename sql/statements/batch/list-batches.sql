-- Newest first. failed: staged lines that were refused by us or by the board.
SELECT b."batch_id", b."run_id", b."customer_name", b."status", b."dry", b."total_records", b."held_back", b."start_time", b."last_error",
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" s WHERE s."batch_id" = b."batch_id" AND s."stg_status" IN ('API_FAILED', 'REJECTED')) AS "failed"
FROM dbo."MON_BatchProcessing" b
WHERE b."status" IN (@statuses)
ORDER BY b."start_time" DESC, b."customer_name"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY
