-- MON_ChangeSet: what a run found for one customer.

-- name: count-found-lines
-- Totals of runs, without customers that were braked or busy. No row for a run that found nothing.
SELECT "run_id", SUM("new_lines") AS "new", SUM("changed_lines") AS "changed", SUM("deleted_lines") AS "deleted", SUM("rekeyed_lines") AS "rekeyed"
FROM dbo."MON_ChangeSet" WHERE "run_id" IN (@run_ids) AND "state" NOT IN ('BRAKED', 'BUSY')
GROUP BY "run_id"

-- name: select-runs-left-open
-- Runs that left a customer without a batch: braked, busy, superseded by a newer run, or not reached yet.
SELECT DISTINCT "run_id" FROM dbo."MON_ChangeSet" WHERE "run_id" IN (@run_ids) AND "state" <> 'BATCHED'

-- name: delete-change-sets
-- For a run that is repeated; its changes are deleted first.
DELETE FROM dbo."MON_ChangeSet" WHERE "run_id" = @run_id

-- name: insert-change-sets
-- 0 rows: the run does not exist. note: why the customer was left out, as JSON.
-- @rows: customer text(255), state text(32), new_lines int, changed_lines int, deleted_lines int, rekeyed_lines int, unchanged_lines int, pending_deletes int, moved_out int, out_of_scope int, known_lines int, note text
INSERT INTO dbo."MON_ChangeSet" ("run_id", "customer", "state", "new_lines", "changed_lines", "deleted_lines", "rekeyed_lines", "unchanged_lines", "pending_deletes", "moved_out", "out_of_scope", "known_lines", "note")
SELECT q."run_id", r."customer", r."state", r."new_lines", r."changed_lines", r."deleted_lines", r."rekeyed_lines", r."unchanged_lines", r."pending_deletes", r."moved_out", r."out_of_scope", r."known_lines", r."note"
FROM @rows AS r JOIN dbo."MON_Run" q ON q."run_id" = @run_id

-- name: select-change-sets
-- The change sets of a run from which batches can be made, with the number of newer ones of the customer and the state of their batch.
-- The sequence number of the run is @seq.
SELECT c."customer", c."state",
  (SELECT COUNT(*) FROM dbo."MON_ChangeSet" n JOIN dbo."MON_Run" r ON r."run_id" = n."run_id"
    WHERE n."customer" = c."customer" AND n."state" IN ('OPEN', 'BATCHED') AND r."dry" = 0 AND r."seq" > @seq) AS "newer",
  b."status"
FROM dbo."MON_ChangeSet" c
LEFT JOIN dbo."MON_BatchProcessing" b ON b."run_id" = c."run_id" AND b."customer_name" = c."customer"
WHERE c."run_id" = @run_id AND c."state" IN ('OPEN', 'BATCHED', 'SUPERSEDED')

-- name: select-change-sets-for-report
-- All change sets of a run with their counts; note: why the customer was left out, as JSON.
SELECT "customer", "state", "new_lines", "changed_lines", "deleted_lines", "rekeyed_lines", "note"
FROM dbo."MON_ChangeSet" WHERE "run_id" = @run_id
ORDER BY "customer"

-- name: select-change-sets-at-work
-- Change sets that are not carried out yet: without a batch, or of an open one. Not those of the run itself, which is repeated.
SELECT c."run_id", c."customer" FROM dbo."MON_ChangeSet" c
JOIN dbo."MON_Run" r ON r."run_id" = c."run_id"
LEFT JOIN dbo."MON_BatchProcessing" b ON b."run_id" = c."run_id" AND b."customer_name" = c."customer"
WHERE r."dry" = 0 AND c."run_id" <> @run_id
  AND ((c."state" = 'OPEN' AND b."batch_id" IS NULL) OR (b."dry" = 0 AND b."status" IN (@open_states)))

-- name: select-restored-customers
-- Each customer's newest restore.
SELECT c."customer", r."seq", r."archive_id" FROM dbo."MON_ChangeSet" c JOIN dbo."MON_Run" r ON r."run_id" = c."run_id"
WHERE r."kind" = 'RESTORE' AND r."dry" = 0
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_ChangeSet" d JOIN dbo."MON_Run" q ON q."run_id" = d."run_id"
    WHERE q."kind" = 'RESTORE' AND q."dry" = 0 AND d."customer" = c."customer" AND q."seq" > r."seq")

-- name: set-change-set-state
-- From one of the states @from; 0 rows: a newer run, or another container, was faster.
UPDATE dbo."MON_ChangeSet" SET "state" = @state WHERE "run_id" = @run_id AND "customer" = @customer AND "state" IN (@from)

-- name: supersede-change-sets
-- Rule 11: change sets without a batch.
UPDATE dbo."MON_ChangeSet" SET "state" = 'SUPERSEDED'
WHERE "customer" IN (@customers) AND "run_id" <> @run_id AND "state" = 'OPEN'
  AND "run_id" IN (SELECT r."run_id" FROM dbo."MON_Run" r WHERE r."dry" = 0)
