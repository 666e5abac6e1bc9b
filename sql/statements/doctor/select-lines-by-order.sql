-- Lines of the snapshot with one of these order numbers, tombstones included.
-- @rows: order_number text
SELECT p."line_key", p."record_uuid", CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "deleted", {columns}
FROM @rows AS r JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p.{order} = r."order_number"
