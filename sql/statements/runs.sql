-- MON_Run: one detect and all that follows from it, or one restore.

-- name: finish-run
-- 0 rows: another process has finished it.
UPDATE dbo."MON_Run" SET "state" = 'DONE', "mapping_version" = @mapping_version, "size_labels" = @size_labels, "source_rows" = @source_rows, "finished_at" = @now, "outputs" = @outputs, "last_error" = NULL
WHERE "run_id" = @run_id AND "state" = 'OPEN'

-- name: insert-restore-run
-- Called under the lock of runs: the newest run has the highest seq. The run is finished when inserted; 0 rows: it exists already.
-- Its key is its own id; @filter and @outputs are JSON.
INSERT INTO dbo."MON_Run" ("run_id", "run_key", "seq", "state", "kind", "method", "dry", "filter", "mapping_version", "archive_id", "started_at", "finished_at", "outputs")
SELECT @run_id, @run_key, q."seq", 'DONE', 'RESTORE', 'fields', @dry, @filter, @mapping_version, @archive_id, @now, @now, @outputs
FROM (SELECT COALESCE(MAX(m."seq"), 0) + 1 AS "seq" FROM dbo."MON_Run" m) AS q
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_Run" o WHERE o."run_id" = @run_id)

-- name: insert-run
-- Called under the lock of runs: the newest run has the highest seq. filter: names of customers as JSON, null for all.
-- @rows: run_id uuid, run_key text(255), method text(32), dry smallint, full smallint, allow_large_change smallint, confirm_deletes smallint, filter text, mapping_version text(64), started_at datetime
INSERT INTO dbo."MON_Run" ("run_id", "run_key", "seq", "state", "kind", "method", "dry", "full", "allow_large_change", "confirm_deletes", "filter", "mapping_version", "started_at")
SELECT r."run_id", r."run_key", (SELECT COALESCE(MAX(m."seq"), 0) + 1 FROM dbo."MON_Run" m), 'OPEN', 'SYNC', r."method", r."dry", r."full", r."allow_large_change", r."confirm_deletes", r."filter", r."mapping_version", r."started_at"
FROM @rows AS r

-- name: keep-alert
-- The alert of batch watch about the run (@alert, JSON) and its time; a later alert about the same run replaces it.
UPDATE dbo."MON_Run" SET "alerted_at" = @now, "alert" = @alert WHERE "run_id" = @run_id

-- name: note-run-error
-- Why detect has ended without finishing the run; 0 rows: it is finished.
UPDATE dbo."MON_Run" SET "last_error" = @last_error WHERE "run_id" = @run_id AND "state" = 'OPEN'

-- name: select-alert
-- The alert about the run; 0 rows before the first.
SELECT "run_id", "alerted_at", "alert" FROM dbo."MON_Run" WHERE "run_id" = @run_id AND "alerted_at" IS NOT NULL AND "alert" IS NOT NULL

-- name: select-last-alert
-- The newest alert of any run.
SELECT "run_id", "alerted_at", "alert" FROM dbo."MON_Run" WHERE "alerted_at" IS NOT NULL AND "alert" IS NOT NULL
ORDER BY "alerted_at" DESC, "seq" DESC
OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY

-- name: select-newest-runs-for-prune
-- The newest run of all, and the newest one with the sizes of the source: later runs are compared with them.
SELECT MAX(r."seq") AS "seq" FROM dbo."MON_Run" r
UNION SELECT MAX(r."seq") AS "seq" FROM dbo."MON_Run" r WHERE r."state" = 'DONE' AND r."dry" = 0 AND r."size_labels" IS NOT NULL

-- name: select-newest-runs-for-report
-- Newest first, without dry runs; up to the sequence number @seq.
SELECT "run_id", "run_key", "seq", "state", "kind", "method", "dry", "full", "allow_large_change", "confirm_deletes", "filter", "mapping_version", "source_rows", "archive_id", "started_at", "finished_at", "outputs", "last_error"
FROM dbo."MON_Run" WHERE "dry" = 0 AND "seq" <= @seq
ORDER BY "seq" DESC
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY

-- name: select-run
-- One run, for its batches.
SELECT "run_id", "state", "kind", "dry", "seq", "mapping_version" FROM dbo."MON_Run" WHERE "run_id" = @run_id

-- name: select-run-by-key
-- Rule 12: the run with this key, with the flags it was started with.
SELECT "run_id", "seq", "state", "method", "dry", "full", "allow_large_change", "confirm_deletes", "filter", "outputs"
FROM dbo."MON_Run" WHERE "run_key" = @run_key

-- name: select-run-for-report
-- One run, whether dry or not.
SELECT "run_id", "run_key", "seq", "state", "kind", "method", "dry", "full", "allow_large_change", "confirm_deletes", "filter", "mapping_version", "source_rows", "archive_id", "started_at", "finished_at", "outputs", "last_error"
FROM dbo."MON_Run" WHERE "run_id" = @run_id

-- name: select-runs-said
-- Runs, dry or not, whose id is LIKE @pattern, in lower case; newest first.
SELECT "run_id", "filter", "dry", "started_at" FROM dbo."MON_Run"
WHERE LOWER(CAST("run_id" AS VARCHAR(36))) LIKE @pattern
ORDER BY "seq" DESC
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY

-- name: select-runs-since
-- Finished runs above the sequence number @seq, with what they covered (outputs, JSON).
SELECT "run_id", "seq", "started_at", "allow_large_change", "filter", "outputs" FROM dbo."MON_Run"
WHERE "kind" = 'SYNC' AND "state" = 'DONE' AND "dry" = 0 AND "seq" > @seq

-- name: select-size-labels
-- Size labels of the newest finished run, as JSON.
SELECT "size_labels" FROM dbo."MON_Run" WHERE "state" = 'DONE' AND "dry" = 0 AND "size_labels" IS NOT NULL
ORDER BY "seq" DESC OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
