-- What the ledger knows of the groups of a board.
SELECT l."kind", l."ledger_key", l."size", {columns}
FROM dbo."MON_Ledger" l
WHERE l."board_id" = @board_id AND l."kind" = 'group'
