-- All lines of the snapshot, the live ones first. own_key: the line key where it is not the uuid.
-- state: 0 live and there, 1 an earlier run missed it, 2 missed it long enough ago, 3 tombstone.
SELECT s."record_uuid", CASE WHEN s."line_key" = s."record_uuid" THEN NULL ELSE s."line_key" END AS "own_key", s."row_hash", s."mapping_version", s."customer",
  CASE WHEN s."deleted_at" IS NOT NULL THEN 3 WHEN s."missing_since" IS NULL THEN 0 WHEN s."missing_since" <= @missed_before THEN 2 ELSE 1 END AS "state"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s
ORDER BY CASE WHEN s."deleted_at" IS NULL THEN 0 ELSE 1 END
