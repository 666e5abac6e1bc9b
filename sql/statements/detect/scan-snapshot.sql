-- Identity and hash of the lines that {which}: live ones, or tombstones. own_key: the line key where it is not the uuid.
-- long_ago: of a line that an earlier run missed, whether that was early enough to delete it now.
SELECT s."record_uuid", CASE WHEN s."line_key" = s."record_uuid" THEN NULL ELSE s."line_key" END AS "own_key", s."row_hash", s."mapping_version", s."customer",
  CASE WHEN s."missing_since" IS NULL THEN NULL WHEN s."missing_since" <= @missed_before THEN 1 ELSE 0 END AS "long_ago"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s
WHERE {which}
