-- Those of the keys that are the key of a line, present or past, or the uuid of a line that was never batched.
-- @rows: line_key uuid
SELECT r."line_key" FROM @rows AS r JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = r."line_key"
UNION
SELECT r."line_key" FROM @rows AS r JOIN dbo.{table} s ON s.{uuid} = r."line_key"
