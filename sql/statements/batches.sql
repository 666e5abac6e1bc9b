-- MON_BatchProcessing: the changes of one customer in one run.

-- name: add-usage
UPDATE dbo."MON_BatchProcessing" SET "api_calls_made" = "api_calls_made" + @requests, "points_used" = COALESCE("points_used", 0) + @points,
  "mutations_asked" = "mutations_asked" + @asked, "mutations_accepted" = "mutations_accepted" + @accepted
WHERE "batch_id" = @batch_id

-- name: claim-batch
-- Rule 14: each start of a step writes a new owner token; from then on an older container's writes are refused.
UPDATE dbo."MON_BatchProcessing" SET "owner_token" = @owner_token, {started} = @now WHERE "batch_id" = @batch_id

-- name: close-batch
UPDATE dbo."MON_BatchProcessing" SET "status" = @status, "failed_records" = @failed, "promotion_completed" = @now, "end_time" = @now, "last_error" = NULL WHERE "batch_id" = @batch_id

-- name: close-dry-batch
UPDATE dbo."MON_BatchProcessing" SET "status" = 'DRY_RUN', "end_time" = @now, "forecast" = @forecast WHERE "batch_id" = @batch_id

-- name: close-push
-- Every row is settled: the batch is pushed. The times are those of the first time.
UPDATE dbo."MON_BatchProcessing" SET "status" = 'PUSHED', "items_creation_completed" = COALESCE("items_creation_completed", @now),
  "subitems_creation_completed" = COALESCE("subitems_creation_completed", @now), "last_error" = NULL
WHERE "batch_id" = @batch_id

-- name: close-stage
UPDATE dbo."MON_BatchProcessing" SET "status" = 'STAGED', "staging_load_completed" = @now, "staged_as" = @staged_as, "last_error" = NULL WHERE "batch_id" = @batch_id

-- name: select-calls-of-runs
-- Runs that began since a moment, dry ones left out, and the requests that the batches of each have made.
SELECT r."run_id", r."started_at", COALESCE(SUM(b."api_calls_made"), 0) AS "calls"
FROM dbo."MON_Run" r LEFT JOIN dbo."MON_BatchProcessing" b ON b."run_id" = r."run_id"
WHERE r."dry" = 0 AND r."started_at" >= @since
GROUP BY r."run_id", r."started_at"

-- name: insert-batch
INSERT INTO dbo."MON_BatchProcessing" ("batch_id", "run_id", "customer_name", "batch_type", "status", "dry", "total_records", "held_back", "start_time")
SELECT @batch_id, r."run_id", @customer, @batch_type, 'STARTED', @dry, @lines, @held_back, @now
FROM dbo."MON_Run" r
WHERE r."run_id" = @run_id AND NOT EXISTS (SELECT 1 FROM dbo."MON_BatchProcessing" b WHERE b."batch_id" = @batch_id)

