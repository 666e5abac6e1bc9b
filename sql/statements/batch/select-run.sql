SELECT "run_id", "state", "dry", "kind", "mapping_version" FROM dbo."MON_Run" WHERE "run_id" = @run_id
