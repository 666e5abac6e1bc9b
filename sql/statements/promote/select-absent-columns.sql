-- Landed lines with columns that stay as they are on the board, and what was last answered of their items.
SELECT s."line_key", s."stg_absent_columns", a."answered_values"
FROM dbo."STG_MON_CustMasterSchedule" s
LEFT JOIN dbo."MON_Ledger" a ON a."kind" = 'item' AND a."ledger_key" = LOWER(CAST(s."line_key" AS VARCHAR(36)))
WHERE s."batch_id" = @batch_id AND s."stg_absent_columns" IS NOT NULL AND s."stg_change" <> 'DELETED' AND {landed}
