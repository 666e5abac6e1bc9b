SELECT COUNT(*) AS "lines", COALESCE(SUM("held"), 0) AS "held" FROM dbo."MON_Change" WHERE "run_id" = @run_id AND "customer" = @customer
