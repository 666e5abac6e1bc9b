-- @rows: text text
SELECT s."line_key", s."sizes", {columns} FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s JOIN @rows AS r ON r."text" = s.{column}
