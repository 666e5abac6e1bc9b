-- MON_Ledger: our items, sizes and groups on the board.

-- name: count-entries
-- The number of lines of a customer that were ever pushed to this board; the customer is that of their snapshot rows.
-- Items that were adopted and not pushed yet belong to no batch.
SELECT COUNT(*) AS "entries"
FROM dbo."MON_Ledger" l
JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON LOWER(CAST(p."line_key" AS VARCHAR(36))) = l."ledger_key"
WHERE l."board_id" = @board_id AND l."kind" = 'item' AND p."customer" = @customer AND l."batch_id" IS NOT NULL

-- name: insert-entries
-- New entries.
-- @rows: kind text(32), ledger_key text(255), size text(128), expected_attempt uuid, monday_id text(255), parent_id text(255), answered_values text, operation text(32), pending_values text, pending_columns text, attempt_id uuid, request_id uuid, alias text(128), first_sent_at datetime, last_sent_at datetime, unread_at datetime, tries int, generation int, suspect_since datetime, suspect_until datetime, archived_at datetime
INSERT INTO dbo."MON_Ledger" ("board_id", "kind", "ledger_key", "size", {targets}, "batch_id", "updated_at")
SELECT @board_id, r."kind", r."ledger_key", r."size", {sources}, @batch_id, @now
FROM @rows AS r
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_Ledger" l
  WHERE l."board_id" = @board_id AND l."kind" = r."kind" AND l."ledger_key" = r."ledger_key" AND l."size" = r."size")

-- name: select-begun-entries
-- Sends that a process has begun and for which no answer is recorded.
SELECT l."kind", l."ledger_key", l."size", {columns}
FROM dbo."MON_Ledger" l
WHERE l."board_id" = @board_id AND l."attempt_id" IS NOT NULL

-- name: select-board-entries
-- The ledger of a board, items and sizes, with the customer of each line from the snapshot.
SELECT l."kind", l."ledger_key", l."size", p."customer", {columns}
FROM dbo."MON_Ledger" l
LEFT JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON LOWER(CAST(p."line_key" AS VARCHAR(36))) = l."ledger_key"
WHERE l."board_id" = @board_id AND l."kind" IN ('item', 'size')

-- name: select-entries
-- The entries of some lines: items and sizes.
-- @rows: ledger_key text(255)
SELECT l."kind", l."ledger_key", l."size", {columns}
FROM @rows AS r
JOIN dbo."MON_Ledger" l ON l."ledger_key" = r."ledger_key"
WHERE l."board_id" = @board_id AND l."kind" IN ('item', 'size')

-- name: select-groups
-- The entries of the groups of a board.
SELECT l."kind", l."ledger_key", l."size", {columns}
FROM dbo."MON_Ledger" l
WHERE l."board_id" = @board_id AND l."kind" = 'group'

-- name: select-known-ids
-- The ids among these that belong to an item or a size of ours.
-- @rows: monday_id text(255)
SELECT l."monday_id" FROM @rows AS r
JOIN dbo."MON_Ledger" l ON l."monday_id" = r."monday_id"
WHERE l."board_id" = @board_id

-- name: select-line-items
-- The entries of some lines on any board: items, then sizes.
SELECT l."board_id", l."kind", l."ledger_key", l."size", l."monday_id", l."archived_at", l."operation", l."last_sent_at", l."tries", l."batch_id"
FROM dbo."MON_Ledger" l WHERE l."kind" IN ('item', 'size') AND l."ledger_key" IN (@line_keys)
ORDER BY l."ledger_key", l."kind", l."size"

-- name: select-lines-of-id
-- Keys of the lines whose item, or one of whose sizes, has this id on any board.
SELECT DISTINCT l."ledger_key" FROM dbo."MON_Ledger" l WHERE l."kind" IN ('item', 'size') AND l."monday_id" = @monday_id

-- name: select-suspects
-- Rule 19: possible duplicates on the board: creates that were given up because the board did not show them. None of them is in flight.
-- "gone": the line is a tombstone, so that no later push adopts what the board shows.
SELECT l."kind", l."ledger_key", l."size", CASE WHEN p."deleted_at" IS NULL THEN 0 ELSE 1 END AS "gone", {columns}
FROM dbo."MON_Ledger" l
LEFT JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" p ON LOWER(CAST(p."line_key" AS VARCHAR(36))) = l."ledger_key"
WHERE l."board_id" = @board_id AND l."suspect_until" IS NOT NULL AND l."attempt_id" IS NULL AND l."operation" IS NULL

-- name: select-under-way
-- Rule 20: what changes while somebody sends: when an entry that waits for an answer was last written.
SELECT MAX(l."updated_at") AS "latest"
FROM dbo."MON_Ledger" l WHERE l."board_id" = @board_id AND l."operation" IS NOT NULL

-- name: update-entries
-- Rule 14: an entry is written only while its latest attempt is still the one that the writer knows.
-- @rows: kind text(32), ledger_key text(255), size text(128), expected_attempt uuid, monday_id text(255), parent_id text(255), answered_values text, operation text(32), pending_values text, pending_columns text, attempt_id uuid, request_id uuid, alias text(128), first_sent_at datetime, last_sent_at datetime, unread_at datetime, tries int, generation int, suspect_since datetime, suspect_until datetime, archived_at datetime
UPDATE dbo."MON_Ledger" SET {assignments}, "batch_id" = COALESCE(@batch_id, "MON_Ledger"."batch_id"), "updated_at" = @now
FROM @rows AS r
WHERE "MON_Ledger"."board_id" = @board_id AND "MON_Ledger"."kind" = r."kind" AND "MON_Ledger"."ledger_key" = r."ledger_key" AND "MON_Ledger"."size" = r."size"
  AND ("MON_Ledger"."attempt_id" = r."expected_attempt" OR ("MON_Ledger"."attempt_id" IS NULL AND r."expected_attempt" IS NULL))

-- name: update-suspects
-- The marks of suspects, and when their latest unread request left. Only for those that nobody has sent or marked since they were read.
-- @rows: kind text(32), ledger_key text(255), size text(128), monday_id text(255), last_sent_at datetime, known_until datetime, suspect_since datetime, suspect_until datetime, unread_at datetime
UPDATE dbo."MON_Ledger" SET "suspect_since" = r."suspect_since", "suspect_until" = r."suspect_until", "unread_at" = r."unread_at", "updated_at" = @now
FROM @rows AS r
WHERE "MON_Ledger"."board_id" = @board_id AND "MON_Ledger"."kind" = r."kind" AND "MON_Ledger"."ledger_key" = r."ledger_key" AND "MON_Ledger"."size" = r."size"
  AND ("MON_Ledger"."monday_id" = r."monday_id" OR ("MON_Ledger"."monday_id" IS NULL AND r."monday_id" IS NULL))
  AND "MON_Ledger"."last_sent_at" = r."last_sent_at" AND "MON_Ledger"."suspect_until" = r."known_until"
  AND "MON_Ledger"."attempt_id" IS NULL AND "MON_Ledger"."operation" IS NULL
