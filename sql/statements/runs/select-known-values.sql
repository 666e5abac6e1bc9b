-- @rows: line_key uuid
SELECT s."line_key", s."sizes", {columns} FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s JOIN @rows AS r ON r."line_key" = s."line_key"
