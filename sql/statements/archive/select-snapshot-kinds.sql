-- What the archive of a customer has to have room for: its sizes, and the mapping versions of its lines.
SELECT "sizes", "mapping_version"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT"
WHERE "customer" = @customer AND "deleted_at" IS NULL
