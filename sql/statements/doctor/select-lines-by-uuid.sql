-- Lines of the snapshot that have one of these uuids now, or were first seen under it.
-- @rows: record_uuid uuid
SELECT p."line_key", p."record_uuid", CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "deleted"
FROM @rows AS r JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."record_uuid" = r."record_uuid"
UNION
SELECT p."line_key", p."record_uuid", CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "deleted"
FROM @rows AS r JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = r."record_uuid"
