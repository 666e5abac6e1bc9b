-- ERR_MON_CustMasterSchedule and its subitems: faults of a line or a size. {table} is one of the two.

-- name: close-failures
-- Resolves these entries if they are open.
-- @rows: err_id uuid
UPDATE dbo.{table} SET "resolved_date" = @now, "resolved_by" = @run_id FROM @rows AS r
WHERE {table}."err_id" = r."err_id" AND {table}."resolved_date" IS NULL

-- name: count-failures
-- Errors of a run by reason: those that detect found, and those that were new in its batches or last seen in them.
SELECT "severity", "step", "reason", COUNT(*) AS "rows", SUM(CASE WHEN "resolved_date" IS NULL THEN 1 ELSE 0 END) AS "open"
FROM dbo.{table}
WHERE "run_id" = @run_id OR "batch_id" IN (SELECT b."batch_id" FROM dbo."MON_BatchProcessing" b WHERE b."run_id" = @run_id)
  OR "last_batch_id" IN (SELECT b."batch_id" FROM dbo."MON_BatchProcessing" b WHERE b."run_id" = @run_id)
GROUP BY "severity", "step", "reason"

-- name: count-failures-of-runs
-- Errors by the run in which they became new, and by reason.
SELECT "run_id", "reason", COUNT(*) AS "rows" FROM dbo.{table}
WHERE "run_id" IN (@run_ids) AND "severity" = 'ERROR'
GROUP BY "run_id", "reason"

-- name: count-new-failures
-- Of a step in a batch: errors that became new in it, and warnings that it saw.
SELECT
  (SELECT COUNT(*) FROM dbo."ERR_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id AND "step" = @step AND "severity" = 'ERROR') +
  (SELECT COUNT(*) FROM dbo."ERR_MON_CustMasterSchedule_Subitems" WHERE "batch_id" = @batch_id AND "step" = @step AND "severity" = 'ERROR') AS "failures",
  (SELECT COUNT(*) FROM dbo."ERR_MON_CustMasterSchedule" WHERE "last_batch_id" = @batch_id AND "step" = @step AND "severity" = 'WARNING') +
  (SELECT COUNT(*) FROM dbo."ERR_MON_CustMasterSchedule_Subitems" WHERE "last_batch_id" = @batch_id AND "step" = @step AND "severity" = 'WARNING') AS "warnings"

-- name: count-new-failures-of-run
-- Entries that became new at this time in this run.
SELECT COUNT(*) AS "failures" FROM dbo."ERR_MON_CustMasterSchedule" WHERE "run_id" = @run_id AND "step" = 'detect' AND "created_date" = @now

-- name: insert-failures
-- Inserts entries seen for the first time. Size columns are {sizeColumns}, their values {sizeValues}.
-- @rows: err_id uuid, batch_id uuid, run_id uuid, step text(32), severity text(32), reason text(128), column_name text(255), line_key uuid, record_uuid uuid, customer text(255), row_hash text(64), mapping_version text(64), error_message text, request_id text(128), size_label text(128), order_qty text(255)
INSERT INTO dbo.{table} ("err_id", "batch_id", "last_batch_id", "run_id", "step", "severity", "reason", "column_name", "line_key", "record_uuid", "customer",
  "row_hash", "mapping_version", "error_message", "request_id", "created_date", "last_seen_date"{sizeColumns})
SELECT r."err_id", r."batch_id", r."batch_id", r."run_id", r."step", r."severity", r."reason", r."column_name", r."line_key", r."record_uuid", r."customer",
  r."row_hash", r."mapping_version", r."error_message", r."request_id", @now, @now{sizeValues}
FROM @rows AS r
WHERE NOT EXISTS (SELECT 1 FROM dbo.{table} e WHERE e."err_id" = r."err_id")

-- name: list-held
-- Rule 26: lines that the next batch leaves out, because they were rejected recently and nothing has changed since. Lines of an
-- open batch are being tried, and are not among them. @everyone = 1 means all customers, otherwise @customers. One row for
-- each error of a line, with its size.
SELECT c."customer", c."line_key", c."record_uuid", c."run_id", e."step", e."reason", e."column_name", e."size_label", e."error_message", e."request_id", e."created_date", e."last_seen_date"
FROM dbo."MON_Change" c
JOIN dbo."MON_Run" r ON r."run_id" = c."run_id"
JOIN (
  SELECT i."line_key", i."row_hash", i."mapping_version", i."severity", i."resolved_date", i."last_batch_id", i."step", i."reason", i."column_name", CAST(NULL AS VARCHAR(128)) AS "size_label", i."error_message", i."request_id", i."created_date", i."last_seen_date"
  FROM dbo."ERR_MON_CustMasterSchedule" i
  UNION ALL
  SELECT z."line_key", z."row_hash", z."mapping_version", z."severity", z."resolved_date", z."last_batch_id", z."step", z."reason", z."column_name", z."size_label", z."error_message", z."request_id", z."created_date", z."last_seen_date"
  FROM dbo."ERR_MON_CustMasterSchedule_Subitems" z
) e ON e."line_key" = c."line_key" AND e."row_hash" = c."row_hash"
LEFT JOIN dbo."MON_BatchProcessing" b ON b."run_id" = c."run_id" AND b."customer_name" = c."customer"
WHERE r."dry" = 0 AND c."change" IN ('NEW', 'CHANGED')
  AND e."severity" = 'ERROR' AND e."resolved_date" IS NULL AND e."mapping_version" = @mapping_version AND e."last_seen_date" > @failed_after
  AND (c."held" = 1 OR (b."status" NOT IN (@open_states) AND e."last_batch_id" = b."batch_id"))
  AND (@everyone = 1 OR c."customer" IN (@customers))
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_BatchProcessing" d WHERE d."batch_id" = e."last_batch_id" AND d."dry" = 1)
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_Change" n JOIN dbo."MON_Run" q ON q."run_id" = n."run_id"
    WHERE n."line_key" = c."line_key" AND q."dry" = 0 AND q."seq" > r."seq")
