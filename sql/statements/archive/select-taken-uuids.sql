-- Which of these uuids a live line of another key has.
-- @rows: line_key uuid, record_uuid uuid
SELECT r."line_key"
FROM @rows AS r
JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."record_uuid" = r."record_uuid"
WHERE p."deleted_at" IS NULL AND p."line_key" <> r."line_key"
