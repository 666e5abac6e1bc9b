-- STG_MON_CustMasterSchedule and its subitems: what a batch sends to the board.

-- name: count-lines
-- Rule 25: a line is open while it or one of its sizes waits for an answer or was never sent.
SELECT
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" s WHERE s."batch_id" = @batch_id AND {landed}) AS "promoted",
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" s WHERE s."batch_id" = @batch_id AND (s."stg_status" IN ('API_FAILED', 'REJECTED')
    OR EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" z WHERE z."batch_id" = s."batch_id" AND z."line_key" = s."line_key" AND z."stg_status" = 'API_FAILED'))) AS "failed",
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" s WHERE s."batch_id" = @batch_id AND s."stg_status" NOT IN ('REJECTED', 'OBSOLETE', 'API_FAILED') AND NOT {landed}
    AND (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule_Subitems" z WHERE z."batch_id" = s."batch_id" AND z."line_key" = s."line_key" AND z."stg_status" = 'API_FAILED') = 0) AS "open"

-- name: count-rows
-- Totals of a batch.
SELECT 'items' AS "kind", "stg_status" AS "status", COALESCE("stg_action", '') AS "action", COUNT(*) AS "rows"
FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id GROUP BY "stg_status", "stg_action"
UNION ALL
SELECT 'subitems' AS "kind", "stg_status" AS "status", COALESCE("stg_action", '') AS "action", COUNT(*) AS "rows"
FROM dbo."STG_MON_CustMasterSchedule_Subitems" WHERE "batch_id" = @batch_id GROUP BY "stg_status", "stg_action"

-- name: count-staged
-- Sizes that push has added come after all of the source's.
SELECT
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id AND "stg_status" NOT IN ('REJECTED', 'OBSOLETE')) AS "items",
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule_Subitems" WHERE "batch_id" = @batch_id AND "Order Qty" > 0 AND "size_order" < 100000) AS "subitems",
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id AND "stg_status" = 'REJECTED') AS "rejected",
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id AND "stg_status" = 'OBSOLETE') AS "obsolete"

-- name: count-staged-rows
-- Staged rows of several runs' batches, by state and action.
SELECT s."batch_id", 'items' AS "kind", s."stg_status" AS "status", COALESCE(s."stg_action", '') AS "action", COUNT(*) AS "rows"
FROM dbo."STG_MON_CustMasterSchedule" s
JOIN dbo."MON_BatchProcessing" b ON b."batch_id" = s."batch_id"
WHERE b."run_id" IN (@run_ids) GROUP BY s."batch_id", s."stg_status", s."stg_action"
UNION ALL
SELECT z."batch_id", 'subitems' AS "kind", z."stg_status" AS "status", COALESCE(z."stg_action", '') AS "action", COUNT(*) AS "rows"
FROM dbo."STG_MON_CustMasterSchedule_Subitems" z
JOIN dbo."MON_BatchProcessing" b ON b."batch_id" = z."batch_id"
WHERE b."run_id" IN (@run_ids) GROUP BY z."batch_id", z."stg_status", z."stg_action"

-- name: delete-items
-- Deleted after the subitems, which refer to them.
DELETE FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id

-- name: delete-subitems
-- Deleted before a batch is staged again.
DELETE FROM dbo."STG_MON_CustMasterSchedule_Subitems" WHERE "batch_id" = @batch_id

-- name: insert-further-sizes
-- Rule 22: sizes that are on the board and not staged: those no longer wanted as 0, unreadable ones unchanged.
-- @rows: line_key uuid, size text(128), quantity int, size_order int
INSERT INTO dbo."STG_MON_CustMasterSchedule_Subitems" ("batch_id", "line_key", "Size", "Order Qty", "size_order", "stg_status")
SELECT @batch_id, r."line_key", r."size", r."quantity", r."size_order", 'PENDING'
FROM @rows AS r
WHERE NOT EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" z
  WHERE z."batch_id" = @batch_id AND z."line_key" = r."line_key" AND z."Size" = r."size")

-- name: release-sending-items
-- Rows that another process was sending when it ended.
UPDATE dbo."STG_MON_CustMasterSchedule" SET "stg_status" = 'PENDING' WHERE "batch_id" = @batch_id AND "stg_status" = 'SENDING'

-- name: release-sending-subitems
-- Rows that another process was sending when it ended.
UPDATE dbo."STG_MON_CustMasterSchedule_Subitems" SET "stg_status" = 'PENDING' WHERE "batch_id" = @batch_id AND "stg_status" = 'SENDING'

-- name: select-absent-columns
-- Landed lines with columns that stay unchanged on the board, and the last answer about their items.
SELECT s."line_key", s."stg_absent_columns", a."answered_values"
FROM dbo."STG_MON_CustMasterSchedule" s
LEFT JOIN dbo."MON_Ledger" a ON a."kind" = 'item' AND a."ledger_key" = LOWER(CAST(s."line_key" AS VARCHAR(36)))
WHERE s."batch_id" = @batch_id AND s."stg_absent_columns" IS NOT NULL AND s."stg_change" <> 'DELETED' AND {landed}

