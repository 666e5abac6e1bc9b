SELECT "run_id", "seq", "state", "method", "dry", "full", "allow_large_change", "confirm_deletes", "filter", "outputs"
FROM dbo."MON_Run" WHERE "run_key" = @run_key
