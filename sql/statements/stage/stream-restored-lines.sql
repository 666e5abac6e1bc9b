-- The archived lines of a restore, with what the snapshot has of each now.
SELECT {columns}
FROM dbo."MON_RestoredLine" r
LEFT JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = r."line_key"
WHERE r."run_id" = @run_id AND r."customer" = @customer
