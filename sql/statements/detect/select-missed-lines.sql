-- Live lines that an earlier run missed. long_ago: early enough to be deleted.
SELECT s."record_uuid", CASE WHEN s."missing_since" <= @missed_before THEN 1 ELSE 0 END AS "long_ago"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s
WHERE s."missing_since" IS NOT NULL AND s."deleted_at" IS NULL
