SELECT "run_id", "seq", "state", "kind", "method", "dry", "full", "filter", "mapping_version", "source_rows", "started_at", "finished_at", "outputs"
FROM dbo."MON_Run" WHERE "run_id" = @run_id
