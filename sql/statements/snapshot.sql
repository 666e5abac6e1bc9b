-- ORDERS_UNIFIED_SNAPSHOT: the last acknowledged state of every line.

-- name: bury-deleted
-- Rule 6: a promoted delete leaves a tombstone, so that it is not reported again and a line that returns keeps its key.
-- When it was missed is forgotten with it: a line that returns may only be deleted after two looks of its own.
UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "deleted_at" = @now, "missing_since" = NULL, "batch_id" = s."batch_id"
FROM dbo."STG_MON_CustMasterSchedule" AS s
WHERE s."batch_id" = @batch_id AND s."stg_change" = 'DELETED' AND {landed} AND "ORDERS_UNIFIED_SNAPSHOT"."line_key" = s."line_key"
  AND "ORDERS_UNIFIED_SNAPSHOT"."deleted_at" IS NULL

-- name: clear-missing
-- Rule 6: lines that were seen again.
-- @rows: line_key uuid
UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "missing_since" = NULL FROM @rows AS r
WHERE "ORDERS_UNIFIED_SNAPSHOT"."line_key" = r."line_key"

-- name: insert-snapshot
-- Lines that needed no call and are not in the snapshot yet.
INSERT INTO dbo."ORDERS_UNIFIED_SNAPSHOT" ("line_key", "record_uuid", "row_hash", "mapping_version", "customer", "snapshot_date", "batch_id", "sizes"{targets})
SELECT s."line_key", s."record_uuid", s."row_hash", s."mapping_version", s."stg_customer", @now, s."batch_id", s."src sizes"{sources}
FROM dbo."STG_MON_CustMasterSchedule" s
WHERE s."batch_id" = @batch_id AND s."stg_change" <> 'DELETED' AND {landed}
  AND NOT EXISTS (SELECT 1 FROM dbo."ORDERS_UNIFIED_SNAPSHOT" p WHERE p."line_key" = s."line_key")

-- name: insert-unacknowledged
-- Rule 16: a new line enters the snapshot with its staged values before its first call. Each row has the batch, so that a
-- line is looked up by its whole key, whatever is known of the batch.
-- @rows: batch_id uuid, line_key uuid, deleted smallint
INSERT INTO dbo."ORDERS_UNIFIED_SNAPSHOT" ("line_key", "record_uuid", "row_hash", "mapping_version", "customer", "snapshot_date", "batch_id", "sizes"{targets})
SELECT s."line_key", s."record_uuid", NULL, s."mapping_version", s."stg_customer", @now, s."batch_id", s."src sizes"{sources}
FROM @rows AS r
JOIN dbo."STG_MON_CustMasterSchedule" s ON s."batch_id" = r."batch_id" AND s."line_key" = r."line_key"
WHERE r."deleted" = 0 AND NOT EXISTS (SELECT 1 FROM dbo."ORDERS_UNIFIED_SNAPSHOT" p WHERE p."line_key" = s."line_key")

-- name: scan-snapshot
-- Rule 3: identity and hash of the lines with {which}: live ones, or tombstones. own_key: the line key if it is not the uuid.
-- long_ago: whether an earlier run missed the line long enough ago to delete it now.
SELECT s."record_uuid", CASE WHEN s."line_key" = s."record_uuid" THEN NULL ELSE s."line_key" END AS "own_key", s."row_hash", s."mapping_version", s."customer",
  CASE WHEN s."missing_since" IS NULL THEN NULL WHEN s."missing_since" <= @missed_before THEN 1 ELSE 0 END AS "long_ago"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s
WHERE {which}

-- name: select-known-customers
-- Customers for whom the pipeline holds anything that a run may have to change.
SELECT "customer" FROM dbo."ORDERS_UNIFIED_SNAPSHOT"
UNION SELECT "customer_name" FROM dbo."MON_BatchProcessing" WHERE "status" IN (@open_states) AND "dry" = 0
UNION SELECT c."customer" FROM dbo."MON_ChangeSet" c JOIN dbo."MON_Run" r ON r."run_id" = c."run_id" WHERE c."state" = 'OPEN' AND r."dry" = 0

-- name: select-known-keys
-- The keys among these that belong to a line, present or past.
-- @rows: line_key uuid
SELECT r."line_key" FROM @rows AS r JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = r."line_key"

-- name: select-known-lines
-- The snapshot rows of a customer's lines, tombstones included.
SELECT {columns}, CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "deleted"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT" p
WHERE p."customer" = @customer

-- name: select-known-lines-by-key
-- The snapshot rows of some lines, whatever their customer is now.
-- @rows: line_key uuid
SELECT {columns}, CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "deleted"
FROM @rows AS r
JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = r."line_key"

-- name: select-known-values
-- The kept values of some lines: line key, sizes, values.
-- @rows: line_key uuid
SELECT s."line_key", s."sizes", {columns} FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s JOIN @rows AS r ON r."line_key" = s."line_key"

