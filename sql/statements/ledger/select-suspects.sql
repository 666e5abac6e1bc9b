-- What may be on the board twice: creates that counted as never happened because the board did not show them. Nothing of it is under way.
SELECT l."kind", l."ledger_key", l."size", {columns}
FROM dbo."MON_Ledger" l
WHERE l."board_id" = @board_id AND l."suspect_until" IS NOT NULL AND l."attempt_id" IS NULL AND l."operation" IS NULL