-- name: select-items
-- The staged lines of a batch that are not settled yet.
SELECT "line_key", "stg_status", "stg_change", "stg_cancelled", "stg_action", "record_uuid", "row_hash", "mapping_version", "Group", "Title", "stg_absent_columns", "stg_absent_sizes", {columns}
FROM dbo."STG_MON_CustMasterSchedule" s
WHERE "batch_id" = @batch_id AND ("stg_status" IN ('PENDING', 'SENDING')
  OR "stg_status" IN ('API_SUCCESS', 'API_FAILED') AND EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" z
    WHERE z."batch_id" = s."batch_id" AND z."line_key" = s."line_key" AND z."stg_status" IN ('PENDING', 'SENDING')))
ORDER BY "Group", "Title", "line_key"

-- name: select-sizes
-- All staged sizes of a batch, settled ones included: they are wanted too.
SELECT "line_key", "Size", "Order Qty", "size_order", "stg_status", "stg_action"
FROM dbo."STG_MON_CustMasterSchedule_Subitems"
WHERE "batch_id" = @batch_id
ORDER BY "line_key", "size_order"

-- name: select-sizes-of-lines
-- The results of the sizes of some lines of a batch.
SELECT "line_key", "Size", "Order Qty", "stg_status", "stg_action"
FROM dbo."STG_MON_CustMasterSchedule_Subitems"
WHERE "batch_id" = @batch_id AND "line_key" IN (@line_keys)
ORDER BY "line_key", "size_order"

-- name: select-unpromoted-lines
-- Of some lines those of which an open batch holds an accepted row: promote will acknowledge them when all of them are.
SELECT DISTINCT s."line_key"
FROM dbo."STG_MON_CustMasterSchedule" s
JOIN dbo."MON_BatchProcessing" b ON b."batch_id" = s."batch_id"
WHERE s."line_key" IN (@line_keys) AND b."dry" = 0 AND b."status" IN (@open_states)
  AND (s."stg_status" = 'API_SUCCESS' OR EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" z
    WHERE z."batch_id" = s."batch_id" AND z."line_key" = s."line_key" AND z."stg_status" = 'API_SUCCESS'))

-- name: settle-rekeyed
-- Rule 4: a renewed uuid with equal content needs no request.
UPDATE dbo."STG_MON_CustMasterSchedule" SET "stg_status" = 'API_SUCCESS', "stg_action" = 'UNCHANGED', "stg_processed_date" = @now
WHERE "batch_id" = @batch_id AND "stg_change" = 'REKEYED' AND "stg_status" = 'PENDING'

-- name: update-absent-column
-- Rule 25: the board's value of a column replaces a source value that could not be read.
-- @rows: line_key uuid, value text
UPDATE dbo."STG_MON_CustMasterSchedule" SET {column} = r."value"
FROM @rows AS r
WHERE "STG_MON_CustMasterSchedule"."batch_id" = @batch_id AND "STG_MON_CustMasterSchedule"."line_key" = r."line_key"

-- name: update-items
-- The results of staged lines.
-- @rows: line_key uuid, stg_status text(32), stg_action text(32), monday_id text(255), message text, request_id text(128)
UPDATE dbo."STG_MON_CustMasterSchedule" SET "stg_status" = r."stg_status", "stg_action" = r."stg_action", "stg_monday_item_id" = CAST(r."monday_id" AS BIGINT),
  "stg_error_message" = r."message", "stg_request_id" = COALESCE(r."request_id", "STG_MON_CustMasterSchedule"."stg_request_id"), "stg_processed_date" = @now
FROM @rows AS r
WHERE "STG_MON_CustMasterSchedule"."batch_id" = @batch_id AND "STG_MON_CustMasterSchedule"."line_key" = r."line_key"

-- name: update-subitems
-- The results of staged sizes.
-- @rows: line_key uuid, size text(128), stg_status text(32), stg_action text(32), monday_id text(255), message text, request_id text(128)
UPDATE dbo."STG_MON_CustMasterSchedule_Subitems" SET "stg_status" = r."stg_status", "stg_action" = r."stg_action", "stg_monday_subitem_id" = CAST(r."monday_id" AS BIGINT),
  "stg_error_message" = r."message", "stg_request_id" = COALESCE(r."request_id", "STG_MON_CustMasterSchedule_Subitems"."stg_request_id"), "stg_processed_date" = @now
FROM @rows AS r
WHERE "STG_MON_CustMasterSchedule_Subitems"."batch_id" = @batch_id AND "STG_MON_CustMasterSchedule_Subitems"."line_key" = r."line_key"
  AND "STG_MON_CustMasterSchedule_Subitems"."Size" = r."size"
