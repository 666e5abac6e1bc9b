-- What the ledger knows of the lines of a batch: items and sizes.
SELECT l."kind", l."ledger_key", l."size", {columns}
FROM dbo."MON_Ledger" l
WHERE l."board_id" = @board_id AND l."kind" IN ('item', 'size')
  AND EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule" s
    WHERE s."batch_id" = @batch_id AND LOWER(CAST(s."line_key" AS VARCHAR(36))) = l."ledger_key")
