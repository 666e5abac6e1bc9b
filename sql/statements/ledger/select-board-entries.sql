-- The ledger of a board, items and sizes, with the customer of each line as the snapshot has it.
SELECT l."kind", l."ledger_key", l."size", p."customer", {columns}
FROM dbo."MON_Ledger" l
LEFT JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON LOWER(CAST(p."line_key" AS VARCHAR(36))) = l."ledger_key"
WHERE l."board_id" = @board_id AND l."kind" IN ('item', 'size')
