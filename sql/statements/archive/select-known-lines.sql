-- What the snapshot knows of a customer's lines, tombstones included.
SELECT {columns}, CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "deleted"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT" p
WHERE p."customer" = @customer
