-- Called under the lock of runs: the newest run has the highest seq. It is done as soon as it is there.
INSERT INTO dbo."MON_Run" ("run_id", "run_key", "seq", "state", "kind", "method", "dry", "filter", "mapping_version", "archive_id", "started_at", "finished_at", "outputs")
SELECT @run_id, @run_key, q."seq", 'DONE', 'RESTORE', 'fields', @dry, @filter, @mapping_version, @archive_id, @now, @now, @outputs
FROM (SELECT COALESCE(MAX(m."seq"), 0) + 1 AS "seq" FROM dbo."MON_Run" m) AS q
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_Run" o WHERE o."run_id" = @run_id)
