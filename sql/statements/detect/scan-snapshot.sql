-- All lines of the snapshot, the live ones first. look: 0 the line was there, 1 an earlier run missed it, 2 missed it long enough ago.
SELECT s."record_uuid", s."line_key", s."row_hash", s."mapping_version", s."customer",
  CASE WHEN s."missing_since" IS NULL THEN 0 WHEN s."missing_since" <= @missed_before THEN 2 ELSE 1 END AS "look",
  CASE WHEN s."deleted_at" IS NULL THEN 0 ELSE 1 END AS "tombstone"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s
ORDER BY CASE WHEN s."deleted_at" IS NULL THEN 0 ELSE 1 END
