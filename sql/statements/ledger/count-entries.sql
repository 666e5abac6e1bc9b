-- How many lines of a customer were ever pushed to this board; the customer is that of their snapshot rows.
-- Items that were adopted and not pushed yet belong to no batch.
SELECT COUNT(*) AS "entries"
FROM dbo."MON_Ledger" l
JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON LOWER(CAST(p."line_key" AS VARCHAR(36))) = l."ledger_key"
WHERE l."board_id" = @board_id AND l."kind" = 'item' AND p."customer" = @customer AND l."batch_id" IS NOT NULL