-- name: select-lines-by-order
-- Lines of the snapshot with one of these order numbers, tombstones included.
-- @rows: order_number text
SELECT p."line_key", p."record_uuid", CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "deleted", {columns}
FROM @rows AS r JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p.{order} = r."order_number"

-- name: select-lines-by-uuid
-- Lines of the snapshot that have one of these uuids now, or were first seen under it.
-- @rows: record_uuid uuid
SELECT p."line_key", p."record_uuid", CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "deleted"
FROM @rows AS r JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."record_uuid" = r."record_uuid"
UNION
SELECT p."line_key", p."record_uuid", CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "deleted"
FROM @rows AS r JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."line_key" = r."record_uuid"

-- name: select-lines-of-uuid
-- The lines that have this uuid as their key, or have or had it in the source, according to snapshot and change sets.
SELECT "line_key" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "line_key" = @uuid OR "record_uuid" = @uuid
UNION SELECT "line_key" FROM dbo."MON_Change" WHERE "line_key" = @uuid OR "record_uuid" = @uuid OR "old_uuid" = @uuid

-- name: select-line-states
-- The state of some lines in the snapshot, whatever their customer.
SELECT "line_key", "record_uuid", "row_hash", "mapping_version", "customer", "snapshot_date", "missing_since", "deleted_at", "batch_id"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "line_key" IN (@line_keys)

-- name: select-live-uuids
-- The uuids among these of lines that the board shows, or may show.
-- @rows: record_uuid uuid
SELECT p."record_uuid" FROM @rows AS r JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."record_uuid" = r."record_uuid" WHERE p."deleted_at" IS NULL

-- name: select-snapshot-by-text
-- The same for lines that have one of these texts in a column.
-- @rows: text text
SELECT s."line_key", s."sizes", {columns} FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s JOIN @rows AS r ON r."text" = s.{column}

-- name: select-snapshot-kinds
-- What the archive of a customer must hold: its sizes, and the mapping versions of its lines.
SELECT "sizes", "mapping_version"
FROM dbo."ORDERS_UNIFIED_SNAPSHOT"
WHERE "customer" = @customer AND "deleted_at" IS NULL

-- name: select-snapshot-lines
-- The customer's lines without tombstones, in an order that puts similar lines next to each other.
SELECT {columns}
FROM dbo."ORDERS_UNIFIED_SNAPSHOT"
WHERE "customer" = @customer AND "deleted_at" IS NULL
ORDER BY {order}

-- name: select-snapshot-sizes
-- The sizes of every live line that has any, as S=104;M=177, and its customer.
SELECT s."sizes", s."customer" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s WHERE s."deleted_at" IS NULL AND s."sizes" <> ''

-- name: select-taken-uuids
-- The uuids among these that a live line with another key has.
-- @rows: line_key uuid, record_uuid uuid
SELECT r."line_key"
FROM @rows AS r
JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON p."record_uuid" = r."record_uuid"
WHERE p."deleted_at" IS NULL AND p."line_key" <> r."line_key"

-- name: set-missing
-- Rule 6: lines that were missing; the first time counts.
-- @rows: line_key uuid
UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "missing_since" = @now FROM @rows AS r
WHERE "ORDERS_UNIFIED_SNAPSHOT"."line_key" = r."line_key" AND "ORDERS_UNIFIED_SNAPSHOT"."missing_since" IS NULL

-- name: update-snapshot
-- Rule 25: lines that landed completely are acknowledged with the staged hash and values.
UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET
  "record_uuid" = s."record_uuid", "row_hash" = s."row_hash", "mapping_version" = s."mapping_version", "customer" = s."stg_customer", "snapshot_date" = @now,
  "missing_since" = NULL, "deleted_at" = NULL, "batch_id" = s."batch_id", "sizes" = s."src sizes"{assignments}
FROM dbo."STG_MON_CustMasterSchedule" AS s
WHERE s."batch_id" = @batch_id AND s."stg_change" <> 'DELETED' AND {landed} AND "ORDERS_UNIFIED_SNAPSHOT"."line_key" = s."line_key"

-- name: withdraw-acknowledgements
-- Rule 16: before its first call, a line is marked as not acknowledged; its tombstone is removed unless this is the delete.
-- @rows: line_key uuid, deleted smallint
UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "row_hash" = NULL,
  "missing_since" = CASE WHEN r."deleted" = 0 AND "ORDERS_UNIFIED_SNAPSHOT"."deleted_at" IS NOT NULL THEN NULL ELSE "ORDERS_UNIFIED_SNAPSHOT"."missing_since" END,
  "deleted_at" = CASE WHEN r."deleted" = 1 THEN "ORDERS_UNIFIED_SNAPSHOT"."deleted_at" ELSE NULL END
FROM @rows AS r
WHERE "ORDERS_UNIFIED_SNAPSHOT"."line_key" = r."line_key"
  AND ("ORDERS_UNIFIED_SNAPSHOT"."row_hash" IS NOT NULL OR (r."deleted" = 0 AND "ORDERS_UNIFIED_SNAPSHOT"."deleted_at" IS NOT NULL))
