-- What may be on the board twice: creates that counted as never happened because the board did not show them. Nothing of it is under way.
-- "gone": its line is a tombstone, so that no later push of it takes on what the board shows.
SELECT l."kind", l."ledger_key", l."size", CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "gone", {columns}
FROM dbo."MON_Ledger" l
LEFT JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON LOWER(CAST(p."line_key" AS VARCHAR(36))) = l."ledger_key"
WHERE l."board_id" = @board_id AND l."suspect_until" IS NOT NULL AND l."attempt_id" IS NULL AND l."operation" IS NULL
