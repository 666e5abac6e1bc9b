-- Sizes that are on the board and not staged: those that are no longer wanted as 0, those that could not be read as they were.
-- @rows: line_key uuid, size text(128), quantity int, size_order int
INSERT INTO dbo."STG_MON_CustMasterSchedule_Subitems" ("batch_id", "line_key", "Size", "Order Qty", "size_order", "stg_status")
SELECT @batch_id, r."line_key", r."size", r."quantity", r."size_order", 'PENDING'
FROM @rows AS r
WHERE NOT EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" z
  WHERE z."batch_id" = @batch_id AND z."line_key" = r."line_key" AND z."Size" = r."size")
