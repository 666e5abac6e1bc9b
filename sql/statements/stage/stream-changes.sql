-- The changes of a batch that are not held back: each with its line, where there is one, and what the snapshot knows of it.
SELECT {columns},
  c."line_key", c."record_uuid", c."old_uuid", c."change", c."reason", c."row_hash", CASE WHEN c."differences" IS NULL THEN 0 ELSE 1 END AS "explained", p."row_hash" AS "known_hash", p."mapping_version" AS "known_mapping",
  CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "tombstone",
  CASE WHEN EXISTS (SELECT 1 FROM dbo."ORDERS_UNIFIED_SNAPSHOT" o
    WHERE o."record_uuid" = c."record_uuid" AND o."deleted_at" IS NULL AND o."line_key" <> c."line_key") THEN 1 ELSE 0 END AS "taken"
FROM dbo."MON_Change" c
LEFT JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = c."line_key"
LEFT JOIN {lines} ON {match}
WHERE c."run_id" = @run_id AND c."customer" = @customer AND c."held" = 0
