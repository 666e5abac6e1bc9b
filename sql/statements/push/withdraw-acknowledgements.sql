-- Rule 16: from before its first call on, a line counts as not acknowledged; its tombstone is lifted unless this is the delete.
-- @rows: line_key uuid, deleted smallint
UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "row_hash" = NULL,
  "deleted_at" = CASE WHEN r."deleted" = 1 THEN "ORDERS_UNIFIED_SNAPSHOT"."deleted_at" ELSE NULL END
FROM @rows AS r
WHERE "ORDERS_UNIFIED_SNAPSHOT"."line_key" = r."line_key"
  AND ("ORDERS_UNIFIED_SNAPSHOT"."row_hash" IS NOT NULL OR (r."deleted" = 0 AND "ORDERS_UNIFIED_SNAPSHOT"."deleted_at" IS NOT NULL))
