-- Views that migrate creates for other readers; no task reads them.

-- name: order-line-status
-- Every line that was ever staged or sent, with its state. {order} is the column of the snapshot with the order number,
-- {staged_order} that of the staging table. {mark} is a text that identifies this definition, because engines return a view reworded.
-- One row per line, from its acknowledged state, the newest batch that has it, what is on the board, and its open error.
SELECT COALESCE(p."line_key", t."line_key") AS "line_key",
  COALESCE(p.{order}, t."order_number") AS "order_number",
  COALESCE(p."customer", t."stg_customer") AS "customer",
  CASE WHEN p."deleted_at" IS NOT NULL THEN 'DELETED'
    WHEN e."reason" IS NOT NULL THEN 'FAILED'
    WHEN t."open" = 1 OR p."row_hash" IS NULL THEN 'PENDING'
    WHEN p."missing_since" IS NOT NULL THEN 'MISSING'
    ELSE 'ON_BOARD' END AS "state",
  CASE WHEN p."deleted_at" IS NOT NULL THEN p."deleted_at"
    WHEN e."reason" IS NOT NULL THEN e."created_date"
    WHEN t."open" = 1 OR p."row_hash" IS NULL THEN COALESCE(t."start_time", l."last_sent", p."snapshot_date")
    WHEN p."missing_since" IS NOT NULL THEN p."missing_since"
    ELSE p."snapshot_date" END AS "since",
  CASE WHEN p."deleted_at" IS NOT NULL THEN NULL
    WHEN e."reason" IS NOT NULL THEN CONCAT(e."reason", ': ', e."error_message")
    WHEN t."open" = 1 OR p."row_hash" IS NULL THEN t."last_error" END AS "reason",
  l."item_id",
  l."last_sent"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT" p
FULL OUTER JOIN (
  SELECT n."line_key", n."stg_customer", n."order_number", n."start_time", n."last_error", n."batch_open",
    CASE WHEN n."batch_open" = 1 AND n."stg_status" IN ('PENDING', 'SENDING') THEN 1 ELSE 0 END AS "open"
  FROM (
    SELECT s."line_key", s."stg_customer", s.{staged_order} AS "order_number", s."stg_status", b."start_time", b."last_error",
      CASE WHEN b."status" IN ('STARTED', 'STAGED', 'PUSHED') THEN 1 ELSE 0 END AS "batch_open",
      ROW_NUMBER() OVER (PARTITION BY s."line_key" ORDER BY b."start_time" DESC, b."batch_id") AS "age"
    FROM dbo."STG_MON_CustMasterSchedule" s
    JOIN dbo."MON_BatchProcessing" b ON b."batch_id" = s."batch_id"
    WHERE b."dry" = 0 AND s."stg_status" <> 'OBSOLETE'
  ) n WHERE n."age" = 1
) t ON t."line_key" = p."line_key"
LEFT JOIN (
  SELECT "ledger_key", MAX(CASE WHEN "kind" = 'item' THEN "monday_id" END) AS "item_id", MAX("last_sent_at") AS "last_sent"
  FROM dbo."MON_Ledger" WHERE "kind" IN ('item', 'size') GROUP BY "ledger_key"
) l ON l."ledger_key" = LOWER(CAST(COALESCE(p."line_key", t."line_key") AS VARCHAR(36)))
LEFT JOIN (
  SELECT f."line_key", f."reason", f."error_message", f."created_date",
    ROW_NUMBER() OVER (PARTITION BY f."line_key" ORDER BY f."created_date", f."err_id") AS "age"
  FROM (
    SELECT i."err_id", i."line_key", i."reason", i."error_message", i."created_date"
    FROM dbo."ERR_MON_CustMasterSchedule" i WHERE i."severity" = 'ERROR' AND i."resolved_date" IS NULL
      AND NOT EXISTS (SELECT 1 FROM dbo."MON_BatchProcessing" d WHERE d."batch_id" = i."last_batch_id" AND d."dry" = 1)
    UNION ALL
    SELECT z."err_id", z."line_key", z."reason", z."error_message", z."created_date"
    FROM dbo."ERR_MON_CustMasterSchedule_Subitems" z WHERE z."severity" = 'ERROR' AND z."resolved_date" IS NULL
      AND NOT EXISTS (SELECT 1 FROM dbo."MON_BatchProcessing" d WHERE d."batch_id" = z."last_batch_id" AND d."dry" = 1)
  ) f
) e ON e."line_key" = COALESCE(p."line_key", t."line_key") AND e."age" = 1
WHERE {mark} IS NOT NULL AND (p."line_key" IS NOT NULL OR e."reason" IS NOT NULL OR t."batch_open" = 1)