ORDER BY c."customer", c."line_key", COALESCE(e."size_label", ''), e."last_seen_date"

-- name: release-failures
-- Errors of a customer's changed lines that are to be retried: they lose their content hash, so that they
-- hold nothing back, and a further refusal counts as new.
UPDATE dbo.{table} SET "row_hash" = NULL
WHERE "severity" = 'ERROR' AND "resolved_date" IS NULL
  AND EXISTS (SELECT 1 FROM dbo."MON_Change" c
    WHERE c."run_id" = @run_id AND c."customer" = @customer AND c."line_key" = {table}."line_key" AND c."row_hash" = {table}."row_hash")

-- name: resolve-failures
-- Every run checks every row: what it does not report again has been corrected.
UPDATE dbo."ERR_MON_CustMasterSchedule" SET "resolved_date" = @now, "resolved_by" = @run_id
WHERE "step" = 'detect' AND "resolved_date" IS NULL AND "last_seen_date" < @now

-- name: resolve-landed-failures
-- Lines that are completely on the board: a later success resolves what failed in any step before.
UPDATE dbo.{table} SET "resolved_date" = @now, "resolved_by" = @batch_id
WHERE "resolved_date" IS NULL AND "severity" = 'ERROR'
  AND EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule" s
    WHERE s."batch_id" = @batch_id AND s."stg_status" = 'API_SUCCESS' AND s."line_key" = {table}."line_key")
  AND NOT EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" z
    WHERE z."batch_id" = @batch_id AND z."stg_status" <> 'API_SUCCESS' AND z."line_key" = {table}."line_key")

-- name: resolve-staged-failures
-- Lines that were staged without repeating an earlier error.
UPDATE dbo.{table} SET "resolved_date" = @now, "resolved_by" = @batch_id
WHERE "step" = 'stage' AND "resolved_date" IS NULL AND ("last_batch_id" IS NULL OR "last_batch_id" <> @batch_id)
  AND EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule" s
    WHERE s."batch_id" = @batch_id AND s."stg_status" <> 'OBSOLETE' AND s."line_key" = {table}."line_key")

-- name: select-failures
-- Entries of a run, errors first, at most @most rows. The title is that of the item, if one was staged or landed.
-- {names}: the columns by which people know the line, from the staged row s or otherwise from the snapshot row p.
SELECT e."severity", e."step", e."reason", e."column_name", e."line_key", e."record_uuid", e."customer", e."error_message", e."request_id", e."retry_count",
  e."created_date", e."resolved_date", {size} AS "size", COALESCE(s."Title", m."Title") AS "title",
  CAST(COALESCE(s."stg_monday_item_id", m."Item ID") AS VARCHAR(20)) AS "item_id", {names}
FROM dbo.{table} e
LEFT JOIN dbo."STG_MON_CustMasterSchedule" s ON s."batch_id" = e."last_batch_id" AND s."line_key" = e."line_key"
LEFT JOIN dbo."MON_CustMasterSchedule" m ON m."line_key" = e."line_key"
LEFT JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = e."line_key"
WHERE e."run_id" = @run_id OR e."batch_id" IN (SELECT b."batch_id" FROM dbo."MON_BatchProcessing" b WHERE b."run_id" = @run_id)
  OR e."last_batch_id" IN (SELECT b."batch_id" FROM dbo."MON_BatchProcessing" b WHERE b."run_id" = @run_id)
ORDER BY CASE e."severity" WHEN 'ERROR' THEN 0 ELSE 1 END, e."customer", e."reason", e."err_id"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY

-- name: select-failures-of-lines
-- Entries of some lines, resolved or not, latest first.
SELECT e."line_key", e."severity", e."step", e."reason", e."column_name", e."error_message", e."request_id", e."created_date", e."last_seen_date", e."resolved_date", {size} AS "size"
FROM dbo.{table} e WHERE e."line_key" IN (@line_keys)
ORDER BY e."last_seen_date" DESC, e."err_id"

