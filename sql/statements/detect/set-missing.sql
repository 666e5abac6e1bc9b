-- @rows: line_key uuid
UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "missing_since" = @now FROM @rows AS r
WHERE "ORDERS_UNIFIED_SNAPSHOT"."line_key" = r."line_key" AND "ORDERS_UNIFIED_SNAPSHOT"."missing_since" IS NULL
