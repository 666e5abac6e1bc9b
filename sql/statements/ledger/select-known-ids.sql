-- Those of the ids that are an item's or a size's of ours.
-- @rows: monday_id text(255)
SELECT l."monday_id" FROM @rows AS r
JOIN dbo."MON_Ledger" l ON l."monday_id" = r."monday_id"
WHERE l."board_id" = @board_id
