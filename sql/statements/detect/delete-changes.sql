DELETE FROM dbo."MON_Change" WHERE "run_id" = @run_id
