-- Called under the lock of runs: the newest run has the highest seq.
-- @rows: run_id uuid, run_key text(255), method text(32), dry smallint, full smallint, allow_large_change smallint, confirm_deletes smallint, filter text, mapping_version text(64), started_at datetime
INSERT INTO dbo."MON_Run" ("run_id", "run_key", "seq", "state", "kind", "method", "dry", "full", "allow_large_change", "confirm_deletes", "filter", "mapping_version", "started_at")
SELECT r."run_id", r."run_key", (SELECT COALESCE(MAX(m."seq"), 0) + 1 FROM dbo."MON_Run" m), 'OPEN', 'SYNC', r."method", r."dry", r."full", r."allow_large_change", r."confirm_deletes", r."filter", r."mapping_version", r."started_at"
FROM @rows AS r