-- name: list-batches
-- Newest first. failed: lines rejected by us or by the board, or with a rejected size. For a promoted batch
-- the stored number, because its staged rows are pruned.
SELECT b."batch_id", b."run_id", b."customer_name", b."status", b."dry", b."total_records", b."held_back", b."start_time", b."end_time", b."superseded_by", b."last_error",
  CASE WHEN b."status" IN ('COMPLETED', 'COMPLETED_WITH_ERRORS') THEN b."failed_records" ELSE
    (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" s WHERE s."batch_id" = b."batch_id" AND (s."stg_status" IN ('API_FAILED', 'REJECTED')
      OR EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" z WHERE z."batch_id" = s."batch_id" AND z."line_key" = s."line_key" AND z."stg_status" = 'API_FAILED'))) END AS "failed"
FROM dbo."MON_BatchProcessing" b
WHERE b."status" IN (@statuses) AND (@with_dry = 1 OR b."dry" = 0) AND (@everyone = 1 OR b."customer_name" IN (@customers))
ORDER BY b."start_time" DESC, b."customer_name"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY

-- name: lock-owned-batch
-- Rule 14: updates the batch row if it is still ours and in one of the states; 0 rows means it is not. Locks the row until commit.
UPDATE dbo."MON_BatchProcessing" SET "owner_token" = @owner_token
WHERE "batch_id" = @batch_id AND "owner_token" = @owner_token AND "status" IN (@statuses)

-- name: select-batch
-- One batch with the values it inherits from its run.
SELECT b."batch_id", b."run_id", b."customer_name", b."status", b."dry", b."owner_token", b."total_records", b."superseded_by", b."start_time", b."board_url", b."staged_as", r."kind", r."full", r."seq", r."archive_id"
FROM dbo."MON_BatchProcessing" b
JOIN dbo."MON_Run" r ON r."run_id" = b."run_id"
WHERE b."batch_id" = @batch_id

-- name: select-batches
SELECT "batch_id", "run_id", "customer_name", "status", "end_time",
  "staging_started", "staging_load_completed", "push_started", "items_creation_completed", "promotion_started", "promotion_completed",
  "api_calls_made", "points_used", "mutations_asked", "mutations_accepted", "staged_counts", "forecast", "board_url", "last_error"
FROM dbo."MON_BatchProcessing" WHERE "run_id" IN (@run_ids)
ORDER BY "customer_name"

-- name: select-batches-of-newest-run
-- The batches of the newest run, dry or not.
SELECT b."batch_id", b."customer_name", b."status", b."start_time"
FROM dbo."MON_BatchProcessing" b JOIN dbo."MON_Run" r ON r."run_id" = b."run_id"
WHERE r."seq" = (SELECT MAX(m."seq") FROM dbo."MON_Run" m)
ORDER BY b."customer_name"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY

-- name: select-batches-said
-- Batches whose id is LIKE @pattern, in lower case; newest first.
SELECT b."batch_id", b."customer_name", b."status", b."start_time" FROM dbo."MON_BatchProcessing" b
WHERE LOWER(CAST(b."batch_id" AS VARCHAR(36))) LIKE @pattern
ORDER BY b."start_time" DESC, b."batch_id"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY

-- name: select-batches-of-run
SELECT "batch_id", "customer_name", "total_records" FROM dbo."MON_BatchProcessing" WHERE "run_id" = @run_id
ORDER BY "total_records", "customer_name"

-- name: select-recent-pushes
-- Start and end of the last finished pushes with at most so many mutations, newest first.
SELECT "push_started", "items_creation_completed", "mutations_asked"
FROM dbo."MON_BatchProcessing"
WHERE "dry" = 0 AND "items_creation_completed" IS NOT NULL AND "mutations_asked" > 0 AND "mutations_asked" <= @most_mutations
ORDER BY "push_started" DESC
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY

-- name: select-open-batches
-- Batches that are not finished, newest first.
SELECT b."batch_id", b."customer_name", b."status", b."start_time", b."last_error", b."staged_as", r."archive_id"
FROM dbo."MON_BatchProcessing" b
JOIN dbo."MON_Run" r ON r."run_id" = b."run_id"
WHERE b."status" IN (@statuses) AND b."dry" = 0
ORDER BY b."start_time" DESC, b."customer_name"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY

-- name: select-open-restore
-- The restore of an archive whose batch is not finished.
SELECT b."batch_id", b."staged_as", r."outputs"
FROM dbo."MON_Run" r
JOIN dbo."MON_BatchProcessing" b ON b."run_id" = r."run_id"
WHERE r."kind" = 'RESTORE' AND r."dry" = 0 AND r."archive_id" = @archive_id AND b."customer_name" = @customer AND b."status" IN (@open_states)

-- name: set-forecast
UPDATE dbo."MON_BatchProcessing" SET "forecast" = @forecast, "board_url" = COALESCE(@board_url, "board_url") WHERE "batch_id" = @batch_id

-- name: set-last-error
-- Rule 14: of its owner alone, so that an older container puts no error beside what a newer one has done.
UPDATE dbo."MON_BatchProcessing" SET "last_error" = @last_error WHERE "batch_id" = @batch_id AND "owner_token" = @owner_token

-- name: set-staged-counts
-- Stored with the batch, because staged rows are pruned long before it.
UPDATE dbo."MON_BatchProcessing" SET "staged_counts" = @staged_counts WHERE "batch_id" = @batch_id

-- name: supersede-batches
-- Rule 11: the new owner token stops a container that is still working on one of them.
UPDATE dbo."MON_BatchProcessing" SET "status" = 'SUPERSEDED', "superseded_by" = @run_id, "owner_token" = @owner_token, "end_time" = @now
WHERE "customer_name" IN (@customers) AND "status" IN (@open_states) AND "dry" = 0

-- name: update-batch-lines
-- Adds released lines to a batch that is not staged yet.
UPDATE dbo."MON_BatchProcessing" SET "total_records" = @lines, "held_back" = @held_back WHERE "batch_id" = @batch_id AND "status" = 'STARTED'
