-- MON_Change: one changed line of a run.

-- name: count-changes
-- Changed lines of one customer, and how many of them are held back.
SELECT COUNT(*) AS "lines", COALESCE(SUM(CASE WHEN "held" = 1 THEN 1 ELSE 0 END), 0) AS "held"
FROM dbo."MON_Change" WHERE "run_id" = @run_id AND "customer" = @customer

-- name: count-held
-- Lines of a run that are held back, by customer.
SELECT "customer", COUNT(*) AS "held" FROM dbo."MON_Change" WHERE "run_id" = @run_id AND "held" = 1 GROUP BY "customer"

-- name: delete-changes
-- For a run that is repeated.
DELETE FROM dbo."MON_Change" WHERE "run_id" = @run_id

-- name: hold-lines
-- Rule 26: lines that were rejected after @failed_after, and whose content and mapping are unchanged since.
-- Rule 28: an error last seen by a dry batch holds nothing back.
UPDATE dbo."MON_Change" SET "held" = 1
WHERE "run_id" = @run_id AND "customer" = @customer AND "change" IN ('NEW', 'CHANGED')
  AND (EXISTS (SELECT 1 FROM dbo."ERR_MON_CustMasterSchedule" e
      WHERE e."line_key" = "MON_Change"."line_key" AND e."row_hash" = "MON_Change"."row_hash" AND e."mapping_version" = @mapping_version
        AND e."severity" = 'ERROR' AND e."resolved_date" IS NULL AND e."last_seen_date" > @failed_after
        AND NOT EXISTS (SELECT 1 FROM dbo."MON_BatchProcessing" b WHERE b."batch_id" = e."last_batch_id" AND b."dry" = 1))
    OR EXISTS (SELECT 1 FROM dbo."ERR_MON_CustMasterSchedule_Subitems" e
      WHERE e."line_key" = "MON_Change"."line_key" AND e."row_hash" = "MON_Change"."row_hash" AND e."mapping_version" = @mapping_version
        AND e."severity" = 'ERROR' AND e."resolved_date" IS NULL AND e."last_seen_date" > @failed_after
        AND NOT EXISTS (SELECT 1 FROM dbo."MON_BatchProcessing" b WHERE b."batch_id" = e."last_batch_id" AND b."dry" = 1)))

-- name: release-lines
-- Releases the held lines of one customer.
UPDATE dbo."MON_Change" SET "held" = 0 WHERE "run_id" = @run_id AND "customer" = @customer AND "held" = 1

-- name: select-line-changes
-- Every recorded change of some lines, newest first, with its run, its change set and its batch. differences: JSON.
SELECT r."seq", r."run_id", r."kind", r."started_at", r."dry", c."line_key", c."record_uuid", c."old_uuid", c."customer", c."old_customer", c."change", c."reason", c."held", c."differences",
  s."state", b."batch_id", b."status"
FROM dbo."MON_Change" c
JOIN dbo."MON_Run" r ON r."run_id" = c."run_id"
JOIN dbo."MON_ChangeSet" s ON s."run_id" = c."run_id" AND s."customer" = c."customer"
LEFT JOIN dbo."MON_BatchProcessing" b ON b."run_id" = c."run_id" AND b."customer_name" = c."customer"
WHERE c."line_key" IN (@line_keys)
ORDER BY r."seq" DESC, c."line_key"

-- name: select-lines
-- Changed lines of one customer and their results, failed ones first. The name is that of the item, if one was staged or
-- landed. {names}: the columns by which people know the line, from the staged row s or otherwise from the snapshot row p.
SELECT c."line_key", c."change", c."reason", c."held", c."old_customer", c."differences", s."stg_status", s."stg_action",
  s."stg_error_message", s."stg_request_id", s."stg_absent_columns", s."stg_absent_sizes", s."Group" AS "group", COALESCE(s."Title", m."Title") AS "title",
  COALESCE(CAST(s."stg_monday_item_id" AS VARCHAR(32)), l."monday_id") AS "item_id", l."operation", l."answered_values", {names}
FROM dbo."MON_Change" c
LEFT JOIN dbo."MON_BatchProcessing" b ON b."run_id" = c."run_id" AND b."customer_name" = c."customer"
LEFT JOIN dbo."STG_MON_CustMasterSchedule" s ON s."batch_id" = b."batch_id" AND s."line_key" = c."line_key"
LEFT JOIN dbo."MON_CustMasterSchedule" m ON m."line_key" = c."line_key"
LEFT JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = c."line_key"
LEFT JOIN dbo."MON_Ledger" l ON l."kind" = 'item' AND l."ledger_key" = LOWER(CAST(c."line_key" AS VARCHAR(36))) AND l."size" = ''
WHERE c."run_id" = @run_id AND c."customer" = @customer
ORDER BY CASE WHEN s."stg_status" IN ('API_FAILED', 'REJECTED') THEN 0 ELSE 1 END,
  CASE c."change" WHEN 'CHANGED' THEN 1 WHEN 'DELETED' THEN 2 WHEN 'NEW' THEN 3 ELSE 4 END, COALESCE(s."Title", m."Title"), c."line_key"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY

-- name: stream-line-keys
-- Changed lines of one customer that are not held back.
SELECT "line_key" FROM dbo."MON_Change" WHERE "run_id" = @run_id AND "customer" = @customer AND "held" = 0

-- name: stream-returned-lines
-- Rule 13: rows with the business key of a deleted line, and its line key behind their {columns}.
-- {source}: the table. {sameKey}: the condition that a row of it has the business key of the snapshot row p.
SELECT {columns}, c."line_key"
FROM dbo."MON_Change" c
JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = c."line_key"
JOIN {source} s ON {sameKey}
WHERE c."run_id" = @run_id AND c."customer" = @customer AND c."change" = 'DELETED'

-- name: stream-changes
-- The changes of a batch that are not held back, each with its line, if there is one, and its snapshot row.
-- {columns}: the columns to read of the line. {lines}: its table. {match}: the condition that joins it to the change c. Read by position: taken stays last.
SELECT {columns},
  c."line_key", c."record_uuid", c."old_uuid", c."change", c."reason", c."row_hash", CASE WHEN c."differences" IS NULL THEN 0 ELSE 1 END AS "explained", p."row_hash" AS "known_hash", p."mapping_version" AS "known_mapping",
  CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "tombstone",
  CASE WHEN EXISTS (SELECT 1 FROM dbo."ORDERS_UNIFIED_SNAPSHOT" o
    WHERE o."record_uuid" = c."record_uuid" AND o."deleted_at" IS NULL AND o."line_key" <> c."line_key") THEN 1 ELSE 0 END AS "taken"
FROM dbo."MON_Change" c
LEFT JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = c."line_key"
LEFT JOIN {lines} ON {match}
WHERE c."run_id" = @run_id AND c."customer" = @customer AND c."held" = 0

-- name: update-differences
-- Rule 10: what changes in a line, if detect has not recorded it.
-- @rows: line_key uuid, differences text
UPDATE dbo."MON_Change" SET "differences" = r."differences" FROM @rows AS r
WHERE "MON_Change"."run_id" = @run_id AND "MON_Change"."line_key" = r."line_key" AND "MON_Change"."differences" IS NULL
