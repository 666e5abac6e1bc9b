-- The customer's lines, tombstones apart, in an order that puts alike lines side by side.
SELECT {columns}
FROM dbo."ORDERS_UNIFIED_SNAPSHOT"
WHERE "customer" = @customer AND "deleted_at" IS NULL
ORDER BY {order}
