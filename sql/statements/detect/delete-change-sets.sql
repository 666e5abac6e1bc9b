DELETE FROM dbo."MON_ChangeSet" WHERE "run_id" = @run_id
