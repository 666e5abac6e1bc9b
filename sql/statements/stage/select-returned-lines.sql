-- Deleted lines whose business key is back under a uuid that no live line has: not gone, only reloaded.
SELECT DISTINCT c."line_key"
FROM dbo."MON_Change" c
JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = c."line_key"
JOIN {source} s ON {sameKey}
WHERE c."run_id" = @run_id AND c."customer" = @customer AND c."change" = 'DELETED'
  AND NOT EXISTS (SELECT 1 FROM dbo."ORDERS_UNIFIED_SNAPSHOT" o WHERE o."record_uuid" = s.{uuid} AND o."deleted_at" IS NULL)