-- name: select-open-failures-of-rows
-- Open entries of detect about rows of the source that are no lines, by the hash of their content.
SELECT e."record_uuid", e."row_hash", e."created_date" FROM dbo."ERR_MON_CustMasterSchedule" e
WHERE e."step" = 'detect' AND e."line_key" IS NULL AND e."resolved_date" IS NULL AND e."row_hash" IN (@row_hashes)

-- name: select-held
-- Lines that a run held back, each with the error that holds it, at most @most rows. {names}: as in select-failures.
SELECT c."customer", c."line_key", e."step", e."reason", e."error_message", e."request_id", e."created_date", e."last_seen_date", e."resolved_date",
  {size} AS "size", COALESCE(s."Title", m."Title") AS "title",
  CAST(COALESCE(s."stg_monday_item_id", m."Item ID") AS VARCHAR(20)) AS "item_id", {names}
FROM dbo."MON_Change" c
JOIN dbo.{table} e ON e."line_key" = c."line_key" AND e."severity" = 'ERROR' AND e."row_hash" = c."row_hash"
LEFT JOIN dbo."STG_MON_CustMasterSchedule" s ON s."batch_id" = e."last_batch_id" AND s."line_key" = e."line_key"
LEFT JOIN dbo."MON_CustMasterSchedule" m ON m."line_key" = c."line_key"
LEFT JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = c."line_key"
WHERE c."run_id" = @run_id AND c."held" = 1
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_BatchProcessing" d WHERE d."batch_id" = e."last_batch_id" AND d."dry" = 1)
ORDER BY c."customer", e."reason", c."line_key"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY

-- name: select-open-failures
-- Open entries about lines and their content, from any step except detect, which checks its own in every run.
SELECT "err_id", "line_key", "row_hash" FROM dbo.{table}
WHERE "step" <> 'detect' AND "resolved_date" IS NULL AND "line_key" IS NOT NULL AND "row_hash" IS NOT NULL

-- name: select-refused
-- Lines and sizes that were newly refused in this batch at this step, with the name that was staged for the item, or that landed before,
-- and the parts of the item's address if the line has one.
SELECT e."reason", e."column_name", e."line_key", e."size_label", e."error_message", e."request_id", COALESCE(s."Title", m."Title") AS "title",
  CAST(COALESCE(s."stg_monday_item_id", m."Item ID") AS VARCHAR(20)) AS "item_id",
  (SELECT MAX(b."board_url") FROM dbo."MON_BatchProcessing" b) AS "board_url"
FROM (
  SELECT i."err_id", i."reason", i."column_name", i."line_key", CAST(NULL AS VARCHAR(128)) AS "size_label", i."error_message", i."request_id"
  FROM dbo."ERR_MON_CustMasterSchedule" i
  WHERE i."batch_id" = @batch_id AND i."step" = @step AND i."severity" = 'ERROR'
  UNION ALL
  SELECT z."err_id", z."reason", z."column_name", z."line_key", z."size_label", z."error_message", z."request_id"
  FROM dbo."ERR_MON_CustMasterSchedule_Subitems" z
  WHERE z."batch_id" = @batch_id AND z."step" = @step AND z."severity" = 'ERROR'
) e
LEFT JOIN dbo."STG_MON_CustMasterSchedule" s ON s."batch_id" = @batch_id AND s."line_key" = e."line_key"
LEFT JOIN dbo."MON_CustMasterSchedule" m ON m."line_key" = e."line_key"
ORDER BY COALESCE(s."Title", m."Title", ''), COALESCE(e."size_label", ''), e."err_id"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY

-- name: update-failures
-- Updates entries seen again. An entry that is {same} is only counted, and once at @now. One whose content or mapping changed, or that was resolved, becomes new in this batch.
-- @rows: err_id uuid, batch_id uuid, run_id uuid, severity text(32), reason text(128), column_name text(255), record_uuid uuid, customer text(255), row_hash text(64), mapping_version text(64), error_message text, request_id text(128), order_qty text(255)
UPDATE dbo.{table} SET
  "batch_id" = CASE WHEN {same} THEN {table}."batch_id" ELSE r."batch_id" END,
  "created_date" = CASE WHEN {same} THEN {table}."created_date" ELSE @now END,
  "retry_count" = CASE WHEN {table}."last_seen_date" = @now THEN {table}."retry_count" ELSE {table}."retry_count" + 1 END,
  "run_id" = r."run_id", "last_batch_id" = r."batch_id", "severity" = r."severity", "reason" = r."reason", "column_name" = r."column_name",
  "record_uuid" = r."record_uuid", "customer" = r."customer", "row_hash" = r."row_hash", "mapping_version" = r."mapping_version",
  "error_message" = r."error_message", "request_id" = r."request_id", "last_seen_date" = @now, "resolved_date" = NULL, "resolved_by" = NULL
FROM @rows AS r
WHERE {table}."err_id" = r."err_id"
