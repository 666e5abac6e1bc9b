-- Which of these uuids are of lines that the board shows, or may show.
-- @rows: record_uuid uuid
SELECT p."record_uuid" FROM @rows AS r JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."record_uuid" = r."record_uuid" WHERE p."deleted_at" IS NULL
