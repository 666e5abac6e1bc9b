-- All staged sizes of a batch, settled ones included: they are wanted too.
SELECT "line_key", "Size", "Order Qty", "size_order", "stg_status", "stg_action"
FROM dbo."STG_MON_CustMasterSchedule_Subitems"
WHERE "batch_id" = @batch_id
ORDER BY "line_key", "size_order"
