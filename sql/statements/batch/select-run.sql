SELECT "run_id", "state", "kind", "dry", "seq", "mapping_version" FROM dbo."MON_Run" WHERE "run_id" = @run_id
