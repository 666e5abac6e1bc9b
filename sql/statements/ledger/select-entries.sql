-- What the ledger knows of some lines: items and sizes.
-- @rows: ledger_key text(255)
SELECT l."kind", l."ledger_key", l."size", {columns}
FROM @rows AS r
JOIN dbo."MON_Ledger" l ON l."ledger_key" = r."ledger_key"
WHERE l."board_id" = @board_id AND l."kind" IN ('item', 'size')
