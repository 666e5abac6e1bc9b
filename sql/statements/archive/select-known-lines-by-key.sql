-- What the snapshot knows of some lines, whoever's they are now.
-- @rows: line_key uuid
SELECT {columns}, CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "deleted"
FROM @rows AS r
JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = r."line_key"
