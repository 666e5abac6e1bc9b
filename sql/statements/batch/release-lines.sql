UPDATE dbo."MON_Change" SET "held" = 0 WHERE "run_id" = @run_id AND "customer" = @customer AND "held" = 1
