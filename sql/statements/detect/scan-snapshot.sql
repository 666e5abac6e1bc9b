-- Identity and hash of the lines that {which}: live ones, or tombstones. own_key: the line key where it is not the uuid.
SELECT s."record_uuid", CASE WHEN s."line_key" = s."record_uuid" THEN NULL ELSE s."line_key" END AS "own_key", s."row_hash", s."mapping_version", s."customer"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s
WHERE {which}
