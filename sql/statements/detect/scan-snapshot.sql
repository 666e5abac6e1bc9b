-- The live lines (@tombstones 0) or the tombstones (1). own_key: the line key where it is not the uuid.
-- look: 0 the line was there, 1 an earlier run missed it, 2 missed it long enough ago.
SELECT s."record_uuid", CASE WHEN s."line_key" = s."record_uuid" THEN NULL ELSE s."line_key" END AS "own_key", s."row_hash", s."mapping_version", s."customer",
  CASE WHEN s."missing_since" IS NULL THEN 0 WHEN s."missing_since" <= @missed_before THEN 2 ELSE 1 END AS "look"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s
WHERE CASE WHEN s."deleted_at" IS NULL THEN 0 ELSE 1 END = @tombstones
